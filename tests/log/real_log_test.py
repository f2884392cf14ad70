"""Lets the reader that was written from the format pages read real logs, and find what was changed in them.

usage: real_log_test.py LOG_HAMMER"""
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import read_log  # noqa: E402

hammer = sys.argv[1]


def run(*words):
    done = subprocess.run([hammer, *map(str, words)], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def outcome(log):
    try:
        return {name: (len(entries), root.hex()) for name, (entries, root) in read_log.read(log).items()}
    except read_log.Damaged as damage:
        return damage


with tempfile.TemporaryDirectory() as folder:
    log = pathlib.Path(folder) / "log"
    run("make", log)
    run("append", log, 1, 2, 40, 1)
    run("append", log, 2, 4, 10, 300)
    run("bounded", log, 3, 500)
    last = run("head", log).split()
    run("period", log, "2022")
    run("append", log, 4, 1, 3, 1)
    now = run("head", log).split()
    seen = outcome(log)
    assert seen == {"2021": (int(last[1]), last[2]), "2022": (int(now[1]), now[2])}, seen
    assert int(last[1]) == 1 + 80 + 12000 + 500, last
    segments = sorted((log / "2021").iterdir())
    assert len(segments) >= 2, "the log should have several segments"

    # Any changed byte of a group, and any file that is gone, another's or an older one, is found.
    chance, found = random.Random(1), 0
    places = [(segment, chance.randrange(64)) for segment in segments]
    for segment in segments:  # among the large groups, which leave little between them
        places += [(segment, 60000 + chance.randrange(100000)) for _ in range(6)]
    for segment, at in places:
        copy = pathlib.Path(folder) / "copy"
        shutil.copytree(log, copy)
        there = copy / "2021" / segment.name
        data = bytearray(there.read_bytes())
        data[at] ^= 1 << chance.randrange(8)
        there.write_bytes(data)
        result = outcome(copy)
        # What lies between two groups belongs to neither.
        assert isinstance(result, read_log.Damaged) or result == seen, (segment.name, at, result)
        found += isinstance(result, read_log.Damaged)
        shutil.rmtree(copy)
    assert found > len(places) * 0.9, (found, len(places))
    for name in [segment.name for segment in segments[:-1]]:
        copy = pathlib.Path(folder) / "copy"
        shutil.copytree(log, copy)
        (copy / "2021" / name).unlink()
        assert isinstance(outcome(copy), read_log.Damaged), name
        shutil.rmtree(copy)
    print(f"{sum(size for size, _ in seen.values())} entries read, roots equal; {found} changed bytes found")
