"""hikae.log: what it promises a program that imports it."""

import ast
import datetime
import gc
import inspect
import json
import os
import pathlib
import shutil
import subprocess

import pytest

import hikae
from hikae import log

SOURCE = pathlib.Path(os.environ["HIKAE_SOURCE"])
BUILD = pathlib.Path(os.environ["HIKAE_BUILD"])
JAPAN = datetime.timezone(datetime.timedelta(hours=9))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    directory = tmp_path_factory.mktemp("log") / "office"
    done = subprocess.run([BUILD / "bin/make_log", directory], capture_output=True, text=True, check=True)
    return directory, done.stdout.split()


def test_a_verdict(made, tmp_path):
    office, keys = made
    verdict = log.verify(office, keys=keys)
    assert verdict and verdict.sound and verdict.first_bad is None and verdict.key_trusted and verdict.entries == 23
    assert [(p.name, p.entries, p.keys) for p in verdict.periods] == [("2021", 11, 1), ("2022", 12, 2)]
    assert len(verdict.checked) == len(verdict.checked_ja) > 0 and verdict.only_from_outside and verdict.not_checked
    shutil.copytree(office, tmp_path / "copy")
    path = tmp_path / "copy/log/2022/00000000000000000000.seg"
    data = bytearray(path.read_bytes())
    data[data.index("相談記録".encode())] ^= 1
    path.write_bytes(data)
    verdict = log.verify(tmp_path / "copy")
    assert not verdict and verdict.first_bad.period == "2022" and verdict.first_bad.first == 1
    assert verdict.first_bad.fault is log.Fault.ENTRY and "記録 1 番" in verdict.first_bad.text_ja


def test_entries(made):
    opened = log.open(made[0])
    entries = list(opened.entries())
    assert len(entries) == 23 and [len(b) for b in opened.batches(4)][:2] == [4, 4]
    read = entries[1]
    assert read.type == "read" and read.type_ja == "閲覧" and read.decision is log.Decision.ALLOWED and read.actor_id is None
    assert read.time == datetime.datetime(2021, 4, 1, 7, tzinfo=JAPAN) and read.items == ("健康状態", "氏名")
    assert entries[0].decision is None and entries[0].origin == "hikae.example/江戸川/2021" and read.leaf[:3] == b"\x01\x02\x01"
    found = opened.entries(types=["read"], decision="refused", since=datetime.date(2022, 4, 1))
    assert [(e.period, e.index) for e in found] == [("2022", 4), ("2022", 9)]
    assert [e.index for e in opened.entries(last=2)] == [10, 11] and list(opened.entries(last=0)) == []
    assert [e.index for e in opened.entries(period="2021", first=3, end=5)] == [3, 4]
    assert [e.index for e in opened.entries(since=datetime.datetime(2021, 4, 3, 8, tzinfo=JAPAN), period="2021")] == [8, 9, 10]
    with pytest.raises(TypeError):
        list(opened.entries(since=datetime.datetime(2021, 4, 3)))
    with pytest.raises(hikae.InvalidArgument, match="did you mean"):
        list(opened.entries(types=["reed"]))


def test_pandas(made):
    pandas = pytest.importorskip("pandas")
    frame = log.open(made[0]).to_pandas(period="2021")
    assert isinstance(frame, pandas.DataFrame) and len(frame) == 11
    assert frame.groupby("decision").size().to_dict() == {"allowed": 8, "refused": 2}
    assert str(frame["time"].dtype).startswith("datetime64") or frame["time"].iloc[1].tzinfo is not None


def test_progress_stops_and_exceptions_come_out(made):
    opened = log.open(made[0])
    with pytest.raises(hikae.Stopped):
        opened.verify(progress=lambda done, total: False)
    with pytest.raises(hikae.Stopped):
        list(opened.entries(progress=lambda done, total: False))
    with pytest.raises(KeyboardInterrupt):
        opened.verify(progress=lambda done, total: (_ for _ in ()).throw(KeyboardInterrupt()))
    told = []
    opened.prove(3, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (12, 12)


def test_proofs(made, tmp_path):
    office, keys = made
    opened = log.open(office)
    bundle = opened.prove(5)
    policy = log.policy(opened.keys())
    shown = log.check_proof(bundle, policy=policy)
    assert (shown.index, shown.size, shown.origin, shown.witnesses) == (5, 12, "hikae.example/江戸川/2022", ())
    assert shown.root == opened.checkpoint().root and opened.checkpoint().size == 12
    assert log.check_proof(bundle.proof, bundle.leaf, policy=policy) == shown
    with pytest.raises(hikae.Tampered):
        log.check_proof(bundle.proof, bundle.leaf + b"\0", policy=policy)
    with pytest.raises(hikae.Refused):
        log.check_proof(bundle, keys=[keys[0]])
    with pytest.raises(TypeError):
        log.check_proof(bundle.proof, policy=policy)
    with pytest.raises(hikae.InvalidArgument):
        log.check_proof("no proof", b"x" * 70_000, policy=policy)
    older, newer = opened.checkpoint(size=5), opened.checkpoint()
    log.check_growth(older, newer, opened.prove_growth(5))
    with pytest.raises(hikae.Tampered):
        log.check_growth(older, newer, opened.prove_growth(4))
    opened.export(tmp_path / "tiles")
    assert opened.prove(5, tiles=tmp_path / "tiles") == bundle
    bundle.save(tmp_path / "p")
    assert (tmp_path / "p").read_text(encoding="utf-8") == bundle.proof and (tmp_path / "p.leaf").read_bytes() == bundle.leaf


def test_witness_and_anchor(made, tmp_path):
    office = tmp_path / "office"
    shutil.copytree(made[0], office)
    opened = log.open(office)
    key = log.Witness.make_key(tmp_path / "secret", "witness.example/監査室")
    witness = log.Witness(tmp_path / "state", tmp_path / "secret")
    assert witness.key == key
    witness.begin(made[1][1])
    request = opened.request(key)
    assert request.more and request.key_change is None
    answer = witness.cosign(request, seconds=1_650_000_000)
    assert answer.cosigned and answer.known_size == 8 and opened.attach(answer.note, [key]) == 1
    request = opened.request(key)
    assert not witness.cosign(request).cosigned and witness.cosign(request).status == 403
    witness.follow(request.key_change)
    answer = witness.cosign(request, seconds=1_650_000_000)
    assert answer.known_size == 12 and opened.attach(answer.note, [key]) == 1
    policy = "".join(f"log {k}\n" for k in opened.keys()) + f"witness 監査室 {key}\nquorum 監査室\n"
    assert opened.verify(policy=policy, period="2022").periods[0].witnessed_until == 12
    shown = log.check_proof(opened.prove(1, policy=policy), policy=policy)
    assert shown.witnesses == (("監査室", datetime.datetime.fromtimestamp(1_650_000_000, JAPAN)),)
    assert opened.anchor(tmp_path / "kept").stands is log.Stands.FIRST
    same = opened.anchor(tmp_path / "kept")
    assert same.sound and (same.stands, same.kept_size, same.size) == (log.Stands.SAME, 12, 12)
    with pytest.raises(hikae.Exists):
        log.Witness.make_key(tmp_path / "secret", "again")


def test_the_stub_is_the_module():
    stub = ast.parse((SOURCE / "bindings/python/hikae/_hikae.pyi").read_text(encoding="utf-8"))
    part = next(n for n in stub.body if isinstance(n, ast.ClassDef) and n.name == "log")
    native = {name: value for name, value in vars(hikae._hikae.log).items() if not name.startswith("_")}
    assert {n.name for n in part.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))} == native.keys()
    for node in (n for n in part.body if isinstance(n, ast.ClassDef)):
        methods = {m.name for m in node.body if isinstance(m, ast.FunctionDef)} - {"__init__"}
        assert methods == {m for m, value in vars(native[node.name]).items() if callable(value) and not m.startswith("_")}


def test_everything_public_is_documented():
    for name in log.__all__:
        assert inspect.getdoc(getattr(log, name)), name


def test_names_and_plain_details(tmp_path):
    office = tmp_path / "office"
    office.mkdir()
    subprocess.run([BUILD / "bin/make_acts", office], check=True)
    opened = log.open(office)
    found = list(opened.entries(actor_id="職員-0042", names=True, details=True))
    assert [(e.actor_id, e.subject_id, e.plain) for e in found] == [
        ("職員-0042", "住民-7", '{"理由": "面談"}'), ("職員-0042", "住民-8", '{"理由": "面談"}')] * 2  # fmt: skip
    assert all(e.sealed == b"" for e in found)
    assert list(opened.entries(subject_id="だれでもない")) == []
    (office / "keys.db").unlink()
    assert len(list(opened.entries(types=["read"]))) == 6
    with pytest.raises(hikae.NotFound):
        list(opened.entries(names=True))


def acts(directory):
    return [entry for entry in log.open(directory).entries(names=True) if entry.actor is not None]


def test_an_office_acts_in_somebodys_name(tmp_path):
    directory = tmp_path / "office"
    with hikae.open(directory, create=True, actor="職員-髙橋", log_origin="hikae.example/江戸川") as office:
        office.declare(SOURCE / "examples/ward/vocabulary.yaml")
    assert log.open(directory).checkpoint().origin.startswith("hikae.example/江戸川/")
    named = acts(directory)
    assert len(named) >= 3 and {entry.actor_id for entry in named} == {"職員-髙橋"}
    for wrong in ({"loss_ms": 5}, {"loss_records": 5}, {"actor": "a\0b"}, {"actor": "a" * 4097}, {"log_origin": "a b"}):
        with pytest.raises(hikae.InvalidArgument):
            hikae.open(tmp_path / "never", create=True, **wrong)
        assert not (tmp_path / "never").exists()


def test_a_bounded_log_says_so_while_it_is_open(tmp_path):
    """The mark that tells of a possible loss (docs/formats/office-directory.md) lies there while such a writer runs."""
    for bound, marks in (({}, 0), ({"loss_ms": 50, "loss_records": 7}, 1)):
        directory = tmp_path / f"office{marks}"
        with hikae.open(directory, create=True, **bound):
            found = list((directory / "log").rglob("*.bounded"))
            assert len(found) == marks
            assert all("ms 50\nrecords 7\n" in mark.read_text() for mark in found)
        gc.collect()
        assert not list((directory / "log").rglob("*.bounded")) and log.verify(directory).sound


def test_sign_and_rotate(tmp_path):
    directory = tmp_path / "office"
    with hikae.open(directory, create=True) as office:
        office.declare(SOURCE / "examples/ward/vocabulary.yaml")
        note = office.sign()
        assert isinstance(note, log.Checkpoint) and note == log.open(directory).checkpoint() == office.sign()
        assert note.size == log.verify(directory).entries
        before = log.open(directory).keys()
        key = office.rotate_key()
        after = log.open(directory).keys()
        assert key not in before and after[:-1] == before and after[-1] == key
        assert log.verify(directory, keys=before).sound and log.verify(directory).periods[0].keys == 2
    with pytest.raises(ValueError):
        office.sign()
    with hikae.open(directory, read_only=True) as office:
        for refused in (office.rotate_key, lambda: office.review_log(reviewed_by="a", findings="b")):
            with pytest.raises(hikae.Error):
                refused()
        assert log.open(directory).keys() == after


def test_a_review_and_a_drop(tmp_path):
    directory = tmp_path / "office"
    with hikae.open(directory, create=True):
        pass
    gc.collect()
    first = log.open(directory).periods()[0][0]
    subprocess.run([BUILD / "bin/make_acts", directory, "2098"], check=True)
    with hikae.open(directory, actor="職員-0001") as office:
        stated = {"reviewed_by": "個人情報保護管理者", "findings": "異常なし", "on": "令和4年5月21日", "period": "2098"}
        row = office.review_log(**stated, first=1, end=4, signed_off_by="区長", signed_off_on=datetime.date(2022, 5, 22))
        assert row.startswith("2098/1-4/")
        reviewed = next(log.open(directory).entries(types=["log reviewed"], names=True, details=True))
        assert reviewed.actor_id == "個人情報保護管理者" and "区長" in reviewed.plain and "2022-05-22" in reviewed.plain
        again = office.review_log(**stated, corrects=row)
        assert again != row and again.startswith("2098/0-")
        count = log.verify(directory).entries
        for wrong, error in (
            ({"findings": ""}, hikae.InvalidArgument),
            ({"first": 4, "end": 4000}, hikae.InvalidArgument),
            ({"first": 4, "end": 4}, ValueError),
            ({"end": 0}, ValueError),
            ({"on": datetime.datetime(2022, 5, 21)}, TypeError),
            ({"period": "1999"}, hikae.NotFound),
            ({"corrects": "2098/0-1/1"}, hikae.Error),
        ):
            with pytest.raises(error):
                office.review_log(**{**stated, **wrong})
        with pytest.raises(hikae.InvalidArgument):
            office.drop_period(log.open(directory).periods()[-1][0], by="職員-0001", ground="保存期間満了")
        with pytest.raises(hikae.InvalidArgument):
            office.drop_period(first, by="職員-0001", ground="")
        with pytest.raises(hikae.NotFound):
            office.drop_period("1999", by="職員-0001", ground="保存期間満了")
        assert [entry.type for entry in log.open(directory).entries()].count("log reviewed") == 2
        assert log.verify(directory).entries - count <= 1  # what came about for a refused row is told, not hidden
        certificate = office.drop_period(first, by="職員-0001", ground="文書管理規程第30条")
        assert json.loads(certificate)["period"] == first and json.loads(certificate)["ground"] == "文書管理規程第30条"
        assert not list((directory / "log").glob(f"{first}/*.seg")) and log.verify(directory).sound
