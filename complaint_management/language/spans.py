"""How long a written duration lasts, about: enough to say which of two is longer, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "cd": 86400, "y": 365 * 86400}
_WRITTEN = re.compile(r"([0-9]+)([a-z]+)")


def split(text: str) -> tuple[int, str]:
    """`4bh` -> (4, "bh"). Raises ValueError for anything that is no duration."""
    parts = _WRITTEN.fullmatch(text)
    if not parts:
        raise ValueError(text)
    return int(parts[1]), parts[2]


def typical_seconds(text: str, week: Sequence[Sequence[Sequence[str]]] | None) -> float:
    """Elapsed seconds in an ordinary week without holidays.

    `week` holds the open ranges of seven days (`calendars.week_of`); without one, five days of eight hours.
    """
    amount, unit = split(text)
    if unit in _SECONDS:
        return float(amount * _SECONDS[unit])
    if not any(week or ()):
        week = None  # never open: a problem of its own, nothing to compare here
    open_days = sum(1 for ranges in week if ranges) if week else 5
    if unit == "bd":
        return amount * 7 / open_days * 86400
    open_seconds = sum(_length(one) for ranges in week for one in ranges) if week else 5 * 8 * 3600
    return amount * 3600 * 7 * 86400 / max(open_seconds, 1)


def _length(span: Sequence[str]) -> int:
    return minutes(span[1]) * 60 - minutes(span[0]) * 60


def minutes(time: str) -> int:
    """Minutes since midnight of `17:30`; `24:00` is 1440."""
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)
