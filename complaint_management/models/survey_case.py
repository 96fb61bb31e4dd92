"""Questions that wait for the customer on the page of the case (B9), and the answers for its staff."""

from odoo import api, fields, models

from .callback import DUE
from .callback_sending import SENT

ASKED = tuple(state for state in DUE if state != "planned")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    answer_ids = fields.One2many(
        "complaint.answer",
        "ticket_id",
        "Answers of the customer",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    hidden_answers = fields.Integer(
        "Answers for those who lead", compute="_compute_hidden_answers", groups="base.group_user"
    )

    @api.depends("answer_ids")
    @api.depends_context("uid")
    def _compute_hidden_answers(self):
        """How many answers the reader does not see, because they may speak about people of ours."""
        answers, domain = self.env["complaint.answer"], [("ticket_id", "in", self.ids)]
        seen = {}
        if answers.has_access("read"):
            seen = {case.id: count for case, count in answers._read_group(domain, ["ticket_id"], ["__count"])}
        # sudo: how many there are, not what they say
        every = answers.sudo()._read_group(domain, ["ticket_id"], ["__count"])
        every = {case.id: count for case, count in every}
        for case in self:
            case.hidden_answers = every.get(case._origin.id, 0) - seen.get(case._origin.id, 0)

    def _customer_view(self):
        """Adds the way to the questions that wait for an answer."""
        view = super()._customer_view()
        waiting = self._survey_waiting()
        view["survey"] = waiting._survey_url() if waiting else None
        return view

    def _questions_url(self):
        """Where the customer answers the questions about this case, also those that are sent only later; None
        where nothing is asked by a link."""
        waiting = self._survey_waiting(DUE)
        return waiting._survey_url() if waiting else None

    def _survey_waiting(self, states=ASKED):
        """The callback of this cycle whose questions the customer can answer by a link; empty without one."""
        callbacks = self.env["complaint.callback"].sudo()  # sudo: only the link leaves
        waiting = callbacks.search(
            [
                ("ticket_id", "=", self.id),
                ("cycle", "=", self.case_cycle),
                ("method", "in", list(SENT)),
                ("state", "in", states),
            ],
            order="id desc",
        )
        return waiting.filtered(lambda one: one._survey_state() == "open")[:1]

    def _rating_for_customer(self, state):
        """Who has answered the questions is not asked for a quick rating as well."""
        rating = super()._rating_for_customer(state)
        return None if rating and "rated" in state.seen and not rating["given"] else rating
