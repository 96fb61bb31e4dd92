"""Examinations with simulated cases, and when a course has to be taken again (F8).

What the policy answers is asked of the policy itself, so that the right answer changes with it: the severity
of a case, and by when something has to be done. Nothing here looks at a clock or throws dice of its own:
whoever asks gives the day and the dice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from .case import Case, Event
from .clocks import Clock
from .duration import Duration
from .escalation import live_through
from .policy import Policy, as_list
from .rules import OF_STAGE
from .working_time import Calendar

T = TypeVar("T")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_WEEK = timedelta(days=7)
_YEAR = 12
_FORENOON = time(10)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A question about a deadline.

    :param clock: its name
    :param title: what people call it, by language; None where the policy says nothing
    :param right: when it is
    :param others: when it would be by other time limits of the policy, without the right one
    """

    clock: str
    title: Mapping[str, str] | None
    right: datetime
    others: tuple[datetime, ...]


def repeat_on(every: str, done: date, calendar: Calendar) -> date:
    """The day on which a course that was taken has to have been taken again.

    :param every: week, month, quarter, year, or an amount of days
    :param calendar: counts business days

    >>> repeat_on("month", date(2026, 1, 31), Calendar.always_open())
    datetime.date(2026, 2, 28)
    """
    if every == "week":
        return done + _WEEK
    if every in _MONTHS:
        return _later(done, _MONTHS[every])
    begin = datetime.combine(done, _FORENOON, calendar.zone)
    return _last_day(calendar.due(begin, Duration.parse(every))[0], calendar)


def due_on(within: str, since: datetime, calendar: Calendar) -> date:
    """The last day of a time limit."""
    return _last_day(calendar.due(since, Duration.parse(within))[0], calendar)


def _last_day(due: datetime, calendar: Calendar) -> date:
    """A midnight is the end of the day before."""
    return (due - timedelta(seconds=1)).astimezone(calendar.zone).date()


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _YEAR)
    for last in range(day.day, 0, -1):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue  # 31 February is its last day
    raise AssertionError(day)


def situation(policy: Policy, dice: Random) -> dict[str, str]:
    """A case that the policy knows, at random: what an agent would hear of it, with nothing that follows."""
    severity = policy.raw.get("severity") or {}
    leaves = [one.name for one in policy.categories.values() if not one.written.get("children")]
    lists: dict[str, list[str]] = {
        "type": _names(policy.raw.get("case_types"))[:1],  # complaints come first
        "channel": _names(policy.raw.get("channels")),
        "category": leaves,
        "urgency": _names(severity.get("urgencies")),
        "scope": _names(severity.get("scopes")),
        "complexity": _names(severity.get("complexities")),
    }
    return {key: dice.choice(names) for key, names in lists.items() if names}


def situation_of(policy: Policy, attributes: Mapping[str, str]) -> dict[str, str]:
    """A case that somebody wrote; it is about what the policy names first, as are those at random."""
    types = _names(policy.raw.get("case_types"))[:1]
    return {**({"type": types[0]} if types else {}), **attributes}


def _names(entries: Any) -> list[str]:
    return [entry if isinstance(entry, str) else entry["name"] for entry in as_list(entries)]


def severity(policy: Policy, attributes: Mapping[str, Any]) -> str | None:
    """How severe the policy finds a case."""
    return policy.classify(attributes).get("severity")


def deadlines(policy: Policy, attributes: Mapping[str, Any], received: datetime) -> list[Deadline]:
    """What has to be done by when about a case that comes in now, each with deadlines that are wrong.

    The wrong ones are those of other time limits of the same policy, so that each of them looks likely.
    """
    running = [clock for clock in _running(policy, attributes, received) if _asked(policy, clock)]
    limits = {(spec.within, spec.calendar.name): spec for spec in policy.clocks() if not spec.measure_only}
    instants = sorted({spec.calendar.due(received, spec.within)[0] for spec in limits.values()})
    found = []
    for clock in running:
        spec = policy.clock_spec(clock.sla, clock.name)
        others = tuple(at for at in instants if at != clock.due_at)
        if spec is not None and clock.due_at is not None and others:
            found.append(Deadline(clock.name, spec.written.get("title"), clock.due_at, others))
    return found


def _running(policy: Policy, attributes: Mapping[str, Any], received: datetime) -> Sequence[Clock]:
    data = {"set": policy.classify(attributes)}
    return live_through(policy, Case((Event(received, "received", data),)), received).state.clocks


def _asked(policy: Policy, clock: Clock) -> bool:
    spec = policy.clock_spec(clock.sla, clock.name)
    return spec is not None and not spec.measure_only and not clock.name.startswith(OF_STAGE)


def choices(right: T, others: Iterable[T], most: int | None, dice: Random) -> list[T]:
    """The right answer among others, without an order that would betray it.

    :param most: how many at most; None: all
    """
    wrong = [one for one in dict.fromkeys(others) if one != right]
    if most is not None and len(wrong) >= most:
        wrong = dice.sample(wrong, most - 1)
    found = [right, *wrong]
    dice.shuffle(found)
    return found


def drawn(cases: Sequence[T], number: int, dice: Random) -> list[T]:
    """Some cases at random, each once; all, if there are not more."""
    return dice.sample(list(cases), min(number, len(cases)))


def passed(right: int, asked: int, least: str) -> bool:
    """Whether a share of right answers is enough.

    :param least: such as ``80%``

    >>> passed(4, 5, "80%"), passed(79, 100, "80%"), passed(0, 0, "80%")
    (True, False, False)
    """
    return bool(asked) and right * 100 >= int(least.removesuffix("%")) * asked
