"""The table of docs/ledgers.md that sets the fields of ISO/IEC TS 27560 against the ledgers: whole, of attributes that there are, and what the
standard requires is what the rule on such records asks for."""
import pathlib
import re
import sys
import unittest

import pack_text

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PACKS = SOURCE / 'src' / 'packs'

# As the public guide of the DPVCG to the standard lists them, header, processing, items, parties, events.
REQUIRED = '''schema_version record_id pii_principal_id privacy_notice language purpose pii_information pii_controllers storage_locations retention_period
  jurisdiction recipient_third_parties withdrawal_method pii_type party_id party_name party_address party_contact party_type
  event_time validity_duration entity_id event_type event_state'''.split()
OPTIONAL = '''purpose_type lawful_basis collection_method processing_method processing_locations geographic_restrictions service privacy_rights
  codes_of_conduct impact_assessment authority_party pii_attribute_id pii_optional sensitive_pii_category special_pii_category
  party_role party_email party_phone party_url'''.split()
LINE = re.compile(r'^\| ([a-z_, ]+) \| ([MO]) \| (.*) \|$', re.M)


def rows(text):
    """{field: (mark, [Type.attribute])}"""
    found = {}
    for fields, mark, where in LINE.findall(text):
        for field in fields.split(', '):
            assert field not in found, f'{field} stands twice'
            found[field] = (mark, re.findall(r'`(\w+\.\w+)`', where))
    return found


def faults(table, schema, asked):
    """What is wrong with the table; `asked`: attributes of Consent that the rule wants."""
    wanted = {f: 'M' for f in REQUIRED} | {f: 'O' for f in OPTIONAL}
    wrong = [f'{f} is missing' for f in wanted if f not in table] + [f'{f} is no field' for f in table if f not in wanted]
    for field, (mark, places) in table.items():
        if mark != wanted.get(field):
            wrong.append(f'{field} is marked {mark}')
        if mark == 'M' and not places:
            wrong.append(f'{field} stands nowhere')
        for place in places:
            owner, attribute = place.split('.')
            if attribute not in schema.types.get(owner, {}):
                wrong.append(f'{field}: no {place}')
            elif mark == 'M' and owner == 'Consent' and schema.types[owner][attribute][1] and attribute not in asked:
                wrong.append(f'{field}: the rule does not ask for {place}')
    return wrong


class Fields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = pack_text.Schema(''.join((PACKS / f).read_text('utf-8') for f in ('core.cedarschema', 'appi-2023/schema.cedarschema')))
        cls.text = (SOURCE / 'docs' / 'ledgers.md').read_text('utf-8')
        rules = {p.id: p for p in pack_text.policies((PACKS / 'appi-2023' / 'secondary.cedar').read_text('utf-8'))}
        cls.asked = set(re.findall(r'principal has (\w+)', rules['appi.consent.record.standard'].body))

    def test_every_field_has_its_place(self):
        self.assertEqual([], faults(rows(self.text), self.schema, self.asked))

    def test_every_attribute_of_a_consent_is_told(self):
        stated = {a for a, (_, _, notes) in self.schema.types['Consent'].items() if 'fact' not in notes and 'owner' not in notes}
        own = set(re.findall(r'`(\w+)`', re.search(r'^標準にない項目: (.*)$', self.text, re.M)[1]))
        placed = {p.split('.')[1] for _, places in rows(self.text).values() for p in places if p.startswith('Consent.')}
        self.assertEqual(stated, own | placed)
        self.assertFalse(own & placed)

    def test_planted_faults_are_found(self):
        for change, found in [(('| language | M | `Consent.language` |\n', ''), 'language is missing'), (('Consent.retention', 'Consent.kept'), 'retention_period: no Consent.kept'),
                              (('| jurisdiction | M |', '| jurisdiction | O |'), 'jurisdiction is marked O'), (('`Consent.schemaVersion`', '—'), 'schema_version stands nowhere')]:
            self.assertIn(change[0], self.text)
            self.assertIn(found, faults(rows(self.text.replace(*change)), self.schema, self.asked))
        self.assertIn('language: the rule does not ask for Consent.language', faults(rows(self.text), self.schema, self.asked - {'language'}))


if __name__ == '__main__':
    sys.exit(unittest.main())
