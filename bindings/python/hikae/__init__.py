"""hikae: declare handlings of personal data, judge them against an ordinance's rules, report.

    import datetime, hikae

    with hikae.open("ward-office", create=True) as office:
        office.declare("declaration.yaml")
        findings = office.audit(as_of=datetime.date(2021, 5, 20))
        print(findings.totals)
        office.report("findings", handling="hikikomori", format="html").save("findings.html")

Records of persons: ``Office.unlock`` gives ``Keys``, they give a ``Session``. Cedar policies by themselves, without an office: ``hikae.cedar``. The access log, by its directory: ``hikae.log``.

Handles may be closed and dropped in any order. An Office may be used from several threads.
"""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Optional, Union

from . import _hikae, log
from ._errors import (
    BadRules,
    Busy,
    Error,
    Exists,
    InternalError,
    InvalidArgument,
    Locked,
    NewerVersion,
    NotFound,
    OutOfMemory,
    Refused,
    Stopped,
    StorageError,
    Tampered,
    WrongSecret,
)
from ._findings import FORMATS, LANGUAGES, Evidence, Finding, Findings, Moment, Outcome, Severity, choice
from ._keys import Disagreement, KeyInfo, Keys, SessionInfo, restore_keys
from ._ledger import Ledger
from ._vault import Decision, Erased, Mark, Reason, Record, Session, secret as _secret

__all__ = [
    "BadRules", "Busy", "Decision", "Declared", "Disagreement", "Document", "Erased", "Error", "Evidence", "Exists",
    "Finding", "Findings", "InternalError", "InvalidArgument", "KeyInfo", "Keys", "Ledger", "Locked", "Mark", "Moment",
    "NewerVersion", "NotFound", "Office", "OutOfMemory", "Outcome", "Pack", "Problem", "Reason", "Record", "Refused",
    "Report", "ReportInfo", "Session", "SessionInfo", "Severity", "Stopped", "StorageError", "Tampered", "WrongSecret",
    "coverage", "lint", "open", "packs", "reports", "restore_keys", "show_pack",
]  # fmt: skip
__version__ = _hikae.version()

Path = Union[str, "os.PathLike[str]"]
Day = Union[datetime.date, str, None]


class Document(NamedTuple):
    """A document that is not a file: its name stands in messages and evidence; a name ending in .json is read as JSON."""

    name: str
    text: Union[str, bytes]


class Declared(NamedTuple):
    """What a declaration changed, in entities."""

    added: int
    changed: int
    unchanged: int


class Pack(NamedTuple):
    """A pack that is built in, or of an office. ``until`` is None while it is in force; ``digest``, of an office's, is the
    SHA-256 of its files.
    """

    id: str
    title: str
    title_en: str
    since: datetime.date
    until: Optional[datetime.date]
    digest: str = ""

    def coverage(self) -> dict[str, Any]:
        """How its controls are kept: ``hikae.coverage``."""
        return coverage(self.id)


class ReportInfo(NamedTuple):
    """A report that can be made."""

    name: str
    title: str
    title_en: str
    formats: tuple[str, ...]


class Problem(NamedTuple):
    """Something wrong with a pack, or with a row of a ledger; ``severity`` is Severity.ERROR or Severity.WARN."""

    severity: Severity
    message: str
    message_en: str
    file: str
    line: Optional[int]
    column: Optional[int]


class Report(bytes):
    """A report's bytes, as they belong into a file."""

    format: str

    @property
    def text(self) -> str:
        return self.decode("utf-8-sig")

    def save(self, path: Path) -> None:
        """Writes the file whole or not at all: the old one stands until the new one is complete."""
        target = os.path.realpath(path)
        handle, draft = tempfile.mkstemp(dir=os.path.dirname(target), prefix=os.path.basename(target) + ".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self)
                file.flush()
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(draft, 0o666 & ~mask)
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise

    def _repr_html_(self) -> Optional[str]:
        return self.text if self.format == "html" else None


def _day(day: Day, name: str = "as_of") -> str:
    if day is None:
        return ""
    if isinstance(day, datetime.datetime):
        raise TypeError(f"{name} must be a date, not a datetime: which day it is depends on the zone; use .date()")
    if isinstance(day, datetime.date):
        return day.isoformat()
    if isinstance(day, str):
        return day
    raise TypeError(f"{name} must be a datetime.date or a text YYYY-MM-DD, not {type(day).__name__}")


def _date(text: str) -> Optional[datetime.date]:
    return datetime.date.fromisoformat(text) if text else None


class Office:
    """One opened office. Made by ``hikae.open``; a context manager; usable from several threads."""

    def __init__(self, native: _hikae.Office):
        self._native: Optional[_hikae.Office] = native

    def _open(self) -> _hikae.Office:
        if self._native is None:
            raise ValueError("the office is closed")
        return self._native

    def close(self) -> None:
        """Lets go of the office. Findings stay readable. Closing twice is harmless."""
        # A call that runs in another thread keeps the native office until it returns.
        self._native = None

    def __enter__(self) -> Office:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def declare(self, papers: Union[Path, Document, Iterable[Union[Path, Document]]]) -> Declared:
        """Declares files, or Documents, or a list of either: all of them or, on any error, none."""
        if isinstance(papers, (str, os.PathLike, Document)):
            papers = [papers]
        given = list(papers)
        if not any(isinstance(paper, Document) for paper in given):
            return Declared(*self._open().declare_files([os.fspath(paper) for paper in given]))
        documents = [paper if isinstance(paper, Document) else _read(paper) for paper in given]
        texts = [(d.name, d.text.encode() if isinstance(d.text, str) else bytes(d.text)) for d in documents]
        return Declared(*self._open().declare(texts))

    def handlings(self, as_of: Day = None) -> list[str]:
        """The ids of the handlings declared as of a day (default: today)."""
        return [entry["id"] for entry in self._open().handlings(_day(as_of))]

    def packs(self) -> list[Pack]:
        """The packs of the office, in its order."""
        return [_pack(entry) for entry in self._open().packs()]

    def add_pack(self, pack: Path) -> None:
        """Adds a pack, by id or folder: documents may then say what it has words for, and it judges in its time. hikae.Exists:
        the office has it; hikae.BadRules: it does not load, or does not go together with the others.
        """
        self._open().add_pack(os.fspath(pack))

    def remove_pack(self, id: str) -> None:
        """Takes a pack out. hikae.Exists: rows say what only this pack has words for (the message says which)."""
        self._open().remove_pack(id)

    def ledger(self, type: str, *, owner: str = "", by: str = "") -> Ledger:
        """A ledger, by its name in the schema or in Japanese. ``owner``: what its rows belong to, where a call does not say it;
        ``by``: who says them (default: the office's actor).
        """
        return Ledger(self._open, type, owner, by)

    def ledgers(self) -> dict[str, str]:
        """The ledgers there are: what each is called in Japanese, by its name in the schema."""
        return {entry["id"]: entry["title_ja"] for entry in self._open().ledgers()}

    def audit(
        self,
        as_of: Day = None,
        *,
        moment: Union[Moment, str, None] = None,
        handling: Optional[str] = None,
        pack: Optional[Path] = None,
        applicable_only: bool = False,
        progress: Optional[Callable[[int, int], Optional[bool]]] = None,
    ) -> Findings:
        """Judges every rule in force on every thing it speaks of, as of one day (default: today): by all packs of the office that
        judge on that day, or only by ``pack``.

        ``progress(done, total)`` may return False to stop (hikae.Stopped); what it raises comes out of this call.
        """
        number = 0 if moment is None else Moment(moment).number
        where = os.fspath(pack) if pack is not None else ""
        native = self._open().audit(_day(as_of), number, handling or "", where, applicable_only, progress)
        return Findings(native)

    def report(
        self,
        name: str,
        handling: str,
        format: str = "html",
        *,
        as_of: Day = None,
        language: str = "ja",
        pack: Optional[Path] = None,
    ) -> Report:
        """One report about one handling, as of one day (default: today)."""
        where = os.fspath(pack) if pack is not None else ""
        formatted = choice("format", format, FORMATS)
        spoken = choice("language", language, LANGUAGES)
        report = Report(self._open().report(name, handling, formatted, spoken, _day(as_of), where))
        report.format = format
        return report

    def make_keys(
        self,
        passphrase: Optional[str] = None,
        key_file: Union[Path, bytes, None] = None,
        *,
        operations: int = 0,
        memory: int = 0,
    ) -> None:
        """Makes the keys of the office's records, locked by a passphrase of at least 12 characters or by a key file (its path, or
        its bytes). Without it nobody can read them. ``operations`` and ``memory``: how hard the passphrase is to try.
        """
        self._open().make_keys(_secret(passphrase, key_file, operations=operations, memory=memory))

    def recover_keys(
        self,
        shares: Sequence[Union[str, bytes]],
        passphrase: Optional[str] = None,
        key_file: Union[Path, bytes, None] = None,
        *,
        operations: int = 0,
        memory: int = 0,
    ) -> None:
        """Opens the keys with the custodians' shares, and sets another passphrase or key file: where nobody can unlock them any
        more. No rule decides this; the access log has it, and whose the shares are.
        """
        fresh = _secret(passphrase, key_file, operations=operations, memory=memory)
        self._open().recover_keys(_secret(shares=shares), fresh)

    def unlock(
        self,
        passphrase: Optional[str] = None,
        key_file: Union[Path, bytes, None] = None,
        shares: Optional[Sequence[Union[str, bytes]]] = None,
    ) -> Keys:
        """Unlocks the keys. hikae.Locked: none were made; hikae.WrongSecret."""
        return Keys(self._open().unlock(_secret(passphrase, key_file, shares)))

    def sign(self) -> log.Checkpoint:
        """Signs what is in the access log now; the last checkpoint when nothing is new. An office signs by itself too."""
        return log.Checkpoint(self._open().sign_log())

    def rotate_key(self) -> str:
        """Changes the key that signs the access log; the new verifier key. A change that was cut off goes on."""
        return self._open().change_log_key()

    def review_log(
        self,
        *,
        reviewed_by: str,
        findings: str,
        on: Day = None,
        period: str = "",
        first: int = 0,
        end: Optional[int] = None,
        handling: str = "",
        signed_off_by: str = "",
        signed_off_on: Day = None,
        document: str = "",
        corrects: str = "",
    ) -> str:
        """Records that entries ``first`` to ``end`` (not included; default: all) of the log were reviewed; the row's id.

        Whoever found nothing says so in ``findings``. Names stand in the ledger, not in the log. A row is never changed:
        another one ``corrects`` it.
        """
        if end is not None and end <= first:
            raise ValueError("end must be greater than first: a review is of at least one entry")
        review = {
            "reviewed_by": reviewed_by, "findings": findings, "on": _day(on, "on"), "period": period, "first": first,
            "end": end or 0, "handling": handling, "signed_off_by": signed_off_by,
            "signed_off_on": _day(signed_off_on, "signed_off_on"), "document": document, "corrects": corrects,
        }  # fmt: skip
        return self._open().review_log(review)

    def drop_period(self, period: str, *, by: str, ground: str) -> str:
        """Deletes a period of the log, whose retention has ended, for good; the certificate, which stays in the log."""
        return self._open().drop_log_period(period, by, ground)

    def __repr__(self) -> str:
        return "<Office (closed)>" if self._native is None else "<Office>"


def _read(path: Path) -> Document:
    with _builtin_open(path, "rb") as file:
        return Document(os.fspath(path), file.read())


_builtin_open = open


def open(  # noqa: A001 - reads as hikae.open
    path: Path,
    create: bool = False,
    *,
    pack: Union[Path, Sequence[Path], None] = None,
    read_only: bool = False,
    busy_ms: int = 0,
    actor: str = "",
    log_origin: str = "",
    loss_ms: int = 0,
    loss_records: int = 0,
) -> Office:
    """Opens the office in a directory, or makes it with ``create=True`` (there: with a pack of your choice, or several).

    ``actor`` is who acts, as the access log is to know it (default: "unnamed"); ``log_origin`` names the log where this
    makes it. ``loss_ms`` and ``loss_records``, given together, bound what a crash may cost the log instead of nothing.
    """
    given = [] if pack is None else [pack] if isinstance(pack, (str, os.PathLike)) else list(pack)
    packs = [os.fspath(one) for one in given]
    native = _hikae.Office(os.fspath(path), create, read_only, busy_ms, packs, actor, log_origin, loss_ms, loss_records)
    return Office(native)


def packs() -> list[Pack]:
    """The packs built in."""
    return [_pack(entry) for entry in _hikae.packs()]


def _pack(e: dict[str, Any]) -> Pack:
    since = datetime.date.fromisoformat(e["from"])
    return Pack(e["id"], e["title_ja"], e["title_en"], since, _date(e["until"]), e["detail"])


def show_pack(pack: Path) -> dict[str, Any]:
    """A pack, by id or folder: its parameters, and every rule with all its annotations."""
    return json.loads(_hikae.show_pack(os.fspath(pack), FORMATS["json"], LANGUAGES["ja"]))


def coverage(pack: Path) -> dict[str, Any]:
    """How the controls of a pack, by id or folder, are kept: by which rules, gate acts and ledgers, and which of the papers
    it comes from promises them. As docs/formats/coverage.md says.
    """
    return json.loads(_hikae.pack_coverage(os.fspath(pack), FORMATS["json"], LANGUAGES["ja"]))


def lint(pack: Path) -> list[Problem]:
    """Everything that is wrong with a pack, by id or folder. Empty: it is sound."""
    severities = list(Severity)
    return [
        Problem(severities[e["severity"] - 1], e["title_ja"], e["title_en"], e["file"], e["line"] or None, e["column"] or None)
        for e in _hikae.lint(os.fspath(pack))
    ]


def reports() -> list[ReportInfo]:
    """The reports there are."""
    return [ReportInfo(e["id"], e["title_ja"], e["title_en"], tuple(e["detail"].split())) for e in _hikae.reports()]
