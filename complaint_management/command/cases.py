"""Reads the cases of `simulate` from a CSV file under a mapping."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from ..engine.case import Case, Event
from ..engine.policy import Policy
from .mapping import CaseMapping, MappingFile, known_names
from .words import say

SHOWN = 5  # rows that cannot be used are counted, the first ones shown


class BadRow(Exception):
    """A row that makes no case; the text says why."""


class Cases(NamedTuple):
    """What a file gives. ``bad``: (line, why) of the first rows that cannot be used, ``bad_count`` of all."""

    cases: list[Case]
    rows: int
    bad: list[tuple[int, str]]
    bad_count: int


def read_cases(path: str, mapping_file: MappingFile, policy: Policy, lang: str) -> tuple[CaseMapping, Cases]:
    """Read a CSV file with a header line.

    :raises OSError: the file cannot be opened
    :raises MappingError: the mapping does not fit the pack or the columns
    :raises BadRow: the header cannot be read
    """
    with open(path, encoding=mapping_file.encoding, newline="") as stream:
        table = csv.reader(stream, delimiter=mapping_file.delimiter)
        try:
            columns = next(table, [])
        except UnicodeDecodeError as error:
            raise BadRow(say("row_encoding", lang, encoding=error.encoding)) from error
        except csv.Error as error:
            raise BadRow(say("row_text", lang, why=error)) from error
        mapping = mapping_file.checked(policy, columns)
        return mapping, _read_rows(table, columns, _Maker(mapping, policy, lang), lang)


def _read_rows(table, columns: list[str], maker: "_Maker", lang: str) -> Cases:
    cases: list[Case] = []
    bad: list[tuple[int, str]] = []
    rows = bad_count = 0
    for line, values, why in _rows(table, lang):
        if values is not None and not any(values):
            continue  # an empty line
        rows += 1
        try:
            if values is None:
                raise BadRow(why)
            if len(values) != len(columns):
                raise BadRow(say("row_length", lang))
            cases.append(maker.case(dict(zip(columns, values, strict=True)), line))
        except BadRow as error:
            bad_count += 1
            if len(bad) < SHOWN:
                bad.append((line, str(error)))
    return Cases(cases, rows, bad, bad_count)


def _rows(table, lang: str) -> Iterator[tuple[int, list[str] | None, str]]:
    """(line on which the row begins, its values or None, why it cannot be read)."""
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
        yield line, values, ""


class _Maker:
    """Makes a case of a row."""

    def __init__(self, mapping: CaseMapping, policy: Policy, lang: str):
        self._mapping = mapping
        self._policy = policy
        self._lang = lang
        self._known = {one.name: known_names(policy, one.name) for one in mapping.attributes}
        received = [index for index, one in enumerate(mapping.moments) if "received" in one.events]
        # the fact of receipt comes first among those of the same second
        self._moments = sorted(enumerate(mapping.moments), key=lambda pair: pair[0] != received[0])
        self._received = mapping.moments[received[0]].column
        self._classified: dict[tuple, dict] = {}
        self._lines: dict[str, int] = {}  # by id

    def case(self, row: dict[str, str], line: int) -> Case:
        """The facts of a row.

        :raises BadRow: the id of an earlier row, no time of receipt, a time or a value that cannot be read
        """
        self._check_id(row, line)
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
        return Case(tuple(events))

    def _check_id(self, row: dict[str, str], line: int) -> None:
        number = row[self._mapping.id].strip() if self._mapping.id else ""
        if number and self._lines.setdefault(number, line) != line:
            earlier = str(self._lines[number])
            raise BadRow(self._say("row_double", column=self._mapping.id, value=number, line=earlier))

    def _time(self, row: dict[str, str], column: str) -> datetime | None:
        text = row[column]
        if not text.strip():
            return None
        try:
            return self._mapping.time(text)
        except ValueError:
            raise BadRow(self._say("row_time", column=column, value=text)) from None

    def _attributes(self, row: dict[str, str]) -> dict[str, str]:
        """The attributes of a case, completed by the policy; unless given, severity comes from the matrix."""
        given = tuple(self._attribute(one, row) for one in self._mapping.attributes)
        if given not in self._classified:
            names = [one.name for one in self._mapping.attributes]
            self._classified[given] = self._policy.classify(dict(zip(names, given, strict=True)))
        return self._classified[given]

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
        known = self._known[one.name]
        if known is not None and text not in known:
            kind = say(f"kind_{one.name}", self._lang)
            raise BadRow(self._say("row_unknown", column=one.column, kind=kind, value=text))
        return text

    def _say(self, key: str, **values: str) -> str:
        return say(key, self._lang, **values)
