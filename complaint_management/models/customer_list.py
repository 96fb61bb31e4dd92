"""The customer's list of cases: where each stands, in plain words, and what comes next by when (B9)."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _customer_rows(self):
        """The tickets as a customer's list shows them; the caller has made sure that they may read them.

        Dicts with id, number, title, received, who, standing, next, closed, and turn: whether it is the
        customer's turn. An ordinary ticket tells its stage alone."""
        tickets = self.sudo()  # sudo: only what is listed here leaves
        tickets.fetch(["case_state"])
        waiting = tickets._waiting_proposals()
        return [ticket._customer_row(waiting.get(ticket)) for ticket in tickets]

    def _waiting_proposals(self):
        """{ticket: the proposal that waits for an answer}."""
        domain = [("ticket_id", "in", self.ids), ("state", "=", "proposed")]
        return {one.ticket_id: one for one in self.env["complaint.solution"].search(domain)}

    def _customer_row(self, proposal):
        standing, following, turn = self._customer_standing(proposal)
        own = self.env.user.partner_id
        return {
            "id": self.id,
            "number": self.number,
            "title": self.name,
            "received": format_date(self.env, self.received_at or self.create_date),
            "who": self.partner_name or self.partner_id.name if self.partner_id != own else "",
            "standing": standing,
            "next": following,
            "closed": self.closed,
            "turn": turn,
        }

    def _customer_standing(self, proposal):
        """(where it stands, what comes next by when, whether it is the customer's turn)."""
        if not self.case_type_id or self.closed:
            return self._closed_words(), "", False
        if proposal and proposal.cycle == self.case_cycle and not proposal._answer_is_late():
            until = self._customer_time(proposal.answer_by)
            words = until and self.env._("Please answer by %(when)s", when=until)
            return self.env._("Our proposal waits for you"), words, True
        if self.paused:
            return self.env._("We wait for your answer"), self._promise_words(), True
        return self.stage_id.name, self._promise_words(), False

    def _closed_words(self):
        return self.env._("Closed") if self.closed and self.case_type_id else self.stage_id.name

    def _promise_words(self):
        promise = self._promise_for_customer()
        if not promise:
            return ""
        if promise["late"]:
            return self.env._("We are late: you should have heard from us by %(when)s", when=promise["when"])
        return self.env._("You will hear from us by %(when)s", when=promise["when"])

    def _customer_page(self, domain, order, limit, offset):
        """One page of the tickets that the caller may read: the open ones come first."""
        is_open = Domain("closed", "=", False)
        running = self.search_count(domain & is_open)
        found = self.browse()
        if offset < running:
            found = self.search(domain & is_open, order=order, limit=limit, offset=offset)
        if len(found) < limit:
            rest, start = limit - len(found), max(0, offset - running)
            found += self.search(domain & ~is_open, order=order, limit=rest, offset=start)
        return found

    def _customer_turn_domain(self):
        """The cases in which the customer has to do something."""
        proposals = self.env["complaint.solution"].sudo()  # sudo: only which cases they are for
        proposed = proposals._search(
            [
                ("state", "=", "proposed"),
                "|",
                ("answer_by", "=", False),
                ("answer_by", ">=", fields.Datetime.now()),
            ]
        )
        cases = self.sudo()._search(  # sudo: as above; the domain is narrowed to the caller's cases
            Domain("closed", "=", False)
            & (Domain("paused", "=", True) | Domain("id", "in", proposed.subselect("ticket_id")))
        )
        return Domain("id", "in", cases)
