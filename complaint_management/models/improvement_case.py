"""Improvement actions on the case, and made from what complaints are about."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    improvement_ids = fields.Many2many(
        "mgmtsystem.action",
        "complaint_improvement_ticket_rel",
        "ticket_id",
        "action_id",
        "Improvement actions",
        groups="base.group_user",
        copy=False,
        readonly=True,
    )
    same_cause_ids = fields.Many2many(
        "mgmtsystem.action",
        string="Actions against the same cause",
        compute="_compute_same_cause_ids",
        groups="base.group_user",
    )

    @api.depends("cause_id", "improvement_ids")
    def _compute_same_cause_ids(self):
        actions = self.env["mgmtsystem.action"]
        found = actions.browse()
        if actions.has_access("read"):
            found = actions.search([("for_complaints", "=", True), ("cause_id", "in", self.cause_id.ids)])
        for ticket in self:
            ticket.same_cause_ids = (
                found.filtered(lambda action, ticket=ticket: action.cause_id == ticket.cause_id)
                - ticket.improvement_ids
                if ticket.cause_id
                else False
            )

    def _improvement_defaults(self):
        """What an action made from these cases takes over: them, and the cause and category they share."""
        one_cause, one_category = self.cause_id, self.category_id
        return {
            "for_complaints": True,
            "complaint_ticket_ids": [(6, 0, self.ids)],
            "company_id": self.company_id[:1].id,
            "cause_id": one_cause.id if len(one_cause) == 1 else False,
            "complaint_category_id": one_category.id if len(one_category) == 1 else False,
            "type_action": "correction",
        }

    def action_improve(self):
        """The form of a new improvement action that comes from these cases."""
        cases = self.filtered("case_type_id")
        if not cases:
            raise UserError(self.env._("Choose at least one complaint."))
        if len(cases.company_id) > 1:
            raise UserError(self.env._("Choose complaints of one company: an action belongs to one."))
        return self.env["mgmtsystem.action"]._form_of_a_new_one(complaint_case_ids=cases.ids)


class ComplaintTerm(models.Model):
    _inherit = "complaint.term"

    def action_improve(self):
        """The form of a new improvement action against a cause."""
        causes = self.filtered(lambda term: term.kind == "cause")
        if len(causes) != 1:
            raise UserError(self.env._("Choose one root cause. An action removes one cause."))
        return self.env["mgmtsystem.action"]._form_of_a_new_one(
            default_cause_id=causes.id,
            default_company_id=causes.company_id.id,
            default_type_action="prevention",
        )
