"""The packs of an office at the command line."""

import json
import os
import pathlib
import subprocess

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
PAPERS = ["examples/ward/vocabulary.yaml", "examples/hikikomori/declaration.yaml", "examples/hikikomori/after-opinion.yaml"]
HOLDING = """hikae: declaration/1
pack: appi-2023
valid_from: 2023-04-01
by: 福祉部
Holding: { 相談の保有: { handling: hikikomori, title: 相談の記録 } }
"""


def hikae(*arguments, lang="en", code=0):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    words = [str(BUILD / "bin/hikae"), *map(str, arguments), "--lang", lang]
    done = subprocess.run(words, cwd=SOURCE, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == code, f"{' '.join(words)}: {done.returncode}\n{done.stdout[:2000]}\n{done.stderr[:2000]}"
    return done


@pytest.fixture
def office(tmp_path):
    directory = tmp_path / "office"
    hikae("init", directory, "--pack", "edogawa-2021", "--pack", "appi-2023")
    for paper in PAPERS:
        hikae("declare", directory, paper)
    return directory


def listed(office):
    return [line.split()[0] for line in hikae("pack", "list", office).stdout.splitlines()]


def test_added_removed_and_listed(office):
    assert listed(office) == ["edogawa-2021", "appi-2023"]
    assert hikae("pack", "add", office, "mn", "--by", "情報政策課").stdout == "pack added: mn\n"
    assert listed(office) == ["edogawa-2021", "appi-2023", "mn"]
    assert hikae("pack", "remove", office, "mn", lang="ja").stdout == "規程集を外しました: mn\n"
    log = [line for line in hikae("log", "show", office).stdout.splitlines() if "pack changed" in line]
    assert [line.split("thing: ")[1] for line in log] == ["edogawa-2021", "appi-2023", "mn", "mn"]
    refused = hikae("pack", "remove", office, "edogawa-2021", code=2)
    assert "rows say what only the pack `edogawa-2021` has words for: Article::" in refused.stderr
    assert len(hikae("pack", "list").stdout.splitlines()) >= 3, "without an office: those built in"


def test_an_audit_shows_both(office, tmp_path):
    paper = tmp_path / "holding.yaml"
    paper.write_text(HOLDING, encoding="utf-8")
    hikae("declare", office, paper)
    text = hikae("audit", office, "--as-of", "2024-06-01", code=1).stdout
    assert "pack edogawa-2021 " in text and "(in force 2021-04-01 to 2023-03-31; what it keeps for what began in its time: 令和3年法律第37号附則" in text
    assert "pack appi-2023 " in text and text.count("    digest ") == 2
    assert ", pack appi-2023)" in text and ", pack edogawa-2021)" in text
    found = json.loads(hikae("audit", office, "--as-of", "2024-06-01", "--format", "json", code=1).stdout)
    assert {f["pack"] for f in found["findings"]} == {"edogawa-2021", "appi-2023"}
    alone = json.loads(hikae("audit", office, "--as-of", "2024-06-01", "--pack", "appi-2023", "--format", "json", code=1).stdout)
    assert {f["pack"] for f in alone["findings"]} == {"appi-2023"}
    before = json.loads(hikae("audit", office, "--as-of", "2023-03-31", "--format", "json", code=1).stdout)
    assert {f["pack"] for f in before["findings"]} == {"edogawa-2021"}
    of_the_act = next(i for i, f in enumerate(found["findings"]) if f["pack"] == "appi-2023" and f["outcome"] == "violated")
    said = hikae("explain", office, of_the_act, "--as-of", "2024-06-01").stdout
    assert "pack:       appi-2023\n" in said


NATIONAL = """hikae: declaration/1
pack: mn
valid_from: 2023-04-01
by: 福祉部
Section: { 福祉部: {} }
Handling: { soudan: { title: 相談支援, section: 福祉部 } }
Holding:
  相談:
    handling: soudan
    Acquisition: { 相談票: { means: 相談票, direct: true, written: true, noticeGiven: false, fair: true } }
    OutOfPurposeUse: { 統計: { on: 2024-03-01, text: 統計, ground: statistics-or-research, reason: 統計のため } }
"""


def test_findings_are_explained_in_the_words_of_the_act(tmp_path):
    """Under a pack laid over the Act too: its own manifest has none of these words."""
    office, paper = tmp_path / "office", tmp_path / "paper.yaml"
    paper.write_text(NATIONAL, encoding="utf-8")
    hikae("init", office, "--pack", "mn")
    hikae("declare", office, paper)
    said = hikae("explain", office, "appi.secondary.ground.use-kind", "--as-of", "2024-06-01", lang="ja").stdout
    assert "根拠が[法令(69条1項)、本人の同意(69条2項1号)、内部での利用(69条2項2号)]のいずれかである" in said
    assert "根拠 = 統計の作成・学術研究(69条2項4号)" in said and "(S：条文を読んで確かめた)" in said
    assert "ground is one of [law, consent, internal use]" in hikae("explain", office, "appi.secondary.ground.use-kind", "--as-of", "2024-06-01").stdout
    said = hikae("explain", office, "appi.notice.purpose", "--as-of", "2024-06-01", lang="ja").stdout
    assert "「利用目的を明示している」の記載がある" in said and "るがある" not in said
