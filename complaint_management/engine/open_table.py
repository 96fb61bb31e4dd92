"""The open hours of a calendar as sorted UTC seconds, prepared for whole years.

Wall-clock semantics: an instant is open if and only if its local wall time lies in the hours of its local
date. So a local day with a change of the zone is cut into pieces of constant offset: an hour that happens
twice is open twice, an hour that is skipped not at all, and a skipped date (Pacific/Apia, 30 December 2011)
does not exist.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .hours import DAY, Hours

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_SAMPLE = 12 * 3600  # seconds between two looks at the zone's offset; no zone changes twice in half a day


@dataclass(frozen=True, slots=True)
class OpenTable:
    """Immutable, so that threads can share it. All instants are seconds since 1970 in UTC.

    ``starts``/``ends``/``before``: open intervals and the open seconds before each one. ``total`` is their
    sum; ``sums`` the open seconds up to the end of each. ``dates``/``date_starts``: the existing local
    dates (as ordinals) and their first instants, one more than the years cover. ``business``/``closings``:
    dates with open time and their last open instant.
    """

    first_year: int
    last_year: int
    changes: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    dates: list[int] = field(default_factory=list)
    date_starts: list[int] = field(default_factory=list)
    business: list[int] = field(default_factory=list)
    closings: list[int] = field(default_factory=list)

    def covers(self, instant: int) -> bool:
        """Whether the prepared years hold this instant."""
        return self.date_starts[0] <= instant < self.date_starts[-1]

    def local_date(self, instant: int) -> int:
        """The ordinal of the local date at an instant."""
        offset = self.offsets[bisect_right(self.changes, instant) - 1]
        return (instant + offset) // DAY + EPOCH_ORDINAL

    def open_before(self, instant: int) -> int:
        """Open seconds from the table's beginning up to an instant."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        return self.before[index] + min(instant, self.ends[index]) - self.starts[index]

    def reach(self, seconds: int) -> int | None:
        """The first instant with that much open time before it; None beyond the prepared years."""
        index = bisect_left(self.sums, seconds)
        if index == len(self.sums):
            return None
        return self.starts[index] + seconds - self.before[index]

    def last_with(self, seconds: int) -> int | None:
        """The last instant with only that much open time before it; None before the prepared years."""
        if seconds < 0:
            return None
        index = bisect_right(self.sums, seconds)
        if index == len(self.sums):
            return None
        return self.starts[index] + seconds - self.before[index]


def build(zone: ZoneInfo, hours_of: Callable[[int], Hours], first_year: int, last_year: int) -> OpenTable:
    """Prepare the table of whole local years.

    :param hours_of: the open hours of a local date, given as ordinal
    """
    table = OpenTable(first_year, last_year)
    first = date(first_year, 1, 1).toordinal()
    last = date(last_year + 1, 1, 1).toordinal()
    date_starts: dict[int, int] = {}
    closings: dict[int, int] = {}
    for begin, end, offset in _pieces(
        zone, (first - 2 - EPOCH_ORDINAL) * DAY, (last + 2 - EPOCH_ORDINAL) * DAY
    ):
        table.changes.append(begin)
        table.offsets.append(offset)
        local_begin, local_end = begin + offset, end + offset
        low = max(first, local_begin // DAY + EPOCH_ORDINAL)
        high = min(last, (local_end - 1) // DAY + EPOCH_ORDINAL)
        for ordinal in range(low, high + 1):
            midnight = (ordinal - EPOCH_ORDINAL) * DAY
            date_starts.setdefault(ordinal, max(midnight, local_begin) - offset)
            if ordinal == last:
                break  # only its first instant is wanted: the end of the last day
            for opening, closing in hours_of(ordinal):
                start = max(midnight + opening, local_begin) - offset
                stop = min(midnight + closing, local_end) - offset
                if start < stop:
                    _append(table, start, stop)
                    closings[ordinal] = stop
    table.dates.extend(date_starts)
    table.date_starts.extend(date_starts.values())
    table.business.extend(closings)
    table.closings.extend(closings.values())
    return table


def _append(table: OpenTable, start: int, stop: int) -> None:
    """Add an open interval at the end, joined to the last one where they touch."""
    if table.ends and table.ends[-1] == start:
        table.ends[-1] = stop
        table.sums[-1] += stop - start
        return
    done = table.sums[-1] if table.sums else 0
    table.starts.append(start)
    table.ends.append(stop)
    table.before.append(done)
    table.sums.append(done + stop - start)


def _pieces(zone: ZoneInfo, begin: int, end: int) -> list[tuple[int, int, int]]:
    """Cut [begin, end) into (from, to, offset) of constant offset from UTC, all in seconds."""
    pieces = []
    start, offset = begin, _offset(zone, begin)
    for instant in range(begin + _SAMPLE, end + _SAMPLE, _SAMPLE):
        if _offset(zone, instant) != offset:
            change = _change(zone, instant - _SAMPLE, instant)
            pieces.append((start, change, offset))
            start, offset = change, _offset(zone, change)
    pieces.append((start, end, offset))
    return pieces


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first second in (low, high] whose offset is no longer that of ``low``."""
    offset = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _offset(zone: ZoneInfo, instant: int) -> int:
    """Seconds east of UTC at an instant."""
    local = (_EPOCH + timedelta(seconds=instant)).astimezone(zone)
    return round(local.utcoffset().total_seconds())
