"""Whose time it was, and who held the case when: read off the register whenever somebody looks, stored
nowhere."""

from datetime import timedelta

from odoo import api, fields, models

from ..engine.whose_time import OURS, who_held, whose_time
from .release_reading import aware, naive


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    whose_time = fields.Html(compute="_compute_whose_time", sanitize=False, groups="base.group_user")
    who_held = fields.Html(compute="_compute_whose_time", sanitize=False, groups="base.group_user")

    @api.depends("event_ids")
    @api.depends_context("lang", "tz")
    def _compute_whose_time(self):
        now = aware(fields.Datetime.now())
        for ticket in self:
            case = ticket._origin.sudo()  # sudo: the register is read as it is, whoever may see the case
            history = case._history() if case.case_type_id else []
            if not history:
                ticket.whose_time = ticket.who_held = False
                continue
            shares = case._share_rows(whose_time(history, now))
            held = case._held_rows(who_held(history, now))
            render = self.env["ir.qweb"]._render
            ticket.whose_time = render("complaint_management.whose_time_table", {"rows": shares})
            ticket.who_held = render("complaint_management.who_held_table", {"rows": held})

    def _share_rows(self, shares):
        """What the table of times shows: whose, how long, how much of all."""
        total = sum(shares.values(), timedelta()) or timedelta(seconds=1)
        return [
            {
                "whose": self._waits_for(reason),
                "time": self.env["complaint.milestone"]._span(spent),
                "share": round(100 * spent / total),
                "ours": reason == OURS,
            }
            for reason, spent in shares.items()
        ]

    def _waits_for(self, reason):
        """A reason to wait in the words of the policy."""
        if reason == OURS:
            return self.env._("Our time")
        term = self.release_id._refs().get(("pause", reason))
        return self.env["complaint.term"].browse(term).name if term else reason

    def _held_rows(self, spans):
        """What the table of holders shows, the latest first."""
        teams = self.env["helpdesk.ticket.team"].browse([one.team for one in spans if one.team]).exists()
        users = self.env["res.users"].browse([one.holder for one in spans if one.holder]).exists()
        names = {("team", one.id): one.name for one in teams} | {("user", one.id): one.name for one in users}
        span = self.env["complaint.milestone"]._span
        return [
            {
                "team": names.get(("team", one.team)) or "—",
                "user": names.get(("user", one.holder)) or "—",
                "start": naive(one.start),
                "end": naive(one.end),
                "time": span(one.time),
                "ours": span(one.ours),
                "waited": one.time != one.ours,
            }
            for one in reversed(spans)
        ]
