"""Small changes of a policy file's text that leave everything else in it, comments too, as it is.

    replaced("within: 72h   # C2", 1, 9, "48h")  ->  "within: 48h   # C2"

A place is the line and column (from 1) of a value, as the nodes of `source` carry them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import yaml

from .source import LOADER

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_%.+-]*\Z")
_OTHER_THAN_TEXT = re.compile(r"(?:true|false|null)\Z", re.IGNORECASE)
_COMMENT_BEHIND = re.compile(r"( +)#")


class NotEditable(ValueError):
    """The value is written in a way that a small change would spoil."""


class _Span(NamedTuple):
    """A value in a text: from the first character to the one after the last."""

    start: int
    end: int
    items: list[_Span] | None  # of a list of scalars
    flow: bool  # written in brackets


def replaced(text: str, line: int, column: int, value: str | int | float | Sequence[str]) -> str:
    """The text with another value at a place.

    A scalar takes a text or number, a list of names takes a sequence of texts. Raises NotEditable where there
    is no such value, or a list that is not one of plain names or goes over several lines in brackets.
    """
    bare = text.removeprefix("\ufeff")
    span = _span_at(bare, line, column)
    if isinstance(value, (str, int, float)):
        if span.items is not None:
            raise NotEditable("a list stands there")
        new = _exchanged(bare, span, _written(value))
    elif span.items is None or span.flow:
        new = _exchanged(bare, span, _flow_list(bare, span, value))
    else:
        new = _block_list(bare, span.items, value)
    return text[: len(text) - len(bare)] + new


def _span_at(text: str, line: int, column: int) -> _Span:
    """The value that begins at a place."""
    events = []
    try:
        for event in yaml.parse(text, Loader=LOADER):
            begun = bool(events)
            if not begun and (event.start_mark.line, event.start_mark.column) != (line - 1, column - 1):
                continue
            if not begun and not isinstance(event, (yaml.ScalarEvent, yaml.SequenceStartEvent)):
                continue
            events.append(event)
            if isinstance(events[0], yaml.ScalarEvent) or isinstance(event, yaml.SequenceEndEvent):
                break
            if begun and not isinstance(event, yaml.ScalarEvent):
                raise NotEditable("it is more than a list of names")
    except yaml.YAMLError as error:
        raise NotEditable("the file cannot be read") from error
    if not events:
        raise NotEditable("there is no such value")
    start, end = events[0].start_mark.index, events[-1].end_mark.index
    if isinstance(events[0], yaml.ScalarEvent):
        return _Span(start, end, None, False)
    items = [_Span(one.start_mark.index, one.end_mark.index, None, False) for one in events[1:-1]]
    return _Span(start, end, items, bool(events[0].flow_style))


def _exchanged(text: str, span: _Span, new: str) -> str:
    """The text with a span exchanged; a comment behind it stays in its column where there is room."""
    rest = text[span.end :]
    gap = _COMMENT_BEHIND.match(rest)
    if gap:
        width = max(1, len(gap[1]) + (span.end - span.start) - len(new))
        rest = " " * width + rest[len(gap[1]) :]
    return text[: span.start] + new + rest


def _flow_list(text: str, span: _Span, names: Sequence[str]) -> str:
    if "\n" in text[span.start : span.end]:
        raise NotEditable("it goes over several lines")
    if span.items is None and len(names) == 1:
        return _written(names[0])
    return f"[{', '.join(map(_written, names))}]"


def _block_list(text: str, items: list[_Span], names: Sequence[str]) -> str:
    """A list with a line an item: lines of names that stay are kept as they are, in their order."""
    lines = text.splitlines(keepends=True)
    numbers = [text.count("\n", 0, item.start) for item in items]
    if not names or len(set(numbers)) != len(numbers):
        raise NotEditable("it goes over several lines")
    old = [text[item.start : item.end].strip("\"'") for item in items]
    indent = lines[numbers[0]][: len(lines[numbers[0]]) - len(lines[numbers[0]].lstrip())]
    if not all(lines[number].lstrip().startswith("-") for number in numbers):
        raise NotEditable("it begins on the line of something else")
    last = lines[numbers[-1]]
    if not last.endswith("\n"):
        lines[numbers[-1]] = last + "\n"
    added = [f"{indent}- {_written(name)}\n" for name in names if name not in old]
    for number, name in zip(numbers, old, strict=True):
        if name not in names:
            lines[number] = ""
    lines.insert(numbers[-1] + 1, "".join(added))
    return "".join(lines)


def _written(value: str | int | float) -> str:
    """A scalar as YAML: plain where that is the same, else in double quotes."""
    if not isinstance(value, str):
        return str(value)
    if _PLAIN.match(value) and not _OTHER_THAN_TEXT.match(value) and not _is_number(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text[:2] in ("0x", "0o")
    return True
