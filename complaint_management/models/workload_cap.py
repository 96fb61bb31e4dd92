"""The cap on open cases for each agent (F7): assigning by rule keeps to it (`engine.assignment`); whoever
assigns by hand is warned, or stopped where the policy says `hard`."""

from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.onchange("user_id")
    def _onchange_user_cap(self):
        """Warn, before it is saved, that a person has as many cases as the policy allows."""
        user, company = self.user_id._origin, self.company_id or self.env.company
        if not user or user == self._origin.user_id or not self.case_type_id or self.closed:
            return None
        limits = self.env["complaint.workload"]._limits(company)
        count = self._open_cases_of(company, user).get(user.id, 0) if limits.cap else 0
        if not limits.cap or count < limits.cap:
            return None
        words = self._too_many(user, count, limits)
        return {"warning": {"title": self.env._("Many open cases"), "message": words}}

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        chosen = [ticket for ticket, vals in zip(tickets, vals_list, strict=True) if vals.get("user_id")]
        self.browse([ticket.id for ticket in chosen])._refuse_too_many()
        return tickets

    def write(self, vals):
        given = self.browse()
        if vals.get("user_id") and self._may_stop():
            given = self.filtered(lambda ticket: ticket.user_id.id != vals["user_id"])
        result = super().write(vals)
        given._refuse_too_many()
        return result

    def _may_stop(self):
        """Whether a hard cap may hold for what a person does here; nothing of the cases is read for it."""
        limits = self.env["complaint.workload"]._limits
        return not self.env.su and any(limits(company).hard for company in self.env.companies)

    def _refuse_too_many(self):
        """Stop a person who gives somebody more cases than a hard cap allows."""
        if not self or not self._may_stop():
            return
        for company, given in self.grouped("company_id").items():
            limits = self.env["complaint.workload"]._limits(company)
            if not limits.hard:
                continue
            tickets = given.filtered(lambda one: one.case_type_id and one.user_id and not one.closed)
            counts = self._open_cases_of(company, tickets.user_id)
            for user in tickets.user_id:
                if counts[user.id] > limits.cap:
                    raise UserError(self._too_many(user, counts[user.id], limits))

    @api.model
    def _open_cases_of(self, company, users):
        """{user id: how many open cases}"""
        # sudo: how many they are, those included that the reader may not see
        groups = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", users.ids),
                ("case_type_id", "!=", False),
                ("closed", "=", False),
            ],
            ["user_id"],
            ["__count"],
        )
        return Counter({user.id: count for user, count in groups})

    def _too_many(self, user, count, limits):
        if limits.hard:
            return self.env._(
                "%(name)s may have %(cap)s open cases, says the policy, and would have more. Choose somebody "
                "else, or hand over some of theirs first.",
                name=user.name,
                cap=limits.cap,
            )
        return self.env._(
            "%(name)s has %(count)s open cases; the policy wants %(cap)s at most. You can assign this one "
            "all the same.",
            name=user.name,
            count=count,
            cap=limits.cap,
        )
