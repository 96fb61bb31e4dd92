"""What the customer may do on the page of the case (B5, B6, B9): answer a proposal, ask for escalation, say
how satisfied they are, ask to have the case taken up again.

Each deed is done once: a form that is sent twice does nothing more, and one that has become void says why."""

from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .release_reading import naive
from .solution import AGREED

SCORES = (5, 3, 1)  # of OCA's ratings: satisfied, partly, not
SHOWN = ("proposed", *AGREED, "refused", "expired")  # what the customer has seen of a solution


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _customer_view(self):
        """Adds the answer, the proposal and what the customer may do now."""
        view = super()._customer_view()
        case = self.sudo()  # sudo: only what is listed here leaves
        state = case._engine_state()
        view.update(
            proposal=case._proposal_for_customer(),
            answer=case._answer_for_customer(state),
            escalate=case._customer_may_escalate(),
            reopen=case._reopening_for_customer(),
            rating=case._rating_for_customer(state),
        )
        return view

    # ------------------------------------------------------------------ the proposal

    def _shown_solution(self):
        """The solution of this cycle that the customer has been shown last."""
        own = self.sudo().solution_ids.filtered(  # sudo: see _customer_view
            lambda one: one.cycle == self.case_cycle and one.state in SHOWN
        )
        return own.sorted("id")[-1:]

    def _proposal_for_customer(self):
        """The proposal in words, None without one; its state is open, late, accepted, done, refused or
        expired."""
        solution = self._shown_solution()
        if not solution:
            return None
        state = {"proposed": "open", "carried_out": "done", "reported": "done", "communicated": "done"}
        state = state.get(solution.state, solution.state)
        if state == "open" and solution._answer_is_late():
            state = "late"
        meaning = (solution._answer_rule() or {}).get("then") if solution.answer_by else None
        amount = solution.amount and solution.needs_amount
        done_by = max(filter(None, solution.step_ids.mapped("due_on")), default=None)
        return {
            "id": solution.id,
            "state": state,
            "title": solution.remedy_id.name,
            "amount": solution.currency_id.format(solution.amount) if amount else "",
            "words": solution.description or "",
            "until": self._customer_time(solution.answer_by),
            "silence": meaning,
            "answered": self._customer_time(solution.answered_at),
            "by_silence": solution.answer_way == "silence",
            "own_words": solution.answer_words or "",
            "done_by": self._customer_day(done_by) if state == "accepted" else "",
            "done": self._customer_time(solution.carried_out_at),
        }

    def _customer_day(self, day):
        """A day in words, without a time; empty where there is none or where it is over."""
        if not day or day < fields.Date.context_today(self):
            return ""
        return self.env["ir.qweb.field.date"].value_to_html(datetime.combine(day, time()), {"format": "long"})

    def _customer_answers_proposal(self, solution_id, accept, words):
        """The answer of the customer on the page. Sent twice it counts once."""
        self.ensure_one()
        solution = self._shown_solution()
        if solution.id != solution_id:
            raise UserError(
                self.env._("This proposal does not stand any more. Please read what stands here now.")
            )
        if solution.state in (AGREED if accept else ("refused",)):
            return
        if solution.state != "proposed":
            raise UserError(
                self.env._(
                    "This proposal was answered on %(when)s. If you see it differently now, please write to "
                    "us.",
                    when=self._customer_time(solution.answered_at),
                )
            )
        if solution._answer_is_late():
            raise UserError(
                self.env._(
                    "The time for an answer ended on %(when)s. Please write to us what you would like.",
                    when=self._customer_time(solution.answer_by),
                )
            )
        if not accept and not words:
            raise UserError(self.env._("Please tell us why, so that the next proposal fits better."))
        solution._customer_answers(accept, words, way="portal")

    # ------------------------------------------------------------------ the answer

    def _answer_for_customer(self, state):
        """What came of it, once it was told: result, reasons, remedy and the outside bodies; else None."""
        if not state.closed_at and "communicated" not in state.seen:
            return None
        told = {name: getattr(self, f"_told_{name}")() or "" for name in ("result", "reasons", "remedy")}
        told["bodies"] = self.release_id._bodies_words() if state.closed_at else []
        return told if any(told.values()) else None

    # ------------------------------------------------------------------ taking it up again

    def _reopening_for_customer(self):
        """Whether a closed case may be taken up again: {"refused": None, "late" or "often", "until"}; None
        where the question does not arise."""
        opening = self._may_be_reopened()
        if not opening:
            return None
        until = self._customer_time(naive(opening.until)) if opening.until else ""
        return {"refused": opening.refused, "until": until}

    # ------------------------------------------------------------------ satisfaction

    def _rating_for_customer(self, state):
        """{"given": 5, 3, 1 or None, "words"}, once there is a result to judge; None before."""
        if "communicated" not in state.seen and "closed" not in state.seen:
            return None
        given = self.env["rating.rating"]
        if "rated" in state.seen:
            domain = [("res_model", "=", self._name), ("res_id", "=", self.id), ("consumed", "=", True)]
            given = given.search(domain, order="id desc", limit=1)
        return {"given": int(given.rating) if given else None, "words": given.feedback or ""}

    def _customer_rates(self, score, words=""):
        """How satisfied the customer is with the result: once a cycle, as OCA's rating and as a fact."""
        self.ensure_one()
        case = self.sudo()  # sudo: the customer writes nothing of a case by themselves
        state = case._engine_state()
        if "rated" in state.seen:
            return
        if score not in SCORES or case._rating_for_customer(state) is None:
            raise UserError(self.env._("You can tell us this as soon as you have our answer."))
        case._rate(score, words)
        if words:
            case._customer_note(words, self.env._("Satisfaction"))

    def _customer_note(self, words, title):
        """Words that the customer wrote beside a deed: for those who work on the case."""
        author = self.partner_id or self.representative_id
        self.message_post(
            body=plaintext2html(f"{title}: {words}"), author_id=author.id, subtype_xmlid="mail.mt_note"
        )


class ComplaintSolution(models.Model):
    _inherit = "complaint.solution"

    def _answer_is_late(self):
        """Whether the time for an answer is over, even if nobody has drawn the line yet."""
        return bool(self.answer_by) and self.answer_by < fields.Datetime.now()
