"""The statement of one person for one period of a scheme (E2): what the ledger adds up to, and what follows.

    draft (live) -> computed (the period is over) -> reviewed -> approved -> paid or carried out

Score, grade and reward are reckoned, never typed. From the approval on nothing changes any more."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..engine.scores import score
from .incentive_period import LOCKED

STATES = [
    ("draft", "So far"),
    ("computed", "To be reviewed"),
    ("reviewed", "Reviewed"),
    ("approved", "Approved"),
    ("paid", "Paid or carried out"),
]
CONSEQUENCES = [("training", "Training"), ("warning", "Warning")]
# What may still be written once a statement is approved: that it was carried out.
AFTERWARDS = frozenset({"state", "paid_on", "carried_out_at", "carried_out_by_id", "carried_out_note"})


class Sum(NamedTuple):
    """Entries of one weight, added up: the engine takes it like one of them."""

    points: Decimal
    weight: Decimal
    flat: bool
    cases: int


class IncentiveStatement(models.Model):
    _name = "complaint.incentive.statement"
    _description = "Statement of points"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, scheme, id"
    _mail_post_access = "read"

    period_id = fields.Many2one(
        "complaint.incentive.period", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    scheme = fields.Char(related="period_id.scheme", store=True)
    period_code = fields.Char(related="period_id.code", store=True)
    date_from = fields.Date(related="period_id.date_from", store=True)
    date_to = fields.Date(related="period_id.date_to", store=True)
    currency_id = fields.Many2one(related="period_id.currency_id")
    title = fields.Char("Scheme title", compute="_compute_title", compute_sudo=True)
    span = fields.Char("Period covered", compute="_compute_title", compute_sudo=True)
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    entry_ids = fields.One2many("complaint.incentive.entry", "statement_id", readonly=True)
    point_ids = fields.One2many(
        "complaint.incentive.entry", "statement_id", readonly=True, domain=[("rule", "!=", "#case")]
    )
    case_ids = fields.One2many(
        "complaint.incentive.entry", "statement_id", readonly=True, domain=[("rule", "=", "#case")]
    )
    objection_ids = fields.One2many("complaint.incentive.objection", "statement_id", readonly=True)
    open_objections = fields.Integer(compute="_compute_open_objections", compute_sudo=True)

    points = fields.Float(digits=(16, 2), readonly=True, help="Each times the weight of its case.")
    weight = fields.Float("Weighted cases", digits=(16, 2), readonly=True)
    case_count = fields.Integer("Cases", readonly=True)
    has_score = fields.Boolean(readonly=True)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    grade = fields.Char("Grade code", readonly=True)
    grade_title = fields.Char("Grade", compute="_compute_title", compute_sudo=True)
    consequence = fields.Selection(CONSEQUENCES, readonly=True)
    reward_full = fields.Monetary("Reward by grade", readonly=True)
    reward = fields.Monetary(readonly=True, help="What is paid, after the budget has been shared.")

    object_until = fields.Datetime(readonly=True)
    agreed_at = fields.Datetime(
        "Agreed", readonly=True, help="The person agrees and will not object any more."
    )
    computed_at = fields.Datetime("Computed", readonly=True)
    reviewer_ids = fields.Many2many(
        "res.users",
        "complaint_incentive_statement_reviewer_rel",
        string="Also reviewed by",
        readonly=True,
        help="Those who review it without leading the person; who leads, sees it anyway.",
    )
    reviewed_at = fields.Datetime("Reviewed", readonly=True)
    reviewed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    review_note = fields.Text("Note of the review", readonly=True)
    approved_at = fields.Datetime("Approved", readonly=True)
    paid_on = fields.Date("Paid", readonly=True)
    carried_out_at = fields.Datetime("Carried out", readonly=True)
    carried_out_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    carried_out_note = fields.Text("What was done", readonly=True)

    mine = fields.Boolean("My own", compute="_compute_mine", search="_search_mine")
    of_my_team = fields.Boolean(compute="_compute_of_my_team", search="_search_of_my_team")
    may_review = fields.Boolean(compute="_compute_may_review")
    leader_names = fields.Char("Team leader", compute="_compute_leader_names", compute_sudo=True)

    _person = models.UniqueIndex("(period_id, user_id)")
    _history = models.Index("(user_id, date_from)")

    # ------------------------------------------------------------------ words

    @api.depends("period_id", "grade")
    @api.depends_context("lang")
    def _compute_title(self):
        for one in self:
            one.title, one.span = one.period_id.title, one.period_id.span
            one.grade_title = one.period_id.release_id._grade_title(one.scheme, one.grade)

    @api.depends("user_id", "period_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            # sudo: the name of the person whose statement it is
            one.display_name = f"{one.sudo().user_id.name} · {one.title} · {one.span}"

    @api.depends("objection_ids.state")
    def _compute_open_objections(self):
        for one in self:
            one.open_objections = len(one.objection_ids.filtered(lambda item: item.state == "open"))

    @api.depends("user_id")
    def _compute_leader_names(self):
        for one in self:
            one.leader_names = ", ".join(one.user_id._team_leaders(one.company_id).mapped("name"))

    def _day(self, moment):
        """A moment as a day of the reader."""
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment).date())

    # ------------------------------------------------------------------ whose it is

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_mine(self):
        for one in self:
            one.mine = one.user_id == self.env.user

    def _search_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("user_id", "=", self.env.uid)]

    @api.depends_context("uid")
    @api.depends("user_id", "company_id")
    def _compute_of_my_team(self):
        led = self._led()
        for one in self:
            one.of_my_team = (one.company_id.id, one.user_id.id) in led

    def _search_of_my_team(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        parts = defaultdict(set)
        for company, user in self._led():
            parts[company].add(user)
        return Domain.OR(
            [
                Domain("company_id", "=", company) & Domain("user_id", "in", list(users))
                for company, users in parts.items()
            ]
            or [Domain.FALSE]
        )

    @api.model
    def _led(self):
        """{(company id, user id)} of the people in teams that the present user leads, and in teams below."""
        # sudo: who leads whom decides what may be read
        teams = self.env["helpdesk.ticket.team"].sudo()
        led = teams.search([("user_id", "=", self.env.uid)])
        below = teams.search([("id", "child_of", led.ids)]) if led else led
        companies = self.env.user.company_ids.ids
        return {
            (company, user)
            for team in below
            for company in (team.company_id.ids or companies)
            for user in team.user_ids.ids
            if user != self.env.uid
        }

    # ------------------------------------------------------------------ nobody writes by hand

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Statements follow from the incentives of the policy."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("A statement is reckoned from the ledger. Nobody changes it by hand.")
            )
        if any(one.state in LOCKED for one in self) and not AFTERWARDS.issuperset(vals):
            raise UserError(
                self.env._(
                    "An approved statement is never changed. What comes to light later counts in the period "
                    "that runs now."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A statement is never deleted."))

    # ------------------------------------------------------------------ reckoning

    def _sums(self):
        """{statement id: [Sum, …]} of the ledger; one query, whatever the number of entries."""
        if not self:
            return {}
        rows = self.env.execute_query(
            SQL(
                # as text: Odoo makes numbers of the database floats, and sums have to be exact
                "SELECT statement_id, weight::text, flat, sum(points)::text, sum(cases) "
                "FROM complaint_incentive_entry "
                "WHERE statement_id IN %s GROUP BY statement_id, weight, flat",
                tuple(self.ids),
            )
        )
        sums = defaultdict(list)
        for statement, weight, flat, points, cases in rows:
            sums[statement].append(Sum(Decimal(points), Decimal(weight), bool(flat), int(cases)))
        return sums

    def _reckon(self):
        """Reckon score and grade from the ledger. As superuser. Returns those that got another one."""
        changed, sums = self.browse(), self._sums()
        for one in self:
            if one.state in LOCKED:
                continue
            found = score(one.period_id._scheme(), sums.get(one.id, ()))
            values = {
                "points": float(found.points + found.flat),
                "weight": float(found.weight),
                "case_count": found.cases,
                "has_score": found.score is not None,
                "score": float(found.score or 0),
                "grade": found.grade.name if found.grade else False,
                "consequence": found.grade and found.grade.consequence or False,
            }
            values = {name: value for name, value in values.items() if one[name] != value}
            if values:
                one.write(values)
                changed |= one
        return changed

    def _follow_ledger(self):
        """The ledger got more: reckon, and where the period was over, look again at what follows."""
        self._reckon()
        self._changed_later()

    def _changed_later(self):
        """The ledger got more after the period was over: the budget is shared anew, and what was reviewed
        has to be looked at again."""
        again = self.filtered(lambda one: one.state == "reviewed")
        again.write(
            {"state": "computed", "reviewed_at": False, "reviewed_by_id": False, "review_note": False}
        )
        self.period_id.filtered(lambda period: period.state == "computed")._share()

    def _found(self):
        """The engine's score of a statement, with what it needs for its words."""
        self.ensure_one()
        own = self.sudo()  # sudo: the ledger is read as it is, whoever may read the statement
        return score(own.period_id._scheme(), own._sums().get(self.id, ()))

    def _reward_by_grade(self, scheme):
        grade = scheme.grade(self.grade or None)
        return grade.reward if grade else Decimal(0)

    # ------------------------------------------------------------------ who looks at it

    def _reviewers(self):
        """Who reviews a statement: the role that the policy names, else whoever leads the person; if that is
        nobody, as for a leader without one above, those who approve."""
        self.ensure_one()
        one = self.sudo()  # sudo: whom the policy means does not depend on who is asking
        role, release = one.period_id._scheme().review_by, one.period_id.release_id
        named = (
            release._points_people(role, one.user_id) if role else one.user_id._team_leaders(one.company_id)
        )
        return (
            # sudo: as above, in the rules
            named.sudo() or one.user_id._leaders_above(one.company_id) or one._approving()
        )  # sudo: as above

    def _approving(self):
        """Who approves the statements of the period, without the person."""
        release = self.period_id.release_id
        found = [release._points_people(role, self.user_id) for role in release._reward_roles(self.scheme)]
        return self.env["res.users"].union(*found).sudo()  # sudo: see _reviewers

    def _objection_deciders(self):
        """Who decides about an objection: the role that the policy names, else those who approve, else who
        stands above the leaders. Never the person, nor those who review the statement."""
        self.ensure_one()
        one = self.sudo()  # sudo: see _reviewers
        role = one.period_id._scheme().objections_by
        found = (
            one.period_id.release_id._points_people(role, one.user_id) if role else one._approving()
        ).sudo() - one.reviewed_by_id  # sudo: as above
        # where nobody leads the person, those who approve also review: then it is another one of them
        return found - one._reviewers().sudo() or one.user_id._leaders_above(one.company_id) or found

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_may_review(self):
        for one in self:
            one.may_review = one.state == "computed" and self.env.user in one._reviewers()

    # ------------------------------------------------------------------ deeds

    def action_agree(self):
        """The person agrees: nothing has to wait for the end of the time to object."""
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Everybody agrees to their own statement only."))
        if self.state not in ("computed", "reviewed"):
            raise UserError(self.env._("There is nothing to agree to yet: the period still runs."))
        if self.open_objections:
            raise UserError(self.env._("You have objected to some points. Wait for the answer first."))
        self.sudo().write({"agreed_at": fields.Datetime.now()})  # sudo: one's own statement, looked at above

    def action_review(self, note=None):
        """Confirm that the statements are right, as far as whoever leads the person can see."""
        self.check_access("read")
        for one in self:
            if not one.may_review:
                raise AccessError(
                    self.env._(
                        "%(names)s review this statement, once the period is over.",
                        names=", ".join(one._reviewers().mapped("name")) or "–",
                    )
                )
        own = self.sudo()  # sudo: the reviewers were looked at
        values = {"state": "reviewed", "reviewed_at": fields.Datetime.now(), "reviewed_by_id": self.env.uid}
        own.write({**values, "review_note": note or False})
        own.activity_ids.filtered(lambda one: one.user_id == self.env.user).unlink()
