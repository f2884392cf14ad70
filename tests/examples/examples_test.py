"""The four example systems, run as examples/run does: each writes what it promises, and the same twice."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
PYTHON = BUILD / "python"
PROGRAMS = {
    "hikikomori": [sys.executable, "examples/hikikomori/hikikomori.py"],
    "benefit": [BUILD / "bin/example_benefit"],
    "call-record": [BUILD / "bin/example_call_record"],
    "risk-assessment": [sys.executable, "examples/risk-assessment/risk_assessment.py"],
}
if not (PYTHON / "hikae").exists():  # a build without the Python package, such as under sanitizers
    PROGRAMS = {name: words for name, words in PROGRAMS.items() if words[0] != sys.executable}
FILES = {f"{stem}.{suffix}" for stem in ("consultation", "findings-report") for suffix in ("html", "csv", "json")}
FILES |= {"findings.txt", "findings.json", "findings.sarif"}
DAYS = ("2021-05-20", "2021-10-15")


def run(*words, code=0):
    environment = {**os.environ, "PYTHONPATH": str(PYTHON), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(list(map(str, words)), cwd=SOURCE, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == code, f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def run_all(directory):
    """What the programs print, and all files they write."""
    office, out = directory / "office", directory / "out"
    run(BUILD / "bin/hikae", "init", office)
    run(BUILD / "bin/hikae", "declare", office, "examples/ward/vocabulary.yaml")
    out.mkdir()
    lines = {}
    for name, words in PROGRAMS.items():
        printed = run(*words, office, f"examples/{name}", out / name).stdout
        lines[name] = [line.split("\t") for line in printed.splitlines()]
    return lines, {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return run_all(tmp_path_factory.mktemp("once"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_writes_what_it_promises(once, name):
    lines, files = once
    assert [line[:2] for line in lines[name]] == [[name, day] for day in DAYS]
    for line in lines[name]:
        day = line[1]
        assert FILES == {f.split("/")[2] for f in files if f.startswith(f"{name}/{day}/")}
        findings = json.loads(files[f"{name}/{day}/findings.json"])
        outcomes = [f["outcome"] for f in findings["findings"]]
        assert [outcomes.count(o) for o in ("met", "violated", "not shown")] == [int(n) for n in line[2:5]]
        assert {f["handling"] for f in findings["findings"]} == {name} and findings["as_of"] == day
        assert all(len(files[f"{name}/{day}/{file}"]) > 200 for file in FILES)


def test_a_second_run_gives_the_same_bytes(once, tmp_path):
    _, files = run_all(tmp_path)
    assert files.keys() == once[1].keys()
    assert [name for name in files if files[name] != once[1][name]] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_says_what_failed(name, tmp_path):
    done = run(*PROGRAMS[name], tmp_path / "nowhere", f"examples/{name}", tmp_path / "out", code=2)
    assert done.stdout == "" and len(done.stderr.splitlines()) == 1 and "nowhere" in done.stderr
    assert run(*PROGRAMS[name], code=2).stderr.startswith("usage: ")
