"""Rows of ledgers at the command line: what an officer types and gets back."""

import csv
import io
import json
import os
import pathlib
import shutil
import subprocess

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
PAPERS = ["examples/ward/vocabulary.yaml", "examples/hikikomori/declaration.yaml", "examples/hikikomori/after-opinion.yaml"]
CONTRACT = "ひきこもり相談支援業務委託"


def hikae(*arguments, lang="en", code=0):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    words = [str(BUILD / "bin/hikae"), *map(str, arguments), "--lang", lang]
    done = subprocess.run(words, cwd=SOURCE, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == code, f"{' '.join(words)}: {done.returncode}\n{done.stdout[:2000]}\n{done.stderr[:2000]}"
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    directory = tmp_path_factory.mktemp("cli") / "office"
    hikae("init", directory)
    for paper in PAPERS:
        hikae("declare", directory, paper)
    return directory


@pytest.fixture
def office(made, tmp_path):
    return shutil.copytree(made, tmp_path / "office")


def rows(office, type, *arguments):
    return json.loads(hikae("ledger", "list", office, type, "--from", "2021-07-01", "--format", "json", *arguments).stdout)


def entries(office):
    """What the access log shows."""
    return hikae("log", "show", office).stdout


def test_what_happened_is_said_to_stay(office):
    hikae("ledger", "add", office, "AttendanceReport", "--owner", CONTRACT, "from=2021-06-01", "until=2021-06-30", "submittedOn=2021-07-20")
    late = hikae("explain", office, "edo21.attendance.due", "--as-of", "2021-08-01", lang="ja").stdout
    assert late.startswith("違反 [") and "行が事実と違えば、訂正すると判定し直される" in late
    paper = hikae("explain", office, "edo21.paper.retention", "--as-of", "2021-08-01", lang="ja").stdout
    assert paper.startswith("違反 [") and "訂正すると" not in paper


def test_members_of_enumerations_are_named_by_their_words(office, tmp_path):
    hikae("ledger", "add", office, "Handover", "--owner", CONTRACT, "on=2021-07-01", "受渡しの向き=貸与", "情報媒体種別=紙媒体", "内容=相談票")
    table = tmp_path / "受渡.csv"
    table.write_text("on,受渡しの向き,情報媒体種別\n2021-07-02,returned,paper\n2021-07-03,納品,電子媒体\n", encoding="utf-8")
    hikae("ledger", "import", office, "Handover", table, "--owner", CONTRACT)
    said = [(row["values"]["direction"], row["values"]["medium"]) for row in rows(office, "Handover")]
    assert said == [("lent", "paper"), ("returned", "paper"), ("delivered", "electronic")]
    hikae("ledger", "correct", office, "Handover", f"{CONTRACT}/1", "受渡しの向き=returned", "情報媒体種別=画面", "--reason", "誤記")
    assert [row["values"]["medium"] for row in rows(office, "Handover")] == ["screen", "paper", "electronic"]
    wrong = hikae("ledger", "add", office, "Handover", "--owner", CONTRACT, "on=2021-07-01", "受渡しの向き=貸出し", lang="ja", code=2)
    assert "「貸出し」という Direction（受渡しの向き） はない（使えるのは delivered（納品）, lent（貸与）, returned（返却））" in wrong.stderr


def test_a_row_is_added_corrected_and_listed(office):
    added = hikae("ledger", "add", office, "Training", "--owner", CONTRACT, "実施日=令和３年７月１日", "topic=メール, 持出し", "受講者=従事者1", "受講者=従事者2", "--by", "福祉課")
    assert added.stdout == f"recorded: 1 row ({CONTRACT}/1)\n"
    (row,) = rows(office, "Training")
    assert row["values"] == {
        "contract": CONTRACT, "on": "2021-07-01", "topic": "メール, 持出し", "workers": [f"{CONTRACT}/従事者1", f"{CONTRACT}/従事者2"],
    }  # fmt: skip
    assert row["by"] == "福祉課" and row["source"] == "ledger-add.csv:2" and row["valid_from"] == "2021-07-01"
    corrected = hikae("ledger", "correct", office, "研修の記録", f"{CONTRACT}/1", "topic=", "実施日=2021-07-02", "--reason", "転記の誤り", lang="ja")
    assert corrected.stdout == f"訂正しました: {CONTRACT}/1 → {CONTRACT}/2\n"
    (row,) = rows(office, "Training")
    assert (row["id"], row["reason"], row["day"]) == (f"{CONTRACT}/2", "転記の誤り", "2021-07-02") and "topic" not in row["values"]
    old, new = rows(office, "Training", "--all", "--owner", CONTRACT)
    assert old["corrected_by"] == new["id"] and new["values"]["corrects"] == old["id"] and new["valid_from"] == "2021-07-01"
    table = list(csv.DictReader(io.StringIO(hikae("ledger", "list", office, "Training", "--from", "2021-07-01", "--format", "csv", lang="ja").stdout.lstrip("\ufeff"))))
    assert [(r["識別名"], r["実施日"], r["訂正の理由"]) for r in table] == [(f"{CONTRACT}/2", "2021-07-02", "転記の誤り")]
    text = hikae("ledger", "list", office, "Training", "--from", "2021-07-01", "--all").stdout.splitlines()
    assert len(text) == 3 and text[0].startswith("id") and "topic" in text[0] and "document" not in text[0]
    assert hikae("ledger", "list", office, "Training", "--from", "2022-07-01", lang="ja").stdout == "行はない\n"


def test_a_table_is_imported_whole_or_not_at_all(office, tmp_path):
    good, bad = tmp_path / "7月.csv", tmp_path / "誤り.csv"
    good.write_text("\ufeff実施日,内容,その他:会場\r\n令和3年7月1日,\"メール\n持出し\",本庁\r\n2021/7/2,,\r\n", encoding="utf-8", newline="")
    bad.write_text("実施日,受講者\n令和3年7月1日,だれか\n2021-02-30,従事者1\n,従事者1\n", encoding="utf-8")
    before = rows(office, "Training", "--all")
    failed = hikae("ledger", "import", office, "Training", bad, "--owner", CONTRACT, code=2)
    lines = failed.stderr.splitlines()
    assert [line.removeprefix(f"hikae: {bad}:").split(" ")[0] for line in lines[:3]] == ["2:10:", "3:1:", "4:1:"], lines
    assert lines[3] == "hikae: 3 problems; nothing was recorded" and failed.stdout == ""
    assert [line.split(" ")[2] for line in lines[:3]] == ["B2:", "A3:", "A4:"]
    assert rows(office, "Training", "--all") == before
    assert hikae("ledger", "import", office, "Training", good, "--owner", CONTRACT).stdout == f"recorded: 2 rows ({CONTRACT}/1 … {CONTRACT}/2)\n"
    first, second = rows(office, "Training")
    assert first["tags"] == {"会場": "本庁"} and first["values"]["topic"] == "メール\n持出し" and second["tags"] == {}
    again = hikae("ledger", "import", office, "Training", good, "--owner", CONTRACT, code=2, lang="ja")
    assert "すでに取り込まれている" in again.stderr
    assert "/4)" in hikae("ledger", "import", office, "Training", good, "--owner", CONTRACT, "--again").stdout


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["add", "Trainin", "on=2021-07-01"], 'no ledger is named "Trainin" (the nearest known name is "Training")'),
        (["add", "本人の同意書つづり", "on=2021-07-01"], "hikae ledger types lists those of the office's packs"),
        (["add", "Training", "--owner", CONTRACT, "on=2021-07-01", "内容=甲", "topic=乙"], 'hikae: "topic" stands there twice'),
        (["add", "Training", "--owner", CONTRACT, "on=2021-07-01", "on=2021-07-02"], 'hikae: "on" stands there twice'),
        (["add", "Training", "on"], '"on" is not NAME=VALUE'),
        (["add", "Training", "--owner", CONTRACT, "実施曰=2021-07-01"], 'the nearest known name is "実施日"'),
        (["add", "Training", "on=2021-07-01"], "no column is contract"),
        (["add", "Approval", "--owner", "hikikomori", "kind=output", "approver=生活援護第一課職員1", "grantedOn=2021-07-02", "expiresOn=2021-07-01"], "expiresOn is before grantedOn"),
        (["add", "Approval", "--owner", "hikikomori", "kind=output", "approver=生活援護第一課職員1", "grantedOn=2021-07-01", "expiresOn=2021-07-02", "records=-1"], "records is less than 0"),
        (["add", "Handover", "--owner", CONTRACT, "on=2021-07-01", "direction=貸出"], 'hikae: direction: no Direction is named "貸出"'),
        (["add", "Handover", "--owner", CONTRACT, "on=2021-07-01", "direction=lent", "staff=山田太郎"], "hikae: staff: no Staff has the id that stands there (write"),
        (["add", "Handover", "--owner", CONTRACT, "direction=lent"], "hikae: no column is on (add"),
        (["correct", "Training", f"{CONTRACT}/着手時の研修", "topic=x"], "a correction needs a reason"),
        (["correct", "Roster", f"{CONTRACT}/着手時の研修", "topic=x", "--reason", "誤り"], 'has no attribute "topic"'),
        (["correct", "Roster", f"{CONTRACT}/着手時の研修", "document=x", "--reason", "誤り"], "is a row of Training, not of Roster"),
        (["list", "Training", "--owner", "ない契約"], 'no Contract is named "ない契約"'),
        (["list", "Contract"], "Contract is no ledger"),
    ],
)
def test_what_is_refused_says_why(made, arguments, said):
    verb, type, *rest = arguments
    failed = hikae("ledger", verb, made, type, *rest, code=2)
    assert said in failed.stderr and failed.stdout == "", failed.stderr


def test_what_was_refused_left_nothing(made):
    assert rows(made, "Training", "--all") == [] and rows(made, "Approval", "--all") == []


def test_a_cell_is_named_as_a_spreadsheet_counts_it(office, tmp_path):
    path = tmp_path / "台帳.csv"
    path.write_text('\ufeff内容,対象,実施日\r\n"一行目\n二, 行目",𠮷,令和3年7月1日\r\n"髙 ""甲""\n\n",,令和3年7月32日\r\n', encoding="utf-8", newline="")
    failed = hikae("ledger", "import", office, "Training", path, "--owner", CONTRACT, code=2, lang="ja")
    assert failed.stderr.startswith(f"hikae: {path}:6:4: C3: on（実施日）"), failed.stderr


def test_of_many_problems_some_are_shown(office, tmp_path):
    path = tmp_path / "名簿.csv"
    path.write_text("実施日\n" + "令和3年7月32日\n" * 30, encoding="utf-8")
    failed = hikae("ledger", "import", office, "Training", path, "--owner", CONTRACT, code=2, lang="ja")
    assert failed.stderr.splitlines()[-1] == "hikae: 誤り 20 件以上。何も記録していない" and len(failed.stderr.splitlines()) == 21


def test_a_moment_is_listed_by_the_clock_in_japan(office):
    hikae("ledger", "add", office, "入退室の記録", "--owner", "hikikomori", "入室日時=2021-07-01T08:00:00+09:00", "退室日時=令和3年7月1日")
    table = hikae("ledger", "list", office, "RoomEntry", "--from", "2021-07-01", "--until", "2021-07-01", "--format", "csv", lang="ja").stdout
    (row,) = csv.DictReader(io.StringIO(table.lstrip("\ufeff")))
    assert (row["入室日時"], row["退室日時"]) == ("2021-07-01T08:00:00+09:00", "2021-07-01") and row["記録日時"].endswith("+09:00")


def test_a_ledger_is_printed_as_a_sheet(office, tmp_path):
    hikae("ledger", "add", office, "受渡簿", "--owner", CONTRACT, "日付=令和3年7月1日", "受渡しの向き=lent", "情報媒体種別=paper", "数量=3", "施錠したケース=true", "内容=𠮷田<名簿>", "返却期限=!unknown", "その他:封印=ｱ１")
    sheet = hikae("ledger", "list", office, "Handover", "--from", "2021-07-01", "--owner", CONTRACT, "--format", "html", lang="ja").stdout
    for said in ("<h1>受渡簿</h1>", "令和3年7月1日から", "貸与", "紙媒体", "はい", "𠮷田&lt;名簿&gt;", "封印", "ｱ１", f"{CONTRACT}/1", "不明"):
        assert said in sheet, said
    assert "媒体の番号" not in sheet and "lent" not in sheet  # columns without a value, ids of the schema
    assert "<h1>handover ledger</h1>" in hikae("ledger", "list", office, "Handover", "--format", "html").stdout


def test_every_row_is_told_in_the_access_log_first(office):
    before = entries(office)
    hikae("ledger", "add", office, "Training", "--owner", CONTRACT, "on=2021-07-01", "--by", "福祉課")
    hikae("ledger", "correct", office, "Training", f"{CONTRACT}/1", "on=2021-07-02", "--reason", "転記の誤り", "--by", "福祉課")
    after = entries(office)
    assert after.count("declared") == before.count("declared") + 2
    assert after.count("corrected") == before.count("corrected") + 1
