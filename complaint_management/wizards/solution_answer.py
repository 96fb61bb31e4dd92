"""What the customer said to a proposal, when it did not come through the portal."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.solution import WAYS


class SolutionAnswer(models.TransientModel):
    _name = "complaint.solution.answer"
    _description = "Answer of a customer to a proposal"

    solution_id = fields.Many2one("complaint.solution", required=True, readonly=True, ondelete="cascade")
    description = fields.Text(related="solution_id.description", related_sudo=False)
    answer = fields.Selection(
        [("accepted", "Accepts"), ("refused", "Refuses")], "The customer", required=True
    )
    way = fields.Selection(
        [way for way in WAYS if way[0] not in ("portal", "silence")], "How", required=True, default="call"
    )
    answered_at = fields.Datetime("When", required=True, default=lambda self: fields.Datetime.now())
    words = fields.Text("In the customer's words")
    file = fields.Binary("Evidence", help="The mail, the signed paper, the recording.")
    file_name = fields.Char()

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

    @api.constrains("answered_at")
    def _check_time(self):
        for wizard in self:
            if wizard.answered_at > fields.Datetime.now():
                raise UserError(self.env._("The customer has answered already: choose a time up to now."))
            if wizard.answered_at < wizard.solution_id.proposed_at:
                raise UserError(self.env._("The answer cannot come before the proposal."))

    def action_record(self):
        self.ensure_one()
        self.solution_id.check_access("write")
        if not self.file and not (self.words or "").strip():
            raise UserError(
                self.env._("Write down what the customer said, or attach it: an answer needs evidence.")
            )
        self.solution_id._customer_answers(
            self.answer == "accepted",
            self.words or "",
            self.way,
            self.file,
            self.file_name,
            at=self.answered_at,
        )
        return {"type": "ir.actions.act_window_close"}
