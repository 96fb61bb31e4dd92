"""What comes round for customers: regular contact by tier and birthday greetings (D5).

    plan_at (index) -- claim, SKIP LOCKED --> engine.rounds --> callback._plan(rows) --> next plan_at

Which rounds there are follows from the plan and from the day on which the customer's file was opened, not
from when this runs: whoever runs it twice, late or after a crash makes none twice and leaves none out. A file
is looked at when a round opens, and at once after a change of tier, birthday or policy."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.callbacks import ROUND, plans
from ..engine.rounds import rounds
from .release_reading import aware, naive

BATCH = 500  # customers a commit
LOOK_AHEAD = timedelta(days=40)  # a file without a round until then is looked at again
NEVER = datetime(9999, 1, 1)  # no plan is for this customer


class ComplaintCustomer(models.Model):
    _inherit = "complaint.customer"

    birthday = fields.Date(help="For the greetings that the policy plans. Only if the customer told it.")
    is_firm = fields.Boolean(related="partner_id.is_company")
    plan_at = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # never looked at, or not since something changed: before all others
    _plan_at = models.Index("(company_id, COALESCE(plan_at, '-infinity'::timestamp), id)")

    def write(self, vals):
        result = super().write(vals)
        if not {"tier_id", "birthday"}.isdisjoint(vals):
            self._look_again(SQL("id IN %s", self._ids or (0,)))
        return result

    @api.constrains("birthday")
    def _check_birthday(self):
        today = fields.Date.context_today(self)
        for customer in self:
            if customer.birthday and customer.birthday > today:
                raise ValidationError(
                    self.env._(
                        "%(customer)s cannot be born on a day that is still to come. Correct the birthday.",
                        customer=customer.partner_id.display_name,
                    )
                )

    @api.model
    def _store_tiers(self, company, rows):  # pylint: disable=missing-return
        """A customer of another tier gets the rounds of that tier."""
        found = self.search_fetch(
            [("partner_id", "in", [row[0] for row in rows]), ("company_id", "=", company.id)], ["tier_id"]
        )
        before = {customer.partner_id.id: customer.tier_id.id for customer in found}
        super()._store_tiers(company, rows)
        changed = [partner for partner, tier, _figures in rows if before.get(partner) != (tier or False)]
        if changed:
            where = SQL("company_id = %s AND partner_id IN %s", company.id, tuple(changed))
            self._look_again(where)

    @api.model
    def _look_again(self, where):
        """What is planned for these customers may be something else from now on."""
        self.flush_model(["plan_at"])
        self.env.cr.execute(
            SQL("UPDATE complaint_customer SET plan_at = NULL WHERE plan_at IS NOT NULL AND %s", where)
        )
        self.invalidate_model(["plan_at"], flush=False)

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_plan_rounds(self):
        """Plan what comes round for the customers of every company."""
        # sudo: a job
        for release in self.env["complaint.release"].sudo().search([("state", "=", "active")]):
            if any(plan.kind == ROUND for plan in plans(release._policy())):
                self.sudo().with_company(release.company_id)._plan_all_rounds(release)  # sudo: a job

    def _plan_all_rounds(self, release):
        again, cron, left = self.env["helpdesk.ticket"]._again_if_overtaken, self.env["ir.cron"], True
        while left:
            done = again(lambda: self._plan_rounds(release, BATCH))
            full = done >= BATCH
            left = cron._commit_progress(done, remaining=BATCH if full else 0) and full

    @api.model
    def _plan_rounds(self, release, limit):
        """Plan the rounds of at most so many customers whose time has come; returns how many there were. The
        caller commits."""
        now = fields.Datetime.now().replace(microsecond=0)
        rows, looked_at = [], []
        wanted = [plan for plan in plans(release._policy()) if plan.kind == ROUND]
        for ident, partner, tier, birthday, since, known, zone in self._claim_to_plan(release, now, limit):
            code = release._refs().get(("tier", tier))
            mine = [plan for plan in wanted if plan.condition.holds({"tier": code}, 1)]
            following = []
            for plan in mine:
                due, upcoming = _rounds(plan, since, now, known or now, birthday, zone)
                rows += [_row(release, plan, partner, one, now) for one in due]
                following += upcoming
            again = min(following, default=now + LOOK_AHEAD) if mine else NEVER
            looked_at.append((ident, again))
        self.env["complaint.callback"]._plan(rows)
        self._store_plan_at(looked_at)
        return len(looked_at)

    @api.model
    def _claim_to_plan(self, release, now, limit):
        """Customers whose time has come and that no other planner has."""
        self.flush_model(["plan_at", "tier_id", "birthday"])
        return self.env.execute_query(
            SQL(
                "SELECT f.id, f.partner_id, f.tier_id, f.birthday, f.create_date, f.plan_at, p.tz "
                "FROM complaint_customer f JOIN res_partner p ON p.id = f.partner_id "
                "WHERE f.company_id = %s AND COALESCE(f.plan_at, '-infinity'::timestamp) <= %s "
                "AND p.active ORDER BY COALESCE(f.plan_at, '-infinity'::timestamp), f.id "
                "LIMIT %s FOR NO KEY UPDATE OF f SKIP LOCKED",
                release.company_id.id,
                now,
                limit,
            )
        )

    def _store_plan_at(self, looked_at):
        if not looked_at:
            return
        self.env.cr.execute(
            SQL(
                "UPDATE complaint_customer c SET plan_at = v.at FROM (VALUES %s) AS v(id, at) "
                "WHERE c.id = v.id",
                SQL(", ").join(SQL("%s", row) for row in looked_at),
            )
        )
        self.invalidate_model(["plan_at"], flush=False)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _perform(self, plan, message):
        """Under a new policy other rounds may be due."""
        release = super()._perform(plan, message)
        self.env["complaint.customer"]._look_again(SQL("company_id = %s", plan.company.id))
        return release


def _rounds(plan, since, now, looked_at, birthday, zone):
    """(rounds that have opened, [when the next ones open]) of one customer."""
    found = rounds(
        plan,
        aware(since),
        aware(now + LOOK_AHEAD),
        aware(looked_at),
        birthday,
        ZoneInfo(zone) if zone else None,
    )
    open_now = [one for one in found if one.opens <= aware(now)]
    return open_now, [naive(one.opens) for one in found if one.opens > aware(now)]


def _row(release, plan, partner, one, now):
    """A round as a row of `_plan`. One whose time was over when the planner came is told, not made."""
    missed = {"state": "left_out", "left_out_reason": "missed"} if one.due < aware(now) else {}
    return {
        "company_id": release.company_id.id,
        "release_id": release.id,
        "plan": plan.name,
        "partner_id": partner,
        "occasion": one.key,
        "opens_at": naive(one.opens),
        "due_at": naive(one.due),
        **missed,
    }
