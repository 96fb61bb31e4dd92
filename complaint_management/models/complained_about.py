"""The person complained about never has the case (B10). That they do not decide about it either, the
roles see
to."""

from odoo import api, models
from odoo.exceptions import ValidationError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.constrains("user_id", "complaint_against_ids")
    def _check_not_about_owner(self):
        # sudo: whom a complaint is about is looked at whoever assigns it; they need not see employees
        for ticket in self.sudo().filtered("complaint_against_ids"):
            if ticket.user_id and ticket.user_id in ticket.complaint_against_ids.user_id:
                raise ValidationError(
                    self.env._(
                        "%(number)s is about %(name)s, who can therefore not handle it. Assign somebody "
                        "else.",
                        number=ticket.number,
                        name=ticket.user_id.name,
                    )
                )

    def _accountable(self, owner, people, leader, found):
        """Nobody answers for a complaint about themselves."""
        usual = super()._accountable(owner, people, leader, found)
        about = self.sudo().complaint_against_ids.user_id  # sudo: as above
        if usual not in about:
            return usual
        line = [self.user_id, leader, self.team_id.user_id, self.team_id.parent_id.user_id]
        return next((user for user in line if user and user not in about), self.env["res.users"])

    @api.depends("complaint_against_ids")
    def _compute_accountable(self):
        return super()._compute_accountable()
