"""Working time the slow way: minute by minute, for tests of the fast way.

Everything is told by looking at the wall clock of each minute. A day that the zone skipped has no minutes,
an hour that it repeats has them twice.
"""

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60


@lru_cache(maxsize=32)
def wall_clock(zone: str, first: str, days: int) -> tuple[int, list[tuple[int, int]]]:
    """(local date, minute of the day) of every minute of a window, and the window's first instant."""
    begin = int(datetime.fromisoformat(first).replace(tzinfo=timezone.utc).timestamp())
    utc = datetime.fromtimestamp(begin, timezone.utc)
    walls = []
    for minute in range(days * 24 * 60):
        local = (utc + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
        walls.append((local.toordinal(), local.hour * 60 + local.minute))
    return begin, walls


class Oracle:
    """A calendar over a window of time; None wherever the window is too short to tell."""

    def __init__(self, zone: str, first: str, days: int, week: list, exceptions: dict[str, list]):
        self._begin, self._walls = wall_clock(zone, first, days)
        hours = {date.fromisoformat(day).toordinal(): _minutes(pieces) for day, pieces in exceptions.items()}
        ordinary = [_minutes(pieces) for pieces in week]
        self._open = [
            minute in hours.get(day, ordinary[date.fromordinal(day).weekday()]) for day, minute in self._walls
        ]

    def _paused(self, instant: int, pauses: list[tuple[int, int]]) -> bool:
        return any(begin <= instant < end for begin, end in pauses)

    def spend(self, start: int, seconds: int, pauses: list[tuple[int, int]], open_only: bool) -> int | None:
        """The first instant outside the pauses at which so many seconds were counted."""
        counted = 0
        instant = start
        for index in range((start - self._begin) // MINUTE, len(self._walls)):
            if not self._paused(instant, pauses):
                if counted >= seconds:
                    return instant
                if self._open[index] or not open_only:
                    if seconds - counted < MINUTE:
                        return instant + seconds - counted
                    counted += MINUTE
            instant += MINUTE
        return None

    def counted(self, start: int, end: int, pauses: list[tuple[int, int]], open_only: bool) -> int:
        """Seconds counted from one whole minute to another."""
        first, last = (start - self._begin) // MINUTE, (end - self._begin) // MINUTE
        return MINUTE * sum(
            (self._open[index] or not open_only) and not self._paused(self._begin + index * MINUTE, pauses)
            for index in range(first, last)
        )

    def day_end(self, start: int, number: int, pauses: list[tuple[int, int]], open_only: bool) -> int | None:
        """The Nth end of a later day that does not lie in a pause."""
        today = self._walls[(start - self._begin) // MINUTE][0]
        ends = self._closings() if open_only else self._midnights()
        for day in sorted(ends):
            if day > today and not self._paused(ends[day], pauses):
                number -= 1
                if not number:
                    return ends[day]
        return None

    def _closings(self) -> dict[int, int]:
        last = {}
        for index, (day, _minute) in enumerate(self._walls):
            if self._open[index]:
                last[day] = self._begin + (index + 1) * MINUTE
        last.pop(self._walls[-1][0], None)  # the window may cut its last day
        return last

    def _midnights(self) -> dict[int, int]:
        """The end of each existing day: the first instant of a later date."""
        ends, newest = {}, self._walls[0][0]
        for index, (day, _minute) in enumerate(self._walls):
            if day > newest:
                ends[newest] = self._begin + index * MINUTE
                newest = day
        return ends


def _minutes(pieces: list) -> set[int]:
    result = set()
    for begin, end in pieces:
        low, high = (int(text[:2]) * 60 + int(text[3:]) for text in (begin, end))
        result.update(range(low, high))
    return result
