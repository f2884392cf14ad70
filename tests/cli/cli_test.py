"""The program, end to end: what an officer types and gets back."""

import json
import os
import pathlib
import pty
import subprocess

import pytest

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
PAPER = "examples/hikikomori/declaration.yaml"  # relative to the source, as the findings will cite it
PAPERS = ["examples/ward/vocabulary.yaml", PAPER]
DAY = "2021-05-20"
FIELDS = {
    "rule", "controls", "article", "title", "title_en", "severity", "confidence", "outcome", "handling", "thing", "moment",
    "pack", "as_of", "remedy", "evidence",
}  # fmt: skip


def hikae(*arguments, lang="en", code=0, **options):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    environment.update(options.pop("env", {}))
    words = [str(BUILD / "bin/hikae"), *map(str, arguments), *(["--lang", lang] if lang else [])]
    done = subprocess.run(words, cwd=SOURCE, env=environment, capture_output=True, text=True, encoding="utf-8", **options)
    assert done.returncode == code, f"{' '.join(words)}: {done.returncode}\n{done.stdout[:2000]}\n{done.stderr[:2000]}"
    return done


def error(*arguments, **options):
    done = hikae(*arguments, code=2, **options)
    lines = done.stderr.splitlines()
    assert done.stdout == "" and lines[0].startswith("hikae: ") and "\x1b" not in done.stderr
    assert len(lines) == 1 or lines[1:] in (["see: hikae help"], ["使い方は hikae help で見られます"])
    return lines[0]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    directory = tmp_path_factory.mktemp("cli") / "office"
    hikae("init", directory)
    hikae("declare", directory, *PAPERS)
    return directory


def findings(office, *arguments):
    done = hikae("audit", office, "--as-of", DAY, "--format", "json", *arguments, code=exit_of(office, *arguments))
    return json.loads(done.stdout)


def exit_of(office, *arguments):
    words = [str(BUILD / "bin/hikae"), "audit", str(office), "--as-of", DAY, "--format", "json", *arguments]
    return subprocess.run(words, cwd=SOURCE, capture_output=True).returncode


def snapshot(directory):
    """Everything an office holds, but the index of shared memory that readers keep."""
    files = [p for p in sorted(directory.rglob("*")) if p.is_file() and not p.name.endswith("-shm")]
    return {p.relative_to(directory): p.read_bytes() for p in files}


def test_help_names_every_command():
    overview = hikae("help").stdout
    for command in ("init", "declare", "audit", "report", "reports", "handlings", "explain", "coverage", "pack list", "pack show", "pack lint"):
        assert f"hikae {command}" in overview
        page = hikae("help", *command.split()).stdout
        assert page.startswith(f"usage: hikae {command}")
        assert hikae(*command.split(), "--help").stdout == page
        assert hikae("help", *command.split(), lang=None, env={"LANG": "ja_JP.UTF-8"}).stdout.startswith("使い方: ")
    assert hikae("--version", lang=None).stdout.startswith("hikae 0.")


def test_the_language_comes_from_the_option_then_from_the_locale():
    assert "コマンドがありません" in error(lang=None, env={"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"})
    assert "コマンドがありません" in error(lang=None, env={"LANG": "ja_JP.UTF-8"})
    assert "missing" in error(lang=None, env={"LC_ALL": "C", "LANG": "ja_JP.UTF-8"})
    assert "missing" in error("--lang", "en", lang=None, env={"LANG": "ja_JP.UTF-8"})
    assert "expected one of: ja, en" in error("reports", lang="fr")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["adit", "x"], 'unknown command "adit"; did you mean "audit"?'),
        (["pack", "lst"], 'unknown command "pack lst"; did you mean "pack list"?'),
        (["pack"], "pack needs one of: list, add, remove, show, lint"),
        (["audit"], "too few arguments, expected: hikae audit DIR"),
        (["init", "a", "b"], '"b" is one argument too many, expected: hikae init DIR'),
        (["audit", "x", "--as-off", DAY], 'audit has no option "--as-off"; did you mean "--as-of"?'),
        (["audit", "x", "--as", DAY], 'audit has no option "--as"'),
        (["audit", "x", "--as-of"], "--as-of needs a value"),
        (["audit", "x", "--as-of", DAY, "--as-of", DAY], "--as-of is given twice"),
        (["audit", "x", "--format", "html"], '--format is "html", expected one of: text, json, sarif'),
        (["audit", "x", "--moment", "desing"], '--moment is "desing", expected one of: design, contract'),
        (["report", "x", "findings"], "report needs --format"),
        (["declare", "x"], "too few arguments, expected: hikae declare DIR FILE…"),
    ],
)  # fmt: skip
def test_wrong_use_is_explained(arguments, said):
    assert said in error(*arguments, lang=None)


def test_init_makes_an_office_once(tmp_path):
    assert "office made" in hikae("init", tmp_path / "office").stdout
    before = snapshot(tmp_path / "office")
    assert "office" in error("init", tmp_path / "office")
    assert snapshot(tmp_path / "office") == before
    assert "nowhere" in error("audit", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    assert "edogawa-2021" in error("init", tmp_path / "other", "--pack", "edogawa-2201")
    assert "登録" in hikae("declare", tmp_path / "office", *PAPERS, lang="ja").stdout


def test_a_paper_declared_again_changes_nothing(office):
    assert hikae("declare", office, *PAPERS).stdout.startswith("declared: 0 added, 0 changed, ")
    assert "hikikomori" in hikae("handlings", office, "--as-of", DAY).stdout.split()


def test_the_exit_code_is_the_verdict(office):
    document = findings(office)
    blocking = [f for f in document["findings"] if f["outcome"] == "violated" and f["severity"] in ("block", "error")]
    assert exit_of(office) == (1 if blocking else 0)
    assert exit_of(office, "--handling", "nobody") == 2
    for moment in ("design", "contract", "run", "event", "periodic", "end"):
        part = findings(office, "--moment", moment)["findings"]
        assert {f["moment"] for f in part} <= {moment}
        worst = [f for f in part if f["outcome"] == "violated" and f["severity"] in ("block", "error")]
        assert exit_of(office, "--moment", moment) == (1 if worst else 0 if part else 2)
    assert exit_of(office, "--moment", "event") == 2, "a moment without rules was not judged"


def test_an_audit_that_judged_nothing_is_not_clean(tmp_path):
    hikae("init", tmp_path / "empty")
    done = hikae("audit", tmp_path / "empty", "--as-of", DAY, code=2)
    assert "nothing was judged" in done.stderr and done.stdout != ""


def test_findings_carry_what_they_must(office):
    document = findings(office)
    assert document["findings"], "an audit of a paper finds something"
    for finding in document["findings"]:
        assert FIELDS <= finding.keys()
        assert finding["as_of"] == DAY and finding["pack"] == "edogawa-2021" and finding["handling"] == "hikikomori"
        assert finding["outcome"] in ("met", "violated", "not shown", "not applicable", "excepted")
        assert set(finding["thing"]) >= {"type", "id"}
        for fact in finding["evidence"]:
            assert {"entity", "attribute", "value", "source"} <= fact.keys()
    assert any(finding["controls"] for finding in document["findings"])
    assert any(PAPER in fact["source"] for f in document["findings"] for fact in f["evidence"])


def test_an_audit_again_is_the_same_byte_for_byte(office, tmp_path):
    for form in ("text", "json", "sarif"):
        one, two = tmp_path / f"one.{form}", tmp_path / f"two.{form}"
        for path in (one, two):
            hikae("audit", office, "--as-of", DAY, "--format", form, "-o", path, code=exit_of(office))
        assert one.read_bytes() == two.read_bytes() and one.stat().st_size > 100
    sarif = json.loads((tmp_path / "one.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"


def test_a_wareki_day_is_that_day(office):
    code = exit_of(office)
    said = hikae("audit", office, "--as-of", "令和3年5月20日", "--format", "json", code=code).stdout
    assert json.loads(said) == findings(office)
    assert "2021-02-29" in error("audit", office, "--as-of", "2021-02-29")


def test_output_files_are_whole_or_not_at_all(office, tmp_path):
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o640)
    assert f"as of {DAY}" in hikae("audit", office, "--as-of", DAY, "--format", "json", "-o", target, code=exit_of(office)).stdout
    assert json.loads(target.read_text(encoding="utf-8")) and target.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]
    target.write_text("old")
    assert "nobody" in error("audit", office, "--as-of", DAY, "--handling", "nobody", "-o", target)
    assert target.read_text() == "old"
    assert "cannot be written" in error("audit", office, "--as-of", DAY, "-o", tmp_path / "no/such/folder.txt")
    assert "cannot be written" in error("audit", office, "--as-of", DAY, "-o", tmp_path)
    link = tmp_path / "link.json"
    link.symlink_to(target)
    hikae("audit", office, "--as-of", DAY, "-o", link, code=exit_of(office))
    assert link.is_symlink() and target.read_text(encoding="utf-8") != "old"


def test_a_full_disk_is_a_failure(office):
    with open("/dev/full", "w") as full:
        words = [str(BUILD / "bin/hikae"), "audit", str(office), "--as-of", DAY]
        done = subprocess.run(words, cwd=SOURCE, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2 and b"cannot be written" in done.stderr
    assert "cannot be written" in error("audit", office, "--as-of", DAY, "-o", "/dev/full")


def test_every_report_in_every_format(office, tmp_path):
    names = [line.split()[0] for line in hikae("reports").stdout.splitlines()]
    assert {"consultation", "findings"} <= set(names)
    for name in names:
        for form in ("html", "csv", "json"):
            path = tmp_path / f"{name}.{form}"
            words = ["report", office, name, "--handling", "hikikomori", "--format", form, "--as-of", DAY, "--lang", "ja"]
            hikae(*words, "-o", path, lang=None)
            printed = subprocess.run([str(BUILD / "bin/hikae"), *map(str, words)], cwd=SOURCE, stdout=subprocess.PIPE).stdout
            assert path.read_bytes() == printed
            assert path.stat().st_size > 200
    assert (tmp_path / "findings.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads((tmp_path / "consultation.json").read_text(encoding="utf-8"))
    assert "finding" in error("report", office, "findngs", "--handling", "hikikomori", "--format", "html", "--as-of", DAY)
    assert "hikikomori" in error("report", office, "findings", "--handling", "hikikomor", "--format", "html", "--as-of", DAY)


def test_packs(tmp_path):
    assert "edogawa-2021" in hikae("pack", "list").stdout
    pack = json.loads(hikae("pack", "show", "edogawa-2021", "--format", "json").stdout)
    assert pack["pack"] == "edogawa-2021" and pack["rules"] and pack["parameters"]
    needed = {"id", "control", "article", "title", "title_en", "severity", "remedy", "confidence", "evidence"}
    for rule in pack["rules"]:
        assert needed <= rule["annotations"].keys(), rule["id"]
        assert rule["annotations"]["id"] == rule["id"]
    assert "規定" in hikae("pack", "show", "edogawa-2021", lang="ja").stdout
    assert hikae("pack", "lint", "edogawa-2021").stdout.splitlines()[-1].startswith("0 errors")
    assert "edogawa-2021" in error("pack", "show", "edogawa-2201")
    error("pack", "lint", tmp_path / "nowhere")


def test_coverage_is_computed_from_the_rules(tmp_path):
    data = json.loads(hikae("coverage", "--format", "json").stdout)
    assert data["hikae"] == "coverage/1" and [p["id"] for p in data["papers"]] == ["第2号", "第3号", "第4号", "第5号"]
    controls = {c["id"]: c for c in data["controls"]}
    assert controls["handover-ledger"]["papers"]["第3号"] == {"stated": "●", "note": "受払簿"}
    assert "第4号" not in controls["handover-ledger"]["papers"]
    assert {"id": "edo21.power.ups", "moments": ["design"], "acts": [], "records": [], "kept_by": "records"} in controls["ups"]["rules"]
    open_cells = data["totals"]["paper"] + data["totals"]["nothing"]
    strict = hikae("coverage", "--strict", "--format", "json", code=1 if open_cells else 0)
    assert json.loads(strict.stdout) == data and (str(open_cells) in strict.stderr) == bool(open_cells)
    text = hikae("coverage", lang="ja").stdout
    assert "edo21.device.kind  利用時(ログイン、利用、外部への取出し)" in text and "(use leave)" not in text
    assert "●●–●  contractor-training" in text and "研修の記録" in text
    rows = hikae("coverage", "--format", "csv", lang="ja").stdout.splitlines()
    assert rows[0].lstrip("\ufeff").startswith("対策,名称,第2号,第3号,第4号,第5号,判定,規定,時点,台帳等")
    assert "neither a pack" in error("coverage", "--pack", "edogawa")


def test_a_finding_is_explained(office):
    found = findings(office)["findings"]
    number = next(i for i, f in enumerate(found) if f["outcome"] == "violated" and f["rule"] == "edo21.paper.retention")
    text = hikae("explain", office, number, "--as-of", DAY, lang="ja").stdout
    assert text.startswith("違反 [") and found[number]["title"] in text and found[number]["article"] in text
    assert "求めること: 保存年数がある、かつ 保存年数 > 0" in text and "保存年数 = (記載なし)" in text
    assert f"出所 記載なし; {PAPER}:" in text and found[number]["remedy"] in text
    assert hikae("explain", office, "edo21.paper.retention", "--as-of", DAY, lang="ja").stdout == text
    english = hikae("explain", office, number, "--as-of", DAY).stdout
    assert "asks that:  retention in years is there and retention in years > 0" in english
    met = hikae("explain", office, "edo21.roles.custodian", "--thing", "令和3年度第2号議案", "--as-of", DAY, lang="ja").stdout
    assert met.startswith("充足 [") and "生活援護第一課長" in met and "充足には" not in met
    assert "--thing for others: 令和3年度第2号議案" in error("explain", office, "edo21.roles.custodian", "--as-of", DAY)
    assert "edo21.roles.custodain judged nothing here" in error("explain", office, "edo21.roles.custodain", "--as-of", DAY)
    assert "it judged 令和3年度第2号議案" in error("explain", office, "edo21.roles.custodian", "--thing", "第2号", "--as-of", DAY)
    assert "no finding number 99999" in error("explain", office, 99999, "--as-of", DAY)


def test_lint_tells_an_officer_where(tmp_path):
    folder = tmp_path / "edogawa-2021"
    original = SOURCE / "src/packs/edogawa-2021"
    folder.mkdir()
    for file in original.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    assert hikae("pack", "lint", folder).stdout.splitlines()[-1].startswith("0 errors")
    rules = next(p for p in sorted(folder.glob("*.cedar")) if '@article("' in p.read_text(encoding="utf-8"))
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('@article("', '@artikel("', 1), encoding="utf-8")
    done = hikae("pack", "lint", folder, lang="ja", code=1)
    first = done.stdout.splitlines()[0]
    assert rules.name in first and "誤り" in first and "article" in first


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("type.yaml", "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-05-06\nHandlingg:\n  x: {title: y}\n", "type.yaml:4:1: "),
        ("empty.yaml", "", "empty.yaml"),
        ("latin.yaml", "hikae: declaration/1\npack: \xe9dogawa\n".encode("latin-1"), "latin.yaml:2:7: "),
        ("deep.json", "[" * 10_000, "deep.json"),
        ("deep.yaml", "hikae: declaration/1\nx: " + "[" * 10_000, "deep.yaml:2:"),
        ("laughs.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "laughs.yaml:1:"),
    ],
)  # fmt: skip
def test_a_bad_document_changes_nothing(office, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = snapshot(office)
    assert said in error("declare", office, *PAPERS, path)
    assert said in error("declare", office, *PAPERS, path, lang="ja")
    assert snapshot(office) == before


def test_a_huge_file_is_refused_unread(office, tmp_path):
    path = tmp_path / "huge.yaml"
    with open(path, "wb") as file:
        file.truncate(100 << 20)
    assert "huge.yaml: larger than a document may be" in error("declare", office, path)
    assert "no such file" in error("declare", office, tmp_path / "nothing.yaml")
    assert "folder" in error("declare", office, tmp_path)


def test_nothing_but_the_line_of_progress_reaches_a_terminal(office):
    controller, terminal = pty.openpty()
    words = [str(BUILD / "bin/hikae"), "audit", str(office), "--as-of", DAY]
    done = subprocess.run(words, cwd=SOURCE, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    seen = b""
    try:
        while chunk := os.read(controller, 4096):
            seen += chunk
    except OSError:  # the other end is closed and all is read
        pass
    os.close(controller)
    assert done.returncode in (0, 1)
    assert seen == b"" or (b"auditing" in seen and seen.endswith(b"\r\x1b[K"))


def test_the_access_log_is_reported_whether_or_not_a_pack_is_in_force(office):
    report = json.loads(hikae("report", office, "access-log", "--format", "json").stdout)
    assert report, "today no pack is in force, and the log is told all the same"
    page = hikae("report", office, "access-log", "--format", "html", "--handling", "hikikomori", lang="ja").stdout
    assert "アクセス記録点検報告" in page
    assert "name it" in error("report", office, "consultation", "--format", "html", "--as-of", DAY)
