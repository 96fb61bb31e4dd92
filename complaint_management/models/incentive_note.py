"""What was left out and why: points that nobody pays because the person was away, rounds of a case that do
not count for an outage, more time or an objection. Shown beside the points, never summed. It follows from the
facts alone and is made anew with each count of a case."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine.incentives import Note
from ..engine.points_ledger import natural_period
from ..engine.points_text import explain_note
from .release_reading import aware, naive

KEY = ("scheme", "user_id", "period", "cycle", "rule", "subject", "at", "points", "why")


class IncentiveNote(models.Model):
    _name = "complaint.incentive.note"
    _description = "What does not count for a person"
    _order = "at desc, id desc"
    _log_access = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    release_id = fields.Many2one("complaint.release", required=True, readonly=True, ondelete="restrict")
    scheme = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="cascade")
    period = fields.Char(required=True, readonly=True)
    cycle = fields.Integer(required=True, readonly=True)
    rule = fields.Char(readonly=True)
    subject = fields.Char(readonly=True)
    at = fields.Datetime(required=True, readonly=True)
    points = fields.Float(digits=(16, 4), readonly=True)
    why = fields.Char(required=True, readonly=True)
    words = fields.Char(compute="_compute_words")

    _person = models.Index("(user_id, scheme, period)")

    @api.depends("rule", "subject", "why")
    @api.depends_context("lang", "uid")
    def _compute_words(self):
        for note in self:
            release = note.sudo().release_id  # sudo: the words of the policy are no secret
            number = note.sudo().ticket_id.number  # sudo: of the case only its number
            person = None if note.user_id == self.env.user else note.user_id.name
            words = explain_note(
                release._schemes()[note.scheme], note._for_engine(), release._language(), person
            )
            note.words = f"{number}: {words}"

    def _for_engine(self):
        return Note(
            self.rule or "", self.subject or "", self.cycle, self.user_id.id, aware(self.at),
            _exact(self.points), self.why,
        )  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("What does not count follows from the facts of the case."))
        return super().create(vals_list)

    @api.model
    def _keep(self, tickets, notes):
        """Make the notes of some cases those given; nothing is written where they are the same.

        notes: [(case, scheme, the engine's note, person, when)]"""
        own = self.sudo()  # sudo: the company counts
        known = {}
        for note in own.search([("ticket_id", "in", tickets.ids)]):
            known[(note.ticket_id.id, *(_plain(note[name]) for name in KEY))] = note
        people = self.env["res.users"].browse({user for *_rest, user, _at in notes if isinstance(user, int)})
        there = set(people.exists().ids)
        wanted = {}
        for ticket, scheme, note, user, at in notes:
            if user in there:
                values = self._values(ticket, scheme, note, user, at)
                wanted[(ticket.id, *(_plain(values[name]) for name in KEY))] = values
        own.browse([note.id for key, note in known.items() if key not in wanted]).unlink()
        own.create([values for key, values in wanted.items() if key not in known])

    def _values(self, ticket, scheme, note, user, at):
        return {
            "ticket_id": ticket.id,
            "company_id": ticket.company_id.id,
            "release_id": ticket.release_id.id,
            "scheme": scheme.name,
            "user_id": user,
            "period": natural_period(scheme, at),
            "cycle": note.cycle,
            "rule": note.rule or False,
            "subject": note.subject or False,
            "at": naive(at),
            "points": float(note.points),
            "why": note.why,
        }


def _plain(value):
    return value.id if hasattr(value, "_name") else value


def _exact(value):
    return Decimal(str(value))
