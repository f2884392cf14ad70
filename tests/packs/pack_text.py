"""Reads the text of a pack: entity types with their facts, and policies with their annotations. Enough for a catalogue check, no more."""
import re

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*|[@(){}\[\]<>,;:=?]|\S')


def tokens(text):
    return [t for t in TOKEN.findall(text) if not t.startswith('//')]


class Schema:
    """types[name] = {attribute: (type, optional, annotations)}; enums[name] = [ids]; owners[name] = type of the @owner attribute;
    notes[name] = the annotations of the type."""

    def __init__(self, text):
        self.types, self.enums, self.owners, self.aliases, self.notes = {}, {}, {}, {}, {}
        self.toks, self.i = tokens(text), 0
        while self.i < len(self.toks):
            self.declaration()

    def take(self, expected=None):
        t = self.toks[self.i]
        if expected and t != expected:
            raise ValueError(f'expected {expected}, found {t} before {" ".join(self.toks[self.i:self.i + 8])}')
        self.i += 1
        return t

    def annotations(self):
        found = {}
        while self.toks[self.i] == '@':
            self.take('@')
            key = self.take()
            found[key] = ''
            if self.toks[self.i] == '(':
                self.take('(')
                found[key] = self.take()[1:-1]
                self.take(')')
        return found

    def declaration(self):
        notes = self.annotations()
        word = self.take()
        if word == 'entity':
            name = self.take()
            self.notes[name] = notes
            if self.toks[self.i] == 'enum':
                self.take('enum')
                self.take('[')
                ids = []
                while self.toks[self.i] != ']':
                    t = self.take()
                    if t != ',':
                        ids.append(t[1:-1])
                self.take(']')
                self.enums[name] = ids
            else:
                if self.toks[self.i] == 'in':
                    while self.toks[self.i] not in ('{', ';'):
                        self.i += 1
                self.types[name] = self.record(name) if self.toks[self.i] == '{' else {}
            while self.toks[self.i] != ';':
                self.i += 1
            self.take(';')
        else:
            while self.toks[self.i] != ';':
                self.i += 1
            self.take(';')

    def record(self, owner):
        attributes = {}
        self.take('{')
        while self.toks[self.i] != '}':
            notes = self.annotations()
            name = self.take()
            optional = self.toks[self.i] == '?'
            if optional:
                self.take('?')
            self.take(':')
            attributes[name] = (self.type(), optional, notes)
            if 'owner' in notes:
                self.owners[owner] = attributes[name][0]
            if self.toks[self.i] == ',':
                self.take(',')
        self.take('}')
        return attributes

    def type(self):
        t = self.take()
        if t == 'Set':
            self.take('<')
            inner = self.type()
            self.take('>')
            return f'Set<{inner}>'
        return t


def element(t):
    return t[4:-1] if t.startswith('Set<') else t


FACT = re.compile(r'^(collect\??|latest|earliest|count\??|sum|one|gap|self) (\S+)(?: by (\w+)(?: = ([\w.]+))?)?(?: where (.+))?$')


def ledger_errors(schema):
    """Ledgers that would take a row that cannot be true: a count below nothing, an interval that ends before it begins."""
    found = []
    for name, attributes in schema.types.items():
        if 'ledger' not in schema.notes[name]:
            continue
        found += [f'{name}.{a}: no @least' for a, (kind, _, notes) in attributes.items()
                  if kind == 'Long' and 'fact' not in notes and 'least' not in notes]
        if {'from', 'until'} <= set(attributes) and 'from until' not in schema.notes[name].get('order', ''):
            found.append(f'{name}: no @order("from until")')
    return found


def fact_errors(schema):
    """Every @fact: does its path exist, does it give the attribute's type, do `by` and `where` name what they should?"""
    errors = []
    for owner, attributes in schema.types.items():
        for name, (declared, optional, notes) in attributes.items():
            if 'fact' not in notes or notes['fact'] in ('profile', 'declared'):
                continue
            errors += [f'{owner}.{name}: {e}' for e in one_fact(schema, owner, declared, optional, notes['fact'])]
    return errors


CONDITION = re.compile(r'^([\w.]+) (=|!=|<|<=|>|>=) (.+)$')


def walk(schema, start, steps):
    """(the type at the end of the steps, what is wrong)."""
    current = start
    for step in steps:
        found = schema.types.get(element(current), {}).get(step)
        if not found:
            return current, f'{element(current)} has no {step}'
        current = found[0]
    return current, ''


def condition_error(schema, owner, rows, condition):
    m = CONDITION.match(condition)
    if not m:
        return f'not a condition: {condition}'
    current, wrong = walk(schema, rows, m[1].split('.'))
    if wrong:
        return wrong
    enum = schema.enums.get(element(current))
    for value in m[3].split(' | '):
        if value.startswith('own.'):
            end, wrong = walk(schema, owner, value.split('.')[1:])
            if wrong or end != current:
                return wrong or f'{value} is a {end}, not a {current}'
            continue
        if enum is not None and value not in enum and value != 'absent':
            return f'{m[1]} is never {value}'
    return ''


def one_fact(schema, owner, declared, optional, text):
    m = FACT.match(text)
    if not m:
        return [f'not a fact: {text}']
    verb, path, by, own, where = m.groups()
    steps = path.split('.')
    if verb == 'self':
        current, rows = owner, None
    else:
        rows, steps = steps[0], steps[1:]
        current = rows
        if rows not in schema.types:
            return [f'no type {rows}']
        ref = schema.types[rows].get(by) if by else None
        target = element(ref[0]) if ref else (schema.owners.get(rows) if not by else None)
        pointed, wrong = walk(schema, owner, own.split('.')) if own else (owner, '')
        if wrong or target != element(pointed):
            return [wrong or f'{rows}.{by} is {target}, not {element(pointed)}']
        for condition in where.split(' and ') if where else []:
            error = condition_error(schema, owner, rows, condition)
            if error:
                return [error]
    for step in steps:
        if step.startswith('^'):
            current = step[1:]
            continue
        found = schema.types.get(element(current), {}).get(step)
        if not found:
            return [f'{element(current)} has no {step}']
        current = found[0]
    gives = {'count': 'Long', 'count?': 'Long', 'sum': 'Long', 'gap': '__cedar::duration'}.get(verb)
    if verb.rstrip('?') == 'collect' or (verb == 'self' and declared.startswith('Set<')):
        gives = f'Set<{element(current)}>'
    gives = gives or element(current)
    errors = [] if gives == declared else [f'gives {gives}, declared {declared}']
    never_absent = verb in ('collect', 'count')
    if never_absent == optional:
        errors.append('optional though never absent' if optional else 'required though it may be absent')
    return errors


ANNOTATION = re.compile(r'@(\w+)(?:\("((?:[^"\\]|\\.)*)"\))?')
POLICY = re.compile(r'((?:\s*@\w+(?:\("(?:[^"\\]|\\.)*"\))?)+)\s*(forbid|permit)\s*\((.*?)\)\s*((?:when|unless).*?)?;\n', re.S)


class Policy:
    def __init__(self, notes, effect, scope, body):
        self.notes, self.effect, self.scope, self.body = notes, effect, scope, body or ''
        self.id = notes.get('id', '')
        self.controls = [c for c in notes.get('control', '').split('; ') if c]
        self.evidence = notes.get('evidence', '').split()
        # keywords at the start of a line only: the style of every policy here
        self.whens = re.split(r'^(when|unless) ', self.body, flags=re.M)
        self.parts = list(zip(self.whens[1::2], self.whens[2::2]))

    def part(self, kind):
        return ' '.join(text for word, text in self.parts if word == kind)


def policies(text):
    text = re.sub(r'^//[^\n]*\n', '', text, flags=re.M)
    found = []
    for head, effect, scope, body in POLICY.findall(text):
        pairs = ANNOTATION.findall(head)
        found.append(Policy(dict(pairs), effect, scope, body))
    return found


REQUIRED = ['id', 'control', 'article', 'title', 'title_en', 'severity', 'remedy', 'remedy_en', 'confidence', 'evidence']
SEVERITIES = ['block', 'error', 'warn', 'info']


def rule_errors(rules, controls):
    errors, seen = [], set()
    for rule in rules:
        where = rule.id or rule.scope
        for key in REQUIRED:
            if key not in rule.notes:
                errors.append(f'{where}: no @{key}')
        if rule.id in seen:
            errors.append(f'{where}: id twice')
        seen.add(rule.id)
        kinds = [word for word, _ in rule.parts]
        if kinds.count('unless') != 1 or kinds.count('when') > 1:
            errors.append(f'{where}: {kinds}')
        errors += [f'{where}: unknown control {c}' for c in rule.controls if c not in controls]
        if rule.notes.get('severity') not in SEVERITIES:
            errors.append(f'{where}: severity {rule.notes.get("severity")}')
        if rule.notes.get('confidence') not in ('seed', 'derived', 'S', 'S-x', 'G'):
            errors.append(f'{where}: confidence {rule.notes.get("confidence")}')
        if rule.notes.get('confidence') in ('S-x', 'G') and rule.notes.get('severity') not in ('warn', 'info'):
            errors.append(f'{where}: unconfirmed, yet more than a warning')
        if not rule.notes.get('article'):
            errors.append(f'{where}: cites nothing')
        for path in rule.evidence:
            head, _, last = path.rpartition('.')
            text = rule.part('unless')
            if not re.search(re.escape(path) + r'\b', text) and not re.search(re.escape(head) + r' has ' + re.escape(last) + r'\b', text):
                errors.append(f'{where}: evidence {path} is not read in unless')
    return errors
