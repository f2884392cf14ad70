"""Lets an independent Go program (golang.org/x/mod) judge our checkpoints, cosignatures and proofs, and reject tampered ones.

usage: go_verifier_test.py LOG_TEST VERIFY_GO
Exit 77 (skipped, with the reason) where Go, its package golang-golang-x-mod-dev or the program is absent."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

log_test, source = sys.argv[1:3]
if shutil.which("go") is None or not pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists():
    print("skipped: needs Debian's golang-go and golang-golang-x-mod-dev")
    sys.exit(77)
if not os.path.exists(source):
    print(f"skipped: {source} is absent")
    sys.exit(77)

with tempfile.TemporaryDirectory() as folder:
    env = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=folder + "/cache", GOFLAGS="")
    subprocess.run(["go", "build", "-o", folder + "/verify", source], check=True, env=env)
    vectors = pathlib.Path(folder) / "vectors"
    subprocess.run([log_test, "--gtest_filter=Outside.*"], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, HIKAE_VECTOR_DIR=str(vectors)))
    log_key, witness = (vectors / "keys").read_text().split()

    def accepts(text):
        case = pathlib.Path(folder) / "case"
        case.write_text(text)
        return subprocess.run([folder + "/verify", log_key, str(case), witness], stdout=subprocess.DEVNULL).returncode == 0

    accepted = rejected = 0
    for vector in sorted(p for p in vectors.iterdir() if p.name != "keys"):
        text = vector.read_text()
        assert accepts(text), f"{vector.name}: the Go program rejects what we made"
        accepted += 1
        lines = text.splitlines()
        for n, line in enumerate(lines):
            # Every leaf, size, root and signature changed in turn: none may pass.
            if line.startswith("leaf "):
                changed = line[:-4] + ("AAAA" if line[-4:] != "AAAA" else "BBBB")
            elif line.isdigit():
                changed = str(int(line) + 1)
            elif line.startswith("\u2014 ") and n > lines.index("new"):
                changed = line[:-12] + ("A" if line[-12] != "A" else "B") + line[-11:]
            else:
                continue
            assert not accepts("\n".join(lines[:n] + [changed] + lines[n + 1:]) + "\n"), f"{vector.name}:{n + 1}: a changed line passes"
            rejected += 1
    print(f"{accepted} files accepted, {rejected} tampered ones rejected")
