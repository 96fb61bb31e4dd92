"""The mapping file of `simulate`: which column of a table says what about a case.

Checked like a policy: every problem of the file in one run, with its place.
"""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ..engine.case import ATTRIBUTES, EVENTS
from ..engine.policy import Policy, as_list
from ..language import render
from ..language.source import MAX_BYTES, ListNode, MapNode, Spot, read
from .words import say

KEYS = ("kind", "timezone", "time_format", "encoding", "delimiter", "id", "holder", "now", "case", "events")
_CASE_KEYS = ("value", "column", "map", "default")
_EVENT_KEYS = ("event", "column", "stage")
_ISO = "%Y-%m-%d %H:%M"


class MappingError(Exception):
    """A mapping with problems; ``lines`` are ready to print."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Attribute:
    """Where an attribute of a case comes from: a fixed value, or a column, perhaps through a map."""

    name: str
    value: str | None = None
    column: str | None = None
    map: Mapping[str, str] | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A column with a time, and the events that happened then."""

    events: tuple[str, ...]
    column: str
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """A checked mapping.

    :param holder: the column with who held the case; None: nobody knows
    :param now: None: the newest time of the file
    """

    zone: ZoneInfo
    time_format: str
    id: str | None
    now: datetime | None
    attributes: tuple[Attribute, ...]
    moments: tuple[Moment, ...]
    holder: str | None = None

    def time(self, text: str) -> datetime:
        """Read a time of the file.

        :raises ValueError: it does not fit the format
        """
        return parse_time(text.strip(), self.time_format, self.zone)


def parse_time(text: str, time_format: str, zone: ZoneInfo) -> datetime:
    """Read a time, to whole seconds; one without an offset of its own is in the zone.

    :raises ValueError: it does not fit the format
    """
    time = datetime.strptime(text, time_format).replace(microsecond=0)
    return time if time.tzinfo else time.replace(tzinfo=zone)


@dataclass(slots=True)
class MappingFile:
    """A mapping file that was read; ``checked`` makes the mapping of it once the columns are known."""

    path: str
    lang: str
    data: MapNode
    problems: list[tuple[Spot, str]] = field(default_factory=list)

    @property
    def encoding(self) -> str:
        """Of the table; UTF-8 with or without a byte order mark if the mapping says nothing usable."""
        return self._known_encoding() or "utf-8-sig"

    @property
    def delimiter(self) -> str:
        """Between the values of the table."""
        written = self.data.get("delimiter")
        return written if isinstance(written, str) and len(written) == 1 else ","

    def checked(self, policy: Policy, columns: Iterable[str]) -> CaseMapping:
        """The mapping against a pack and the columns of a table.

        :raises MappingError: all problems of the file
        """
        columns = list(columns)
        self._check_keys(self.data, KEYS, ("timezone", "case", "events"))
        if self.data.get("kind") != "mapping":
            self._say(self.data.spots.get("kind", self.data.spot), "wrong_kind")
        if "encoding" in self.data and self._known_encoding() is None:
            self._say(self.data.spots["encoding"], "bad_encoding", encoding=self.data["encoding"])
        if "delimiter" in self.data and self.data["delimiter"] != self.delimiter:
            self._say(self.data.spots["delimiter"], "bad_delimiter")
        zone, time_format = self._zone(), self._time_format()
        number, holder = (self._column(self.data, key, columns) for key in ("id", "holder"))
        attributes = tuple(self._attributes(policy, columns))
        moments = tuple(self._moments(policy, columns))
        now = self._now(zone, time_format)
        if self.problems:
            raise MappingError(self._lines())
        return CaseMapping(zone, time_format, number, now, attributes, moments, holder)

    # -- parts -------------------------------------------------------------------------------------------

    def _known_encoding(self) -> str | None:
        written = self.data.get("encoding", "utf-8-sig")
        try:
            return codecs.lookup(written).name if isinstance(written, str) else None
        except LookupError:
            return None

    def _zone(self) -> ZoneInfo | None:
        name = self._text(self.data, "timezone")
        if name is None:
            return None
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
            self._say(self.data.spots["timezone"], "unknown_zone", zone=name)
            return None

    def _time_format(self) -> str:
        """The format of times; one that cannot even read what it writes is none."""
        written = self._text(self.data, "time_format") or _ISO
        if _reads_itself(written):
            return written
        self._say(self.data.spots["time_format"], "bad_format", format=written)
        return _ISO

    def _now(self, zone: ZoneInfo | None, time_format: str) -> datetime | None:
        written = self._text(self.data, "now")
        if written is None or zone is None:
            return None
        for one in (time_format, _ISO):
            try:
                return parse_time(written, one, zone)
            except ValueError:
                continue
        self._say(self.data.spots["now"], "bad_time", value=written)
        return None

    def _attributes(self, policy: Policy, columns: list[str]) -> Iterator[Attribute]:
        node = self._mapping(self.data, "case")
        if node is None:
            return
        self._check_keys(node, sorted(ATTRIBUTES))
        for name in node:
            entry = self._mapping(node, name) if name in ATTRIBUTES else None
            if entry is not None:
                yield self._attribute(name, entry, policy, columns)

    def _attribute(self, name: str, entry: MapNode, policy: Policy, columns: list[str]) -> Attribute:
        self._check_keys(entry, _CASE_KEYS)
        if ("value" in entry) == ("column" in entry):
            self._say(entry.spot, "value_or_column")
        if "default" in entry and "map" not in entry:
            self._say(entry.key_spots["default"], "no_default")
        known = known_names(policy, name)
        table = self._mapping(entry, "map") if "map" in entry else None
        for node, keys in ((entry, ("value", "default")), (table or {}, table or ())):
            for key in keys:
                wanted = self._text(node, key)
                if wanted is not None and known is not None and wanted not in known:
                    self._unknown(node.spots[key], name, wanted, known)
        value, default = self._text(entry, "value", quiet=True), self._text(entry, "default", quiet=True)
        return Attribute(name, value, self._column(entry, "column", columns), table, default)

    def _moments(self, policy: Policy, columns: list[str]) -> Iterator[Moment]:
        node = self.data.get("events")
        if not isinstance(node, ListNode):
            if "events" in self.data:
                self._say(self.data.spots["events"], "must_be_list")
            return
        received = False
        for entry, spot in zip(node, node.spots, strict=True):
            if not isinstance(entry, MapNode):
                self._say(spot, "not_a_mapping")
                continue
            self._check_keys(entry, _EVENT_KEYS, ("event", "column"))
            kinds = [kind for kind in as_list(entry.get("event")) if isinstance(kind, str)]
            if "event" in entry and (not kinds or len(kinds) != len(as_list(entry["event"]))):
                self._say(entry.spots["event"], "must_be_event")
            received = received or "received" in kinds
            for kind in kinds:
                if kind not in EVENTS:
                    self._say(entry.spots["event"], "unknown_event", near=(kind, EVENTS), name=kind)
            stage = self._text(entry, "stage")
            if stage is not None and stage not in policy.stages:
                self._unknown(entry.spots["stage"], "stage", stage, policy.stages)
            yield Moment(tuple(kinds), self._column(entry, "column", columns) or "", stage)
        if not received:
            self._say(node.spot, "received_needed")

    # -- small checks ------------------------------------------------------------------------------------

    def _check_keys(self, node: MapNode, known: Iterable[str], needed: Iterable[str] = ()) -> None:
        known = list(known)
        for key in node:
            if key not in known:
                self._say(node.key_spots[key], "unknown_key", near=(key, known), key=key)
        for key in needed:
            if key not in node:
                self._say(node.spot, "missing_key", key=key)

    def _mapping(self, node: MapNode, key: str) -> MapNode | None:
        if key not in node:
            return None
        if isinstance(node[key], MapNode):
            return node[key]
        self._say(node.spots[key], "not_a_mapping")
        return None

    def _text(self, node: Mapping[str, Any], key: str, quiet: bool = False) -> str | None:
        value = node.get(key)
        if key not in node or isinstance(value, str):
            return value
        if not quiet:
            self._say(node.spots[key], "must_be_text")
        return None

    def _column(self, node: MapNode, key: str, columns: list[str]) -> str | None:
        name = self._text(node, key)
        if name is not None and name not in columns:
            self._say(node.spots[key], "unknown_column", near=(name, columns), column=name)
        elif name is not None and columns.count(name) > 1:
            self._say(node.spots[key], "double_column", column=name)
        return name

    def _unknown(self, spot: Spot, kind: str, name: str, known: Iterable[str]) -> None:
        what = say(f"kind_{kind}", self.lang)
        self._say(spot, "unknown_name", near=(name, known), kind=what, name=name)

    def _say(
        self, spot: Spot, key: str, /, near: tuple[Any, Iterable[str]] | None = None, **values: Any
    ) -> None:
        text = say(key, self.lang, **values)
        close = get_close_matches(str(near[0]), list(near[1]), 1) if near else []
        if close:
            text += say("did_you_mean", self.lang, near=close[0])
        self.problems.append((spot, text))

    def _lines(self) -> list[str]:
        word = say("error", self.lang)
        return [
            f"{self.path}:{spot.line}:{spot.column}: {word} {spot.where}: {text}"
            for spot, text in sorted(set(self.problems))
        ]


def read_mapping(path: str, lang: str) -> MappingFile:
    """Read a mapping file.

    :raises MappingError: it cannot be read, or is no YAML mapping
    """
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise MappingError([say("unreadable_file", lang, path=path, why=error.strerror)]) from error
    source = read(path, content)
    if source.problems:
        raise MappingError([render(source.problems, "text", lang)])
    if not isinstance(source.data, MapNode):
        where = f"{path}:{source.spot.line}:{source.spot.column}: {say('error', lang)} $"
        raise MappingError([f"{where}: {say('not_a_mapping', lang)}"])
    return MappingFile(path, lang, source.data)


def known_names(policy: Policy, attribute: str) -> set[str] | None:
    """The values that a pack knows for an attribute; None where it does not list them."""
    severity = policy.raw.get("severity") or {}
    lists = {
        "type": policy.raw.get("case_types"),
        "channel": policy.raw.get("channels"),
        "urgency": severity.get("urgencies"),
        "scope": severity.get("scopes"),
        "complexity": severity.get("complexities"),
        "severity": severity.get("levels"),
        "tier": policy.raw.get("tiers"),
    }
    if attribute == "category":
        return set(policy.categories) or None
    entries = lists.get(attribute)
    return {entry["name"] for entry in entries} if entries else None


def _reads_itself(time_format: str) -> bool:
    """Whether a time written in this format can be read back to the day."""
    sample = datetime(2026, 9, 30, 16, 5, tzinfo=timezone.utc)
    try:
        return datetime.strptime(sample.strftime(time_format), time_format).date() == sample.date()
    except ValueError:
        return False
