"""Cedar policies: decide, validate, translate. The policy engine by itself; no office is needed.

    from hikae import cedar

    policies = cedar.PolicySet.parse('''
        @article("8") permit(principal in Section::"福祉", action, resource);
        @article("8-2") forbid(principal, action, resource) when { resource.sealed };''')
    entities = cedar.Entities.from_json([
        {"uid": 'User::"alice"', "parents": ['Section::"福祉"']},
        {"uid": 'File::"相談記録"', "attrs": {"sealed": True}},
    ])
    answer = cedar.authorize('User::"alice"', 'Action::"read"', 'File::"相談記録"', policies, entities)
    print(answer.allowed, [reason.annotations["article"] for reason in answer.reasons])

An entity is named as Cedar text (``'User::"alice"'``), as ``Uid("User", "alice")`` or as ``{"type": …, "id": …}``.
Everything here is immutable and may be shared between threads, and an ``Authorizer`` takes new versions while others
decide. What fails raises a subclass of ``hikae.Error`` with the place.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from . import _hikae
from ._findings import Severity

__all__ = [
    "Answer", "Authorizer", "Effect", "Entities", "Outcome", "Policy", "PolicyError", "PolicyOutcome", "PolicySet", "Problem",
    "Read", "Schema", "Uid", "authorize", "authorize_many", "explain", "format_policies", "validate",
    "CORPUS_VERSION", "LANGUAGE_VERSION",
]  # fmt: skip

_native = _hikae.cedar
#: the version of the language, and the release whose public conformance corpus the engine is held to
LANGUAGE_VERSION: str = _native.language_version
CORPUS_VERSION: str = _native.corpus_version

_TEXT, _JSON = 1, 2
_UID = re.compile(r'\s*([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)::"((?:[^"\\]|\\.)*)"\s*', re.A | re.S)


class Effect(str, enum.Enum):
    PERMIT = "permit"
    FORBID = "forbid"


class Outcome(str, enum.Enum):
    """What became of one policy for one request."""

    NOT_IN_SCOPE = "not in scope"
    NOT_SATISFIED = "not satisfied"
    SATISFIED = "satisfied"
    FAILED = "failed"


_EFFECTS, _OUTCOMES = list(Effect), list(Outcome)


@dataclass(frozen=True)
class Uid:
    """The name of an entity. ``str(uid)`` is Cedar text."""

    type: str
    id: str

    @staticmethod
    def parse(text: str) -> Uid:
        """Of Cedar text: ``Ns::User::"alice"``."""
        shape = _UID.fullmatch(text)
        if shape is None:
            raise ValueError(f'"{text}" is not the name of an entity; expected Type::"id"')
        if "\\" not in shape[2]:
            return Uid(shape[1], shape[2])
        # The engine knows what its escapes mean.
        policy = PolicySet.parse(f"permit(principal == {text}, action, resource);").to_json()
        return Uid(**policy["staticPolicies"]["policy0"]["principal"]["entity"])

    def __str__(self) -> str:
        return f"{self.type}::{json.dumps(self.id, ensure_ascii=False)}"


UidLike = Union[Uid, str, Mapping[str, str]]


@dataclass(frozen=True)
class Policy:
    """A policy or a template as read. ``template_id`` is set for a linked policy only."""

    id: str
    effect: Effect
    annotations: Mapping[str, str] = field(hash=False)
    text: str
    is_template: bool = False
    template_id: Optional[str] = None
    file: Optional[str] = None
    line: Optional[int] = None
    column: Optional[int] = None


@dataclass(frozen=True)
class PolicyError:
    """A policy that could not be evaluated, and why."""

    policy: Policy
    message: str


@dataclass(frozen=True)
class Answer:
    """The answer to one request. True where it allows."""

    allowed: bool
    reasons: Sequence[Policy]
    errors: Sequence[PolicyError]
    #: denied because a forbid could not be evaluated (strict only)
    failed_shut: bool = False

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Problem:
    """Something that validation found; ``severity`` is Severity.ERROR or Severity.WARN."""

    severity: Severity
    message: str
    message_ja: str
    hint: Optional[str]
    file: Optional[str]
    line: Optional[int]
    column: Optional[int]


@dataclass(frozen=True)
class Read:
    """An attribute that a policy read; ``value`` is Cedar text, None where there is none."""

    path: str
    entity: str
    attribute: str
    value: Optional[str]


@dataclass(frozen=True)
class PolicyOutcome:
    id: str
    effect: Effect
    outcome: Outcome
    message: Optional[str]
    reads: Sequence[Read]


def _policy(fields: tuple) -> Policy:
    id, effect, kind, annotations, text, template_id, file, line, column = fields
    return Policy(id, _EFFECTS[effect - 1], annotations, text, kind == 2, template_id or None, file or None, line or None, column or None)


def _answer(fields: tuple) -> Answer:
    allowed, failed_shut, reasons, errors = fields
    return Answer(
        allowed,
        tuple(_policy(reason) for reason in reasons),
        tuple(PolicyError(_policy(policy), message) for policy, message in errors),
        failed_shut,
    )


def _uid(uid: UidLike) -> dict[str, str]:
    """A uid for JSON."""
    if isinstance(uid, str):
        uid = Uid.parse(uid)
    if isinstance(uid, Uid):
        return {"type": uid.type, "id": uid.id}
    if isinstance(uid, Mapping):
        return {"type": uid["type"], "id": uid["id"]}
    raise TypeError(f"an entity is a Uid, Cedar text or a dict with type and id, not {type(uid).__name__}")


def _extension(function: str, text: str) -> dict[str, dict[str, str]]:
    return {"__extn": {"fn": function, "arg": text}}


def _value(value: Any) -> Any:
    """A Python value as Cedar's JSON has it. Dicts may hold Cedar's own __entity and __extn."""
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Uid):
        return {"__entity": _uid(value)}
    if isinstance(value, Mapping):
        return {name: _value(inside) for name, inside in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_value(inside) for inside in value]
    if isinstance(value, decimal.Decimal):
        return _extension("decimal", f"{value:f}" if value % 1 else f"{value:.1f}")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError("a datetime needs a time zone: which moment it is depends on it")
        moment = value.astimezone(datetime.timezone.utc)
        return _extension("datetime", f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z")
    if isinstance(value, datetime.date):
        return _extension("datetime", value.isoformat())
    if isinstance(value, datetime.timedelta):
        return _extension("duration", f"{value // datetime.timedelta(milliseconds=1)}ms")
    if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return _extension("ip", str(value))
    raise TypeError(f"Cedar has no value for {type(value).__name__}")


def _entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(entity)
    made["uid"] = _uid(made["uid"]) if "uid" in made else None
    made["parents"] = [_uid(parent) for parent in made.get("parents", ())]
    for part in ("attrs", "tags"):
        if part in made or part == "attrs":
            made[part] = _value(made.get(part, {}))
    return {name: inside for name, inside in made.items() if inside is not None}


def _native_of(thing: Any) -> Any:
    return None if thing is None else thing._native  # an empty set of policies is not none


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(source: Union[str, Mapping[str, Any], Sequence[Any]]) -> str:
    """Text that is JSON already, or what becomes JSON."""
    return source if isinstance(source, str) else _dump(source)


class Schema:
    """Which entity types, attributes and actions there are."""

    def __init__(self, native: Any, documents: Sequence[tuple[str, str]], form: int):
        self._native, self._documents, self._form = native, documents, form

    @classmethod
    def parse(cls, *texts: str, name: str = "schema.cedarschema") -> Schema:
        """Of Cedar schema text; several texts are resolved together."""
        documents = [(name if i == 0 else f"{name}#{i + 1}", text) for i, text in enumerate(texts)]
        return cls(_native.Schema(documents, _TEXT), documents, _TEXT)

    @classmethod
    def from_json(cls, source: Union[str, Mapping[str, Any]], *, name: str = "schema.json") -> Schema:
        """Of Cedar's JSON form, as text or as a dict."""
        documents = [(name, _text(source))]
        return cls(_native.Schema(documents, _JSON), documents, _JSON)

    def to_json(self) -> dict[str, Any]:
        """The JSON form as a dict."""
        if self._form == _JSON:
            return json.loads(self._documents[0][1])
        joined = "\n".join(text for _, text in self._documents)
        return json.loads(_native.translate_schema(self._documents[0][0], joined, _TEXT))

    def to_text(self) -> str:
        if self._form == _TEXT:
            return "\n".join(text for _, text in self._documents)
        return _native.translate_schema(*self._documents[0], _JSON)


class PolicySet(Sequence):
    """Policies and templates; as a sequence: the policies that decide."""

    def __init__(self, native: Any):
        self._native = native
        everything = [_policy(fields) for fields in native.fields()]
        self._policies = tuple(policy for policy in everything if not policy.is_template)
        self._templates = tuple(policy for policy in everything if policy.is_template)

    @classmethod
    def parse(cls, *texts: str, name: str = "policies.cedar", id_from_annotation: bool = False) -> PolicySet:
        """Of Cedar text. Ids are policy0, policy1 … in the order of the texts, or what ``@id`` says."""
        documents = [(name if i == 0 else f"{name}#{i + 1}", text) for i, text in enumerate(texts)]
        return cls(_native.Policies(documents, _TEXT, id_from_annotation))

    @classmethod
    def from_json(cls, source: Union[str, Mapping[str, Any]], *, name: str = "policies.json") -> PolicySet:
        """Of Cedar's JSON form of a policy set, as text or as a dict."""
        return cls(_native.Policies([(name, _text(source))], _JSON, False))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """What decides: static policies, then linked ones."""
        return self._policies

    @property
    def templates(self) -> tuple[Policy, ...]:
        """What decides nothing until it is linked."""
        return self._templates

    def link(self, template_id: str, id: str, *, principal: Optional[UidLike] = None, resource: Optional[UidLike] = None) -> PolicySet:
        """New policies that have the template with its slots filled as well, under the id given."""
        slots = [None if uid is None else tuple(_uid(uid).values()) for uid in (principal, resource)]
        return PolicySet(self._native.linked(template_id, id, *slots))

    def to_text(self) -> str:
        return self._native.to_text()

    def to_json(self) -> dict[str, Any]:
        """Cedar's JSON form of a policy set, with ids, templates and links."""
        return json.loads(self._native.to_json())

    def __getitem__(self, index):
        return self._policies[index]

    def __len__(self) -> int:
        return len(self._policies)

    def __repr__(self) -> str:
        return f"<PolicySet: {len(self._policies)} policies, {len(self._templates)} templates>"


class Entities:
    """Entities with their attributes, tags and parents."""

    def __init__(self, native: Any):
        self._native = native

    @classmethod
    def from_json(cls, source: Union[str, Iterable[Mapping[str, Any]]], schema: Optional[Schema] = None) -> Entities:
        """Of Cedar's JSON form as text, or of dicts with uid, attrs, parents, tags. With a schema each is checked."""
        text = source if isinstance(source, str) else _dump([_entity(entity) for entity in source])
        return cls(_native.Entities(text, _native_of(schema)))

    def updated(self, put: Union[str, Iterable[Mapping[str, Any]]] = (), remove: Iterable[UidLike] = ()) -> Entities:
        """A new version with these added or replaced, and those gone. It shares what did not change."""
        text = put if isinstance(put, str) else _dump([_entity(entity) for entity in put])
        return Entities(self._native.updated(text, [tuple(_uid(uid).values()) for uid in remove]))

    def to_json(self) -> list[dict[str, Any]]:
        return json.loads(self._native.to_json())

    def __len__(self) -> int:
        return self._native.size()


def _request(request: Sequence[Any], schema: Optional[Schema]) -> Any:
    principal, action, resource, *context = request
    if len(context) > 1:
        raise ValueError("a request is (principal, action, resource) or (principal, action, resource, context)")
    whole = {"principal": _uid(principal), "action": _uid(action), "resource": _uid(resource)}
    whole["context"] = _value(context[0] or {}) if context else {}
    return _native.Request(_dump(whole), _native_of(schema))


class Authorizer:
    """Holds one version of policies, schema and entities, and takes the next while others decide.

    ``strict`` decides by validated policies only, and denies where a forbid cannot be evaluated. With a schema every
    request is checked against it.
    """

    def __init__(self, policies: PolicySet, entities: Optional[Entities] = None, schema: Optional[Schema] = None, *, strict: bool = False):
        self._schema = schema
        self._native = _native.Authorizer(policies._native, _native_of(schema), _native_of(entities), strict, False)

    def swap(self, policies: Optional[PolicySet] = None, entities: Optional[Entities] = None) -> None:
        """Puts new ones in place of the old ones; None keeps what is there."""
        self._native.swap(_native_of(policies), None, _native_of(entities))

    def authorize(self, principal: UidLike, action: UidLike, resource: UidLike, context: Optional[Mapping[str, Any]] = None) -> Answer:
        return self.authorize_many([(principal, action, resource, context)])[0]

    def authorize_many(self, requests: Iterable[Sequence[Any]]) -> list[Answer]:
        """Answers to (principal, action, resource[, context]), all by one version."""
        native = [_request(request, self._schema) for request in requests]
        return [_answer(fields) for fields in self._native.authorize_many(native)]

    def explain(self, principal: UidLike, action: UidLike, resource: UidLike, context: Optional[Mapping[str, Any]] = None) -> list[PolicyOutcome]:
        """What became of every policy, and what each read."""
        native = _request((principal, action, resource, context), self._schema)
        return [
            PolicyOutcome(id, _EFFECTS[effect - 1], _OUTCOMES[outcome - 1], message or None, tuple(Read(*read) for read in reads))
            for id, effect, outcome, message, reads in self._native.explain(native)
        ]


def authorize(
    principal: UidLike,
    action: UidLike,
    resource: UidLike,
    policies: PolicySet,
    entities: Optional[Entities] = None,
    *,
    context: Optional[Mapping[str, Any]] = None,
    schema: Optional[Schema] = None,
    strict: bool = False,
) -> Answer:
    """One decision. Whoever decides often keeps an Authorizer."""
    return Authorizer(policies, entities, schema, strict=strict).authorize(principal, action, resource, context)


def authorize_many(
    requests: Iterable[Sequence[Any]],
    policies: PolicySet,
    entities: Optional[Entities] = None,
    *,
    schema: Optional[Schema] = None,
    strict: bool = False,
) -> list[Answer]:
    """Answers to (principal, action, resource[, context]) in their order."""
    return Authorizer(policies, entities, schema, strict=strict).authorize_many(requests)


def explain(
    principal: UidLike,
    action: UidLike,
    resource: UidLike,
    policies: PolicySet,
    entities: Optional[Entities] = None,
    *,
    context: Optional[Mapping[str, Any]] = None,
    schema: Optional[Schema] = None,
) -> list[PolicyOutcome]:
    """What became of every policy for one request, and what each read."""
    return Authorizer(policies, entities, schema).explain(principal, action, resource, context)


def validate(policies: PolicySet, schema: Schema) -> list[Problem]:
    """What can never work, errors first; no Severity.ERROR: the policies are valid."""
    severities = list(Severity)
    return [
        Problem(severities[severity - 1], message, message_ja, hint or None, file or None, line or None, column or None)
        for severity, message, message_ja, hint, file, line, column in policies._native.validate(schema._native)
    ]


def format_policies(text: str, *, line_width: int = 80, indent: int = 2, name: str = "policies.cedar") -> str:
    """The text laid out anew: only line breaks, indentation and spaces change."""
    return _native.format_policies(name, text, line_width, indent)
