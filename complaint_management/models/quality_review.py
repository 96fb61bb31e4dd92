"""Quality reviews (F6): somebody looks at how a case was handled and fills in a card.

    to_do -> told (the agent may object) -> done                       final
                                         -> objected -> decided        final, see quality_appeal

The one who handled it never reviews it. What a review says is read by the one whom it is about, by whoever
leads that person, and by those who review; by nobody else. Only a final one counts: then the register gets
it, and what follows from it happens."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.quality import judge
from .incentive_period import QUIET
from .of_ticket import without_defaults
from .quality_sample import MADE

STATES = [
    ("to_do", "To review"),
    ("told", "With the agent"),
    ("objected", "Objected to"),
    ("decided", "Objection decided"),
    ("done", "Final"),
    ("left_out", "Not reviewed"),
]
RESULTS = [("passed", "Passed"), ("failed", "Not passed")]
LEFT_OUT = [
    ("confidential", "The case is confidential"),
    ("nobody", "Nobody of ours took it"),
    ("gone", "Whoever took it has left"),
    ("set_aside", "The case was merged or anonymised"),
]
EDITABLE = frozenset({"line_ids", "note"})  # what a reviewer fills in; all else follows


class ComplaintQualityReview(models.Model):
    _name = "complaint.quality.review"
    _description = "Quality review"
    _inherit = ["complaint.of.ticket", "mail.thread", "mail.activity.mixin"]
    _order = "state_order, id"
    _stays_open = True  # a case may be in the archive before the objection is decided

    sample_id = fields.Many2one("complaint.quality.sample", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    release_id = fields.Many2one("complaint.release", required=True, readonly=True, ondelete="restrict")
    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, readonly=True, ondelete="cascade", index=True
    )
    agent_id = fields.Many2one("res.users", "Person reviewed", readonly=True, ondelete="restrict", index=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True, ondelete="set null")
    reviewer_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    state = fields.Selection(STATES, required=True, readonly=True, default="to_do")
    state_order = fields.Integer(compute="_compute_state_order", store=True)
    left_out_reason = fields.Selection(LEFT_OUT, "Why not reviewed", readonly=True)
    by_chance = fields.Boolean(
        "Drawn by chance", readonly=True, help="No: added so that nobody goes without a review."
    )
    line_ids = fields.One2many("complaint.quality.line", "review_id", "Scorecard")
    note = fields.Text("Feedback", help="What was good, and what to do next time. The agent reads it.")
    standing = fields.Char("Score so far", compute="_compute_standing")
    score = fields.Float("Score (%)", readonly=True, digits=(4, 1), aggregator="avg")
    first_score = fields.Float(
        "Score before the objection (%)", readonly=True, digits=(4, 1), aggregator=None
    )
    result = fields.Selection(RESULTS, readonly=True)
    reviewed_at = fields.Datetime("Reviewed on", readonly=True)
    object_until = fields.Datetime("Objections until", readonly=True)
    read_at = fields.Datetime("Read by the agent", readonly=True)
    objection = fields.Text(readonly=True)
    objected_at = fields.Datetime("Objected", readonly=True)
    decider_ids = fields.Many2many(
        "res.users", "complaint_quality_review_decider_rel", string="Decided by one of", readonly=True
    )
    answer = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided on", readonly=True)
    final_at = fields.Datetime("Final since", readonly=True)

    mine = fields.Boolean("About me", compute="_compute_mine", search="_search_mine")
    of_my_team = fields.Boolean("My team", compute="_compute_mine", search="_search_of_my_team")
    may_review = fields.Boolean(compute="_compute_may")
    may_object = fields.Boolean(compute="_compute_may")
    may_decide = fields.Boolean("Waits for my decision", compute="_compute_may", search="_search_may_decide")

    _once = models.UniqueIndex("(sample_id, ticket_id)", "A case is in a sample only once.")
    _not_oneself = models.Constraint(
        "CHECK (reviewer_id IS NULL OR agent_id IS NULL OR reviewer_id != agent_id)",
        "Nobody reviews their own handling of a case.",
    )
    _decided_by_another = models.Constraint(
        "CHECK (decided_by_id IS NULL OR (decided_by_id IS DISTINCT FROM reviewer_id "
        "AND decided_by_id IS DISTINCT FROM agent_id))",
        "About an objection decides somebody who neither reviewed nor handled the case.",
    )
    _to_do = models.Index("(reviewer_id, id) WHERE state = 'to_do'")
    _told = models.Index("(object_until) WHERE state = 'told'")
    _reviewed = models.Index("(company_id, reviewed_at) WHERE reviewed_at IS NOT NULL")

    @api.model
    def _left_out_reasons(self):
        return self._fields["left_out_reason"]._description_selection(self.env)

    # ------------------------------------------------------------------ what is shown

    @api.depends("state")
    def _compute_state_order(self):
        order = {state: place for place, (state, _label) in enumerate(STATES)}
        for review in self:
            review.state_order = order[review.state]

    @api.depends("ticket_id", "agent_id")
    def _compute_display_name(self):
        for review in self:
            # sudo: a number and a name, for whoever may read the review
            own = review.sudo()
            review.display_name = " · ".join(filter(None, (own.ticket_id.number, own.agent_id.name)))

    @api.depends("line_ids.mark", "state", "result", "score")
    @api.depends_context("lang")
    def _compute_standing(self):
        for review in self:
            if review.state in MADE:
                review.standing = review._said(review.score, review.result)
                continue
            verdict = review._verdict()
            review.standing = (
                review._said(round(float(100 * verdict.share), 1), verdict.result)
                if verdict and verdict.share is not None
                else False
            )

    def _said(self, score, result):
        results = dict(self._fields["result"]._description_selection(self.env))
        return f"{score:g} % · {results.get(result, '')}"

    def _spec(self):
        """What the policy says of the sample under which this was drawn."""
        review = self.sudo()  # sudo: the words of the policy are no secret
        return review.release_id._quality_sample(review.sample_id.code)

    def _verdict(self):
        """What the card comes to as it is filled in now; None without a policy for it."""
        spec = self._spec()
        return judge(spec, {line.code: line._points() for line in self.line_ids}) if spec else None

    def _day(self, moment):
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment).date())

    # ------------------------------------------------------------------ whose it is

    @api.depends_context("uid")
    @api.depends("agent_id", "company_id")
    def _compute_mine(self):
        led = self.env["complaint.incentive.statement"]._led()
        for review in self:
            review.mine = review.agent_id == self.env.user
            review.of_my_team = (review.company_id.id, review.agent_id.id) in led

    def _search_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("agent_id", "=", self.env.uid)]

    def _search_of_my_team(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        parts = {}
        for company, user in self.env["complaint.incentive.statement"]._led():
            parts.setdefault(company, []).append(user)
        return Domain.OR(
            [Domain("company_id", "=", one) & Domain("agent_id", "in", users) for one, users in parts.items()]
            or [Domain.FALSE]
        )

    @api.depends_context("uid")
    @api.depends("state", "reviewer_id", "agent_id", "decider_ids", "object_until")
    def _compute_may(self):
        now, user = fields.Datetime.now(), self.env.user
        for review in self:
            # sudo: names of colleagues
            own = review.sudo()
            review.may_review = own.state == "to_do" and own.reviewer_id == user
            review.may_object = (
                own.state == "told"
                and own.agent_id == user
                and bool(own.object_until)
                and now < own.object_until
            )
            review.may_decide = own.state == "objected" and user in own._deciders_now()

    def _search_may_decide(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "objected"), ("decider_ids", "in", self.env.uid)]

    # ------------------------------------------------------------------ who writes

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and field.name not in EDITABLE:
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Reviews are drawn as the policy says, not made by hand."))
        quiet = without_defaults(self, self._fields).with_context(**QUIET)
        return super(ComplaintQualityReview, quiet).create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_may_review()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        redrawn = self.env.su and self.env.context.get("quality_redrawn")
        if not redrawn or any(review.state != "left_out" for review in self):
            raise UserError(self.env._("A review stays, with what came of it."))

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a review: whom it concerns has an activity."""
        return True

    def _check_may_review(self):
        for review in self.sudo():  # sudo: whose review it is decides
            if review.state != "to_do":
                raise UserError(
                    self.env._(
                        "“%(review)s” is finished. Only an objection of the agent can change it.",
                        review=review.display_name,
                    )
                )
            if review.reviewer_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(reviewer)s reviews this case. Take it over first.",
                        reviewer=review.reviewer_id.name or "–",
                    )
                )

    # ------------------------------------------------------------------ reviewing

    def action_take_over(self):
        """The present user reviews it instead of the one who has it."""
        self.check_access("read")
        own = self.sudo()  # sudo: who may is looked at below
        able = own._reviewers()
        for review in own:
            if review.state != "to_do":
                raise UserError(self.env._("“%(review)s” is finished.", review=review.display_name))
            if self.env.user not in able[review.id]:
                raise AccessError(
                    self.env._(
                        "You cannot review “%(review)s”: you are not one of its reviewers, or you had the "
                        "case yourself.",
                        review=review.display_name,
                    )
                )
        own.write({"reviewer_id": self.env.uid})
        own._let_reviewers_see()

    def action_finish(self):
        """The card is filled in: the agent is told. Leads to the next review."""
        self.check_access("write")
        self._check_may_review()
        for review in self:
            review._check_filled_in()
        for review in self.sudo():  # sudo: looked at above; the result is reckoned, never typed
            verdict = review._verdict()
            review.write(
                {
                    "score": round(float(100 * verdict.share), 1),
                    "result": verdict.result,
                    "reviewed_at": fields.Datetime.now(),
                }
            )
        self.sudo()._tell_agents()  # sudo: as above
        return self._next()

    def _check_filled_in(self):
        open_lines = self.line_ids.filtered(lambda line: not line.mark)
        if open_lines:
            raise UserError(
                self.env._("Still to be judged: %(lines)s.", lines=", ".join(open_lines.mapped("name")))
            )
        unexplained = self.line_ids.filtered(
            lambda line: line.needs_remark and not (line.remark or "").strip()
        )
        if unexplained:
            raise UserError(
                self.env._(
                    "Say why in a remark, so that the agent can learn from it: %(lines)s.",
                    lines=", ".join(unexplained.mapped("name")),
                )
            )
        if self._verdict().share is None:
            raise UserError(
                self.env._(
                    "No line applies, so there is nothing to judge. Give points for one line at least."
                )
            )

    def _next(self):
        """The next review of the present user, or the list."""
        mine = [("reviewer_id", "=", self.env.uid), ("state", "=", "to_do")]
        left = self.search(mine, limit=1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "complaint_management.quality_to_review_action"
        )
        if left:
            action.update(res_id=left.id, view_mode="form", views=[(False, "form")], path=False)
        return action
