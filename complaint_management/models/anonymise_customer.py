"""What the company keeps about a customer as a person goes with the last case: birthday, best times, and what
was said in callbacks that belong to no case (B13)."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _anonymise(self):
        firms = {case.id: case.commercial_partner_id for case in self.sudo()}  # sudo: as in what is extended
        result = super()._anonymise()
        for company, cases in self.sudo().grouped("company_id").items():  # sudo: the same
            partners = cases.env["res.partner"].union(*(firms[case.id] for case in cases))
            cases.env["complaint.customer"]._forget_former(partners, company)
        return result


class ComplaintCustomer(models.Model):
    _inherit = "complaint.customer"

    @api.model
    def _forget_former(self, partners, company):
        """Take out the data of those of these customers of whom no case with their name is left."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        still = [
            ("commercial_partner_id", "in", partners.ids),
            ("company_id", "=", company.id),
            ("case_type_id", "!=", False),
            ("anonymised_at", "=", False),
        ]
        former = partners - tickets.search(still).commercial_partner_id
        files = self.search([("partner_id", "in", former.ids), ("company_id", "=", company.id)])
        files.write(
            {
                "birthday": False,
                "contact_times": False,
                "call_days": False,
                "call_from": False,
                "call_until": False,
            }
        )
        callbacks = self.env["complaint.callback"].search(
            [
                ("commercial_partner_id", "in", former.ids),
                ("company_id", "=", company.id),
                ("ticket_id", "=", False),
                ("done_at", "!=", False),
            ]
        )
        if callbacks:
            tickets._forget_conversation(callbacks._name, callbacks.ids)
            tickets._forget_texts(callbacks._name, callbacks.ids)
            self.env.invalidate_all(flush=False)
