"""Surges: many similar cases in a short time.

How to use
    ``load_rules`` reads the rules of a policy, ``key_of`` says to which group of similar cases one belongs.
    ``follow`` makes incidents of the arrivals of one group; where it left off it goes on from the incident
    that it gave before. ``replay`` does all of that over cases of the past.

How it works
    A rule counts the cases of a group that arrived in a window, and knows how many are too many (``Bar``):

    - ``count``: so many cases within a sliding window, both ends included.
    - ``times``: so many times the usual of this hour of the week. The window is the slot of the day in which
      the case arrived, such as the hour from 14 to 15 o'clock; the usual is the mean of the same slot of the
      same weekday in the weeks before. Chance must not explain the count either: module ``chance``. Each slot
      is tested once, so that ``false_alarms`` bounds what chance does in all groups together; the count is
      compared with the bar of the whole slot from its beginning, so an alarm need not wait for its end.

    Slots are of the clock on the wall: a slot that a change to summer time leaves out is empty, one that it
    repeats is twice as long, and both weigh as they lasted.

    An incident begins with the first case of the window that reached the bar. It lasts as long as windows
    reach it, and ends when none has for ``quiet_for``. All cases of the group that arrive meanwhile belong to
    it. Only then can the next one begin, so a surge is one incident however long it lasts. An earlier surge
    counts towards the usual: what comes every Monday is usual on Mondays.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from . import chance
from .duration import Duration
from .matching import Condition
from .policy import Policy

DAY, WEEK = 86400, 7
Key = tuple[str, ...]
Arrival = tuple[datetime, int]
"""When a case of a group arrived, and which one."""


@dataclass(frozen=True, slots=True)
class SurgeRule:
    """A prepared rule; durations in seconds. ``count`` or ``times`` is set, the other None."""

    name: str
    condition: Condition
    group_by: tuple[str, ...]
    within: int
    quiet_for: int
    count: int | None
    times: float | None
    weeks: int
    at_least: int
    alarms: float
    per: int
    do: tuple[Mapping[str, Any], ...]
    written: Mapping[str, Any]

    @property
    def fewest(self) -> int:
        """No group with fewer cases in a window is a surge."""
        return self.at_least if self.count is None else self.count

    def key_of(self, attributes: Mapping[str, Any]) -> Key | None:
        """The group of similar cases; None for a case that is not meant or lacks what makes it similar."""
        if not self.condition.holds(attributes, 1):
            return None
        key = tuple(attributes.get(name) for name in self.group_by)
        return None if None in key else key

    def alpha(self, groups: int) -> float:
        """How probable a false alarm may be in one slot of one of so many groups."""
        return self.alarms * self.within / self.per / max(groups, 1)


def load_rules(policy: Policy) -> tuple[SurgeRule, ...]:
    """The rules of a policy about surges, in their order; read once for a policy."""
    known = policy.prepared.get("surges")
    if known is None:
        known = policy.prepared["surges"] = tuple(
            _rule(policy, entry) for entry in policy.raw.get("surges") or ()
        )
    return known


def zone_of(policy: Policy) -> ZoneInfo | timezone:
    """Whose hours of the week are meant: those of the pack's calendar."""
    return policy.calendar.zone if policy.calendar else timezone.utc


def _rule(policy: Policy, entry: Mapping[str, Any]) -> SurgeRule:
    within = _seconds(entry["within"])
    chances = entry.get("false_alarms") or {}
    return SurgeRule(
        entry["name"],
        policy.condition(entry),
        tuple(entry["group_by"]),
        within,
        _seconds(entry["quiet_for"]) if "quiet_for" in entry else within,
        entry.get("count"),
        entry.get("times"),
        _seconds(entry["baseline"]) // (WEEK * DAY) if "baseline" in entry else 0,
        entry.get("at_least", 0),
        chances.get("at_most", 0),
        _seconds(chances["per"]) if "per" in chances else DAY,
        tuple(entry["do"]),
        entry,
    )


def _seconds(text: str) -> int:
    return Duration.parse(text).seconds


# -- slots of the week -----------------------------------------------------------------------------------


class Slot(NamedTuple):
    """A part of a day on the clock on the wall: from ``start`` to before ``end``, in UTC. ``day``: ordinal of
    the date; ``index``: which part of it."""

    day: int
    index: int
    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it lasts; less or more than usual when the clocks change."""
        return max(0.0, (self.end - self.start).total_seconds())


def slot_at(zone, within: int, at: datetime) -> Slot:
    """The slot in which an instant lies.

    :param within: seconds; a day is a multiple of it
    """
    local = at.astimezone(zone)
    index = (local.hour * 3600 + local.minute * 60 + local.second) // within
    return slot_of(zone, within, local.toordinal(), index)


def slot_of(zone, within: int, day: int, index: int) -> Slot:
    """A slot by its day and its place in it."""
    return Slot(
        day, index, _on_the_wall(zone, day, index * within), _on_the_wall(zone, day, (index + 1) * within)
    )


def slots_before(zone, within: int, slot: Slot, weeks: int) -> list[Slot]:
    """The same slot in the weeks before, the latest first."""
    return [slot_of(zone, within, slot.day - WEEK * week, slot.index) for week in range(1, weeks + 1)]


def windows_before(zone, start: datetime, end: datetime, weeks: int) -> list[tuple[datetime, datetime]]:
    """The same window on the clock on the wall in the weeks before, the latest first."""
    local = [at.astimezone(zone) for at in (start, end)]
    return [
        tuple((at - timedelta(weeks=week)).astimezone(timezone.utc) for at in local)
        for week in range(1, weeks + 1)
    ]


def _on_the_wall(zone, day: int, seconds: int) -> datetime:
    local = datetime.combine(date.fromordinal(day), time_of_day(), zone) + timedelta(seconds=seconds)
    return local.astimezone(timezone.utc)


# -- how many are too many -------------------------------------------------------------------------------


class Bar(NamedTuple):
    """From when cases count for an arrival, how many make a surge (None: that cannot be said yet), and how
    many are usual."""

    start: datetime
    need: int | None
    usual: float | None = None


@dataclass(slots=True)
class Past:
    """What is known about a group before: how many cases arrived in which slots.

    :param since: when the register began; what lies before is unknown, not empty
    """

    zone: Any
    within: int
    since: datetime
    counts: Mapping[tuple[int, int], int] = field(default_factory=Counter)

    def earlier(self, slot: Slot, weeks: int) -> tuple[int, float]:
        """(cases, how many times as long as the slot) of the same slot in the weeks before."""
        known = [one for one in slots_before(self.zone, self.within, slot, weeks) if one.start >= self.since]
        cases = sum(self.counts.get(one[:2], 0) for one in known)
        return cases, sum(one.seconds for one in known) / slot.seconds if slot.seconds else 0.0

    def spread(self, day: int, weeks: int) -> float:
        """How much more than by chance the counts of the weeks before a day vary."""
        first = self.since.astimezone(self.zone).toordinal() + 1  # of the day itself a part may be unknown
        slots = range(DAY // self.within)
        return chance.spread_of(
            [self.counts.get((one, index), 0) for one in range(day - WEEK + weekday, first - 1, -WEEK)][
                :weeks
            ]
            for weekday in range(WEEK)
            for index in slots
        )


def unusual(rule: SurgeRule, past: Past, slot: Slot, groups: int, spread: float = 1.0) -> Bar:
    """The bar of a slot for a rule with ``times``.

    :param groups: of similar cases that are watched; chance has a try in each
    """
    cases, exposure = past.earlier(slot, rule.weeks)
    usual = cases / exposure if exposure else None
    lowest = max(rule.at_least, ceil(rule.times * usual - 1e-9)) if usual is not None else 0
    return Bar(slot.start, chance.least(rule.alpha(groups), lowest, cases, exposure, spread), usual)


def many(rule: SurgeRule, at: datetime) -> Bar:
    """The bar of an arrival for a rule with ``count``."""
    return Bar(at - timedelta(seconds=rule.within), rule.count)


def reach(rule: SurgeRule, zone, since: datetime) -> datetime:
    """From when arrivals must be known, to judge those from an instant on."""
    if rule.times is None:
        return since - timedelta(seconds=rule.within)
    return slot_at(zone, rule.within, since).start


# -- incidents -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Incident:
    """One surge of one group. ``began``: the first case; ``noticed``: the case with which the bar was
    reached; ``last``: the latest one with which it was; ``ended``: None while it lasts. ``peak``: the most
    cases in one window, with the bar and the usual of that window."""

    began: datetime
    noticed: datetime
    last: datetime
    ended: datetime | None = None
    ids: set[int] = field(default_factory=set)
    peak: int = 0
    need: int = 0
    usual: float | None = None

    def settle(self, rule: SurgeRule, now: datetime) -> None:
        """End it if it has been quiet long enough."""
        over = self.last + timedelta(seconds=rule.quiet_for)
        if self.ended is None and now > over:
            self.ended = over


def follow(
    rule: SurgeRule,
    arrivals: Iterable[Arrival],
    bar_at: Callable[[datetime], Bar],
    now: datetime,
    known: Incident | None = None,
) -> list[Incident]:
    """The incidents of one group until ``now``, in order of time.

    :param arrivals: of the group, in any order; with ``known`` those that the windows of its end need are
        enough
    :param known: the newest incident so far; it is gone on with, in place, and is the first of the result
    """
    ordered = sorted(set(arrivals))
    times = [at for at, _id in ordered]
    found = [known] if known else []
    for place, (at, ident) in enumerate(ordered):
        newest = found[-1] if found else None
        if newest:
            newest.settle(rule, at)
            if at <= (newest.ended or at):
                _join(newest, at, ident)
        bar = bar_at(at)
        first = bisect_left(times, bar.start)
        here = place + 1 - first
        if bar.need is None or here < bar.need:
            continue
        if newest is None or (newest.ended is not None and at > newest.ended):
            newest = Incident(
                ordered[first][0], at, at, None, {one for _at, one in ordered[first : place + 1]}
            )
            found.append(newest)
        if newest.ended is None:
            newest.last = max(newest.last, at)
            if here > newest.peak:
                newest.peak, newest.need, newest.usual = here, bar.need, bar.usual
    if found:
        found[-1].settle(rule, now)
    return found


def _join(incident: Incident, at: datetime, ident: int) -> None:
    if at >= incident.began:
        incident.ids.add(ident)


# -- the past --------------------------------------------------------------------------------------------


def replay(
    rule: SurgeRule,
    cases: Sequence[tuple[datetime, int, Mapping[str, Any]]],
    zone,
    now: datetime,
) -> list[tuple[Key, Incident]]:
    """The incidents that a rule would have made of past cases, by their beginning.

    :param cases: (arrived, number, attributes)
    """
    groups: dict[Key, list[Arrival]] = defaultdict(list)
    for at, ident, attributes in cases:
        key = rule.key_of(attributes)
        if key is not None and at <= now:
            groups[key].append((at, ident))
    since = min((at for at, _id, _attributes in cases), default=now)
    firsts = sorted(min(arrivals)[0] for arrivals in groups.values())
    found = []
    for key, arrivals in groups.items():
        bars = _Bars(rule, zone, since, firsts, arrivals).bar_at
        found += [(key, one) for one in follow(rule, arrivals, bars, now)]
    return sorted(found, key=lambda one: (one[1].began, one[0]))


class _Bars:
    """The bars of one group while its past is lived through, each slot's reckoned once and only if enough
    cases came in it."""

    def __init__(
        self, rule: SurgeRule, zone, since: datetime, firsts: list[datetime], arrivals: list[Arrival]
    ):
        self.rule, self.firsts = rule, firsts
        self.past = Past(zone, rule.within, since)
        self.known: dict[tuple[int, int], Bar] = {}
        self.spreads: dict[int, float] = {}
        self.slots: dict[datetime, Slot] = {}
        if rule.times is not None:
            self.slots = {at: slot_at(zone, rule.within, at) for at, _id in arrivals}
            self.past.counts = Counter(self.slots[at][:2] for at, _id in arrivals)

    def bar_at(self, at: datetime) -> Bar:
        if self.rule.times is None:
            return many(self.rule, at)
        slot = self.slots[at]
        if self.past.counts[slot[:2]] < self.rule.at_least:
            return Bar(slot.start, None)
        if slot[:2] not in self.known:
            groups = bisect_left(self.firsts, slot.end)
            if slot.day not in self.spreads:
                self.spreads[slot.day] = self.past.spread(slot.day, self.rule.weeks)
            self.known[slot[:2]] = unusual(self.rule, self.past, slot, groups, self.spreads[slot.day])
        return self.known[slot[:2]]
