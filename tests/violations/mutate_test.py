"""The tool that plants faults in rules: which it makes, that a test notices them, that what is left is told."""
import io
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import faulty_rules  # noqa: E402
import mutate  # noqa: E402

BUILD = pathlib.Path(os.environ.get('HIKAE_BUILD', HERE.parent.parent / 'build'))
RULE = '''@id("a.b") @evidence("principal.on principal.by")
forbid (principal is T, action in Action::"audit.event", resource is Handling)
when { principal has from && (if principal.from < context.asOf then true else principal.n + 1 > 2) }
unless { principal has from && [A::"x", A::"y"].contains(principal.a) && !(principal has on && principal.on.offset(context.d) <= principal.by) };
'''


class Faults(unittest.TestCase):
    def test_each_part_of_a_rule_is_made_false_or_moved(self):
        found = dict(faulty_rules.faults_of(RULE))
        for what in ['without evidence principal.on', 'principal has from -> true', 'principal has from -> false',
                     'principal.from < context.asOf: < -> <=', 'principal.n + 1: + -> -', 'without element A::"y"',
                     'principal.on.offset(context.d) -> principal.on', 'principal.on.offset(context.d) <= principal.by -> false']:
            self.assertIn(what, found)
        self.assertIn('@evidence("principal.by")', found['without evidence principal.on'])
        self.assertIn('principal.on <= principal.by', found['principal.on.offset(context.d) -> principal.on'])
        # `unless` asks again for what `when` has made sure of: true there changes nothing.
        self.assertNotIn('principal has from -> true #2', found)
        self.assertIn('principal has from -> false #2', found)
        self.assertTrue(all(text != RULE for text in found.values()))

    def test_every_rule_of_the_packs_can_be_read(self):
        rules = 0
        for path in sorted((HERE.parent.parent / 'src/packs').glob('*/*.cedar')):
            for rule, text in faulty_rules.rules_of(path.read_text(encoding='utf-8')).items():
                faults = faulty_rules.faults_of(text)
                self.assertEqual(len(faults), len({what for what, _ in faults}), rule)
                rules += 1
        self.assertGreater(rules, 500)


class OneRule(unittest.TestCase):
    """Faults of a short rule, tried out as the tool tries them: the cases that name it notice all but those that are listed."""

    def test_is_tried_out(self):
        out = io.StringIO()
        left = mutate.try_out(BUILD, 'edogawa-2021', ['handover.cedar'], {'edo21.handover.append-only'}, 1, True, out=out)
        self.assertFalse(left, out.getvalue())
        self.assertRegex(out.getvalue(), r'\d+ faults: [1-9]\d* refused by the loader, [1-9]\d* noticed, \d+ change nothing, 0 left')

    def test_what_nobody_notices_is_told(self):
        copies = mutate.Copies({'a.cedar': RULE}, set())
        total = {(rule, what) for rule, what, _ in copies.by_id.values()}
        out = io.StringIO()
        self.assertTrue(mutate.report(copies, total, 0, set(copies.by_id) - {'a.b~1'}, out))
        self.assertIn('no test notices  a.b: without evidence principal.on', out.getvalue())
        self.assertFalse(mutate.report(copies, total, 0, set(copies.by_id), io.StringIO()))

    def test_what_is_listed_and_noticed_is_told(self):
        copies = mutate.Copies({'a.cedar': RULE}, set())
        total = {(rule, what) for rule, what, _ in copies.by_id.values()}
        known, mutate.listed = mutate.listed, lambda rules: {('a.b', 'without evidence principal.on'): 'because'}
        try:
            out = io.StringIO()
            self.assertTrue(mutate.report(copies, total, 0, set(copies.by_id), out))
            self.assertIn('need not be listed  a.b: without evidence principal.on', out.getvalue())
            self.assertFalse(mutate.report(copies, total, 0, set(copies.by_id) - {'a.b~1'}, io.StringIO()))
        finally:
            mutate.listed = known


if __name__ == '__main__':
    unittest.main()
