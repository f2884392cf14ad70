"""Sessions and records: the vault of an office, and the gate before it. Keys are in _keys.py.

    with office.unlock(passphrase=...) as keys:
        with keys.session(actor="職員-0042", handling="hikikomori", purpose="相談支援", terminal_factors=["ic-card", "pin"]) as session:
            session.put("相談者ファイル", "10000001", {"氏名": "髙槗 花子"})
            print(session.get("相談者ファイル", "10000001", "氏名"))

What a rule refuses is ``hikae.Refused``, whose ``decision`` says by which articles and what to do. Python cannot wipe its
own texts: a program for which that matters reads through the C or C++ interface.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional, Union

from . import _hikae
from ._findings import Severity, choice

Path = Union[str, "os.PathLike[str]"]
Value = Union[str, bytes]
Progress = Optional[Callable[[int, int], Optional[bool]]]

_JAPAN = datetime.timezone(datetime.timedelta(hours=9))
_ACTS = {
    "login": 1, "logout": 2, "read": 3, "write": 4, "search": 5, "print": 6, "export": 7, "transfer": 8, "collect": 9,
    "provide": 10, "erase": 11, "administer": 12,
}  # fmt: skip
_VIEWS = {"whole": 0, "masked": 1, "presence": 2, "widest": 3}
_INDEXES = {"exact": 1, "prefix": 2, "token": 3, "year": 4}
_FORMS = {"lines": 0, "csv": 1, "csv-marked": 2}
_KEY_STATES = {1: "primary", 2: "enabled", 3: "disabled", 4: "destroyed"}
_STATES = {1: "released", 2: "no record", 3: "withheld"}
_SEVERITIES = list(Severity)


def _moment(micros: int) -> datetime.datetime:
    return datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc).astimezone(_JAPAN) + datetime.timedelta(microseconds=micros)


class Reason(NamedTuple):
    """A rule that a decision rests on. ``severity`` is None of a ground; ``read`` and ``missing`` hold no personal data."""

    rule: str
    article: str
    title: str
    title_en: str
    remedy: str
    remedy_en: str
    severity: Optional[Severity]
    read: tuple[str, ...]
    missing: tuple[str, ...]


def _reasons(fields: Iterable[tuple[Any, ...]]) -> tuple[Reason, ...]:
    return tuple(Reason(*f[:6], _SEVERITIES[f[6] - 1] if f[6] else None, *f[7:]) for f in fields)


class Decision:
    """Why something was allowed or refused. True where it was allowed."""

    def __init__(self, fields: tuple[Any, ...]):
        self._fields = fields
        self.allowed, self.judged, self.act, self.handling = bool(fields[0]), bool(fields[1]), fields[2], fields[3]
        #: None where none was named
        self.file: Optional[str] = fields[4] or None
        self.time = _moment(fields[5])
        #: the grounds of a permission; the rules of a refusal
        self.reasons = _reasons(fields[6])
        #: unconfirmed rules that it goes against, and that do not refuse
        self.warnings = _reasons(fields[7])

    def explain(self, language: str = "ja") -> str:
        """For a clerk: what was decided, why, by which article, and what to do."""
        return {"en": self._fields[8], "ja": self._fields[9]}[language]

    def __bool__(self) -> bool:
        return self.allowed

    def __repr__(self) -> str:
        rules = ", ".join(reason.rule for reason in self.reasons)
        return f"<Decision {self.act} {'allowed' if self.allowed else 'refused'}: {rules}>"

    def __reduce__(self):
        return Decision, (self._fields,)


class Record:
    """What came of one subject of ``Session.get_many``: ``state`` is "released", "no record" or "withheld"."""

    def __init__(self, subject: str, state: int, version: int, items: list[tuple[Any, ...]], decision: tuple[Any, ...]):
        self.subject, self.state = subject, _STATES[state]
        #: None unless released
        self.version: Optional[int] = version or None
        #: by item; None where only the presence is shown
        self.items: dict[str, Optional[Value]] = {name: None if value is None else _value(value) for name, value, _, _ in items}
        #: by item, where it is not "whole": "masked" or "presence"
        self.views: dict[str, str] = {name: list(_VIEWS)[view] for name, _, view, _ in items if view != 0}
        #: by item: the version of the record when it was last set
        self.versions: dict[str, int] = {name: version for name, _, _, version in items}
        self.decision = Decision(decision)

    @property
    def released(self) -> bool:
        return self.state == "released"

    def __getitem__(self, item: str) -> Optional[Value]:
        return self.items[item]

    def __repr__(self) -> str:  # no values: they would end up in logs
        return f"<Record {self.state}: {', '.join(self.items)}>"


class Erased(NamedTuple):
    """``certificate`` is a note that the key of the access log signed."""

    records: int
    certificate: str


class Mark(NamedTuple):
    """A restriction (支援措置, 廃棄停止 …) or a consent of a subject. ``value``: of a ``consent`` or ``consent-abroad``, the purpose."""

    kind: str
    value: str = ""
    since: Optional[datetime.date] = None
    until: Optional[datetime.date] = None


def _value(value: bytes) -> Value:
    try:
        return value.decode()
    except UnicodeDecodeError:  # of an item that is declared as a blob
        return value


def _raw(value: Value) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"a value is str or bytes, not {type(value).__name__}")


def secret(
    passphrase: Optional[str] = None,
    key_file: Union[Path, bytes, None] = None,
    shares: Optional[Sequence[Value]] = None,
    *,
    operations: int = 0,
    memory: int = 0,
) -> tuple[int, bytes, list[bytes], int, int]:
    """The one secret that is given, as the native part takes it."""
    if (passphrase is not None) + (key_file is not None) + (shares is not None) != 1:
        raise TypeError("give one of passphrase, key_file and shares")
    if passphrase is not None:
        return 1, passphrase.encode(), [], operations, memory
    if shares is not None:
        return 3, b"", [_raw(share) for share in shares], 0, 0
    if isinstance(key_file, bytes):
        return 2, key_file, [], 0, 0
    with open(key_file, "rb") as file:  # type: ignore[arg-type]
        return 2, file.read(), [], 0, 0


_ASKED = {"approvals", "recipient", "source", "medium", "ground", "encrypted", "view", "act"}


def _ask(file: str, items: Optional[Iterable[str]], how: dict[str, Any]) -> dict[str, Any]:
    if not how and items is None:
        return {"file": file}
    unknown = set(how) - _ASKED
    if unknown:
        raise TypeError(f"unknown: {', '.join(sorted(unknown))}; what may be said: {', '.join(sorted(_ASKED))}")
    ask = {name: value for name, value in how.items() if value is not None}
    for name, choices in (("act", _ACTS), ("view", _VIEWS)):
        if name in ask:
            ask[name] = choice(name, ask[name], choices)
    for name, texts in (("items", items), ("approvals", ask.get("approvals"))):
        if isinstance(texts, str):
            raise TypeError(f"{name} is a list of texts, not one text")
        if texts is not None:
            ask[name] = list(texts)
    ask["file"] = file
    return ask


def _day(day: Optional[datetime.date]) -> str:
    return day.isoformat() if day is not None else ""


def _date(text: str) -> Optional[datetime.date]:
    return datetime.date.fromisoformat(text) if text else None


class Session:
    """One actor, for one handling and purpose. Made by ``Keys.session``; one thread at a time.

    Where a method takes ``**how``, these may be said: ``act``, ``view`` ("whole", "masked", "presence", "widest"),
    ``approvals`` (ids), ``recipient``, ``source``, ``medium``, ``ground``, ``encrypted``.
    """

    def __init__(self, native: _hikae.Session, ends: bool):
        self._native: Optional[_hikae.Session] = native
        self._ends = ends

    def _open(self) -> _hikae.Session:
        if self._native is None:
            raise ValueError("the session is closed")
        return self._native

    @property
    def id(self) -> str:
        """Its public name, as the access log has it."""
        return self._open().id()

    def token(self) -> str:
        """Whoever has it acts as the session: ``Keys.resume`` takes it."""
        return self._open().token()

    def end(self) -> None:
        """Logs out, for every holder of the token, and closes."""
        self._open().end()
        self._native = None

    def close(self) -> None:
        """Lets go; the session is not ended. Closing twice is harmless."""
        self._native = None

    def __enter__(self) -> Session:
        self._open()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Ends what ``Keys.session`` began; what ``Keys.resume`` took up is only closed."""
        if self._native is None:
            return
        if not self._ends:
            return self.close()
        try:
            self.end()
        except Exception:
            self.close()
            if kind is None:  # what is under way already says more
                raise

    def get(self, file: str, subject: str, item: str, **how: Any) -> str:
        """One item of one subject. hikae.NotFound: no record, or no such item in it."""
        if not how:
            return self._open().read_text(file, subject, item)
        return self.get_bytes(file, subject, item, **how).decode()

    def get_bytes(self, file: str, subject: str, item: str, **how: Any) -> bytes:
        """The same of an item that is declared as a blob."""
        return self._open().read_one(_ask(file, None, how), subject, item)

    def get_many(self, file: str, subjects: Iterable[str], items: Optional[Iterable[str]] = None, **how: Any) -> list[Record]:
        """The records of these subjects, in their order, each decided by itself (default: all items of the file).

        hikae.Refused only when all are withheld. Printing, transferring and providing are ``act="print"`` …
        """
        asked = list(subjects)
        return [Record(subject, *fields) for subject, fields in zip(asked, self._open().read_many(_ask(file, items, how), asked))]

    def put(
        self, file: str, subject: str, items: Mapping[str, Optional[Value]], *, if_version: Optional[int] = None, **how: Any
    ) -> int:
        """Sets items of one subject, removes those that are None; the record's new version.

        ``if_version``: only if the record has it (0: if there is none), else hikae.Busy.
        """
        return self._put(file, [(subject, items, if_version)], how)[0]

    def put_many(self, file: str, records: Mapping[str, Mapping[str, Optional[Value]]], **how: Any) -> dict[str, int]:
        """The same of many subjects, all or none; the new versions by subject."""
        versions = self._put(file, [(subject, items, None) for subject, items in records.items()], how)
        return dict(zip(records, versions))

    def _put(self, file: str, records: list[tuple[str, Mapping[str, Optional[Value]], Optional[int]]], how: dict[str, Any]) -> list[int]:
        puts = [
            (
                subject,
                [(name, _raw(value)) for name, value in items.items() if value is not None],
                [name for name, value in items.items() if value is None],
                version,
            )
            for subject, items, version in records
        ]
        return self._open().write(_ask(file, None, how), puts)

    def search(self, file: str, item: str, text: str, index: str = "exact", *, most: int = 1000, **how: Any) -> list[str]:
        """The subjects whose item matches by an index that the file declares: "exact", "prefix", "token", "year"."""
        return self._open().search(_ask(file, [item], how), choice("index", index, _INDEXES), text, most)

    def sift(
        self, file: str, items: Iterable[str], keep: Callable[[dict[str, Value]], bool], *, most: int = 1000, **how: Any
    ) -> list[str]:
        """The subjects that ``keep`` keeps, of all records of a file. Every record is opened, and the log says so."""

        def look(shown: list[tuple[str, bytes]]) -> bool:
            return bool(keep({name: _value(value) for name, value in shown}))

        return self._open().sift(_ask(file, items, how), look, most)

    def erase(self, file: str, subjects: Iterable[str], **how: Any) -> Erased:
        """Destroys records and the keys they are sealed with, for good."""
        return Erased(*self._open().erase(_ask(file, None, how), list(subjects)))

    def export_to(
        self,
        directory: Path,
        name: str,
        file: str,
        subjects: Iterable[str] = (),
        items: Optional[Iterable[str]] = None,
        *,
        recipients: Sequence[str] = (),
        passphrase: str = "",
        form: str = "lines",
        armored: bool = False,
        medium_id: str = "",
        handover: str = "",
        **how: Any,
    ) -> int:
        """Writes records (default: all of the file) to NAME.age, sealed, and NAME.manifest, signed; how many there are.

        All or none. ``form``: "lines" of JSON, "csv", "csv-marked". The act is exporting, or ``act="transfer"``, "provide".
        """
        to = {
            "directory": os.fspath(directory), "name": name, "recipients": list(recipients), "passphrase": passphrase,
            "form": choice("form", form, _FORMS), "armored": armored, "medium": medium_id, "handover": handover,
        }  # fmt: skip
        return self._open().export_to(_ask(file, items, how), list(subjects), to)

    def import_from(
        self,
        directory: Path,
        name: str,
        file: str,
        *,
        signers: Sequence[str],
        identities: Sequence[str] = (),
        passphrase: str = "",
        **how: Any,
    ) -> int:
        """Takes the records of NAME.age in, once all of it was found good and signed by one of ``signers``; how many."""
        origin = {
            "directory": os.fspath(directory), "name": name, "signers": list(signers), "identities": list(identities),
            "passphrase": passphrase,
        }  # fmt: skip
        return self._open().import_from(_ask(file, None, how), origin)

    def mark(self, subject: str, marks: Iterable[Mark], **how: Any) -> None:
        """Puts these marks in the place of those a subject has. Administering; none takes them all away."""
        given = [(mark.kind, mark.value, _day(mark.since), _day(mark.until)) for mark in marks]
        self._open().set_marks(_ask("", None, how), subject, given)

    def marks(self, subject: str, file: Optional[str] = None, **how: Any) -> list[Mark]:
        """The marks of a subject: as one who reads this file, or else as one who administers."""
        if file is None:
            how.setdefault("act", "administer")
        found = self._open().marks(_ask(file or "", None, how), subject)
        return [Mark(kind, value, _date(since), _date(until)) for kind, value, since, until in found]

    def would_allow(self, file: str, subject: str = "", items: Optional[Iterable[str]] = None, **how: Any) -> Decision:
        """What the rules would say to an act (default: reading): nothing leaves. Of a subject, the log holds who asked."""
        return Decision(self._open().would_allow(_ask(file, items, how), subject))

    def explain(self, file: str, subject: str = "", items: Optional[Iterable[str]] = None, *, language: str = "ja", **how: Any) -> str:
        """The same as a text for a clerk."""
        return self.would_allow(file, subject, items, **how).explain(language)

    def revoke(self, session: str, **how: Any) -> None:
        """Ends another session, by its public id. Administering."""
        self._open().revoke(_ask("", None, how), session)

    def set_password(self, actor: str, password: str, **how: Any) -> None:
        """Gives an actor a password. Administering."""
        self._open().set_password(_ask("", None, how), actor, password)

    def add_lock(
        self, passphrase: Optional[str] = None, key_file: Union[Path, bytes, None] = None, *, operations: int = 0, memory: int = 0, **how: Any
    ) -> None:
        """Another passphrase or key file for the office's keys, in the place of the one of its kind. Administering."""
        self._open().add_lock(_ask("", None, how), secret(passphrase, key_file, operations=operations, memory=memory))

    def share_keys(self, threshold: int, custodians: Sequence[str], **how: Any) -> dict[str, bytes]:
        """Shares by custodian, any ``threshold`` of which open the keys. Those given out before stop working. Administering."""
        return dict(zip(custodians, self._open().share_keys(_ask("", None, how), threshold, list(custodians))))

    def rotate_master(
        self, passphrase: Optional[str] = None, key_file: Union[Path, bytes, None] = None, *, operations: int = 0, memory: int = 0, **how: Any
    ) -> None:
        """A new master key, locked by this secret alone. Administering."""
        self._open().rotate_master(_ask("", None, how), secret(passphrase, key_file, operations=operations, memory=memory))

    def rotate_office(self, progress: Progress = None, **how: Any) -> None:
        """A new office key, under which every key of a subject is wrapped again. Administering."""
        self._open().rotate_office(_ask("", None, how), progress)

    def rotate_index(self, progress: Progress = None, **how: Any) -> None:
        """A new index key, under which all that records are found by is written again. Administering."""
        self._open().rotate_index(_ask("", None, how), progress)

    def rotate_subjects(self, file: str, progress: Progress = None, **how: Any) -> None:
        """Seals every record of the file again, under new keys of its subjects. Administering."""
        self._open().rotate_subjects(_ask(file, None, how), progress)

    def retire_index(self, **how: Any) -> None:
        """Destroys the older index keys. hikae.InvalidArgument: something is still found by one of them. Administering."""
        self._open().retire_index(_ask("", None, how))

    def set_key_state(self, kind: str, version: int, state: str, **how: Any) -> None:
        """Makes a key of kind "office" or "index" "enabled", "disabled" or, for good, "destroyed". Administering."""
        states = {name: number for number, name in _KEY_STATES.items()}
        self._open().set_key_state(_ask("", None, how), kind, version, choice("state", state, states))

    def backup_keys(self, file: Path, *, change_log_key: bool = False, **how: Any) -> None:
        """Copies the keys, still locked, to a new file. Administering.

        ``change_log_key``: the log is signed by a new key from then on, and the copy has it: it can go on with the log
        until the key is changed again, which no copy made before it can. When the copy fails, the key stays."""
        self._open().backup_keys(_ask("", None, how), os.fspath(file), change_log_key)

    def __repr__(self) -> str:
        return "<Session (closed)>" if self._native is None else f"<Session {self.id}>"
