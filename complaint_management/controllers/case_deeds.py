"""What the customer does on the page of the case (B5, B6, B9): each form posts here, opening the page changes
nothing. What came of it, and what happens next, stands on the page that follows."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .case_page import ComplaintCasePage

_ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False, "methods": ["POST"]}
_SAME = "/complaints/case/<string:token>"


class ComplaintCaseDeeds(ComplaintCasePage):
    @http.route(f"{_SAME}/answer", **_ROUTE)
    def complaint_case_answer(self, token, **post):
        """Accept or refuse the proposal; a refusal says why."""
        ticket, words = self._deed(token, post)
        accept = post.get("answer") == "accept"
        if not accept and post.get("answer") != "refuse":
            return self._refused(ticket, "proposal", request.env._("Please choose one of the two."), words)
        ident = post.get("proposal", "")
        ident = int(ident) if ident.isascii() and ident.isdigit() else 0
        return self._done(
            ticket,
            "accepted" if accept else "refused",
            ("proposal", words),
            lambda: ticket._customer_answers_proposal(ident, accept, words),
        )

    @http.route(f"{_SAME}/escalate", **_ROUTE)
    def complaint_case_escalate(self, token, **post):
        """Ask for somebody who can decide more."""
        ticket, words = self._deed(token, post)
        if not words:
            return self._refused(ticket, "escalate", request.env._("Please tell us what is wrong."), words)
        if not ticket._customer_may_escalate() and ticket.escalation_level:
            return self._back(ticket, "escalated")  # sent twice, or raised meanwhile

        def escalate():
            ticket._customer_escalates()
            ticket._customer_note(words, request.env._("Asks for escalation"))

        return self._done(ticket, "escalated", ("escalate", words), escalate)

    @http.route(f"{_SAME}/reopen", **_ROUTE)
    def complaint_case_reopen(self, token, **post):
        """Not satisfied: have the case taken up again."""
        ticket, words = self._deed(token, post)
        if not words:
            error = request.env._("Please tell us what is still not right.")
            return self._refused(ticket, "reopen", error, words)
        if not ticket.closed:
            return self._back(ticket, "reopened")  # sent twice
        return self._done(ticket, "reopened", ("reopen", words), lambda: ticket._customer_reopens(words))

    @http.route(f"{_SAME}/rate", **_ROUTE)
    def complaint_case_rate(self, token, **post):
        """How satisfied the customer is."""
        ticket, words = self._deed(token, post)
        score = post.get("score", "")
        if score not in ("1", "3", "5"):
            return self._refused(ticket, "rating", request.env._("Please choose one of the three."), words)
        return self._done(
            ticket, "rated", ("rating", words), lambda: ticket._customer_rates(int(score), words)
        )

    # ------------------------------------------------------------------ the same for all

    def _deed(self, token, post):
        """(case, the customer's words)."""
        ticket = self._case_of(token)
        web = ticket.release_id._active(ticket.company_id)._web()
        return ticket, self._typed(post, "words", web.get("text"))

    def _done(self, ticket, what, form, deed):
        """Do it and show the page that says what happens next; a reason against it stands beside the form."""
        try:
            with request.env.cr.savepoint():
                deed()
        except UserError as error:
            return self._refused(ticket, form[0], str(error), form[1], 409)
        return self._back(ticket, what)

    def _refused(self, ticket, form, error, words, status=422):
        return self._case_page(ticket, status, wrong={form: error}, words=words)

    def _back(self, ticket, what):
        """To the page that the customer came from, so that nothing is sent again by going back."""
        return request.redirect(f"{self._page_of(ticket)}?done={what}#done", code=303)
