"""What is opened or asked for wrongly, from the C functions (by way of Python) and from the command line: one clear error
each, in both languages, without secrets, and nothing written."""

import os
import pathlib
import shutil
import sqlite3
import subprocess

import pytest

import hikae

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
PAPERS = [SOURCE / "examples" / p for p in ("ward/vocabulary.yaml", *(f"hikikomori/{n}.yaml" for n in ("declaration", "after-opinion", "running")))]
FILE, WHO, NAME, KEY = "ひきこもり相談記録", "10000001", "髙槗 花子", b"0123456789abcdef0123456789abcdef"
CLERK = {
    "actor": "生活援護第一課職員1", "handling": "hikikomori", "purpose": "ひきこもり相談支援", "terminal": "全庁LAN端末1",
    "place": "生活援護第一課事務室内", "terminal_factors": ["ic-card", "pin"],
}  # fmt: skip
MOST = 1 << 20  # bytes of an item


def make(directory):
    shutil.copytree(SOURCE / "src/packs/edogawa-2021", directory / "pack")
    pack = directory / "pack/pack.yaml"
    text = pack.read_text(encoding="utf-8")
    assert ", until: 2023-03-31" in text  # with its ordinance; here it goes on, for there is no other
    pack.write_text(text.replace(", until: 2023-03-31", ""), encoding="utf-8")
    with hikae.open(directory / "office", create=True, pack=directory / "pack") as office:
        for paper in PAPERS:
            office.declare(paper)
        office.make_keys(key_file=KEY)
        with office.unlock(key_file=KEY) as keys:
            keys.session(**CLERK).put(FILE, WHO, {"氏名": NAME})
            session = keys.session(**CLERK)
            (directory / "token").write_text(session.token(), encoding="utf-8")
    (directory / "key").write_bytes(KEY)
    return directory


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make(tmp_path_factory.mktemp("other"))


@pytest.fixture
def ward(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def change(database, sql, *values):
    connection = sqlite3.connect(database)
    assert connection.execute(sql, values).rowcount != 0
    connection.commit()
    connection.close()


def body_of(directory):
    connection = sqlite3.connect(directory / "office/hikae.db")
    (body,) = connection.execute("SELECT body FROM record_body").fetchone()
    connection.close()
    return body


def kept(directory):
    """All that the office keeps, but the log and who is named in it: that has each attempt."""
    files = {}
    for path in sorted((directory / "office").rglob("*")):
        name = str(path.relative_to(directory / "office"))
        if not path.is_file() or name.startswith("log/") or name.endswith(("-wal", "-shm")):
            continue
        files[name] = path.read_bytes()
        if path.suffix == ".db":
            connection = sqlite3.connect(path)
            files[name] = [line for line in connection.iterdump() if "person_key" not in line]
            connection.close()
    return files


def read(directory, key=KEY):
    with hikae.open(directory / "office") as office, office.unlock(key_file=key) as keys:
        return keys.resume((directory / "token").read_text(encoding="utf-8").strip()).get(FILE, WHO, "氏名")


def write(directory, item, value):
    with hikae.open(directory / "office") as office, office.unlock(key_file=KEY) as keys:
        keys.resume((directory / "token").read_text(encoding="utf-8").strip()).put(FILE, WHO, {item: value})


def program(directory, *arguments, lang="en", stdin=""):
    words = [str(BUILD / "bin/hikae"), *arguments, "--key-file", "key", "--session-file", "token", "--lang", lang]
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    return subprocess.run(words, cwd=directory, env=environment, input=stdin, capture_output=True, text=True, encoding="utf-8", start_new_session=True)


READ = ["record", "get", "office", FILE, WHO, "--item", "氏名", "--raw"]


def on_keys(sql):
    return lambda ward, other: change(ward / "office/keys.db", sql)


def no_keys(ward, other):
    (ward / "office/keys.db").unlink()


def foreign_keys(ward, other):
    shutil.copy(other / "office/keys.db", ward / "office/keys.db")


def foreign_body(ward, other):
    change(ward / "office/hikae.db", "UPDATE record_body SET body = ?", body_of(other))


def newer_body(ward, other):
    body = body_of(ward)
    change(ward / "office/hikae.db", "UPDATE record_body SET body = ?", bytes([body[0] + 1]) + body[1:])


def one_bit(ward, other):
    body = bytearray(body_of(ward))
    body[-40] ^= 1
    change(ward / "office/hikae.db", "UPDATE record_body SET body = ?", bytes(body))


def two_masters(ward, other):
    change(
        ward / "office/keys.db",
        "INSERT INTO vault_key SELECT office, kind, version + 1, state, made_at, wrapped, checksum FROM vault_key WHERE kind = 1",
    )


def idle(ward, other):
    change(ward / "office/hikae.db", "UPDATE gate_session SET used_at = used_at - 86400000000")


def wrong_key(ward, other):
    (ward / "key").write_bytes(b"x" * 32)


def a_marker_of_tomorrow(ward, other):
    marker = ward / "office/office.json"
    marker.write_text(marker.read_text(encoding="utf-8").replace('"form": 2', '"form": 9'), encoding="utf-8")


# What is spoiled, the class in Python, the exit of the program, words of the English text.
OPENED = {
    "wrong secret": (wrong_key, hikae.WrongSecret, 2, "does not open the keys"),
    "no key database": (no_keys, hikae.Tampered, 2, "missing"),
    "key database of another office": (foreign_keys, hikae.Tampered, 2, "not those of this access log"),
    "two masters": (two_masters, hikae.Tampered, 2, "two master keys"),
    "a lock that is damaged": (on_keys("UPDATE vault_lock SET wrapped = zeroblob(length(wrapped))"), hikae.Tampered, 2, "damaged"),
    "newer key database": (on_keys("PRAGMA user_version = 99"), hikae.NewerVersion, 2, "newer hikae"),
    "newer database": (lambda ward, other: change(ward / "office/hikae.db", "PRAGMA user_version = 99"), hikae.NewerVersion, 2, "newer hikae"),
    "newer office": (a_marker_of_tomorrow, hikae.NewerVersion, 2, "newer hikae"),
    "ciphertext of another office": (foreign_body, hikae.Tampered, 2, "record"),
    "a bit of the ciphertext": (one_bit, hikae.Tampered, 2, "record"),
    "newer ciphertext": (newer_body, hikae.NewerVersion, 2, "newer hikae"),
    "unknown key": (on_keys("DELETE FROM vault_subject_key"), hikae.NotFound, 2, "key"),
    "idle session": (idle, hikae.Refused, 3, "is refused"),
    "session that never was": (lambda ward, other: (ward / "token").write_text("0" * 32, encoding="utf-8"), hikae.NotFound, 2, "session"),
}


def expect_clear(texts, value=""):
    for text in texts:
        assert text.strip() and "SELECT" not in text and "UPDATE" not in text
        for secret in (NAME, KEY.decode(), *([value[:12]] if value else [])):
            assert secret not in text


@pytest.mark.parametrize("name", OPENED)
def test_opened(ward, other, name):
    spoil, kind, code, words = OPENED[name]
    assert read(ward) == NAME
    spoil(ward, other)
    key = (ward / "key").read_bytes()
    before = kept(ward)
    with pytest.raises(hikae.Error) as raised:
        read(ward, key)
    assert type(raised.value) is kind, raised.value
    expect_clear([str(raised.value)])
    done, japanese = program(ward, *READ), program(ward, *READ, lang="ja")
    assert (done.returncode, japanese.returncode, done.stdout, japanese.stdout) == (code, code, "", "")
    assert words in done.stderr and words not in japanese.stderr, (done.stderr, japanese.stderr)
    expect_clear([done.stderr, japanese.stderr])
    if code == 2:
        assert done.stderr.startswith("hikae: ") and len(done.stderr.splitlines()) == 1, done.stderr
    assert kept(ward) == before or name == "idle session"  # whose end is recorded


WRITTEN = {
    "an item too large": ("連絡先", "x" * (MOST + 1), hikae.InvalidArgument, 2),
    "an item that is no date": ("生年月日", "きのうの夕方である", hikae.InvalidArgument, 2),
    "an item that nobody declared": ("そんな項目はない", "秘密の値である", hikae.Refused, 3),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_written(ward, name):
    item, value, kind, code = WRITTEN[name]
    body = body_of(ward)
    with pytest.raises(hikae.Error) as raised:
        write(ward, item, value)
    assert type(raised.value) is kind, raised.value
    expect_clear([str(raised.value)], value)
    (ward / "value").write_text(value, encoding="utf-8")
    said = [program(ward, "record", "put", "office", FILE, WHO, "--set-file", f"{item}=value", lang=lang) for lang in ("en", "ja")]
    assert [(done.returncode, done.stdout) for done in said] == [(code, "")] * 2
    assert said[0].stderr != said[1].stderr
    expect_clear([done.stderr for done in said], value)
    assert body_of(ward) == body and read(ward) == NAME
