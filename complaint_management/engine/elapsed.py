"""Instants as seconds since 1970, pauses, and elapsed time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone

Pauses = Sequence[tuple[datetime, datetime]]
"""Ended pauses [start, end) in aware time, in any order; they may overlap."""


def instant(moment_: datetime) -> int:
    """Seconds since 1970 of an aware time."""
    return int(moment_.timestamp())


def moment(instant_: int) -> datetime:
    """The aware UTC time of seconds since 1970."""
    return datetime.fromtimestamp(instant_, timezone.utc)


def merged(pauses: Pauses, start: int) -> list[tuple[int, int]]:
    """Pauses as sorted seconds, joined where they overlap or touch, cut at ``start``, empty ones left
    out."""
    result: list[tuple[int, int]] = []
    for begin, end in sorted((max(instant(begin), start), instant(end)) for begin, end in pauses):
        if begin >= end:
            continue
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((begin, end))
    return result


def due_elapsed(start: int, seconds: int, pauses: Iterable[tuple[int, int]]) -> int:
    """When that many seconds outside the pauses have passed, all in seconds since 1970."""
    due = start + seconds
    for begin, end in pauses:
        if end <= start:
            continue
        if begin > due:
            break
        due += end - max(begin, start)
    return due


def elapsed_between(begin: int, end: int) -> int:
    """Seconds in [begin, end); nought if the end is not later."""
    return max(0, end - begin)
