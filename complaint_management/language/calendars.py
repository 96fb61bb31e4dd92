"""Calendars as dates: the week, and every day of the covered years that differs from it.

A release stores this, so that a later version of the `holidays` package can never move a deadline that was
promised.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from ..engine.hours import split, week_of
from .diagnostics import Problem
from .source import MapNode

WARN_DAYS = 60  # a horizon nearer than this makes new deadlines provisional before anybody has noticed

Ranges = list[list[str]]

_WORDS = {  # why a day differs, where no public holiday is the reason
    "en": {
        "exchanged": "Working day in exchange for {day}",
        "day_off": "Day off in exchange for {day}",
        "closed": "Closed",
        "open": "Special opening hours",
    },
    "zh_CN": {
        "exchanged": "调休上班（补 {day}）",
        "day_off": "调休放假（{day} 上班）",
        "closed": "休息",
        "open": "特别开放",
    },
}
_PACKAGE_LANGUAGES = {"en": ("en_US", "en_GB", "en"), "zh_CN": ("zh_CN", "en_US")}


class Country(NamedTuple):
    """Public holidays of a country (or a part of it) over some years."""

    names: dict[str, dict[date, str]]  # our language -> day off -> name
    exchanged: dict[date, date | None]  # weekend day that is worked -> the day off that it pays for
    known_until: date


def expand(calendar: MapNode, years: range, today: date) -> tuple[dict[str, Any], list[Problem]]:
    """One calendar entry as the normalised form (`timezone`, `week`, `days`, `names`, `known_until`,
    `holidays`).

    `days` holds the resolved exceptions of the years. `known_until` is the last day for which the public
    holidays are published (None without holidays: known for ever). A warning tells that it is near.
    """
    week = week_of(calendar["hours"])
    days: dict[date, Ranges] = {}
    names: dict[str, dict[date, str]] = {lang: {} for lang in _WORDS}
    problems: list[Problem] = []
    known_until = holidays = None
    if "holidays" in calendar:
        country = _country(calendar["holidays"], years.start, years.stop - 1)
        _add_country(country, week, days, names)
        known_until = country.known_until.isoformat()
        holidays = {"country": calendar["holidays"], "package": package_version()}
        if (country.known_until - today).days < WARN_DAYS:
            args = {"name": calendar["name"], "country": calendar["holidays"], "until": known_until}
            problems.append(Problem("P413", calendar.spots["holidays"], **args))
    for text in calendar.get("closed", ()):
        _except(date.fromisoformat(text), [], "closed", days, names)
    for text, ranges in calendar.get("open", {}).items():
        _except(date.fromisoformat(text), split(ranges), "open", days, names)
    expanded = {
        "timezone": calendar["timezone"],
        "week": week,
        "days": {day.isoformat(): days[day] for day in sorted(days)},
        "names": {day.isoformat(): names["en"][day] for day in sorted(days)},
        "names_zh_CN": {day.isoformat(): names["zh_CN"][day] for day in sorted(days)},
        "known_until": known_until,
        "holidays": holidays,
    }
    return expanded, problems


def package_version() -> str:
    import holidays

    return holidays.__version__


def is_country(text: str) -> bool:
    """Whether the `holidays` package knows a country such as `CN`, or a part of one such as `DE-BY`."""
    try:
        _entity(text)
    except (NotImplementedError, KeyError, AttributeError):
        return False
    return True


def _entity(text: str, years: range | None = None, language: str | None = None) -> Any:
    import holidays  # not at the top: commands that expand no calendar need not wait for it

    country, _, part = text.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=years, language=language)


@lru_cache(maxsize=16)
def _country(text: str, first: int, last: int) -> Country:
    years = range(first, last + 1)
    plain = _entity(text)
    # Without a language the package takes the one of the machine it runs on, and a release would depend on
    # that.
    languages = {
        lang: next((one for one in wanted if one in plain.supported_languages), plain.default_language)
        for lang, wanted in _PACKAGE_LANGUAGES.items()
    }
    entities = {lang: _entity(text, years, language) for lang, language in languages.items()}
    entity = entities["en"]
    worked = {day for day in getattr(entity, "weekend_workdays", ()) if first <= day.year <= last}
    pairs = _exchanges(entity)
    exchanged = {day: pairs.get(day) for day in sorted(worked)}
    names = {lang: dict(one) for lang, one in entities.items()}
    return Country(names, exchanged, _known_until(entity, worked, years))


def _exchanges(entity: Any) -> dict[date, date]:
    """Weekend day worked -> day off.

    The package lists them by year as (month, day, month worked, day worked[, year]).
    """
    pairs: dict[date, date] = {}
    for year, listed in getattr(entity, "special_public_holidays", {}).items():
        entries = listed if listed and isinstance(listed[0], tuple) else (listed,)
        for entry in entries:
            if len(entry) >= 4 and all(isinstance(part, int) for part in entry):
                worked_year = entry[4] if len(entry) > 4 else year
                pairs[date(worked_year, entry[2], entry[3])] = date(year, entry[0], entry[1])
    return pairs


def _known_until(entity: Any, worked: set[date], years: range) -> date:
    """The end of the last published year.

    A government that exchanges work days announces them year by year, so the last year with any is the last
    one published. Where holidays follow the moon and must be sighted, the package marks what it only
    estimates. Everything else is computed and known as far as it was expanded.
    """
    known = [*years]
    announced = [day.year for day in _exchanges(entity).values()]
    if worked and announced:
        known = [year for year in known if year <= max(announced)]
    marks = [getattr(entity, label, None) for label in ("estimated_label", "observed_estimated_label")]
    tails = tuple(entity.tr(mark).split("%s")[-1] for mark in marks if mark)
    estimated = {day.year for day, name in entity.items() if any(tail and tail in name for tail in tails)}
    known = [year for year in known if year not in estimated]
    return date(known[-1] if known else years.start - 1, 12, 31)


def _add_country(
    country: Country, week: list[Ranges], days: dict[date, Ranges], names: dict[str, Any]
) -> None:
    for lang, by_day in country.names.items():
        names[lang].update(by_day)
    for day in country.names["en"]:
        days[day] = []
    ordinary = next((ranges for ranges in week if ranges), [])
    for day, day_off in country.exchanged.items():
        days[day] = week[day_off.weekday()] if day_off else ordinary
        for lang, words in _WORDS.items():
            names[lang][day] = words["exchanged"].format(day=(day_off or day).isoformat())
            if day_off in days:
                names[lang][day_off] = words["day_off"].format(day=day.isoformat())


def _except(day: date, ranges: Ranges, why: str, days: dict[date, Ranges], names: dict[str, Any]) -> None:
    days[day] = ranges
    for lang, words in _WORDS.items():
        names[lang][day] = words[why]
