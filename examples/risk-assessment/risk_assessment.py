"""The papers of the risk assessment of child abuse (児童虐待リスクアセスメント): declared, judged before and after the
council's opinion; beside what the committee reads, a list of what the opinion and the contract changed.

usage: risk_assessment.py OFFICE PAPERS OUT, an opened office's directory, the folder of the papers, and where to write.
Prints one line per audit: system, day, met, violated, not shown, folder. Exits 2 when something could not be done.
"""

import csv
import pathlib
import sys

import hikae

SYSTEM = "risk-assessment"
REPORTS = {"consultation": "consultation", "findings": "findings-report"}


def judge(office: hikae.Office, paper: pathlib.Path, day: str, folder: pathlib.Path) -> hikae.Findings:
    """Declares one paper, judges as of the day, and writes findings and reports to the folder."""
    office.declare(paper)
    findings = office.audit(day, handling=SYSTEM)
    folder.mkdir(parents=True, exist_ok=True)
    renderings = {"txt": findings.to_text("ja"), "json": findings.to_json(), "sarif": findings.to_sarif("ja")}
    for suffix, text in renderings.items():
        (folder / f"findings.{suffix}").write_text(text, encoding="utf-8")
    for name, stem in REPORTS.items():
        for form in ("html", "csv", "json"):
            office.report(name, SYSTEM, form, as_of=day).save(folder / f"{stem}.{form}")
    totals = findings.totals
    print(SYSTEM, day, totals["met"], totals["violated"], totals["not shown"], folder, sep="\t")
    return findings


def write_changes(before: hikae.Findings, after: hikae.Findings, path: pathlib.Path) -> None:
    """One row for each rule and thing whose outcome is another than before, or that was not there before."""
    outcomes = {(f.rule, f.thing_type, f.thing_id): str(f.outcome) for f in before}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["rule", "title", "thing", f"{before.as_of}", f"{after.as_of}"])
        for finding in after:
            earlier = outcomes.get((finding.rule, finding.thing_type, finding.thing_id), "")
            if earlier != finding.outcome:
                table.writerow([finding.rule, finding.title, finding.thing_title, earlier, finding.outcome.value])


def main() -> int:
    if len(sys.argv) != 4:
        print(f"usage: {sys.argv[0]} OFFICE PAPERS OUT", file=sys.stderr)
        return 2
    papers, out = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    try:
        with hikae.open(sys.argv[1]) as office:
            before = judge(office, papers / "declaration.yaml", "2021-05-20", out / "2021-05-20")
            after = judge(office, papers / "after-opinion.yaml", "2021-10-15", out / "2021-10-15")
        write_changes(before, after, out / "changes.csv")
    except (hikae.Error, OSError) as error:
        print(f"{SYSTEM}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
