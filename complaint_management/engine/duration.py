"""Durations as a policy writes them: ``30s 15m 4h 3d 15cd 4bh 5bd 3y``."""

import re
from dataclasses import dataclass

UNITS = ("s", "m", "h", "d", "cd", "bh", "bd", "y")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "bh": 3600}
OPEN_UNITS = frozenset({"bh", "bd"})
"""Units that count a calendar's open time; the others count elapsed time."""
DAY_UNITS = frozenset({"cd", "bd"})
"""Units that end with the end of a day."""

_PATTERN = re.compile(r"([0-9]{1,10})(s|m|h|d|cd|bh|bd|y)", re.ASCII)
_LONGEST = 100 * 366 * 86400  # seconds; a longer promise is a slip of the pen and would overflow dates
_CALENDAR_SECONDS = {**UNIT_SECONDS, "bh": 6 * 3600, "cd": 86400, "bd": 86400, "y": 366 * 86400}


class DurationError(ValueError):
    """A text that is no duration of the policy language."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of one unit.

    ``s m h d`` elapsed · ``cd`` end of the Nth calendar day after the day of the start · ``bh`` hours of
    open time · ``bd`` close of business of the Nth business day after the day of the start · ``y`` years
    (retention).
    """

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a duration.

        :raises DurationError: no duration, nought, or more than a hundred years
        """
        found = _PATTERN.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise DurationError(f"{text!r} is no duration; write a number and one of {' '.join(UNITS)}")
        amount, unit = int(found[1]), found[2]
        if not 0 < amount * _CALENDAR_SECONDS[unit] <= _LONGEST:
            raise DurationError(f"{text!r} must be more than nought and at most a hundred years")
        return cls(amount, unit)

    @property
    def text(self) -> str:
        """As a policy writes it."""
        return f"{self.amount}{self.unit}"

    @property
    def seconds(self) -> int:
        """Seconds of elapsed (``s m h d``) or open (``bh``) time; days and years have no fixed length."""
        return self.amount * UNIT_SECONDS[self.unit]

    @property
    def counts_open_time(self) -> bool:
        """Whether a share of it is a share of open time."""
        return self.unit in OPEN_UNITS
