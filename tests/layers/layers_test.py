"""The floors hold, and the checker would see it if they did not."""

import os
import pathlib
import re
import shutil

import pytest

import layers

ROOT = pathlib.Path(os.environ["HIKAE_SOURCE"])


def test_the_tree_keeps_its_floors():
    assert layers.check(ROOT) == []


def test_the_table_is_the_one_of_the_readme():
    text = (ROOT / "src/README.md").read_text(encoding="utf-8")
    floors = {m.group(2): int(m.group(1)) for m in re.finditer(r"^\|\s*(\d+)\s*\|\s*`(?:src/)?(\w+)", text, re.M)}
    assert floors, "src/README.md has no floor table"
    present = {p.name for p in (ROOT / "src").iterdir() if p.is_dir()} & layers.LEVEL.keys()
    assert present <= floors.keys()
    order = sorted(present, key=lambda name: floors[name])
    assert order == sorted(order, key=lambda name: layers.LEVEL[name])


def test_a_way_round_through_a_permitted_file_is_seen(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src")
    (tmp_path / "src/log/appender.h").write_text("")
    with open(tmp_path / "src/log/tree.cpp", "a", encoding="utf-8") as file:
        file.write('#include "log/appender.h"\n')
    problems = layers.check(tmp_path)
    assert len(problems) == 1 and "log/tree.cpp" in problems[0] and "must do without" in problems[0], problems


@pytest.mark.parametrize(
    "file, line, seen",
    [
        ("src/base/planted.cpp", '#include "office/office.h"', "base (floor 0) includes office/office.h"),
        ("src/codec/planted.cpp", '#include "store/database.h"', "codec (floor 1) includes store/database.h"),
        ("src/cedar/planted.h", "#include <sqlite3.h>", "sqlite3.h belongs in ['store']"),
        ("src/cedar/value/planted.h", '#include "cedar/schema/schema.h"', "cedar/value includes cedar/schema/schema.h"),
        ("src/audit/planted.h", "#  include <boost/json.hpp>", "boost/json.hpp belongs in ['codec']"),
        ("src/report/planted.h", "#include <yaml-cpp/yaml.h>", "yaml-cpp/yaml.h belongs in ['codec']"),
        ("src/office/planted.h", "#include <boost/program_options.hpp>", "belongs in ['cli']"),
        ("src/office/planted.h", '#include "hikae/hikae.h"', "hikae/hikae.h belongs in"),
        ("src/cli/planted.cpp", '#include "office/office.h"', "cli stands on the public headers alone"),
        ("src/office/planted.cpp", '#include "cli/text.h"', "office (floor 7) includes cli/text.h"),
        ("include/hikae/planted.h", "#include <fmt/format.h>", "fmt/format.h belongs in"),
        ("bindings/python/src/planted.cpp", '#include "base/error.h"', "bindings stands on the public headers alone"),
        ("examples/benefit/planted.c", '#include "base/error.h"', "examples stands on the public headers alone"),
        ("src/log/verify/planted.cpp", '#include "log/appender.h"', "log/verify must do without log/appender.h"),
        ("src/log/verify/deeper/planted.h", '#include "log/proof_bundle.h"', "log/verify must do without log/proof_bundle.h"),
        ("src/helpers/planted.h", "", "folder 'helpers' has no floor"),
    ],
)
def test_a_planted_fault_is_seen(tmp_path, file, line, seen):
    for top in ("src", "include"):
        shutil.copytree(ROOT / top, tmp_path / top)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(line + "\n", encoding="utf-8")
    problems = layers.check(tmp_path)
    assert len(problems) == 1 and seen in problems[0], problems
