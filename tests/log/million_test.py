"""Two processes with four threads each append to one log while a third signs and a fourth verifies it all the time.

usage: million_test.py LOG_HAMMER LOG_WATCH VERIFY_GO [ENTRIES]      1,000,000 by hand, 100,000 in the suite
Nothing is lost, every thread's entries stand in its order, the last checkpoint covers all, and a Go program that knows
golang.org/x/mod alone agrees with it. The last line that this writes has the counts. Where Go or the program is absent that
part is skipped by name."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

hammer, watch, source = sys.argv[1:4]
entries = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
WRITERS, THREADS, BATCH = 2, 4, 125
calls = entries // (WRITERS * THREADS * BATCH)
entries = calls * WRITERS * THREADS * BATCH
total = entries + 1  # the first entry begins the period


def go_agrees(folder, log, key):
    """How many changed files the Go program refused, after it took the true one; None where it cannot run."""
    if shutil.which("go") is None or not pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists():
        return print("Go: skipped, needs Debian's golang-go and golang-golang-x-mod-dev")
    if not os.path.exists(source):
        return print(f"Go: skipped, {source} is absent")
    env = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(folder / "cache"), GOFLAGS="")
    subprocess.run(["go", "build", "-o", folder / "verify", source], check=True, env=env)
    text = subprocess.run([watch, "vectors", log], check=True, stdout=subprocess.PIPE, text=True).stdout

    def accepts(vectors):
        (folder / "vectors").write_text(vectors)
        return subprocess.run([folder / "verify", key, folder / "vectors"], stdout=subprocess.DEVNULL).returncode == 0

    assert accepts(text), "the Go program does not agree with the head"
    lines, refused = text.splitlines(), 0
    assert f"\n{total}\n" in text, "the last checkpoint does not cover all"
    for n in [i for i, line in enumerate(lines) if line.startswith("leaf ")][::8]:
        changed = lines[n][:-4] + ("AAAA" if lines[n][-4:] != "AAAA" else "BBBB")
        assert not accepts("\n".join(lines[:n] + [changed] + lines[n + 1 :]) + "\n"), "a changed leaf passes"
        refused += 1
    return refused


def start(*words):
    return subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, text=True)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    log = folder / "log"
    key = subprocess.run([watch, "make", log], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    acknowledged = [open(folder / f"acknowledged.{w}", "w") for w in range(WRITERS)]
    begun = time.monotonic()
    writers = [subprocess.Popen([hammer, "append", log, str(w), str(THREADS), str(calls), str(BATCH)], stdout=acknowledged[w])
               for w in range(WRITERS)]  # fmt: skip
    signer, verifier = start(watch, "sign", log, total), start(watch, "verify", log, key, total)
    assert [process.wait() for process in writers] == [0] * WRITERS, "a writer failed"
    written = time.monotonic() - begun
    signed, checked = signer.communicate()[0].splitlines(), verifier.communicate()[0].splitlines()
    assert (signer.returncode, verifier.returncode) == (0, 0), "the signer or the verifier found a fault"
    sizes = [int(line.split()[1]) for line in checked]
    assert sizes == sorted(sizes) and sizes[-1] == total, sizes
    for file in acknowledged:
        file.close()
    lines = "".join(pathlib.Path(file.name).read_text() for file in acknowledged)
    assert lines.count("\n") == WRITERS * THREADS * calls, "an append was not acknowledged"
    (folder / "acknowledged").write_text(lines)
    # Shown to be able to fail: an append acknowledged that is not there.
    (folder / "false").write_text(lines + f"0.0 {entries} {total}\n")
    false = subprocess.run([watch, "order", log, folder / "false"], capture_output=True)
    assert false.returncode == 1, "an append that is not there was found"
    order = subprocess.run([watch, "order", log, folder / "acknowledged"], check=True, stdout=subprocess.PIPE, text=True)
    counts = dict(line.split() for line in order.stdout.splitlines())
    each = str(calls * BATCH)
    assert counts == {f"{w}.{t}": each for w in range(WRITERS) for t in range(THREADS)}, counts
    refused = go_agrees(folder, log, key)
    during = sum(size < total for size in sizes)
    print(f"{entries} entries by {WRITERS} processes of {THREADS} threads in {written:.1f} s, {calls * WRITERS * THREADS} appends "
          f"acknowledged and found; {len(signed)} checkpoints signed; verified {len(sizes)} times, {during} of them while entries "
          f"were missing; Go {'did not run' if refused is None else f'agrees with the head and refuses {refused} changed leaves'}")
