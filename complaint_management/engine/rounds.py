"""What comes round: regular contact with each customer (D5), and the periods of a sample of cases (D4).

Which rounds there are follows from the plan and from the day on which the person became a customer, not from
when the planner runs. So it may run at any time, twice at once, or after weeks of standing still: it asks for
the rounds, writes those whose key is not there yet, and none is missing and none is double.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .callbacks import SAMPLE, Plan, lived, plans, window
from .case import Event
from .policy import Policy
from .rhythm import BIRTHDAY, Beginning
from .working_time import instant, moment

_FIRST = date(2001, 1, 1)  # a Monday: where the periods of a sample in days are counted from


class Round(NamedTuple):
    """One round of one customer.

    ``key`` is unique for plan and customer: ``2026-03``, ``2026-Q1``, ``2026-W10``, ``2026``,
    ``birthday:2026``, ``2026-03-17`` for calendar days, ``20bd:12`` (the twelfth) for business days.
    """

    key: str
    opens: datetime
    due: datetime


class Period(NamedTuple):
    """A period of a sample: its cases are those to which ``of`` happened in [begins, ends). They are drawn
    after its end and called back from ``opens`` until ``due``."""

    key: str
    begins: datetime
    ends: datetime
    opens: datetime
    due: datetime


def rounds(
    plan: Plan,
    anchor: date | datetime,
    until: datetime,
    since: datetime | None = None,
    birthday: date | None = None,
    zone: ZoneInfo | None = None,
) -> list[Round]:
    """The rounds of a plan for one customer that have opened at ``until``, the oldest first.

    Without ``within`` a round may be made until the next one begins, a birthday on its day.

    :param anchor: since when the person is a customer; the first round begins after that day. Must not move:
        all rounds in days are counted from it. A date stays the same where the calendar gets another zone, a
        time may not
    :param since: leaves out the rounds whose time was over then, such as those before the plan took effect
    :param birthday: of the customer; nobody knows any: no round
    :param zone: where the customer is; birthdays are celebrated there
    """
    if plan.every is None:
        return []
    where = zone if zone is not None and plan.every.unit == BIRTHDAY else plan.calendar.zone
    found = []
    latest = until.astimezone(where).date()
    for one in plan.every.latest_first(_day(anchor, where), latest, plan.calendar, birthday):
        opens, due = window(plan, _start(one.day, where), _start(one.next, where), zone)
        if since is not None and due <= since:
            break  # the earlier ones were over before
        if opens <= until:
            found.append(Round(one.key, opens, due))
    return found[::-1]


def periods(plan: Plan, since: datetime, until: datetime) -> list[Period]:
    """The periods of a sample that ended in (since, until], the oldest first.

    Without ``within`` the cases drawn are called back until the next period ends.
    """
    if plan.every is None:
        return []
    zone = plan.calendar.zone
    found = []
    latest = until.astimezone(zone).date()
    for one in plan.every.latest_first(_FIRST, latest, plan.calendar):
        ends = _start(one.next, zone)
        if ends <= since:
            break
        if ends <= until:
            found.append(_period(plan, one, ends))
    return found[::-1]


def period_of(plan: Plan, at: datetime) -> str:
    """The key of the period in which something happened."""
    day = at.astimezone(plan.calendar.zone).date()
    return next(iter(plan.every.latest_first(_FIRST, day, plan.calendar))).key


def samples_of_case(policy: Policy, facts: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Among which samples a case is, as (plan, period): once for each time that what is sampled happened."""
    drawing = [plan for plan in plans(policy) if plan.kind == SAMPLE]
    kinds = {plan.of for plan in drawing}
    for event, attributes, cycle in lived(facts):
        if event.kind not in kinds:
            continue
        for plan in drawing:
            if plan.of == event.kind and plan.condition.holds(attributes, cycle):
                yield plan.name, period_of(plan, event.at)


def _period(plan: Plan, one: Beginning, ends: datetime) -> Period:
    zone = plan.calendar.zone
    following = next(iter(plan.every.latest_first(_FIRST, one.next, plan.calendar)))
    opens, due = window(plan, ends, _start(following.next, zone), None)
    return Period(one.key, _start(one.day, zone), ends, opens, due)


def _day(anchor: date | datetime, zone: ZoneInfo) -> date:
    return anchor.astimezone(zone).date() if isinstance(anchor, datetime) else anchor


def _start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day; where midnight is skipped, the first one after it."""
    return moment(instant(datetime(day.year, day.month, day.day, tzinfo=zone)))
