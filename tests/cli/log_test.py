"""The commands of the access log: an office, a witness on another PC, an auditor with a copy."""

import csv
import datetime
import io
import json
import os
import pathlib
import pwd
import re
import shutil
import stat
import subprocess

import pytest

BUILD = pathlib.Path(os.environ["HIKAE_BUILD"])
ORIGIN = "hikae.example/江戸川/2022"
READS = 10  # of a made log: 11 entries in 2021, 12 in 2022, where entry 7 announces the second key


def run(*arguments, lang="en", cwd=None):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    words = [str(BUILD / "bin/hikae"), "log", *map(str, arguments), "--lang", lang]
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")


def hikae(*arguments, code=0, **options):
    done = run(*arguments, **options)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout[:2000]}\n{done.stderr[:2000]}"
    return done.stdout


def error(*arguments, **options):
    done = run(*arguments, **options)
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and done.stdout == "", (arguments, done.returncode, done.stdout, done.stderr)
    assert lines[0].startswith("hikae: ") and (len(lines) == 1 or lines[1:] in (["see: hikae help"], ["使い方は hikae help で見られます"]))
    return lines[0]


def make(directory, *arguments):
    done = subprocess.run([str(BUILD / "bin/make_log"), str(directory), *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An office nobody writes to, and its first keys."""
    directory = tmp_path_factory.mktemp("log") / "office"
    return directory, make(directory)


@pytest.fixture
def office(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "office")
    return tmp_path / "office"


def snapshot(directory):
    return {p.relative_to(directory): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


def entries(office, *arguments):
    return json.loads(hikae("show", office, "--format", "json", *arguments))


# ------------------------------------------------------------------------------------------------ verify


def test_a_sound_log(made):
    office, keys = made
    before = snapshot(office)
    said = hikae("verify", office, "--key", keys[1])
    assert said.startswith("sound: 23 entries\n")
    for part in ("checked:\n", "2021: 11 entries", "2 keys in turn", "not checked:\n", "only a checkpoint kept outside could show:\n"):
        assert part in said
    assert "whose the first key is" not in said and "whose the first key is" in hikae("verify", office)
    japanese = hikae("verify", office, lang="ja")
    assert japanese.startswith("異常なし: 記録 23 件\n") and "外部の控えがなければ分からないこと" in japanese
    assert hikae("verify", office / "log") == hikae("verify", office)  # the log by itself
    assert snapshot(office) == before


def test_every_flipped_byte_is_found(office):
    """Steps through the segments, and names an entry; nothing outside the two logs' entries and lists is covered."""
    tried = 0
    for path in sorted((office / "log").rglob("*.seg")):
        original = path.read_bytes()
        end = len(original.rstrip(b"\0"))
        for at in range(0, end, 37):
            path.write_bytes(original[:at] + bytes([original[at] ^ 0x10]) + original[at + 1 :])
            done = run("verify", office)
            # Padding between groups is no part of the log.
            if done.returncode == 0:
                assert original[at] == 0 and path.read_bytes()[at] != 0, (path, at)
                continue
            assert done.returncode == 1, (path, at, done.stdout, done.stderr)
            assert done.stdout.startswith("NOT SOUND\nfirst bad entry"), (path, at, done.stdout)
            tried += 1
        path.write_bytes(original)
    assert tried > 100
    assert hikae("verify", office).startswith("sound")


@pytest.mark.parametrize("cut", [1, 3])
def test_a_bad_entry_is_named(office, cut):
    """The group of a given entry, found by its text, is damaged."""
    path = office / "log/2021/00000000000000000000.seg"
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(cut):
        at = data.index("相談記録".encode(), at + 1)
    data[at] ^= 1
    path.write_bytes(data)
    said = hikae("verify", office, code=1)
    assert f"first bad entry: 2021/{cut}\n" in said
    assert hikae("verify", office, lang="ja", code=1).startswith(f"異常あり\n最初の異常: 記録 2021/{cut}\n")
    # What comes before it is shown, and then the error.
    done = run("show", office, "--period", "2021")
    assert done.returncode == 2 and f"2021/{cut - 1} " in done.stdout and f"2021/{cut} " not in done.stdout
    assert f"entry {cut} should be here" in done.stderr


def swap_lists(office):
    a, b = office / "log/2021/checkpoints", office / "log/2022/checkpoints"
    one, other = a.read_bytes(), b.read_bytes()
    a.write_bytes(other), b.write_bytes(one)


def sign_away(office):
    path = office / "log/2021/checkpoints"
    text = path.read_text()
    at = text.index("= \n") if "= \n" in text else text.index("\n\n— ") + 60
    path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])


@pytest.mark.parametrize(
    "plant",
    [
        swap_lists,
        sign_away,
        lambda office: shutil.rmtree(office / "log/2021") or shutil.copytree(office / "log/2022", office / "log/2021"),
        lambda office: (office / "log/2022/00000000000000000000.seg").unlink(),
        lambda office: os.truncate(office / "log/2022/00000000000000000000.seg", 100),
    ],
)
def test_tampering_is_found(office, plant):
    plant(office)
    assert hikae("verify", office, code=1).startswith("NOT SOUND\n")


def test_what_only_an_anchor_shows(office, tmp_path):
    """The end cut off, checkpoints and all, is a good log of yesterday, until something outside is compared."""
    kept = tmp_path / "stick" / "kept"
    kept.parent.mkdir()
    assert "kept for the first time: 12 entries" in hikae("anchor", kept, office)
    assert "nothing new" in hikae("anchor", kept, office)
    make(tmp_path / "older", 5)
    shutil.rmtree(office)
    shutil.copytree(tmp_path / "older", office)
    assert hikae("verify", office).startswith("sound")
    said = hikae("verify", office, "--anchor", kept, code=1)
    assert said.startswith("NOT SOUND") and "2022/" in said
    before = kept.read_bytes()
    assert "NOT SOUND" in hikae("anchor", kept, office, code=1)
    assert kept.read_bytes() == before


def test_an_anchor_goes_from_year_to_year(tmp_path, made):
    office, _ = made
    copy = tmp_path / "office"
    shutil.copytree(office, copy)
    shutil.move(copy / "log/2022", tmp_path / "2022")
    assert "first time: 11 entries" in hikae("anchor", tmp_path / "kept", copy)
    shutil.move(tmp_path / "2022", copy / "log/2022")
    assert "extends what was kept; now kept: 12 entries" in hikae("anchor", tmp_path / "kept", copy)
    # A next period that begins with another checkpoint of the last is another history.
    shutil.rmtree(copy / "log/2021"), shutil.rmtree(tmp_path / "x", ignore_errors=True)
    make(tmp_path / "x", 6)
    shutil.copytree(tmp_path / "x/log/2021", copy / "log/2021")
    (tmp_path / "kept").write_text(hikae("checkpoint", tmp_path / "x", "--period", "2021"))
    assert "another history" in hikae("anchor", tmp_path / "kept", copy, code=1)


# ------------------------------------------------------------------------------------------------ show


def test_the_table_is_aligned(made):
    import unicodedata

    def columns(text):
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    lines = hikae("show", made[0], lang="ja").splitlines()
    assert len(lines) == 24 and lines[0].split() == ["番号", "日時", "種類", "行為者", "本人", "業務", "判定", "内容"]
    content = columns(lines[0][: lines[0].index("内容")])
    for line in lines[1:]:
        start = line.index("根拠") if "根拠" in line else line.index("ログ:") if "ログ:" in line else line.index("鍵:")
        assert columns(line[:start]) == content, line
    assert "2021-04-01 07:00:00 閲覧" in lines[2]  # Japanese time


@pytest.mark.parametrize(
    "arguments, indices",
    [
        ([], [*range(11), *range(12)]),
        (["--period", "2021"], list(range(11))),
        (["--period", "2021", "--type", "search"], None),
        (["--period", "2021", "--type", "searched"], [5, 10]),
        (["--period", "2021", "--type", "検索,period begun"], [0, 5, 10]),
        (["--period", "2021", "--type", "0x0204"], [5, 10]),
        (["--type", "key-announced"], [7]),
        (["--decision", "refused", "--period", "2021"], [4, 8]),
        (["--handling", "hikikomori", "--period", "2021"], [1, 4, 7, 10]),
        (["--since", "2021-04-03", "--until", "2021-04-03"], [7, 8, 9, 10]),
        (["--since", "令和3年4月3日", "--until", "R3.4.3"], [7, 8, 9, 10]),
        (["--since", "2021-04-03T08:00", "--until", "2021-04-03T15:00"], [8, 9]),
        (["--from", "3", "--to", "5", "--period", "2021"], [3, 4, 5]),
        (["--last", "3"], [9, 10, 11]),
        (["--last", "3", "--decision", "refused"], [8, 4, 9]),
        (["--last", "1000"], [*range(11), *range(12)]),
        (["--actor", "aff9d8e9", "--period", "2021", "--decision", "allowed"], [2, 6, 10]),
        (["--since", "2030-01-01"], []),
    ],
)
def test_filters(made, arguments, indices):
    if indices is None:
        assert 'did you mean "searched"?' in error("show", made[0], *arguments)
        return
    assert [entry["index"] for entry in entries(made[0], *arguments)] == indices


def test_csv_opens_in_a_spreadsheet_and_json_holds_the_same(made, tmp_path):
    text = hikae("show", made[0], "--format", "csv", "--period", "2021", lang="ja")
    assert text.startswith("\ufeff期間,番号,日時,種類,行為者,") and "\r\n" in subprocess.run(
        [BUILD / "bin/hikae", "log", "show", made[0], "--format", "csv"], capture_output=True).stdout.decode()
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    objects = entries(made[0], "--period", "2021")
    assert len(rows) == len(objects) == 11
    for row, entry in zip(rows, objects):
        assert row["番号"] == str(entry["index"]) and row["葉のハッシュ"] == entry["leaf_hash"]
        assert row["行為者"] == entry.get("actor", "") and row["項目"] == " ".join(entry.get("items", []))
        assert entry["time"] == row["日時"].replace(" ", "T") + "+09:00"
    out = tmp_path / "out.csv"
    assert hikae("show", made[0], "--format", "csv", "-o", out) == f"written: {out}\n"
    assert out.read_bytes().startswith(b"\xef\xbb\xbfperiod,")
    with pytest.raises(AssertionError):
        hikae("show", made[0], "-o", tmp_path)  # a folder
    assert hikae("show", made[0], "--format", "json", "--since", "2030-01-01") == "[]\n"


def test_many_entries_stream(tmp_path):
    make(tmp_path / "big", 3000, 1000)
    limited = f"ulimit -v 400000; exec {BUILD}/bin/hikae log show {tmp_path}/big --format csv | tail -1"
    if os.environ.get("HIKAE_SANITIZE"):
        limited = limited.split("; ", 1)[1]
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True)
    assert done.stdout.startswith("2022,3001,") and done.stderr == ""
    assert [e["index"] for e in entries(tmp_path / "big", "--last", "2")] == [3000, 3001]
    # A reader that goes away ends it with an error, not a signal nobody sees.
    assert entries(tmp_path / "big", "--last", "5000")[0]["index"] == 1003


# ------------------------------------------------------------------------------------------------ proofs


@pytest.mark.parametrize("index, period", [(0, "2021"), (10, "2021"), (8, "2022")])
def test_a_proof_holds_without_the_log(made, tmp_path, index, period):
    office, keys = made
    (tmp_path / "keys").write_text("\n".join(["# 外部で確認した鍵", *hikae("keys", office).split()]) + "\n")
    proof = tmp_path / "entry.tlog-proof"
    hikae("prove", office, index, "--period", period, "-o", proof)
    said = hikae("check-proof", proof, "--key", tmp_path / "keys")
    assert said.startswith(f"holds: entry {index} of the log hikae.example/江戸川/{period}")
    hikae("export", office, tmp_path / "tiles", "--period", period)
    hikae("prove", office, index, "--period", period, "--tiles", tmp_path / "tiles", "-o", tmp_path / "t", "--leaf", tmp_path / "l")
    assert (tmp_path / "t").read_bytes() == proof.read_bytes()
    assert (tmp_path / "l").read_bytes() == pathlib.Path(f"{proof}.leaf").read_bytes()
    # Each byte of the entry and of the proof counts.
    leaf = pathlib.Path(f"{proof}.leaf").read_bytes()
    other = tmp_path / "other.leaf"
    for at in range(len(leaf)):
        other.write_bytes(leaf[:at] + bytes([leaf[at] ^ 1]) + leaf[at + 1 :])
        assert "DOES NOT HOLD" in hikae("check-proof", proof, "--leaf", other, "--key", tmp_path / "keys", code=1)
    text = proof.read_text()
    bad = tmp_path / "bad"
    bad.write_text(text.replace(f"index {index}\n", f"index {index + 1}\n"))
    assert run("check-proof", bad, "--leaf", f"{proof}.leaf", "--key", tmp_path / "keys").returncode != 0


def test_a_proof_by_another_key_does_not_hold(made, tmp_path):
    office, keys = made
    hikae("prove", office, 3, "--period", "2021", "-o", tmp_path / "p")
    assert "DOES NOT HOLD" in hikae("check-proof", tmp_path / "p", "--key", keys[1], code=1)
    assert "needs --policy or --key" in error("check-proof", tmp_path / "p")


def test_growth(made):
    office, _ = made
    assert hikae("prove", office, "--from", "12") == "" and hikae("prove", office, "--from", "0") == ""
    assert len(hikae("prove", office, "--from", "5").splitlines()) >= 2
    assert "fewer than 13" in error("prove", office, "--from", "13")
    assert "needs an entry's number, or --from" in error("prove", office)


# ------------------------------------------------------------------------------------------------ witnesses


@pytest.fixture
def witness(office, made, tmp_path):
    """Another PC, that has got the log's first key of the year on paper."""
    pc = tmp_path / "witness-pc"
    pc.mkdir()
    key = hikae("witness", "init", pc / "state", "--key", pc / "secret", "--name", "witness.example/監査室", "--log-key", made[1][1])
    (tmp_path / "witness.pub").write_text(key)
    return pc


def test_two_pcs_and_a_stick(office, witness, tmp_path, made):
    assert stat.S_IMODE((witness / "secret").stat().st_mode) == 0o600
    pub = tmp_path / "witness.pub"
    stick = tmp_path / "stick"
    stick.mkdir()
    # The log's key changed on the way, so there are two rounds.
    said = hikae("witness", "request", office, "--key", pub, "-o", stick / "request")
    assert "make another request" in said and not (stick / "request.key-change").exists()
    assert "cosigned: 8 entries" in hikae("witness", "cosign", witness / "state", stick / "request", "--key", witness / "secret", "-o", stick / "answer")
    assert "attached: 1" in hikae("witness", "attach", office, stick / "answer", "--key", pub)
    assert "nothing new" in hikae("witness", "attach", office, stick / "answer", "--key", pub)
    said = hikae("witness", "request", office, "--key", pub, "-o", stick / "request")
    assert "hikae log witness follow" in said
    assert "not signed by the log's key" in hikae("witness", "cosign", witness / "state", stick / "request", "--key", witness / "secret", "-o", stick / "answer", code=1)
    hikae("witness", "follow", witness / "state", stick / "request.key-change", "--key", witness / "secret")
    assert "cosigned: 12 entries" in hikae("witness", "cosign", witness / "state", stick / "request", "--key", witness / "secret", "-o", stick / "answer")
    # The lines alone, as a server would answer.
    lines = [line for line in (stick / "answer").read_text().splitlines(True) if line.startswith("— witness")]
    (stick / "lines").write_text("".join(lines))
    assert "attached: 1" in hikae("witness", "attach", office, stick / "lines", "--key", pub)
    policy = tmp_path / "policy"
    policy.write_text("".join(f"log {key}\n" for key in hikae("keys", office).split()) + f"witness 監査室 {pub.read_text().strip()}\nquorum 監査室\n")
    said = hikae("verify", office, "--period", "2022", "--policy", policy)
    assert "2 cosignatures of witnesses, entries before 12 vouched for" in said and "only a checkpoint" not in said
    hikae("prove", office, 5, "--policy", policy, "-o", stick / "proof")
    assert "cosigned by 監査室" in hikae("check-proof", stick / "proof", "--policy", policy)
    # Without it, the quorum is missing.
    (office / "log/2022/cosigned").unlink()
    assert "NOT SOUND" in hikae("verify", office, "--period", "2022", "--policy", policy, code=1)


def test_a_rewritten_log_is_not_cosigned(office, witness, tmp_path):
    hikae("witness", "request", office, "--old", "0", "-o", tmp_path / "r")
    hikae("witness", "cosign", witness / "state", tmp_path / "r", "--key", witness / "secret", "-o", tmp_path / "a")
    before = snapshot(witness)
    make(tmp_path / "rewritten", 30, 4)
    hikae("witness", "request", tmp_path / "rewritten", "--old", "8", "-o", tmp_path / "r2")
    said = hikae("witness", "cosign", witness / "state", tmp_path / "r2", "--key", witness / "secret", "-o", tmp_path / "a2", code=1)
    assert "the log was rewritten" in said and not (tmp_path / "a2").exists()
    hikae("witness", "request", office, "--old", "3", "-o", tmp_path / "r3")
    assert "remembers 8 entries" in hikae("witness", "cosign", witness / "state", tmp_path / "r3", "--key", witness / "secret", "-o", tmp_path / "a2", code=1)
    hikae("witness", "request", office, "--period", "2021", "--old", "0", "-o", tmp_path / "r4")
    assert "another log" in hikae("witness", "cosign", witness / "state", tmp_path / "r4", "--key", witness / "secret", "-o", tmp_path / "a2", code=1)
    assert snapshot(witness) == before


def test_only_true_cosignatures_are_attached(office, witness, tmp_path, made):
    pub = tmp_path / "witness.pub"
    hikae("witness", "request", office, "--key", pub, "-o", tmp_path / "r")
    hikae("witness", "cosign", witness / "state", tmp_path / "r", "--key", witness / "secret", "-o", tmp_path / "a")
    before = snapshot(office)
    text = (tmp_path / "a").read_text()
    (tmp_path / "bad").write_text(text.replace("\n8\n", "\n9\n"))
    error("witness", "attach", office, tmp_path / "bad", "--key", pub)
    assert "the key of a log" in error("witness", "attach", office, tmp_path / "a", "--key", made[1][1])
    make(tmp_path / "other", 20, 4)
    assert "" != error("witness", "attach", tmp_path / "other", tmp_path / "a", "--key", pub)
    (tmp_path / "none").write_text("— witness.example/監査室 y1+WogAAAABgpbTMnFd2gJoPWxAwKI1HGArhQf4FJkISmkt9zAf5VoVneeZ+NwAqBN/k6SN2sog4dy8uNfyRiZJoJMBM1eZEE4n1AA==\n")
    assert "no cosignature" in error("witness", "attach", office, tmp_path / "none", "--key", pub)
    assert snapshot(office) == before


# ------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize("command", [["verify"], ["show"], ["checkpoint"], ["keys"], ["prove", "0"]])
def test_what_is_no_log(command, tmp_path, made):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("記録")
    verb, *rest = command
    out = ["-o", tmp_path / "out"] if verb == "prove" else []
    assert "there is no access log" in error(verb, tmp_path / "empty", *rest, *out)
    assert "there is no such file" in error(verb, tmp_path / "absent", *rest, *out)
    assert error(verb, tmp_path / "file", *rest, *out).startswith(f"hikae: {tmp_path}/file: ")
    assert "no such period (there are: 2021, 2022)" in error(verb, made[0], *rest, *out, "--period", "2020")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["verify", "show", "keys"])
def test_a_newer_log(office, command):
    """Offset 12 of a segment is the form (docs/formats/segment-file.md §2)."""
    path = office / "log/2021/00000000000000000000.seg"
    data = bytearray(path.read_bytes())
    data[12:14] = b"\0\2"
    path.write_bytes(data)
    before = snapshot(office)
    assert "newer" in error(command, office) and snapshot(office) == before


def test_two_offices_mixed(office, tmp_path):
    data = (office / "log/2022/00000000000000000000.seg").read_bytes().replace("hikae.example/江戸川/2022".encode(), "hikae.example/江戸河/2022".encode())
    (office / "log/2022/00000000000000000000.seg").write_bytes(data)
    assert "NOT SOUND" in hikae("verify", office, code=1)
    error("show", office)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["verify", "OFFICE", "--key", "no key"], "cannot be read"),
        (["verify", "OFFICE", "--key", "a+b+c"], 'keys: "a+b+c": '),
        (["verify", "OFFICE", "--policy", "PLAIN"], "policy:1:1: "),
        (["verify", "OFFICE", "--anchor", "PLAIN"], "anchor 1 is no checkpoint"),
        (["verify", "OFFICE", "--threads", "65"], "at most 64"),
        (["verify", "OFFICE", "--threads", "x"], '--threads is "x", expected a number'),
        (["verify", "OFFICE", "--anchor", "."], "is a folder"),
        (["show", "OFFICE", "--since", "yesterday"], 'since is "yesterday", expected a day'),
        (["show", "OFFICE", "--until", "2021-04-03T24:00"], "until is"),
        (["show", "OFFICE", "--since", "2021-02-30"], "since is"),
        (["show", "OFFICE", "--actor", "髙橋"], "keys"),
        (["show", "OFFICE", "--names"], "keys"),
        (["sign", "OFFICE"], ""),
        (["drop", "OFFICE", "2021", "--by", "課長", "--ground", "保存期間満了"], "add --yes 2021"),
        (["show", "OFFICE", "--actor", "abc"], "hexadecimal digits"),
        (["show", "OFFICE", "--last", "99999999999999999999"], "expected a number"),
        (["show", "OFFICE", "--format", "xml"], "expected one of: text, csv, json"),
        (["prove", "OFFICE", "12", "-o", "OUT"], "entry 12 is not covered by the checkpoint of 12 entries"),
        (["prove", "OFFICE", "1", "--size", "4", "-o", "OUT"], "none of 4 entries was kept"),
        (["prove", "OFFICE", "1"], "needs --output"),
        (["prove", "OFFICE", "1", "--tiles", "absent", "-o", "OUT"], "absent"),
        (["check-proof", "PLAIN", "--leaf", "PLAIN", "--key", "KEY"], "proof"),
        (["check-proof", "HUGE", "--leaf", "PLAIN", "--key", "KEY"], "larger than 32 MiB"),
        (["check-proof", "PLAIN", "--leaf", "HUGE", "--key", "KEY"], "larger than 32 MiB"),
        (["check-proof", "PLAIN", "--leaf", ".", "--key", "KEY"], "is a folder"),
        (["check-proof", "PLAIN", "--key", "KEY"], "cannot be read"),
        (["export", "OFFICE", "OFFICE"], "holds other files"),
        (["export", "OFFICE", "PLAIN"], "PLAIN"),
        (["anchor", "PLAIN", "OFFICE"], ""),
        (["anchor", ".", "OFFICE"], ""),
        (["witness", "init", "OUT", "--key", "PLAIN", "--log-key", "KEY"], "not the secret key of a witness"),
        (["witness", "init", "OUT", "--key", "NEW", "--name", "two words", "--log-key", "KEY"], "neither spaces"),
        (["witness", "init", "PLAIN", "--key", "NEW", "--name", "w", "--log-key", "KEY"], "has a state already"),
        (["witness", "init", "OUT", "--key", "NEW", "--name", "w", "--log-key", "PLAIN"], "name+id+base64"),
        (["witness", "cosign", "absent", "PLAIN", "--key", "PLAIN", "-o", "OUT"], "not the secret key"),
        (["witness", "request", "OFFICE", "-o", "OUT"], "needs --key or --old"),
        (["witness", "request", "OFFICE", "--old", "13", "-o", "OUT"], "fewer than 13"),
        (["witness", "attach", "OFFICE", "PLAIN", "--key", "KEY"], ""),
    ],
)
def test_one_clear_error_and_nothing_changed(made, tmp_path, arguments, said):
    (tmp_path / "PLAIN").write_text("plain\n")
    with open(tmp_path / "HUGE", "wb") as file:
        file.truncate(4 << 30)  # a hole: no memory, no disk
    names = {"OFFICE": str(made[0]), "KEY": made[1][1]}
    before = snapshot(made[0]), sorted(p.name for p in tmp_path.iterdir()), (tmp_path / "PLAIN").read_bytes()
    line = error(*[names.get(word, word) for word in arguments], cwd=tmp_path)
    assert said in line, line
    for lock in tmp_path.glob("*.lock"):
        lock.unlink()  # a lock may stay
    assert (snapshot(made[0]), sorted(p.name for p in tmp_path.iterdir()), (tmp_path / "PLAIN").read_bytes()) == before


def test_a_medium_that_cannot_be_written(office, made):
    for path in [office, *office.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        words = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.getuid() == 0 and shutil.which("setpriv") else []
        if words:  # the copy must be reachable for that user
            for parent in office.parents:
                if parent.stat().st_uid == os.getuid() and parent != pathlib.Path("/"):
                    parent.chmod(parent.stat().st_mode | 0o055)
        for command in (["verify"], ["show", "--last", "1"], ["checkpoint"]):
            done = subprocess.run([*words, BUILD / "bin/hikae", "log", command[0], office, *command[1:]], capture_output=True, text=True)
            assert done.returncode == 0 and done.stderr == "", (command, done)
    finally:
        for path in [office, *office.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_names(tmp_path):
    office = tmp_path / "office"
    done = subprocess.run([BUILD / "bin/hikae", "init", office], capture_output=True)
    assert done.returncode == 0, done
    first = min(p.name for p in (office / "log").iterdir() if p.is_dir())  # the year this runs in
    subprocess.run([BUILD / "bin/make_acts", office, "2098"], check=True)
    said = hikae("show", office, "--actor", "職員-0007", "--names", lang="ja")
    assert said.count("職員-0007") == 2 and "住民-8" in said and "拒否" in said
    assert "職員" not in hikae("show", office)
    assert len(entries(office, "--subject", "住民-8")) == 4 and entries(office, "--actor", "だれか") == []
    before = hikae("keys", office).split()
    after = hikae("rotate-key", office).strip()
    assert after not in before and hikae("keys", office).split()[-1].split("+")[-1] == after.split("+")[-1]
    assert hikae("sign", office).split("\n")[0].endswith("/2099")
    assert hikae("verify", office).startswith("sound")
    assert "recorded: 2098/0-" in hikae("review", office, "--period", "2098", "--to", "3", "--by", "個人情報保護管理者", "--findings", "異常なし", "--on", "令和4年5月21日")
    assert entries(office, "--type", "log reviewed")[0]["range_end"] == 4
    assert "needs --findings" in error("review", office, "--by", "管理者")
    error("review", office, "--by", "管理者", "--findings", "異常なし", "--period", "2098", "--to", "4000")
    certificate = hikae("drop", office, first, "--by", "個人情報保護管理者", "--ground", "保存期間満了", "--yes", first)
    assert first in certificate and not list((office / "log").glob(f"{first}/*.seg"))
    assert hikae("verify", office).startswith("sound")


def certified(office, period, ground="文書管理規程第30条"):
    hikae("drop", office, period, "--by", "個人情報保護管理者", "--ground", ground, "--yes", period)
    return office / f"log/{period}.dropped"


@pytest.fixture(scope="module")
def dropped(tmp_path_factory):
    """An office whose first period, that of the year this runs in, was dropped in 2099; and the period's name."""
    office = tmp_path_factory.mktemp("dropped") / "office"
    subprocess.run([BUILD / "bin/hikae", "init", office], check=True, capture_output=True)
    first = min(p.name for p in (office / "log").iterdir() if p.is_dir())
    subprocess.run([BUILD / "bin/make_acts", office, "2098"], check=True)
    certified(office, first)
    return office, first


def test_a_dropped_period_is_told(dropped):
    office, first = dropped
    at = json.loads((office / f"log/{first}.dropped").read_text(encoding="utf-8"))["dropped_at"]
    day = datetime.datetime.fromtimestamp(at // 1_000_000, datetime.timezone(datetime.timedelta(hours=9))).date()
    said = hikae("verify", office)
    checked = said[said.index("checked:\n") : said.index("not checked:\n")]
    assert said.startswith("sound: ") and f"{first}: dropped on {day}; the certificate is the one that" in checked
    assert f"{first}: the certificate holds the checkpoint that the period after begins with" in checked
    assert f"{first}: the period was dropped" in said[said.index("not checked:\n") :] and "not held against" not in said
    assert f"{first}: {day} に廃棄" in hikae("verify", office, lang="ja")


def put(path, change):
    """A certificate forged: changed as JSON, well-formed still."""
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


def invent(path):
    """A certificate of a year that never was, of a day whose entries are all here."""
    other = path.parent / "2001.dropped"
    other.write_text(path.read_text(encoding="utf-8").replace(path.stem, "2001"), encoding="utf-8")
    put(other, lambda c: c.update(dropped_at=4_102_444_800_000_000))


@pytest.mark.parametrize(
    "forge, said",
    [
        (lambda path: put(path, lambda c: c.update(ground="規程第31条")), "is not the one that this entry names"),
        (lambda path: put(path, lambda c: c.update(dropped_at=c["dropped_at"] - 86_400_000_000)), "is not the one that"),
        (lambda path: put(path, lambda c: c.update(dropped_at=0)), "is not the one that this entry names"),
        (lambda path: put(path, lambda c: c.update(by="0" * 32)), "is not the one that this entry names"),
        (lambda path: put(path, lambda c: None), "is not the one that this entry names"),  # to the byte
        (lambda path: put(path, lambda c: c.update(checkpoint=re.sub(r"\n\d+\n", "\n9\n", c["checkpoint"], count=1))),
         "is not the checkpoint that the first entry names"),
        (lambda path: path.unlink(), "is missing, and so is a certificate"),
        (lambda path: path.write_text("{}"), "certificate of a dropped period is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-20]), "certificate of a dropped period is damaged"),
        (invent, "no entry tells of it"),
    ],
)  # fmt: skip
def test_a_forged_certificate_is_found(dropped, tmp_path, forge, said):
    office = tmp_path / "office"
    shutil.copytree(dropped[0], office)
    forge(office / f"log/{dropped[1]}.dropped")
    found = hikae("verify", office, code=1)
    assert found.startswith("NOT SOUND\n") and said in found, found
    assert hikae("verify", office, "--period", "2098").startswith("sound")  # by itself it is what it was


def test_a_drop_told_of_in_a_period_that_is_dropped_too(tmp_path):
    """Years later the entry about the first drop goes with its period: that is no fault, and is said."""
    office = tmp_path / "office"
    subprocess.run([BUILD / "bin/hikae", "init", office], check=True, capture_output=True)
    first = min(p.name for p in (office / "log").iterdir() if p.is_dir())
    subprocess.run([BUILD / "bin/make_acts", office, "2060"], check=True)
    certified(office, first)
    subprocess.run([BUILD / "bin/make_acts", office, "2098"], check=True)
    last = certified(office, "2061")
    said = hikae("verify", office)
    assert said.startswith("sound: ") and f"{first}: whether the certificate is the one made when" in said
    assert "2061: dropped on " in said and "2061: the certificate holds the checkpoint" in said
    put(last, lambda c: c.update(ground="規程第31条"))
    assert "is not the one that this entry names" in hikae("verify", office, code=1)
    last.unlink()
    assert "NOT SOUND" in hikae("verify", office, code=1)


def test_acts_are_of_whom_the_command_line_names(tmp_path):
    office = tmp_path / "office"
    source = pathlib.Path(os.environ["HIKAE_SOURCE"])
    paper = source / "examples/ward/vocabulary.yaml"

    def act(*arguments, code=0):
        done = subprocess.run([BUILD / "bin/hikae", *arguments], capture_output=True, text=True)
        assert done.returncode == code, done
        return done.stderr

    def actors():
        return [entry["actor_name"] for entry in entries(office, "--names") if "actor" in entry]

    account = "os:" + pwd.getpwuid(os.getuid()).pw_name
    assert "without spaces" in act("init", office, "--log-origin", "two words", code=2) and not office.exists()
    act("init", office, "--by", "職員-髙橋", "--log-origin", "hikae.example/江戸川")
    assert hikae("keys", office).startswith("hikae.example/江戸川/2")
    made = actors()
    assert len(made) >= 2 and set(made) == {"職員-髙橋"}
    act("declare", office, paper)  # nobody is named: whose account it is
    assert actors()[: len(made)] == made and set(actors()[len(made) :]) == {account}
    count = len(actors())
    act("declare", office, source / "examples/hikikomori/declaration.yaml", "--by", "職員-0042")
    assert set(actors()[count:]) == {"職員-0042"}
    count = len(actors())
    hikae("review", office, "--by", "個人情報保護管理者", "--findings", "異常なし")
    assert set(actors()[count:]) == {"個人情報保護管理者"}
    said = hikae("show", office, "--names", lang="ja")
    assert "職員-髙橋" in said and account in said and "職員" not in hikae("show", office)  # without --names, nobody
    assert account not in hikae("show", office) and hikae("verify", office).startswith("sound")


def test_help_is_in_both_languages():
    for command in ("verify", "show", "checkpoint", "keys", "prove", "check-proof", "export", "anchor", "witness init", "witness request",
                    "witness cosign", "witness attach", "witness follow", "sign", "rotate-key", "review", "drop"):  # fmt: skip
        words = command.split()
        assert hikae(*words, "--help").startswith(f"usage: hikae log {command}")
        assert hikae(*words, "--help", lang="ja").startswith("使い方: ")
