"""Asks the official engine about our vectors and about the JSON we make of every public schema.

usage: official_data_test.py CEDAR_TEST FOLDER
Exit 77 (skipped, with the reason) where node is absent or FOLDER does not hold node_modules/@cedar-policy/cedar-wasm."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).parent
wasm = sys.argv[2]
if shutil.which("node") is None or not (pathlib.Path(wasm) / "node_modules/@cedar-policy/cedar-wasm").exists():
    print("skipped: needs node, and @cedar-policy/cedar-wasm 4.10 where HIKAE_CEDAR_WASM says")
    sys.exit(77)


def ask(schemas, vectors):
    run = subprocess.run(["node", here / "official_data.mjs", wasm, schemas, *vectors], stdout=subprocess.PIPE, text=True)
    return run.returncode, run.stdout


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.argv[1], "--gtest_filter=Outside.WritesSchemas*"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, HIKAE_VECTOR_DIR=folder))
    schemas = pathlib.Path(folder) / "schemas.jsonl"
    vectors = sorted(f for f in (here / "vectors").glob("*.json") if f.stem != "policies")  # a test of its own asks these
    code, said = ask(schemas, vectors)
    print(said, end="")
    assert code == 0, "the official engine disagrees"

    # The comparison can fail: a schema whose JSON lacks an attribute, and a verdict turned round.
    planted = pathlib.Path(folder) / "planted.jsonl"
    text = "entity A { x: Long };"
    planted.write_text(json.dumps({"name": "planted", "text": text, "back": text, "json": {"": {"entityTypes": {"A": {}}, "actions": {}}}}) + "\n")
    assert ask(planted, [])[0] == 1, "a lost attribute was not noticed"
    turned = pathlib.Path(folder) / "turned.json"
    turned.write_text(json.dumps({"kind": "schema-text", "cases": [{"text": text, "error": "s:1:1: no"}]}))
    planted.write_text("")
    assert ask(planted, [turned])[0] == 1, "a wrong verdict was not noticed"
