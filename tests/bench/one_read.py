"""One gated read of one item from Python, beside the same from C (one_read), taking turns over one office.

usage: one_read.py ONE_READ DIRECTORY [--quick]; PYTHONPATH has the package

Prints one JSON line: "ns" is what a read from Python costs more than one from C, of the thread's processor time. The
log's loss is bounded, so that no flush is waited for."""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import hikae

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = b"0123456789abcdef0123456789abcdef"
FILE, PERSONS = "ひきこもり相談記録", 1_000
WHO = {
    "actor": "生活援護第一課職員1", "handling": "hikikomori", "purpose": "ひきこもり相談支援", "terminal": "全庁LAN端末1",
    "place": "生活援護第一課事務室内", "terminal_factors": ["ic-card", "pin"],
}  # fmt: skip


def make(directory):
    """An office with the records, by a pack that is in force today."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    shutil.copytree(ROOT / "src/packs/edogawa-2021", directory / "pack")
    manifest = directory / "pack/pack.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace(", until: 2023-03-31", ""), "utf-8")
    with hikae.open(directory / "office", create=True, pack=directory / "pack") as office:
        for paper in ("ward/vocabulary", "hikikomori/declaration", "hikikomori/after-opinion", "hikikomori/running"):
            office.declare(ROOT / f"examples/{paper}.yaml")
        office.make_keys(key_file=KEY)
        with office.unlock(key_file=KEY) as keys, keys.session(**WHO) as session:
            session.put_many(FILE, {str(10_000_000 + i): {"氏名": f"髙槗 花子{i}"} for i in range(PERSONS)})
    return directory / "office"


def from_python(office, reads):
    """Nanoseconds of processor time a read; the first ones fill the caches."""
    with hikae.open(office, loss_ms=10, loss_records=10_000) as opened, opened.unlock(key_file=KEY) as keys, keys.session(**WHO) as session:
        get = session.get
        for i in range(PERSONS):
            get(FILE, str(10_000_000 + i), "氏名")
        began = time.thread_time_ns()
        for i in range(reads):
            get(FILE, str(10_000_000 + i % PERSONS), "氏名")
        return (time.thread_time_ns() - began) / reads


def main():
    program, directory, quick = sys.argv[1], pathlib.Path(sys.argv[2]), "--quick" in sys.argv
    office, reads = make(directory), 5_000 if quick else 20_000
    more, c = [], []
    for _ in range(3 if quick else 9):
        done = subprocess.run([program, office, str(reads), str(PERSONS)], input=KEY, stdout=subprocess.PIPE, check=True)
        c.append(float(done.stdout))
        more.append(from_python(office, reads) - c[-1])
    shutil.rmtree(directory)
    print(json.dumps({"name": "python", "size": PERSONS, "ns": statistics.median(more), "yardstick": f"a read from C: {statistics.median(c):.0f} ns"}))


if __name__ == "__main__":
    main()
