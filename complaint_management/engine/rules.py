"""Prepared escalation rules: what each one waits for and what it does."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .case import Event
from .duration import Duration
from .matching import Condition, Range
from .working_time import Calendar

_PERCENT = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*%", re.ASCII)
_NOT_DATA = frozenset({"event", "count", "keyword"})
SURGED = "surged"
"""The fact that a case became part of a surge."""
OF_STAGE = "stage:"
"""What the names of the clocks of stages begin with."""
AGAIN = "~"
"""Between the name of a clock and the number of its run in the cycle, from the second one on."""


def base_name(clock: str) -> str:
    """The name that the policy gives a clock: its second run in a cycle is ``handover~2``.

    >>> base_name("handover~2")
    'handover'
    """
    return clock.partition(AGAIN)[0]


@dataclass(frozen=True, slots=True)
class ClockTrigger:
    """A moment of a running clock: a share of its time used, or a time after or before it is due.

    ``clocks`` is None for any clock of the service level; the clock of a stage is named. Exactly one of the
    other three is set.
    """

    clocks: frozenset[str] | None
    share: float | None = None
    after_due: Duration | None = None
    before_due: Duration | None = None

    def wants(self, clock: str) -> bool:
        """Whether the rule is about this clock."""
        if self.clocks is None:
            return not clock.startswith(OF_STAGE)
        return base_name(clock) in self.clocks


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """One of some events, from its ``count``-th time on; ``data`` bounds numbers that it carries, such as a
    score or an amount; ``keywords`` are words of which its text has at least one, empty for any text;
    ``surges`` are rules about surges of which it is by one, empty for any."""

    events: frozenset[str]
    count: int
    data: tuple[tuple[str, Range], ...]
    keywords: frozenset[str] = frozenset()
    surges: frozenset[str] = frozenset()

    def wants(self, event: Event, times: Callable[[str], int]) -> bool:
        """Whether the rule is about this event.

        :param times: how often an event has happened to the case, this one included
        """
        if event.kind not in self.events:
            return False
        if self.count > 1 and sum(map(times, self.events)) < self.count:
            return False
        if self.keywords and self.keywords.isdisjoint(_names(event.data.get("keyword", ()))):
            return False
        if self.surges and event.data.get("surge") not in self.surges:
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


class Watch:
    """Rules by what they wait for, prepared so that a fact looks only at those that it may concern."""

    __slots__ = ("_clocks", "_events", "_levels", "_ordered")

    def __init__(self, rules: Sequence[Rule]):
        self._clocks = [rule for rule in rules if isinstance(rule.trigger, ClockTrigger)]
        self._ordered: dict[str, tuple[tuple[Rule, ...], tuple[Rule, ...]]] = {}
        self._events: dict[str, list[Rule]] = {}
        self._levels: dict[str, list[Rule]] = {}
        for rule in rules:
            if isinstance(rule.trigger, EventTrigger):
                for kind in rule.trigger.events:
                    self._events.setdefault(kind, []).append(rule)
            elif isinstance(rule.trigger, LevelTrigger):
                self._levels.setdefault(rule.trigger.level, []).append(rule)

    def of_event(self, kind: str) -> Sequence[Rule]:
        """The rules on an event, in their order."""
        return self._events.get(kind, ())

    def keywords(self, kind: str) -> Sequence[str]:
        """The words that the rules on an event look for, in their order, each once."""
        found = (word for rule in self.of_event(kind) for word in sorted(rule.trigger.keywords))
        return tuple(dict.fromkeys(found))

    def of_level(self, level: str) -> Sequence[Rule]:
        """The rules on a level that nobody answers, in their order."""
        return self._levels.get(level, ())

    def of_clock(self, name: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The rules on a clock: those a time before its deadline; and the others, of which none acts before
        the one that stands before it, but for those after the deadline among themselves."""
        found = self._ordered.get(name)
        if found is None:
            wanted = [rule for rule in self._clocks if rule.trigger.wants(name)]
            early = tuple(rule for rule in wanted if rule.trigger.before_due is not None)
            others = sorted((rule for rule in wanted if rule.trigger.before_due is None), key=_share)
            found = self._ordered[name] = early, tuple(others)
        return found


def _share(rule: Rule) -> float:
    """The share of its clock at which a rule acts at the earliest; more than all of it is after the
    deadline."""
    share_ = rule.trigger.share
    return 2.0 if share_ is None or share_ > 1 else share_


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
        words = frozenset(_names(when.get("keyword", ())))
        return EventTrigger(frozenset(_names(when["event"])), int(when.get("count", 1)), ranges, words)
    if "surge" in when:
        names = frozenset(_names(when["surge"])) - {"any"}
        return EventTrigger(frozenset({SURGED}), 1, (), surges=names)
    if "level" in when:
        waiting = Duration.parse(when["unanswered"])
        if calendar is None:
            if waiting.unit in ("bh", "bd", "cd"):
                raise ValueError(f"unanswered: {waiting.text} needs a calendar")
            calendar = Calendar.always_open()
        return LevelTrigger(when["level"], waiting, calendar)
    raise ValueError("a rule waits for a clock, an event, a level or a surge")


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
