"""How often: the days on which the rounds of a rhythm begin.

A round is known by its day alone, or by its number for business days, never by when somebody looked: whoever
asks again, later or twice, gets the same rounds with the same keys. All days are dates where the plan's
calendar (for birthdays: the customer) is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, takewhile
from typing import NamedTuple

from .working_time import Calendar, Duration

_WRITTEN = re.compile(r"([1-9][0-9]{0,6})(d|cd|bd)", re.ASCII)
_DAY = timedelta(days=1)
PERIODS = ("week", "month", "quarter", "year")
BIRTHDAY = "birthday"


class Beginning(NamedTuple):
    """The first day of a round, the first of the next one, and what the round is called for ever."""

    key: str
    day: date
    next: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``every``: week, month, quarter, year or birthday; ``d`` (calendar days) and ``bd`` (business days)
    with an amount.

    >>> Rhythm.parse("30d")
    Rhythm(unit='d', amount=30)
    """

    unit: str
    amount: int = 1

    @classmethod
    def parse(cls, text: str) -> "Rhythm":
        """Read a rhythm. Calendar days are days, whether written ``30d`` or ``30cd``.

        :raises ValueError: no rhythm
        """
        if text in (*PERIODS, BIRTHDAY):
            return cls(text)
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no rhythm")
        Duration.parse(text)  # a rhythm of more than a hundred years is a slip
        return cls("bd" if found[2] == "bd" else "d", int(found[1]))

    def latest_first(
        self, anchor: date, latest: date, calendar: Calendar, birthday: date | None = None
    ) -> Iterator[Beginning]:
        """The rounds that begin after ``anchor`` and not after ``latest``, the newest first.

        :param anchor: from when on is counted; the first round begins after it
        :param calendar: counts business days
        :param birthday: of the customer; without one there are no birthdays
        """
        if self.unit == "bd":
            return reversed(self._business(anchor, latest, calendar))
        if self.unit == BIRTHDAY:
            found = _birthdays(birthday, latest) if birthday else iter(())
        elif self.unit == "d":
            found = self._days(anchor, latest)
        else:
            found = _periods(_OF[self.unit], latest)
        return takewhile(lambda one: one.day > anchor, found)

    def _days(self, anchor: date, latest: date) -> Iterator[Beginning]:
        step = timedelta(days=self.amount)
        day = anchor + step * ((latest - anchor) // step)
        while True:
            yield Beginning(day.isoformat(), day, day + step)
            day -= step

    def _business(self, anchor: date, latest: date, calendar: Calendar) -> list[Beginning]:
        """Numbered, because a holiday that is published late moves the days."""
        step, found = Duration(self.amount, "bd"), []
        day = _later(anchor, step, calendar)
        for number in count(1):
            if day > latest:
                return found
            following = _later(day, step, calendar)
            found.append(Beginning(f"{step.text}:{number}", day, following))
            day = following
        return found


def _later(day: date, step: Duration, calendar: Calendar) -> date:
    """The Nth business day after a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=calendar.zone)
    return ((calendar.after(noon, step)) - timedelta(seconds=1)).astimezone(calendar.zone).date()


def _birthdays(birthday: date, latest: date) -> Iterator[Beginning]:
    """Who was born on 29 February has the birthday on the 28th in other years: a wish comes no day late."""
    for year in range(latest.year, birthday.year, -1):
        day = _in_year(birthday, year)
        if day <= latest:
            yield Beginning(f"{BIRTHDAY}:{year}", day, day + _DAY)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _periods(of: Callable[[date], Beginning], latest: date) -> Iterator[Beginning]:
    found = of(latest)
    while True:
        yield found
        found = of(found.day - _DAY)


def _week(day: date) -> Beginning:
    year, number, weekday = day.isocalendar()
    monday = day - (weekday - 1) * _DAY
    return Beginning(f"{year}-W{number:02}", monday, monday + 7 * _DAY)


def _month(day: date) -> Beginning:
    return Beginning(f"{day.year}-{day.month:02}", *_months(day.year, day.month, 1))


def _quarter(day: date) -> Beginning:
    number = (day.month - 1) // 3
    return Beginning(f"{day.year}-Q{number + 1}", *_months(day.year, number * 3 + 1, 3))


def _year(day: date) -> Beginning:
    return Beginning(str(day.year), *_months(day.year, 1, 12))


def _months(year: int, month: int, length: int) -> tuple[date, date]:
    """The first days of some months and of the month after them."""
    years, rest = divmod(month - 1 + length, 12)
    return date(year, month, 1), date(year + years, rest + 1, 1)


_OF: dict[str, Callable[[date], Beginning]] = {
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}
