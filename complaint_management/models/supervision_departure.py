"""Departures from the process (F5): one row for each way in which a cycle of a case did not go as the policy
says.

    complaint.event -> engine.supervision.departures -> complaint.departure   (kept with the figures)

Nobody writes them by hand, and nothing is decided by them: they can be made anew from the register at any
time."""

import json

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import table_exists

from ..engine.supervision import departures
from .event import LABELS
from .release_reading import aware, naive

WHAT = [
    ("skipped_step", "Step skipped"),
    ("wrong_stage", "Stage not meant for such a case"),
    ("missing_entry", "Required information missing"),
    ("moved_back", "Moved backwards"),
    ("saved_by_pause", "Deadline kept only by a pause"),
    ("unapproved", "Not approved"),
    ("unanswered_escalation", "Escalation not answered in time"),
    ("changed_after_closing", "Changed after closing"),
]
ROW = "departures"  # rides on the row of a cycle until it is stored
# Column <- that of the cycle.
SHARED = (
    "ticket_id",
    "company_id",
    "cycle",
    "type_id",
    "category_root_id",
    "severity_id",
    "team_id",
    "department_id",
    "user_id",
)
RECORDED_LATER = """
    SELECT event.id, event.recorded_at FROM complaint_event AS event
     WHERE event.ticket_id IN %s AND event.recorded_at > event.occurred_at
"""
RECORDED_BY = "SELECT id, user_id FROM complaint_event WHERE id IN %s"
STAGES = frozenset({"skipped_step", "wrong_stage", "moved_back", "unapproved"})


class ComplaintDeparture(models.Model):
    _name = "complaint.departure"
    _inherit = "complaint.of.many.tickets"
    _description = "Departure from the process"
    _order = "at desc, id desc"
    _rec_name = "number"
    _log_access = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="cascade", readonly=True, index=True
    )
    number = fields.Char(related="ticket_id.number")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    cycle = fields.Integer(readonly=True, aggregator=None)
    what = fields.Selection(WHAT, "Finding", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    about = fields.Json(readonly=True, help="Codes: of stages, clocks, a level, or kinds of facts.")
    times = fields.Integer(readonly=True, aggregator="sum")
    share = fields.Float(
        "Share of the time", readonly=True, aggregator="avg", help="In which the clock stood still."
    )
    by_id = fields.Many2one(
        "res.users", "Recorded by", readonly=True, ondelete="set null", help="Who recorded what was found."
    )
    user_id = fields.Many2one("res.users", "In charge", readonly=True, ondelete="set null")
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True, ondelete="set null")
    department_id = fields.Many2one(
        "hr.department", "Responsible department", readonly=True, ondelete="set null"
    )
    type_id = fields.Many2one("complaint.term", readonly=True, ondelete="set null")
    category_root_id = fields.Many2one(
        "helpdesk.ticket.category", "Main category", readonly=True, ondelete="set null"
    )
    severity_id = fields.Many2one("complaint.term", readonly=True, ondelete="set null")
    words = fields.Char("What was found", compute="_compute_words")

    _what_at = models.Index("(company_id, what, at)")

    def _auto_init(self):
        """Where cases were counted before departures were: they are counted anew, once."""
        cr = self.env.cr
        is_new = not table_exists(cr, self._table)
        result = super()._auto_init()
        if is_new and table_exists(cr, "complaint_fact"):
            cr.execute("UPDATE complaint_fact SET version = -1")
        return result

    @api.depends("what", "about", "times", "share")
    @api.depends_context("lang")
    def _compute_words(self):
        for one in self:
            one.words = one._in_words()

    def _in_words(self):
        release = self.ticket_id.sudo().release_id  # sudo: the words of the policy are no secret
        about = ", ".join(self._name_of(code, release) for code in self.about or ())
        patterns = {
            "skipped_step": self.env._("Left out: %(about)s", about=about),
            "wrong_stage": self.env._("Not meant for such a case: %(about)s", about=about),
            "missing_entry": self.env._("Was missing: %(about)s", about=about),
            "moved_back": self.env._("Sent back to: %(about)s", about=about),
            "saved_by_pause": self.env._(
                "%(about)s: stood still for %(share)d %% of the time", about=about, share=100 * self.share
            ),
            "unapproved": self.env._("Entered without the approval: %(about)s", about=about),
            "unanswered_escalation": self.env._("Nobody answered in time: %(about)s", about=about),
            "changed_after_closing": self.env._("Recorded after the closing: %(about)s", about=about),
        }
        return patterns[self.what]

    def _name_of(self, code, release):
        """What people call what a departure is about."""
        if self.what in STAGES:
            return self._stage_name(code, release)
        if self.what == "missing_entry":
            stage, _slash, name = code.partition("/")
            # sudo: the case's labels, whoever reads
            label = self.ticket_id.sudo()._requirement_label(name)
            return self.env._("%(what)s (%(stage)s)", what=label, stage=self._stage_name(stage, release))
        if self.what == "saved_by_pause":
            clocks = {one.name: one.sla for one in self.ticket_id.milestone_ids if one.cycle == self.cycle}
            return release._clock_title(clocks.get(code), code)
        if self.what == "unanswered_escalation":
            return release._level_title(code)
        kinds = dict(self.env["complaint.event"]._fields["kind"]._description_selection(self.env))
        return kinds.get(code) or LABELS.get(code, code)

    def _stage_name(self, code, release):
        ident = release._refs().get(("stage", code))
        # sudo: pick lists hold no secrets
        return self.env["helpdesk.ticket.stage"].sudo().browse(ident).name if ident else code

    def action_open_case(self):
        """The case behind the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _store(self, tickets, rows):
        """Put these rows in the place of all that there are of some cases."""
        if tickets:
            self.env.cr.execute(SQL("DELETE FROM complaint_departure WHERE ticket_id IN %s", tuple(tickets)))
        if rows:
            columns = list(rows[0])
            values = SQL(", ").join(SQL("%s", tuple(row[name] for name in columns)) for row in rows)
            names = SQL(", ").join(map(SQL.identifier, columns))
            self.env.cr.execute(SQL("INSERT INTO complaint_departure (%s) VALUES %s", names, values))
        if tickets:
            self.invalidate_model()


class ComplaintFact(models.Model):
    _inherit = "complaint.fact"

    @api.model
    def _row(self, ticket, policy, one, known, now):
        found = self._departures_of(ticket, policy, known)
        row = super()._row(ticket, policy, one, known, now)
        return {**row, ROW: [departure for departure in found if departure.cycle == one.cycle]}

    def _departures_of(self, ticket, policy, known):
        """The departures of a case, found once for all of its cycles. known: what a batch has read."""
        batch = known.__dict__.setdefault(ROW, {})
        if ticket.id not in batch:
            if "recorded" not in known.__dict__:
                rows = self.env.execute_query(SQL(RECORDED_LATER, tuple(known.events)))
                known.recorded = {ident: aware(at) for ident, at in rows}
            events = known.events[ticket.id]
            # measured up to its latest fact, as the cycle is
            batch[ticket.id] = departures(
                policy, ticket._engine_state().clocks, events, events[-1].at, known.recorded
            )
        return batch[ticket.id]

    def _store(self, rows):
        """The departures of the cycles are stored with them."""
        found = [(row, row.pop(ROW)) for row in rows if ROW in row]
        idents = super()._store(rows)
        people = self._recorded_by([one.fact for _row, some in found for one in some if one.fact])
        self.env["complaint.departure"]._store(
            {row["ticket_id"] for row, _some in found},
            [
                {
                    **{name: row[name] for name in SHARED},
                    "what": one.what,
                    "at": naive(one.at),
                    "about": json.dumps(one.about),
                    "times": one.times,
                    "share": one.share,
                    "by_id": people.get(one.fact),
                }
                for row, some in found
                for one in some
            ],
        )
        return idents

    def _recorded_by(self, facts):
        """{number of a fact: id of who recorded it}"""
        return dict(self.env.execute_query(SQL(RECORDED_BY, tuple(facts)))) if facts else {}

    @api.model
    def _rebuild(self):
        self.env.cr.execute(SQL("TRUNCATE complaint_departure"))
        return super()._rebuild()
