"""`hikae cedar …`, end to end."""

import io
import json
import os
import pathlib
import subprocess
import tarfile

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
DATA = pathlib.Path(os.environ["HIKAE_SHARED_DATA"]) / "cedar"
RULES = """@article("条例第8条")
permit(principal in Section::"福祉", action, resource);
@article("条例第8条第2項") @shadow
forbid(principal, action, resource) when { resource.sealed && context.reason == "" };
"""
SCHEMA = """entity Section; entity User in [Section] { badge?: Long }; entity File { sealed: Bool };
action "閲覧" appliesTo { principal: User, resource: File, context: { reason: String } };
"""
PEOPLE = [
    {"uid": {"type": "User", "id": "髙橋"}, "attrs": {}, "parents": [{"type": "Section", "id": "福祉"}]},
    {"uid": {"type": "File", "id": "相談記録"}, "attrs": {"sealed": True}, "parents": []},
]
ASK = ["--principal", 'User::"髙橋"', "--action", 'Action::"閲覧"', "--resource", 'File::"相談記録"', "--entities", "people.json"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.cedar").write_text(RULES, encoding="utf-8")
    (tmp_path / "ward.cedarschema").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    (tmp_path / "why.json").write_text('{"reason": "面談"}', encoding="utf-8")
    (tmp_path / "empty.json").write_text('{"reason": ""}', encoding="utf-8")
    return tmp_path


def cedar(folder, *arguments, code=0, lang="en", **options):
    words = [str(BUILD / "bin/hikae"), "cedar", *map(str, arguments), "--lang", lang]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, encoding="utf-8", **options)
    assert done.returncode == code, f"{' '.join(words)}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "\x1b" not in done.stdout + done.stderr
    return done.stdout if code != 2 else done.stderr


def test_authorize_allows_with_its_reasons(folder):
    out = cedar(folder, "authorize", "rules.cedar", *ASK, "--context", "why.json", "--schema", "ward.cedarschema", "--strict")
    assert out == "allow\n  policy0  rules.cedar:1:1\n    @article: 条例第8条\n"
    assert cedar(folder, "authorize", "rules.cedar", *ASK, "--context", "why.json", lang="ja").startswith("許可\n")


def test_authorize_denies_with_1(folder):
    out = cedar(folder, "authorize", "rules.cedar", *ASK, "--context", "empty.json", code=1)
    assert out == "deny\n  policy1  rules.cedar:3:1\n    @article: 条例第8条第2項\n    @shadow\n"
    assert cedar(folder, "authorize", "rules.cedar", *ASK, "--context", "empty.json", code=1, lang="ja").startswith("不許可\n")


def test_authorize_says_what_it_could_not_evaluate(folder):
    out = cedar(folder, "authorize", "rules.cedar", *ASK)
    assert out.startswith("allow\n") and "not evaluated: policy1  rules.cedar:4:" in out and "reason" in out


def test_authorize_explains(folder):
    out = cedar(folder, "authorize", "rules.cedar", *ASK, "--context", "empty.json", "--explain", code=1)
    assert "\npolicy0  permit  satisfied\n" in out and "\npolicy1  forbid  satisfied\n" in out
    assert '  resource.sealed (File::"相談記録") = true\n' in out and '  context.reason (context) = ""\n' in out
    assert "条件成立" in cedar(folder, "authorize", "rules.cedar", *ASK, "--context", "empty.json", "--explain", code=1, lang="ja")


def test_authorize_reads_a_whole_request(folder):
    request = {"principal": 'User::"髙橋"', "action": {"type": "Action", "id": "閲覧"}, "resource": 'File::"相談記録"', "context": {"reason": "電話"}}
    (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
    assert cedar(folder, "authorize", "rules.cedar", "--request", "request.json", "--entities", "people.json").startswith("allow\n")
    assert "exclude each other" in cedar(folder, "authorize", "rules.cedar", "--request", "request.json", "--principal", 'User::"a"', code=2)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["authorize", "rules.cedar"], "cedar authorize needs --principal"),
        (["authorize", "none.cedar", *ASK], "none.cedar: cannot be read"),
        (["authorize", "rules.cedar", *ASK, "--principal", "x"], "--principal is given twice"),
        (["authorize", "rules.cedar", "--principal", "髙橋", *ASK[2:]], 'principal: "髙橋" is not the name of an entity'),
        (["authorize", "rules.cedar", *ASK, "--strict"], "needs --schema"),
        (["authorize", "people.json", *ASK], "people.json:1:1: "),
        (["validate", "rules.cedar"], "cedar validate needs --schema"),
        (["translate", "schema", "people.json"], "people.json:1:1: "),
        (["translate"], "cedar translate needs one of: policies, schema"),
        (["translate", "schemas", "x"], 'unknown command "cedar translate schemas"; did you mean "cedar translate schema"?'),
        (["test", "."], "no test was found"),
        (["test", "none.tar.gz"], "none.tar.gz: cannot be read as a tar archive"),
        (["test", "none.json"], "none.json: cannot be read"),
        ([], "cedar needs one of: authorize, validate, "),
    ],
)
def test_what_cannot_be_done_is_2_and_says_why(folder, arguments, said):
    assert cedar(folder, *arguments, code=2).splitlines()[0].startswith("hikae: ")
    assert said in cedar(folder, *arguments, code=2)
    assert cedar(folder, *arguments, code=2, lang="ja").startswith("hikae: ")


def test_validate(folder):
    assert cedar(folder, "validate", "rules.cedar", "--schema", "ward.cedarschema") == "0 errors, 0 warnings\n"
    (folder / "wrong.cedar").write_text("permit(principal, action, resource) when { resource.seald };", encoding="utf-8")
    out = cedar(folder, "validate", "wrong.cedar", "--schema", "ward.cedarschema", code=1)
    assert out.startswith("wrong.cedar:1:") and ": error: " in out and out.endswith("1 errors, 0 warnings\n")
    assert cedar(folder, "validate", "wrong.cedar", "--schema", "ward.cedarschema", code=1, lang="ja").endswith("誤り 1 件、注意 0 件\n")


def test_format(folder):
    laid_out = cedar(folder, "format", "rules.cedar")
    (folder / "good.cedar").write_text(laid_out, encoding="utf-8")
    (folder / "bad.cedar").write_text("permit(principal,action,resource);", encoding="utf-8")
    assert cedar(folder, "format", "good.cedar") == laid_out and cedar(folder, "format", "good.cedar", "--check") == ""
    assert cedar(folder, "format", "good.cedar", "bad.cedar", "--check", code=1) == "bad.cedar: not formatted\n"
    assert (folder / "bad.cedar").read_text() == "permit(principal,action,resource);"
    (folder / "broken.cedar").write_text("permit(", encoding="utf-8")
    assert "broken.cedar:1:" in cedar(folder, "format", "bad.cedar", "broken.cedar", "--write", code=2)
    assert (folder / "bad.cedar").read_text() == "permit(principal,action,resource);", "all or none"
    assert cedar(folder, "format", "good.cedar", "bad.cedar", "--write") == "bad.cedar: formatted\n"
    assert (folder / "good.cedar").read_text(encoding="utf-8") == laid_out and not list(folder.glob("bad.cedar.*"))
    assert cedar(folder, "format", "bad.cedar", "--check", lang="ja") == ""
    assert "exclude each other" in cedar(folder, "format", "bad.cedar", "--check", "--write", code=2)
    assert "need --check or --write" in cedar(folder, "format", "bad.cedar", "good.cedar", code=2)
    assert cedar(folder, "format", "-", input="permit(principal,action,resource);").startswith("permit")


def test_translate_there_and_back(folder):
    for kind, text in (("schema", "ward.cedarschema"), ("policies", "rules.cedar")):
        there = cedar(folder, "translate", kind, text)
        json.loads(there)
        assert cedar(folder, "translate", kind, text, "-o", f"{kind}.json") == f"written: {kind}.json\n"
        assert (folder / f"{kind}.json").read_text(encoding="utf-8") == there
        (folder / "back").write_text(cedar(folder, "translate", kind, f"{kind}.json"), encoding="utf-8")
        assert json.loads(cedar(folder, "translate", kind, "back", "--to", "json")) == json.loads(there)
    assert cedar(folder, "translate", "schema", "-", "--to", "json", input=SCHEMA) == cedar(folder, "translate", "schema", "ward.cedarschema")


def make_test(folder, **changes):
    test = {
        "policies": "data/rules.cedar", "entities": "data/people.json", "schema": "data/ward.cedarschema", "shouldValidate": True,
        "requests": [{
            "description": "面談のため", "principal": {"type": "User", "id": "髙橋"}, "action": {"type": "Action", "id": "閲覧"},
            "resource": {"type": "File", "id": "相談記録"}, "context": {"reason": "面談"}, "decision": "allow",
            "reason": ["policy0"], "errors": [],
        }],
    }  # fmt: skip
    test["requests"][0].update(changes.pop("request", {}))
    return {**test, **changes}


@pytest.fixture
def tests(folder):
    """tests/one.json, and its data two folders up."""
    (folder / "data").mkdir()
    for name in ("rules.cedar", "people.json", "ward.cedarschema"):
        (folder / name).rename(folder / "data" / name)
    (folder / "tests/deep").mkdir(parents=True)
    (folder / "tests/deep/one.json").write_text(json.dumps(make_test(folder)), encoding="utf-8")
    return folder


def test_tests_pass_from_files_folders_and_archives(tests):
    with tarfile.open(tests / "all.tar.gz", "w:gz") as archive:
        archive.add(tests / "data", "data")
        archive.add(tests / "tests", "./tests")
    for path in ("tests/deep/one.json", "tests", ".", "all.tar.gz"):
        assert cedar(tests, "test", path) == "1 passed, 0 failed\n", path
    assert cedar(tests, "test", "tests", "all.tar.gz") == "2 passed, 0 failed\n"
    assert cedar(tests, "test", "tests", lang="ja") == "1 passed, 0 failed\n"


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"request": {"decision": "deny"}}, "request 0 (面談のため): expected deny by policy0; got allow by policy0"),
        ({"request": {"reason": []}}, "expected allow; got allow by policy0"),
        ({"request": {"errors": ["policy1"]}}, "expected allow by policy0, failed: policy1; got allow by policy0"),
        ({"request": {"resource": {"type": "User", "id": "髙橋"}}}, "expected a request that the schema admits; got "),
        ({"shouldValidate": False}, "validation: expected not valid; got valid"),
        ({"policies": "data/none.cedar"}, "data/none.cedar: no such file"),
        ({"policies": "../../etc/passwd"}, "../../etc/passwd: no such file"),
        ({"policies": "/etc/passwd"}, "/etc/passwd: no such file"),
        ({"entities": "data/rules.cedar"}, "data/rules.cedar:1:1: "),
        ({"requests": [{}]}, '"decision" is missing'),
        ({"extra": 1}, 'unknown key "extra"'),
    ],
)
def test_a_planted_fault_is_seen(tests, changes, said):
    (tests / "tests/deep/two.json").write_text(json.dumps(make_test(tests, **changes)), encoding="utf-8")
    out = cedar(tests, "test", "tests", code=1)
    assert out.endswith("\n1 passed, 1 failed\n")
    assert out.startswith("tests/deep/two.json:") and said in out
    assert cedar(tests, "test", "tests", code=1, lang="ja").endswith("\n1 passed, 1 failed\n")


def test_hostile_archives_do_no_harm(tests):
    """Names that lead out, links, devices and escapes: nothing is written, nothing outside is read, the honest test runs."""
    before = sorted(p for p in tests.rglob("*"))
    wanted = make_test(tests)
    with tarfile.open(tests / "hostile.tar.gz", "w:gz") as archive:
        def put(name, content=b"", type=tarfile.REGTYPE, link=""):
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content), type, link
            archive.addfile(info, io.BytesIO(content))

        for name in ("data/rules.cedar", "data/people.json", "data/ward.cedarschema"):
            put(name, (tests / name).read_bytes())
        put("tests/one.json", json.dumps(wanted).encode())
        put("../escaped.json", json.dumps(wanted).encode())
        put("/tmp/hikae-escaped.json", json.dumps(wanted).encode())
        put("a/../../b.json", json.dumps(wanted).encode())
        put("link.json", type=tarfile.SYMTYPE, link="/etc/passwd")
        put("hard.json", type=tarfile.LNKTYPE, link="tests/one.json")
        put("null", type=tarfile.CHRTYPE)
        put("tests/\x1b[31m\n.json", json.dumps(make_test(tests, shouldValidate=False)).encode())
        put("tests/links.json", json.dumps(make_test(tests, policies="link.json")).encode())
    out = cedar(tests, "test", "hostile.tar.gz", code=1)
    assert out.splitlines()[-1] == "1 passed, 2 failed" and "link.json: no such file" in out
    assert "tests/?[31m?.json:" in out
    assert sorted(p for p in tests.rglob("*") if p.name != "hostile.tar.gz") == before
    assert not pathlib.Path("/tmp/hikae-escaped.json").exists()


def test_archives_are_bounded(tests):
    with tarfile.open(tests / "large.tar.gz", "w:gz", compresslevel=1) as archive:
        info = tarfile.TarInfo("zeros")
        info.size = 33 << 20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    assert "holds more than 32 MiB" in cedar(tests, "test", "large.tar.gz", code=2)
    (tests / "cut.tar.gz").write_bytes((tests / "large.tar.gz").read_bytes()[:2000])
    assert "cut.tar.gz: cannot be read" in cedar(tests, "test", "cut.tar.gz", code=2)
    (tests / "text.tar.gz").write_text("no archive")
    assert "cannot be read" in cedar(tests, "test", "text.tar.gz", code=2)


@pytest.mark.parametrize("path, last", [("tests", "22 passed, 0 failed"), ("corpus.tar.gz", "3957 passed, 0 failed")])
def test_the_public_tests_pass(path, last):
    if not (DATA / path).exists():
        pytest.skip(f"Cedar's {path} is not at {DATA}")
    assert cedar(SOURCE, "test", DATA / path).splitlines()[-1] == last


def test_help_in_both_languages(folder):
    for command in (["authorize"], ["validate"], ["format"], ["translate", "schema"], ["translate", "policies"], ["test"]):
        page = cedar(folder, *command, "--help")
        assert page.startswith(f"usage: hikae cedar {' '.join(command)}") and cedar(folder, *command, "--help", lang="ja").startswith("使い方: ")
