"""The open hours of a day and of a week, as a policy writes them."""

from collections.abc import Iterable, Mapping, Sequence

DAY = 86400  # seconds
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = tuple[tuple[int, int], ...]
"""Open hours of a day: (from, to) in seconds after midnight, sorted, not overlapping; 86400 is 24:00."""


Week = tuple[Hours, ...]
"""The hours of seven days, Monday first."""


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


def week_of(hours: Mapping[str, Sequence[str]]) -> list[list[list[str]]]:
    """The ranges of the seven weekdays, Monday first, as text.

    The narrower key wins: `fri` over `mon-fri` over `daily`.

    >>> week_of({"mon-fri": ["09:00-17:00"], "fri": ["09:00-12:00"]})[3:5]
    [[['09:00', '17:00']], [['09:00', '12:00']]]
    """
    week: list[list[list[str]]] = [[] for _ in WEEKDAYS]
    for key in sorted(hours, key=lambda one: -len(days_of(one))):
        for day in days_of(key):
            week[day] = split(hours[key])
    return week


def read_week(hours: Mapping[str, Sequence[str]]) -> Week:
    """Read ``{mon-fri: ["09:00-17:00"]}``.

    :raises CalendarError: an hour that cannot be read, an end that is not after its beginning
    :raises ValueError: a key that is no weekday
    """
    return tuple(read_hours(day) for day in week_of(hours))


def days_of(key: str) -> list[int]:
    """The weekdays (Monday is 0) of `daily`, `mon` or `mon-fri`.

    A span may run over the weekend (`sat-mon`).
    """
    if key == "daily":
        return list(range(7))
    first, _, last = key.partition("-")
    start = WEEKDAYS.index(first)
    end = WEEKDAYS.index(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def split(ranges: Iterable[str]) -> list[list[str]]:
    """`["09:00-12:00"]` -> `[["09:00", "12:00"]]`, by time of day."""
    return sorted(text.split("-") for text in ranges)


def _clock_time(text: str) -> int:
    """Seconds after midnight of "09:00"; "24:00" is the day's end."""
    hours, minutes = text.split(":")
    seconds = int(hours) * 3600 + int(minutes) * 60
    if not (0 <= int(minutes) < 60 and 0 <= seconds <= DAY):
        raise CalendarError(f"{text!r} is no time of day")
    return seconds
