"""Lets independent Go programs (golang.org/x/mod) judge our checkpoints, cosignatures, proofs, bundles and tiles, reject
tampered ones, and make from our tiles the proofs that we make.

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


def flip(path, byte):
    data = bytearray(path.read_bytes())
    data[byte] ^= 1
    path.write_bytes(data)


def tampered(lines, n, line):
    """The line with one thing changed, or None where there is nothing that must hold."""
    if line.startswith("leaf "):
        return line[:-4] + ("AAAA" if line[-4:] != "AAAA" else "BBBB")
    if line.isdigit():
        return str(int(line) + 1)
    if line.startswith("\u2014 ") and n > lines.index("new"):
        return line[:-12] + ("A" if line[-12] != "A" else "B") + line[-11:]
    if line.startswith(("incl ", "cons ")) and "," in line:
        return line.rsplit(",", 1)[0]
    return None


def check_vectors(program, folder, vectors, keys):
    log_key, witness = keys

    def accepts(text):
        case = folder / "case"
        case.write_text(text)
        return subprocess.run([program, log_key, case, witness], stdout=subprocess.DEVNULL).returncode == 0

    accepted = rejected = 0
    for vector in sorted(p for p in vectors.iterdir() if p.is_file() and p.name != "keys"):
        text = vector.read_text()
        assert accepts(text), f"{vector.name}: the Go program rejects what we made"
        accepted += 1
        lines = text.splitlines()
        for n, line in enumerate(lines):
            changed = tampered(lines, n, line)
            if changed is not None:
                whole = "\n".join(lines[:n] + [changed] + lines[n + 1 :]) + "\n"
                assert not accepts(whole), f"{vector.name}:{n + 1}: a changed line passes"
                rejected += 1
    assert accepted and rejected
    print(f"{accepted} files accepted, {rejected} tampered ones rejected")


def check_tiles(program, sites, log_key):
    proofs = bundles = rejected = 0
    for site in sorted(sites.iterdir(), key=lambda p: int(p.name)):
        run = lambda *more: subprocess.run([program, log_key, site, *more], capture_output=True, text=True)
        theirs = run()
        assert theirs.returncode == 0, f"{site.name}: {theirs.stdout}"
        assert theirs.stdout == (site / "ours").read_text(), f"{site.name}: the proofs differ"
        proofs += len(theirs.stdout.splitlines())
        for bundle in sorted(site.glob("bundle-*")):
            result = run(bundle)
            assert result.returncode == 0, f"{bundle}: {result.stdout}"
            bundles += 1
            text = bundle.read_text()
            index = int(bundle.name.split("-")[1])
            bundle.write_text(text.replace(f"index {index}\n", f"index {index + 1}\n"))
            assert run(bundle).returncode != 0, f"{bundle}: another index passes"
            bundle.write_text(text)
            rejected += 1
        if int(site.name) > 1000:  # the others are checked whole as well, this one would take its time
            continue
        for tile in sorted(p for p in (site / "tile").rglob("*") if p.is_file()):
            for byte in (2, tile.stat().st_size - 1):
                flip(tile, byte)
                assert run().returncode != 0, f"{tile}: byte {byte} changed and nobody saw"
                flip(tile, byte)
                rejected += 1
    assert proofs and bundles and rejected
    print(f"{proofs} proofs from our tiles equal ours, {bundles} bundles accepted, {rejected} tampered files rejected")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    env = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=name + "/cache", GOFLAGS="")
    programs = [(folder / "verify", source), (folder / "tiles", pathlib.Path(__file__).with_name("tiles.go"))]
    for program, code in programs:
        subprocess.run(["go", "build", "-o", program, code], check=True, env=env)
    vectors = folder / "vectors"
    subprocess.run([log_test, "--gtest_filter=Outside.*"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, HIKAE_VECTOR_DIR=str(vectors)))  # fmt: skip
    keys = (vectors / "keys").read_text().split()
    check_vectors(programs[0][0], folder, vectors, keys)
    check_tiles(programs[1][0], vectors / "tiles", keys[0])
