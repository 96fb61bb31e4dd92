"""Ask for more time for a clock; refuse it."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintExtend(models.TransientModel):
    _name = "complaint.extend"
    _description = "Ask for more time"

    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", required=True, readonly=True)
    choice_ids = fields.Many2many("complaint.milestone", compute="_compute_choice")
    milestone_id = fields.Many2one(
        "complaint.milestone", "Clock", domain="[('id', 'in', choice_ids)]", required=True
    )
    reason = fields.Text(help="The customer is told the new date and this reason.")
    preview = fields.Text("What happens", compute="_compute_preview")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        choices = self.env["helpdesk.ticket"].browse(values.get("ticket_id"))._extension_choices_or_none()
        if choices:
            values["milestone_id"] = choices[0][0].id
        return values

    @api.depends("ticket_id")
    def _compute_choice(self):
        for wizard in self:
            rows = [row.id for row, _entry in wizard.ticket_id._extension_choices_or_none()]
            wizard.choice_ids = wizard.env["complaint.milestone"].browse(rows)

    def _entry(self):
        choices = self.ticket_id._extension_choices_or_none()
        return next((entry for row, entry in choices if row == self.milestone_id), None)

    @api.depends("milestone_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            entry = wizard.milestone_id and wizard._entry()
            if not entry:
                wizard.preview = False
                continue
            release = wizard.ticket_id.release_id
            roles = wizard.ticket_id._extension_roles(entry)
            titles = ", ".join(release._role_title(role) for role in roles)
            lines = [
                wizard.env._(
                    "%(title)s: %(by)s more, %(most)s in all.",
                    title=release._in_language(entry.get("title") or entry["name"]),
                    by=entry["by"],
                    most=entry["at_most"],
                ),
                wizard.env._("It counts as soon as %(roles)s agree.", roles=titles)
                if roles
                else wizard.env._("Nobody has to agree: it counts at once."),
            ]
            wizard.preview = "\n".join(lines)

    def action_ask(self):
        self.ensure_one()
        entry = self._entry()
        if not entry:
            raise UserError(self.ticket_id._no_extension_words())
        self.ticket_id._ask_more_time(self.milestone_id, entry, self.reason)
        return {"type": "ir.actions.act_window_close"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _extension_choices_or_none(self):
        """What may be asked for, for whoever may read the case; nothing without one."""
        if not self or not self.has_access("read"):
            return []
        return self._extension_choices()


class ComplaintExtensionRefusal(models.TransientModel):
    _name = "complaint.extension.refusal"
    _description = "Refuse more time"

    extension_id = fields.Many2one("complaint.extension", required=True, readonly=True)
    comment = fields.Text("Reason", required=True)

    def action_refuse(self):
        self.ensure_one()
        self.extension_id._decide(False, self.comment)
        return {"type": "ir.actions.act_window_close"}
