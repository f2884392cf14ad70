#!/usr/bin/env python3
"""Opens sealed records with what docs/formats/record-envelope.md says, and nothing of hikae.

usage: reader.py VAULT_TEST PAGE: checks the page's examples and a body that VAULT_TEST writes, and that nothing changed
opens. Only suite 1; the standard library alone."""

import hashlib
import os
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata


class Refused(Exception):
    pass


# ---- XChaCha20-Poly1305 (RFC 8439, draft-irtf-cfrg-xchacha) --------------------------------------------------------
def rounds(state):
    x = list(state)

    def quarter(a, b, c, d):
        for one, two, three, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[one] = (x[one] + x[two]) & 0xFFFFFFFF
            x[three] ^= x[one]
            x[three] = (x[three] << by | x[three] >> 32 - by) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return x


CONSTANT = struct.unpack("<4I", b"expand 32-byte k")


def chacha_block(key, counter, nonce):
    state = CONSTANT + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(rounds(state), state)))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return (total + int.from_bytes(key[16:], "little") & (1 << 128) - 1).to_bytes(16, "little")


def unseal(key, nonce, bound, sealed):
    x = rounds(CONSTANT + struct.unpack("<8I", key) + struct.unpack("<4I", nonce[:16]))
    key, nonce = struct.pack("<8I", *x[:4], *x[12:]), bytes(4) + nonce[16:]
    text, tag = sealed[:-16], sealed[-16:]
    padded = b"".join(part + bytes(-len(part) % 16) for part in (bound, text))
    if poly1305(chacha_block(key, 0, nonce)[:32], padded + struct.pack("<2Q", len(bound), len(text))) != tag:
        raise Refused("tag")
    stream = b"".join(chacha_block(key, 1 + i, nonce) for i in range(-(-len(text) // 64)))
    return bytes(a ^ b for a, b in zip(text, stream))


# ---- keys ----------------------------------------------------------------------------------------------------------
def lp(value):
    return struct.pack(">H", len(value)) + value


def keyed(key, message, size=32):
    return hashlib.blake2b(message, key=key, digest_size=size).digest()


def field_key(subject_key, file, item):
    """docs/formats/key-hierarchy.md"""
    return keyed(subject_key, b"hikae field 1\0" + lp(file) + lp(item))


def head_key(subject_key, file):
    return keyed(subject_key, b"hikae head 1\0" + lp(file))


# ---- records -------------------------------------------------------------------------------------------------------
class Bytes:
    def __init__(self, data):
        self.rest = data

    def take(self, size):
        if len(self.rest) < size:
            raise Refused("too short")
        out, self.rest = self.rest[:size], self.rest[size:]
        return out

    def number(self, size):
        return int.from_bytes(self.take(size), "big")


def open_record(keys, office, file, subject, version, body):
    """{code: (version, type, value)}; `keys`: the subject's keys in the file, by version."""
    data = Bytes(body[:-32])
    if len(body) < 47 or data.number(1) != 1:
        raise Refused("form")
    record, key, count = data.number(8), data.number(4), data.number(2)
    if record != version or key not in keys:
        raise Refused("version")
    message = b"".join(map(lp, (b"hikae record 1", office, file, subject, struct.pack(">Q", record))))
    if keyed(head_key(keys[key], file), message + body[:-32]) != body[-32:]:
        raise Refused("head")
    items, last = {}, b""
    for _ in range(count):
        code = data.take(data.number(1))
        at, kind, suite, key = data.number(8), data.number(1), data.number(1), data.number(4)
        if suite != 1 or not 1 <= kind <= 6 or not 1 <= at <= record or key not in keys or code <= last:
            raise Refused("item")
        nonce, sealed, last = data.take(24), data.take(data.number(4)), code
        bound = b"".join(map(lp, (b"hikae item 1", office, file, subject, code, struct.pack(">Q", at), bytes([kind]),
                                  bytes([suite]))))
        items[code.decode()] = (at, kind, unseal(field_key(keys[key], file, code), nonce, bound, sealed))
    if data.rest:
        raise Refused("left over")
    return items


def index_value(index_key, file, item, kind, term):
    return keyed(index_key, b"".join(map(lp, (b"hikae index 1", file, item, bytes([kind])))) + term.encode(), 16)


def exact_term(text):
    """For texts of the characters that folding knows, NFKC does the same."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


# ---- checks --------------------------------------------------------------------------------------------------------
OFFICE, FILE, SUBJECT, KEYS = b"\x0f" * 16, b"consultation", b"\x22" * 16, {1: b"\x33" * 32}


def block(page, name):
    found = re.search(f"```hex {name}\n(.*?)```", page, re.S)
    return bytes.fromhex(found[1])


def refused(*arguments):
    try:
        open_record(*arguments)
    except (Refused, UnicodeDecodeError):
        return True
    return False


def main(program, page_path):
    with open(page_path, encoding="utf-8") as file:
        page = file.read()
    body = block(page, "body")
    assert field_key(KEYS[1], FILE, b"name") == block(page, "field-key")
    assert head_key(KEYS[1], FILE) == block(page, "head-key")
    assert open_record(KEYS, OFFICE, FILE, SUBJECT, 2, body) == {
        "born": (2, 2, b"2004-02-28"), "name": (1, 1, "髙橋 𠮷子".encode())}
    for i in range(len(body)):
        changed = body[:i] + bytes([body[i] ^ 1 << i % 8]) + body[i + 1:]
        assert refused(KEYS, OFFICE, FILE, SUBJECT, 2, changed), i
    for place in ((KEYS, b"\x0e" * 16, FILE, SUBJECT, 2), (KEYS, OFFICE, b"other", SUBJECT, 2),
                  (KEYS, OFFICE, FILE, b"\x21" * 16, 2), (KEYS, OFFICE, FILE, SUBJECT, 3),
                  ({1: b"\x34" * 32}, OFFICE, FILE, SUBJECT, 2), ({2: KEYS[1]}, OFFICE, FILE, SUBJECT, 2)):
        assert refused(*place, body), place
    assert index_value(b"\x1d" * 32, FILE, b"kana", 1, exact_term("ﾀﾅｶ　ﾊﾞﾅｺ")) == block(page, "index")

    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "body")
        subprocess.run([program, "--gtest_filter=Outside.WritesBodies"], env={**os.environ, "HIKAE_OUT": out},
                       check=True, stdout=subprocess.DEVNULL)
        with open(out, "rb") as file:
            body = file.read()
    assert open_record(KEYS, OFFICE, FILE, SUBJECT, 7, body) == {
        "a": (1, 1, b""), "note": (7, 1, b"x" * 1000 + "ﾀﾅｶ様より電話".encode()), "外字": (3, 6, b"\xff\x00\xee")}
    print("opened by the page alone; no change of it was")


if __name__ == "__main__":
    main(*sys.argv[1:])
