#!/usr/bin/env python3
"""Opens a whole office from its passphrase down with what docs/formats/key-hierarchy.md and record-envelope.md say, and
nothing of hikae.

usage: key_reader.py MAKE_OFFICE SOURCE: checks the examples of the page of the keys, then an office that MAKE_OFFICE
makes: every record and its history, from the passphrase, the key file or the master key alone; that nothing changed,
moved or exchanged opens; and that who was erased cannot be read. The standard library alone."""

import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile

from argon2id import argon2id
from reader import Bytes, Refused, exact_term, field_key, head_key, index_value, keyed, lp, open_record, unseal


def plain(message, size):
    return hashlib.blake2b(message, digest_size=size).digest()


def u32(number):
    return struct.pack(">I", number)


def u64s(*numbers):
    return b"".join(struct.pack(">Q", number) for number in numbers)


# ---- §2 to §5 ------------------------------------------------------------------------------------------------------
MASTER, OFFICE, INDEX, LOOKUP, SUBJECT = 1, 2, 3, 4, 5


def unwrap(wrapping_key, office, wrapped, kind, version, under, context=b""):
    if len(wrapped) != 115 or wrapped[0] != 1:
        raise Refused("version or size of a wrapped key")
    header, nonce, commitment, sealed = wrapped[:11], wrapped[11:35], wrapped[35:67], wrapped[67:]
    if header != bytes([1, 1, kind]) + u32(version) + u32(under):
        raise Refused("not the key that belongs here")
    both = keyed(wrapping_key, b"hikae wrap 1\0" + nonce, 64)
    if both[:32] != commitment:
        raise Refused("a wrong key")
    return unseal(both[32:], nonce, b"hikae wrapped key 1\0" + office + header + context, sealed)


def lock_checksum(office, kind, master, made_at, operations, memory, salt, needed, wrapped):
    numbers = u64s(kind, master, made_at, operations, memory, needed)
    return plain(b"hikae row 1\0lock" + office + numbers + lp(salt) + lp(wrapped), 16)


def key_checksum(office, kind, version, state, made_at, wrapped):
    return plain(b"hikae row 1\0key" + office + u64s(kind, version, state, made_at) + lp(wrapped), 16)


def lookup_of(lookup_key, subject_id):
    return keyed(lookup_key, b"hikae subject 1\0" + subject_id, 16)


def open_id(office_key, office, version, number, sealed):
    if sealed[:2] != b"\1\1":
        raise Refused("version of a sealed id")
    nonce = sealed[2:26]
    key = keyed(office_key, b"hikae id 1\0" + nonce, 64)[32:]
    return unseal(key, nonce, b"hikae sealed id 1\0" + office + u32(version) + number, sealed[26:])


def passphrase_key(text, salt, operations, memory):
    return argon2id(text.encode(), salt, operations, memory // 1024, 32)


def key_file_key(content, salt):
    return keyed(salt, b"hikae key file 1\0" + content)


# ---- §8 ------------------------------------------------------------------------------------------------------------
def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def tombstone(number, file):
    return plain(b"hikae erased 1\0" + number + lp(file), 32)


def read_journal(text, office):
    """The tombstones, in order."""
    tombstones, crc = [], 0
    whole = text.split(b"\n")[:-1]  # a last line that is not whole is passed over
    for i, line in enumerate(whole):
        content, _, check = line.rpartition(b" ")
        crc = crc32c(u32(crc) + content + b" ")
        if b"%08x" % crc != check:
            raise Refused("journal")
        if i == 0 and content != b"hikae erased 1 " + office.hex().encode():
            raise Refused("journal of another office")
        if i > 0:
            count, _, stone = content.partition(b" ")
            if count != b"%d" % i or not re.fullmatch(b"[0-9a-f]{64}", stone):
                raise Refused("journal")
            tombstones.append(bytes.fromhex(stone.decode()))
    return tombstones


# ---- §9: an office, opened ------------------------------------------------------------------------------------------
def rows(database, question, *arguments):
    return database.execute(question, arguments).fetchall()


class Office:
    """What the keys of an office open. Databases are read, never written."""

    def __init__(self, directory):
        directory = pathlib.Path(directory)
        self.keys = sqlite3.connect(f"file:{directory}/keys.db?mode=ro", uri=True)
        self.records = sqlite3.connect(f"file:{directory}/hikae.db?mode=ro", uri=True)
        (self.office, applied), = rows(self.keys, "SELECT id, applied FROM vault WHERE office = 1")
        journal = directory / "erased"
        tombstones = read_journal(journal.read_bytes(), self.office) if journal.exists() else None
        if tombstones is None and applied != 0 or tombstones is not None and len(tombstones) < applied:
            raise Refused("erasures are missing")
        if tombstones is not None and len(tombstones) > applied:
            raise Refused("erasures are still to be applied")

    def close(self):
        self.keys.close()
        self.records.close()

    def lock(self, kind):
        (master, made_at, operations, memory, salt, needed, wrapped, checksum), = rows(
            self.keys, "SELECT master, made_at, operations, memory, salt, needed, wrapped, checksum FROM vault_lock "
            "WHERE office = 1 AND kind = ?", kind)
        if lock_checksum(self.office, kind, master, made_at, operations, memory, salt, needed, wrapped) != checksum:
            raise Refused("damage")
        return operations, memory, salt, lambda key: unwrap(key, self.office, wrapped, MASTER, master, kind)

    def master_by_passphrase(self, text):
        operations, memory, salt, opened = self.lock(1)
        return opened(passphrase_key(text, salt, operations, memory))

    def master_by_key_file(self, content):
        _, _, salt, opened = self.lock(2)
        return opened(key_file_key(content, salt))

    def unlock(self, master):
        """From here on the master key alone is needed."""
        self.opened, primary = {}, {}
        for kind, version, state, made_at, wrapped, checksum in rows(
                self.keys, "SELECT kind, version, state, made_at, wrapped, checksum FROM vault_key WHERE office = 1"):
            if key_checksum(self.office, kind, version, state, made_at, wrapped) != checksum:
                raise Refused("damage")
            if state == 1 and primary.setdefault(kind, version) != version:
                raise Refused("two primary keys")
        for kind, version, wrapped in rows(self.keys, "SELECT kind, version, wrapped FROM vault_key WHERE office = 1 "
                                                      "AND kind > 1 AND state IN (1, 2)"):
            self.opened[kind, version] = unwrap(master, self.office, wrapped, kind, version, primary[MASTER])

    def number_of(self, subject_id):
        for kind, version in self.opened:
            if kind == LOOKUP:
                for number, office_key, sealed in rows(
                        self.keys, "SELECT number, office_key, sealed FROM vault_subject WHERE office = 1 AND lookup = ?",
                        lookup_of(self.opened[LOOKUP, version], subject_id)):
                    if open_id(self.opened[OFFICE, office_key], self.office, office_key, number, sealed) != subject_id:
                        raise Refused("somebody else's number")
                    return number
        return None

    def subject_keys(self, number, file):
        return {version: unwrap(self.opened[OFFICE, office_key], self.office, wrapped, SUBJECT, version, office_key,
                                number + lp(file))
                for version, office_key, wrapped in rows(
                    self.keys, "SELECT version, office_key, wrapped FROM vault_subject_key WHERE office = 1 AND "
                    "subject = ? AND file = ?", number, file.decode())}

    def bodies(self, file, number):
        """(version, body) of a record, newest first: record-envelope.md §4."""
        found = []
        at = dict(rows(self.records, "SELECT 0, at FROM record WHERE office = 1 AND file = ? AND subject = ?",
                       file.decode(), number)).get(0, 0)
        while at:
            whole = rows(self.records, "SELECT version, body, before, file, subject FROM record_body WHERE office = 1 AND n = ?", at)
            if [row[3:] for row in whole] != [(file.decode(), number)] or whole[0][2] >= at:
                raise Refused("rows that do not hold together")
            found.append(whole[0][:2])
            at = whole[0][2]
        return found

    def record(self, file, subject_id, history=False):
        """{version: {item: (set, type, value)}}: the one that holds, or those of before."""
        number = self.number_of(subject_id)
        if number is None:
            return {}
        keys, bodies = self.subject_keys(number, file), self.bodies(file, number)
        return {version: open_record(keys, self.office, file, number, version, body)
                for version, body in (bodies[1:] if history else bodies[:1])}

    def marks(self, subject_id):
        """record-envelope.md §7: [(kind, value, from, until)]"""
        number = self.number_of(subject_id)
        (encoded,), = rows(self.records, "SELECT marks FROM subject_marks WHERE office = 1 AND subject = ?", number)
        version = int.from_bytes(encoded[-20:-16], "big")
        message = b"".join(map(lp, (b"hikae marks 1", self.office, number))) + encoded[:-20]
        if keyed(self.opened[INDEX, version], message, 16) != encoded[-16:]:
            raise Refused("marks")
        data, marks = Bytes(encoded[:-20]), []
        assert data.number(1) == 1
        for _ in range(data.number(2)):
            kind, value = data.take(data.number(1)), data.take(data.number(1))
            marks.append((kind.decode(), value.decode(), data.number(4), data.number(4) if data.number(1) else None))
        return marks


# ---- checks --------------------------------------------------------------------------------------------------------
FILE, OTHER = "ひきこもり相談記録".encode(), "電話の控え".encode()
PASSPHRASE, KEY_FILE = "東京都江戸川区中央一丁目4番", "見本なので、ここに書いてある鍵ファイルの中身です。".encode()
ONE, TWO, GONE = b"10000001", b"10000002", b"10000003"
GAIJI = "\ue000田 ﾀﾛｳ".encode()
NOW = {FILE: {ONE: {3: {"氏名": (2, 1, "髙槗 𠮷子".encode()), "生年月日": (1, 2, b"2004-02-28"), "年齢": (3, 3, b"18"),
                        "住所": (2, 1, "江戸川区中央1-4-1 ｸﾞﾘｰﾝﾊｲﾂ".encode())}},
              TWO: {1: {"氏名": (1, 1, GAIJI), "健康状態": (1, 1, "\ue001 葛\U000e0100城".encode())}}},
       OTHER: {TWO: {1: {"氏名": (1, 1, GAIJI), "連絡先": (1, 1, "ﾀﾅｶ様より電話".encode())}}}}


def refused(call, *arguments):
    try:
        call(*arguments)
    except (Refused, KeyError, UnicodeDecodeError):
        return True
    return False


def check_page(page):
    def block(name, kind="hex"):
        found = re.search(f"```{kind} {name}\n(.*?)```", page, re.S)[1]
        return bytes.fromhex(found) if kind == "hex" else found.encode()

    office, number, file, item, subject_id = b"\x0f" * 16, b"\x05" * 16, "相談記録".encode(), "氏名".encode(), "宛名0000001".encode()
    lock, master, office_key, subject_key, lookup_key = (bytes([byte]) * 32 for byte in (0x11, 0x22, 0x33, 0x55, 0x66))
    assert passphrase_key(PASSPHRASE, b"\x77" * 16, 1, 8192) == block("passphrase-key")
    assert unwrap(lock, office, block("master"), MASTER, 1, 1) == master
    assert unwrap(master, office, block("office-key"), OFFICE, 1, 1) == office_key
    assert key_checksum(office, OFFICE, 1, 1, 1621472400000000, block("office-key")) == block("office-checksum")
    assert unwrap(office_key, office, block("subject-key"), SUBJECT, 1, 1, number + lp(file)) == subject_key
    assert lookup_of(lookup_key, subject_id) == block("lookup")
    assert open_id(office_key, office, 1, number, block("sealed-id")) == subject_id
    assert field_key(subject_key, file, item) == block("field") and head_key(subject_key, file) == block("head")
    assert tombstone(number, file) == block("tombstone")
    assert read_journal(block("journal", "text"), office) == [tombstone(number, file), tombstone(number, "給付台帳".encode())]
    for i in range(115):
        changed = bytearray(block("office-key"))
        changed[i] ^= 1 << i % 8
        assert refused(unwrap, master, office, bytes(changed), OFFICE, 1, 1), i
    for place in ((office_key, office, OFFICE, 1, 1), (master, number, OFFICE, 1, 1), (master, office, INDEX, 1, 1),
                  (master, office, OFFICE, 2, 1), (master, office, OFFICE, 1, 2)):
        assert refused(unwrap, place[0], place[1], block("office-key"), *place[2:]), place


def check_office(directory):
    with contextlib.closing(Office(directory)) as office:
        master = office.master_by_passphrase(PASSPHRASE)
        assert office.master_by_key_file(KEY_FILE) == master
        assert refused(office.master_by_passphrase, PASSPHRASE + "。") and refused(office.master_by_key_file, KEY_FILE + b"\n")
        assert refused(office.unlock, bytes(32))
        office.unlock(master)
        for file, records in NOW.items():
            for subject_id, expected in records.items():
                found = office.record(file, subject_id)
                assert found == expected, found
        history = office.record(FILE, ONE, history=True)
        assert sorted(history) == [1, 2] and "住所" not in history[1] and "住所" in history[2]
        assert history[1]["氏名"] == (1, 1, "髙橋 𠮷子".encode()) and history[2]["年齢"] == (1, 3, b"17")
        assert sorted(office.subject_keys(office.number_of(ONE), FILE)) == [2], "turned over, the old key gone"
        assert office.marks(TWO) == [("support-measures", "", 18718, None)]
        assert office.number_of(GONE) is None and office.record(FILE, GONE) == {}
        terms = [index_value(office.opened[INDEX, 1], FILE, "氏名".encode(), 1, exact_term(GAIJI.decode()))]
        assert rows(office.records, "SELECT subject FROM blind_index WHERE value = ?", *terms) == [(office.number_of(TWO),)]
    return master


def exchange(table, columns, key):
    """Of two rows of a table, those that are not of the other file, each with what the other had."""
    where = f"file = '{FILE.decode()}'" if table != "vault_subject" else "1"
    if table == "record_body":
        where += " AND n IN (SELECT at FROM record)"
    took = ", ".join(f"{column} = (SELECT {column} FROM was WHERE was.{key} != {table}.{key})" for column in columns)
    emptied = ", ".join(f"{column} = zeroblob(rowid)" for column in columns)  # a column may have to be unique
    return (f"CREATE TEMP TABLE was AS SELECT * FROM {table} WHERE {where}; UPDATE {table} SET {emptied} WHERE {where}; "
            f"UPDATE {table} SET {took} WHERE {where}")


def from_other_file(table, columns):
    newest = " AND n IN (SELECT at FROM record)" if table == "record_body" else ""
    took = ", ".join(f"{column} = (SELECT {column} FROM {table} WHERE file = '{OTHER.decode()}'{newest})" for column in columns)
    return f"UPDATE {table} SET {took} WHERE file = '{FILE.decode()}'{newest}"


# Changes by somebody who can write to the databases and has no key. Each has to be refused somewhere, and what is still
# read has to be what it was.
PLANTED = {
    "two records exchanged": ("hikae", exchange("record_body", ["version", "body"], "subject")),
    "the bodies alone exchanged": ("hikae", exchange("record_body", ["body"], "subject")),
    "two records, each in the other's place": (
        "hikae", f"UPDATE record SET at = (SELECT sum(at) FROM record WHERE file = '{FILE.decode()}') - at WHERE file = '{FILE.decode()}'"),
    "whole rows exchanged": ("hikae", exchange("record_body", ["version", "body", "subject"], "n")),
    "a record moved to another file": ("hikae", from_other_file("record_body", ["version", "body"])),
    "a record in the place of another file's": ("hikae", from_other_file("record", ["at"])),
    "an old body in the place of the new one": (
        "hikae", "UPDATE record_body SET body = (SELECT body FROM record_body WHERE version = 1 AND before = 0 AND n NOT IN (SELECT at FROM record)) WHERE version = 3"),
    "a version that was never written": ("hikae", "UPDATE record_body SET version = version + 1"),
    "a place where nothing lies": ("hikae", "UPDATE record SET at = at + 1000"),
    "the keys of two subjects exchanged": ("keys", exchange("vault_subject_key", ["version", "office_key", "wrapped"], "subject")),
    "the key of another file": ("keys", from_other_file("vault_subject_key", ["version", "office_key", "wrapped"])),
    "the names of two subjects exchanged": ("keys", exchange("vault_subject", ["lookup"], "number")),
    "their sealed ids exchanged": ("keys", exchange("vault_subject", ["sealed"], "number")),
    "an office key under another version": ("keys", "UPDATE vault_key SET version = 3 WHERE kind = 2 AND state = 1"),
    "a destroyed key enabled": ("keys", "UPDATE vault_key SET state = 2 WHERE state = 4"),
    "a lock made cheaper": ("keys", "UPDATE vault_lock SET operations = operations + 1"),
    "more erasures than the journal has": ("keys", "UPDATE vault SET applied = applied + 1"),
    "erasures not applied": ("keys", "UPDATE vault SET applied = 0"),
}


def read_all(directory, master):
    """What can be read, each refusal left out; and whether there was one."""
    seen, refusals = {}, 0
    try:
        with contextlib.closing(Office(directory)) as office:
            assert office.master_by_key_file(KEY_FILE) == master
            office.unlock(master)
            for file, records in NOW.items():
                for subject_id in records:
                    try:
                        seen[file, subject_id] = office.record(file, subject_id)
                    except (Refused, KeyError):
                        refusals += 1
    except Refused:
        refusals += 1
    return seen, refusals


def check_planted(directory, master):
    whole, none = read_all(directory, master)
    assert none == 0 and len(whole) == 3, whole
    for name, (which, change) in PLANTED.items():
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(directory, copy, dirs_exist_ok=True)
            with contextlib.closing(sqlite3.connect(f"{copy}/{which}.db")) as database:
                before = database.total_changes
                database.executescript(change)
                assert database.total_changes > before, name
            seen, refusals = read_all(copy, master)
            assert refusals > 0, name
            assert all(found == whole[place] for place, found in seen.items()), name
    check_put_back(directory, master)


def check_put_back(directory, master):
    """A row put back whole opens: record-envelope.md §3 says so, and that the log is what tells."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(directory, copy, dirs_exist_ok=True)
        with contextlib.closing(sqlite3.connect(f"{copy}/hikae.db")) as database:
            database.executescript("UPDATE record SET at = (SELECT n FROM record_body b WHERE b.file = record.file AND b.subject = record.subject AND version = 1) WHERE at = (SELECT n FROM record_body WHERE version = 3)")
        seen, refusals = read_all(copy, master)
        assert refusals == 0 and list(seen[FILE, ONE]) == [1]


def check_flipped(directory, master):
    """One bit of every byte of the sealed bodies and of the wrapped keys."""
    with contextlib.closing(Office(directory)) as office:
        office.unlock(master)
        number = office.number_of(ONE)
        keys = office.subject_keys(number, FILE)
        body = office.bodies(FILE, number)[0][1]
        for i in range(len(body)):
            changed = body[:i] + bytes([body[i] ^ 1 << i % 8]) + body[i + 1:]
            assert refused(open_record, keys, office.office, FILE, number, 3, changed), i
        (version, office_key, wrapped), = rows(office.keys, "SELECT version, office_key, wrapped FROM vault_subject_key WHERE subject = ?", number)
        context = number + lp(FILE)
        assert unwrap(office.opened[OFFICE, office_key], office.office, wrapped, SUBJECT, version, office_key, context) == keys[version]
        for i in range(len(wrapped)):
            changed = wrapped[:i] + bytes([wrapped[i] ^ 1 << i % 8]) + wrapped[i + 1:]
            assert refused(unwrap, office.opened[OFFICE, office_key], office.office, changed, SUBJECT, version, office_key, context), i
    return len(body), len(wrapped)


def main(program, source):
    check_page(pathlib.Path(source, "docs/formats/key-hierarchy.md").read_text(encoding="utf-8"))
    papers = ["ward/vocabulary", "hikikomori/declaration", "hikikomori/after-opinion", "hikikomori/running"]
    with tempfile.TemporaryDirectory() as folder:
        directory = os.path.join(folder, "office")
        subprocess.run([program, directory, *(f"{source}/examples/{paper}.yaml" for paper in papers)], check=True)
        master = check_office(directory)
        check_planted(directory, master)
        body, wrapped = check_flipped(directory, master)
    print(f"opened by the pages alone; {len(PLANTED)} changes of the databases, and one in each of {body} + {wrapped} bytes, were not")


if __name__ == "__main__":
    main(*sys.argv[1:])
