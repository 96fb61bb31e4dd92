"""Approve a solution, or say why not."""

from odoo import api, fields, models


class SolutionDecision(models.TransientModel):
    _name = "complaint.solution.decision"
    _description = "Decision about a solution"

    solution_id = fields.Many2one("complaint.solution", required=True, readonly=True, ondelete="cascade")
    remedy_id = fields.Many2one(related="solution_id.remedy_id", related_sudo=False)
    amount = fields.Monetary(related="solution_id.amount", related_sudo=False)
    currency_id = fields.Many2one(related="solution_id.currency_id", related_sudo=False)
    description = fields.Text(related="solution_id.description", related_sudo=False)
    reasoning = fields.Text(related="solution_id.reasoning", related_sudo=False)
    comment = fields.Text(help="Kept with the decision. Needed if you do not approve.")

    @api.model_create_multi
    def create(self, vals_list):
        # Before anything is shown of it: what one reads through a wizard may come from the cache.
        # A form does not send what one cannot change in it: then the default counts.
        usual = self.default_get(["solution_id"]).get("solution_id")
        asked = [vals.get("solution_id", usual) for vals in vals_list]
        self.env["complaint.solution"].browse(asked).check_access("read")
        return super().create(vals_list)

    def write(self, vals):
        kept = {name: value for name, value in vals.items() if name != "solution_id"}
        return super().write(kept)

    def action_approve(self):
        self.ensure_one()
        self.solution_id.check_access("read")
        self.solution_id._decide(True, self.comment or "")
        return {"type": "ir.actions.act_window_close"}

    def action_reject(self):
        self.ensure_one()
        self.solution_id.check_access("read")
        self.solution_id._decide(False, self.comment or "")
        return {"type": "ir.actions.act_window_close"}
