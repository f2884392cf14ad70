"""The commands of keys, sessions and records: an office whose counsellors work, and are refused."""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import stat
import subprocess

import pytest

BUILD = pathlib.Path(os.environ["HIKAE_BUILD"])
SOURCE = pathlib.Path(os.environ["HIKAE_SOURCE"])
EXAMPLES = SOURCE / "examples"
PAPERS = [
    EXAMPLES / "ward/vocabulary.yaml",
    EXAMPLES / "hikikomori/declaration.yaml",
    EXAMPLES / "hikikomori/after-opinion.yaml",
    EXAMPLES / "hikikomori/running.yaml",
    SOURCE / "tests/gate/handover_plan.yaml",
]
FILE = "ひきこもり相談記録"
COUNSELLOR = ["--actor", "生活援護第一課職員1", "--handling", "hikikomori", "--purpose", "ひきこもり相談支援"]
PLACE = ["--terminal", "全庁LAN端末1", "--place", "生活援護第一課事務室内"]
CARD = ["--terminal-factor", "ic-card", "--terminal-factor", "pin"]
HEAD = ["--actor", "生活援護第一課長1", *COUNSELLOR[2:]]


def run(*arguments, lang="en", cwd=None, stdin=""):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    words = [str(BUILD / "bin/hikae"), *map(str, arguments), "--lang", lang]
    # A session of its own: no terminal to ask at.
    return subprocess.run(words, cwd=cwd, env=environment, input=stdin, capture_output=True, text=True, encoding="utf-8", start_new_session=True)


def hikae(*arguments, code=0, **options):
    done = run(*arguments, **options)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout[:2000]}\n{done.stderr[:2000]}"
    return done.stdout


def error(*arguments, **options):
    done = run(*arguments, **options)
    assert done.returncode == 2 and done.stdout == "", (arguments, done.returncode, done.stdout, done.stderr)
    lines = done.stderr.splitlines()
    assert lines[0].startswith("hikae: ")
    return lines[0]


def refused(*arguments, **options):
    """What the clerk is told."""
    done = run(*arguments, **options)
    assert done.returncode == 3 and done.stdout == "", (arguments, done.returncode, done.stdout, done.stderr)
    return done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    directory = tmp_path_factory.mktemp("vault")
    (directory / "key").write_bytes(os.urandom(32))
    shutil.copytree(SOURCE / "src/packs/edogawa-2021", directory / "pack")
    pack = (directory / "pack/pack.yaml").read_text(encoding="utf-8")
    assert ", until: 2023-03-31" in pack  # with its ordinance; here it goes on, for there is no other
    (directory / "pack/pack.yaml").write_text(pack.replace(", until: 2023-03-31", ""), encoding="utf-8")
    hikae("init", "office", "--pack", "pack", cwd=directory)
    for paper in PAPERS:
        hikae("declare", "office", paper, cwd=directory)
    assert "made" in hikae("keys", "init", "office", "--new-key-file", "key", cwd=directory)
    return directory


class Ward:
    """A copy of the office, and the commands on it."""

    def __init__(self, directory):
        self.directory = directory
        self.key = ["--key-file", "key"]

    def __call__(self, group, verb, *arguments, session=None, code=0, **options):
        more = ["--session-file", session] if session else []
        return hikae(group, verb, "office", *arguments, *self.key, *more, code=code, cwd=self.directory, **options)

    def refused(self, group, verb, *arguments, session=None, **options):
        more = ["--session-file", session] if session else []
        return refused(group, verb, "office", *arguments, *self.key, *more, cwd=self.directory, **options)

    def error(self, group, verb, *arguments, session=None, **options):
        more = ["--session-file", session] if session else []
        return error(group, verb, "office", *arguments, *self.key, *more, cwd=self.directory, **options)

    def begin(self, name="token", who=COUNSELLOR):
        self("session", "begin", *who, *PLACE, *CARD, "-o", name)
        return name


@pytest.fixture
def ward(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Ward(tmp_path)


def test_keys(ward):
    assert ward("keys", "unlock") == "the keys open\n"
    listed = ward("keys", "list").splitlines()
    assert listed[0].split() == ["kind", "version", "state", "made", "subjects"] and {line.split()[0] for line in listed[1:]} == {"master", "office", "index"}
    assert "台帳の鍵" not in error("keys", "init", "office", "--new-key-file", "key", cwd=ward.directory)
    (ward.directory / "wrong").write_bytes(b"\0" * 32)
    assert "key-file" not in error("keys", "unlock", "office", "--key-file", "wrong", cwd=ward.directory)
    assert "one secret" in error("keys", "unlock", "office", "--key-file", "key", "--passphrase-file", "key", cwd=ward.directory)
    assert "cannot be read" in error("keys", "unlock", "office", "--key-file", "absent", cwd=ward.directory)
    assert "no terminal" in error("keys", "unlock", "office", cwd=ward.directory)
    assert "端末がない" in error("keys", "unlock", "office", cwd=ward.directory, lang="ja")
    assert "a session is needed" in ward.error("keys", "rotate")


def entries(ward, *options):
    return json.loads(hikae("log", "show", "office", "--format", "json", *options, cwd=ward.directory))


def test_keys_are_administered(ward):
    """Every act on the keys is decided by a rule, and stands in the log, refused or allowed."""
    token, head = ward.begin(), ward.begin("head", HEAD)
    for subject in ("10000001", "10000002"):
        ward("record", "put", FILE, subject, "--set", "氏名=髙槗 花子", session=token)
    custodians = ["--threshold", "2", "--custodian", "副区長", "--custodian", "総務部長"]
    acts = [
        ("keys-lock", "set", ["lock", "--new-key-file", "key"]),
        ("keys-share", "shares/share-2", ["share", "shares", *custodians]),
        ("keys-rotate-office", "the office key", ["rotate"]),
        ("keys-rotate-index", "the index key", ["rotate", "--index"]),
        ("keys-state", "index 1: enabled", ["state", "index", "1", "enabled"]),
        ("keys-retire-index", "destroyed", ["retire"]),
        ("keys-rotate-subjects", FILE, ["rotate", "--subjects", FILE]),
        ("keys-backup", "written", ["backup", "copy"]),
        ("keys-rotate-master", "the master key", ["rotate", "--master", "--new-key-file", "key"]),
    ]
    for thing, _, (verb, *more) in acts:
        assert "責任体制" in ward.refused("keys", verb, *more, session=token, lang="ja"), thing
    assert not (ward.directory / "copy").exists() and not (ward.directory / "shares").exists()
    assert all(line.split()[1:3] == ["1", "primary"] for line in ward("keys", "list").splitlines()[1:])
    for thing, said, (verb, *more) in acts:
        assert said in ward("keys", verb, *more, session=head), thing
    states = {tuple(line.split()[:3]) for line in ward("keys", "list").splitlines()[1:]}
    assert states == {(kind, *state) for kind in ("master", "office", "index") for state in (("1", "destroyed"), ("2", "primary"))}
    told = entries(ward, "--type", "administered")
    for thing, _, _ in acts:
        mine = [e for e in told if e["thing"] == thing]
        assert [e["decision"] for e in mine] == ["refused", "allowed"], (thing, mine)
        assert mine[0]["rules"] == ["edo21.administer.role"] and mine[1]["rules"] == ["edo21.ground.administer"]
    assert sorted(ward("record", "search", FILE, "氏名", "髙槗 花子", session=token).split()) == ["10000001", "10000002"]
    assert ward("record", "check") == "records and log agree\n"
    for wrong in (["--master", "--index"], ["--index", "--subjects", FILE]):
        assert "exclude" in ward.error("keys", "rotate", *wrong, session=head)
    for wrong in (["index", "x", "enabled"], ["index", "2", "primary"], ["index", "2", "destroyed", "--yes", "index"], ["index", "9", "enabled"], ["lookup", "1", "enabled"]):
        ward.error("keys", "state", *wrong, session=head)
    assert "--yes" in ward.error("keys", "state", "index", "2", "destroyed", session=head)


def test_without_a_session_the_log_has_it(ward):
    head = ward.begin("head", HEAD)
    ward("keys", "share", "shares", "--threshold", "2", "--custodian", "副区長", "--custodian", "総務部長", session=head)
    ward("keys", "unlock", "--by", "危機管理監")  # known to the copy, which will be what names are read from
    ward("keys", "backup", "copy", session=head)
    (ward.directory / "wrong").write_bytes(b"\0" * 32)
    (ward.directory / "fresh").write_bytes(os.urandom(32))
    before = len(entries(ward))
    error("keys", "unlock", "office", "--key-file", "wrong", cwd=ward.directory)
    hikae("keys", "recover", "office", "--share", "shares/share-1", "--share", "shares/share-2", "--new-key-file", "fresh", "--by", "危機管理監", cwd=ward.directory)
    hikae("keys", "restore", "office", "copy", "--by", "危機管理監", cwd=ward.directory)
    ward("keys", "unlock")
    shown = entries(ward, "--names")[before:]
    assert [(e["type"], e["thing"], e.get("decision")) for e in shown] == [
        ("keys unlocked", "key-file", "refused"), ("keys unlocked", "shares", "allowed"), ("office changed", "keys-recover", None),
        ("office changed", "keys-restore", None), ("keys unlocked", "key-file", "allowed"),
    ]  # fmt: skip
    assert all("危機管理監" in json.dumps(shown[i], ensure_ascii=False) for i in (1, 2, 3))
    all_of_them = entries(ward)
    assert sum(e["thing"] == "keys-init" for e in all_of_them if e["type"] == "office changed") == 1


def test_a_passphrase_beside_the_key_file(ward):
    (ward.directory / "new").write_text("正しい馬の電池ホチキスを覚える\n", encoding="utf-8")
    head = ward.begin("head", HEAD)
    ward("keys", "lock", "--new-passphrase-file", "new", session=head)
    assert hikae("keys", "unlock", "office", "--passphrase-file", "new", cwd=ward.directory) == "the keys open\n"
    assert hikae("keys", "unlock", "office", "--passphrase-file", "-", cwd=ward.directory, stdin="正しい馬の電池ホチキスを覚える") == "the keys open\n"
    (ward.directory / "two").write_text("一行目の合言葉は十二文字\n二行目\n", encoding="utf-8")
    assert "more than one line" in error("keys", "unlock", "office", "--passphrase-file", "two", cwd=ward.directory)
    (ward.directory / "short").write_text("短い\n", encoding="utf-8")
    ward.error("keys", "lock", "--new-passphrase-file", "short", session=head)


def test_the_terminal_shows_no_passphrase(ward):
    (ward.directory / "new").write_text("正しい馬の電池ホチキスを覚える", encoding="utf-8")
    ward("keys", "lock", "--new-passphrase-file", "new", session=ward.begin("head", HEAD))
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ward.directory)
        os.execve(BUILD / "bin/hikae", ["hikae", "keys", "unlock", "office", "--lang", "en"], {"PATH": os.environ["PATH"]})

    def until(text):
        seen = b""
        while text.encode() not in seen:
            ready, _, _ = select.select([terminal], [], [], 60)
            assert ready, f"waited for {text!r}, saw {seen!r}"
            seen += os.read(terminal, 4096)
        return seen

    until("Passphrase: ")
    os.write(terminal, "正しい馬のx\x7f電池ホチキスを覚える\n".encode())
    assert "電池" not in until("the keys open").decode()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_shares(ward):
    head = ward.begin("head", HEAD)
    for wrong in (["--threshold", "2"], ["--custodian", "副区長", "--custodian", "総務部長"], ["--threshold", "3", "--custodian", "副区長", "--custodian", "総務部長"]):
        ward.error("keys", "share", "shares", *wrong, session=head)
    custodians = ["--custodian", "副区長", "--custodian", "総務部長", "--custodian", "会計管理者"]
    assert ward("keys", "share", "shares", "--threshold", "2", *custodians, session=head).splitlines()[1] == "総務部長: shares/share-2"
    assert stat.S_IMODE((ward.directory / "shares/share-1").stat().st_mode) == 0o600
    assert "must not exist" in ward.error("keys", "share", "shares", "--threshold", "2", *custodians, session=head)
    (ward.directory / "fresh").write_bytes(os.urandom(32))
    error("keys", "recover", "office", "--share", "shares/share-1", "--new-key-file", "fresh", cwd=ward.directory)
    two = ["--share", "shares/share-3", "--share", "shares/share-1"]
    assert "shares open" in hikae("keys", "recover", "office", *two, "--new-key-file", "fresh", cwd=ward.directory)
    assert hikae("keys", "unlock", "office", "--key-file", "fresh", cwd=ward.directory)
    error("keys", "unlock", "office", *ward.key, cwd=ward.directory)


def test_a_backup_brings_nobody_back(ward):
    token, head = ward.begin(), ward.begin("head", HEAD)
    for subject in ("10000001", "10000002"):
        ward("record", "put", FILE, subject, "--set", "氏名=髙槗 花子", session=token)
    ward("keys", "backup", "copy", session=head)
    ward.error("keys", "backup", "copy", session=head)
    assert "certificate: paper" in ward("record", "erase", FILE, "10000002", "--yes", FILE, "-o", "paper", session=head)
    assert "hikae erasure 1" in (ward.directory / "paper").read_text(encoding="utf-8")
    hikae("keys", "restore", "office", "copy", cwd=ward.directory)
    assert "髙槗 花子" in ward("record", "get", FILE, "10000001", "--item", "氏名", session=token)
    assert ward("record", "get", FILE, "10000002", "--item", "氏名", session=token) == "10000002  no record\n"
    error("keys", "restore", "office", "paper", cwd=ward.directory)
    error("keys", "restore", "office", "absent", cwd=ward.directory)


def test_sessions(ward):
    token = ward("session", "begin", *COUNSELLOR, *PLACE, *CARD).strip()
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert "needs --purpose" in ward.error("session", "begin", "--actor", "x", "--handling", "hikikomori")
    told = ward.refused("session", "begin", *COUNSELLOR, *PLACE, lang="ja")
    assert "できない" in told and "諮問依頼書" in told and "対応: " in told
    assert "is refused" in ward.refused("session", "begin", *COUNSELLOR, *PLACE)
    ward.begin("file")
    assert stat.S_IMODE((ward.directory / "file").stat().st_mode) == 0o600
    listed = ward("session", "list").splitlines()
    assert len(listed) == 3 and all("生活援護第一課職員1  hikikomori" in line for line in listed[1:])
    assert "ended" in ward("session", "end", "--session", token)
    ward.error("session", "end", "--session", token)
    assert "a session is needed" in ward.error("session", "end")
    assert "a session is needed" in ward.error("session", "end", "--session", token, "--session-file", "file")
    ward.error("session", "end", "--session", "0" * 32)
    head = ward.begin("head", HEAD)
    rows = [line.split() for line in ward("session", "list").splitlines()[1:]]
    going_on = [row[0] for row in rows if row[5] == "-" and row[6] == "生活援護第一課職員1"]
    assert len(rows) == 3 and len(going_on) == 1
    assert "責任体制" in ward.refused("session", "revoke", going_on[0], session="file", lang="ja")
    assert "revoked" in ward("session", "revoke", going_on[0], session=head)
    ward.error("session", "revoke", "0" * 16, session=head)
    assert "終わらせた" in ward.refused("record", "get", FILE, "1", session="file", lang="ja")


def test_passwords(ward):
    head = ward.begin("head", HEAD)
    (ward.directory / "first").write_text("さくら咲く四月の合言葉\n", encoding="utf-8")
    (ward.directory / "second").write_text("もみじ散る十月の日の合言葉\n", encoding="utf-8")
    (ward.directory / "short").write_text("短い\n", encoding="utf-8")
    assert ward("session", "password", "--for", "生活援護第一課職員1", "--new-password-file", "first", session=head) == "set\n"
    ward.error("session", "begin", *COUNSELLOR, *PLACE, *CARD, "--password-file", "second")
    assert ward("session", "begin", *COUNSELLOR, *PLACE, *CARD, "--password-file", "first")
    assert "too short" in ward.refused("session", "password", *COUNSELLOR, *PLACE, *CARD, "--password-file", "first", "--new-password-file", "short")
    assert ward("session", "password", *COUNSELLOR, *PLACE, *CARD, "--password-file", "first", "--new-password-file", "second") == "set\n"
    assert ward("session", "begin", *COUNSELLOR, *PLACE, *CARD, "--password-file", "second")


def test_records(ward):
    token = ward.begin()
    assert ward("record", "put", FILE, "10000001", "--set", "氏名=髙槗 花子𠮷", "--set", "生年月日=平成16年2月28日", session=token) == "written: version 1\n"
    (ward.directory / "contact").write_text("ﾀﾝﾄｳ=03-0000-0000", encoding="utf-8")
    assert ward("record", "put", FILE, "10000001", "--set-file", "連絡先=contact", "--if-version", "1", session=token, lang="ja") == "記録しました: 第 2 版\n"
    ward.error("record", "put", FILE, "10000001", "--set", "氏名=x", "--if-version", "1", session=token)
    got = ward("record", "get", FILE, "10000001", "99999999", session=token)
    assert sorted(got.splitlines()) == ["10000001  氏名  髙槗 花子𠮷", "10000001  生年月日  2004-02-28", "10000001  連絡先  ﾀﾝﾄｳ=03-0000-0000", "99999999  no record"]
    assert ward("record", "get", FILE, "10000001", "--item", "氏名", "--raw", session=token) == "髙槗 花子𠮷"
    lines = [json.loads(line) for line in ward("record", "get", FILE, "10000001", "--view", "presence", "--format", "json", session=token).splitlines()]
    assert lines == [{"subject": "10000001", "state": "released", "version": 2, "items": dict.fromkeys(["氏名", "生年月日", "連絡先"]), "views": dict.fromkeys(["氏名", "生年月日", "連絡先"], "presence")}]
    assert ward("record", "put", FILE, "10000001", "--remove", "連絡先", session=token) == "written: version 3\n"
    assert ward("record", "search", FILE, "氏名", "髙槗 花子𠮷", session=token) == "10000001\n"
    assert ward("record", "search", FILE, "氏名", "髙槗", "--index", "prefix", session=token) == "10000001\n"
    assert ward("record", "search", FILE, "生年月日", "2004", "--index", "year", session=token) == "10000001\n"
    assert ward("record", "search", FILE, "氏名", "誰か", session=token, code=1) == ""
    ward.error("record", "search", FILE, "年齢", "17", session=token)  # it has no index
    assert "02-31" not in ward.error("record", "put", FILE, "10000001", "--set", "生年月日=2004-02-31", session=token)
    for wrong in (["1"], ["1", "--set", "氏名"], ["1", "--set", "=x"], ["1", "--set-file", "氏名=absent"], ["--set", "氏名=x"], ["1", "--set", "氏名=x", "--if-version", "x"]):
        ward.error("record", "put", FILE, *wrong, session=token)
    for wrong in (["1", "2", "--item", "氏名", "--raw"], ["1", "--raw"], ["1", "--view", "all"], ["1", "--act", "erase"]):
        ward.error("record", "get", FILE, *wrong, session=token)
    assert ward("record", "check") == "records and log agree\n"


def test_lines_of_json(ward):
    token = ward.begin()
    lines = [
        {"subject": "10000001", "set": {"氏名": "髙槗 \"花子\"\\"}},
        {"subject": "10000002", "set": {"氏名": "𠮷田\u3000太郎", "連絡先": "ﾀﾝﾄｳ"}, "if_version": 0},
    ]
    text = json.dumps(lines[0]) + "\n\n " + json.dumps(lines[1], ensure_ascii=False) + " \r\n"
    assert ward("record", "put", FILE, session=token, stdin=text) == "written: 2 records\n"
    got = [json.loads(line) for line in ward("record", "get", FILE, "10000001", "10000002", "--format", "json", session=token).splitlines()]
    assert [g["items"] for g in got] == [line["set"] for line in lines]
    (ward.directory / "lines").write_text('{"subject":"10000002","remove":["連絡先"]}\n', encoding="utf-8")
    assert ward("record", "put", FILE, "--input", "lines", session=token) == "written: version 2\n"
    for wrong in (
        "x", "{", "{}", "[]", '{"subject":"1"', '{"subject":"1"} x', '{"subject":""}', '{"subject":1}', '{"subject":"1","subject":"2"}',
        '{"subject":"1","set":{"氏名":1}}', '{"subject":"1","set":{"氏名":"a","氏名":"b"}}', '{"subject":"1","set":["氏名"]}', '{"subject":"1","unknown":1}',
        '{"subject":"1","if_version":-1}', '{"subject":"1","if_version":1.5}', '{"subject":"1","if_version":1234567890123456789}',
        r'{"subject":"\ud800"}', r'{"subject":"\udc00\ud800"}', r'{"subject":"\x41"}', r'{"subject":"\u12"}', '{"subject":"a\tb"}', '{"subject":"1",}',
    ):  # fmt: skip
        said = ward.error("record", "put", FILE, session=token, stdin='{"subject":"3","set":{"氏名":"秘密"}}\n' + wrong)
        assert "line 2:" in said and "秘密" not in said, (wrong, said)
    assert ward("record", "get", FILE, "3", session=token) == "3  no record\n"


def test_refusals(ward):
    token, head = ward.begin(), ward.begin("head", HEAD)
    for subject in ("10000001", "10000002"):
        ward("record", "put", FILE, subject, "--set", "氏名=髙槗 花子", session=token)
    told = ward.refused("record", "get", FILE, "10000001", "--item", "特記事項", session=token, lang="ja")
    assert told.startswith("閲覧はできない。") and "条例第14条" in told and "情報の内容" in told
    assert "read is refused" in ward.refused("record", "get", FILE, "10000001", "--item", "特記事項", session=token)
    assert "管理責任体制" in ward.refused("record", "erase", FILE, "10000001", "--yes", FILE, session=token, lang="ja")
    assert "--yes" in ward.error("record", "erase", FILE, "10000001", session=head)
    assert "相手" in ward.refused("record", "get", FILE, "10000001", "--act", "provide", "--item", "氏名", session=token, lang="ja")
    assert "を認める" in ward("record", "ask", FILE, "--item", "氏名", session=token, lang="ja")
    assert "はできない" in ward("record", "ask", FILE, "10000001", "--act", "erase", session=token, lang="ja", code=3)
    assert ward.refused("record", "mark", "10000002", "--mark", "use-stopped", session=token)
    assert ward("record", "mark", "10000002", "--mark", "use-stopped", "--from", "令和3年6月1日", session=head) == "marked\n"
    assert ward("record", "mark", "10000002", session=head) == "use-stopped  2021-06-01–\n"
    done = run("record", "get", "office", FILE, "10000001", "10000002", "--item", "氏名", *ward.key, "--session-file", token, cwd=ward.directory, lang="ja")
    assert done.returncode == 3 and done.stdout.splitlines()[0] == "10000001  氏名  髙槗 花子" and "利用停止" in done.stdout.splitlines()[1]
    got = ward("record", "get", FILE, "10000002", "10000001", "--item", "氏名", "--format", "json", session=token, code=3).splitlines()
    assert json.loads(got[0])["rules"][0]["rule"] == "edo21.restriction.use-stopped" and json.loads(got[1])["state"] == "released"
    for wrong in (["--mark", "そんな制限はない"], ["--mark", "use-stopped", "--from", "いつか"], ["--none", "--mark", "use-stopped"]):
        ward.error("record", "mark", "10000002", *wrong, session=head)
    ward.error("record", "mark", "99999999", "--mark", "use-stopped", session=head)
    ward("record", "mark", "10000002", "--none", session=head)
    assert ward("record", "get", FILE, "10000002", "--item", "氏名", session=token)
    shown = hikae("log", "show", "office", "--decision", "refused", "--format", "json", cwd=ward.directory)
    rules = {rule for entry in json.loads(shown) for rule in entry["rules"]}
    assert {"edo21.consult.scope-items", "edo21.erase.role", "edo21.provision.recipient", "edo21.administer.role", "edo21.restriction.use-stopped"} <= rules
    assert "sound" in hikae("log", "verify", "office", cwd=ward.directory) and "10000001" not in shown


def test_sifting(ward):
    token = ward.begin()
    for subject, contact in (("10000001", "03-0000-1234"), ("10000002", "090-0000-5678"), ("10000003", "03-0000-5678")):
        ward("record", "put", FILE, subject, "--set", "氏名=髙槗 花子", "--set", f"連絡先={contact}", session=token)
    sift = ["record", "sift", FILE, "連絡先"]
    assert sorted(ward(*sift, "5678", session=token).split()) == ["10000002", "10000003"]
    assert len(ward(*sift, "5678", "--most", "1", session=token).split()) == 1
    assert sorted(ward(*sift, "03-", "--match", "begins", session=token).split()) == ["10000001", "10000003"]
    assert ward(*sift, "1234", "--match", "ends", session=token) == "10000001\n"
    assert ward(*sift, "090-0000-5678", "--match", "is", session=token) == "10000002\n"
    assert ward(*sift, "9999", session=token, code=1) == ""
    ward.error(*sift, "1", "--match", "near", session=token)
    assert "情報の内容" in ward.refused("record", "sift", FILE, "特記事項", "x", session=token, lang="ja")
    last = [e for e in entries(ward, "--type", "searched") if e["decision"] == "allowed"][-1]
    assert last["count"] == 3 and last["items"] == ["連絡先"] and last["file"] == FILE


def age_keys():
    """A receiver's identity, as age keeps it, and its public key."""
    out = subprocess.run(["age-keygen"], check=True, capture_output=True, text=True)
    return out.stdout, re.search("age1[0-9a-z]+", out.stdout).group(0)


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="age is not installed")
def test_media_sealed_to_receivers(ward):
    token = ward.begin()
    for subject in ("10000001", "10000002"):
        ward("record", "put", FILE, subject, "--set", "氏名=髙槗 花子", session=token)
    (ward.directory / "stick").mkdir()
    (first, to_first), (second, to_second), (third, _) = age_keys(), age_keys(), age_keys()
    for name, identity in (("first", first), ("second", second), ("third", third)):
        (ward.directory / name).write_text(identity, encoding="utf-8")
    key = [*ward.key, "--session-file", token]
    options = ["--item", "氏名", "--medium", "electronic", "--encrypted", "yes", "--handover", "試験の受渡し", *key]
    sealed = hikae("export", "office", FILE, "stick", "out", "10000001", "--to", to_first, "--to", to_second, *options, cwd=ward.directory)
    assert sealed == "exported: 1 records, stick/out.age and stick/out.manifest\n"
    manifest = (ward.directory / "stick/out.manifest").read_text(encoding="utf-8")
    assert to_first in manifest and to_second in manifest
    # Nobody, somebody who is none, and both ways of sealing at once.
    (ward.directory / "words").write_text("媒体の合言葉は別に伝える\n", encoding="utf-8")
    for wrong in ([], ["--to", "age1だれか"], ["--to", to_first, "--seal-passphrase-file", "words"]):
        error("export", "office", FILE, "stick", "no", *wrong, *options, cwd=ward.directory)
    assert sorted(p.name for p in (ward.directory / "stick").iterdir()) == ["out.age", "out.manifest"]
    # Any of the receivers opens it with age alone.
    opened = subprocess.run(["age", "-d", "-i", "second", "stick/out.age"], cwd=ward.directory, check=True, capture_output=True, text=True)
    assert "髙槗 花子" in opened.stdout and "10000001" in opened.stdout and "10000002" not in opened.stdout
    ward("record", "put", FILE, "10000001", "--set", "氏名=別の名前", session=token)
    signer = ["--signer", hikae("log", "keys", "office", cwd=ward.directory).split()[0]]
    taking = ["import", "office", FILE, "stick", "out", "--act", "write", *key]
    error(*taking, *signer, "--identity-file", "third", cwd=ward.directory)  # not sealed to it
    error(*taking, *signer, cwd=ward.directory)  # with nothing to open it
    error(*taking, *signer, "--identity-file", "words", cwd=ward.directory)  # no identity
    error(*taking, *signer, "--identity-file", "absent", cwd=ward.directory)
    assert ward("record", "get", FILE, "10000001", "--item", "氏名", session=token) == "10000001  氏名  別の名前\n"
    # A file with comments, blank lines and several identities.
    (ward.directory / "ring").write_text("# 受領者の鍵\n\n" + third + "\r\n" + second, encoding="utf-8")
    assert hikae(*taking, *signer, "--identity-file", "ring", cwd=ward.directory) == "taken in: 1 records\n"
    assert ward("record", "get", FILE, "10000001", "--item", "氏名", session=token) == "10000001  氏名  髙槗 花子\n"
    # As text, in the other forms.
    for form, armor in (("csv", []), ("csv-marked", ["--armor"])):
        hikae("export", "office", FILE, "stick", form, "--to", to_first, "--form", form, *armor, *options, cwd=ward.directory)
        opened = subprocess.run(["age", "-d", "-i", "first", f"stick/{form}.age"], cwd=ward.directory, check=True, capture_output=True)
        assert opened.stdout.startswith(b"\xef\xbb\xbf") == (form == "csv-marked") and "髙槗 花子" in opened.stdout.decode()
        assert (ward.directory / f"stick/{form}.age").read_bytes().startswith(b"-----BEGIN AGE") == bool(armor)


def test_media(ward):
    token, head = ward.begin(), ward.begin("head", HEAD)
    for subject in ("10000001", "10000002"):
        ward("record", "put", FILE, subject, "--set", "氏名=髙槗 花子", session=token)
    (ward.directory / "stick").mkdir()
    (ward.directory / "words").write_text("媒体の合言葉は別に伝える\n", encoding="utf-8")
    seal = ["--seal-passphrase-file", "words"]
    options = ["--item", "氏名", "--medium", "electronic", "--encrypted", "yes", "--handover", "試験の受渡し", *seal]
    said = hikae("export", "office", FILE, "stick", "out", *options, *ward.key, "--session-file", token, cwd=ward.directory)
    assert said == "exported: 2 records, stick/out.age and stick/out.manifest\n"
    assert "髙槗" not in (ward.directory / "stick/out.age").read_bytes().decode("utf-8", "replace")
    assert "10000001" not in (ward.directory / "stick/out.manifest").read_text(encoding="utf-8")
    error("export", "office", FILE, "stick", "out", *options, *ward.key, "--session-file", token, cwd=ward.directory)
    ward("record", "erase", FILE, "10000002", "--yes", FILE, session=head)
    keys = hikae("log", "keys", "office", cwd=ward.directory).split()[0]
    taking = ["import", "office", FILE, "stick", "out", *seal, *ward.key, "--session-file", token, "--act", "write"]
    assert "--signer" in error(*taking, cwd=ward.directory)
    assert hikae(*taking, "--signer", keys, cwd=ward.directory) == "taken in: 2 records\n"
    assert "髙槗 花子" in ward("record", "get", FILE, "10000002", "--item", "氏名", session=token)
    data = bytearray((ward.directory / "stick/out.age").read_bytes())
    data[-1] ^= 1
    (ward.directory / "stick/out.age").write_bytes(data)
    error(*taking, "--signer", keys, cwd=ward.directory)
    refused("export", "office", FILE, "stick", "more", "--item", "特記事項", *seal, *ward.key, "--session-file", token, cwd=ward.directory)
    assert sorted(p.name for p in (ward.directory / "stick").iterdir()) == ["out.age", "out.manifest"]


def test_help_and_wrong_words():
    groups = {"keys": "init unlock list lock rotate retire state share recover backup restore", "session": "begin end list revoke password", "record": "put get search sift ask erase mark check"}
    for group, verbs in groups.items():
        assert verbs.split()[0] in error(group)
        for verb in verbs.split():
            english, japanese = hikae("help", group, verb), hikae("help", group, verb, lang="ja")
            assert english.startswith(f"usage: hikae {group} {verb} ") and japanese.startswith("使い方: ") and english != japanese
            assert "too few" in error(group, verb)
            assert "no option" in error(group, verb, "x", "--unknown", "x")
    assert "did you mean" in error("record", "gett")
    assert "is given twice" in error("keys", "unlock", "office", "--key-file", "a", "--key-file", "b")


def test_offices_without_keys(ward, tmp_path):
    hikae("init", "bare", cwd=tmp_path)
    error("keys", "unlock", "bare", *ward.key, cwd=tmp_path)
    error("session", "list", "bare", *ward.key, cwd=tmp_path)
    error("keys", "unlock", "absent", *ward.key, cwd=tmp_path)
