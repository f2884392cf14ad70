"""Kills writers of one log in the middle of their work, two processes at a time, and looks at what is there.

usage: kill_test.py LOG_HAMMER [ROUNDS]
What a process told as written stands at the index it told; every thread's entries stand in its order without a gap; a
writer in bounded mode that was killed is an entry. Everything is read by the reader that knows the format pages alone."""
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import read_log  # noqa: E402

hammer, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 12
chance = random.Random(20210520)
acknowledged, killed, bounded_killed = {}, 0, 0


def start(*words):
    return subprocess.Popen([hammer, *map(str, words)], stdout=subprocess.PIPE, text=True)


def reap(process, lines):
    """Reads so many lines, kills, and returns all whole lines that were told."""
    told = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    return [line.split() for line in told if line.endswith("\n")]


with tempfile.TemporaryDirectory() as folder:
    log = pathlib.Path(folder) / "log"
    subprocess.run([hammer, "make", log], check=True)
    for number in range(rounds):
        pair = [start("append", log, 2 * number + k, 4, 100000, chance.choice([1, 3, 40])) for k in (0, 1)]
        for process in pair:
            for who, n, first in reap(process, chance.randrange(1, 60)):
                acknowledged[(who, int(n))] = int(first)
            killed += 1
        if number % 3 == 0:
            handed = reap(start("bounded", log, 200 + number, 1000000), chance.randrange(1, 50))
            assert handed[0] == ["handed", "0"], handed
            bounded_killed += 1
    subprocess.run([hammer, "append", log, "255", "1", "1", "1"], check=True, stdout=subprocess.DEVNULL)
    head = subprocess.run([hammer, "head", log], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    entries, root = read_log.read(log)["2021"]
    assert [head[1], head[2]] == [str(len(entries)), root.hex()], "reader and writer disagree"

    next_of = {}
    for kind, time, fields in entries:
        if kind == 0x201:
            who = f"{fields[1][0][0]}.{fields[1][0][1]}"
            assert time == next_of.get(who, 0), f"writer {who}: entry {time} stands where {next_of.get(who, 0)} should"
            next_of[who] = time + 1
    for (who, n), first in acknowledged.items():
        kind, time, fields = entries[first]
        assert kind == 0x201 and time == n and who == f"{fields[1][0][0]}.{fields[1][0][1]}", f"{who} {n} is not at {first}"
    losses = [e for e in entries if e[0] == 3]
    assert len(losses) == bounded_killed, (len(losses), bounded_killed)
    assert not list(log.glob("*.bounded")), "a mark is left"
    print(f"{killed + bounded_killed} processes killed, {len(acknowledged)} appends acknowledged and found, "
          f"{len(entries)} entries in order, {len(losses)} possible losses reported")
