"""Reads the cases of `simulate`: rows of a CSV file or of JSON lines under a mapping.

Lines that are cases themselves need no mapping: module `case_lines`. The first fact of a case carries what is
known about it; what a policy completes is left to whoever replays it, since there may be two.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ..engine.case import Case, Event
from ..engine.policy import Policy
from .mapping import CaseMapping, MappingFile, known_names
from .words import say

SHOWN = 5  # rows that cannot be used are counted, the first ones shown
JSON_LINES = (".jsonl", ".ndjson")


class BadRow(Exception):
    """A row that makes no case; the text says why."""


class Cases(NamedTuple):
    """What a file gives.

    ``names``: of the cases, by the mapping's ``id`` or their line. ``bad``: (line, why) of the first rows
    that cannot be used, ``bad_count`` of all.
    """

    cases: list[Case]
    names: list[str]
    rows: int
    bad: list[tuple[int, str]]
    bad_count: int


Row = tuple[int, dict[str, str] | None, str]  # line on which it begins, its values or None, why not


def read_cases(
    path: str, mapping_file: MappingFile, policies: Sequence[Policy], lang: str
) -> tuple[CaseMapping, Cases]:
    """Read a file of rows: CSV with a header line, or JSON lines whose keys are the columns.

    :param policies: the names in the mapping and in the rows must be known to each
    :raises OSError: the file cannot be opened
    :raises MappingError: the mapping does not fit a pack or the columns
    :raises BadRow: the header cannot be read
    """
    with open(path, encoding=mapping_file.encoding, newline="") as stream:
        if path.endswith(JSON_LINES):
            columns, rows = _json_table(stream, lang)
        else:
            columns, rows = _csv_table(stream, mapping_file.delimiter, lang)
        for policy in policies:
            mapping = mapping_file.checked(policy, columns)
        return mapping, gather_rows(rows, _Maker(mapping, policies, lang).case)


def gather_rows(rows: Iterable[tuple[int, Any, str]], case_of) -> Cases:
    """Make a case of each row.

    :param case_of: (values, line) -> (name of the case, case); raises BadRow
    """
    cases: list[Case] = []
    names: list[str] = []
    bad: list[tuple[int, str]] = []
    count = bad_count = 0
    for line, values, why in rows:
        count += 1
        try:
            if values is None:
                raise BadRow(why)
            name, case = case_of(values, line)
            cases.append(case)
            names.append(name)
        except BadRow as error:
            bad_count += 1
            if len(bad) < SHOWN:
                bad.append((line, str(error)))
    return Cases(cases, names, count, bad, bad_count)


# -- tables ----------------------------------------------------------------------------------------------


def _csv_table(stream, delimiter: str, lang: str) -> tuple[list[str], Iterator[Row]]:
    table = csv.reader(stream, delimiter=delimiter)
    try:
        columns = next(table, [])
    except UnicodeDecodeError as error:
        raise BadRow(say("row_encoding", lang, encoding=error.encoding)) from error
    except csv.Error as error:
        raise BadRow(say("row_text", lang, why=error)) from error
    return columns, _csv_rows(table, columns, lang)


def _csv_rows(table, columns: list[str], lang: str) -> Iterator[Row]:
    while True:
        line = table.line_num + 1
        try:
            values = next(table, None)
        except csv.Error as error:
            yield line, None, say("row_text", lang, why=error)
            continue
        except UnicodeDecodeError as error:
            # the stream cannot go on behind it
            yield line, None, say("row_encoding", lang, encoding=error.encoding)
            return
        if values is None:
            return
        if len(values) == len(columns):
            if any(values):
                yield line, dict(zip(columns, values, strict=True)), ""
        elif any(values):  # an empty line is no row
            yield line, None, say("row_length", lang)


def _json_table(stream, lang: str) -> tuple[list[str], Iterator[Row]]:
    """Objects with texts, numbers or null; the first one says which columns there are."""
    rows = json_lines(stream, lang)
    first = next(rows, None)
    if first is None:
        return [], iter(())
    if first[1] is None:
        raise BadRow(first[2])
    columns = list(first[1])
    return columns, _json_rows([first], rows, columns, lang)


def _json_rows(first, rest, columns: list[str], lang: str) -> Iterator[Row]:
    for rows in (first, rest):
        for line, values, why in rows:
            if values is None or not all(
                one is None or isinstance(one, (str, int, float)) for one in values.values()
            ):
                yield line, None, why or say("row_values", lang)
            else:
                yield line, {key: _text(values.get(key)) for key in columns}, ""


def json_lines(stream, lang: str) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """The objects of JSON lines; empty lines are left out."""
    number = 0
    while True:
        number += 1
        try:
            text = stream.readline()
        except UnicodeDecodeError as error:
            yield number, None, say("row_encoding", lang, encoding=error.encoding)
            return
        if not text:
            return
        if not text.strip():
            continue
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield number, None, say("row_text", lang, why=error)
            continue
        yield number, *((values, "") if isinstance(values, dict) else (None, say("row_object", lang)))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


# -- a row under a mapping -------------------------------------------------------------------------------


class _Maker:
    """Makes a case of a row."""

    def __init__(self, mapping: CaseMapping, policies: Sequence[Policy], lang: str):
        self._mapping = mapping
        self._lang = lang
        self._known = {
            one.name: [known_names(policy, one.name) for policy in policies] for one in mapping.attributes
        }
        received = [index for index, one in enumerate(mapping.moments) if "received" in one.events]
        # the fact of receipt comes first among those of the same second
        self._moments = sorted(enumerate(mapping.moments), key=lambda pair: pair[0] != received[0])
        self._received = mapping.moments[received[0]].column
        self._parse = lru_cache(4096)(mapping.time)  # the same text often stands for several events
        self._lines: dict[str, int] = {}  # by id

    def case(self, row: dict[str, str], line: int) -> tuple[str, Case]:
        """The name and the facts of a row.

        :raises BadRow: the id of an earlier row, no time of receipt, a time or a value that cannot be read
        """
        name = self._name(row, line)
        received = self._time(row, self._received)
        if received is None:
            raise BadRow(self._say("row_no_time", column=self._received))
        events: list[Event] = []
        for _index, moment in self._moments:
            at = self._time(row, moment.column)
            if at is None:
                continue
            if at < received:
                raise BadRow(self._say("row_early", column=moment.column, value=row[moment.column]))
            for kind in moment.events:
                data = {"set": self._attributes(row)} if kind == "received" else {}
                if moment.stage:
                    data["stage"] = moment.stage
                events.append(Event(at, kind, data, len(events)))
        return name, Case(tuple(events))

    def _name(self, row: dict[str, str], line: int) -> str:
        number = row[self._mapping.id].strip() if self._mapping.id else ""
        if number and self._lines.setdefault(number, line) != line:
            earlier = str(self._lines[number])
            raise BadRow(self._say("row_double", column=self._mapping.id, value=number, line=earlier))
        return number or str(line)

    def _time(self, row: dict[str, str], column: str) -> datetime | None:
        text = row[column]
        if not text.strip():
            return None
        try:
            return self._parse(text)
        except ValueError:
            raise BadRow(self._say("row_time", column=column, value=text)) from None

    def _attributes(self, row: dict[str, str]) -> dict[str, str]:
        given = ((one.name, self._attribute(one, row)) for one in self._mapping.attributes)
        known = {name: value for name, value in given if value is not None}
        holder = row[self._mapping.holder].strip() if self._mapping.holder else ""
        return {**known, "holder_id": holder} if holder else known

    def _attribute(self, one, row: dict[str, str]) -> str | None:
        if one.column is None:
            return one.value
        text = row[one.column].strip()
        if one.map is not None:
            if text not in one.map and one.default is None:
                raise BadRow(self._say("row_value", column=one.column, value=text))
            return one.map.get(text, one.default)
        if not text:
            return None
        if any(known is not None and text not in known for known in self._known[one.name]):
            kind = say(f"kind_{one.name}", self._lang)
            raise BadRow(self._say("row_unknown", column=one.column, kind=kind, value=text))
        return text

    def _say(self, key: str, **values: str) -> str:
        return say(key, self._lang, **values)
