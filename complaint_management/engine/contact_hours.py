"""When somebody may be called: the open hours of the plan, the calling hours where the customer is (D6), and
the times that the customer prefers.

Hours of a week are read as a policy writes them. Those of a customer are counted in the customer's zone, with
its daylight saving, so that nobody is called at night because the office is elsewhere.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .hours import Week, read_week
from .working_time import Calendar, instant, moment

__all__ = ["Week", "first_common", "first_open", "in_zone", "preferred_week"]

_SECOND = timedelta(seconds=1)
_FURTHEST = timedelta(days=366)  # hours that do not meet within a year of weeks and holidays never do


def first_open(calendar: Calendar, at: datetime) -> datetime:
    """The first open instant of a calendar from ``at`` on."""
    return calendar.add_open(at, 1) - _SECOND


def first_common(
    calendars: Sequence[Calendar], at: datetime, until: datetime | None = None
) -> datetime | None:
    """The first instant from ``at`` on at which all calendars are open; None if there is none until then.

    Each calendar in turn moves the search to its next opening; where no one moves it any more, all are open.

    :param until: the last instant looked at; a year later unless said
    """
    at = moment(instant(at))
    last = at + _FURTHEST if until is None else until
    while at <= last:
        latest = max((first_open(calendar, at) for calendar in calendars), default=at)
        if latest == at:
            return at
        at = latest
    return None


@lru_cache(maxsize=256)
def in_zone(week: Week, zone: ZoneInfo) -> Calendar:
    """The hours of a week, every week, where the customer is.

    :raises CalendarError: never open
    """
    return Calendar("hours", zone, week)


def preferred_week(hours: Mapping[str, Sequence[str]] | None) -> Week | None:
    """The times that a customer prefers, written as in a policy: ``{"mon-fri": ["17:00-20:00"]}``.

    None: no preference, or none that can be read; a wish of a customer is no reason to fail.
    """
    try:
        week = read_week(hours or {})
    except (ValueError, AttributeError, TypeError):
        return None
    return week if any(week) else None
