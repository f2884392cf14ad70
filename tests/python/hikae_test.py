"""The Python package: what it promises a program that imports it."""

import ast
import datetime
import gc
import inspect
import itertools
import json
import os
import pathlib
import pickle
import subprocess
import sys
import threading

import pytest

import hikae

SOURCE, BUILD = pathlib.Path(os.environ["HIKAE_SOURCE"]), pathlib.Path(os.environ["HIKAE_BUILD"])
PAPERS = [SOURCE / "examples/ward/vocabulary.yaml", SOURCE / "examples/hikikomori/declaration.yaml"]
DAY = datetime.date(2021, 5, 20)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with hikae.open(tmp_path_factory.mktemp("python") / "office", create=True) as office:
        office.declare(PAPERS)
        yield office


@pytest.fixture(scope="module")
def findings(office):
    return office.audit(as_of=DAY)


def test_declaring_twice_changes_nothing(tmp_path):
    with hikae.open(tmp_path / "台帳", create=True) as office:
        first = office.declare(PAPERS)
        assert first.added > 0 and first.changed == 0
        again = office.declare([hikae.Document(str(p), p.read_text(encoding="utf-8")) for p in PAPERS])
        assert again == hikae.Declared(0, 0, first.added)
        assert office.handlings(DAY) == ["hikikomori"]
    with hikae.open(tmp_path / "台帳", read_only=True) as office:
        assert office.handlings("令和3年5月20日") == ["hikikomori"]


def test_findings_are_a_sequence(findings):
    assert len(findings) > 0 and len(list(findings)) == len(findings)
    assert findings[0] == next(iter(findings)) and findings[-1] == list(findings)[-1]
    assert findings.as_of == DAY and isinstance(findings.as_of, datetime.date)
    assert sum(findings.totals.values()) == len(findings)
    assert len(findings[:3]) == 3 and isinstance(findings[:3], hikae.Findings)
    violated = findings.where(outcome="violated")
    assert all(f.outcome is hikae.Outcome.VIOLATED for f in violated)
    assert len(violated) == findings.totals["violated"] == violated.totals["violated"]
    with pytest.raises(ValueError):
        findings.where(outcome="broken")
    with pytest.raises(AttributeError):
        findings[0].outcome = hikae.Outcome.MET


def test_a_finding_says_everything(findings):
    for finding in findings:
        assert finding.rule and finding.article and finding.title and finding.title_en
        assert isinstance(finding.severity, hikae.Severity) and isinstance(finding.moment, hikae.Moment)
        assert finding.outcome == str(finding.outcome)
    assert any(finding.controls for finding in findings)
    with_facts = [f for f in findings if f.evidence]
    assert with_facts and all(e.entity for f in with_facts for e in f.evidence)
    assert any(e.value is None for f in with_facts for e in f.evidence)


def test_an_excepted_finding_names_its_exception(tmp_path):
    rules = ["edo21.paper.places-used", "edo21.paper.field-place", "edo21.paper.retention"]
    rows = [
        f"  承認された例外{n}: {{ rule: {rule}, thing: 'Declaration::\"令和3年度第2号議案\"', reason: 次の諮問で改める,"
        " approvedBy: 生活援護第一課長, on: 令和3年4月1日, until: 令和4年3月31日 }\n"
        for n, rule in enumerate(rules)
    ]
    text = "hikae: declaration/1\nvalid_from: 2021-04-01\nException:\n" + "".join(rows)
    with hikae.open(tmp_path / "台帳", create=True) as office:
        office.declare(PAPERS)
        office.declare(hikae.Document("例外.yaml", text))
        excepted = {f.rule: f.note for f in office.audit(as_of=DAY) if f.outcome is hikae.Outcome.EXCEPTED}
    assert excepted == {rule: f"承認された例外{n} (例外.yaml:{n + 4})" for n, rule in enumerate(rules)}


def test_json_agrees_with_the_objects(findings):
    document = json.loads(findings.to_json())
    assert document == findings.to_dict()
    rows = document["findings"]
    assert [(r["rule"], r["outcome"], r["thing"]["id"]) for r in rows] == [
        (f.rule, str(f.outcome), f.thing_id) for f in findings
    ]
    assert [len(r["evidence"]) for r in rows] == [len(f.evidence) for f in findings]
    assert json.loads(findings.to_sarif())["version"] == "2.1.0"
    assert findings.to_text("en") != findings.to_text("ja")


def test_pandas(findings):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = findings.to_pandas()
    assert len(frame) == len(findings)
    assert frame["as_of"].eq(pandas.Timestamp(2021, 5, 20)).all()
    counts = frame["outcome"].value_counts().to_dict()
    assert {name: counts[name] for name in findings.totals} == findings.totals
    empty = findings[:0].to_pandas()
    assert len(empty) == 0 and list(empty.columns) == list(frame.columns)


def test_html_is_escaped(findings):
    shown = findings._repr_html_(limit=1)
    assert shown.count("<tr>") == min(2, 1 + len(findings)) and "2021-05-20 現在" in shown
    import html.parser

    html.parser.HTMLParser().feed(shown)


def test_moments_handlings_and_progress(office, findings):
    design = office.audit(DAY, moment=hikae.Moment.DESIGN)
    assert design and all(f.moment is hikae.Moment.DESIGN for f in design)
    assert [f.rule for f in office.audit(DAY, moment="design")] == [f.rule for f in design]
    assert len(office.audit(DAY, handling="hikikomori")) == len(findings)
    applicable = office.audit(DAY, applicable_only=True)
    assert applicable.totals == findings.totals and len(applicable) == len(findings) - findings.totals["not applicable"]
    seen = []
    office.audit(DAY, progress=lambda done, total: seen.append((done, total)))
    assert seen and all(done <= total for done, total in seen)
    with pytest.raises(hikae.Stopped):
        office.audit(DAY, progress=lambda done, total: False)

    def fails(done, total):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        office.audit(DAY, progress=fails)


def test_reports(office, tmp_path):
    infos = {info.name: info for info in hikae.reports()}
    assert {"consultation", "findings"} <= infos.keys()
    for name, info in infos.items():
        assert {"html", "csv", "json"} <= set(info.formats)
        report = office.report(name, handling="hikikomori", format="html", as_of=DAY)
        assert report == office.report(name, "hikikomori", as_of="2021-05-20")
        assert report._repr_html_() == report.text and "<html" in report.text
        report.save(tmp_path / "report.html")
        assert (tmp_path / "report.html").read_bytes() == report
    assert office.report("findings", "hikikomori", "csv", as_of=DAY)._repr_html_() is None
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html"]
    with pytest.raises(FileNotFoundError):
        report.save(tmp_path / "no/such/report.html")


def test_packs():
    assert "edogawa-2021" in [pack.id for pack in hikae.packs()]
    pack = hikae.show_pack("edogawa-2021")
    assert pack["rules"] and all("annotations" in rule for rule in pack["rules"])
    assert [p for p in hikae.lint("edogawa-2021") if p.severity is hikae.Severity.ERROR] == []


def test_coverage():
    pack = next(p for p in hikae.packs() if p.id == "edogawa-2021")
    data = pack.coverage()
    assert data == hikae.coverage("edogawa-2021") and data["hikae"] == "coverage/1"
    assert len(data["papers"]) == 4 and all(c["kept_by"] in ("records", "paper", "nothing") for c in data["controls"])
    with pytest.raises(hikae.NotFound):
        hikae.coverage("edogawa")


def test_a_finding_explains_itself(findings):
    for finding in findings.where(outcome="not shown"):
        text = finding.explain()
        assert text.startswith("未提示 [") and finding.title in text and finding.article in text and finding.remedy in text
        assert all(fact.source.split("; +")[0] in finding.explain("en") for fact in finding.evidence)
        places = {place for fact in finding.evidence for place in fact.source.split("; ") if ":" in place}
        assert all(place in text for place in places)
    assert findings[0].explain("en") != findings[0].explain("ja")
    with pytest.raises(ValueError):
        findings[0].explain("fr")


def test_errors_carry_code_and_place(office, tmp_path):
    with pytest.raises(hikae.NotFound) as missing:
        hikae.open(tmp_path / "nowhere")
    assert isinstance(missing.value, hikae.Error) and isinstance(missing.value, LookupError)
    assert missing.value.status == -2 and missing.value.status_name == "not found"
    with pytest.raises(hikae.Exists):
        for _ in range(2):
            hikae.open(tmp_path / "office", create=True).close()
    wrong = hikae.Document("葛󠄀飾.yaml", "hikae: declaration/1\npack: edogawa-2021\nHandlingg:\n  x: {}\n")
    with pytest.raises(hikae.InvalidArgument) as bad:
        office.declare(wrong)
    assert (bad.value.file, bad.value.line, bad.value.column) == ("葛󠄀飾.yaml", 3, 1)
    assert str(bad.value).startswith("葛󠄀飾.yaml:3:1: ") and bad.value.text("ja") != bad.value.text("en")
    again = pickle.loads(pickle.dumps(bad.value))
    assert type(again) is hikae.InvalidArgument and str(again) == str(bad.value) and again.line == 3
    with pytest.raises(hikae.NotFound):
        office.audit(DAY, handling="nobody")
    with pytest.raises(hikae.NotFound):
        office.report("findings", handling="nobody", as_of=DAY)


@pytest.mark.parametrize("day", [datetime.datetime(2021, 5, 20), 20210520, b"2021-05-20"])
def test_a_day_is_a_date(office, day):
    with pytest.raises(TypeError):
        office.audit(day)


def test_wrong_words_are_named(office):
    with pytest.raises(ValueError, match="expected one of: text, html"):
        office.report("findings", "hikikomori", "pdf")
    with pytest.raises(ValueError, match="expected one of: en, ja"):
        office.report("findings", "hikikomori", language="fr")
    with pytest.raises(hikae.InvalidArgument):
        office.audit("yesterday")


def test_handles_close_in_any_order(tmp_path):
    for order in itertools.permutations(range(3)):
        office = hikae.open(tmp_path / f"office{order}", create=True)
        office.declare(PAPERS)
        findings = office.audit(DAY)
        finding = findings[0]
        held = [office, findings, finding]
        del office, findings, finding
        for i in order:
            if i == 0:
                held[0].close()
            held[i] = None
            gc.collect()
            if held[1] is not None:
                assert len(held[1].to_json()) > 100
            if held[2] is not None:
                assert held[2].evidence is not None
    closed = hikae.open(tmp_path / "closed", create=True)
    closed.close()
    closed.close()
    assert repr(closed) == "<Office (closed)>"
    with pytest.raises(ValueError, match="closed"):
        closed.audit(DAY)


def test_other_threads_run_while_an_audit_does(office, findings):
    """Without the GIL: the main thread counts on while audits run elsewhere."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(office.audit(DAY).to_json())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [findings.to_json()] * 3


def test_the_stub_is_the_module():
    stub = ast.parse((SOURCE / "bindings/python/hikae/_hikae.pyi").read_text(encoding="utf-8"))
    functions = {n.name for n in stub.body if isinstance(n, ast.FunctionDef)}
    classes = {n.name: {m.name for m in n.body if isinstance(m, ast.FunctionDef)} for n in stub.body if isinstance(n, ast.ClassDef)}
    classes.pop("cedar"), classes.pop("log")  # modules of their own: cedar_test.py, log_test.py
    native = {name: value for name, value in vars(hikae._hikae).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert functions == {name for name, value in native.items() if not inspect.isclass(value)}
    assert classes.keys() == {name for name, value in native.items() if inspect.isclass(value)}
    for name, methods in classes.items():
        present = {m for m, value in vars(native[name]).items() if callable(value) and (not m.startswith("_") or m == "__init__")}
        assert methods - {"__init__"} == present - {"__init__"}


def test_everything_public_is_documented_and_listed():
    for name in hikae.__all__:
        assert inspect.getdoc(getattr(hikae, name)), name
    assert sorted(hikae.__all__, key=str.lower) == sorted(set(hikae.__all__), key=str.lower)
    public = {n for n, v in vars(hikae).items() if not n.startswith("_") and getattr(v, "__module__", "").startswith("hikae")}
    assert public - set(hikae.__all__) <= {"choice"}


def test_the_module_sees_only_the_public_header():
    parts = {
        "module": {'"cedar.h"', '"ledger.h"', '"log.h"', '"vault.h"', '"hikae/hikae.hpp"'},
        "ledger": {'"ledger.h"'},
        "cedar": {'"cedar.h"', '"hikae/cedar.hpp"'},
        "log": {'"log.h"', '"hikae/log.hpp"'},
        "vault": {'"vault.h"', '"hikae/vault.hpp"'},
    }
    for name, expected in parts.items():
        text = (SOURCE / f"bindings/python/src/{name}.cpp").read_text(encoding="utf-8")
        included = [line.split()[1] for line in text.splitlines() if line.startswith("#include")]
        assert {i for i in included if i.startswith('"')} == expected


def test_importing_prints_nothing():
    done = subprocess.run([sys.executable, "-W", "error", "-c", "import hikae"], capture_output=True, check=True)
    assert done.stdout == b"" and done.stderr == b""
