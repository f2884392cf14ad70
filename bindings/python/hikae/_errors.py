"""What can go wrong: one base class, one class per code a program may want to catch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from . import _hikae

if TYPE_CHECKING:
    from . import Problem
    from ._vault import Decision


class Error(Exception):
    """A hikae call failed. ``str(error)`` is one English line with the place before it.

    The office is exactly as it was before the call.
    """

    def __init__(
        self,
        status: int,
        message: str,
        english: str,
        japanese: str,
        file: str,
        line: int,
        column: int,
        decision: Any = None,
        problems: Sequence[tuple[str, str, str, int, int]] = (),
    ):
        super().__init__(english)
        self._decision = decision
        self._problems = tuple(problems)
        #: the code, as in hikae.h; negative
        self.status = status
        #: what was wrong, in English, without the place
        self.message = message
        #: the document at fault, by the name it was declared under; None when none is
        self.file = file or None
        #: from 1; None = unknown
        self.line = line or None
        #: from 1, in code points; None = unknown
        self.column = column or None
        self._texts = {"en": english, "ja": japanese}

    @property
    def status_name(self) -> str:
        """The code in words, such as "not found"."""
        return _hikae.status_name(self.status)

    def text(self, language: str = "ja") -> str:
        """The whole line for a person, in "ja" or "en"."""
        return self._texts[language]

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, row by row, where rows were looked at one by one; at most 20. Else empty."""
        from . import Problem, Severity

        return [
            Problem(Severity.ERROR, ja, en, file, line or None, column or None)
            for ja, en, file, line, column in self._problems
        ]

    def __reduce__(self):  # exceptions cross process pools by pickle
        return (
            type(self),
            (
                self.status, self.message, self._texts["en"], self._texts["ja"], self.file or "", self.line or 0, self.column or 0,
                self._decision, self._problems,
            ),
        )


class InvalidArgument(Error, ValueError):
    """The input is wrong: a text, a type, a name, a range."""


class NotFound(Error, LookupError):
    """The named thing does not exist."""


class Exists(Error):
    """It exists already."""


class Refused(Error):
    """A rule refused."""

    @property
    def decision(self) -> Optional[Decision]:
        """Which rules, by which articles, and what to do. None where it was no rule of access (log.check_proof)."""
        from ._vault import Decision

        return None if self._decision is None else Decision(self._decision)


class Locked(Error):
    """Keys are not unlocked."""


class WrongSecret(Error):
    """Wrong passphrase or key."""


class BadRules(Error):
    """A pack does not load, or a rule cannot be evaluated."""


class Tampered(Error):
    """Stored data is not what was written."""


class Busy(Error):
    """Another process holds the office."""


class StorageError(Error):
    """The disk or the file system failed."""


class OutOfMemory(Error, MemoryError):
    """Out of memory."""


class NewerVersion(Error):
    """Made by, or asks for, a newer hikae than this one."""


class Stopped(Error):
    """A callback stopped the call."""


class InternalError(Error):
    """A bug in hikae: please report it."""


_CLASSES = {
    -1: InvalidArgument,
    -2: NotFound,
    -3: Exists,
    -4: Refused,
    -5: Locked,
    -6: WrongSecret,
    -7: BadRules,
    -8: Tampered,
    -9: Busy,
    -10: StorageError,
    -11: OutOfMemory,
    -12: NewerVersion,
    -13: Stopped,
    -14: InternalError,
}


def make(status: int, *details) -> Error:
    """The error object for a code. Called by the native part."""
    return _CLASSES.get(status, Error)(status, *details)
