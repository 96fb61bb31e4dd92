"""Deadlines in working time.

How to use
    ``calendar = Calendar.load(name, normalised)``; ``calendar.due(start, Duration.parse("4bh"), pauses)``
    gives the deadline and whether it is provisional.

How it works
    Everything is counted in seconds since 1970 on sorted tables (``open_table``), so a deadline is a few
    binary searches. One rule covers all units and pauses: a clock is due at the first instant outside every
    pause at which the time that it counts is used up. Elapsed and open time stand still in a pause; for
    ``cd`` and ``bd`` a day's end inside a pause is not counted. A pause [p, r) that starts after the clock
    was due changes nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .duration import DAY_UNITS, OPEN_UNITS, Duration, DurationError
from .elapsed import Pauses, due_elapsed, elapsed_between, instant, merged, moment
from .hours import CalendarError, Hours, read_hours
from .open_table import DAY, EPOCH_ORDINAL, OpenTable, build

__all__ = [
    "Calendar",
    "CalendarError",
    "Duration",
    "DurationError",
    "Pauses",
    "in_parts",
    "instant",
    "merged",
    "moment",
]

_FIRST_YEAR, _LAST_YEAR = 1900, 2400
_SECOND = timedelta(seconds=1)
_SHARES = 10_000  # shares are counted in hundredths of a percent


class Calendar:
    """Opening hours in a zone, with resolved exceptions.

    Growing the prepared years replaces the table and never changes one, so threads may share a calendar.
    """

    __slots__ = ("name", "zone", "names", "known_until", "_week", "_days", "_known_end", "_table")

    def __init__(
        self,
        name: str,
        zone: ZoneInfo,
        week: Sequence[Hours],
        days: Mapping[int, Hours] | None = None,
        names: Mapping[date, Mapping[str, str]] | None = None,
        known_until: date | None = None,
    ):
        """
        :param week: seven days' hours, Monday first
        :param days: exceptions by ordinal of the date
        :param names: why a date is an exception, by language, for explanations
        :param known_until: last date whose exceptions are published; None: known for ever
        :raises CalendarError: never open
        """
        if len(week) != 7 or not any(week):
            raise CalendarError(f"calendar {name!r} is never open in an ordinary week")
        self.name = name
        self.zone = zone
        self.names = dict(names or {})
        self.known_until = known_until
        self._week = tuple(week)
        self._days = dict(days or {})
        self._known_end = _midnight(zone, known_until + timedelta(days=1)) if known_until else None
        self._table: OpenTable | None = None

    @classmethod
    def load(cls, name: str, calendar: Mapping[str, Any]) -> "Calendar":
        """Read a calendar of the normalised policy.

        :raises CalendarError: an unknown zone, hours or a date that cannot be read, never open
        """
        try:
            known = calendar.get("known_until")
            return cls(
                name,
                ZoneInfo(calendar["timezone"]),
                [read_hours(day) for day in calendar["week"]],
                {
                    date.fromisoformat(day).toordinal(): read_hours(hours)
                    for day, hours in calendar.get("days", {}).items()
                },
                _names(calendar),
                date.fromisoformat(known) if known else None,
            )
        except CalendarError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
            raise CalendarError(f"calendar {name!r} cannot be read: {error!r}") from error

    @classmethod
    def always_open(cls, name: str = "elapsed") -> "Calendar":
        """Open round the clock in UTC, for policies that count elapsed time only."""
        return cls(name, ZoneInfo("UTC"), [((0, DAY),)] * 7)

    # -- the deadline ------------------------------------------------------------------------------

    def due(self, start: datetime, duration: Duration, pauses: Pauses = ()) -> tuple[datetime, bool]:
        """When a duration from ``start`` is used up.

        ``cd`` ends with 24:00 of the Nth local day after the day of the start: the first instant of the
        next local date. ``bd`` ends with the last closing of the Nth later day that has any open time.

        :return: the deadline in UTC and whether it is provisional: it counts business days of a time whose
            holidays are not published yet
        :raises CalendarError: beyond the years that can be counted
        """
        begin = instant(start)
        due = self._due(begin, duration, merged(pauses, begin) if pauses else ())
        return moment(due), self._provisional(due, duration)

    def due_in_turn(
        self, start: datetime, durations: Sequence[Duration], pauses: Pauses = ()
    ) -> tuple[datetime, bool]:
        """When several durations, one after the other, are used up: a time limit and its extensions.

        Neighbours of one unit are added up. A day-based extension counts from the day of the deadline that
        it extends: 15cd and then 15cd are 30cd.
        """
        parts = in_parts(self, start, durations, pauses)
        due = parts[-1][2]
        return due, any(self._provisional(instant(end), part) for part, _begin, end in parts)

    def _due(self, start: int, duration: Duration, pauses: Sequence[tuple[int, int]]) -> int:
        unit = duration.unit
        if unit == "bh":
            return self._due_open(start, duration.seconds, pauses)
        if unit == "bd":
            return self._due_day(start, duration.amount, pauses, "business", "closings", 0)
        if unit == "cd":
            return self._due_day(start, duration.amount, pauses, "dates", "date_starts", 1)
        if unit == "y":
            return self._due_year(start, duration.amount)
        return due_elapsed(start, duration.seconds, pauses)

    def _due_open(self, start: int, seconds: int, pauses: Sequence[tuple[int, int]]) -> int:
        table = self._covering(start, pauses[-1][1] if pauses else start)
        target = table.open_before(start) + seconds
        due, table = self._reach(table, target)
        due = max(due, start)
        for begin, end in pauses:
            if begin < start:
                if end <= start:
                    continue
                begin = start
            if begin > due:
                break
            target += table.open_before(end) - table.open_before(begin)
            due, table = self._reach(table, target)
            # without this a clock with no time left would be due inside the pause, in closed hours
            due = max(due, end)
        return due

    def _due_day(
        self, start: int, amount: int, pauses: Sequence[tuple[int, int]], days: str, ends: str, shift: int
    ) -> int:
        """The end of the Nth day after the day of ``start``, not counting ends inside a pause.

        :param days: the table's column of days; ``ends`` that of their ends; ``shift``: the end of days[i]
            stands at ends[i + shift]
        """
        table = self._covering(start, pauses[-1][1] if pauses else start)
        first = bisect_right(getattr(table, days), table.local_date(start)) + shift
        target = first + amount - 1
        table = self._with_row(table, ends, target)
        column = getattr(table, ends)
        for begin, end in pauses:
            low = bisect_left(column, begin)
            if low > target:
                break
            target += max(0, bisect_left(column, end) - max(low, first))
            table = self._with_row(table, ends, target)
            column = getattr(table, ends)
        return column[target]

    def _due_year(self, start: int, years: int) -> int:
        local = moment(start).astimezone(self.zone)
        try:
            due = local.replace(year=local.year + years)
        except ValueError:  # 29 February
            due = local.replace(year=local.year + years, day=28)
        return instant(due)

    def _provisional(self, due: int, duration: Duration) -> bool:
        return self._known_end is not None and duration.unit in OPEN_UNITS and due > self._known_end

    # -- other questions about time ----------------------------------------------------------------

    def after(self, moment_: datetime, duration: Duration) -> datetime:
        """The instant a duration after another one; ``after_due: 24h``, ``unanswered: 4bh``."""
        return moment(self._due(instant(moment_), duration, ()))

    def before(self, moment_: datetime, duration: Duration) -> datetime:
        """The last instant at which a duration is still left until another one; ``before_due: 2h``.

        ``cd`` and ``bd``: the Nth end of a day strictly before it.
        """
        end = instant(moment_)
        if duration.unit in DAY_UNITS:
            return moment(self._days_back(end, duration))
        if duration.unit == "bh":
            return moment(self._open_back(end, duration.seconds))
        if duration.unit == "y":
            return moment(self._due_year(end, -duration.amount))
        return moment(end - duration.seconds)

    def _days_back(self, end: int, duration: Duration) -> int:
        table = self._covering(end, end)
        while True:
            column = table.closings if duration.unit == "bd" else table.date_starts
            index = bisect_left(column, end) - duration.amount
            if index >= 0:
                return column[index]
            table = self._grown(table.first_year - 1, table.last_year)

    def _open_back(self, end: int, seconds: int) -> int:
        table = self._covering(end, end)
        while True:
            found = table.last_with(table.open_before(end) - seconds)
            if found is not None:
                return min(found, end)
            table = self._grown(table.first_year - 1, table.last_year + 1)

    def open_between(self, begin: datetime, end: datetime) -> int:
        """Open seconds in [begin, end); nought if the end is not later."""
        return self._open_between(instant(begin), instant(end))

    def _open_between(self, begin: int, end: int) -> int:
        if end <= begin:
            return 0
        table = self._covering(begin, end)
        return table.open_before(end) - table.open_before(begin)

    def add_open(self, start: datetime, seconds: int) -> datetime:
        """The first instant with that many open seconds after ``start``."""
        return moment(self._due_open(instant(start), seconds, ()))

    def counted(self, unit: str, begin: datetime, end: datetime, pauses: Pauses = ()) -> int:
        """Seconds that a clock of this unit counts in [begin, end): open time for bh and bd, else elapsed
        time."""
        low, high = instant(begin), instant(end)
        length = self._open_between if unit in OPEN_UNITS else elapsed_between
        stopped = sum(length(start, min(stop, high)) for start, stop in merged(pauses, low)) if pauses else 0
        return length(low, high) - stopped

    def share_instant(
        self, start: datetime, duration: Duration, due: datetime, pauses: Pauses = (), share: float = 1
    ) -> datetime:
        """The first instant outside a pause at which a share of a clock's time is used.

        The share is one of the time that the clock counts from ``start`` to ``due`` (open time for bh and
        bd), rounded up to whole seconds, so that a warning never comes too early. The whole share is
        ``due`` itself.

        :param share: 0.8 for 80 %; exact to hundredths of a percent; may be more than one
        """
        wanted = round(share * _SHARES)
        if wanted == _SHARES:
            return due
        begin = instant(start)
        if not pauses and duration.unit not in OPEN_UNITS:  # most clocks, asked for at each stage move
            length = elapsed_between(begin, instant(due))
            return moment(begin - (-length * wanted // _SHARES)) if length else due
        total = self.counted(duration.unit, start, due, pauses)
        if not total:
            return due
        seconds = -(-total * wanted // _SHARES)
        stops = merged(pauses, begin) if pauses else ()
        if duration.unit in OPEN_UNITS:
            return moment(self._due_open(begin, seconds, stops))
        return moment(due_elapsed(begin, seconds, stops))

    # -- the prepared years ------------------------------------------------------------------------

    def table(self, begin: datetime, end: datetime) -> OpenTable:
        """The prepared table that covers [begin, end]; for explanations."""
        return self._covering(instant(begin), instant(end))

    def hours_of(self, ordinal: int) -> Hours:
        """The open hours of a local date: an exception's, else those of its weekday."""
        hours = self._days.get(ordinal)
        return self._week[(ordinal - 1) % 7] if hours is None else hours

    def is_exception(self, ordinal: int) -> bool:
        """Whether a local date does not have the hours of its weekday."""
        return ordinal in self._days

    def _covering(self, low: int, high: int) -> OpenTable:
        table = self._table
        if table is not None and table.date_starts[0] <= low and high < table.date_starts[-1]:
            return table
        # a year more than asked for: most deadlines of a year's last weeks lie in the next one
        first, last = moment(low - DAY).year, moment(high + DAY).year + 1
        if table is not None:
            first, last = min(first, table.first_year), max(last, table.last_year)
        return self._grown(first, last)

    def _grown(self, first_year: int, last_year: int) -> OpenTable:
        if first_year < _FIRST_YEAR or last_year > _LAST_YEAR:
            raise CalendarError(f"calendar {self.name!r} cannot count beyond {_FIRST_YEAR} to {_LAST_YEAR}")
        self._table = table = build(self.zone, self.hours_of, first_year, last_year)
        return table

    def _longer(self, table: OpenTable) -> OpenTable:
        """The same years and as many again, ten at most: open seconds keep their count from the first
        year."""
        more = min(10, table.last_year - table.first_year + 1)
        if (
            table.closings
            and table.date_starts[-1] - table.closings[-1] > 10 * 366 * DAY
            or not table.closings
        ):
            raise CalendarError(f"nothing is open on calendar {self.name!r} for ten years")
        return self._grown(table.first_year, table.last_year + more)

    def _reach(self, table: OpenTable, target: int) -> tuple[int, OpenTable]:
        while (found := table.reach(target)) is None:
            table = self._longer(table)
        return found, table

    def _with_row(self, table: OpenTable, column: str, index: int) -> OpenTable:
        while index >= len(getattr(table, column)):
            table = self._longer(table)
        return table


def in_parts(
    calendar: Calendar, start: datetime, durations: Sequence[Duration], pauses: Pauses
) -> list[tuple[Duration, datetime, datetime]]:
    """Durations one after the other, each with its beginning and its deadline. Those of one unit are added
    up."""
    result = []
    for part in _summed(durations):
        # a deadline at 24:00 belongs to the day that ends: 15cd from there are counted from that day
        begin = start - _SECOND if result and part.unit in DAY_UNITS else start
        due, _provisional = calendar.due(begin, part, pauses)
        result.append((part, begin, due))
        start = due
    return result


def _summed(durations: Sequence[Duration]) -> list[Duration]:
    """Durations with neighbours of one unit added up."""
    result: list[Duration] = []
    for duration in durations:
        if result and result[-1].unit == duration.unit:
            result[-1] = Duration(result[-1].amount + duration.amount, duration.unit)
        else:
            result.append(duration)
    return result


def _names(calendar: Mapping[str, Any]) -> dict[date, dict[str, str]]:
    """Why dates are exceptions: ``names`` in English, ``names_zh_CN`` and the like in other languages."""
    result: dict[date, dict[str, str]] = {}
    for key, names in calendar.items():
        if key == "names" or key.startswith("names_"):
            lang = key.partition("_")[2] or "en"
            for day, why in (names or {}).items():
                result.setdefault(date.fromisoformat(day), {})[lang] = why
    return result


def _midnight(zone: ZoneInfo, day: date) -> int:
    """The first instant of a local date (or, where midnight is skipped, the first one after it)."""
    guess = (day.toordinal() - EPOCH_ORDINAL) * DAY
    offset = datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
    return guess - round(offset.total_seconds())
