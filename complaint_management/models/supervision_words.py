"""The checks of the supervision in words: what each is called, and its definition in one sentence."""

from odoo import api, models

from ..engine.duration import Duration
from ..engine.kpis import target_of


class ComplaintSupervision(models.AbstractModel):
    _inherit = "complaint.supervision"

    @api.model
    def _titles(self):
        """{what: what people call it} where the policy does not say."""
        return {
            "skipped_step": self.env._("Closed without a step of the process"),
            "wrong_stage": self.env._("Stage not meant for such a case"),
            "missing_entry": self.env._("Gone on without what was required"),
            "moved_back": self.env._("Sent back to an earlier step"),
            "unapproved": self.env._("Proposed without the approval needed"),
            "own_approval": self.env._("Decided about one's own case"),
            "not_acknowledged": self.env._("Not acknowledged in time"),
            "missed_deadline": self.env._("Own deadlines missed"),
            "missed_legal_deadline": self.env._("Legal deadlines missed"),
            "saved_by_pause": self.env._("Deadline kept only by waiting"),
            "unanswered_escalation": self.env._("Escalation not answered in time"),
            "open_escalation": self.env._("Open escalation"),
            "without_owner": self.env._("Open and nobody in charge"),
            "extension": self.env._("More time granted"),
            "missed_callback": self.env._("Callback not made in time"),
            "changed_after_closing": self.env._("Changed after closing"),
            "reopened": self.env._("Closed and reopened"),
        }

    @api.model
    def _sentence(self, check, company):
        """The definition of a check, the only one in words; `supervision_found` and the engine have it for
        the computer."""
        what = check["what"]
        if what == "saved_by_pause":
            share = self._share_text(target_of(check.get("pause")) or 0)
            return self.env._(
                "Of the cases that ended in the period, those with a deadline that was kept only because its "
                "clock stood still, for at least %(share)s of its time.",
                share=share,
            )
        if what == "open_escalation" and check.get("longer_than"):
            return self.env._(
                "Of the cases that are open now, those that were escalated and that nobody has answered for "
                "more than %(time)s.",
                time=self._duration_text(check["longer_than"]),
            )
        return self._sentences()[what]

    @api.model
    def _sentences(self):
        return {
            "skipped_step": self.env._(
                "Of the cases that ended in the period, those that left out a step which every way of the "
                "policy from where they began to where they ended leads through. What is settled on the spot "
                "or withdrawn goes a shorter way and skips nothing."
            ),
            "wrong_stage": self.env._(
                "Of the cases that ended in the period, those that entered a stage which the policy keeps "
                "for other cases."
            ),
            "missing_entry": self.env._(
                "Of the cases that ended in the period, those that entered a stage without the "
                "classification, team or person in charge that it requires."
            ),
            "moved_back": self.env._(
                "Of the cases that ended in the period, those that went back to an earlier stage on their "
                "way. Reopening is not counted here."
            ),
            "unapproved": self.env._(
                "Of the solutions proposed in the period, those that the customer was told without the "
                "approval that the policy asks for."
            ),
            "own_approval": self.env._(
                "Of the decisions about solutions and about more time in the period, those that somebody "
                "took about their own case, proposal or request. The system refuses them: this must be "
                "nought."
            ),
            "not_acknowledged": self.env._(
                "Of the acknowledgements that were due in the period, those that were not made in time."
            ),
            "missed_deadline": self.env._(
                "Of our own deadlines that fell into the period, those that were missed; legal ones stand "
                "apart."
            ),
            "missed_legal_deadline": self.env._(
                "Of the legal deadlines that fell into the period, those that were missed."
            ),
            "unanswered_escalation": self.env._(
                "Of the escalations of the period, those that nobody answered within the time that the "
                "policy gives to their level."
            ),
            "open_escalation": self.env._(
                "Of the cases that are open now, those that were escalated and that nobody has answered."
            ),
            "without_owner": self.env._("Of the cases that are open now, those that nobody answers for."),
            "extension": self.env._("Of the requests for more time in the period, those that were granted."),
            "missed_callback": self.env._(
                "Of the callbacks that were due in the period, those not finished in time."
            ),
            "changed_after_closing": self.env._(
                "Changes that were recorded in closed cases in the period, each day of a case once, without "
                "reopening it, and facts that were entered afterwards as if they had happened before. "
                "Checked are all cases that were closed by the end of the period."
            ),
            "reopened": self.env._("Of what was closed in the period, the share that was reopened since."),
        }

    # ------------------------------------------------------------------ numbers

    @api.model
    def _share_text(self, share):
        return "–" if share is None else self.env["complaint.figures"]._percent(share)

    @api.model
    def _limit_text(self, limit):
        """The target in words; an empty text without one."""
        if limit is None:
            return ""
        if isinstance(limit, str):
            return self.env._("at most %(limit)s", limit=self._share_text(target_of(limit)))
        return self.env._("at most %(limit)s", limit=limit) if limit else "0"

    @api.model
    def _duration_text(self, text):
        """A duration of the policy in words."""
        duration = Duration.parse(text)
        if duration.unit in ("d", "cd"):
            return self.env._("%(days)d days", days=duration.amount)
        if duration.unit == "bd":
            return self.env._("%(days)d business days", days=duration.amount)
        return self.env["complaint.figures"]._time(duration.seconds / 3600)
