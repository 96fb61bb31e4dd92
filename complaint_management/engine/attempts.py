"""When a callback is tried, and tried again (D1).

Nobody is called outside the plan's open hours, nor outside the calling hours where the customer is. The times
that the customer prefers are kept as long as one of them is left before the callback is due. "Call me later
at …" is a promise: it counts as no attempt, and its time goes before the preferred ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .callbacks import Plan
from .contact_hours import first_common, in_zone, preferred_week
from .duration import DAY_UNITS, Duration
from .working_time import Calendar, instant, moment

REACHED, NO_ANSWER, BUSY = "reached", "no_answer", "busy"
WRONG_NUMBER, LATER, REFUSED = "wrong_number", "later", "refused"
OUTCOMES = (REACHED, NO_ANSWER, BUSY, WRONG_NUMBER, LATER, REFUSED)
_OVER = frozenset({REACHED, WRONG_NUMBER, REFUSED})  # a wrong number is wrong the next time, too
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to reach a customer. ``later_at``: when to call again, if the customer said so."""

    at: datetime
    outcome: str
    later_at: datetime | None = None


def next_attempt(
    plan: Plan,
    attempts: Sequence[Attempt],
    now: datetime,
    opens: datetime | None = None,
    due: datetime | None = None,
    zone: ZoneInfo | None = None,
    preferred: Mapping[str, Sequence[str]] | None = None,
) -> datetime | None:
    """When to try next, in UTC and not before ``now``.

    None: no attempt is left, the last one ended it (reached, refused, wrong number), or the hours of the plan
    and those of the customer never meet.

    :param opens: from when on the callback can be made
    :param due: until when it has to be made; later it is still tried, without waiting for preferred times
    :param zone: where the customer is; where the plan's calendar is unless said
    :param preferred: the customer's times as a policy writes hours
    """
    start = max(now, opens or now)
    last = max(attempts, key=lambda one: one.at, default=None)
    if last is None:
        return first_callable(plan, start, zone, preferred, due)
    if last.outcome in _OVER or _used_up(plan, attempts):
        return None
    if last.outcome == LATER and last.later_at is not None:
        return first_callable(plan, max(start, last.later_at), zone)
    if plan.retry is not None:
        start = max(start, _after(plan.calendar, last.at, plan.retry))
    return first_callable(plan, start, zone, preferred, due)


def first_callable(
    plan: Plan,
    at: datetime,
    zone: ZoneInfo | None = None,
    preferred: Mapping[str, Sequence[str]] | None = None,
    due: datetime | None = None,
) -> datetime | None:
    """The first instant from ``at`` on at which a customer may be reached; None if there is none.

    At a preferred time if there is one before ``due``, else as soon as it may be.
    """
    hours = plan.contact_hours(zone)
    week = preferred_week(preferred)
    if week is not None:
        wished = in_zone(week, zone or plan.calendar.zone)
        found = first_common([*hours, wished], at, due)
        if found is not None:
            return found
    return first_common(hours, at)


def _used_up(plan: Plan, attempts: Sequence[Attempt]) -> bool:
    tried = sum(one.outcome != LATER for one in attempts)
    return plan.attempts is not None and tried >= plan.attempts


def _after(calendar: Calendar, last: datetime, retry: Duration) -> datetime:
    """``1bd`` and ``1cd`` later is the beginning of that day, not its end: it is when one may try again, not
    by when."""
    end = calendar.after(last, retry)
    if retry.unit not in DAY_UNITS:
        return end
    day = (end - _SECOND).astimezone(calendar.zone).date()
    return moment(instant(datetime(day.year, day.month, day.day, tzinfo=calendar.zone)))
