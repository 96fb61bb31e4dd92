"""Guesses what a value in a wrong form was meant to be: `4 hours` -> `4h`, `9:00 - 12:00` -> `09:00-12:00`.

Only used in advice; a guess is shown, never taken.
"""

from __future__ import annotations

import re
from typing import Any

_UNITS = {
    "s": ("s", "sec", "secs", "second", "seconds", "秒", "秒钟"),
    "m": ("m", "min", "mins", "minute", "minutes", "分", "分钟"),
    "h": ("h", "hr", "hrs", "hour", "hours", "时", "小时", "个小时"),
    "d": ("d", "day", "days", "天"),
    "cd": ("cd", "calendarday", "calendardays", "calday", "自然日", "日历日", "个自然日", "日"),
    "bh": (
        "bh",
        "wh",
        "businesshour",
        "businesshours",
        "workinghour",
        "workinghours",
        "workhours",
        "工作小时",
        "个工作小时",
    ),
    "bd": (
        "bd",
        "wd",
        "businessday",
        "businessdays",
        "workingday",
        "workingdays",
        "workday",
        "workdays",
        "工作日",
        "个工作日",
    ),
    "y": ("y", "yr", "year", "years", "年"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_WEEK_UNITS = ("w", "wk", "week", "weeks", "周", "个星期", "星期")

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_DAYS = dict(zip("一二三四五六日", _DAYS, strict=True)) | {"天": "sun"}
_COUNTRIES = {
    "china": "CN",
    "germany": "DE",
    "uk": "GB",
    "england": "GB-ENG",
    "usa": "US",
    "france": "FR",
    "spain": "ES",
    "japan": "JP",
    "中国": "CN",
    "德国": "DE",
    "英国": "GB",
    "美国": "US",
    "日本": "JP",
}


def nearly(expected: str, value: Any) -> str | None:
    """A value of the form `expected` (a word of the catalogue) that `value` probably means, or None."""
    guess = _GUESSES.get(expected)
    text = str(value).strip()
    return guess(text) if guess and text and len(text) <= 60 else None


def _duration(units: tuple[str, ...]) -> Any:
    def guess(text: str) -> str | None:
        parts = re.fullmatch(r"([0-9]{1,6})\s*([^0-9]*)", text)
        if not parts or int(parts[1]) == 0:
            return None
        unit = re.sub(r"[\s._-]", "", parts[2].lower())
        if unit in _WEEK_UNITS and "d" in units:
            return f"{int(parts[1]) * 7}d"
        # A bare number is most often meant in hours.
        short = _UNIT_OF.get(unit) if unit else ("h" if "h" in units else None)
        return f"{int(parts[1])}{short}" if short in units else None

    return guess


def _hours(text: str) -> str | None:
    parts = re.fullmatch(r"(\d{1,2})[:.：]?(\d{2})?\s*(?:-|–|—|to|至|到)\s*(\d{1,2})[:.：]?(\d{2})?", text)
    if not parts:
        return None
    first, last = int(parts[1]), int(parts[3])
    if first > 24 or last > 24:
        return None
    return f"{first:02d}:{parts[2] or '00'}-{last:02d}:{parts[4] or '00'}"


def _clock_time(text: str) -> str | None:
    parts = re.fullmatch(r"(\d{1,2})(?:[:.：点时]?(\d{2})?)\s*(?:h|分)?", text)
    if not parts or int(parts[1]) > 23 or int(parts[2] or 0) > 59:
        return None
    return f"{int(parts[1]):02d}:{parts[2] or '00'}"


def _date(text: str) -> str | None:
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    return f"{parts[1]}-{int(parts[2]):02d}-{int(parts[3]):02d}" if parts else None


def _moment(text: str) -> str | None:
    parts = re.fullmatch(r"(\S+?)[T\s]+(\d{1,2})[:：](\d{2})", text)
    day = _date(parts[1]) if parts else None
    return f"{day} {int(parts[2]):02d}:{parts[3]}" if parts and day else None


def _weekday(text: str) -> str | None:
    found = [_CHINESE_DAYS[sign] for sign in re.findall(r"[周星期]([一二三四五六日天])", text)]
    found = found or [part[:3] for part in re.split(r"[\s_-]+|to", text.lower()) if part[:3] in _DAYS]
    return "-".join(found[:2]) if found else None


def _language(text: str) -> str | None:
    parts = re.fullmatch(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}))?", text)
    if not parts:
        return {"中文": "zh_CN", "english": "en", "chinese": "zh_CN"}.get(text.lower())
    return parts[1].lower() + (f"_{parts[2].upper()}" if parts[2] else "")


def _name(text: str) -> str | None:
    guess = re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-")
    return guess if re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", guess) else None


def _share(text: str) -> str | None:
    parts = re.fullmatch(r"(0?\.\d{1,2}|\d{1,3})\s*%?", text)
    if not parts:
        return None
    share = float(parts[1]) * (100 if "." in parts[1] else 1)
    return f"{round(share)}%" if 1 <= share <= 100 else None


def _country(text: str) -> str | None:
    known = _COUNTRIES.get(text.lower())
    return known or (text.upper() if re.fullmatch(r"[a-zA-Z]{2}(-[a-zA-Z0-9]{1,4})?", text) else None)


def _truth(text: str) -> str | None:
    if text.lower() in ("yes", "y", "on", "1", "是", "对"):
        return "true"
    return "false" if text.lower() in ("no", "n", "off", "0", "否", "不") else None


def _rhythm(words: dict[str, str], units: tuple[str, ...]) -> Any:
    def guess(text: str) -> str | None:
        word = words.get(text.lower().removeprefix("every ").removeprefix("每").strip())
        return word or _duration(units)(text)

    return guess


_RHYTHMS = {
    **dict.fromkeys(("weekly", "week", "周", "星期"), "week"),
    **dict.fromkeys(("monthly", "month", "月", "个月"), "month"),
    **dict.fromkeys(("quarterly", "quarter", "季度", "季"), "quarter"),
    **dict.fromkeys(("yearly", "annual", "annually", "year", "年"), "year"),
}
_BIRTHDAYS = dict.fromkeys(("birthday", "birthdays", "on birthday", "生日"), "birthday")
_GUESSES = {
    "rhythm": _rhythm(_RHYTHMS, ("h", "d", "cd", "bh", "bd")),
    "callback_rhythm": _rhythm(_RHYTHMS | _BIRTHDAYS, ("d", "cd", "bd")),
    "duration": _duration(("s", "m", "h", "d", "cd", "bh", "bd")),
    "retention": _duration(("d", "cd", "y")),
    "hours_range": _hours,
    "clock_time": _clock_time,
    "date": _date,
    "moment": _moment,
    "moment_or_null": _moment,
    "weekday": _weekday,
    "language": _language,
    "name": _name,
    "share": _share,
    "country": _country,
    "true_or_false": _truth,
    "currency": lambda text: text.upper() if re.fullmatch(r"[a-zA-Z]{3}", text) else None,
    "alias": lambda text: (
        text.split("@")[0].lower() if re.fullmatch(r"[\w.-]+(@.*)?", text.lower()) else None
    ),
}
