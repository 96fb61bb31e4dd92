"""How a deadline comes about: every counted day, holiday, pause and extension, as data.

``reckon`` explains a clock of a case, ``explain`` a deadline on a calendar. ``reckoning_text`` has the
words.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from .clocks import Clock, State, clock_durations, clock_pauses
from .duration import Duration
from .open_table import OpenTable
from .policy import ClockSpec, Policy
from .working_time import Calendar, Pauses, in_parts, instant, merged, moment


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reckoning.

    ``kind``: start · elapsed · calendar_days · open_day · business_day · start_day · uncounted_day · closed
    · pause · extension · due · provisional · paused · ended. Which of the others are set depends on it.

    :param start: beginning of the interval, or the instant; aware UTC
    :param end: end of the interval
    :param first, last: local dates of a run of days
    :param seconds: counted in the interval
    :param number: of the counted day, or how many days
    :param name: the reason of a pause, a clock's state, a duration's text
    :param why: why a day is an exception, such as a holiday, by language
    """

    kind: str
    start: datetime | None = None
    end: datetime | None = None
    first: date | None = None
    last: date | None = None
    seconds: int | None = None
    number: int | None = None
    name: str | None = None
    why: Mapping[str, str] | None = None


def reckon(policy: Policy, state: State, clock: Clock, now: datetime) -> list[Line]:
    """Explain a clock.

    For a clock of an earlier cycle the state no longer has the pauses: give one replayed to a time of that
    cycle, or get the lines without the days.

    :param policy: the release that holds the clock
    :param now: how far a clock that stands still is explained
    """
    spec = policy.clock_spec(clock.sla, clock.name)
    lines = [Line("start", clock.started_at, name=clock.within)]
    if spec is not None and clock.cycle == state.cycle:
        lines += _counted(spec, state, clock, now)
    if clock.due_at is not None:
        lines.append(Line("due", clock.due_at))
    if clock.provisional and spec is not None:
        lines.append(Line("provisional", last=spec.calendar.known_until))
    if clock.paused_since is not None:
        lines.append(Line("paused", clock.paused_since))
    if clock.ended_at is not None:
        lines.append(Line("ended", clock.ended_at, name=clock.state))
    return lines


def _counted(spec: ClockSpec, state: State, clock: Clock, now: datetime) -> Iterator[Line]:
    """Extensions, days and pauses of a clock of the current cycle."""
    durations = clock_durations(spec, state)
    for extension in durations[1:]:
        yield Line("extension", name=extension.text)
    pauses, _open_since = clock_pauses(spec, state, clock.started_at, clock.ended_at)
    until = clock.paused_since or clock.due_at or now
    reasons = [
        Line("pause", pause.start, pause.end, name=pause.reason)
        for pause in state.pauses
        if pause.reason in spec.pauses and pause.end is not None and pause.start <= until
    ]
    yield from in_order([*explain(spec.calendar, clock.started_at, durations, pauses, until), *reasons])


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Lines by their beginning."""
    return sorted(lines, key=lambda line: line.start)


def explain(
    calendar: Calendar, start: datetime, durations: Sequence[Duration], pauses: Pauses, until: datetime
) -> list[Line]:
    """The counted and uncounted time from ``start`` until ``until`` (the deadline, or since when it stands
    still).

    :param durations: the time limit and its extensions
    """
    lines: list[Line] = []
    for duration, begin, due in in_parts(calendar, start, durations, pauses):
        end = min(due, until)
        if begin <= end:
            lines += _part(calendar, begin, duration, pauses, end)
    return lines


def _part(
    calendar: Calendar, start: datetime, duration: Duration, pauses: Pauses, end: datetime
) -> list[Line]:
    if duration.unit in ("bh", "bd"):
        days = _Days(calendar, start, end, merged(pauses, instant(start)) if pauses else [])
        return days.lines("business_day" if duration.unit == "bd" else "open_day")
    seconds = calendar.counted(duration.unit, start, end, pauses)
    if duration.unit == "cd":
        table = calendar.table(start, end)
        # the end itself is the first instant of the day after the last one
        first, last = table.local_date(instant(start)), table.local_date(instant(end) - 1)
        if last <= first:
            return []
        first_date, last_date = date.fromordinal(first + 1), date.fromordinal(last)
        return [Line("calendar_days", start, end, first_date, last_date, seconds, last - first)]
    return [Line("elapsed", start, end, seconds=seconds)]


class _Days:
    """The local days of an interval on a calendar."""

    def __init__(self, calendar: Calendar, start: datetime, end: datetime, pauses: list[tuple[int, int]]):
        self._calendar = calendar
        self._start, self._end = instant(start), instant(end)
        self._pauses = pauses
        self._table: OpenTable = calendar.table(start, end)

    def lines(self, kind: str) -> list[Line]:
        """A line a day with open time, runs of closed days joined.

        :param kind: business_day numbers the days after the first one; open_day counts their open seconds
        """
        result: list[Line] = []
        number = 0
        table = self._table
        first, last = table.local_date(self._start), table.local_date(max(self._start, self._end - 1))
        starts = dict(zip(table.dates, table.date_starts, strict=True))
        for ordinal in range(first, last + 1):
            if ordinal not in starts:
                continue  # a date that the zone skipped
            line = self._line(ordinal, starts[ordinal], _next_start(starts, ordinal))
            if line.kind == "closed":
                _add_closed(result, line)
                continue
            if kind == "business_day":
                line = self._business_day(line, ordinal, first, number + 1)
                number = line.number or number
            result.append(line)
        return result

    def _business_day(self, line: Line, ordinal: int, first: int, number: int) -> Line:
        """A day as one of a number of business days; ``end`` is its close of business."""
        if ordinal == first:
            return replace(line, kind="start_day")
        table = self._table
        closing = table.closings[bisect_left(table.business, ordinal)]
        if any(start <= closing < stop for start, stop in self._pauses):
            return replace(line, kind="uncounted_day", end=moment(closing))
        return replace(line, kind="business_day", end=moment(closing), number=number)

    def _line(self, ordinal: int, begin: int, end: int) -> Line:
        begin, end = max(begin, self._start), min(end, self._end)
        day = date.fromordinal(ordinal)
        kind = "open_day" if self._is_business(ordinal) else "closed"
        seconds = self._open_seconds(begin, end)
        why = self._calendar.names.get(day)
        return Line(kind, moment(begin), moment(end), day, day, seconds, why=why)

    def _is_business(self, ordinal: int) -> bool:
        """Whether the date has any open time; hours that a change of the zone skips are none."""
        index = bisect_left(self._table.business, ordinal)
        return index < len(self._table.business) and self._table.business[index] == ordinal

    def _open_seconds(self, begin: int, end: int) -> int:
        table = self._table
        counted = table.open_before(end) - table.open_before(begin)
        for start, stop in self._pauses:
            low, high = max(begin, start), min(end, stop)
            if low < high:
                counted -= table.open_before(high) - table.open_before(low)
        return counted


def _next_start(starts: dict[int, int], ordinal: int) -> int:
    following = ordinal + 1
    while following not in starts:
        following += 1
    return starts[following]


def _add_closed(lines: list[Line], line: Line) -> None:
    """Add a closed day, joined to the one before it if both are closed for the same reason."""
    if lines and lines[-1].kind == "closed" and lines[-1].why == line.why:
        lines[-1] = replace(lines[-1], end=line.end, last=line.last)
    else:
        lines.append(line)
