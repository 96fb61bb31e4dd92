"""Periods of the calendar by name: ``2026-W10``, ``2026-03``, ``2026-Q1``, ``2026``.

The name says which sort it is, sorts within its sort, and never means another time. A period begins and ends
at midnight of a zone; its end is the first instant of the next one.
"""

import re
from datetime import date, datetime, timedelta, timezone, tzinfo

_NAME = re.compile(r"([0-9]{4})(?:-(?:W([0-9]{2})|Q([1-4])|([0-9]{2})))?", re.ASCII)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_of(every: str, at: datetime, zone: tzinfo) -> str:
    """The name of the period in which an instant lies.

    :param every: week, month, quarter or year
    :raises ValueError: another word

    >>> period_of("quarter", datetime(2026, 3, 31, 23, tzinfo=timezone.utc), timezone.utc)
    '2026-Q1'
    """
    day = at.astimezone(zone).date()
    if every == "week":
        year, week, _day = day.isocalendar()
        return f"{year:04}-W{week:02}"
    if every == "month":
        return f"{day.year:04}-{day.month:02}"
    if every == "quarter":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    if every == "year":
        return f"{day.year:04}"
    raise ValueError(f"{every!r} is no period")


def bounds(period: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first instant of a period and the first one after it, in UTC.

    :raises ValueError: no period
    """
    first, last = _days(period)
    return _midnight(first, zone), _midnight(last, zone)


def following(period: str) -> str:
    """The next period of the same sort.

    >>> following("2026-12"), following("2026-Q4"), following("2026-W53"), following("2026")
    ('2027-01', '2027-Q1', '2027-W01', '2027')
    """
    return _named(_sort(period), _days(period)[1])


def preceding(period: str) -> str:
    """The period before, of the same sort."""
    return _named(_sort(period), _days(period)[0] - timedelta(days=1))


def _named(every: str, day: date) -> str:
    return period_of(every, datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc), timezone.utc)


def _sort(period: str) -> str:
    found = _NAME.fullmatch(period)
    if found is None:
        raise ValueError(f"{period!r} is no period")
    _year, week, quarter, month = found.groups()
    return "week" if week else "quarter" if quarter else "month" if month else "year"


def _days(period: str) -> tuple[date, date]:
    """The first day, and the first one after the last."""
    every = _sort(period)
    year, week, quarter, month = _NAME.fullmatch(period).groups()
    if every == "week":
        first = date.fromisocalendar(int(year), int(week), 1)
        return first, first + timedelta(days=7)
    first = date(int(year), int(month or 3 * int(quarter or 1) - 2), 1)
    months = first.year * 12 + first.month - 1 + _MONTHS[every]
    return first, date(months // 12, months % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(timezone.utc)
