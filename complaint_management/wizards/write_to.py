"""Write to a group: an internal note on the case that reaches the people of a role of the policy (G1)."""

from markupsafe import Markup, escape
from odoo import api, fields, models
from odoo.exceptions import UserError

OUTSIDE = ("complainant",)  # roles that are no colleagues


class WriteTo(models.TransientModel):
    _name = "complaint.write.to"
    _description = "Write to a group about a complaint"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, default=lambda self: self.env.context.get("active_id")
    )
    role = fields.Selection(selection="_roles", string="To", required=True)
    recipients = fields.Char("These are", compute="_compute_recipients")
    body = fields.Text("Message", required=True)

    @api.model
    def _roles(self):
        release = self.env["complaint.release"]._active(self.env.company)
        roles = release._policy().raw.get("roles") or [] if release else []
        return [
            (role["name"], release._role_title(role["name"])) for role in roles if role["name"] not in OUTSIDE
        ]

    def _people(self):
        return self.ticket_id._role_users(self.role)[self.ticket_id.id] if self.role else None

    @api.depends("role", "ticket_id")
    def _compute_recipients(self):
        for wizard in self:
            people = wizard._people()
            # sudo: the names of colleagues
            wizard.recipients = ", ".join((people or self.env["res.users"]).sudo().mapped("name"))

    def action_write(self):
        self.ensure_one()
        self.ticket_id.check_access("read")
        people = self._people()
        if not people:
            raise UserError(
                self.env._("Nobody of this group is there now. Choose another group, or ask a policy admin.")
            )
        partners = people.sudo().partner_id  # sudo: the address card of a colleague
        text = Markup("<br/>").join(escape(line) for line in self.body.splitlines())
        self.ticket_id.message_post(
            body=Markup("<p>%s</p>") % text,
            partner_ids=partners.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        return {"type": "ir.actions.act_window_close"}
