"""The catalogue of pack edogawa-2021: every control judged at design or contract time has a rule, every rule is complete, every fact can be measured."""
import pathlib
import re
import sys
import unittest

import pack_text

PACKS = pathlib.Path(__file__).resolve().parents[2] / 'src' / 'packs'
PACK = PACKS / 'edogawa-2021'

# Controls that the four papers promise for design (D) or contract time (K), with those of the policy table.
DESIGN_AND_CONTRACT = '''
  certification-undertaking contract-compliance-clause contract-confidentiality-clause contract-policy11-clause contractor-capability
  contractor-certification contractor-firewall contractor-measures-in-place contractor-security-wire contractor-track-record contractor-training
  data-in-cgc-server-room data-in-idc data-in-standalone-pc dedicated-contract-folder developer-certification duty-covers-preparation
  duty-survives-end incident-readiness indirect-collection-approved network-firewall-separation no-external-connection onsite-inspection
  opinion-before-award opinion-before-start paper-key-custodian procedure-explained proper-management-measures roster-in-advance
  roster-known-to-ward roster-submitted security-wire training-data-provenance ward-device-only wire-key-custodian
  sysroles-defined secret-classified user-need-limited media-locked-storage server-rack-locked terminal-wired ups lan-wiring-monitored
  dev-docs-stored dev-area-controlled no-real-data-in-offsite-test outsourcing-security-terms failure-response-rules operation-rules-before-golive
'''.split()

# Candidate rules of the ordinance with time D or K.
CANDIDATES = ['edo21.' + x for x in '''
  consult.development consult.outsourcing consult.indirect consult.change order.opinion-award roles.custodian roles.clerk roles.sysadmin
  register.business contract.compliance contract.confidentiality contract.policy11 contract.survive contract.resubcontract select.training
  select.certification select.track-record select.measures roster.submitted network.no-external network.firewall network.proxy-only
  data.secret-classified rules.before-golive inspection.accept link.systems ai.training-scope
'''.split()]


def read_schema():
    return pack_text.Schema((PACKS / 'core.cedarschema').read_text('utf-8') + (PACK / 'schema.cedarschema').read_text('utf-8'))


def read_policies():
    found = []
    for file in sorted(PACK.glob('*.cedar')):
        text = file.read_text('utf-8')
        parsed = pack_text.policies(text)
        assert len(parsed) == len(re.findall(r'^(?:forbid|permit) ', text, re.M)), f'{file.name}: not every policy was read'
        found += parsed
    return found


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = read_schema()
        cls.policies = read_policies()
        cls.rules = [p for p in cls.policies if p.effect == 'forbid']
        cls.manifest = (PACK / 'pack.yaml').read_text('utf-8')

    def test_every_rule_is_complete(self):
        self.assertGreater(len(self.rules), 100)
        self.assertEqual([], pack_text.rule_errors(self.rules, self.schema.enums['Control']))

    def test_every_fact_can_be_measured(self):
        self.assertEqual([], pack_text.fact_errors(self.schema))

    def test_every_design_and_contract_control_has_a_rule(self):
        cited = {c for rule in self.rules for c in rule.controls}
        self.assertEqual([], [c for c in DESIGN_AND_CONTRACT if c not in cited])

    def test_every_candidate_is_present_under_its_id(self):
        ids = {rule.id for rule in self.rules}
        self.assertEqual([], [c for c in CANDIDATES if c not in ids])

    def test_every_control_has_both_titles(self):
        titles = dict(re.findall(r'^  ([a-z0-9-]+): \{ ja: ([^,]+, en: [^,]+) \}$', self.manifest, re.M))
        self.assertEqual([], [c for c in self.schema.enums['Control'] if c not in titles])

    def test_rules_use_every_parameter(self):
        named = set(re.findall(r'^  (\w+):(?: \{ value|$)', self.manifest.split('controls:')[0].split('parameters:')[1], re.M))
        used = {p for rule in self.rules for p in re.findall(r'context\.params\.(\w+)', rule.body)}
        self.assertEqual(named, used)

    def test_expectations_expect_a_known_type_by_a_reference_to_the_principal(self):
        for p in self.policies:
            if p.notes.get('kind') != 'expectation':
                continue
            principal = re.search(r'principal is (\w+)', p.scope).group(1)
            expected = self.schema.types[p.notes['expects']]
            self.assertEqual(principal, expected[p.notes['by']][0], p.id)
            if 'per' in p.notes:
                per = self.schema.types[principal][p.notes['per']][0]
                self.assertEqual(f"Set<{expected[p.notes['as']][0]}>", per, p.id)

    def test_what_people_read_is_in_both_languages(self):
        kana = re.compile('[ぁ-んァ-ヶ一-龠]')
        for rule in self.rules:
            self.assertRegex(rule.notes['title'], kana, rule.id)
            self.assertRegex(rule.notes['remedy'], kana, rule.id)
            self.assertNotRegex(rule.notes['title_en'], kana, rule.id)

    def test_every_attribute_has_its_names(self):
        missing = [f'{t}.{a}' for t, attributes in self.schema.types.items() for a, (_, _, notes) in attributes.items()
                   if 'ja' not in notes or 'en' not in notes]
        self.assertEqual([], missing)


GOOD = '''
@id("x.a") @control("known") @article("条例第14条") @confidence("seed") @severity("error")
@title("題") @title_en("title") @remedy("直す") @remedy_en("fix") @evidence("principal.day")
forbid (principal is T, action in Action::"audit.design", resource is Handling)
when { true }
unless { principal has day };
'''
SMALL = '''entity Kind enum ["a"]; entity T { rows: Set<Kind>, @fact("latest R.day by t where kind = a") day?: datetime };
entity R { @owner t: T, kind: Kind, day: datetime };'''


class PlantedFaults(unittest.TestCase):
    """A checker that finds nothing in a faulty pack would prove nothing."""

    def errors(self, text):
        return pack_text.rule_errors([p for p in pack_text.policies(text) if p.effect == 'forbid'], ['known'])

    def test_the_good_rule_passes(self):
        self.assertEqual([], self.errors(GOOD))

    def test_rule_faults_are_found(self):
        for old, new in [('@control("known")', '@control("unknown")'), ('@article("条例第14条") ', ''), ('("seed")', '("G")'), ('@remedy("直す") ', ''),
                         ('unless { principal has day }', 'unless { principal has other }'), ('when { true }', 'unless { true }'),
                         ('severity("error")', 'severity("bad")')]:
            self.assertNotEqual([], self.errors(GOOD.replace(old, new)), new)
        self.assertNotEqual([], self.errors(GOOD + GOOD))

    def test_fact_faults_are_found(self):
        self.assertEqual([], pack_text.fact_errors(pack_text.Schema(SMALL)))
        for old, new in [('R.day', 'R.night'), ('by t', 'by kind'), ('= a', '= b'), ('latest', 'newest'), ('day?:', 'day:'), ('latest R.day', 'collect R.kind')]:
            self.assertNotEqual([], pack_text.fact_errors(pack_text.Schema(SMALL.replace(old, new))), new)


if __name__ == '__main__':
    sys.exit(unittest.main())
