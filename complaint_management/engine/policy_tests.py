"""The tests that a policy brings along, run on a virtual clock without a database.

A test is a case, what happens to it, and what must be true at some moments. Failures are data, with the
reckoning of the clock, so that whoever shows them can say why. ``fired`` is what the escalation rules did
since the expectation before, in any order.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .callbacks import callbacks_of_case, whole_story
from .case import Case, Event
from .case_facts import CaseFacts
from .clocks import Clock
from .duration import DAY_UNITS, Duration
from .escalation import Outcome, live_through
from .points_tally import totals_of
from .policy import Policy, PolicyError, as_list
from .reckoning import Line, reckon
from .reckoning_text import time_text
from .schemes import number as exact_number
from .schemes import schemes
from .working_time import Calendar

_DATA = (
    "set",
    "stage",
    "reason",
    "clock",
    "by",
    "score",
    "back",
    "amount",
    "keyword",
    "holder",
    "level",
    "way",
    "result",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as expected.

    :param at: the moment of the expectation, as local text
    :param what: sla, due, states, fired, callbacks, points, level, severity, stage or cycle
    :param subject: the clock, the plan or the rule of points, where there is one
    :param got: what was found; for fired a list of {rule, subject, at}
    :param reckoning: how the clock's deadline comes about
    """

    at: str
    what: str
    subject: str | None
    expected: Any
    got: Any
    reckoning: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One test; passed if it has no failures."""

    name: str
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures


def run_tests(policy: Policy) -> list[Result]:
    """Run the tests of a policy, in their order.

    :raises PolicyError: a test that cannot be read
    """
    return [run_test(policy, test) for test in policy.raw.get("tests") or ()]


def run_test(policy: Policy, test: Mapping[str, Any]) -> Result:
    """Run one entry of kind ``tests``.

    :raises PolicyError: a time, a duration or an event that cannot be read
    """
    calendar = policy.calendar or Calendar.always_open("UTC")
    try:
        case, expectations = story(policy, test)
        failures: list[Failure] = []
        since = None
        for at, expected in expectations:
            outcome = live_through(policy, case, at)
            check = _Check(policy, calendar, outcome, at, since)
            failures += check.failures(expected)
            facts = whole_story(case, outcome.fired, at)
            failures += check.callbacks(expected, facts)
            failures += check.points(expected, facts)
            since = at
    except PolicyError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyError(f"$.tests: {test.get('name')!r}: {error}") from error
    return Result(test["name"], tuple(failures))


def story(policy: Policy, test: Mapping[str, Any]) -> tuple[Case, list[tuple[datetime, Mapping[str, Any]]]]:
    """What a test tells: the case, and what is expected when, in order of time.

    :raises ValueError, KeyError, TypeError: a time, a duration or an event that cannot be read
    """
    calendar = policy.calendar or Calendar.always_open("UTC")
    start = local_time(test["at"], calendar)
    case = _case(policy, test, start, calendar)
    expectations = [(_at(one, start, calendar), one) for one in as_list(test.get("expect"))]
    return case, sorted(expectations, key=lambda pair: pair[0])


def local_time(text: str, calendar: Calendar) -> datetime:
    """Read "2026-10-15 24:00" in a calendar's zone; 24:00 is the first instant of the next day.

    An hour that happens twice is its first time.
    """
    day, _blank, clock = text.strip().partition(" ")
    hours, minutes, *seconds = (int(part) for part in (clock or "00:00").split(":"))
    passed = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if not timedelta(0) <= passed <= timedelta(days=1) or minutes > 59:
        raise ValueError(f"{text!r} is no time")
    moment = datetime.combine(date.fromisoformat(day), datetime.min.time()) + passed
    return moment.replace(tzinfo=calendar.zone)


def _case(policy: Policy, test: Mapping[str, Any], start: datetime, calendar: Calendar) -> Case:
    """The facts of a test. An event that only one stage records also enters that stage."""
    stages = _stage_of_event(policy)
    received = {"set": policy.classify(test.get("case") or {})}
    if "received" in stages:
        received["stage"] = stages["received"]
    events = [Event(start, "received", received)]
    for number, entry in enumerate(as_list(test.get("events")), start=1):
        data = {key: entry[key] for key in _DATA if key in entry}
        kind = entry.get("event") or _event_of_stage(policy, data)
        if "holder" in data:
            data["set"] = {**data.get("set", {}), "holder_id": data["holder"]}
        if kind in stages:
            data.setdefault("stage", stages[kind])
        if kind == "received":
            raise ValueError("a case is received only once, at the beginning")
        events.append(Event(_at(entry, start, calendar), kind, data, number))
    return Case(tuple(events))


def _stage_of_event(policy: Policy) -> dict[str, str]:
    counts = Counter(stage.event for stage in policy.stages.values())
    return {
        stage.event: stage.name
        for stage in policy.stages.values()
        if stage.event and counts[stage.event] == 1
    }


def _event_of_stage(policy: Policy, data: Mapping[str, Any]) -> str:
    """The fact behind an entry without ``event``."""
    if "stage" not in data:
        return "assigned" if "holder" in data and "set" not in data else "classified"
    stage = policy.stage(data["stage"])
    return stage.event if stage and stage.event else "moved"


def _at(entry: Mapping[str, Any], start: datetime, calendar: Calendar) -> datetime:
    """When an event or expectation is: ``at`` a local time, or ``after`` the start of the test."""
    if "at" in entry:
        return local_time(entry["at"], calendar)
    after = entry.get("after")
    if after is None or after.rstrip("smhdc") == "0":
        return start
    return calendar.after(start, Duration.parse(after))


class _Check:
    """Compares what is expected at one moment with what is."""

    def __init__(
        self, policy: Policy, calendar: Calendar, outcome: Outcome, at: datetime, since: datetime | None
    ):
        self._policy = policy
        self._calendar = calendar
        self._outcome = outcome
        self._state = outcome.state
        self._since = since
        self._now = at
        self._at = time_text(at, calendar.zone)

    def failures(self, expected: Mapping[str, Any]) -> Iterator[Failure]:
        """Everything that differs."""
        yield from self._single(expected)
        for name, wanted in (expected.get("due") or {}).items():
            yield from self._due(name, wanted)
        for name, wanted in (expected.get("states") or {}).items():
            yield from self._clock_state(name, wanted)
        if "fired" in expected:
            yield from self._fired(expected["fired"] or [])

    def _single(self, expected: Mapping[str, Any]) -> Iterator[Failure]:
        state = self._state
        values = {
            "sla": state.sla,
            "level": self._outcome.level,
            "severity": state.attributes.get("severity"),
            "stage": state.stage,
            "cycle": state.cycle,
        }
        for what, got in values.items():
            if what in expected and expected[what] != got:
                yield Failure(self._at, what, None, expected[what], got)

    def _due(self, name: str, wanted: str | None) -> Iterator[Failure]:
        clock = self._state.clock(name)
        due = clock.due_at if clock else None
        moment = None if wanted is None else local_time(wanted, self._calendar)
        if due != moment:
            got = time_text(due, self._calendar.zone, _ends_a_day(clock)) or None
            yield Failure(self._at, "due", name, wanted, got, self._reckoning(clock))

    def _clock_state(self, name: str, wanted: str | None) -> Iterator[Failure]:
        clock = self._state.clock(name)
        got = clock.state if clock else None
        if got != wanted:
            yield Failure(self._at, "states", name, wanted, got, self._reckoning(clock))

    def _fired(self, wanted: list[Mapping[str, str]]) -> Iterator[Failure]:
        news = [one for one in self._outcome.fired if self._since is None or one.at > self._since]
        got = Counter((one.rule, one.subject) for one in news)
        expected = Counter(pair for one in wanted for pair in one.items())
        if got != expected:
            zone = self._calendar.zone
            acted = [
                {"rule": one.rule, "subject": one.subject, "at": time_text(one.at, zone)} for one in news
            ]
            yield Failure(self._at, "fired", None, wanted, acted)

    def callbacks(self, expected: Mapping[str, Any], facts: list[Event]) -> Iterator[Failure]:
        """The callbacks of this cycle that are not due as expected."""
        wanted = expected.get("callbacks") or {}
        made = callbacks_of_case(self._policy, facts) if wanted else ()
        due = {one.plan.name: one.due for one in made if one.cycle == self._state.cycle}
        for name, text in wanted.items():
            moment = None if text is None else local_time(text, self._calendar)
            if due.get(name) != moment:
                got = time_text(due.get(name), self._calendar.zone) or None
                yield Failure(self._at, "callbacks", name, text, got)

    def points(self, expected: Mapping[str, Any], facts: list[Event]) -> Iterator[Failure]:
        """The rules of points that have not given what is expected, to exactly those people."""
        wanted = expected.get("points") or {}
        if not wanted:
            return
        case = CaseFacts.read(facts, self._state.clocks, self._now)
        given = totals_of(schemes(self._policy), [case])
        for rule, people in wanted.items():
            got = {str(person): points for person, points in given.of_rule(*rule.split("/", 1)).items()}
            if got != {person: exact_number(points) for person, points in people.items() if points}:
                plain = {person: float(points) for person, points in got.items()}
                yield Failure(self._at, "points", rule, people, plain)

    def _reckoning(self, clock: Clock | None) -> tuple[Line, ...]:
        return tuple(reckon(self._policy, self._state, clock, self._now)) if clock else ()


def _ends_a_day(clock: Clock | None) -> bool:
    return clock is not None and Duration.parse(clock.within).unit in DAY_UNITS
