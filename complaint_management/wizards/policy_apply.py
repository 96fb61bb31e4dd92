"""Apply a draft: the reason, the changes once more, and a yes."""

from odoo import api, fields, models


class PolicyApply(models.TransientModel):
    _name = "complaint.policy.apply"
    _description = "Apply a draft of a complaint policy"

    draft_id = fields.Many2one("complaint.policy.draft", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="draft_id.company_id")
    message = fields.Char("Reason", required=True)
    plan_html = fields.Html(related="draft_id.plan_html")
    failed_count = fields.Integer(related="draft_id.failed_count")
    waiting_id = fields.Many2one("complaint.release", compute="_compute_effective")
    effective = fields.Date(compute="_compute_effective", help="The day from which the policy is to hold.")

    @api.depends("draft_id")
    def _compute_effective(self):
        releases = self.env["complaint.release"]
        for wizard in self:
            wizard.effective = wizard.draft_id._effective()
            wizard.waiting_id = releases.search(
                [("company_id", "=", wizard.company_id.id), ("state", "=", "scheduled")], limit=1
            )

    def action_apply(self):
        """Apply and open the release that it became."""
        self.ensure_one()
        release = self.draft_id._apply(self.message)
        return {
            "type": "ir.actions.act_window",
            "res_model": "complaint.release",
            "res_id": release.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
