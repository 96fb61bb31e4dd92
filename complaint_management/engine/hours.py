"""The open hours of a day, as a calendar writes them."""

from collections.abc import Iterable, Sequence

DAY = 86400  # seconds

Hours = tuple[tuple[int, int], ...]
"""Open hours of a day: (from, to) in seconds after midnight, sorted, not overlapping; 86400 is 24:00."""


class CalendarError(ValueError):
    """A calendar that cannot be read, or on which nothing is open any more."""


def read_hours(day: Iterable[Sequence[str]]) -> Hours:
    """Read a day's [["09:00", "12:00"], …]; overlapping pieces are joined.

    :raises CalendarError: an hour that cannot be read, an end that is not after its beginning
    """
    result: list[tuple[int, int]] = []
    for opening, closing in sorted((_clock_time(start), _clock_time(stop)) for start, stop in day):
        if closing <= opening:
            raise CalendarError(f"hours end before they begin: {day!r}")
        if result and opening <= result[-1][1]:
            result[-1] = (result[-1][0], max(closing, result[-1][1]))
        else:
            result.append((opening, closing))
    return tuple(result)


def _clock_time(text: str) -> int:
    """Seconds after midnight of "09:00"; "24:00" is the day's end."""
    hours, minutes = text.split(":")
    seconds = int(hours) * 3600 + int(minutes) * 60
    if not (0 <= int(minutes) < 60 and 0 <= seconds <= DAY):
        raise CalendarError(f"{text!r} is no time of day")
    return seconds
