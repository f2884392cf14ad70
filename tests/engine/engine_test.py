"""The policy engine by itself: built, tested, installed and used where there is neither SQLite nor libsodium."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
DATA = pathlib.Path(os.environ.get("HIKAE_SHARED_DATA", "")) / "cedar"
WORK = BUILD / "tests/engine/only"
TARGETS = ["hikae_engine", "hikae_engine_static", "hikae_cli", "cedar_edge_test", "cedar_documents_test", "cedar_decisions_test", "cedar_header_example", "cedar_hpp_example", "cedar_threads_test", "headers_alone"]
# Both ways in which the build looks for them find nothing.
HIDDEN = ["-DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON"]

pytestmark = pytest.mark.skipif(bool(os.environ.get("HIKAE_SANITIZE")), reason="one build of it is enough")


def run(*words, code=0, **options):
    environment = options.pop("env", {**os.environ, "PKG_CONFIG_PATH": "", "PKG_CONFIG_LIBDIR": "/nonexistent"})
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=environment, **options)
    assert done.returncode == code, f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done


def configure(build, *options, **more):
    # Not optimised, no debug information: quick to compile, and the same for the compiler cache wherever it is built.
    return run(
        "cmake", "-S", SOURCE, "-B", build, "-G", "Ninja", "-DHIKAE_DEVELOPER=ON", "-DHIKAE_PYTHON=OFF", "-DCMAKE_BUILD_TYPE=None",
        "-DCMAKE_CXX_FLAGS=-O0", f"-DCMAKE_C_COMPILER={os.environ['CC']}", f"-DCMAKE_CXX_COMPILER={os.environ['CXX']}", *HIDDEN, *options, **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    configure(WORK, "-DHIKAE_ENGINE_ONLY=ON")
    run("cmake", "--build", WORK, "--target", *TARGETS)
    return WORK


def test_what_is_hidden_is_hidden(tmp_path):
    failed = configure(tmp_path, code=1)
    assert "SQLite3" in failed.stderr


def test_its_tests_pass(engine):
    done = run("ctest", "--test-dir", engine, "-R", r"^(capi\.|CedarThreads|CedarCpp)", "--output-on-failure")
    assert "100% tests passed" in done.stdout and int(re.search(r"out of (\d+)", done.stdout).group(1)) >= 6


def test_it_stands_alone(engine):
    library = engine / "lib/libhikae-cedar.so"
    needed = run("readelf", "-d", library).stdout
    assert "boost_json" in needed and "sqlite" not in needed and "sodium" not in needed
    exports = {line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", library).stdout.splitlines()}
    text = "".join((SOURCE / f"include/hikae/{name}.h").read_text(encoding="utf-8") for name in ("base", "cedar"))
    declared = set(re.findall(r"^HIKAE_API\s+[^;{]*?(\bhikae_\w+)\s*\(", re.sub(r"/\*.*?\*/", "", text, flags=re.S), re.M | re.S))
    assert {name for name in exports if name.startswith("hikae_")} == declared


def test_its_program_decides_and_knows_no_office(engine):
    program = engine / "bin/hikae"
    assert "hikae cedar authorize" in run(program, "help").stdout and "hikae audit" not in run(program, "help").stdout
    if not (DATA / "tests").exists():
        pytest.skip(f"Cedar's integration tests are not at {DATA}")
    assert run(program, "cedar", "test", DATA / "tests").stdout.splitlines()[-1] == "22 passed, 0 failed"


def test_it_is_installed_and_found(engine):
    prefix = WORK / "prefix"
    shutil.rmtree(prefix, ignore_errors=True)
    run("cmake", "--install", engine, "--prefix", prefix)
    assert {p.name for p in (prefix / "include/hikae").iterdir()} == {"base.h", "base.hpp", "cedar.h", "cedar.hpp"}
    consumer = WORK / "consumer"
    run("cmake", "-S", SOURCE / "tests/engine/consumer", "-B", consumer, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF", *HIDDEN)
    run("cmake", "--build", consumer)
    for name in ("consumer_shared", "consumer_static"):
        assert run(consumer / name).stdout == "cedar 4.5\n"
    libdir = next(prefix.rglob("libhikae-cedar.so")).parent
    flags = run("pkg-config", "--cflags", "--libs", "hikae-cedar", env={**os.environ, "PKG_CONFIG_PATH": str(libdir / "pkgconfig")}).stdout.split()
    program = WORK / "by_pkg_config"
    run(os.environ["CC"], "-std=c11", "-o", program, SOURCE / "tests/engine/consumer/consumer.c", *flags, f"-Wl,-rpath,{libdir}")
    assert run(program).stdout == "cedar 4.5\n"
