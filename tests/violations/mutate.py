#!/usr/bin/env python3
"""Plants single faults in the rules of a pack and tells which of them no test notices.

  tests/violations/mutate.py --file handover.cedar            the rules of one file of edogawa-2021
  tests/violations/mutate.py --pack appi-2023 --rule appi.breach.quick
  tests/violations/mutate.py --pack mn                        every rule of the pack

A condition made true or false, a limit moved by one, `containsAll` turned round, an element or an offset left out, evidence not named: each
is a copy of its rule beside it ("RULE~3"), in a copy of the pack that is thrown away. The tests of the rules run once over all of them
(tests/mutants.h) and write down the copies for which they would have failed. What the loader refuses cannot come about. What is left
either changes nothing, and stands in equivalents.yaml with the reason why, or lacks a case.

Exits with 0 when every fault is noticed, refused or listed; with 1 when some is not, or what is listed is noticed or no fault any more.
"""
import argparse
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import yaml

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import faulty_rules  # noqa: E402

SELF_JUDGED = ('@kind("expectation")', '@kind("lift")')  # not judged by themselves: a copy beside the rule would say nothing


class Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
    """Reads the gaps of papers (!none, !blank, !unknown) as nothing."""


Loader.add_multi_constructor('!', lambda loader, tag, node: None)


def read_yaml(path):
    return yaml.load(path.read_text(encoding='utf-8'), Loader=Loader)


class Copies:
    """The faulty copies of some rules: {id: (rule, what is wrong with it, text)}."""

    def __init__(self, files, wanted):
        self.by_id, self.files = {}, {}
        for name, text in files.items():
            for rule, body in faulty_rules.rules_of(text).items():
                if any(kind in body for kind in SELF_JUDGED) or (wanted and rule not in wanted):
                    continue
                for number, (what, faulty) in enumerate(faulty_rules.faults_of(body), 1):
                    copy = f'{rule}~{number}'
                    self.by_id[copy] = (rule, what, faulty.replace(f'@id("{rule}")', f'@id("{copy}")', 1))
                    self.files[copy] = name

    def without(self, ids):
        for copy in ids:
            del self.by_id[copy]

    def text_of(self, name, text):
        """The file with its copies behind it, and [(line on which one begins, its id)]."""
        starts = []
        for copy, (_, _, body) in self.by_id.items():
            if self.files[copy] == name:
                starts.append((text.count('\n') + 1, copy))
                text += body + '\n'
        return text, starts


class Scratch:
    """A folder of packs of which one has the copies beside its rules."""

    def __init__(self, folder, pack):
        self.packs, self.pack = pathlib.Path(folder) / 'packs', pack
        shutil.copytree(SOURCE / 'src/packs', self.packs)
        self.caught, self.ids = pathlib.Path(folder) / 'mutants.caught', pathlib.Path(folder) / 'mutants'
        self.files = {path.name: path.read_text(encoding='utf-8') for path in (self.packs / pack).glob('*.cedar')}

    def plant(self, copies):
        starts = {}
        for name, text in self.files.items():
            planted, starts[name] = copies.text_of(name, text)
            (self.packs / self.pack / name).write_text(planted, encoding='utf-8')
        self.ids.write_text(''.join(f'{copy}\n' for copy in copies.by_id), encoding='utf-8')
        self.caught.write_text('', encoding='utf-8')
        return starts

    def let_copies_go_on(self):
        """What `transition` keeps of a rule it keeps of its copies."""
        path = self.packs / self.pack / 'pack.yaml'
        head, mark, rest = path.read_text(encoding='utf-8').partition('\ntransition:')
        if mark:
            names, bracket, more = rest.partition(']')
            kept = re.findall(r'[\w.-]+\.[\w.-]+', names.partition('[')[2])
            more_names = ''.join(f', {rule}~*' for rule in kept if any(copy.startswith(f'{rule}~') for copy in self.ids.read_text().split()))
            path.write_text(head + mark + names + more_names + bracket + more, encoding='utf-8')

    def refused(self, build, starts):
        """The copies that the loader refuses."""
        done = subprocess.run([build / 'bin/hikae', 'pack', 'lint', self.packs / self.pack], capture_output=True, text=True, check=False)
        bad = set()
        for name, line in re.findall(r'([\w-]+\.cedar):(\d+)', done.stdout + done.stderr):
            before = [copy for start, copy in starts.get(name, []) if start <= int(line)]
            if before:
                bad.add(before[-1])
        if done.returncode != 0 and not bad:
            sys.exit(f'the pack is refused, and not for a copy:\n{done.stdout}{done.stderr}')
        return bad


def names_of_cases(pack, rules):
    """The cases of the tables that may tell of the pack; of those rules alone, when any are named."""
    bases = read_yaml(HERE / 'base/bases.yaml')
    names = set()
    for path in sorted((HERE / 'cases').glob('*.yaml')) + sorted((SOURCE / 'tests/changes/cases').glob('*.yaml')):
        for case in read_yaml(path):
            if pack not in bases.get(case.get('base'), {}).get('packs', ['edogawa-2021']):
                continue
            lines = (case.get('moves') or []) + (case.get('keeps') or [])
            named = {line.split(' ', 1)[0] for line in lines}
            asked = case.get('rules') or []
            if not rules or any(rule in named or any(fnmatch.fnmatch(rule, name) for name in asked) for rule in rules):
                names.add(case['name'])
    return names


def programs(pack, copies, quick):
    """Which tests judge the copies: [program, what of it to run]."""
    scopes = ' '.join(text for _, _, text in copies.by_id.values())
    at_gate = any('Action::"audit' not in text for _, _, text in copies.by_id.values())
    rules = {rule for rule, _, _ in copies.by_id.values()} if quick else set()
    table = ':'.join(f'*/{name}' for name in sorted(names_of_cases(pack, rules)))
    found = []
    if 'Action::"audit' in scopes:
        found.append(['violations_test', f'{table}:Base.HasNoViolation*'])
        if pack == 'edogawa-2021':
            found.append(['changes_test', table])
        else:
            found.append(['national_test', '*'])
    if at_gate:
        found.append([{'edogawa-2021': 'packs_test', 'appi-2023': 'national_access_test', 'mn': 'my_number_access_test'}[pack], '*'])
        found.append(['asks_test', '*'])
    if ('principal is Access' in scopes or 'firstSeenOn' in scopes) and pack == 'edogawa-2021':
        found.append(['gate_test', 'Planted.*'])
    return found


def run(build, scratch, program, tests):
    environment = dict(os.environ, HIKAE_TEST_PACKS=str(scratch.packs), HIKAE_TEST_MUTANTS=str(scratch.ids))
    done = subprocess.run([build / 'bin' / program, f'--gtest_filter={tests}', '--gtest_brief=1'], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    # Its outcome says nothing; that it came to its end does.
    if not re.search(r'\d+ tests? from \d+ test suites? ran', done.stdout):
        sys.exit(f'{program} did not run:\n{done.stdout[-2000:]}')


def listed(rules):
    """{(rule, what is wrong): reason} of equivalents.yaml."""
    return {(rule, what): row['reason'] for row in read_yaml(HERE / 'equivalents.yaml') or []
            for rule in row['rules'] for what in row['faults'] if rule in rules}


def report(copies, total, refused, caught, out=sys.stdout):
    """What is left, by name; returns whether anything is."""
    excused = listed({rule for rule, _ in total})
    left = {(rule, what) for copy, (rule, what, _) in copies.by_id.items() if copy not in caught}
    noticed = total - left
    for rule, what in sorted(left - set(excused)):
        print(f'no test notices  {rule}: {what}', file=out)
    stale = {key for key in excused if key in noticed or key not in total}
    for rule, what in sorted(stale):
        print(f'need not be listed  {rule}: {what}', file=out)
    print(f'{len(total)} faults: {refused} refused by the loader, {len(noticed) - refused} noticed, '
          f'{len(left & set(excused))} change nothing, {len(left - set(excused))} left', file=out)
    return bool(left - set(excused) or stale)


def try_out(build, pack, files, rules, jobs, quick, out=sys.stdout):
    with tempfile.TemporaryDirectory(prefix='hikae-mutants-') as folder:
        scratch = Scratch(folder, pack)
        chosen = {name: text for name, text in scratch.files.items() if not files or name in files}
        copies = Copies(chosen, rules)
        if not copies.by_id:
            sys.exit('no such rule')
        total = {(rule, what) for rule, what, _ in copies.by_id.values()}
        while bad := scratch.refused(build, scratch.plant(copies)):
            copies.without(bad)
        scratch.let_copies_go_on()
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda one: run(build, scratch, *one), programs(pack, copies, quick)))
        caught = {line.split(' ', 1)[0] for line in scratch.caught.read_text(encoding='utf-8').splitlines()}
        return report(copies, total, len(total) - len(copies.by_id), caught, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pack', default='edogawa-2021')
    parser.add_argument('--file', action='append', default=[], help='of the pack; may be given again')
    parser.add_argument('--rule', action='append', default=[], help='an id; may be given again')
    parser.add_argument('--jobs', type=int, default=1, help='how many test programs run at once')
    parser.add_argument('--quick', action='store_true', help='only cases of the tables that name the rules')
    parser.add_argument('--build', type=pathlib.Path, default=SOURCE / 'build')
    given = parser.parse_args()
    return 1 if try_out(given.build, given.pack, given.file, set(given.rule), given.jobs, given.quick) else 0


if __name__ == '__main__':
    sys.exit(main())
