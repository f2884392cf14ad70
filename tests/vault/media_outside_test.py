"""An export read by somebody who has docs/formats/export-media.md, Debian's age and the standard library of Python.

usage: media_outside_test.py MAKE_MEDIA"""

import base64
import csv
import hashlib
import io
import json
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile

# ---- Ed25519, RFC 8032 section 6, verification only ----
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    x, y, u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P, 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, v - u, v + u, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point, n = add(point, point), n >> 1
    return result


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    assert (x * x - square) % P == 0, "not a point"
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def verified(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(s, BASE), add(point_of(signature[:32]), times(h, point_of(key)))
    same = (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0
    return s < Q and same


# ---- the manifest ----
def manifest_of(note, vkey):
    """The lines of a manifest, [(key, value)], whose signature holds."""
    text, signatures = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 :]
    name, _, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[0] == 1
    identifier = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    (line,) = [s for s in signatures.splitlines() if s.startswith(f"\N{EM DASH} {name} ")]
    signature = base64.b64decode(line.split(" ")[2])
    assert signature[:4] == identifier
    assert verified(key[1:], text.encode(), signature[4:]), "the signature does not hold"
    lines = text.splitlines()
    assert lines[0] == "hikae-export@v1"
    pairs = [tuple(line.split(" ", 1)) if " " in line else (line, "") for line in lines[1:]]
    fields = dict(pairs)
    assert f"{fields['office']}/{fields['period']}" == name, "signed by another office's key, or another period's"
    return pairs


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# ---- the stream: [(subject, version, {item: text or bytes})] ----
def records_of(plain, pairs):
    fields = dict(pairs)
    items = [(value, key == "blob") for key, value in pairs if key in ("item", "blob")]
    blobs = {item for item, blob in items if blob}

    def value(item, text):
        return base64.b64decode(text, validate=True) if item in blobs else text

    if fields["form"] == "jsonl":
        head, *lines = plain.decode().split("\n")[:-1]
        head = json.loads(head)
        assert head["format"] == "hikae-export" and head["version"] == 1 and len(head["salt"]) == 32
        assert [(i["item"], i.get("blob", False)) for i in head["items"]] == items
        assert all(head[key] == fields[key] for key in ("office", "handling", "file"))
        records = [json.loads(line) for line in lines]
        return [(r["subject"], r["version"], {k: value(k, v) for k, v in r["items"].items()}) for r in records]
    text = plain.decode("utf-8-sig" if fields["form"] == "csv-bom" else "utf-8")
    assert plain.startswith(b"\xef\xbb\xbf") == (fields["form"] == "csv-bom")
    columns, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert columns == ["subject", "version", *[item for item, _ in items], "salt"]
    assert not rows or (len(rows[0][-1]) == 32 and not any(row[-1] for row in rows[1:]))
    # The csv module does not tell an empty text from no value.
    return [(row[0], int(row[1]), {i: value(i, cell) for (i, _), cell in zip(items, row[2:]) if cell}) for row in rows]


def opened_with_passphrase(file, passphrase, directory):
    """age asks for a passphrase on a terminal, so it is given one."""
    out = directory / "plain"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("age", ["age", "-d", "-o", str(out), str(file)])
    shown = b""
    while b"assphrase" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, passphrase.encode() + b"\n")
    try:
        while os.read(terminal, 1000):
            pass
    except OSError:
        pass
    assert os.waitpid(pid, 0)[1] == 0
    return out.read_bytes()


def read(make, directory, form, armor, count, passphrase=None):
    name = f"{form}-{armor}-{count}{'-p' if passphrase else ''}"
    command = [make, directory, name, form, armor, str(count)] + ([passphrase] if passphrase else [])
    vkey, identity = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    pairs = manifest_of((directory / f"{name}.manifest").read_text(encoding="utf-8"), vkey)
    fields = dict(pairs)
    file = directory / f"{name}.age"
    assert sha256(file.read_bytes()) == fields["age-sha256"] and file.stat().st_size == int(fields["age-bytes"])
    if passphrase:
        plain = opened_with_passphrase(file, passphrase, directory)
    else:
        (directory / "key").write_text(identity + "\n")
        plain = subprocess.run(["age", "-d", "-i", directory / "key", file], check=True, capture_output=True).stdout
    assert sha256(plain) == fields["plain-sha256"] and len(plain) == int(fields["plain-bytes"])
    records = records_of(plain, pairs)
    assert len(records) == int(fields["records"]) == count
    return records


def main():
    make = sys.argv[1]
    if shutil.which("age") is None:
        print("skipped: age is not installed")
        return 77
    with tempfile.TemporaryDirectory() as place:
        directory = pathlib.Path(place)
        lines = read(make, directory, "jsonl", "binary", 3000)
        without_empty = [(s, v, {k: t for k, t in items.items() if t}) for s, v, items in lines]
        for form, armor in (("csv", "armored"), ("csv-bom", "binary")):
            assert read(make, directory, form, armor, 3000) == without_empty
        assert read(make, directory, "jsonl", "armored", 3000, "江戸川の桜は三月末に咲く") == lines
        assert read(make, directory, "csv", "binary", 0) == []
    assert [subject for subject, _, _ in lines] == [f"宛名-{1_000_000 + n}" for n in range(3000)]
    names = {items["氏名"] for _, _, items in lines if items}
    assert {"渡邉\U000e0102 太郎", "\ue000田 花子", "ｻﾄｳ ﾀﾞｲｽｹ", 'ニコラス・"ニック", Jr.'} <= names, names
    assert any(items.get("署名画像", b"").startswith(b"\0\r\n\",\xff\xfe") for _, _, items in lines)
    print(f"{len(lines)} records in three forms, opened by age, read by the page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
