"""The catalogues of the national packs: every rule that was set out is there, is complete, and cites what the statute has."""
import os
import pathlib
import re
import sys
import unittest

import pack_text

PACKS = pathlib.Path(__file__).resolve().parents[2] / 'src' / 'packs'
LAW = pathlib.Path(os.environ.get('HIKAE_SHARED_DATA', '/nowhere')) / 'law'

# The rules that were set out for the Act. A rule may come in parts: `secondary.harm` and `secondary.harm.provision`.
SET_OUT = ['appi.' + x for x in '''
  hold.mandate hold.purpose hold.minimal purpose.change notice.purpose acquire.fair use.improper accuracy sensitive.marked security.measures
  security.contractor security.sub contract.written contract.resub-approval contract.annual-inspection staff.duty staff.training
  roles.protection-managers audit.periodic access.limit access.log access.monitor admin.privilege copy.limit media.control handling.record
  secondary.ground secondary.harm secondary.consent secondary.limit-section provision.conditions provision.record foreign.provision
  pseudonym.no-reidentify filebook.exists filebook.fields filebook.ordinance-sensitive filebook.threshold-crossing filebook.one-year-exemption
  filebook.update filebook.published breach.classify breach.quick breach.final breach.grow breach.items breach.notify request.identity
  request.due request.extension request.large request.third-party correct.precondition correct.due hold.pending-request retention.due
  retention.early disposal.record council.role review.internal ordinance.filed complaint
'''.split()]
SET_OUT_MY_NUMBER = ['mn.pia.before', 'mn.use.scope', 'mn.resub', 'mn.storage', 'mn.breach']

STATUTES = {'法': 'appi.txt', '番号法': 'mynumber.txt'}
CITATION = re.compile(r'^(番号法|法)第(\d+)条(?:の(\d+))?(.*)$')
PARAGRAPH = re.compile(r'第(\d+)項')
ITEM = re.compile(r'第(\d+)号')
KANJI = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二', '十三', '十四', '十五', '十六', '十七']


def policies_of(pack):
    found = []
    for file in sorted((PACKS / pack).glob('*.cedar')):
        text = file.read_text('utf-8')
        parsed = pack_text.policies(text)
        assert len(parsed) == len(re.findall(r'^(?:forbid|permit) ', text, re.M)), f'{file.name}: not every policy was read'
        found += parsed
    return found


def read_statute(text):
    """{article: {paragraph: {items}}}, articles as '29_4'."""
    articles, article, paragraph = {}, None, None
    for line in text.splitlines():
        m = re.match(r'^第(\d+(?:_\d+)*)条', line)
        if m:
            # A statute as amended has supplementary provisions whose articles count from 1 again: the first is the body's.
            article = articles.setdefault(m.group(1), {}) if m.group(1) not in articles else None
            paragraph = None
        elif article is not None and (m := re.match(r'^  (\d+) ', line)):
            paragraph = article.setdefault(int(m.group(1)), set())
        elif paragraph is not None and (m := re.match(r'^    ([一二三四五六七八九十]+)(?:の[一二三四五六七八九十]+)? ', line)):
            paragraph.add(m.group(1))
    return articles


def citation_errors(article, statutes):
    """What of an @article is not in the statutes. Citations of other texts are passed over."""
    errors = []
    for cited in article.split('; '):
        m = CITATION.match(cited)
        if not m:
            continue
        law, number, branch, rest = m.groups()
        found = statutes[law].get(number + (f'_{branch}' if branch else ''))
        if found is None:
            errors.append(f'{cited}: no such article')
            continue
        paragraphs = [int(p) for p in PARAGRAPH.findall(rest)]
        errors += [f'{cited}: no paragraph {p}' for p in paragraphs if p not in found]
        items = [int(i) for i in ITEM.findall(rest)]
        known = found.get(paragraphs[-1] if paragraphs else 1, set())
        errors += [f'{cited}: no item {i}' for i in items if KANJI[i] not in known]
    return errors


class Catalogue(unittest.TestCase):
    PACK, WANTED, LEAST = 'appi-2023', SET_OUT, 80

    @classmethod
    def setUpClass(cls):
        texts = [PACKS / 'core.cedarschema', PACKS / 'appi-2023' / 'schema.cedarschema']
        if cls.PACK != 'appi-2023':
            texts.append(PACKS / cls.PACK / 'schema.cedarschema')
        cls.schema = pack_text.Schema(''.join(t.read_text('utf-8') for t in texts))
        cls.policies = policies_of(cls.PACK)
        cls.rules = [p for p in cls.policies if p.effect == 'forbid']
        cls.manifest = (PACKS / cls.PACK / 'pack.yaml').read_text('utf-8')

    def test_every_rule_that_was_set_out_is_there(self):
        ids = [rule.id for rule in self.rules]
        self.assertEqual([], [w for w in self.WANTED if not any(i == w or i.startswith(w + '.') for i in ids)])

    def test_every_rule_is_complete(self):
        self.assertGreaterEqual(len(self.rules), self.LEAST)
        self.assertEqual([], pack_text.rule_errors(self.rules, self.schema.enums['Control']))

    def test_every_control_has_both_titles_and_every_rule_a_control(self):
        titles = dict(re.findall(r'^  ([a-z0-9-]+): \{ ja: ([^,]+, en: [^,]+) \}$', self.manifest, re.M))
        if self.PACK == 'appi-2023':
            self.assertEqual([], [c for c in self.schema.enums['Control'] if c not in titles])
        self.assertEqual([], [rule.id for rule in self.rules if not rule.controls])

    def test_no_control_is_without_a_rule(self):
        cited = {c for rule in self.rules for c in rule.controls}
        self.assertEqual([], [c for c in self.schema.enums['Control'] if self.PACK == 'appi-2023' and c not in cited])

    def test_words_of_other_packs_are_words_of_other_packs(self):
        """A word that is misspelt would be read as nothing, and what it stands for would come out as not promised."""
        stated = re.search(r'^reads:\n((?:  .*\n)+)', self.manifest, re.M)
        self.assertEqual(self.PACK == 'appi-2023', stated is not None)
        if not stated:
            return
        before = pack_text.Schema((PACKS / 'edogawa-2021' / 'schema.cedarschema').read_text('utf-8'))
        lines = re.findall(r'^  (?:  ([\w-]+): \[(.*)\]|(\w+):)$', stated[1], re.M)
        words, enumeration = [], ''
        for word, others, name in lines:
            enumeration = name or enumeration
            words += [(enumeration, other) for other in re.findall(r'[\w-]+', others)]
        self.assertGreater(len(words), 40)
        self.assertEqual([], [w for w in words if w[1] not in before.enums[w[0]]])

    def test_what_people_read_is_in_both_languages(self):
        kana = re.compile('[ぁ-んァ-ヶ一-龠]')
        for rule in self.rules:
            self.assertRegex(rule.notes['title'], kana, rule.id)
            self.assertRegex(rule.notes['remedy'], kana, rule.id)
            self.assertNotRegex(rule.notes['title_en'], kana, rule.id)
            self.assertNotRegex(rule.notes['remedy_en'], kana, rule.id)

    def test_every_attribute_has_its_names(self):
        missing = [f'{t}.{a}' for t, attributes in self.schema.types.items() for a, (_, _, notes) in attributes.items()
                   if 'ja' not in notes or 'en' not in notes]
        self.assertEqual([], missing)

    def test_every_word_of_its_enumerations_is_told(self):
        """But for the provisions, controls (which have titles of their own) and rows of a policy table that no rule of the Act reads."""
        own = pack_text.Schema((PACKS / self.PACK / 'schema.cedarschema').read_text('utf-8')).enums
        words, kind = {}, ''
        for line in self.manifest[self.manifest.index('\nwords:\n'):].splitlines():
            if m := re.match(r'^  (\w+):$', line):
                kind = m[1]
            elif m := re.match(r'^    ([\w-]+): \{ ja: "([^"]*[ぁ-んァ-ヶ一-龠々][^"]*)", en: "[^"ぁ-龠]+" \}$', line):
                words.setdefault(kind, []).append(m[1])
        self.assertEqual({k: v for k, v in own.items() if k not in ('Article', 'Control', 'PolicyRow')}, words)

    def test_citations_stand_in_the_statutes(self):
        if not LAW.is_dir():
            self.skipTest('the statutes are not here')
        statutes = {law: read_statute((LAW / file).read_text('utf-8')) for law, file in STATUTES.items()}
        cited = [(p.id, p.notes['article']) for p in self.policies if 'article' in p.notes]
        self.assertEqual([], [f'{i}: {e}' for i, a in cited for e in citation_errors(a, statutes)])
        self.assertGreater(sum(bool(CITATION.match(c)) for _, a in cited for c in a.split('; ')), self.LEAST // 2)

    def test_what_is_confirmed_cites_a_statute(self):
        """S is read in the statute; what cites guidelines alone can be no more than an excerpt."""
        loose = [r.id for r in self.rules if r.notes['confidence'] == 'S' and not re.search(r'(法|令)第\d+条|ガイド', r.notes['article'])]
        self.assertEqual([], loose)


def told(text):
    """{rule: (confidence, article, cells)} of the tables of law.md."""
    lines = re.findall(r'^\| `([\w.-]+)` \(([\w-]+)\) \| (.*?) \| (.*) \|$', text, re.M)
    return {rule: (confidence, article, cells.split(' | ')) for rule, confidence, article, cells in lines}


class Law(unittest.TestCase):
    """law.md says of every rule what its article asks, which exceptions are judged and what is not."""

    def test_every_rule_is_told_with_its_article(self):
        text = (PACKS / 'appi-2023' / 'law.md').read_text('utf-8')
        rows = told(text)
        rules = {p.id: (p.notes['confidence'], p.notes['article']) for p in policies_of('appi-2023') if p.effect == 'forbid'}
        self.assertEqual(rules, {rule: row[:2] for rule, row in rows.items()})
        self.assertEqual([], [rule for rule, (_, _, cells) in rows.items() if len(cells) != 3 or not all(cells)])
        self.assertEqual(len(rows), text.count('| `appi.'))

    def test_planted_faults(self):
        row = '| `a.b` (S) | 法第1条 | 求める | — | — |\n'
        self.assertEqual({'a.b': ('S', '法第1条', ['求める', '—', '—'])}, told(row))
        self.assertEqual({}, told(row.replace(' (S)', '')))


class MyNumberCatalogue(Catalogue):
    PACK, WANTED, LEAST = 'mn', SET_OUT_MY_NUMBER, 8


class PlantedFaults(unittest.TestCase):
    STATUTE = {'法': read_statute('第61条 （題）\n  1 本文\n    一 号\n  2 本文\n\n第1条 本\n  1 甲\n\n第1条 附則\n  2 乙\n'), '番号法': {'29_4': {1: set()}}}

    def test_citations_that_are_there_pass(self):
        self.assertEqual([], citation_errors('法第61条第1項第1号; 法第61条第1項・第2項; 番号法第29条の4第1項; 指針(管理体制)', self.STATUTE))

    def test_citations_that_are_not_there_are_found(self):
        for article in ['法第62条', '法第61条第3項', '法第61条第2項第1号', '法第61条第1項第2号', '番号法第29条', '法第61条の2', '法第1条第2項']:
            self.assertEqual(1, len(citation_errors(article, self.STATUTE)), article)


if __name__ == '__main__':
    sys.exit(unittest.main())
