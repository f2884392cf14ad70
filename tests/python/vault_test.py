"""Keys, sessions and records in Python: what they promise a program that imports hikae."""

import ast
import inspect
import os
import pathlib
import pickle
import shutil
import threading

import pytest

import hikae
from hikae import _keys, _vault, log

SOURCE = pathlib.Path(os.environ["HIKAE_SOURCE"])
PAPERS = [*(SOURCE / "examples" / p for p in ("ward/vocabulary.yaml", *(f"hikikomori/{n}.yaml" for n in ("declaration", "after-opinion", "running")))), SOURCE / "tests/gate/handover_plan.yaml"]
FILE = "ひきこもり相談記録"
KEY = b"0123456789abcdef0123456789abcdef"
CLERK = {
    "actor": "生活援護第一課職員1", "handling": "hikikomori", "purpose": "ひきこもり相談支援", "terminal": "全庁LAN端末1",
    "place": "生活援護第一課事務室内", "terminal_factors": ["ic-card", "pin"],
}  # fmt: skip
HEAD = {**CLERK, "actor": "生活援護第一課長1"}


@pytest.fixture
def directory(tmp_path):
    shutil.copytree(SOURCE / "src/packs/edogawa-2021", tmp_path / "pack")
    pack = (tmp_path / "pack/pack.yaml").read_text(encoding="utf-8")
    assert ", until: 2023-03-31" in pack  # with its ordinance; here it goes on, for there is no other
    (tmp_path / "pack/pack.yaml").write_text(pack.replace(", until: 2023-03-31", ""), encoding="utf-8")
    with hikae.open(tmp_path / "office", create=True, pack=tmp_path / "pack") as office:
        for paper in PAPERS:
            office.declare(paper)
        office.make_keys(key_file=KEY)
    return tmp_path / "office"


@pytest.fixture
def office(directory):
    with hikae.open(directory) as office:
        yield office


@pytest.fixture
def keys(office):
    with office.unlock(key_file=KEY) as keys:
        yield keys


@pytest.fixture
def session(keys):
    with keys.session(**CLERK) as session:
        yield session


def test_keys(office, tmp_path):
    with pytest.raises(hikae.Exists):
        office.make_keys(key_file=KEY)
    with pytest.raises(hikae.WrongSecret):
        office.unlock(key_file=b"x" * 32)
    for wrong in ({}, {"passphrase": "x", "key_file": KEY}, {"passphrase": "x", "shares": []}):
        with pytest.raises(TypeError):
            office.unlock(**wrong)
    (tmp_path / "key").write_bytes(KEY)
    keys = office.unlock(key_file=tmp_path / "key")
    assert {key.kind for key in keys.list()} == {"master", "office", "index"} and all(key.state == "primary" for key in keys.list())
    head = keys.session(**HEAD)
    with pytest.raises(hikae.InvalidArgument):
        head.add_lock(passphrase="短い")
    head.add_lock(passphrase="正しい馬の電池ホチキスを覚える", operations=1, memory=8 << 20)
    office.unlock(passphrase="正しい馬の電池ホチキスを覚える").close()
    shares = head.share_keys(2, ["副区長", "総務部長", "会計管理者"])
    assert list(shares) == ["副区長", "総務部長", "会計管理者"]
    office.unlock(shares=[shares["会計管理者"], shares["副区長"]]).close()
    with pytest.raises(TypeError):
        office.recover_keys([shares["会計管理者"], shares["副区長"]])
    office.recover_keys([shares["会計管理者"], shares["副区長"]], key_file=b"z" * 32)
    with pytest.raises(hikae.WrongSecret):
        office.unlock(key_file=KEY)
    head.backup_keys(tmp_path / "copy")
    with pytest.raises(hikae.Exists):
        head.backup_keys(tmp_path / "copy")
    with pytest.raises(hikae.Exists):
        head.backup_keys(tmp_path / "copy", change_log_key=True)
    head.backup_keys(tmp_path / "copy-2", change_log_key=True)
    assert len(list(log.open(tmp_path / "office").entries(types=["key announced"]))) == 1
    head.rotate_master(key_file=b"y" * 32)
    keys.close()
    keys.close()
    with pytest.raises(ValueError):
        keys.list()
    with pytest.raises(hikae.Locked):
        head.rotate_office()
    with pytest.raises(hikae.WrongSecret):
        office.unlock(key_file=b"z" * 32)
    office.close()
    hikae.restore_keys(tmp_path / "office", tmp_path / "copy", actor="会計管理者")
    with hikae.open(tmp_path / "office") as again:
        again.unlock(key_file=b"z" * 32).close()
    entry = next(e for e in log.open(tmp_path / "office").entries(names=True) if e.thing == "keys-restore")
    assert entry.type == "office changed" and entry.actor_id == "会計管理者" and entry.count == 0


def test_keys_are_administered(keys, session, office, tmp_path):
    session.put_many(FILE, {"10000001": {"氏名": "髙槗 花子"}, "10000002": {"氏名": "吉田 太郎"}})
    acts = {
        "keys-lock": lambda s: s.add_lock(key_file=KEY),
        "keys-share": lambda s: s.share_keys(2, ["副区長", "総務部長"]),
        "keys-rotate-office": lambda s: s.rotate_office(progress=told.append),
        "keys-rotate-index": lambda s: s.rotate_index(),
        "keys-state": lambda s: s.set_key_state("index", 1, "enabled"),
        "keys-retire-index": lambda s: s.retire_index(),
        "keys-rotate-subjects": lambda s: s.rotate_subjects(FILE),
        "keys-backup": lambda s: s.backup_keys(tmp_path / "copy"),
        "keys-rotate-master": lambda s: s.rotate_master(key_file=KEY),
    }
    told = _Told()
    for act in acts.values():
        with pytest.raises(hikae.Refused) as caught:
            act(session)
        assert [r.rule for r in caught.value.decision.reasons] == ["edo21.administer.role"]
    assert not (tmp_path / "copy").exists() and all(key.version == 1 for key in keys.list())
    with keys.session(**HEAD) as head:
        for act in acts.values():
            act(head)
        assert told and told[-1][0] <= told[-1][1]
        states = {(key.kind, key.version): key.state for key in keys.list()}
        assert states == {
            ("master", 1): "destroyed", ("master", 2): "primary", ("office", 1): "destroyed", ("office", 2): "primary",
            ("index", 1): "destroyed", ("index", 2): "primary",
        }  # fmt: skip
        for wrong, error in ((("index", 2, "primary"), hikae.InvalidArgument), (("index", 2, "gone"), ValueError), (("index", 7, "enabled"), hikae.NotFound)):
            with pytest.raises(error):
                head.set_key_state(*wrong)
        with pytest.raises(ZeroDivisionError):
            head.rotate_subjects(FILE, progress=lambda done, total: 1 / 0)
        with pytest.raises(TypeError):
            head.rotate_office(files=[FILE])
    assert session.search(FILE, "氏名", "髙槗 花子") == ["10000001"] and keys.check() == []
    entries = list(log.open(tmp_path / "office").entries(types=["administered"]))
    for thing in acts:
        assert [e.decision for e in entries if e.thing == thing][:2] == ["refused", "allowed"], thing


class _Told(list):
    """Takes progress as a list of pairs."""

    def append(self, done, total):
        super().append((done, total))


def test_records(session):
    assert session.put(FILE, "10000001", {"氏名": "髙槗 花子𠮷", "生年月日": "平成16年2月28日"}) == 1
    assert session.put_many(FILE, {"10000002": {"氏名": "吉田 太郎"}, "10000003": {"氏名": "吉田 次郎", "連絡先": "ﾀﾝﾄｳ"}}) == {"10000002": 1, "10000003": 1}
    assert session.get(FILE, "10000001", "生年月日") == "2004-02-28" and session.get_bytes(FILE, "10000003", "連絡先") == "ﾀﾝﾄｳ".encode()
    records = session.get_many(FILE, ["10000001", "99999999"])
    assert [r.state for r in records] == ["released", "no record"] and records[0].released and not records[1].released
    assert records[0]["氏名"] == "髙槗 花子𠮷" and records[0].versions == {"氏名": 1, "生年月日": 1} and records[1].version is None
    assert records[0].decision and records[0].decision.reasons[0].article and "花子" not in repr(records)
    seen = session.get_many(FILE, ["10000001"], ["氏名"], view="presence")[0]
    assert seen.items == {"氏名": None} and seen.views == {"氏名": "presence"}
    assert session.put(FILE, "10000001", {"生年月日": None}, if_version=1) == 2
    with pytest.raises(hikae.Busy):
        session.put(FILE, "10000001", {"氏名": "x"}, if_version=1)
    with pytest.raises(hikae.NotFound):
        session.get(FILE, "10000001", "生年月日")
    with pytest.raises(hikae.InvalidArgument) as bad:
        session.put(FILE, "10000001", {"生年月日": "2004-02-31"})
    assert "02-31" not in str(bad.value)
    assert session.search(FILE, "氏名", "髙槗 花子𠮷") == ["10000001"] and session.search(FILE, "氏名", "吉田", "prefix", most=1)
    assert session.sift(FILE, ["氏名"], lambda items: items["氏名"].endswith("次郎")) == ["10000003"]
    with pytest.raises(ZeroDivisionError):
        session.sift(FILE, ["氏名"], lambda items: 1 / 0)
    for wrong, error in (({"items": "氏名"}, TypeError), ({"approvals": "x"}, TypeError), ({"view": "all"}, ValueError), ({"veiw": "whole"}, TypeError)):
        with pytest.raises(error):
            session.get_many(FILE, ["10000001"], **wrong)
    with pytest.raises(TypeError):
        session.put(FILE, "10000001", {"年齢": 17})


def test_a_refusal_says_why(keys, session):
    with pytest.raises(hikae.Refused) as caught:
        keys.session(**{**CLERK, "terminal_factors": []})
    decision = caught.value.decision
    assert not decision and decision.act == "login" and decision.judged and decision.file is None
    reason = next(r for r in decision.reasons if r.rule == "edo21.auth.factors.terminal")
    assert reason.article and reason.title and reason.title_en and reason.severity is hikae.Severity.BLOCK
    assert reason.article in decision.explain() and "refused" in decision.explain("en")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.decision.explain() == decision.explain() and again.decision.time == decision.time
    session.put(FILE, "10000001", {"氏名": "髙槗 花子"})
    for rule, act in (
        ("edo21.consult.scope-items", lambda: session.get(FILE, "10000001", "特記事項")),
        ("edo21.erase.role", lambda: session.erase(FILE, ["10000001"])),
        ("edo21.provision.recipient", lambda: session.get(FILE, "10000001", "氏名", act="provide")),
    ):
        with pytest.raises(hikae.Refused) as caught:
            act()
        assert rule in [r.rule for r in caught.value.decision.reasons]
    assert session.would_allow(FILE, "10000001") and not session.would_allow(FILE, "10000001", act="erase")
    assert "できない" in session.explain(FILE, act="erase") and "is allowed" in session.explain(FILE, language="en")
    with pytest.raises(hikae.NotFound) as other:
        session.get(FILE, "99999999", "氏名")
    assert not hasattr(other.value, "decision")


def test_administering(keys, session, office, tmp_path):
    session.put_many(FILE, {"10000001": {"氏名": "髙槗 花子"}, "10000002": {"氏名": "吉田 太郎"}})
    with keys.session(**HEAD) as head:
        head.mark("10000002", [hikae.Mark("use-stopped")])
        mark = head.marks("10000002")[0]
        assert mark.kind == "use-stopped" and mark.until is None and mark.since is not None
        records = session.get_many(FILE, ["10000001", "10000002"])
        assert [r.state for r in records] == ["released", "withheld"] and not records[1].decision
        with pytest.raises(hikae.Refused):
            session.get_many(FILE, ["10000002"])
        erased = head.erase(FILE, ["10000002"])
        assert erased.records == 1 and "hikae erasure 1" in erased.certificate
        head.rotate_subjects(FILE)
        assert session.get(FILE, "10000001", "氏名") == "髙槗 花子"
        head.set_password(CLERK["actor"], "さくら咲く四月の合言葉")
        keys.session(**CLERK, password="さくら咲く四月の合言葉").end()
        with pytest.raises(hikae.WrongSecret):
            keys.session(**CLERK, password="違う")
        keys.change_password(**CLERK, password="さくら咲く四月の合言葉", new_password="もみじ散る十月の日の合言葉")
        head.revoke(session.id)
    with pytest.raises(hikae.Refused) as caught:
        session.get(FILE, "10000001", "氏名")
    assert caught.value.decision.reasons[0].rule == "edo21.session.revoked"
    assert keys.check() == []
    assert log.verify(tmp_path / "office").sound


def test_media(session, tmp_path):
    session.put_many(FILE, {"10000001": {"氏名": "髙槗 花子"}, "10000002": {"氏名": "吉田 太郎"}})
    seal = {"passphrase": "媒体の合言葉は別に伝える"}
    assert session.export_to(tmp_path, "out", FILE, ["10000001"], ["氏名"], medium="electronic", encrypted=True, handover="試験の受渡し", **seal) == 1
    session.put(FILE, "10000001", {"氏名": "別の名前"})
    signers = log.open(tmp_path / "office").keys()
    assert session.import_from(tmp_path, "out", FILE, signers=signers, act="write", **seal) == 1
    assert session.get(FILE, "10000001", "氏名") == "髙槗 花子"
    with pytest.raises(hikae.Exists):
        session.export_to(tmp_path, "out", FILE, handover="試験の受渡し", **seal)
    with pytest.raises(hikae.WrongSecret):
        session.import_from(tmp_path, "out", FILE, signers=signers, act="write", passphrase="違う合言葉である")
    with pytest.raises(hikae.NotFound):
        session.import_from(tmp_path, "absent", FILE, signers=signers, **seal)


def test_sessions_end_and_are_taken_up(keys):
    with keys.session(**CLERK) as session:
        token = session.token()
        with keys.resume(token) as other:
            assert other.id == session.id
        assert [s.ended_at for s in keys.sessions()] == [None]
    assert keys.sessions()[0].ended_at is not None and keys.sessions()[0].actor == CLERK["actor"]
    with pytest.raises(hikae.NotFound):
        keys.resume(token)
    with pytest.raises(ValueError):
        session.get(FILE, "1", "氏名")
    with pytest.raises(ZeroDivisionError):
        with keys.session(**CLERK) as session:
            keys.close()
            1 / 0


def test_freed_keys_lock_their_sessions(office):
    keys = office.unlock(key_file=KEY)
    session = keys.session(**CLERK)
    session.put(FILE, "10000001", {"氏名": "髙槗 花子"})
    keys.close()
    with pytest.raises(hikae.Locked):
        session.get(FILE, "10000001", "氏名")


def test_keys_closed_from_within_a_call(office):
    keys = office.unlock(key_file=KEY)
    session = keys.session(**CLERK)
    session.put(FILE, "10000001", {"氏名": "髙槗 花子"})
    assert session.sift(FILE, ["氏名"], lambda items: keys.close() is None) == ["10000001"]
    with pytest.raises(hikae.Locked):
        session.get(FILE, "10000001", "氏名")
    with office.unlock(key_file=KEY) as again:  # the closing waits for the call it stands in
        head = again.session(**HEAD)
        head.rotate_office(progress=lambda done, total: again._native and again._native.close())
        with pytest.raises(hikae.Locked):
            head.rotate_office()


def test_other_threads_run_meanwhile(keys):
    errors = []

    def work(n):
        try:
            with keys.session(**CLERK) as session:
                for i in range(5):
                    session.put(FILE, f"{n}-{i}", {"氏名": f"相談者 {i}"})
                    assert session.get(FILE, f"{n}-{i}", "氏名") == f"相談者 {i}"
        except Exception as e:  # noqa: BLE001 - shown below
            errors.append(e)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_the_stubs_say_what_the_module_has():
    stubs = ast.parse((SOURCE / "bindings/python/hikae/_hikae.pyi").read_text(encoding="utf-8"))
    for name in ("Keys", "Session"):
        described = next(node for node in stubs.body if isinstance(node, ast.ClassDef) and node.name == name)
        real = {n for n, _ in inspect.getmembers(getattr(hikae._hikae, name)) if not n.startswith("_")}
        assert {node.name for node in described.body if isinstance(node, ast.FunctionDef)} == real
    for module, names in ((_keys, ["Keys", "KeyInfo"]), (_vault, ["Session", "Decision", "Record", "Mark", "Reason", "Erased"])):
        for name in names:
            assert name in hikae.__all__ and getattr(hikae, name) is getattr(module, name) and getattr(module, name).__doc__
