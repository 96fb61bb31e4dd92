"""Who does what by when to carry a solution out (B6)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .of_ticket import without_defaults

BY_BUTTON = frozenset({"done_at", "done_uid"})


class ComplaintSolutionStep(models.Model):
    _name = "complaint.solution.step"
    _description = "Step of a solution"
    _inherit = "complaint.work.on.ticket"
    _order = "due_on, id"

    solution_id = fields.Many2one("complaint.solution", required=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one(
        related="solution_id.ticket_id", store=True, index=True, required=False, domain=[]
    )
    name = fields.Char("What", required=True)
    user_id = fields.Many2one("res.users", "Who", required=True, domain="[('share', '=', False)]")
    due_on = fields.Date("By", required=True)
    done_at = fields.Datetime("Done", readonly=True)
    done_uid = fields.Many2one("res.users", "Done by", readonly=True)
    solution_state = fields.Selection(related="solution_id.state")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(BY_BUTTON & set(vals) for vals in vals_list):
            raise AccessError(self.env._("Press “Done” when a step is done."))
        return super(ComplaintSolutionStep, without_defaults(self, BY_BUTTON)).create(vals_list)

    def write(self, vals):
        if not self.env.su and {"done_at", "done_uid", "solution_id"} & set(vals):
            raise AccessError(self.env._("Press “Done” when a step is done."))
        if not self.env.su and any(step.done_at for step in self):
            raise UserError(self.env._("A step that is done stays as it is."))
        return super().write(vals)

    def unlink(self):
        if not self.env.su and any(step.done_at for step in self):
            message = self.env._("A step that is done stays as it is.")
            raise UserError(message)  # pylint: disable=no-raise-unlink
        return super().unlink()

    def action_done(self):
        """The step is done; with the last one the solution is carried out."""
        for step in self:
            if step.user_id != self.env.user:
                step.check_access("write")
            if step.solution_id.state != "accepted":
                raise UserError(
                    self.env._("Steps are ticked off once the customer has accepted the solution.")
                )
        # sudo: whoever has a step may say that it is done, whatever else they may change of the case
        self.sudo().write({"done_at": fields.Datetime.now(), "done_uid": self.env.uid})
        for solution in self.sudo().solution_id:  # sudo: as above
            if all(step.done_at for step in solution.step_ids):
                solution._carried_out()
        return True

    def _schedule(self):
        """An activity on the case for everybody who has something to do."""
        kind = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        model = self.env["ir.model"]._get_id("helpdesk.ticket")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": step.ticket_id.id,
                    "activity_type_id": kind.id if kind else False,
                    "summary": step.name,
                    "user_id": step.user_id.id,
                    "date_deadline": step.due_on,
                }
                for step in self
            ]
        )
