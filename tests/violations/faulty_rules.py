"""Single faults in the text of a rule: what a slip of whoever wrote it would look like. Reads enough of Cedar's expressions to know which
of their parts are true or false; whether a faulty rule can be judged at all, the library's own loader says."""
import re

TOKEN = re.compile(r'\s+|//[^\n]*|"(?:[^"\\]|\\.)*"|\d+|[A-Za-z_]\w*|::|&&|\|\||<=|>=|==|!=|[-+*!<>(){}\[\],.:@;]')
BOUNDARY = {'<': '<=', '<=': '<', '>': '>=', '>=': '>'}
RELATIONS = {'<', '<=', '>', '>=', '==', '!=', 'in'}
BOOLEAN_CALLS = {'contains', 'containsAll', 'containsAny', 'isEmpty', 'hasTag'}
RULE = re.compile(r'^@id\("([^"]+)"\).*?;[ \t]*$', re.M | re.S)


class Node:
    """Part of an expression: where it stands, what it is (`and`, `or`, `not`, `if`, a relation, `call`, …) and its parts."""

    def __init__(self, kind, start, end, parts=(), name=''):
        self.kind, self.start, self.end, self.parts, self.name = kind, start, end, list(parts), name


class Reader:
    def __init__(self, text, start):
        self.text, self.tokens, at = text, [], start
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise ValueError(f'no Cedar: {text[at:at + 40]!r}')
            if not found[0].isspace() and not found[0].startswith('//'):
                self.tokens.append((found[0], found.start(), found.end()))
            at = found.end()
        self.i = 0

    def peek(self, ahead=0):
        return self.tokens[self.i + ahead][0] if self.i + ahead < len(self.tokens) else ''

    def take(self, expected=None):
        token, start, end = self.tokens[self.i]
        if expected and token != expected:
            raise ValueError(f'expected {expected}, found {token}: {self.text[start - 40:end]!r}')
        self.i += 1
        return token, start, end

    def expression(self):
        if self.peek() == 'if':
            _, start, _ = self.take()
            parts = [self.expression()]
            for word in ('then', 'else'):
                self.take(word)
                parts.append(self.expression())
            return Node('if', start, parts[-1].end, parts)
        return self.series('or', '||', lambda: self.series('and', '&&', self.relation))

    def series(self, kind, sign, part):
        parts = [part()]
        while self.peek() == sign:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Node(kind, parts[0].start, parts[-1].end, parts)

    def relation(self):
        left = self.sum()
        if self.peek() in RELATIONS:
            sign, start, end = self.take()
            right = self.sum()
            node = Node('relation', left.start, right.end, [left, right], sign)
            node.sign = (start, end)
            return node
        if self.peek() in ('has', 'is', 'like'):
            self.take()
            _, _, end = self.take()
            while self.peek() in ('.', '::'):
                self.take()
                end = self.take()[2]
            return Node('has', left.start, end, [left])
        return left

    def sum(self):
        node = self.product()
        while self.peek() in ('+', '-'):
            sign, start, end = self.take()
            right = self.product()
            node = Node('sum', node.start, right.end, [node, right], sign)
            node.sign = (start, end)
        return node

    def product(self):
        node = self.unary()
        while self.peek() == '*':
            self.take()
            right = self.unary()
            node = Node('product', node.start, right.end, [node, right])
        return node

    def unary(self):
        if self.peek() in ('!', '-'):
            sign, start, _ = self.take()
            part = self.unary()
            return Node('not' if sign == '!' else 'minus', start, part.end, [part])
        return self.member()

    def member(self):
        node = self.primary()
        while self.peek() in ('.', '['):
            if self.take()[0] == '[':
                self.expression()
                node = Node('path', node.start, self.take(']')[2], [node])
                continue
            name, _, end = self.take()
            if self.peek() != '(':
                node = Node('path', node.start, end, [node])
                continue
            self.take('(')
            arguments = self.list(')')
            node = Node('call', node.start, self.tokens[self.i - 1][2], [node, *arguments], name)
        return node

    def list(self, end):
        parts = []
        while self.peek() != end:
            parts.append(self.expression())
            if self.peek() == ',':
                self.take()
        self.take(end)
        return parts

    def primary(self):
        token, start, end = self.take()
        if token == '(':
            inner = self.expression()
            return Node('group', start, self.take(')')[2], [inner])
        if token == '[':
            parts = self.list(']')
            return Node('set', start, self.tokens[self.i - 1][2], parts)
        if token.isdigit():
            return Node('number', start, end, name=token)
        while self.peek() == '::':
            self.take()
            end = self.take()[2]
        if self.peek() == '(':
            self.take()
            parts = self.list(')')
            return Node('function', start, self.tokens[self.i - 1][2], parts)
        return Node('boolean' if token in ('true', 'false') else 'word', start, end, name=token)


class Faults:
    """The faults of one rule, each as (what it does, the text of the rule with it)."""

    def __init__(self, text):
        self.text, self.found, self.known, self.certain = text, [], {}, set()
        self.evidence()
        head = re.search(r'^(?:forbid|permit) ?\(', text, re.M)
        for clause in re.finditer(r'^(?:when|unless) \{', text[head.start():], re.M):
            condition = Reader(text, head.start() + clause.end()).expression()
            self.truth(condition, top=True)
            # What `when` has made sure of, `unless` asks again only for the sake of its types.
            parts = condition.parts if condition.kind == 'and' else [condition]
            self.certain |= {text[part.start:part.end] for part in parts if part.kind == 'has'}

    def put(self, start, end, new, what=None):
        faulty = self.text[:start] + new + self.text[end:]
        what = what or f'{" ".join(self.text[start:end].split())} -> {new}'
        self.known[what] = self.known.get(what, 0) + 1
        if self.known[what] > 1:
            what += f' #{self.known[what]}'
        self.found.append((what, faulty))

    def evidence(self):
        named = re.search(r'@evidence\("([^"]*)"\)', self.text)
        paths = named[1].split() if named else []
        for path in paths:
            rest = ' '.join(other for other in paths if other != path)
            self.put(named.start(1), named.end(1), rest, f'without evidence {path}')

    def truth(self, node, top=False):
        """Of a part that is true or false."""
        if node.kind == 'group':
            return self.truth(node.parts[0], top)
        if node.kind == 'boolean':
            return self.put(node.start, node.end, 'false' if node.name == 'true' else 'true',
                            f'{self.around(node)} {node.name} -> {"false" if node.name == "true" else "true"}')
        if node.kind in ('and', 'or', 'if'):
            for part in node.parts:
                self.truth(part)
            # What several parts come to together, where one of them does not decide it.
            if not top and node.kind != 'if':
                self.put(node.start, node.end, 'true' if node.kind == 'and' else 'false')
            return None
        if self.text[node.start:node.end] not in self.certain:
            self.put(node.start, node.end, 'true')
        self.put(node.start, node.end, 'false')
        self.inside(node)
        return None

    def around(self, node):
        return '…' + ' '.join(self.text[max(0, node.start - 60):node.start].split())[-45:]

    def inside(self, node):
        """Of a part that has a value: boundaries, sides, elements, numbers."""
        if node.kind == 'relation' and node.name in BOUNDARY:
            start, end = node.sign
            self.put(start, end, BOUNDARY[node.name],
                     f'{" ".join(self.text[node.start:node.end].split())}: {node.name} -> {BOUNDARY[node.name]}')
        if node.kind == 'sum':
            start, end = node.sign
            other = '-' if node.name == '+' else '+'
            self.put(start, end, other, f'{" ".join(self.text[node.start:node.end].split())}: {node.name} -> {other}')
        if node.kind == 'number':
            for value in {int(node.name) + 1, max(0, int(node.name) - 1)} - {int(node.name)}:
                self.put(node.start, node.end, str(value), f'{self.around(node)} {node.name} -> {value}')
        if node.kind == 'call':
            self.call(node)
        if node.kind == 'set' and len(node.parts) > 1:
            for part in node.parts:
                rest = ', '.join(self.text[p.start:p.end] for p in node.parts if p is not part)
                self.put(node.start, node.end, f'[{rest}]', f'without element {self.text[part.start:part.end]}')
        if node.kind == 'if':
            self.truth(node.parts[0])
            for part in node.parts[1:]:
                self.inside(part)
            return
        if node.kind in ('and', 'or') or (node.kind == 'not' and node.parts[0].kind == 'group'):
            return self.truth(node.parts[0] if node.kind == 'not' else node, top=True)
        for part in node.parts:
            self.inside(part)

    def call(self, node):
        if node.name not in ('containsAll', 'containsAny', 'offset'):
            return
        owner, argument = (self.text[part.start:part.end] for part in node.parts[:2])
        if node.name == 'offset':
            return self.put(node.start, node.end, owner)
        if node.name == 'containsAll':
            self.put(node.start, node.end, f'{argument}.containsAll({owner})')
            return self.put(node.start, node.end, f'{owner}.containsAny({argument})')
        return self.put(node.start, node.end, f'{owner}.containsAll({argument})')


def rules_of(text):
    """{id: text} of the rules of a file, in its order."""
    return {found[1]: found[0] for found in RULE.finditer(text)}


def faults_of(rule):
    return Faults(rule).found
