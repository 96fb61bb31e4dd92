"""The periods of an incentive scheme (E2, E3): one budget, shared among the statements of all its people.

    running --over--> computed --each statement reviewed--> approved by the roles of the policy --> paid

Money is shared over the whole period at once, so it is approved at once, too. From the approval on its
statements are locked; what turns out later counts in the period that runs then."""

from datetime import timedelta
from decimal import Decimal

from babel.dates import format_skeleton
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import babel_locale_parse, format_date, get_lang

from ..engine.budget import shares
from ..engine.periods import bounds
from ..engine.points_ledger import natural_period
from ..engine.working_time import Calendar
from .release_reading import aware, naive

STATES = [
    ("running", "Running"),
    ("computed", "To be reviewed"),
    ("approved", "Approved"),
    ("paid", "Paid and carried out"),
]
LOCKED = ("approved", "paid")
QUIET = {"mail_create_nosubscribe": True, "mail_create_nolog": True, "tracking_disable": True}


class IncentivePeriod(models.Model):
    _name = "complaint.incentive.period"
    _description = "Period of an incentive scheme"
    _order = "date_from desc, scheme, id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    release_id = fields.Many2one(
        "complaint.release",
        "Policy",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Grades and budget are those of the release that was in force when the period was opened.",
    )
    scheme = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True, help="Such as 2026-03 or 2026-Q1.")
    title = fields.Char("Scheme title", compute="_compute_title")
    span = fields.Char("Period", compute="_compute_title")
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    ends_at = fields.Datetime("Over at", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="running", index=True)
    statement_ids = fields.One2many("complaint.incentive.statement", "period_id", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    budget = fields.Monetary(readonly=True, help="The rewards of a period are never more than this.")
    wanted = fields.Monetary("Rewards by grade", readonly=True)
    shared = fields.Monetary("Rewards to be paid", readonly=True)
    computed_at = fields.Datetime("Computed", readonly=True)
    roles = fields.Json(readonly=True, help="The roles of the policy that still have to approve, in order.")
    approver_ids = fields.Many2many(
        "res.users", "complaint_incentive_period_approver_rel", string="Approvers", readonly=True
    )
    approval_log = fields.Text("Approvals", readonly=True)
    approved_at = fields.Datetime("Approved", readonly=True)
    paid_on = fields.Date("Paid", readonly=True)
    paid_by_id = fields.Many2one("res.users", "Paid by", readonly=True, ondelete="restrict")

    _scheme_period = models.UniqueIndex("(company_id, scheme, code)")
    _running = models.Index("(ends_at) WHERE state = 'running'")

    @api.depends("scheme", "release_id", "code")
    @api.depends_context("lang")
    def _compute_title(self):
        for period in self:
            period.title = period.sudo().release_id._scheme_title(period.scheme)  # sudo: no secret words
            month = len(period.code or "") == len("2026-03") and "Q" not in period.code
            period.span = (
                period._month()
                if month
                else f"{format_date(self.env, period.date_from)} – {format_date(self.env, period.date_to)}"
            )

    def _month(self):
        """The month as the reader calls it: October 2026, 2026年10月."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMMM", self.date_from, locale=locale)

    @api.depends("title", "span")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for period in self:
            period.display_name = f"{period.title} · {period.span}"

    # ------------------------------------------------------------------ nobody writes by hand

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Periods follow from the incentives of the policy."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("A period is reckoned, approved and paid by its buttons."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A period stays: the statements of people are in it."))

    # ------------------------------------------------------------------ opening

    def _scheme(self):
        """The engine's scheme by which the statements of this period are reckoned."""
        self.ensure_one()
        return self.release_id._schemes()[self.scheme]

    @api.model
    def _named(self, release, scheme, code):
        """The period of a scheme by its code, made if there is none yet.

        release: gives dates, grades and budget to one that is made; it must have the scheme"""
        own = self.sudo()  # sudo: the company keeps the ledger, whoever does what
        company = release.company_id
        known = [("company_id", "=", company.id), ("scheme", "=", scheme), ("code", "=", code)]
        return own.search(known, limit=1) or own._open(release, scheme, code)

    @api.model
    def _of(self, release, scheme, moment):
        """The period of a scheme in which a moment (naive UTC) lies."""
        return self._named(release, scheme, natural_period(release._schemes()[scheme], aware(moment)))

    def _open(self, release, scheme, code):
        active = self.env["complaint.release"]._active(release.company_id)
        rules = active if scheme in active._schemes() else release
        found = rules._schemes()[scheme]
        begin, end = bounds(code, found.zone)
        return self.create(
            {
                "company_id": release.company_id.id,
                "release_id": rules.id,
                "scheme": scheme,
                "code": code,
                "date_from": begin.astimezone(found.zone).date(),
                "date_to": (end.astimezone(found.zone) - timedelta(seconds=1)).date(),
                "ends_at": naive(end),
                "budget": float(found.budget or 0),
                "currency_id": rules._points_currency(scheme).id,
            }
        )

    @api.model
    def _open_current(self):
        """Open the running period of each scheme, with a statement for everybody in it."""
        now = fields.Datetime.now()
        # sudo: a job for all companies
        for company in self.env["res.company"].sudo().search([]):  # pylint: disable=no-search-all
            release = self.env["complaint.release"]._active(company)
            for scheme in release._schemes():
                self._of(release, scheme, now)._statements_of(release._scheme_members(scheme).ids)

    def _statements_of(self, user_ids):
        """{user id: statement} in this period, made for those who have none."""
        self.ensure_one()
        # sudo: see _named
        statements = self.env["complaint.incentive.statement"].sudo().with_context(**QUIET)
        known = statements.search([("period_id", "=", self.id), ("user_id", "in", list(user_ids))])
        missing = set(user_ids) - set(known.user_id.ids)
        if missing:
            values = self._values_of_a_new_one()
            known |= statements.create(
                [{"period_id": self.id, "user_id": ident, **values} for ident in sorted(missing)]
            )
        return {statement.user_id.id: statement for statement in known}

    def _values_of_a_new_one(self):
        """Of a statement that is made now: in a period that has been computed it is computed, too."""
        now = fields.Datetime.now()
        if self.state != "computed":
            return {"object_until": self._object_until(self.ends_at)}
        return {"state": "computed", "computed_at": now, "object_until": self._object_until(now)}

    def _object_until(self, since):
        """Until when one may object to a statement that was computed at a moment; False if the policy gives
        no time for it."""
        scheme = self._scheme()
        if not scheme.object_within:
            return False
        calendar = scheme.policy.calendar or Calendar.always_open()
        return naive(calendar.due(aware(since), scheme.object_within)[0])

    # ------------------------------------------------------------------ computing

    @api.model
    def _cron_close(self):
        """Compute what is over, tell people, and open what begins."""
        self._open_current()
        over = self.sudo().search(  # sudo: a job
            [("state", "=", "running"), ("ends_at", "<=", fields.Datetime.now())]
        )
        for period in over:
            period._compute_over()
            self.env["ir.cron"]._commit_progress(1)
        waiting = self.sudo().search([("state", "=", "computed")])  # sudo: a job
        waiting.statement_ids._ask_reviewers()

    def _compute_over(self):
        """The period is over: its statements stand but for late facts and objections."""
        self.ensure_one()
        one = self.sudo()  # sudo: the company reckons
        one.env["complaint.incentive.dirty"]._reckon_all()
        now = fields.Datetime.now()
        statements = one.statement_ids
        statements._reckon()
        statements.write(
            {
                "state": "computed",
                "computed_at": now,
                "object_until": one._object_until(max(now, one.ends_at)),
            }
        )
        roles = one.release_id._reward_roles(one.scheme)
        one.write({"state": "computed", "computed_at": now, "roles": roles})
        one.write({"approver_ids": [(6, 0, one._approvers().ids)]})
        one._share()
        statements._tell_computed()

    def _share(self):
        """Share the budget among the statements: what their grades promise, in proportion if it is too
        much."""
        for period in self.sudo():  # sudo: the company reckons
            scheme = period._scheme()
            wanted = {one.id: one._reward_by_grade(scheme) for one in period.statement_ids}
            paid = shares(wanted, scheme.budget, Decimal(str(period.currency_id.rounding)))
            for statement in period.statement_ids:
                full, part = float(wanted[statement.id]), float(paid[statement.id])
                if (statement.reward_full, statement.reward) != (full, part):
                    statement.write({"reward_full": full, "reward": part})
            period.write({"wanted": float(sum(wanted.values())), "shared": float(sum(paid.values()))})
