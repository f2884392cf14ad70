#!/usr/bin/env python3
"""Fails when a folder includes one above its floor, or a third-party header outside its one home.

usage: layers.py ROOT, the project's root. The tables are those of src/README.md."""

import pathlib
import re
import sys

FLOORS = [["base"], ["codec", "crypto", "store"], ["cedar", "log"], ["registry", "vault"], ["gate"],
          ["audit"], ["report"], ["office"], ["capi"]]  # fmt: skip
# Folders within a folder of src, lowest first.
INNER = {"cedar": ["text", "value", "syntax", "schema", "entities", "engine", "validate", "conformance"]}
# A folder -> all it may use of its own folder of src, however indirectly: who checks a log shares no code with who
# writes it.
CLOSED = {"log/verify": ("log/verify/", "log/tree.", "log/note.", "log/text.", "log/checkpoint.", "log/entry_source.",
                         "log/trust_policy.")}  # fmt: skip
# What a build of the policy engine alone has.
ENGINE = {"base", "codec"}
# Folders that stand on the public headers alone.
OUTSIDE = {"cli"}
# A prefix of an include -> the folders of src that may use it; "bindings", "examples" and "include" are folders too.
HOMES = {
    "sqlite3.h": {"store"}, "libpq-fe.h": {"store"}, "sodium": {"crypto"}, "boost/json": {"codec"},
    "re2/": {"codec"},
    "yaml-cpp": {"codec"}, "xlsxwriter": {"report"}, "boost/program_options": {"cli"}, "archive": {"cli"},
    "pybind11": {"bindings"},
    "hikae/": {"capi", "cli", "bindings", "examples", "include"},
    "fmt/": {"base", "codec", "crypto", "store", "cedar", "log", "registry", "vault", "gate", "audit", "report",
             "office", "capi", "cli"},
}  # fmt: skip
LEVEL = {name: i for i, names in enumerate(FLOORS) for name in names}
SUFFIXES = {".h", ".hpp", ".c", ".cpp", ".cc"}


def includes(file):
    for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        m = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
        if m:
            yield n, m.group(1)


def check_inner(parts, inc):
    """Why the file at these parts below src may not include `inc` of its own folder, or None."""
    order, there = INNER.get(parts[0], []), inc.split("/")
    if there[0] != parts[0] or not order or len(there) < 3:
        return None
    if len(parts) < 3 or parts[1] not in order or there[1] not in order:
        return f"{parts[0]} has the folders {order} and no other"
    if order.index(there[1]) > order.index(parts[1]):
        return f"{parts[0]}/{parts[1]} includes {inc}, which is above it"
    return None


def check_closed(root):
    """The includes that lead out of a closed folder, by way of headers and the sources beside them."""
    bad = []
    for folder, allowed in CLOSED.items():
        top = folder.split("/")[0] + "/"
        todo = sorted(f for f in (root / "src" / folder).rglob("*") if f.suffix in SUFFIXES)
        seen = set(todo)
        for file in todo:
            for n, inc in includes(file):
                if not inc.startswith(top):
                    continue
                if not inc.startswith(allowed):
                    bad.append(f"{file.relative_to(root)}:{n}: {folder} must do without {inc}")
                    continue
                header = root / "src" / inc
                new = [f for f in (header, header.with_suffix(".cpp")) if f.is_file() and f not in seen]
                seen.update(new)
                todo.extend(new)
    return bad


def check_floor(here, inc):
    """Why folder `here` may not include `inc`, or None."""
    there = inc.split("/")[0]
    if there == here or there not in LEVEL.keys() | OUTSIDE:
        return None
    if here == "cedar" and there not in ENGINE:
        return f"cedar stands on {sorted(ENGINE)} and includes {inc}"
    if here not in LEVEL:
        return f"{here} stands on the public headers alone and includes {inc}"
    if there in OUTSIDE or LEVEL[there] >= LEVEL[here]:
        return f"{here} (floor {LEVEL[here]}) includes {inc} (floor {LEVEL.get(there, 'above all')})"
    return None


def check(root):
    root, bad = pathlib.Path(root), []
    places = [(f, f.relative_to(root / "src").parts[0]) for f in (root / "src").rglob("*")]
    for top in ("include", "bindings", "examples"):
        places += [(f, top) for f in (root / top).rglob("*")]
    for f, here in sorted(places):
        if f.suffix not in SUFFIXES or not f.is_file():
            continue
        name = f.relative_to(root)
        if here not in LEVEL and here not in OUTSIDE | {"include", "bindings", "examples"}:
            bad.append(f"{name}: folder '{here}' has no floor")
            continue
        for n, inc in includes(f):
            why = check_floor(here, inc) or check_inner(f.relative_to(root).parts[1:], inc)
            if why:
                bad.append(f"{name}:{n}: {why}")
            bad += [f"{name}:{n}: {inc} belongs in {sorted(homes)}"
                    for prefix, homes in HOMES.items() if inc.startswith(prefix) and here not in homes]  # fmt: skip
    return bad + check_closed(root)


if __name__ == "__main__":
    problems = check(sys.argv[1])
    print("\n".join(problems))
    sys.exit(bool(problems))
