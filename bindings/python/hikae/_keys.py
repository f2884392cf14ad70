"""The keys of an office: unlocked, their sessions, and putting a copy back."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from . import _hikae
from ._vault import _KEY_STATES, Path, Session, _moment


class KeyInfo(NamedTuple):
    """A key, but never its bytes. ``uses``: of an office key, how many keys of subjects it holds."""

    kind: str
    version: int
    state: str
    made_at: datetime.datetime
    uses: int


class SessionInfo(NamedTuple):
    id: str
    actor: str
    handling: str
    purpose: str
    terminal: Optional[str]
    place: Optional[str]
    begun_at: datetime.datetime
    used_at: datetime.datetime
    ended_at: Optional[datetime.datetime]


class Disagreement(NamedTuple):
    """A record that is not what the access log says of it. ``subject`` is its number, which names nobody."""

    file: str
    subject: str
    text: str
    text_en: str


class Keys:
    """Unlocked keys. Made by ``Office.unlock``; a context manager; usable from several threads.

    Closing wipes them at once; their sessions then raise hikae.Locked.
    """

    def __init__(self, native: _hikae.Keys):
        self._native: Optional[_hikae.Keys] = native

    def _open(self) -> _hikae.Keys:
        if self._native is None:
            raise ValueError("the keys are closed")
        return self._native

    def close(self) -> None:
        """Closing twice is harmless."""
        native, self._native = self._native, None
        if native is not None:
            native.close()

    def __enter__(self) -> Keys:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def session(
        self,
        actor: str,
        handling: str,
        purpose: str,
        *,
        actor_type: str = "",
        terminal: str = "",
        place: str = "",
        terminal_factors: Iterable[str] = (),
        system_factors: Iterable[str] = (),
        password: str = "",
    ) -> Session:
        """Logs an actor in. hikae.Refused: the rules say no; hikae.WrongSecret: the password is wrong."""
        who = _who(actor, handling, purpose, actor_type, terminal, place, terminal_factors, system_factors, password)
        return Session(self._open().begin(who), ends=True)

    def resume(self, token: str) -> Session:
        """Takes up a session by its token. hikae.NotFound: there is none, or it was ended."""
        return Session(self._open().resume(token), ends=False)

    def sessions(self) -> list[SessionInfo]:
        """The sessions there are, ended ones too."""
        return [
            SessionInfo(*f[:4], f[4] or None, f[5] or None, _moment(f[6]), _moment(f[7]), None if f[8] is None else _moment(f[8]))
            for f in self._open().sessions()
        ]

    def change_password(
        self,
        actor: str,
        handling: str,
        purpose: str,
        *,
        password: str,
        new_password: str,
        actor_type: str = "",
        terminal: str = "",
        place: str = "",
        terminal_factors: Iterable[str] = (),
        system_factors: Iterable[str] = (),
    ) -> None:
        """Changes an actor's own password, by the present one."""
        who = _who(actor, handling, purpose, actor_type, terminal, place, terminal_factors, system_factors, password)
        self._open().change_password(who, new_password)

    def list(self) -> list[KeyInfo]:  # noqa: A003 - reads as keys.list()
        """The keys there are, but those of subjects; never a key itself."""
        return [
            KeyInfo(kind, version, _KEY_STATES[state], _moment(made_at), uses)
            for kind, version, state, made_at, uses in self._open().list()
        ]

    def check(self) -> list[Disagreement]:
        """Compares every record with the access log. Empty: they agree."""
        return [Disagreement(*fields) for fields in self._open().check()]

    def __repr__(self) -> str:
        return "<Keys (closed)>" if self._native is None else "<Keys>"


def _who(
    actor: str, handling: str, purpose: str, actor_type: str, terminal: str, place: str,
    terminal_factors: Iterable[str], system_factors: Iterable[str], password: str,
) -> dict[str, Any]:  # fmt: skip
    for name, texts in (("terminal_factors", terminal_factors), ("system_factors", system_factors)):
        if isinstance(texts, str):
            raise TypeError(f"{name} is a list of texts, not one text")
    return {
        "actor": actor, "handling": handling, "purpose": purpose, "actor_type": actor_type, "terminal": terminal, "place": place,
        "terminal_factors": list(terminal_factors), "system_factors": list(system_factors), "password": password,
    }  # fmt: skip


def restore_keys(path: Path, file: Path, *, actor: str = "") -> None:
    """Puts a copy of the keys back into the office at ``path``, which must not be open. Who was erased stays erased.

    Whoever opens the office next records that ``actor`` (default: who opens it) did this.
    """
    _hikae.restore_keys(os.fspath(path), os.fspath(file), actor)
