"""The papers of the hikikomori consultation (ひきこもり相談支援): declared, judged before and after the council's opinion,
and everything the review committee reads written to a folder.

usage: hikikomori.py OFFICE PAPERS OUT, an opened office's directory, the folder of the papers, and where to write.
Prints one line per audit: system, day, met, violated, not shown, folder. Exits 2 when something could not be done.
"""

import pathlib
import sys

import hikae

SYSTEM = "hikikomori"


def write(findings: hikae.Findings, office: hikae.Office, day: str, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "findings.txt").write_text(findings.to_text("ja"), encoding="utf-8")
    (folder / "findings.json").write_text(findings.to_json(), encoding="utf-8")
    (folder / "findings.sarif").write_text(findings.to_sarif("ja"), encoding="utf-8")
    for name, stem in (("consultation", "consultation"), ("findings", "findings-report")):
        for form in ("html", "csv", "json"):
            office.report(name, SYSTEM, form, as_of=day).save(folder / f"{stem}.{form}")


def judge(office: hikae.Office, paper: pathlib.Path, day: str, out: pathlib.Path) -> None:
    """Declares one paper, judges as of the day, and writes findings and reports to OUT/DAY."""
    office.declare(paper)
    findings = office.audit(day, handling=SYSTEM)
    folder = out / day
    write(findings, office, day, folder)
    totals = findings.totals
    print(SYSTEM, day, totals["met"], totals["violated"], totals["not shown"], folder, sep="\t")


def main() -> int:
    if len(sys.argv) != 4:
        print(f"usage: {sys.argv[0]} OFFICE PAPERS OUT", file=sys.stderr)
        return 2
    papers, out = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    try:
        with hikae.open(sys.argv[1]) as office:
            judge(office, papers / "declaration.yaml", "2021-05-20", out)
            judge(office, papers / "after-opinion.yaml", "2021-10-15", out)
    except (hikae.Error, OSError) as error:
        print(f"{SYSTEM}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
