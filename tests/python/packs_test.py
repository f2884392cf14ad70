"""The packs of an office from Python."""

import datetime
import json
import os
import pathlib
import re

import pytest

import hikae

SOURCE = pathlib.Path(os.environ["HIKAE_SOURCE"])
PAPERS = [SOURCE / "examples/ward/vocabulary.yaml", SOURCE / "examples/hikikomori/declaration.yaml", SOURCE / "examples/hikikomori/after-opinion.yaml"]
LAST, FIRST, LATER = datetime.date(2023, 3, 31), datetime.date(2023, 4, 1), datetime.date(2024, 6, 1)
HOLDING = hikae.Document(
    "holding.yaml",
    "hikae: declaration/1\npack: appi-2023\nvalid_from: 2023-04-01\nby: 福祉部\n"
    "Holding: { 相談の保有: { handling: hikikomori, title: 相談の記録, SubjectRequest: { 一号: { kind: disclosure, receivedOn: 2023-04-01 } } } }\n",
)


@pytest.fixture
def office(tmp_path):
    with hikae.open(tmp_path / "台帳", create=True) as office:
        for paper in PAPERS:
            office.declare(paper)
        yield office


def ids(office):
    return [pack.id for pack in office.packs()]


def judging(office, day, **only):
    return {finding.pack for finding in office.audit(day, **only)}


def test_packs_are_added_and_removed(office):
    (pack,) = office.packs()
    assert pack[:2] == ("edogawa-2021", "江戸川区個人情報保護条例(令和3年度)") and pack.until == LAST and len(pack.digest) == 64
    with pytest.raises(hikae.InvalidArgument):
        office.declare(HOLDING)
    office.add_pack("appi-2023")
    office.add_pack("mn")
    assert ids(office) == ["edogawa-2021", "appi-2023", "mn"]
    office.remove_pack("mn")
    assert ids(office) == ["edogawa-2021", "appi-2023"]
    office.declare(HOLDING)
    assert judging(office, LAST) == {"edogawa-2021"}
    assert judging(office, FIRST) == judging(office, LATER) == {"edogawa-2021", "appi-2023"}
    assert judging(office, LATER, pack="appi-2023") == {"appi-2023"}


def test_what_may_not_be(office):
    with pytest.raises(hikae.Exists):
        office.add_pack("edogawa-2021")
    with pytest.raises(hikae.NotFound):
        office.add_pack("appi-2032")
    with pytest.raises(hikae.NotFound):
        office.remove_pack("mn")
    with pytest.raises(hikae.InvalidArgument):
        office.remove_pack("edogawa-2021")
    office.add_pack("appi-2023")
    office.declare(HOLDING)
    with pytest.raises(hikae.Exists, match="Holding 1, SubjectRequest 1"):
        office.remove_pack("appi-2023")
    assert ids(office) == ["edogawa-2021", "appi-2023"]


def test_several_at_the_making(tmp_path):
    with hikae.open(tmp_path / "台帳", create=True, pack=["edogawa-2021", "appi-2023", "mn"]) as office:
        assert ids(office) == ["edogawa-2021", "appi-2023", "mn"]


def test_findings_of_both_are_explained_and_reported(office):
    office.add_pack("appi-2023")
    office.declare(HOLDING)
    findings = office.audit(LATER)
    for pack in ("edogawa-2021", "appi-2023"):
        finding = next(f for f in findings if f.pack == pack and f.outcome in (hikae.Outcome.VIOLATED, hikae.Outcome.NOT_SHOWN))
        assert finding.evidence
        said = finding.explain()
        assert f"規程集:   {pack}\n" in said and finding.rule in said
    report = json.loads(office.report("findings", "hikikomori", "json", as_of=LATER))
    assert [pack["id"] for pack in report["packs"]] == ["edogawa-2021", "appi-2023"]
    assert "令和3年法律第37号附則" in report["packs"][0]["transition"] and "transition" not in report["packs"][1]
    assert {finding["pack"] for finding in report["findings"]} == {"edogawa-2021", "appi-2023"}


def test_explanations_are_japanese_in_the_words_of_every_pack(tmp_path):
    crossing = [SOURCE / f"tests/violations/base/{name}.yaml" for name in ("crossing", "crossing-act")]
    with hikae.open(tmp_path / "台帳", create=True) as office:
        office.add_pack("appi-2023")
        for paper in crossing:
            office.declare(paper)
        findings = [f for f in office.audit(datetime.date(2023, 7, 14)) if f.outcome.value != "not applicable"]
    assert {f.pack for f in findings} == {"edogawa-2021", "appi-2023"} and len(findings) > 20
    for finding in findings:
        for line in finding.explain().splitlines():
            named = line.startswith(("      ", "  規定: ", "  規程集: ", "  対策: ", "  対象: ", "  業務: "))
            said = line.replace("(seed：", "").replace("(derived：", "").replace("soudan", "").replace("hikae", "")
            assert named or not re.search("[a-z]{2}", said), (finding.rule, line)
