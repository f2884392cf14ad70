"""Rows of ledgers: appended, corrected, listed, taken in from CSV files."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Optional, Union

from . import _hikae
from ._findings import FORMATS, LANGUAGES, choice

Path = Union[str, "os.PathLike[str]"]
Day = Union[datetime.date, str, None]
Row = Mapping[str, Any]
Ids = list[str]  # Ledger.list hides the name within the class
Rows = list[dict[str, Any]]


def _plain(value: Any) -> Any:
    """A Python value as JSON has it. Dates are days; a moment must say its zone."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError("a datetime must have a zone: which moment it is depends on it; for a day, use .date()")
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds").replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(one) for one in value), key=str)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    raise TypeError(f"a value of a row cannot be a {type(value).__name__}")


class Ledger:
    """One ledger of an office. Made by ``Office.ledger``; usable from several threads."""

    def __init__(self, native: Callable[[], _hikae.Office], type: str, owner: str, by: str):
        self._native = native
        self._type = type
        self._owner = owner
        self._by = by

    def append(
        self,
        values: Optional[Row] = None,
        /,
        *,
        owner: Optional[str] = None,
        by: Optional[str] = None,
        valid_from: Day = None,
        **attributes: Any,
    ) -> str:
        """Appends one row; its id. Attributes as keywords, or, where a name is no keyword, in a mapping: by their name in the
        schema or in Japanese, members of enumerations too ("lent" or "貸与"). None is left out.
        """
        return self.append_many([{**(values or {}), **attributes}], owner=owner, by=by, valid_from=valid_from)[0]

    def append_many(
        self,
        rows: Iterable[Row],
        *,
        owner: Optional[str] = None,
        by: Optional[str] = None,
        valid_from: Day = None,
    ) -> Ids:
        """Appends rows, all of them or, on any error, none; their ids. ``error.problems`` says what is wrong, row by row."""
        given = [{name: _plain(value) for name, value in row.items() if value is not None} for row in rows]
        # A row is a line, so that an error's line tells which.
        text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in given) + "\n]\n"
        return self._native().append_rows(*self._options(owner, by, valid_from), False, f"ledger/{self._type}.json", text.encode())

    def import_csv(
        self,
        path: Path,
        *,
        owner: Optional[str] = None,
        by: Optional[str] = None,
        valid_from: Day = None,
        again: bool = False,
    ) -> Ids:
        """Appends the rows of a CSV file (UTF-8; the first record names the columns), all or none; their ids.

        hikae.Exists: the same file was taken in before, and ``again`` does not say that it is to be once more.
        """
        return self._native().import_rows(*self._options(owner, by, valid_from), not again, os.fspath(path))

    def correct(
        self,
        id: str,
        values: Optional[Row] = None,
        /,
        *,
        reason: str,
        by: Optional[str] = None,
        valid_from: Day = None,
        **attributes: Any,
    ) -> str:
        """Corrects a row by a new one, which says what changes and why; the new row's id. None takes an attribute away."""
        row = {name: _plain(value) for name, value in {**(values or {}), **attributes}.items()}
        text = json.dumps(row, ensure_ascii=False).encode()
        type, _, by, since = self._options("", by, valid_from)
        return self._native().correct_row(type, by, since, id, reason, f"ledger/{self._type}-correction.json", text)

    def list(self, *, owner: Optional[str] = None, since: Day = None, until: Day = None, all: bool = False) -> Rows:
        """The rows that count, by day; with ``all`` those too that were corrected.

        Each is a dict: ``id``, the attributes by their names in the schema, tags as ``tags.NAME``; and, with an underscore, what
        is known of the row: ``_corrected_by``, ``_reason``, ``_confirmed_by``, ``_by``, ``_recorded_at``, ``_source`` …
        """
        rows = json.loads(self._list(FORMATS["json"], LANGUAGES["ja"], owner, since, until, all))
        about = ("day", "corrected_by", "reason", "confirmed_by", "gaps", "by", "recorded_at", "valid_from", "valid_until", "source")
        return [
            {
                "id": row["id"],
                **row["values"],
                **{f"tags.{name}": value for name, value in row["tags"].items()},
                **{f"_{name}": row[name] for name in about},
            }
            for row in rows
        ]

    def to_csv(
        self,
        path: Optional[Path] = None,
        *,
        owner: Optional[str] = None,
        since: Day = None,
        until: Day = None,
        all: bool = False,
        language: str = "ja",
    ) -> str:
        """The rows as a table, UTF-8 with a byte order mark; written to ``path`` where one is given."""
        return self._written("csv", path, language, owner, since, until, all).decode("utf-8-sig")

    def to_html(
        self,
        path: Optional[Path] = None,
        *,
        owner: Optional[str] = None,
        since: Day = None,
        until: Day = None,
        all: bool = False,
        language: str = "ja",
    ) -> str:
        """The rows as a sheet to print; written to ``path`` where one is given."""
        return self._written("html", path, language, owner, since, until, all).decode()

    def _written(
        self, format: str, path: Optional[Path], language: str, owner: Optional[str], since: Day, until: Day, all: bool
    ) -> bytes:
        text = self._list(FORMATS[format], choice("language", language, LANGUAGES), owner, since, until, all)
        if path is not None:
            with open(path, "wb") as file:
                file.write(text)
        return text

    def to_pandas(self, *, owner: Optional[str] = None, since: Day = None, until: Day = None, all: bool = False) -> Any:
        """``list`` as a pandas.DataFrame."""
        import pandas

        return pandas.DataFrame(self.list(owner=owner, since=since, until=until, all=all))

    def _list(self, format: int, language: int, owner: Optional[str], since: Day, until: Day, all: bool) -> bytes:
        from . import _day

        whose = self._owner if owner is None else owner
        return self._native().list_rows(self._type, whose, _day(since, "since"), _day(until, "until"), all, format, language)

    def _options(self, owner: Optional[str], by: Optional[str], valid_from: Day) -> tuple[str, str, str, str]:
        from . import _day

        whose = self._owner if owner is None else owner
        return self._type, whose, self._by if by is None else by, _day(valid_from, "valid_from")

    def __repr__(self) -> str:
        return f"<Ledger {self._type}>"
