"""The exports of the library and the attributes of the header are what they were promised to be."""

import os
import pathlib
import re
import subprocess

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
HEADERS = {name: (SOURCE / f"include/hikae/{name}.h").read_text(encoding="utf-8") for name in ("base", "cedar", "hikae", "log", "vault")}
HEADER = "".join(HEADERS.values())
EXPECTED = (SOURCE / "tests/abi/symbols.txt").read_text(encoding="utf-8").split()


def exports(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1].split("@")[0] for line in out.splitlines()]
    return sorted(name for name in names if not re.fullmatch(r"HIKAE_\d+", name))  # the version node itself


def declarations(header):
    """name -> the declaration's text, of every function marked HIKAE_API."""
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    found = re.findall(r"^HIKAE_API\s+([^;{]*?(\bhikae_\w+)\s*\([^;]*?\))\s*;", code, re.M | re.S)
    return {name: " ".join(text.split()) for text, name in found}


def faults(header):
    """Declarations that break a convention of the header."""
    bad = []
    for name, text in declarations(header).items():
        status = text.startswith("hikae_status ") or text.startswith("HIKAE_MUST_CHECK hikae_status ")
        fallible = status and name != "hikae_error_status"
        if fallible and not text.startswith("HIKAE_MUST_CHECK"):
            bad.append(f"{name}: returns a status and lacks HIKAE_MUST_CHECK")
        if fallible and not re.search(r"hikae_error\s*\*\*\s*err\)$", text):
            bad.append(f"{name}: returns a status and does not end with hikae_error **err")
        if not fallible and "HIKAE_MUST_CHECK" in text:
            bad.append(f"{name}: HIKAE_MUST_CHECK on a function that cannot fail")
    for name in declarations(header):
        before = header[: re.search(rf"^HIKAE_API[^;{{]*\b{name}\(", header, re.M).start()]
        comment = before[before.rfind("/*") : before.rfind("*/")]
        if "since 0." not in comment:
            bad.append(f"{name}: its comment does not say since when")
    return bad


@pytest.mark.skipif(bool(os.environ.get("HIKAE_SANITIZE")), reason="sanitizers add exports of their own")
def test_exports_equal_the_list():
    assert exports(BUILD / "lib/libhikae.so") == EXPECTED


def test_the_list_is_the_header():
    assert sorted(declarations(HEADER)) == EXPECTED


def test_the_headers_are_manuals():
    """Between two and three fifths of each header's lines are comment."""
    for name, header in HEADERS.items():
        share = sum(comment.count("\n") + 1 for comment in re.findall(r"/\*.*?\*/", header, re.S)) / header.count("\n")
        assert 0.4 <= share <= 0.6, f"{name}.h: {share:.0%}"


def test_an_extra_export_is_seen(tmp_path):
    source, library = tmp_path / "extra.c", tmp_path / "extra.so"
    bodies = "".join(f"void {name}(void) {{}}\n" for name in [*EXPECTED, "hikae_planted"])
    source.write_text(bodies)
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", library, source], check=True)
    assert set(exports(library)) - set(EXPECTED) == {"hikae_planted"}


def test_the_header_keeps_its_conventions():
    assert faults(HEADER) == []


@pytest.mark.parametrize(
    "old, new, seen",
    [
        ("HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_packs_list", "HIKAE_API hikae_status hikae_packs_list", "lacks"),
        ("hikae_status hikae_reports_list(hikae_list** out, hikae_error** err)", "hikae_status hikae_reports_list(hikae_list** out)", "does not end"),
        ("HIKAE_API void hikae_list_free", "HIKAE_API HIKAE_MUST_CHECK void hikae_list_free", "cannot fail"),
        ("/* NULL is allowed. since 0.1 */\nHIKAE_API void hikae_list_free", "/* NULL is allowed. */\nHIKAE_API void hikae_list_free", "since"),
    ],
)
def test_a_planted_fault_is_seen(old, new, seen):
    assert HEADER.count(old) == 1, "the text to plant the fault in is gone"
    problems = faults(HEADER.replace(old, new))
    assert len(problems) == 1 and seen in problems[0], problems


def test_the_abi_number_is_the_soname():
    abi = re.search(r"#define HIKAE_ABI (\d+)u", HEADER).group(1)
    out = subprocess.run(["readelf", "-d", BUILD / "lib/libhikae.so"], check=True, capture_output=True, text=True).stdout
    assert f"[libhikae.so.{abi}]" in out
