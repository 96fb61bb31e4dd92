"""A step of an approval has its time (`within`). When it is over, those who decide are asked once more, and
the case climbs to the next level, so that somebody above them hears of it."""

from odoo import api, fields, models

from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .release_reading import aware, naive


class ComplaintSolution(models.Model):
    _inherit = "complaint.solution"

    decide_by = fields.Datetime(
        "To be decided by",
        readonly=True,
        copy=False,
        help="When the step of the approval has taken its time.",
    )

    _undecided = models.Index("(decide_by) WHERE decide_by IS NOT NULL")

    def _ask_for_approval(self, needed):
        result = super()._ask_for_approval(needed)
        self._give_time()
        return result

    def _decided(self, review, accept):
        result = super()._decided(review, accept)
        self._give_time()
        return result

    def _give_time(self):
        """The step that waits now has the time of the policy from now on; no step, no time."""
        now = aware(fields.Datetime.now().replace(microsecond=0))
        for one in self.sudo():  # sudo: the policy sets the time, whoever asks or decides
            review = one._open_review() if one.state == "submitted" else one.review_ids.browse()
            step = dict(one._fitting_steps()).get(review.definition_id.complaint_role) if review else None
            within = (step or {}).get("within")
            calendar = one.ticket_id.release_id._policy().calendar or Calendar.always_open()
            due = calendar.due(now, Duration.parse(within))[0] if within else None
            one.decide_by = naive(due) or False

    @api.model
    def _cron_reviewers(self):  # pylint: disable=missing-return
        super()._cron_reviewers()
        # sudo: the company acts, not a person
        late = self.sudo().search([("decide_by", "<", fields.Datetime.now())])
        for one in late:
            one.decide_by = False  # once for each step
            if one.state == "submitted":
                one._tell_approvers()
                one._climb_undecided()

    def _climb_undecided(self):
        """The case goes up one level of the ladder; at the top, and once it is closed, there is none left."""
        case = self.ticket_id
        level = case._level_above(case.escalation_level)
        if level and not case.closed:
            case._escalate_by_hand(level, "", subject="approval_late")
