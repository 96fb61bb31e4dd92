"""What stands in a file for a regulator: the cases that were open at any time of its period, as they stood at
its end, and the numbers of the period, counted twice: by the register's own query, and from the rows."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools import SQL

from ..engine.case import CLOSING
from ..engine.working_time import Calendar
from .register_document import BALANCE, BATCH, MOVEMENTS, OPENING

BOM = b"\xef\xbb\xbf"
# What a spreadsheet takes for a formula; with Chinese or Japanese settings the wide signs, too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
STEPS = ("acknowledged", "investigated", "report_ready", "agreed", "carried_out", "communicated")
FACTS = (*OPENING, *CLOSING, *STEPS)
LANGUAGES = {"en": "en_US", "zh_CN": "zh_CN"}


@dataclass
class Table:
    """The rows of a file, and its numbers: ``balance`` of the register, ``of_rows`` of the rows."""

    titles: list
    lines: list = field(default_factory=list)
    cases: list = field(default_factory=list)
    confidential: list = field(default_factory=list)
    balance: dict = field(default_factory=lambda: dict.fromkeys(BALANCE, 0))
    of_rows: dict = field(default_factory=lambda: dict.fromkeys(BALANCE, 0))
    bom: bool = False

    def as_bytes(self):
        """The file: UTF-8, lines end as RFC 4180 says, no cell that a spreadsheet reckons with."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([_plain(title) for title in self.titles])
        writer.writerows([_plain(value) for value in line] for line in self.lines)
        return (BOM if self.bom else b"") + text.getvalue().encode()


def _plain(value):
    """A value as the file has it. What a customer wrote is text, also where it begins like a formula."""
    if value is None or value is False:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


@dataclass(slots=True)
class Turns:
    """How a case moved in a period."""

    at_start: bool = False
    at_end: bool = False
    received: int = 0
    reopened: int = 0
    closed: int = 0

    @classmethod
    def of(cls, events, begin):
        """From the opening and closing facts of a case before the end of the period, in order:
        [(kind, naive UTC)]."""
        found, was = cls(), None
        for kind, at in events:
            opens = kind in OPENING
            inside = at >= begin
            found.received += inside and kind == "received"
            found.reopened += inside and opens and was is False
            found.closed += inside and not opens and was is True
            if not inside:
                found.at_start = opens
            was = opens
        found.at_end = bool(was)
        return found

    @property
    def concerns(self):
        """Whether the case was open at any time of the period."""
        return bool(self.at_start or self.received or self.reopened)


class ComplaintReturn(models.Model):
    _inherit = "complaint.return"

    def _table_of_cases(self):
        """The rows and numbers of the file, as superuser."""
        entry = self.release_id._return_entry(self.code)
        zone = self._zone()
        cases = self._cases().with_context(lang=self._file_language(entry), tz=str(zone))
        begin, end = self._instants()
        keys = [column["column"] for column in entry["columns"]]
        table = Table(titles=self._titles(entry, cases), bom=entry.get("encoding") == "utf-8-bom")
        fitting = []
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            batch = batch.filtered(lambda case: self._fits(entry, case))
            fitting += batch.ids
            self._add_rows(table, batch, keys, (begin, end))
        table.balance = self._register_balance(fitting, begin, end)
        return table

    def _zone(self):
        return (self.release_id._policy().calendar or Calendar.always_open()).zone

    def _instants(self):
        """(first instant of the period, first one after it), naive UTC."""
        zone = self._zone()

        def midnight(day):
            local = datetime(day.year, day.month, day.day, tzinfo=zone)
            return local.astimezone(timezone.utc).replace(tzinfo=None)

        return midnight(self.begin), midnight(self.end)

    def _file_language(self, entry):
        """The language that the policy names, if it is installed; else that of the company."""
        wanted = LANGUAGES.get(entry.get("language"), entry.get("language"))
        if wanted and self.env["res.lang"]._get_data(code=wanted):
            return wanted
        return self.company_id.partner_id.lang or "en_US"

    def _titles(self, entry, cases):
        """What the columns are called: as the regulator does, else as the register does."""
        release = self.release_id.with_context(lang=cases.env.lang)
        usual = {**dict(cases._register_columns()), **cases._columns_of_period()}
        return [
            release._in_language(column["title"]) if column.get("title") else usual[column["column"]]
            for column in entry["columns"]
        ]

    def _cases(self):
        """Cases that may have been open in the period, by when they came in."""
        begin, end = self._instants()
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search(
            [
                ("company_id", "=", self.company_id.id),
                ("case_type_id", "!=", False),
                ("received_at", "<", end),
                "|",
                ("over_since", "=", False),
                ("over_since", ">=", begin),
            ],
            order="received_at, id",
        )

    def _fits(self, entry, case):
        if not entry.get("match") and not entry.get("unless"):
            return True
        state = case._engine_state()
        return self.release_id._policy().condition(entry).holds(state.attributes, state.cycle)

    def _add_rows(self, table, batch, keys, span):
        """Add the rows of some cases, and count them."""
        begin, end = span
        facts, told = batch._register_facts(), batch._extension_notices()
        events = batch._turns_before(end)
        for case in batch:
            turns = Turns.of(events.get(case.id, ()), begin)
            for name in ("received", "reopened", "closed"):
                table.of_rows[name] += getattr(turns, name)
            table.of_rows["opening"] += turns.at_start
            table.of_rows["closing"] += turns.at_end
            if not turns.concerns:
                continue
            before = {kind: [at for at in times if at < end] for kind, times in facts[case.id].items()}
            row = case._row_at_end(before, told.get(case.id), turns)
            table.lines.append([row[key] for key in keys])
            table.cases.append(case.id)
            if case.confidential:
                table.confidential.append(case.id)
        batch.invalidate_recordset()

    def _register_balance(self, ids, begin, end):
        """The numbers of the period by the query of the register."""
        if not ids:
            return dict.fromkeys(BALANCE, 0)
        [(opening, reopened, closed, closing)] = self.env.execute_query(
            SQL(
                MOVEMENTS,
                opening=OPENING,
                kinds=(*OPENING, *CLOSING),
                begin=begin,
                end=end,
                cases=tuple(ids),
            )
        )
        received = (
            self.env["helpdesk.ticket"]
            .with_context(active_test=False)
            .search_count([("id", "in", ids), ("received_at", ">=", begin), ("received_at", "<", end)])
        )
        return dict(zip(BALANCE, (opening, received, reopened, closed, closing), strict=True))


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _columns_of_period(self):
        """{key: title} of what only a period has."""
        return {
            "at_start": self.env._("Open at the start"),
            "at_end": self.env._("Open at the end"),
        }

    def _turns_before(self, end):
        """{case id: [(kind, naive UTC)]} of what opened and closed cases before an instant, in order."""
        rows = self.env["complaint.event"].search_read(
            [
                ("ticket_id", "in", self.ids),
                ("kind", "in", [*OPENING, *CLOSING]),
                ("occurred_at", "<", end),
            ],
            ["ticket_id", "kind", "occurred_at"],
            order="occurred_at, id",
            load=None,
        )
        found = {}
        for row in rows:
            found.setdefault(row["ticket_id"], []).append((row["kind"], row["occurred_at"]))
        return found

    def _row_at_end(self, facts, told, turns):
        """The row of the register as the case stood at the end of the period; times as ISO 8601 has them."""
        closing = max((at for kind in CLOSING for at in facts.get(kind, ())), default=None)
        known = {kind: facts.get(kind, []) for kind in FACTS}
        row = self._register_row(known, told)
        row["closed"] = None if turns.at_end else self._shown_time(closing)
        row["at_start"] = self.env._("yes") if turns.at_start else self.env._("no")
        row["at_end"] = self.env._("yes") if turns.at_end else self.env._("no")
        return {key: self._iso(value) for key, value in row.items()}

    def _iso(self, value):
        """A local time of the register with its distance from UTC."""
        if not isinstance(value, datetime):
            return value
        return value.replace(tzinfo=ZoneInfo(str(self.env.tz))).isoformat(timespec="minutes")
