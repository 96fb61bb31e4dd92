"""Whose time it was, and who held a case when: read off its facts, for people to look at.

Of two reasons to wait at the same time, the one that began first counts. A closed case waits for nobody. All
of it is elapsed time, whatever calendars the clocks count on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .case import CLOSING, Case, Event

OURS = ""
"""Instead of the reason of a pause: the time in which nothing kept us from working."""
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Held:
    """A time in which one team and person held a case.

    :param team: what the facts call the team (``team_id``), None if they name none
    :param holder: the same of the person (``holder_id``)
    :param end: None while it lasts
    :param time: from start to end, or to now, without the time in which the case was closed
    :param ours: the part of it that was our own
    """

    team: int | str | None
    holder: int | str | None
    start: datetime
    end: datetime | None
    time: timedelta
    ours: timedelta


def whose_time(events: Sequence[Event], now: datetime) -> dict[str, timedelta]:
    """The time of each: of us first, then of each reason to wait in the order in which they began.

    >>> whose_time([], datetime(2026, 1, 1))
    {'': datetime.timedelta(0)}
    """
    shares = {OURS: _NONE}
    for start, end, owner, _who in _stretches(events, now):
        if owner is not None:
            shares[owner] = shares.get(owner, _NONE) + (end - start)
    return shares


def who_held(events: Sequence[Event], now: datetime) -> list[Held]:
    """Who held the case when, the earliest first; who got it and lost it in the same second is left out."""
    found: list[Held] = []
    for start, end, owner, who in _stretches(events, now):
        if owner is None or start == end:
            continue
        spent, ours = end - start, end - start if owner == OURS else _NONE
        last = found[-1] if found else None
        if last is not None and (last.team, last.holder) == who and last.end == start:
            found[-1] = Held(*who, last.start, end, last.time + spent, last.ours + ours)
        else:
            found.append(Held(*who, start, end, spent, ours))
    if found and found[-1].end == now and _is_open(events, now):
        last = found[-1]
        found[-1] = Held(last.team, last.holder, last.start, None, last.time, last.ours)
    return found


_Who = tuple[int | str | None, int | str | None]


def _stretches(
    events: Sequence[Event], now: datetime
) -> Iterator[tuple[datetime, datetime, str | None, _Who]]:
    """(start, end, whose, (team, holder)) between each two facts, the last one up to now; whose is None while
    the case is closed."""
    waiting: list[str] = []
    closed, since = False, None
    who: _Who = (None, None)
    for event in Case(tuple(events)).in_order(now):
        if since is not None:
            yield since, event.at, None if closed else (waiting or [OURS])[0], who
        since = event.at
        closed = (closed or event.kind in CLOSING) and event.kind != "reopened"
        waits_after(waiting, event)
        attributes = event.data.get("set") or {}
        who = attributes.get("team_id", who[0]), attributes.get("holder_id", who[1])
    if since is not None:
        yield since, now, None if closed else (waiting or [OURS])[0], who


def waits_after(waiting: list[str], event: Event) -> None:
    """What a case waits for after a fact, by reason, the first one first; changes the list in place."""
    reason = event.data.get("reason")
    if event.kind == "paused" and (reason or OURS) not in waiting:
        waiting.append(reason or OURS)
    elif event.kind == "resumed":
        waiting[:] = [one for one in waiting if reason and one != reason]
    elif event.kind == "reopened":
        waiting.clear()


def _is_open(events: Sequence[Event], now: datetime) -> bool:
    closed = False
    for event in Case(tuple(events)).in_order(now):
        closed = (closed or event.kind in CLOSING) and event.kind != "reopened"
    return not closed
