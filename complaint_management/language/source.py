"""Bounded YAML: bytes -> plain data whose every key and item knows where it stands.

A policy file may come from anybody who can upload one, so nothing here trusts it. The bounds (1 MB, nesting
40, 50,000 values, no anchors, aliases, tags, duplicate keys, one document) are checked on the parser's *event
stream*, before any tree exists: composing a tree with PyYAML recurses, in C without a guard, and 100,000
nested brackets would kill the process. The tree is therefore built here with a stack of its own.

Scalars follow the YAML 1.2 core schema: `17:00`, `no`, `on`, `yes` and `2026-12-01` are text.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from .diagnostics import Problem, Spot

MAX_BYTES = 1_000_000
MAX_NESTING = 40
MAX_VALUES = 50_000
MAX_PROBLEMS = 50  # a bomb of 100,000 aliases must not become 100,000 lines of output
MAX_DIGITS = 18  # more than any amount or count; Python refuses to convert very long ones

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_INT = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")

# What the YAML parsers say (libyaml, and PyYAML's own in second place) -> the code of our sentence about it.
# The first fragment found decides, so the more special ones stand first.
_SYNTAX = (
    ("mapping values are not allowed", "P123"),
    ("while scanning a quoted scalar", "P126"),
    ("found unexpected end of stream", "P126"),
    ("could not find expected ':'", "P127"),
    ("found unexpected ':'", "P127"),
    ("',' or ']'", "P125"),
    ("',' or '}'", "P125"),
    ("flow sequence", "P125"),
    ("flow node", "P125"),
    ("flow mapping", "P125"),
    ("did not find expected", "P124"),
    ("<block end>", "P124"),
    ("block sequence entries are not allowed", "P124"),
    ("block collection", "P124"),
    ("block mapping", "P124"),
)


class MapNode(dict):
    """A mapping of a policy file. `key_spots` and `spots` tell where each key and each value stands."""

    __slots__ = ("spot", "key_spots", "spots")

    def __init__(self, spot: Spot):
        super().__init__()
        self.spot = spot
        self.key_spots: dict[str, Spot] = {}
        self.spots: dict[str, Spot] = {}

    def put(self, key: str, value: Any, spot: Spot, key_spot: Spot | None = None) -> None:
        self[key] = value
        self.spots[key] = spot
        self.key_spots[key] = key_spot or spot

    def copy_key(self, other: MapNode, key: str) -> None:
        """Take one key of another mapping, with its place in that one's file."""
        self.put(key, other[key], other.spots[key], other.key_spots[key])

    def drop(self, key: str) -> None:
        del self[key], self.spots[key], self.key_spots[key]


class ListNode(list):
    """A list of a policy file; `spots[i]` tells where item i stands."""

    __slots__ = ("spot", "spots")

    def __init__(self, spot: Spot):
        super().__init__()
        self.spot = spot
        self.spots: list[Spot] = []

    def add(self, value: Any, spot: Spot) -> None:
        self.append(value)
        self.spots.append(spot)


class Source(NamedTuple):
    """One read file: `data` is None when nothing usable is in it (then there is at least one problem)."""

    path: str
    data: Any
    spot: Spot
    problems: list[Problem]


class _Stop(Exception):
    """The file cannot be read any further; the problem is already noted."""


def read(path: str, content: bytes) -> Source:
    """Read one file. `path` is only used to say where problems are. Never raises for any content."""
    start = Spot(path, 1, 1, "$")
    reader = _Reader(path)
    try:
        text = _decode(path, content)
    except _Refused as refused:
        return Source(path, None, start, [refused.problem])
    try:
        with suppress(_Stop):  # a bound is passed: the reader has said so, and nothing more is read
            for event in yaml.parse(text, Loader=LOADER):
                reader.take(event)
    except yaml.YAMLError as error:
        reader.problems.append(_syntax_problem(path, text, error, reader.stack))
        reader.broken = True
    if not reader.problems and reader.root is None:
        reader.problems.append(Problem("P113", start))
    return Source(path, None if reader.broken else reader.root, reader.root_spot or start, reader.problems)


class _Refused(Exception):
    def __init__(self, problem: Problem):
        super().__init__(problem.code)
        self.problem = problem


def _decode(path: str, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _Refused(Problem("P110", Spot(path, 1, 1, "$"), limit=MAX_BYTES))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        good = content[: error.start].decode("utf-8")
        spot = _spot_after(path, good)
        raise _Refused(Problem("P111", spot, byte=f"0x{content[error.start]:02X}")) from None
    text = text.removeprefix("\ufeff")
    control = _CONTROL.search(text)
    if control:
        spot = _spot_after(path, text[: control.start()])
        raise _Refused(Problem("P112", spot, character=f"U+{ord(control.group()):04X}"))
    return text


def _spot_after(path: str, text: str) -> Spot:
    line = text.count("\n") + 1
    return Spot(path, line, len(text) - (text.rfind("\n") + 1) + 1, "$")


def _syntax_problem(path: str, text: str, error: yaml.YAMLError, stack: list[_Frame]) -> Problem:
    said = str(getattr(error, "problem", None) or "")
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    written = lines[line] if line < len(lines) else ""
    code = next((code for part, code in _SYNTAX if part in said or part in context), "P101")
    if "\t" in written[: column + 1] and not written[:column].strip():
        code = "P122"
    args = {"detail": said or "?", "noticed": line + 1}
    begun = getattr(error, "context_mark", None)
    # The parser notices a missing bracket or quote only at the end; what helps is where it was opened.
    if code == "P125" and "flow node" in context and stack:
        line, column = stack[-1].node.spot.line - 1, stack[-1].node.spot.column - 1
    elif code in ("P125", "P126") and begun is not None:
        line, column = begun.line, begun.column
    return Problem(code, Spot(path, line + 1, column + 1, "$"), **args)


@dataclass
class _Frame:
    """A collection under construction, and for a mapping the key that waits for its value."""

    node: Any
    key: str | None = None
    key_spot: Spot | None = None
    ignored: bool = False  # the waiting key is a duplicate: its value is read but not kept


@dataclass
class _Reader:
    """Builds the tree from parser events, with an explicit stack."""

    path: str
    root: Any = None
    root_spot: Spot | None = None
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False
    stack: list[_Frame] = field(default_factory=list)
    documents: int = 0
    values: int = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_decorations(event)
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_decorations(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._problem("P115", event, name=event.anchor)
            self._place(None, event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._problem("P118", event)
                raise _Stop

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.node, MapNode) and frame.key is None:
            self._key(frame, event)
        else:
            self._place(self._value(event), event)

    def _key(self, frame: _Frame, event: yaml.ScalarEvent) -> None:
        spot = self._spot(event, _child_path(frame.node.spot.where, event.value))
        frame.key, frame.key_spot = event.value, spot
        frame.ignored = event.value in frame.node
        if frame.ignored:
            first = frame.node.key_spots[event.value]
            self._problem("P117", event, key=event.value, first=first.line)

    def _open(self, event: yaml.Event) -> None:
        if len(self.stack) >= MAX_NESTING:
            self._problem("P114", event, limit=MAX_NESTING)
            self.broken = True
            raise _Stop
        node_type = MapNode if isinstance(event, yaml.MappingStartEvent) else ListNode
        node = node_type(self._spot(event, self._next_path()))
        self._place(node, event)
        self.stack.append(_Frame(node))

    def _place(self, value: Any, event: yaml.Event) -> None:
        """Hang a value into the collection on top of the stack."""
        self.values += 1
        if self.values > MAX_VALUES:
            self._problem("P121", event, limit=MAX_VALUES)
            self.broken = True
            raise _Stop
        spot = self._spot(event, self._next_path())
        if not self.stack:
            self.root, self.root_spot = value, spot
            return
        frame = self.stack[-1]
        if isinstance(frame.node, ListNode):
            frame.node.add(value, spot)
            return
        if frame.key is None:
            self._problem("P119", event)
            self.broken = True
            raise _Stop
        if not frame.ignored:
            frame.node.put(frame.key, value, spot, frame.key_spot)
        frame.key, frame.ignored = None, False

    def _next_path(self) -> str:
        if not self.stack:
            return "$"
        frame = self.stack[-1]
        if isinstance(frame.node, ListNode):
            return f"{frame.node.spot.where}[{len(frame.node)}]"
        return _child_path(frame.node.spot.where, frame.key or "?")

    def _value(self, event: yaml.ScalarEvent) -> Any:
        text = event.value
        if not event.implicit[0]:  # quoted: always text
            return text
        if _NULL.match(text):
            return None
        if _TRUE.match(text) or _FALSE.match(text):
            return text[0] in "tT"
        if _NOT_FINITE.match(text) or (
            len(text) > MAX_DIGITS and (_INT.match(text) or _OTHER_INT.match(text))
        ):
            return self._bad_number(event)
        if _INT.match(text):
            return int(text)
        if _OTHER_INT.match(text):
            return int(text, 0)
        if _FLOAT.match(text):
            number = float(text)
            return number if math.isfinite(number) else self._bad_number(event)
        return text

    def _bad_number(self, event: yaml.ScalarEvent) -> None:
        self._problem("P120", event, number=event.value)

    def _refuse_decorations(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._problem("P115", event, name=event.anchor)
        if event.tag is not None:
            self._problem("P116", event, tag=event.tag)

    def _spot(self, event: yaml.Event, where: str) -> Spot:
        mark = event.start_mark
        return Spot(self.path, mark.line + 1, mark.column + 1, where)

    def _problem(self, code: str, event: yaml.Event, **args: Any) -> None:
        self.problems.append(Problem(code, self._spot(event, self._next_path()), **args))
        if len(self.problems) >= MAX_PROBLEMS:
            self.broken = True
            raise _Stop


def _child_path(parent: str, key: str) -> str:
    """JSONPath of a key: `$.a.b`, or `$.open['2026-11-07']` where a dot would not read well."""
    if _PLAIN_KEY.match(key):
        return f"{parent}.{key}"
    return f"{parent}['{key[:60]}']"
