"""What README and docs show of the program is what the program says.

In a ```console block, a line that begins with "$ " is a command; the lines up to the next command are what it prints. "…"
stands for anything: within a line, or, alone on a line, for any lines. Commands run one after the other with bash in one
empty directory per file, with the program and the examples at hand."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
# Commands that build the project or run this suite are proven by whoever runs this test.
NOT_RUN = re.compile(r"^(tests/run|examples/run|git clone|cd |cmake |sudo |apt-get )")


def blocks(text):
    return re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)


def commands(block):
    """[(command, what it prints)]"""
    parts = re.split(r"^\$ ", block, flags=re.M)
    assert parts[0].strip() == "", f"a console block begins with a command: {parts[0]!r}"
    return [tuple(part.split("\n", 1)) for part in parts[1:]]


def pattern(expected):
    lines = []
    for line in expected.rstrip("\n").split("\n"):
        lines.append(r"(?:.*\n)*?" if line.strip() == "…" else ".*".join(map(re.escape, line.rstrip().split("…"))) + r"\n")
    return re.compile("".join(lines) if expected.strip() else "")


def check(text, directory):
    """Faults of the console blocks of one text."""
    environment = {**os.environ, "PATH": f"{BUILD / 'bin'}:{os.environ['PATH']}", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
                   "PYTHONPATH": str(BUILD / "python")}  # fmt: skip
    for name in ("examples", "src", "docs", "build"):
        (directory / name).symlink_to(BUILD if name == "build" else SOURCE / name)
    faults = []
    for command, expected in [pair for block in blocks(text) for pair in commands(block)]:
        if NOT_RUN.match(command):
            continue
        done = subprocess.run(["bash", "-c", command], cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        printed = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
        if not pattern(expected).fullmatch(printed):
            faults.append(f"$ {command}\nis said to print:\n{expected}\nand prints:\n{printed[:4000]}")
    # A build without the Python package (the sanitizer presets) has nothing to run Python blocks with.
    python = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S) if (BUILD / "python").exists() else []
    for code in python:
        done = subprocess.run([sys.executable, "-c", code], cwd=directory, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            faults.append(f"the Python block\n{code}\nfails:\n{done.stderr[-2000:]}")
    return faults


def test_the_table_in_the_readme_is_what_the_examples_print():
    table = BUILD / "examples-output"
    if not table.exists():
        pytest.skip("examples/run has not been run in this build")
    shown = [output for block in blocks((SOURCE / "README.md").read_text(encoding="utf-8")) for command, output in commands(block) if command == "examples/run"]
    assert shown == [table.read_text(encoding="utf-8")]


@pytest.mark.parametrize("file", ["README.md", *sorted(str(p.relative_to(SOURCE)) for p in (SOURCE / "docs").glob("*.md"))])
def test_console_blocks_are_true(file, tmp_path):
    path = SOURCE / file
    if not path.exists() or not blocks(path.read_text(encoding="utf-8")):
        pytest.skip(f"{file} has no console block")
    assert check(path.read_text(encoding="utf-8"), tmp_path) == []


def test_a_wrong_line_is_seen(tmp_path):
    text = "```console\n$ echo one; echo two\none\n…\n$ echo 'as of 2021-05-20'\nas of …\n```\n"
    (tmp_path / "true").mkdir(), (tmp_path / "false").mkdir(), (tmp_path / "python").mkdir()
    assert check(text, tmp_path / "true") == []
    if (BUILD / "python").exists():
        assert len(check("```python\nimport no_such_module\n```\n", tmp_path / "python")) == 1
    assert len(check(text.replace("as of …", "as of 2020…").replace("one\n…", "one\nthree"), tmp_path / "false")) == 2
