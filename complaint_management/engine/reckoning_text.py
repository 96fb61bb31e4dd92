"""The words of a reckoning, in English and Chinese."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .reckoning import Line

LANGUAGES = ("en", "zh_CN")

_TEXTS = {
    "en": {
        "start": "starts {start}; limit {name}",
        "elapsed": "{start} to {end}: {time}",
        "calendar_days": "{first} to {last}: {number} calendar days",
        "open_day": "{first} {weekday}: {time} open{why}",
        "start_day": "{first} {weekday}: day of the start, not counted{why}",
        "business_day": "{first} {weekday}: business day {number}, ends {end}{why}",
        "uncounted_day": "{first} {weekday}: not counted, its end lies in a pause{why}",
        "closed": "{run}: closed{why}",
        "pause": "pause {start} to {end}: {name}",
        "extension": "extended by {name}",
        "due": "due {start}",
        "provisional": "provisional: holidays are known until {last}",
        "paused": "stands still since {start}",
        "ended": "ended {start}: {state}",
    },
    "zh_CN": {
        "start": "{start} 开始；时限 {name}",
        "elapsed": "{start} 至 {end}：{time}",
        "calendar_days": "{first} 至 {last}：{number} 个自然日",
        "open_day": "{first} {weekday}：工作时间 {time}{why}",
        "start_day": "{first} {weekday}：开始当日，不计入{why}",
        "business_day": "{first} {weekday}：第 {number} 个工作日，{end} 结束{why}",
        "uncounted_day": "{first} {weekday}：不计入，当日结束时处于暂停{why}",
        "closed": "{run}：不工作{why}",
        "pause": "暂停 {start} 至 {end}：{name}",
        "extension": "延长 {name}",
        "due": "{start} 到期",
        "provisional": "暂定：节假日仅公布至 {last}",
        "paused": "自 {start} 起暂停计时",
        "ended": "{start} 结束：{state}",
    },
}
_STATES = {
    "en": {"met": "met", "breached": "breached", "cancelled": "cancelled"},
    "zh_CN": {"met": "达标", "breached": "超时", "cancelled": "取消"},
}
_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh_CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_RUN = {"en": "{first} to {last}", "zh_CN": "{first} 至 {last}"}
_WHY = {"en": " ({name})", "zh_CN": "（{name}）"}
_PARTS = {"en": ("h", "min", "s"), "zh_CN": ("小时", "分钟", "秒")}


def language(lang: str | None) -> str:
    """The catalogue for a language code; English if there is none."""
    return "zh_CN" if (lang or "").lower().startswith("zh") else "en"


def line_text(line: Line, zone: ZoneInfo, lang: str = "en") -> str:
    """One line in words, times in a zone. Midnight at the end of a day reads 24:00."""
    lang = language(lang)
    first, last = line.first, line.last
    run = str(first) if first == last else _RUN[lang].format(first=first, last=last)
    ends_a_day = line.kind == "due"
    return _TEXTS[lang][line.kind].format(
        start=time_text(line.start, zone, ends_a_day),
        end=time_text(line.end, zone, ends_a_day=True),
        first=first,
        last=last,
        run=run,
        weekday=_weekday(first, lang),
        time=duration_text(line.seconds, lang),
        number=line.number,
        name=line.name,
        state=_STATES[lang].get(line.name or "", line.name),
        why=_WHY[lang].format(name=line.why.get(lang) or line.why.get("en", "")) if line.why else "",
    )


def texts(lines: Iterable[Line], zone: ZoneInfo, lang: str = "en") -> list[str]:
    """A reckoning in words, a text a line."""
    return [line_text(line, zone, lang) for line in lines]


def time_text(time: datetime | None, zone: ZoneInfo, ends_a_day: bool = False) -> str:
    """A time as people of the zone write it; ``ends_a_day``: midnight is 24:00 of the day before."""
    if time is None:
        return ""
    local = time.astimezone(zone)
    if ends_a_day and (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local.date() - timedelta(days=1)} 24:00"
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def duration_text(seconds: int | None, lang: str = "en") -> str:
    """Seconds as hours, minutes and seconds; parts that are nought are left out."""
    if seconds is None:
        return ""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    units = _PARTS[language(lang)]
    parts = [f"{amount} {unit}" for amount, unit in zip((hours, minutes, rest), units, strict=True) if amount]
    return " ".join(parts) or f"0 {units[1]}"


def _weekday(day: date | None, lang: str) -> str:
    return _WEEKDAYS[lang][day.weekday()] if day else ""
