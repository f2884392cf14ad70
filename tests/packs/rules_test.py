"""Every rule of every pack has cases: one that shows it violated, one met, and where it names evidence one not shown.

The cases are text here; the runners of their tables hold each of them against what is found, exactly. Rules at the gate are held by
access_test.cpp against its own requests. What no case shows stands in unseen.yaml with its reason; an entry that is not needed fails.
"""
import collections
import pathlib
import re
import sys
import unittest

import yaml

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(HERE))
import pack_text  # noqa: E402

PACKS = ['edogawa-2021', 'appi-2023', 'mn']
MOVED = ['tests/violations/cases/*.yaml', 'tests/changes/cases/*.yaml', 'tests/packs/national/*cases.yaml']
# {"edo21.observed.items", without("…"), kNotShown}: what the access log shows is planted in code, for nobody may state it.
PLANTED = re.compile(r'^ +\{"(edo21\.[\w.-]+)(?: )?".*, k(Met|Violated|NotShown)(?:, "\w+")?\},$', re.M)
MOVE = re.compile(r'^(\S+) .*: (\S.*?) -> (\S.*)$')


class Tagged(yaml.SafeLoader):
    """Reads the gaps of a document (!none) as nothing; they do not matter here."""


Tagged.add_multi_constructor('!', lambda loader, suffix, node: None)


def read(path):
    return yaml.load(path.read_text(encoding='utf-8'), Loader=Tagged) or []


def outcomes_of(lines):
    """{rule: outcomes} of lines `rule Type::"id": before -> after`."""
    shown = collections.defaultdict(set)
    for line in lines:
        rule, before, after = MOVE.match(line).groups()
        shown[rule] |= set(before.split('+')) | set(after.split('+'))
    return shown


def all_shown():
    lines = [line for pattern in MOVED for path in sorted(SOURCE.glob(pattern)) for case in read(path) for line in case.get('moves') or []]
    shown = outcomes_of(lines)
    planted = (SOURCE / 'tests/gate/observed_test.cpp').read_text(encoding='utf-8')
    for rule, word in PLANTED.findall(planted):
        shown[rule].add({'Met': 'met', 'Violated': 'violated', 'NotShown': 'not shown'}[word])
    return shown


def rules_of(pack):
    folder = SOURCE / 'src/packs' / pack
    return [p for path in sorted(folder.glob('*.cedar')) for p in pack_text.policies(path.read_text(encoding='utf-8')) if p.effect == 'forbid']


def at_the_gate(rule):
    return 'Action::"audit' not in rule.scope and 'Action::"edo21.' not in rule.scope


def faults(rules, shown, unseen):
    """What the cases do not show of rules, and reasons that are not needed. `unseen`: {(rule, outcome): reason}."""
    found = []
    for rule in rules:
        wanted = {'violated', 'met'} | ({'not shown'} if rule.evidence else set())
        excused = {outcome for name, outcome in unseen if name == rule.id}
        found += [f'{rule.id}: no case shows it {outcome}' for outcome in sorted(wanted - shown.get(rule.id, set()) - excused)]
        found += [f'{rule.id}: unseen.yaml need not excuse {outcome}' for outcome in sorted(excused & shown.get(rule.id, set()) | excused - wanted)]
    return found


PAGE = SOURCE / 'docs/design/lifecycles.md'
RULE_NAME = re.compile(r'`((?:edo21|appi|mn)\.[\w.-]+)`')
CASE_NAME = re.compile(r'`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`')


def cases_by_name():
    """{case: the rules that it moves or keeps}. Two tables may use one name."""
    rules = collections.defaultdict(set)
    for pattern in MOVED:
        for path in sorted(SOURCE.glob(pattern)):
            for case in read(path):
                rules[case['name']] |= {line.split(' ')[0] for line in (case.get('moves') or []) + (case.get('keeps') or [])}
    return rules


def page_faults(text, known, cases):
    """Rows that name a rule or a case that is not there, or a case that says nothing of a rule of its row."""
    found = []
    for row in text.splitlines():
        if not row.startswith('|'):
            continue
        rules = set(RULE_NAME.findall(row))
        found += [f'no rule {rule}' for rule in sorted(rules - known)]
        for case in CASE_NAME.findall(row):
            if case not in cases:
                found.append(f'no case {case}')
            elif rules and not rules & cases[case]:
                found.append(f'{case} moves no rule of its row')
    return found


class RulesHaveCases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shown = all_shown()
        cls.unseen = {(rule, outcome): row['reason'] for row in read(HERE / 'unseen.yaml') for rule in row['rules'] for outcome in row['outcomes']}
        cls.rules = {pack: rules_of(pack) for pack in PACKS}

    def test_each_is_shown_in_every_outcome(self):
        for pack, least in zip(PACKS, [340, 75, 9]):
            judged = [rule for rule in self.rules[pack] if not at_the_gate(rule)]
            self.assertGreaterEqual(len(judged), least, pack)
            self.assertEqual(faults(judged, self.shown, self.unseen), [], pack)

    def test_reasons_are_of_rules_and_say_something(self):
        known = {rule.id for rules in self.rules.values() for rule in rules}
        for (rule, _), reason in self.unseen.items():
            self.assertIn(rule, known)
            self.assertTrue(reason)

    def test_the_page_of_lifecycles_names_what_there_is(self):
        known = {rule.id for rules in self.rules.values() for rule in rules}
        text = PAGE.read_text(encoding='utf-8')
        self.assertGreater(len(CASE_NAME.findall(text)), 80)
        self.assertEqual(page_faults(text, known, cases_by_name()), [])

    def test_cases_name_rules_that_there_are(self):
        known = {rule.id for rules in self.rules.values() for rule in rules}
        self.assertEqual(sorted(set(self.shown) - known), [])


class Planted(unittest.TestCase):
    RULE = pack_text.policies('@id("a") @evidence("principal.on")\nforbid (principal is T, action in Action::"audit.event", resource)\nunless { principal has on };\n')[0]

    def test_an_outcome_without_a_case_is_found(self):
        shown = outcomes_of(['a T::"x: y": met -> violated', 'a T::"x": - -> not shown'])
        self.assertEqual(faults([self.RULE], shown, {}), [])
        self.assertEqual(faults([self.RULE], outcomes_of(['a T::"x": met -> violated']), {}), ['a: no case shows it not shown'])
        self.assertEqual(len(faults([self.RULE], {}, {})), 3)

    def test_a_reason_excuses_what_no_case_shows_and_nothing_else(self):
        shown = outcomes_of(['a T::"x": met -> not shown'])
        self.assertEqual(faults([self.RULE], shown, {('a', 'violated'): 'because'}), [])
        self.assertEqual(faults([self.RULE], shown, {('a', 'violated'): 'because', ('a', 'met'): 'because'}), ['a: unseen.yaml need not excuse met'])

    def test_a_page_that_names_what_is_not_there_is_found(self):
        cases = {'some_case': {'edo21.a'}, 'other_case': {'edo21.b'}}
        self.assertEqual(page_faults('| x | `edo21.a` | `some_case` |', {'edo21.a'}, cases), [])
        self.assertEqual(page_faults('| x | `edo21.a` | `other_case` `no_case` |', {'edo21.a'}, cases), ['other_case moves no rule of its row', 'no case no_case'])
        self.assertEqual(page_faults('| `edo21.gone` |\nprose `edo21.none`', {'edo21.a'}, cases), ['no rule edo21.gone'])

    def test_gate_and_audit_are_told_apart(self):
        self.assertFalse(at_the_gate(self.RULE))


if __name__ == '__main__':
    unittest.main()
