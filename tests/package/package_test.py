"""The installed package, used by a project that knows nothing of this one's tree."""

import os
import pathlib
import subprocess

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
CONSUMER = SOURCE / "tests/package/consumer"
WORK = BUILD / "tests/package"

pytestmark = pytest.mark.skipif(bool(os.environ.get("HIKAE_SANITIZE")), reason="sanitized libraries need sanitized programs")


def run(*words, **options):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix():
    run("cmake", "-E", "rm", "-rf", WORK / "prefix", WORK / "consumer")
    run("cmake", "--install", BUILD, "--prefix", WORK / "prefix")
    return WORK / "prefix"


def libdir(prefix):
    return next(prefix.rglob("libhikae.so")).parent


def test_only_what_belongs_is_installed(prefix):
    folders = {str(p.relative_to(prefix).parent) for p in prefix.rglob("*") if p.is_file()}
    library = str(libdir(prefix).relative_to(prefix))
    expected = {"bin", "include/hikae", library, f"{library}/cmake/hikae", f"{library}/pkgconfig"}
    assert {f for f in folders if "python" not in f} == expected
    assert {p.name for p in (prefix / "include/hikae").iterdir()} == {p.name for p in (SOURCE / "include/hikae").iterdir()}
    for file in [*(libdir(prefix) / "cmake").rglob("*.cmake"), *(libdir(prefix) / "pkgconfig").iterdir()]:
        assert str(SOURCE) not in file.read_text().replace(str(prefix), ""), f"{file} names the source tree"


def test_the_installed_program_runs(prefix):
    assert run(prefix / "bin/hikae", "--version").startswith("hikae 0.")


def test_find_package(prefix):
    build = WORK / "consumer"
    run("cmake", "-S", CONSUMER, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF")
    run("cmake", "--build", build)
    for program in ("consumer_c", "consumer_cpp", "consumer_static"):
        assert "edogawa-2021" in run(build / program)
    needed = run("readelf", "-d", build / "consumer_static")
    assert "libhikae" not in needed and "libhikae.so" in run("readelf", "-d", build / "consumer_c")


def test_a_component_that_is_none_is_refused(prefix):
    done = subprocess.run(
        ["cmake", "-S", CONSUMER, "-B", WORK / "wrong", f"-DCMAKE_PREFIX_PATH={prefix}", "-DHIKAE_COMPONENT=statik"],
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0 and "statik" in done.stderr


@pytest.mark.parametrize("static", [False, True])
def test_pkg_config(prefix, static, tmp_path):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(libdir(prefix) / "pkgconfig")}
    flags = run("pkg-config", "--cflags", "--libs", *(["--static"] if static else []), "hikae", env=environment).split()
    if static:  # this library as an archive, those it needs as they come
        flags = [str(libdir(prefix) / "libhikae.a") if flag == "-lhikae" else flag for flag in flags]
    program = tmp_path / "program"
    run(os.environ.get("CC", "cc"), "-std=c11", "-o", program, CONSUMER / "consumer.c", *flags, f"-Wl,-rpath,{libdir(prefix)}")
    assert "edogawa-2021" in run(program)
