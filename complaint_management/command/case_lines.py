"""Reads JSON lines that are cases themselves: a line is written like a test of a pack, without expectations.

{"id": "17", "at": "2026-03-02 10:00", "case": {"type": "complaint", "category": "delivery"},
 "events": [{"at": "2026-03-02T10:20:00+08:00", "event": "acknowledged"}]}
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..engine.case import ATTRIBUTES, EVENTS, Case, Event
from ..engine.duration import Duration
from ..engine.policy import Policy
from ..engine.policy_tests import local_time
from ..engine.working_time import Calendar
from .cases import BadRow, Cases, gather_rows, json_lines
from .mapping import known_names
from .words import say

_KEYS = ("id", "at", "case", "events")
_EVENT_KEYS = (
    *("at", "after", "event", "set", "stage", "reason", "clock", "by", "score", "back", "amount", "keyword"),
    *("holder", "level", "result", "plan", "sample"),
)


def read_case_lines(path: str, policies: Sequence[Policy], lang: str) -> Cases:
    """Read a file of cases.

    :raises OSError: the file cannot be opened
    """
    with open(path, encoding="utf-8-sig") as stream:
        return gather_rows(json_lines(stream, lang), _Maker(policies, lang).case)


class _Maker:
    """Makes a case of a line. Times without an offset are in the zone of the first policy's calendar."""

    def __init__(self, policies: Sequence[Policy], lang: str):
        self._lang = lang
        self._calendar = policies[0].calendar or Calendar.always_open()
        self._known = {name: [known_names(policy, name) for policy in policies] for name in ATTRIBUTES}
        self._stages = [set(policy.stages) for policy in policies]
        self._clocks = [{clock.name for clock in policy.clocks()} for policy in policies]
        self._lines: dict[str, int] = {}

    def case(self, values: dict[str, Any], line: int) -> tuple[str, Case]:
        """The name and the facts of a line.

        :raises BadRow: a key, a name, a time or an event that cannot be meant
        """
        self._check_keys(values, _KEYS, "")
        name = str(values.get("id") or line)
        if "id" in values and self._lines.setdefault(name, line) != line:
            raise self._bad("row_double", column="id", value=name, line=self._lines[name])
        start = self._time(values.get("at"), "at")
        events = [Event(start, "received", {"set": self._set(values.get("case") or {}, "case")})]
        written = values.get("events") or []
        if not isinstance(written, list):
            raise self._bad("row_form", place="events")
        for number, entry in enumerate(written, start=1):
            events.append(self._event(entry, start, number))
        return name, Case(tuple(events))

    def _event(self, entry: Any, start: datetime, number: int) -> Event:
        place = f"events[{number - 1}]"
        if not isinstance(entry, dict):
            raise self._bad("row_form", place=place)
        self._check_keys(entry, _EVENT_KEYS, f"{place}.")
        kind = entry.get("event") or _kind_without_event(entry)
        if (kind not in EVENTS and "event" in entry) or kind == "received":
            raise self._bad("row_event", place=place, name=kind)
        data = {key: entry[key] for key in _EVENT_KEYS[3:] if key in entry}
        if "set" in data:
            data["set"] = self._set(data["set"], f"{place}.set")
        if "holder" in data:
            data["set"] = {**data.get("set", {}), "holder_id": data["holder"]}
        for key, known, word in (("stage", self._stages, "stage"), ("clock", self._clocks, "clock")):
            if key in data and any(data[key] not in names for names in known):
                raise self._bad(
                    "row_name", place=f"{place}.{key}", kind=say(f"kind_{word}", self._lang), value=data[key]
                )
        try:
            if "by" in data:
                Duration.parse(data["by"])
            at = self._moment(entry, start, place)
        except (ValueError, TypeError) as error:
            raise BadRow(f"{place}: {error}") from None
        if at < start:
            raise self._bad("row_early", column=f"{place}", value=entry.get("at"))
        return Event(at, kind, data, number)

    def _moment(self, entry: dict[str, Any], start: datetime, place: str) -> datetime:
        if "at" in entry or "after" not in entry:
            return self._time(entry.get("at"), f"{place}.at")
        after = entry["after"]
        if isinstance(after, str) and after.rstrip("smhdc") == "0":
            return start
        return self._calendar.after(start, Duration.parse(after))

    def _time(self, text: Any, place: str) -> datetime:
        """An ISO time with an offset, or a local one such as 2026-03-02 10:00."""
        if not isinstance(text, str):
            raise self._bad("row_no_time", column=place)
        try:
            if len(text) > 16 and "T" in text:
                time = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(microsecond=0)
                return time if time.tzinfo else time.replace(tzinfo=self._calendar.zone)
            return local_time(text, self._calendar)
        except (ValueError, OverflowError):
            raise self._bad("row_time", column=place, value=text) from None

    def _set(self, given: Any, place: str) -> dict[str, str]:
        if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
            raise self._bad("row_form", place=place)
        self._check_keys(given, sorted(ATTRIBUTES), f"{place}.")
        for name, value in given.items():
            if any(known is not None and value not in known for known in self._known[name]):
                kind = say(f"kind_{name}", self._lang)
                raise self._bad("row_name", place=f"{place}.{name}", kind=kind, value=value)
        return dict(given)

    def _check_keys(self, values: dict[str, Any], known: Sequence[str], place: str) -> None:
        for key in values:
            if key not in known:
                raise self._bad("row_key", place=f"{place}{key}")

    def _bad(self, key: str, /, **values: Any) -> BadRow:
        return BadRow(say(key, self._lang, **values))


def _kind_without_event(entry: dict[str, Any]) -> str:
    if "stage" in entry:
        return "moved"
    return "classified" if "set" in entry else "assigned"
