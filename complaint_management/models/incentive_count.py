"""Counting points: what the facts of cases give by the engine, beside what the ledger says; the difference is
added. The same for suggestions, which belong to no case (B11)."""

from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..engine.case import Event
from ..engine.case_facts import CaseFacts
from ..engine.incentives import StaffFact, flat_points, points_of_case
from ..engine.points import DISPUTED
from ..engine.points_ledger import Row, corrections, natural_period
from ..engine.state import clocks_from_json
from .incentive_period import LOCKED
from .release_reading import aware, naive


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _count_points(self, reckon=True):
        """Count these cases and add to the ledger what it does not say yet. As superuser.

        reckon: whether scores and grades follow at once; a job that counts many cases leaves them for its
        end, since each of them would change nearly every statement"""
        now = aware(fields.Datetime.now().replace(microsecond=0))
        books = self.env["complaint.incentive.count"]._books(self, "ticket_id")
        notes, known = [], {}
        for ticket, facts in self._facts_to_count(now):
            release = ticket.release_id
            if release not in known:  # looked up once for a batch, not for each of its cases
                known[release] = tuple(release._schemes().values())
            for scheme in known[release]:
                counted = points_of_case(scheme, facts, books.disputed(ticket, scheme))
                books.add(ticket, scheme, counted.entries, release)
                notes += [
                    (ticket, scheme, note, user, at)
                    for note in counted.notes
                    for user, at in _whose(facts, note)
                ]
        books.write_down(reckon)
        self.env["complaint.incentive.note"]._keep(self, notes)

    def _facts_to_count(self, now):
        """(case, its facts for the engine) of each; one query for the facts, one for the clocks."""
        rows = self.env.execute_query(
            SQL(
                "SELECT ticket_id, occurred_at, kind, data, id FROM complaint_event "
                "WHERE ticket_id IN %s ORDER BY ticket_id, occurred_at, id",
                tuple(self.ids),
            )
        )
        history = defaultdict(list)
        for ticket, at, kind, data, ident in rows:
            history[ticket].append(Event(aware(at), kind, data or {}, ident))
        self.fetch(["case_state", "release_id", "company_id"])
        for ticket in self:
            if ticket.case_state:
                clocks = clocks_from_json(ticket.case_state)
                yield ticket, CaseFacts.read(history[ticket.id], clocks, now)


class ComplaintSuggestion(models.Model):
    _inherit = "complaint.suggestion"

    def _count_points(self, reckon=True):
        """Count accepted suggestions of people who gave their name (B11). As superuser."""
        books = self.env["complaint.incentive.count"]._books(self, "suggestion_id")
        for one in self.filtered("author_id"):
            release = self.env["complaint.release"]._active(one.company_id)
            for name in release._schemes():
                rules = self._rules_of(release, name, one.accepted_at)
                fact = StaffFact(
                    "suggestion_accepted", aware(one.accepted_at), one.author_id.id, f"suggestion:{one.id}"
                )
                scheme = rules._schemes()[name]
                entries = [
                    entry
                    for entry in flat_points(scheme, [fact])
                    if entry.key not in books.disputed(one, scheme)
                ]
                books.add(one, scheme, entries, rules)
        books.write_down(reckon)

    def _rules_of(self, release, scheme, at):
        """The release by which something without a case is counted: that of its period, so that counting it
        again gives the same."""
        return self.env["complaint.incentive.period"]._of(release, scheme, at).release_id


class IncentiveCount(models.AbstractModel):
    _name = "complaint.incentive.count"
    _description = "Counting points"

    def _books(self, records, column):
        return _Books(records, column)


class _Books:
    """The ledger of some cases or suggestions while they are counted."""

    def __init__(self, records, column):
        self.env, self.records, self.column = records.env, records, column
        self.rows, self.ledger, self.objected = [], self._read(), self._objections()
        self.members = {}

    def _read(self):
        """{(record id, scheme): rows of the ledger}; one query."""
        found = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                # numbers as text: Odoo makes those of the database floats, and sums have to be exact
                "SELECT %s, scheme, rule, subject, cycle, user_id, of_period, period, at, points::text, "
                "weight::text, flat, cases, revision, id FROM complaint_incentive_entry WHERE %s IN %s",
                SQL.identifier(self.column),
                SQL.identifier(self.column),
                tuple(self.records.ids),
            )
        )
        for record, scheme, rule, subject, cycle, user, of_period, period, at, *numbers in rows:
            points, weight, flat, cases, revision, ident = numbers
            found[record, scheme].append(
                Row(
                    rule,
                    subject,
                    cycle,
                    user,
                    of_period,
                    period,
                    aware(at),
                    Decimal(points),
                    Decimal(weight),
                    bool(flat),
                    cases,
                    revision,
                    ident,
                )
            )
        return found

    def _objections(self):
        """{(record id, scheme): {key: "open" or "upheld"}}"""
        found = defaultdict(dict)
        rows = self.env.execute_query(
            SQL(
                "SELECT e.%s, e.scheme, e.rule, e.subject, e.cycle, e.user_id, o.state "
                "FROM complaint_incentive_objection o JOIN complaint_incentive_entry e ON e.id = o.entry_id "
                "WHERE o.state IN ('open', 'upheld') AND e.%s IN %s",
                SQL.identifier(self.column),
                SQL.identifier(self.column),
                tuple(self.records.ids),
            )
        )
        for record, scheme, rule, subject, cycle, user, state in rows:
            found[record, scheme][rule, subject, cycle, user] = state
        return found

    def disputed(self, record, scheme):
        """What is taken out: what an objection was upheld about, and where the policy says so, what one waits
        for an answer about."""
        objected = self.objected.get((record.id, scheme.name)) or {}
        return {key for key, state in objected.items() if state == "upheld" or DISPUTED in scheme.exclude}

    def add(self, record, scheme, entries, release):
        """What the ledger does not say yet about a case or suggestion under a scheme."""
        rows = self.ledger.get((record.id, scheme.name), [])
        entries = [entry for entry in entries if entry.points or entry.cases]
        if not rows and not entries:
            return
        kept = self._of_members(record, scheme, entries, rows, release)
        if kept or rows:
            self.rows.append((record, scheme, rows, kept, release))

    def _of_members(self, record, scheme, entries, rows, release):
        """The entries of those whose points the scheme counts: who is in it now, or was when it happened."""
        place = release.id, scheme.name
        if place not in self.members:
            self.members[place] = set(release._scheme_members(scheme.name).ids)
        known = {row.holder for row in rows}
        outside = {entry.holder for entry in entries} - self.members[place] - known
        had = self._had_statement(record.company_id, scheme, entries, outside) if outside else set()
        return [
            entry
            for entry in entries
            if entry.holder not in outside or (entry.holder, natural_period(scheme, entry.at)) in had
        ]

    def _had_statement(self, company, scheme, entries, users):
        """{(user id, period)} in which these people have a statement of a scheme."""
        statements = self.env["complaint.incentive.statement"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("scheme", "=", scheme.name),
                ("user_id", "in", [user for user in users if isinstance(user, int)]),
            ],
            ["user_id", "period_code"],
        )
        return {(one.user_id.id, one.period_code) for one in statements}

    # ------------------------------------------------------------------ adding

    def write_down(self, reckon):
        """Add the differences, and reckon the statements that they are in, or leave that to be done."""
        periods, wakes, now = {}, {}, fields.Datetime.now()
        added = []
        for record, scheme, rows, entries, release in self.rows:
            calendar = scheme.period, scheme.zone
            if calendar not in wakes:
                wakes[calendar] = natural_period(scheme, aware(now))
            locked = self._locked(record.company_id, scheme, release, periods)
            found = corrections(scheme, rows, entries, locked, wakes[calendar])
            added += [(record, scheme, row, release) for row in found]
        if not added:
            return
        of_user = self._statements(added, periods)
        touched, out = set(), []
        for record, scheme, row, release in added:
            statement = of_user[record.company_id, scheme.name, row.period][row.holder]
            touched.add(statement.id)
            out.append(self._values(record, scheme, row, release, statement.id, now))
        self.env["complaint.incentive.entry"]._append(out)
        if reckon:
            self.env["complaint.incentive.statement"].browse(sorted(touched))._follow_ledger()
        else:
            self.env["complaint.incentive.dirty"]._mark("statement_id", sorted(touched))

    def _locked(self, company, scheme, release, periods):
        """Whether a period of a scheme takes nothing any more."""

        def locked(code, _person):
            return self._period(company, scheme, release, code, periods).state in LOCKED

        return locked

    def _period(self, company, scheme, release, code, periods):
        place = company, scheme.name, code
        if place not in periods:
            periods[place] = self.env["complaint.incentive.period"]._named(release, scheme.name, code)
        return periods[place]

    def _statements(self, added, periods):
        """{(company, scheme name, period): {user id: statement}} of all rows to be added."""
        wanted, named = defaultdict(set), {}
        for record, scheme, row, release in added:
            place = record.company_id, scheme.name, row.period
            wanted[place].add(row.holder)
            named[place] = self._period(record.company_id, scheme, release, row.period, periods)
        return {place: named[place]._statements_of(users) for place, users in wanted.items()}

    def _values(self, record, scheme, row, release, statement, now):
        values = {"ticket_id": None, "suggestion_id": None, self.column: record.id}
        entry = row.entry
        return values | {
            "statement_id": statement,
            "company_id": record.company_id.id,
            "release_id": release.id,
            "scheme": scheme.name,
            "cycle": row.cycle,
            "rule": row.rule,
            "subject": row.subject,
            "user_id": row.holder,
            "of_period": row.of_period,
            "period": row.period,
            "at": naive(row.at),
            "points": row.points,
            "weight": row.weight,
            "flat": row.flat,
            "cases": row.cases,
            "revision": row.revision,
            "corrects_id": row.refers,
            "cut": bool(entry and entry.cut),
            "detail": dict(entry.detail) if entry and entry.detail else None,
            "recorded_at": now,
        }


def _whose(facts, note):
    """[(person, when)] of whom a note tells: the person itself, or of a round that is left out those who
    closed it; nobody for points that nobody was there to get."""
    if note.holder is not None:
        return [(note.holder, note.at)]
    if note.rule:
        return []
    closed = {
        one.solver: one.at for one in facts.happenings if one.kind == "closed" and one.cycle == note.cycle
    }
    return [(person, at) for person, at in closed.items() if person is not None]
