"""Calendars: zones, countries, and hours that a day can have."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from ..calendars import is_country
from ..diagnostics import Problem
from ..schema import suggestion
from ..source import ListNode, MapNode
from ..spans import minutes
from ..view import Problems, View

# What people write when they think of a city or an offset that is not the name of a zone.
_MEANT_ZONES = {
    "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "asia/beijing": "Asia/Shanghai",
    "cst": "Asia/Shanghai",
    "utc+8": "Asia/Shanghai",
    "gmt+8": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "utc": "Etc/UTC",
    "gmt": "Etc/UTC",
    "cet": "Europe/Berlin",
    "germany": "Europe/Berlin",
    "london": "Europe/London",
}


def check(view: View) -> Problems:
    for calendar in view.entries("calendars"):
        yield from _zone(calendar)
        if "holidays" in calendar and not is_country(calendar["holidays"]):
            yield Problem("P204", calendar.spots["holidays"], country=calendar["holidays"])
        yield from _hours(calendar)
        yield from _days(calendar)


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _zone(calendar: MapNode) -> Problems:
    name = calendar["timezone"]
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, a path that leaves the folder, a folder
        meant = _MEANT_ZONES.get(name.strip().lower()) or _nearest_zone(name)
        yield Problem("P203", calendar.spots["timezone"], zone=name, suggestion=meant)


def _nearest_zone(name: str) -> str | None:
    zones = {zone.lower(): zone for zone in available_timezones()}
    cities = {zone.rsplit("/", 1)[-1]: full for zone, full in zones.items()}
    wanted = name.strip().lower().replace(" ", "_")
    if wanted in zones:
        return zones[wanted]
    if wanted in cities:
        return cities[wanted]
    found = suggestion(wanted, sorted(zones))
    return zones[found] if found else None


def _hours(calendar: MapNode) -> Problems:
    hours: MapNode = calendar["hours"]
    for key in hours:
        yield from ranges(hours[key])
    anything = any(hours.values()) or any(calendar.get("open", {}).values())
    if not anything:
        yield Problem("P208", calendar.key_spots["hours"], name=calendar["name"])


def ranges(spans: ListNode) -> Problems:
    """Each range must end after it begins, and no two of a day may share a minute."""
    good: list[tuple[int, int]] = []
    for text, spot in zip(spans, spans.spots, strict=True):
        first, last = (minutes(time) for time in text.split("-"))
        if last > 24 * 60:
            yield Problem("P213", spot, range=text)
        elif last <= first:
            begin, end = text.split("-")
            yield Problem("P205", spot, range=text, turned=f"{end}-{begin}" if last < first else None)
        elif any(first < other_last and last > other_first for other_first, other_last in good):
            yield Problem("P206", spot, range=text)
        else:
            good.append((first, last))


def _days(calendar: MapNode) -> Problems:
    closed = calendar.get("closed")
    if closed is not None:
        for text, spot in zip(closed, closed.spots, strict=True):
            if not is_date(text):
                yield Problem("P207", spot, date=text)
            elif text in calendar.get("open", {}):
                yield Problem("P214", spot, date=text)
    opened = calendar.get("open")
    if opened is not None:
        for text in opened:
            if not is_date(text):
                yield Problem("P207", opened.key_spots[text], date=text)
            yield from ranges(opened[text])
