"""What the customer says to a proposal, with the evidence of it; and what silence means (B5)."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .release_reading import aware, naive

_logger = logging.getLogger(__name__)


class ComplaintSolution(models.Model):
    _inherit = "complaint.solution"

    def _answer_rule(self):
        """How long the policy keeps a proposal open and what silence means then; None for ever."""
        release = self.ticket_id.release_id
        code = release._refs().get(("remedy", self.remedy_id.id))
        remedies = release._policy().raw.get("remedies") or ()
        return next((one.get("answer") for one in remedies if one["name"] == code), None)

    def _answer_by(self, proposed_at):
        """Until when the customer may answer a proposal of a time; False without an end."""
        rule = self._answer_rule()
        if not rule:
            return False
        calendar = self.ticket_id.release_id._policy().calendar or Calendar.always_open()
        due, _provisional = calendar.due(aware(proposed_at), Duration.parse(rule["within"]))
        return naive(due)

    def _customer_answers(self, accept, words="", way="portal", file=None, file_name=None, at=None):
        """Record the customer's answer to a proposal. The caller has made sure that it is theirs.

        accept: whether they accept; words: what they say; way: one of WAYS; file: evidence in base64; at:
        when they said it (naive UTC, now by default)"""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("This proposal is not open for an answer any more."))
        # sudo: the customer answers here, too, who may write nothing of a case
        self.sudo().write(
            {
                "state": "accepted" if accept else "refused",
                "answered_at": (at or fields.Datetime.now()).replace(microsecond=0),
                "answer_way": way,
                "answer_words": words,
                "answer_uid": self.env.uid,
                "answer_file": file or False,
                "answer_file_name": file_name or False,
            }
        )
        # sudo: as above
        self.ticket_id.sudo()._follow_solution("agreed" if accept else "refused", {"way": way}, at)
        if accept:
            self.sudo().step_ids._schedule()  # sudo: as above

    @api.model
    def _cron_silence(self):
        """What no answer means, for the proposals whose time is over."""
        # sudo: the company acts, not a person
        overdue = self.sudo().search(
            [("state", "=", "proposed"), ("answer_by", "<", fields.Datetime.now())], order="answer_by"
        )
        for one in overdue:
            try:
                with self.env.cr.savepoint():
                    one._silence()
            except Exception:
                # One that cannot be settled keeps no other waiting; the next run tries again.
                _logger.exception("The silence about solution %s could not be recorded", one.id)

    def _silence(self):
        """The time for an answer is over."""
        meaning = self._answer_rule() or {"then": "expired"}
        if meaning["then"] in ("accepted", "refused"):
            self._customer_answers(meaning["then"] == "accepted", way="silence", at=self.answer_by)
            return
        self.write({"state": "expired", "answered_at": self.answer_by, "answer_way": "silence"})
        self.ticket_id._record_fact("lapsed", self.answer_by, {"remedy": self.remedy_id.policy_code})
        self.ticket_id._back_to_work()
