"""The access log: verify it, read it, prove what is in it. The directory is enough; no office and no key is needed.

    from hikae import log

    verdict = log.verify("office")
    print(verdict.sound, verdict.only_from_outside)
    for entry in log.open("office").entries(types=["read"], decision="refused", since="2021-05-01"):
        print(entry.time, entry.handling, entry.actor)

A ``Log`` may be used from several threads; every call reads what is there then. What fails raises a subclass of
``hikae.Error``. Long calls take ``progress(done, total)``, which may return False to stop (``hikae.Stopped``), and are
stopped by Ctrl-C. Times are aware datetimes in Japanese time.
"""

from __future__ import annotations

import datetime
import enum
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

from . import _hikae

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Anchored", "Answer", "Bundle", "Checkpoint", "Decision", "Fault", "Finding", "Log", "LogEntry", "Outcome", "Period",
    "Request", "Shown", "Stands", "Verdict", "Witness", "check_growth", "check_proof", "open", "policy", "verify",
]  # fmt: skip

_native = _hikae.log
_JAPAN = datetime.timezone(datetime.timedelta(hours=9))
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

Path = Union[str, "os.PathLike[str]"]
Moment = Union[str, datetime.date, datetime.datetime]
Progress = Callable[[int, int], Optional[bool]]


class Decision(str, enum.Enum):
    ALLOWED = "allowed"
    REFUSED = "refused"
    NOT_JUDGED = "not judged"


class Outcome(str, enum.Enum):
    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


class Fault(enum.IntEnum):
    """What a finding is about."""

    ENTRY = 1
    DETAIL = 2
    ROOT = 3
    CHECKPOINT = 4
    SIGNATURE = 5
    KEY = 6
    PERIOD = 7
    MISSING = 8
    FORK = 9
    WITNESS = 10


class Stands(str, enum.Enum):
    """How a log stands to the checkpoint kept outside."""

    FIRST = "first"
    SAME = "same"
    GROWN = "grown"
    SHRUNK = "shrunk"
    FORKED = "forked"


class LogEntry(NamedTuple):
    """One entry. What it has not is None; ``type`` is its name in English, ``type_ja`` in Japanese."""

    period: str
    index: int
    time: Optional[datetime.datetime]
    type_number: int
    type: str
    type_ja: str
    actor: Optional[str]
    subject: Optional[str]
    record: Optional[str]
    handling: Optional[str]
    ground: Optional[str]
    file: Optional[str]
    items: tuple[str, ...]
    decision: Optional[Decision]
    rules: tuple[str, ...]
    count: Optional[int]
    intent: Optional[int]
    outcome: Optional[Outcome]
    thing: Optional[str]
    digest: Optional[str]
    detail: Optional[str]
    key_version: Optional[int]
    origin: Optional[str]
    previous: Optional[str]
    key: Optional[str]
    loss_ms: Optional[int]
    loss_records: Optional[int]
    range_end: Optional[int]
    actor_id: Optional[str]
    subject_id: Optional[str]
    plain: Optional[str]
    #: the entry byte for byte: what is hashed
    leaf: bytes
    #: the sealed detail, where it was asked for
    sealed: bytes


class Period(NamedTuple):
    """How far one period was checked. Entries before the ``…_until`` indices are covered."""

    name: str
    origin: str
    root: str
    entries: int
    details: int
    checkpoints: int
    cosignatures: int
    keys: int
    signed_until: int
    witnessed_until: int
    anchored_until: int
    losses: int
    dropped: bool


class Finding(NamedTuple):
    """Something wrong among the entries ``first`` to ``last`` of a period."""

    fault: Fault
    period: str
    first: int
    last: int
    text: str
    text_ja: str


@dataclass(frozen=True)
class Verdict:
    """What a check found, what it covered, and what it could not see. True where the log is sound."""

    findings: Sequence[Finding]  #: the one with the first bad entry first
    unlisted_findings: int
    periods: Sequence[Period]
    entries: int
    key_trusted: bool  #: a key known from outside signed what was found good
    checked: Sequence[str]
    not_checked: Sequence[str]
    only_from_outside: Sequence[str]
    checked_ja: Sequence[str]
    not_checked_ja: Sequence[str]
    only_from_outside_ja: Sequence[str]

    @property
    def sound(self) -> bool:
        return not self.findings

    def __bool__(self) -> bool:
        return self.sound

    @property
    def first_bad(self) -> Optional[Finding]:
        return self.findings[0] if self.findings else None


class Checkpoint(str):
    """A signed note, as text, with what it says."""

    @property
    def origin(self) -> str:
        return _native.head(self)[0]

    @property
    def size(self) -> int:
        return _native.head(self)[1]

    @property
    def root(self) -> bytes:
        return _native.head(self)[2]


class Bundle(NamedTuple):
    """A proof that an entry is in the log (a tlog-proof), and the entry itself."""

    proof: str
    leaf: bytes

    def save(self, path: Path) -> None:
        """Writes the proof to ``path`` and the entry to ``path``.leaf, as the command line does."""
        with _builtin_open(path, "w", encoding="utf-8", newline="") as file:
            file.write(self.proof)
        with _builtin_open(os.fspath(path) + ".leaf", "wb") as file:
            file.write(self.leaf)


class Shown(NamedTuple):
    """What a proof that holds shows. ``witnesses`` are names of the policy and when they say they saw the log."""

    index: int
    size: int
    root: bytes
    origin: str
    witnesses: tuple[tuple[str, datetime.datetime], ...]


class Anchored(NamedTuple):
    stands: Stands
    kept_size: int
    size: int

    @property
    def sound(self) -> bool:
        return self.stands in (Stands.FIRST, Stands.SAME, Stands.GROWN)


class Request(NamedTuple):
    """What to send to a witness. ``key_change`` is to be followed first, where there is one; ``more``: ask again later."""

    text: str
    key_change: Optional[str]
    more: bool


class Answer(NamedTuple):
    """200: cosigned, and ``note`` is the checkpoint with the cosignature. Other numbers are tlog-witness' refusals."""

    status: int
    known_size: int
    note: Optional[Checkpoint]

    @property
    def cosigned(self) -> bool:
        return self.status == 200


_DECISIONS = (None, *Decision)
_OUTCOMES = (None, *Outcome)
_TIME, _DECISION, _OUTCOME = (LogEntry._fields.index(name) for name in ("time", "decision", "outcome"))


def _time(micros: int) -> Optional[datetime.datetime]:
    try:
        return (_EPOCH + datetime.timedelta(microseconds=micros)).astimezone(_JAPAN)
    except OverflowError:  # no calendar of ours has it
        return None


def _entry(fields: Sequence[Any]) -> LogEntry:
    values = list(fields)
    values[_TIME] = None if values[_TIME] is None else _time(values[_TIME])
    values[_DECISION] = _DECISIONS[values[_DECISION]]
    values[_OUTCOME] = _OUTCOMES[values[_OUTCOME]]
    return LogEntry(*values)


def _moment(moment: Optional[Moment], name: str) -> str:
    if moment is None:
        return ""
    if isinstance(moment, datetime.datetime):
        if moment.tzinfo is None:
            raise TypeError(f"{name} must be aware: which moment it is depends on the zone")
        return moment.astimezone(_JAPAN).strftime("%Y-%m-%dT%H:%M")
    if isinstance(moment, datetime.date):
        return moment.isoformat()
    return moment


class Log:
    """The access log of a directory: an office, its log/, or a copy of either."""

    def __init__(self, path: Path):
        self._native = _native.Log(os.fspath(path))

    def periods(self) -> list[tuple[str, str]]:
        """(name, origin) of each period, oldest first."""
        return self._native.periods()

    def keys(self, period: str = "") -> list[str]:
        """The verifier keys of a period (default: the current one) in turn."""
        return self._native.keys(period)

    def verify(
        self,
        *,
        keys: Iterable[str] = (),
        anchors: Iterable[str] = (),
        policy: str = "",
        period: str = "",
        threads: Optional[int] = None,
        progress: Optional[Progress] = None,
    ) -> Verdict:
        """Hashes every entry again and compares everything with everything. What is wrong is in the verdict.

        ``keys`` are verifier keys of the log known from outside, ``anchors`` checkpoints seen outside, ``policy`` a
        tlog-policy of witnesses that must have cosigned.
        """
        count = min(64, threads or os.cpu_count() or 1)
        found = self._native.verify(count, period, list(keys), list(anchors), policy, progress)
        lines = {}
        for kind in ("checked", "not_checked", "only_from_outside"):
            texts = found.pop(kind)
            lines[kind] = tuple(en for en, _ in texts)
            lines[kind + "_ja"] = tuple(ja for _, ja in texts)
        findings = tuple(Finding(Fault(fault), *rest) for fault, *rest in found.pop("findings"))
        periods = tuple(Period(*fields) for fields in found.pop("periods"))
        return Verdict(findings=findings, periods=periods, **found, **lines)

    def batches(
        self,
        size: int = 10_000,
        *,
        period: str = "",
        since: Optional[Moment] = None,
        until: Optional[Moment] = None,
        types: Iterable[str] = (),
        actor: str = "",
        subject: str = "",
        actor_id: str = "",
        subject_id: str = "",
        handling: str = "",
        decision: Union[Decision, str, None] = None,
        first: int = 0,
        end: Optional[int] = None,
        last: Optional[int] = None,
        names: bool = False,
        details: bool = False,
        sealed: bool = False,
        progress: Optional[Progress] = None,
    ) -> Iterator[list[LogEntry]]:
        """Lists of the wanted entries, oldest first; memory does not grow with the log.

        ``since`` and ``until`` (both included) are days, texts as the papers write them, or aware datetimes; ``actor``
        and ``subject`` what a pseudonym begins with; ``last`` keeps the newest so many. ``names``, ``details``,
        ``actor_id`` and ``subject_id`` need the keys of the office; ``sealed`` gives details as they are kept.
        """
        if last is not None and last < 1:
            return
        if end is not None and end <= first:
            return
        query = {
            "period": period, "since": _moment(since, "since"), "until": _moment(until, "until"), "types": list(types),
            "actor": actor, "subject": subject, "actor_id": actor_id, "subject_id": subject_id, "handling": handling,
            "decision": 0 if decision is None else _DECISIONS.index(Decision(decision)), "first": first, "end": end or 0,
            "last": last or 0, "with_names": names, "opened": details, "with_details": sealed,
        }  # fmt: skip
        cursor = self._native.entries(query, progress)
        while (batch := cursor.next(size)) is not None:
            yield [_entry(fields) for fields in batch]

    def entries(self, **query: Any) -> Iterator[LogEntry]:
        """The wanted entries one by one; takes what ``batches`` takes."""
        for batch in self.batches(**query):
            yield from batch

    def to_pandas(self, **query: Any) -> pandas.DataFrame:
        """The wanted entries as a table; takes what ``batches`` takes. Needs pandas."""
        import pandas

        columns = [name for name in LogEntry._fields if name not in ("leaf", "sealed", "previous")]
        rows = ([getattr(entry, name) for name in columns] for entry in self.entries(**query))
        frame = pandas.DataFrame(rows, columns=columns)
        for name in ("decision", "outcome"):
            frame[name] = [None if value is None else value.value for value in frame[name]]
        return frame

    frame = to_pandas

    def checkpoint(self, period: str = "", *, size: int = 0) -> Checkpoint:
        """The latest checkpoint of a period (default: the current one), or the one of exactly ``size`` entries."""
        return Checkpoint(self._native.checkpoint(period, size))

    def prove(
        self, index: int, *, period: str = "", size: int = 0, tiles: Path = "", policy: str = "", progress: Optional[Progress] = None
    ) -> Bundle:
        """A proof that entry ``index`` is in the log, from its entries or from ``tiles``."""
        return Bundle(*self._native.prove(index, period, size, os.fspath(tiles), policy, progress))

    def prove_growth(
        self, old_size: int, *, period: str = "", size: int = 0, tiles: Path = "", policy: str = "", progress: Optional[Progress] = None
    ) -> str:
        """A proof that the log still begins with its first ``old_size`` entries: for ``check_growth``."""
        return self._native.prove_growth(old_size, period, size, os.fspath(tiles), policy, progress)

    def export(
        self, directory: Path, *, period: str = "", size: int = 0, policy: str = "", progress: Optional[Progress] = None
    ) -> None:
        """Publishes a period as tlog-tiles below a new or empty directory."""
        self._native.export(os.fspath(directory), period, size, policy, progress)

    def anchor(self, file: Path, *, policy: str = "", progress: Optional[Progress] = None) -> Anchored:
        """Compares the checkpoint in ``file``, kept outside, with the log, and keeps the latest where that extends it."""
        stands, kept, size = self._native.anchor(os.fspath(file), policy, progress)
        return Anchored(list(Stands)[stands - 1], kept, size)

    def request(
        self, witness: str = "", *, old_size: int = 0, period: str = "", progress: Optional[Progress] = None
    ) -> Request:
        """What to send to a witness, found by its verifier key, or by the size it remembers."""
        text, key_change, more = self._native.request(witness, old_size, period, progress)
        return Request(text, key_change or None, more)

    def attach(self, answer: str, keys: Iterable[str]) -> int:
        """Keeps what witnesses of these keys answered with the log; how many cosignatures were new."""
        return self._native.attach(answer, list(keys))


_builtin_open = open


def open(path: Path) -> Log:  # noqa: A001 - reads as log.open
    """Opens the log of a directory to read it; nothing is written."""
    return Log(path)


def verify(path: Path, **options: Any) -> Verdict:
    """The verdict about the log of a directory; takes what ``Log.verify`` takes."""
    return Log(path).verify(**options)


def policy(keys: Iterable[str]) -> str:
    """The tlog-policy that asks for a signature of one of these keys and for no witness."""
    return _native.policy(list(keys))


def check_proof(bundle: Union[Bundle, str], leaf: Optional[bytes] = None, *, policy: str = "", keys: Iterable[str] = ()) -> Shown:
    """Checks a proof with nothing but it, the entry and whose signatures count; raises where it does not hold."""
    proof, entry = bundle if isinstance(bundle, tuple) else (bundle, leaf)
    if leaf is not None:
        entry = leaf
    if entry is None:
        raise TypeError("the entry is needed: the proof is about its bytes")
    index, size, root, origin, witnesses = _native.check_proof(proof, entry, policy or _native.policy(list(keys)))
    seen = tuple((name, datetime.datetime.fromtimestamp(seconds, _JAPAN)) for name, seconds in witnesses)
    return Shown(index, size, root, origin, seen)


def check_growth(older: str, newer: str, proof: str) -> None:
    """Raises unless the log of ``newer`` extends that of ``older``. Signatures are not looked at."""
    _native.check_growth(older, newer, proof)


class Witness:
    """Somebody outside who cosigns only what extends what it saw: a secret key in one file, its memory in another."""

    def __init__(self, state: Path, key_file: Path):
        self._state, self._key_file = os.fspath(state), os.fspath(key_file)
        #: the public verifier key, for policies
        self.key: str = _native.read_witness_key(self._key_file)

    @staticmethod
    def make_key(key_file: Path, name: str) -> str:
        """Makes a secret key in a new file that only its owner may read; gives the public one."""
        return _native.make_witness_key(os.fspath(key_file), name)

    def begin(self, log_key: str) -> None:
        """Begins to remember the log of this verifier key."""
        _native.make_witness(self._state, log_key)

    def cosign(self, request: Union[Request, str], *, seconds: int = 0) -> Answer:
        """Cosigns a request's checkpoint, or refuses; ``seconds`` since 1970 is the time to sign with (default: now)."""
        text = request.text if isinstance(request, Request) else request
        status, known, note = _native.cosign(self._state, self._key_file, text, seconds)
        return Answer(status, known, Checkpoint(note) if note else None)

    def follow(self, key_change: str) -> None:
        """Follows a change of the log's key, by what came with a request."""
        _native.follow_key(self._state, self._key_file, key_change)
