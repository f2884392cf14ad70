"""Asks the official engine about our vectors and about the JSON we make of every public schema.

usage: official_test.py CEDAR_TEST
Exit 77 (skipped, with the reason) where node is absent or CEDAR_WASM_DIR does not hold @cedar-policy/cedar-wasm."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).parent
wasm = os.environ.get("CEDAR_WASM_DIR", "")
if shutil.which("node") is None or not (pathlib.Path(wasm or ".") / "node_modules/@cedar-policy/cedar-wasm").exists():
    print("skipped: needs node, and CEDAR_WASM_DIR where @cedar-policy/cedar-wasm 4.10.0 is installed")
    sys.exit(77)


def ask(schemas, vectors):
    run = subprocess.run(["node", here / "official.mjs", schemas, *vectors], stdout=subprocess.PIPE, text=True)
    return run.returncode, run.stdout


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.argv[1], "--gtest_filter=Outside.WritesSchemas*"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, HIKAE_VECTOR_DIR=folder))
    schemas = pathlib.Path(folder) / "schemas.jsonl"
    vectors = sorted((here / "vectors").glob("*.json"))
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
