"""Cover (F7): how many agents are wanted at which hours, how many are planned, and where some are missing.

How it works
    ``load_lines`` reads the lines of ``workload.cover``. ``wanted`` lays them out over days of the calendar:
    of several lines for an hour the highest number holds. ``present`` counts the people of a plan, each once
    however many shifts they have at a time. ``gaps`` are the times at which fewer are planned than wanted.

Hours are those of the clock on the wall in the zone of the line's calendar. An hour that a change to summer
time leaves out needs nobody; one that is repeated needs its agents twice. On a holiday of the calendar only
the hours of `daily` hold: a peak of work days does not come on a holiday, and round the clock is meant
literally. A working day by exception, such as the Saturday before a long holiday in China, has the hours of
the first weekday that is open.

Whoever serves two channels at a time counts for both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from typing import Any, NamedTuple

from .hours import DAY, Hours, read_hours, read_week, split
from .policy import Policy, as_list
from .working_time import Calendar

UTC = timezone.utc
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
DAILY = "daily"


class Stretch(NamedTuple):
    """A time during which a number does not change."""

    start: datetime
    end: datetime
    agents: int


class Gap(NamedTuple):
    """A time at which fewer agents are planned for a channel than are wanted."""

    channel: str
    start: datetime
    end: datetime
    wanted: int
    planned: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ``cover``, prepared.

    :param daily: the hours that hold on holidays too
    """

    channels: tuple[str, ...]
    week: tuple[Hours, ...]
    daily: Hours
    agents: int
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Stint:
    """One person who is planned for some channels; None: for all."""

    person: int
    channels: frozenset[str] | None
    start: datetime
    end: datetime


def load_lines(policy: Policy) -> tuple[Line, ...]:
    """The lines of a policy, in its order; without any nobody is wanted."""
    known = policy.prepared.get("cover")
    if known is None:
        written = (policy.raw.get("workload") or {}).get("cover") or ()
        known = policy.prepared["cover"] = tuple(_line(policy, one) for one in written)
    return known


def _line(policy: Policy, written: Mapping[str, Any]) -> Line:
    calendar = policy.calendars[written["calendar"]] if "calendar" in written else policy.calendar
    return Line(
        tuple(as_list(written["channel"])),
        read_week(written["hours"]),
        read_hours(split(written["hours"].get(DAILY, ()))),
        written["agents"],
        calendar or Calendar.always_open(),
    )


# -- what is wanted ----------------------------------------------------------------------------------------


def wanted(lines: Sequence[Line], begin: date, end: date) -> dict[str, list[Stretch]]:
    """How many agents each channel needs from one day to before another one, in order of time; times at
    which nobody is wanted are left out. A channel of which a line tells is always in the result."""
    found: dict[str, list[Stretch]] = {channel: [] for line in lines for channel in line.channels}
    for line in lines:
        stretches = [
            Stretch(start, stop, line.agents)
            for ordinal in range(begin.toordinal(), end.toordinal())
            for hours in (_hours(line, ordinal),)
            if hours
            for start, stop in _on_the_wall(line.calendar.zone, ordinal, hours)
        ]
        for channel in line.channels:
            found[channel] += stretches
    return {channel: _summed(stretches, max) for channel, stretches in found.items()}


def _hours(line: Line, ordinal: int) -> Hours:
    weekday = (ordinal - 1) % 7
    if not line.calendar.is_exception(ordinal):
        return line.week[weekday]
    if not line.calendar.hours_of(ordinal):
        return line.daily
    usual = _usual_days(line.calendar, ordinal)
    return line.week[weekday if weekday in usual or not usual else usual[0]]


def _usual_days(calendar: Calendar, ordinal: int) -> list[int]:
    """The weekdays on which a calendar is open when nothing special is on."""
    found = []
    for weekday in range(7):
        near = ordinal - (ordinal - 1 - weekday) % 7
        usual = next((one for one in range(near, near - 70, -7) if not calendar.is_exception(one)), None)
        if usual is not None and calendar.hours_of(usual):
            found.append(weekday)
    return found


def _on_the_wall(zone, ordinal: int, hours: Hours) -> list[tuple[datetime, datetime]]:
    """Hours of a local day as instants, exact also where the clock changes in the middle of them."""
    found = []
    for start, end, shift in _pieces(zone, ordinal):
        midnight = datetime.combine(date.fromordinal(ordinal), time_of_day(), UTC) - shift
        for opening, closing in hours:
            first = max(start, midnight + timedelta(seconds=opening))
            last = min(end, midnight + timedelta(seconds=closing))
            if first < last:
                found.append((first, last))
    return found


def _pieces(zone, ordinal: int) -> list[tuple[datetime, datetime, timedelta]]:
    """[(start, end, offset from UTC)] of a local day: two where the clock changes, else one."""
    start, end = (
        datetime.combine(date.fromordinal(day), time_of_day(), zone).astimezone(UTC)
        for day in (ordinal, ordinal + 1)
    )

    def shift(at: datetime) -> timedelta:
        return at.astimezone(zone).utcoffset()

    if shift(start) == shift(end - SECOND):
        return [(start, end, shift(start))]
    low, high = 0, int((end - start).total_seconds()) - 1  # the change lies after low, at or before high
    while high - low > 1:
        middle = (low + high) // 2
        if shift(start + middle * SECOND) == shift(start):
            low = middle
        else:
            high = middle
    change = start + high * SECOND
    return [(start, change, shift(start)), (change, end, shift(change))]


# -- what is planned ---------------------------------------------------------------------------------------


def present(stints: Iterable[Stint], channel: str | None = None) -> list[Stretch]:
    """How many people are planned, of a channel or at all, each counted once at a time."""
    by_person: dict[int, list[Stretch]] = defaultdict(list)
    for one in stints:
        if one.start < one.end and (channel is None or one.channels is None or channel in one.channels):
            by_person[one.person].append(Stretch(one.start, one.end, 1))
    once = [stretch for own in by_person.values() for stretch in _summed(own, max)]
    return _summed(once, sum)


def _summed(stretches: Sequence[Stretch], together) -> list[Stretch]:
    """Stretches that do not overlap, neighbours with one number joined; ``together``: ``max`` or ``sum`` of
    those that hold at a time."""
    begun: dict[datetime, list[int]] = defaultdict(list)
    over: dict[datetime, list[int]] = defaultdict(list)
    for start, end, agents in stretches:
        begun[start].append(agents)
        over[end].append(agents)
    found: list[Stretch] = []
    running: list[int] = []
    last = None
    for at in sorted({*begun, *over}):
        if running:
            _append(found, Stretch(last, at, together(running)))
        for agents in over[at]:
            running.remove(agents)
        running += begun[at]
        last = at
    return found


def _append(found: list, stretch) -> None:
    """Add a stretch or gap, or lengthen the last one if it goes on with the same numbers."""
    if (
        found
        and found[-1].end == stretch.start
        and found[-1]._replace(end=stretch.end) == stretch._replace(start=found[-1].start)
    ):
        found[-1] = found[-1]._replace(end=stretch.end)
    else:
        found.append(stretch)


# -- where some are missing --------------------------------------------------------------------------------


def compared(needs: Sequence[Stretch], planned: Sequence[Stretch], channel: str) -> list[Gap]:
    """All times at which somebody is wanted, with how many are planned then; enough or not."""
    found: list[Gap] = []
    place = 0
    for start, end, agents in needs:
        while place < len(planned) and planned[place].end <= start:
            place += 1
        at, here = start, place
        while at < end:
            while here < len(planned) and planned[here].end <= at:
                here += 1
            one = planned[here] if here < len(planned) else None
            if one is None or one.start >= end:
                there, until = 0, end
            elif one.start > at:
                there, until = 0, one.start
            else:
                there, until = one.agents, min(end, one.end)
            _append(found, Gap(channel, at, until, agents, there))
            at = until
    return found


def gaps(lines: Sequence[Line], stints: Sequence[Stint], begin: date, end: date) -> list[Gap]:
    """The times from one day to before another one at which too few are planned, by channel and time."""
    return [
        one
        for channel, needs in wanted(lines, begin, end).items()
        for one in compared(needs, present(stints, channel), channel)
        if one.planned < one.wanted
    ]


def by_hour(spans: Sequence[Gap], zone, begin: date, end: date) -> dict[tuple[date, int], Gap]:
    """{(local day, hour): the worst moment of that hour} of what `compared` gave; an hour at which nobody is
    wanted is left out. The worst is where most are missing; of equals, where most are wanted."""
    found: dict[tuple[date, int], Gap] = {}
    for span in spans:
        at = span.start
        while at < span.end:
            local = at.astimezone(zone)
            key = (local.date(), local.hour)
            if begin <= key[0] < end:
                known = found.get(key)
                if known is None or _worse(span) > _worse(known):
                    found[key] = span
            # to the next full hour on the wall; every zone is at a full minute from UTC nowadays
            at += HOUR - timedelta(minutes=local.minute, seconds=local.second)
    return found


def _worse(span: Gap) -> tuple[int, int]:
    return span.wanted - span.planned, span.wanted


def hours_of(spans: Iterable[Gap | Stretch]) -> float:
    """How long some times are together, in hours."""
    return sum((one.end - one.start).total_seconds() for one in spans) / (DAY / 24)
