"""Rows of ledgers from Python."""

import datetime
import os
import pathlib
import pickle
import shutil

import pytest

import hikae

SOURCE = pathlib.Path(os.environ["HIKAE_SOURCE"])
PAPERS = [SOURCE / "examples/ward/vocabulary.yaml", SOURCE / "examples/hikikomori/declaration.yaml", SOURCE / "examples/hikikomori/after-opinion.yaml"]
CONTRACT = "ひきこもり相談支援業務委託"
DAY = datetime.date(2021, 7, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    directory = tmp_path_factory.mktemp("python") / "台帳"
    with hikae.open(directory, create=True) as office:
        for paper in PAPERS:
            office.declare(paper)
    return directory


@pytest.fixture
def office(made, tmp_path):
    with hikae.open(shutil.copytree(made, tmp_path / "台帳"), actor="福祉課") as office:
        yield office


@pytest.fixture
def trainings(office):
    return office.ledger("Training", owner=CONTRACT)


def test_rows_are_appended_corrected_and_listed(office, trainings):
    assert office.ledgers()["Training"] == "研修の記録" and "Contract" not in office.ledgers()
    first = trainings.append(on=DAY, topic="メール", workers={"従事者2", "従事者1"}, document=None, tags={"会場": "本庁"})
    others = trainings.append_many([{"実施日": "令和3年7月2日"}, {"on": DAY, "id": "7月"}], by="支援課")
    assert [first, *others] == [f"{CONTRACT}/1", f"{CONTRACT}/2", f"{CONTRACT}/7月"]
    rows = trainings.list(since=DAY)
    assert [row["id"] for row in rows] == [f"{CONTRACT}/7月", f"{CONTRACT}/1", f"{CONTRACT}/2"]
    row = rows[1]
    assert row["on"] == "2021-07-01" and row["workers"] == [f"{CONTRACT}/従事者1", f"{CONTRACT}/従事者2"]
    assert row["tags.会場"] == "本庁" and "document" not in row
    assert (row["_by"], rows[2]["_by"], row["_source"], rows[2]["_source"]) == ("福祉課", "支援課", "ledger/Training.json:2", "ledger/Training.json:2")
    newer = trainings.correct(first, reason="受講者の記載漏れ", workers=["従事者1"], topic=None)
    assert newer == f"{CONTRACT}/3"
    old, new = [row for row in trainings.list(since=DAY, all=True) if row["id"] in (first, newer)]
    assert old["_corrected_by"] == newer and old["_reason"] is None
    assert new["corrects"] == first and new["_reason"] == "受講者の記載漏れ" and "topic" not in new and new["tags.会場"] == "本庁"
    assert first not in [row["id"] for row in trainings.list()]
    assert trainings.list(owner="ひきこもり相談支援業務委託", until="2021-05-01") == []


def test_what_is_wrong_is_told_row_by_row(office, trainings):
    before = trainings.list(all=True)
    with pytest.raises(hikae.InvalidArgument) as caught:
        trainings.append_many([{"on": DAY}, {"on": "2021-02-30", "workers": ["だれか"]}, {"on": DAY, "workers": "従事者1"}])
    error = caught.value
    assert [problem.line for problem in error.problems] == [3, 3, 4]
    assert "だれか" not in error.text("ja") + error.problems[1].message and "Worker（業務従事者）" in error.problems[1].message
    assert "calendar" in error.problems[0].message_en
    assert error.line == 3 and error.file == "ledger/Training.json" and "ほか2件" in error.text("ja")
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
    assert trainings.list(all=True) == before
    with pytest.raises(hikae.NotFound) as missing:
        trainings.correct("ない行", reason="誤り", topic="x")
    assert missing.value.problems == []
    with pytest.raises(hikae.InvalidArgument, match="needs a reason"):
        trainings.correct(f"{CONTRACT}/着手時の研修", reason="", topic="x")
    with pytest.raises(hikae.InvalidArgument, match="nearest known name is \"Training\""):
        office.ledger("Trainin").list()
    with pytest.raises(TypeError, match="zone"):
        trainings.append(on=datetime.datetime(2021, 7, 1))
    with pytest.raises(TypeError, match="float"):
        trainings.append(on=DAY, topic=1.5)


def test_a_corrected_row_names_the_newest(trainings):
    row = trainings.append(on=DAY)
    newer = trainings.correct(row, reason="転記の誤り", on=DAY + datetime.timedelta(1))
    with pytest.raises(hikae.InvalidArgument, match="corrected already") as caught:
        trainings.correct(row, reason="転記の誤り", on=DAY)
    assert newer in caught.value.text("ja")


def test_a_table_is_imported_once(trainings, tmp_path):
    path = tmp_path / "研修.csv"
    path.write_text("実施日,内容,受講者\r\n令和3年7月1日,メール,従事者1;従事者2\r\n", encoding="utf-8", newline="")
    assert trainings.import_csv(path) == [f"{CONTRACT}/1"]
    with pytest.raises(hikae.Exists):
        trainings.import_csv(path)
    assert trainings.import_csv(path, again=True) == [f"{CONTRACT}/2"]
    text = trainings.to_csv(tmp_path / "一覧.csv", since=DAY)
    assert (tmp_path / "一覧.csv").read_text(encoding="utf-8-sig").splitlines() == text.splitlines()
    assert text.splitlines()[0].startswith("識別名,委託契約,実施日,内容,対象,対象の区分,受講者,文書")
    assert trainings.to_csv(since=DAY, language="en").startswith("id,contract,on,topic")
    assert trainings.to_html(tmp_path / "一覧.html", since=DAY) == (tmp_path / "一覧.html").read_text(encoding="utf-8")
    assert "従事者1" in trainings.to_html(since=DAY) and "研修の記録" in trainings.to_html(since=DAY)
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = trainings.to_pandas(since=DAY)
    assert isinstance(frame, pandas.DataFrame) and list(frame["topic"]) == ["メール", "メール"]


def test_an_inspection_that_runs_backwards_is_refused(office):
    inspections = office.ledger("現場査察", owner=CONTRACT)
    with pytest.raises(hikae.InvalidArgument, match="fixedOn is before on"):
        inspections.append(on=DAY, fixedOn=DAY - datetime.timedelta(1), accepted=True)
    assert inspections.append(on=DAY, fixedOn=DAY, accepted=True) == f"{CONTRACT}/1"


@pytest.mark.parametrize(
    "type, owner, row, said",
    [
        ("Approval", "hikikomori", {"kind": "output", "approver": "生活援護第一課職員1", "grantedOn": DAY, "expiresOn": DAY, "revokedOn": "2021-06-30"}, "revokedOn is before grantedOn"),
        ("Backup", "児童家庭相談システム", {"on": DAY, "triedOn": "2021-06-30"}, "triedOn is before on"),
        ("CaseEntry", CONTRACT, {"on": DAY, "closedOn": "2021-06-30"}, "closedOn is before on"),
        ("FileServerScan", "児童家庭相談システム", {"on": DAY, "found": 1, "removedOn": "2021-06-30"}, "removedOn is before on"),
        ("LogReview", "", {"period": "2021", "firstEntry": 5, "endEntry": 4, "on": DAY, "reviewedBy": "点検者", "findings": "なし"}, "endEntry is before firstEntry"),
        ("RightsRequest", "hikikomori", {"on": DAY, "kind": "disclosure", "dueOn": "2021-07-31", "answeredOn": "2021-06-30"}, "answeredOn is before on"),
        ("Transcription", "児童家庭相談システム", {"on": DAY, "removedOn": "2021-06-30"}, "removedOn is before on"),
    ],
)
def test_what_cannot_have_happened_is_refused(office, type, owner, row, said):
    ledger = office.ledger(type, owner=owner)
    with pytest.raises(hikae.InvalidArgument, match=said):
        ledger.append(row)
    good = {name: DAY if value == "2021-06-30" else 5 if value == 4 else value for name, value in row.items()}
    assert ledger.append(good)


def test_figures_below_nothing_are_refused(office):
    for name in ("count", "atLeast", "atMost", "runsPerYear"):
        with pytest.raises(hikae.InvalidArgument, match=f"{name} is less than 0"):
            office.declare(hikae.Document("負の数.yaml", f"hikae: declaration/1\nVolume:\n  令和3年度第2号議案/負: {{ declaration: 令和3年度第2号議案, {name}: -1 }}\n"))


def test_a_moment_and_a_name_that_is_no_keyword(office):
    instructions = office.ledger("Instruction", owner="hikikomori")
    row = instructions.append({"by": "生活援護第一課長"}, on=DAY, by="福祉部")
    (shown,) = [one for one in instructions.list() if one["id"] == row]
    assert shown["by"] == "生活援護第一課長" and shown["_by"] == "福祉部"
    evening = datetime.datetime(2021, 7, 1, 15, tzinfo=datetime.timezone.utc)
    outputs = office.ledger("Output", owner="hikikomori")
    row = outputs.append(on=evening)
    (shown,) = [one for one in outputs.list() if one["id"] == row]
    assert shown["on"].startswith("2021-07-01T15:00")
    with pytest.raises(hikae.InvalidArgument, match="write 2021-07-02, the day in Japan"):
        instructions.append(on=evening)


def test_audits_see_rows_from_the_day_they_are_about(office):
    roster = office.ledger("Roster", owner=CONTRACT).append(submittedOn="2021-07-01")
    line = office.ledger("RosterLine", owner=roster).append({"from": DAY}, worker="従事者1")
    assert line == f"{CONTRACT}/1/1"
    before = office.audit(as_of="2021-06-30")
    after = office.audit(as_of="2021-07-02")
    seen = [e.source for f in after for e in f.evidence if "ledger/Roster" in e.source]
    assert seen and not [e.source for f in before for e in f.evidence if "ledger/Roster" in e.source]


def test_a_figure_names_the_rows_behind_it(office):
    handovers = office.ledger("Handover", owner=CONTRACT)
    lent = handovers.append(on="2021-07-01", direction="lent", quantity=3, dueOn="2021-07-20")
    back = [handovers.append(on=f"2021-07-{day}", direction="returned", quantity=1, returns=lent) for day in (10, 11)]
    audit = office.audit(as_of="2021-08-01")
    (overdue,) = [f for f in audit if f.rule == "edo21.handover.overdue" and f.thing_id == lent]
    (given,) = [e for e in overdue.evidence if e.attribute == "givenBack"]
    assert given.value == "2" and given.source == "; ".join(f'ledger/Handover.json:2 (Handover::"{row}")' for row in back)
    (quantity,) = [e for e in overdue.evidence if e.attribute == "quantity"]
    assert quantity.source == "ledger/Handover.json:2"
    assert all(row in overdue.explain() for row in back)
    more = [handovers.append(on="2021-07-12", direction="returned", quantity=1, returns=lent) for _ in range(10)]
    (much,) = [f for f in office.audit(as_of="2021-08-01") if f.rule == "edo21.handover.too-much" and f.thing_id == lent]
    (given,) = [e for e in much.evidence if e.attribute == "givenBack"]
    assert given.source.endswith("; +4") and all(f'{row}")' in much.explain() for row in back + more)


def test_a_closed_office(office):
    ledger = office.ledger("Training")
    office.close()
    with pytest.raises(ValueError, match="closed"):
        ledger.list()
