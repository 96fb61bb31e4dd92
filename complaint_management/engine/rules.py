"""Prepared escalation rules: what each one waits for and what it does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .case import Event
from .duration import Duration
from .matching import Condition, Range
from .working_time import Calendar

_PERCENT = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*%", re.ASCII)
_NOT_DATA = frozenset({"event", "count"})


@dataclass(frozen=True, slots=True)
class ClockTrigger:
    """A moment of a running clock: a share of its time used, or a time after or before it is due.

    ``clocks`` is None for any clock. Exactly one of the other three is set.
    """

    clocks: frozenset[str] | None
    share: float | None = None
    after_due: Duration | None = None
    before_due: Duration | None = None

    def wants(self, clock: str) -> bool:
        """Whether the rule is about this clock."""
        return self.clocks is None or clock in self.clocks


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """One of some events, from its ``count``-th time on; ``data`` bounds numbers that it carries, such as a
    score."""

    events: frozenset[str]
    count: int
    data: tuple[tuple[str, Range], ...]

    def wants(self, event: Event, counts: Mapping[str, int]) -> bool:
        """Whether the rule is about this event.

        :param counts: how often each event has happened to the case, this one included
        """
        if event.kind not in self.events:
            return False
        if self.count > 1 and sum(counts.get(kind, 0) for kind in self.events) < self.count:
            return False
        return all(event.data.get(key) in bounds for key, bounds in self.data)


@dataclass(frozen=True, slots=True)
class LevelTrigger:
    """An escalation level that nobody answered for some time."""

    level: str
    unanswered: Duration
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Rule:
    """``index`` is the place among the rules: of two at the same instant the upper one acts first."""

    index: int
    name: str
    condition: Condition
    trigger: ClockTrigger | EventTrigger | LevelTrigger
    do: tuple[Mapping[str, Any], ...]


def share(text: str | float) -> float:
    """``80%`` as 0.8.

    :raises ValueError: no percentage
    """
    found = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is no percentage")
    return float(found[1]) / 100


def load_trigger(
    when: Mapping[str, Any], calendar: Calendar | None
) -> ClockTrigger | EventTrigger | LevelTrigger:
    """Read the ``when`` of a rule.

    :param calendar: counts the business time of an unanswered level
    :raises ValueError: nothing to wait for, or a value that cannot be read
    """
    if "clock" in when:
        return _clock_trigger(when)
    if "event" in when:
        ranges = tuple((key, _range(value)) for key, value in when.items() if key not in _NOT_DATA)
        return EventTrigger(frozenset(_names(when["event"])), int(when.get("count", 1)), ranges)
    if "level" in when:
        waiting = Duration.parse(when["unanswered"])
        if calendar is None:
            if waiting.unit in ("bh", "bd", "cd"):
                raise ValueError(f"unanswered: {waiting.text} needs a calendar")
            calendar = Calendar.always_open()
        return LevelTrigger(when["level"], waiting, calendar)
    raise ValueError("a rule waits for a clock, an event or a level")


def _clock_trigger(when: Mapping[str, Any]) -> ClockTrigger:
    names = _names(when["clock"])
    clocks = None if "any" in names else frozenset(names)
    if "at" in when:
        return ClockTrigger(clocks, share=share(when["at"]))
    if "after_due" in when:
        return ClockTrigger(clocks, after_due=Duration.parse(when["after_due"]))
    if "before_due" in when:
        return ClockTrigger(clocks, before_due=Duration.parse(when["before_due"]))
    raise ValueError("a rule on a clock has one of at, after_due, before_due")


def _names(value: Any) -> Sequence[str]:
    return value if isinstance(value, (list, tuple)) else [value]


def _range(value: Any) -> Range:
    return Range.load(value) if isinstance(value, Mapping) else Range(value, value)
