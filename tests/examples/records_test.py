"""examples/records: a thousand records, three refusals by three rules, and a log that strangers verify."""

import os
import pathlib
import shutil
import subprocess

import pytest

BUILD, SOURCE = pathlib.Path(os.environ["HIKAE_BUILD"]), pathlib.Path(os.environ["HIKAE_SOURCE"])
EXAMPLES = SOURCE / "examples"
PAPERS = ["ward/vocabulary.yaml", "hikikomori/declaration.yaml", "hikikomori/after-opinion.yaml", "hikikomori/running.yaml"]


def hikae(*arguments):
    return subprocess.run([BUILD / "bin/hikae", *map(str, arguments), "--lang", "en"], capture_output=True, text=True)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    directory = tmp_path_factory.mktemp("records") / "office"
    done = subprocess.run([BUILD / "bin/example_records", directory, *(EXAMPLES / paper for paper in PAPERS)], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return directory, done.stdout.splitlines()


def test_what_it_prints(office):
    lines = office[1]
    assert lines[1] == "1000 件を記録し、1000 件を読んだ。10000002 は 相談者 2"
    articles = [line[line.index(" (") :] for line in (lines[0], *lines[2:])]
    assert len(articles) == 3 == len(set(articles)), "three refusals, by three articles"


def test_it_is_short():
    assert len((EXAMPLES / "records/records.c").read_text(encoding="utf-8").splitlines()) < 60


def test_the_log_holds_and_names_nobody(office):
    assert "sound" in hikae("log", "verify", office[0], "--threads", "2").stdout
    refused = hikae("log", "show", office[0], "--decision", "refused", "--format", "csv").stdout
    assert len(refused.splitlines()) == 4
    for path in (office[0] / "log").rglob("*"):
        if path.is_file():
            assert b"10000002" not in path.read_bytes() and "相談者 2".encode() not in path.read_bytes(), path
    assert "相談者 2".encode() not in (office[0] / "hikae.db").read_bytes()


def test_go_verifies_the_log(office, tmp_path):
    """An independent program (golang.org/x/mod) rebuilds the tree from exported tiles, and a changed tile is seen."""
    if shutil.which("go") is None or not pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists():
        pytest.skip("needs Debian's golang-go and golang-golang-x-mod-dev")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(tmp_path / "cache"), "GOFLAGS": ""}
    subprocess.run(["go", "build", "-o", tmp_path / "tiles", SOURCE / "tests/log/tiles.go"], check=True, env=environment)
    key = hikae("log", "keys", office[0]).stdout.split()[0]
    exported = hikae("log", "export", office[0], tmp_path / "site")
    assert exported.returncode == 0, exported.stderr
    (tmp_path / "site/ask").write_text("i7 i1000")  # proofs that it is to make from the tiles

    def judged():
        return subprocess.run([tmp_path / "tiles", key, tmp_path / "site"], capture_output=True, text=True)

    assert judged().returncode == 0 and judged().stdout.startswith("i7 "), judged().stdout
    tile = max((path for path in (tmp_path / "site/tile").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    data = bytearray(tile.read_bytes())
    data[-1] ^= 1
    tile.write_bytes(data)
    assert judged().returncode != 0
