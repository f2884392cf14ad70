"""Findings: what an audit found, as an immutable sequence."""

from __future__ import annotations

import datetime
import enum
import html
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union, overload

from . import _hikae

if TYPE_CHECKING:
    import pandas

FORMATS = {"text": 0, "html": 1, "csv": 2, "json": 3, "sarif": 4}
LANGUAGES = {"en": 0, "ja": 1}


class _Word(str, enum.Enum):
    def __str__(self) -> str:
        return self.value

    @property
    def number(self) -> int:
        return list(type(self)).index(self) + 1


class Outcome(_Word):
    MET = "met"
    VIOLATED = "violated"
    NOT_SHOWN = "not shown"
    NOT_APPLICABLE = "not applicable"
    EXCEPTED = "excepted"


class Severity(_Word):
    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


class Moment(_Word):
    DESIGN = "design"
    CONTRACT = "contract"
    RUN = "run"
    EVENT = "event"
    PERIODIC = "periodic"
    END = "end"


_OUTCOMES, _SEVERITIES, _MOMENTS = list(Outcome), list(Severity), list(Moment)
_LABELS = {
    "ja": {"met": "充足", "violated": "違反", "not shown": "未提示", "not applicable": "非該当", "excepted": "例外承認"},
    "en": {outcome.value: outcome.value for outcome in Outcome},
}


def choice(kind: str, given: str, known: dict[str, int]) -> int:
    """The number behind a word such as a format; the error names the words there are."""
    try:
        return known[given]
    except KeyError:
        raise ValueError(f"{kind} is {given!r}, expected one of: {', '.join(known)}") from None


class Evidence(NamedTuple):
    """One fact that an outcome rests on."""

    entity: str
    attribute: str
    value: Optional[str]
    source: str


class Finding:
    """The outcome of one rule on one thing. Immutable; equal when all fields are."""

    __slots__ = (
        "index", "outcome", "severity", "moment", "rule", "pack", "article", "confidence", "title", "title_en",
        "remedy", "remedy_en", "handling", "thing_type", "thing_id", "thing_title", "note", "controls", "missing",
        "_source",
    )  # fmt: skip

    def __init__(self, fields: tuple, source: _hikae.Findings):
        put = object.__setattr__
        for name, value in zip(self.__slots__, fields):
            put(self, name, value)
        put(self, "outcome", _OUTCOMES[fields[1] - 1])
        put(self, "severity", _SEVERITIES[fields[2] - 1])
        put(self, "moment", _MOMENTS[fields[3] - 1])
        put(self, "_source", source)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a finding cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a finding cannot be changed")

    @property
    def evidence(self) -> list[Evidence]:
        """The facts it rests on: the attributes the rule read, and the rows behind them."""
        return [Evidence(*row) for row in self._source.evidence(self.index)]

    def explain(self, language: str = "ja") -> str:
        """The finding in words: the rule, what it asks for, the facts with the rows behind them, what would make it met."""
        return self._source.explain(self.index, choice("language", language, LANGUAGES))

    def as_dict(self) -> dict[str, Any]:
        """All fields but the evidence, with plain words in place of enums."""
        plain = {name: getattr(self, name) for name in self.__slots__ if not name.startswith("_")}
        return {k: str(v) if isinstance(v, _Word) else list(v) if isinstance(v, tuple) else v for k, v in plain.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((self.rule, self.handling, self.thing_type, self.thing_id, self.moment, self.outcome))

    def __repr__(self) -> str:
        return f"<Finding {self.outcome} {self.rule} {self.thing_type}::{self.thing_id!r}>"


class Findings(Sequence[Finding]):
    """All findings of one audit, in their stable order. Keeps its snapshot even when the office is closed."""

    def __init__(self, source: _hikae.Findings, rows: Optional[list[Finding]] = None):
        self._source = source
        self._read = rows
        self._whole = rows is None

    @property
    def _rows(self) -> list[Finding]:
        """Read when they are first looked at: who wants the totals or a report needs none."""
        if self._read is None:
            self._read = [Finding(fields, self._source) for fields in self._source.fields()]
        return self._read

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Finding, Findings]:
        if isinstance(index, slice):
            return Findings(self._source, self._rows[index])
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def where(
        self,
        *,
        outcome: Union[Outcome, str, None] = None,
        handling: Optional[str] = None,
        rule: Optional[str] = None,
        moment: Union[Moment, str, None] = None,
    ) -> Findings:
        """Those that are all of what is given: ``findings.where(outcome="violated", handling="hikikomori")``."""
        wanted = {"outcome": outcome and Outcome(outcome), "moment": moment and Moment(moment), "handling": handling, "rule": rule}
        asked = {name: value for name, value in wanted.items() if value is not None}
        return Findings(self._source, [f for f in self._rows if all(getattr(f, k) == v for k, v in asked.items())])

    @property
    def as_of(self) -> datetime.date:
        """The day that was judged."""
        return datetime.date.fromisoformat(self._source.summary()["as_of"])

    @property
    def totals(self) -> dict[str, int]:
        """How many of each outcome are in this sequence; of a whole audit, those left out are counted too."""
        if self._whole:
            summary = self._source.summary()
            return {outcome.value: summary[outcome.value.replace(" ", "_")] for outcome in Outcome}
        return {outcome.value: sum(f.outcome is outcome for f in self._rows) for outcome in Outcome}

    @property
    def blocking(self) -> list[Finding]:
        """Violations of severity block or error: what makes ``hikae audit`` exit with 1."""
        return [f for f in self if f.outcome is Outcome.VIOLATED and f.severity in (Severity.BLOCK, Severity.ERROR)]

    def _render(self, format: str, language: str) -> str:
        data = self._source.render(FORMATS[format], choice("language", language, LANGUAGES))
        return data.decode("utf-8")

    def to_text(self, language: str = "ja") -> str:
        """The whole audit as a text for a person. Slices and selections render the whole audit too."""
        return self._render("text", language)

    def to_json(self) -> str:
        """The whole audit as hikae's JSON."""
        return self._render("json", "ja")

    def to_sarif(self, language: str = "ja") -> str:
        """The whole audit as SARIF 2.1.0."""
        return self._render("sarif", language)

    def to_dict(self) -> dict[str, Any]:
        """to_json(), read."""
        return json.loads(self.to_json())

    def to_pandas(self) -> pandas.DataFrame:
        """One row per finding. Needs pandas."""
        import pandas

        columns = [name for name in Finding.__slots__ if not name.startswith("_")]
        frame = pandas.DataFrame([f.as_dict() for f in self._rows], columns=columns).set_index("index")
        frame.insert(0, "as_of", pandas.Timestamp(self.as_of))
        for name, words in (("outcome", Outcome), ("severity", Severity), ("moment", Moment)):
            frame[name] = pandas.Categorical(frame[name], categories=[word.value for word in words], ordered=True)
        return frame

    def _repr_html_(self, limit: int = 100) -> str:
        """A notebook's view: the totals, then violations and what was not shown."""
        shown = [f for f in self._rows if f.outcome in (Outcome.VIOLATED, Outcome.NOT_SHOWN)]
        totals = "、".join(f"{_LABELS['ja'][name]} {count}" for name, count in self.totals.items())
        head = "".join(f"<th>{title}</th>" for title in ("結果", "重大度", "業務", "対象", "指摘", "根拠条項", "規定"))
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td>{html.escape(text)}</td>"
                for text in (
                    _LABELS["ja"][f.outcome.value], f.severity.value, f.handling, f.thing_title, f.title, f.article, f.rule,
                )
            )
            + "</tr>"
            for f in shown[:limit]
        )  # fmt: skip
        more = f"<p>ほか {len(shown) - limit} 件</p>" if len(shown) > limit else ""
        return f"<p>{self.as_of.isoformat()} 現在: {totals}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"

    def __repr__(self) -> str:
        return f"<Findings as of {self.as_of}: " + ", ".join(f"{n} {name}" for name, n in self.totals.items()) + ">"
