"""Why this deadline? The reckoning of one clock, line by line, beside the policy line that it follows."""

from markupsafe import Markup
from odoo import api, fields, models

from ..engine.reckoning_text import time_text
from ..models.release_reading import aware


class ComplaintWhy(models.TransientModel):
    _name = "complaint.why"
    _description = "Why this deadline?"

    milestone_id = fields.Many2one("complaint.milestone", "Clock", required=True, ondelete="cascade")
    title = fields.Char("Clock title", related="milestone_id.title")
    standing = fields.Char(related="milestone_id.standing")
    color = fields.Selection(related="milestone_id.color")
    due_at = fields.Datetime(related="milestone_id.due_at")
    statutory = fields.Boolean(related="milestone_id.statutory")
    reckoning = fields.Html("How it was reckoned", compute="_compute_reckoning", sanitize=False)
    zone_words = fields.Char("Zone", compute="_compute_rule")
    sentence = fields.Char("The rule in words", compute="_compute_rule")
    rule_place = fields.Char("Policy line", compute="_compute_rule")
    rule_text = fields.Text("As the policy says it", compute="_compute_rule")
    beside = fields.Html("Other limits of this case", compute="_compute_beside", sanitize=False)

    @api.depends("milestone_id")
    @api.depends_context("lang")
    def _compute_reckoning(self):
        for wizard in self:
            lines = wizard.milestone_id._reckoning()
            rows = Markup().join(
                Markup("<li class='list-group-item py-1 px-2'>%s</li>") % line for line in lines
            )
            wizard.reckoning = Markup("<ol class='list-group list-group-flush mb-0'>%s</ol>") % rows

    @api.depends("milestone_id")
    @api.depends_context("lang")
    def _compute_rule(self):
        for wizard in self:
            clock = wizard.milestone_id
            place = clock._rule_place()
            wizard.rule_place = place and f"{place[0]}:{place[1]}"
            wizard.rule_text = clock._rule_text()
            wizard.sentence = wizard._rule_sentence()
            wizard.zone_words = self.env._("Times of %(zone)s", zone=clock._calendar().zone)

    def _rule_sentence(self):
        """The rule as one would read it aloud."""
        clock = self.milestone_id
        words = self.env._("%(limit)s, %(counted)s", limit=clock.within, counted=self._counted(clock))
        if clock.statutory:
            words = self.env._("%(rule)s; a limit set by law", rule=words)
        # sudo: the words of the policy are no secret
        spec = clock.ticket_id.sudo().release_id._policy().clock_spec(clock.sla, clock.name)
        if spec and spec.pauses:
            pauses = self.env["complaint.term"].search(
                [("kind", "=", "pause"), ("policy_code", "in", list(spec.pauses))]
                + [("company_id", "=", clock.company_id.id)]
            )
            names = pauses.mapped("name") or sorted(spec.pauses)
            words = self.env._(
                "%(rule)s; stands still while: %(reasons)s", rule=words, reasons=", ".join(names)
            )
        return self.env._("%(rule)s.", rule=words)

    def _counted(self, clock):
        """What the limit of a clock counts."""
        calendar = clock._calendar()
        name = f"{calendar.name} ({calendar.zone})"
        unit = clock.within.lstrip("0123456789")
        if unit == "bh":
            return self.env._("counted in the open hours of the calendar %(name)s", name=name)
        if unit == "bd":
            return self.env._("counted in business days of the calendar %(name)s", name=name)
        if unit == "cd":
            return self.env._("counted in calendar days, as the calendar %(name)s dates them", name=name)
        return self.env._("counted in elapsed time, nights and weekends included")

    @api.depends("milestone_id")
    @api.depends_context("lang", "tz")
    def _compute_beside(self):
        """The legal limits beside the internal ones, so that one look tells which comes first."""
        for wizard in self:
            clock = wizard.milestone_id
            zone = clock._calendar().zone  # that of the reckoning, or the two could not be compared
            others = clock.ticket_id.milestone_ids.filtered(
                lambda other, clock=clock: other.cycle == clock.cycle and other != clock
            )
            rows = Markup().join(
                Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
                % (
                    other.title + (self.env._(" (legal)") if other.statutory else ""),
                    time_text(aware(other.due_at), zone, ends_a_day=True),
                    other.standing,
                )
                for other in others
            )
            wizard.beside = rows and Markup("<table class='table table-sm mb-0'>%s</table>") % rows

    def action_open_policy(self):
        """The document of the release that says this limit, for those who may read it."""
        self.ensure_one()
        path = (self.rule_place or "").rsplit(":", 1)[0]
        release = self.milestone_id.ticket_id.release_id
        document = self.env["complaint.release.document"].search(
            [("release_id", "=", release.id), ("path", "=", path)], limit=1
        )
        return {
            "type": "ir.actions.act_window",
            "name": path,
            "res_model": "complaint.release.document",
            "res_id": document.id,
            "view_mode": "form",
            "target": "new",
        }
