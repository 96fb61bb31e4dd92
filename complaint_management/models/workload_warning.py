"""The warning in advance (F7): a team's leader is told once, a day before or on the day itself, when the
expected average of the team comes near the limit of the policy.

A warning keeps the numbers it was made of, so that it explains itself later, too, and so that nobody is told
twice of a team and day. What changes afterwards, somebody more on the roster or fewer cases, is seen on the
page Workload, to which every warning leads."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from psycopg2 import OperationalError

from ..engine.workload import NEAR, NOBODY, OVER
from .workload import ALL

_logger = logging.getLogger(__name__)

STATES = [(NEAR, "Near the limit"), (OVER, "Above the limit"), (NOBODY, "Nobody is planned")]
COLORS = {NEAR: "#93590b", OVER: "#b42318", NOBODY: "#b42318"}
DAY = timedelta(days=1)


class ComplaintWorkloadWarning(models.Model):
    _name = "complaint.workload.warning"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Warning of too much work"
    _order = "day desc, team_id, id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    team_id = fields.Many2one("helpdesk.ticket.team", required=True, readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True, help="The day that is expected to bring too much work.")
    state = fields.Selection(STATES, "What is expected", required=True, readonly=True)
    cases = fields.Float("Cases expected", readonly=True, digits=(16, 1), aggregator="avg")
    weeks = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The mean of the same weekday in so many weeks; 0: so many had come in already.",
    )
    agents = fields.Integer("Agents planned", readonly=True, aggregator="avg")
    average = fields.Float("Cases for each", readonly=True, digits=(16, 1), aggregator="avg")
    limit = fields.Float("Policy limit", readonly=True, digits=(16, 1), aggregator=None)
    wanted = fields.Integer(
        "Agents wanted", readonly=True, aggregator="avg", help="So many keep the average within the limit."
    )
    told_user_ids = fields.Many2many(
        "res.users", "complaint_workload_told_rel", "warning_id", "user_id", "Told", readonly=True
    )
    reason = fields.Char("In a sentence", compute="_compute_reason")

    _once = models.UniqueIndex("(team_id, day)", "The leader is told once of a team and day.")
    _of_day = models.Index("(company_id, day)")

    @api.depends("team_id", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for warning in self:
            warning.display_name = self.env._(
                "%(team)s, %(day)s", team=warning.team_id.name, day=warning._day_in_words()
            )

    @api.depends("team_id", "day", "state", "cases", "weeks", "agents", "average", "limit", "wanted")
    @api.depends_context("lang")
    def _compute_reason(self):
        for warning in self:
            warning.reason = warning._in_a_sentence()

    def _day_in_words(self):
        return self.env["complaint.workload"]._day_title(self.day, "MMMMEEEEd") if self.day else ""

    def _in_a_sentence(self):
        """What is expected and of what, with the numbers."""
        text = self.env["complaint.workload"]._number
        numbers = {
            "team": self.team_id.name,
            "day": self._day_in_words(),
            "cases": text(self.cases),
            "agents": self.agents,
            "average": text(self.average),
            "limit": text(self.limit),
            "wanted": self.wanted,
            "weeks": self.weeks,
        }
        if self.state == NOBODY:
            said = self.env._(
                "%(team)s: nobody is planned for %(day)s, and about %(cases)s cases are expected.", **numbers
            )
        else:
            said = self.env._(
                "%(team)s: on %(day)s about %(cases)s cases meet %(agents)s planned agents, %(average)s for "
                "each; the limit is %(limit)s.",
                **numbers,
            )
        return f"{said} {self._how_known(numbers)} {self._what_helps(numbers)}".strip()

    def _how_known(self, numbers):
        if not self.weeks:
            return self.env._("So many have come in already.")
        return self.env._("Expected is the mean of the same weekday in %(weeks)s weeks.", **numbers)

    def _what_helps(self, numbers):
        if self.wanted <= self.agents:
            return ""
        return self.env._("With %(wanted)s agents it stays within the limit.", **numbers)

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_warn(self):
        """Compare what today and tomorrow will bring with the limit, in every company under a policy."""
        # sudo: a job
        for release in self.env["complaint.release"].sudo().search([("state", "=", "active")]):
            try:
                with self.env.cr.savepoint():
                    self.sudo()._warn(release)  # sudo: a job
            except OperationalError:
                raise
            except Exception:
                # what is wrong in one company keeps no other one waiting
                _logger.exception("The workload of %s could not be compared", release.company_id.id)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _warn(self, release):
        """Tell the leaders of a company what is new. Returns the warnings."""
        company, workload = release.company_id, self.env["complaint.workload"]
        limits = workload._limits(company)
        if limits.warn_at is None or not limits.weeks:
            return self.browse()
        today = self.env["complaint.figures"]._today(company)
        self._settle(company, today)
        days = [today, today + DAY]
        expected = workload._outlooks(company, days, workload._plan(company, today, today + 2 * DAY))
        there = self.search([("company_id", "=", company.id), ("day", "in", days)])
        known = {(one.team_id.id, one.day) for one in there}
        fresh = [
            self._values(company, team, one, limits)
            for (team, day), one in sorted(expected.items(), key=lambda item: (item[0][1], str(item[0][0])))
            if team not in (ALL, False) and (team, day) not in known and self._is_worth(release, one)
        ]
        warnings = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(fresh)
        warnings._tell()
        return warnings

    def _is_worth(self, release, one):
        """Nobody planned alarms on working days only: on others nobody need be."""
        calendar = release._policy().calendar
        if one.state == NOBODY:
            return calendar is None or bool(calendar.hours_of(one.day.toordinal()))
        return one.state in (NEAR, OVER)

    def _values(self, company, team, one, limits):
        return {
            "company_id": company.id,
            "team_id": team,
            "day": one.day,
            "state": one.state,
            "cases": one.cases,
            "weeks": one.weeks,
            "agents": one.agents,
            "average": one.average or 0.0,
            "limit": limits.average,
            "wanted": limits.agents_for(one.cases),
        }

    def _settle(self, company, today):
        """What was expected of a day that is over is no news any more."""
        past = self.search(
            [("company_id", "=", company.id), ("day", "<", today), ("activity_ids", "!=", False)]
        )
        past.activity_ids.unlink()

    # ------------------------------------------------------------------ telling

    def _tell(self):
        """One mail for each leader with all that is new, and an activity for each warning."""
        told = {}
        for warning in self:
            people = warning.team_id.user_id._there(warning.company_id)
            warning.told_user_ids = people
            for user in people:
                told[user] = told.get(user, self.browse()) | warning
        for user, warnings in told.items():
            reader = self.env["complaint.digest"]._as_reader(user)
            blocks = [one._block(user) for one in warnings]
            reader._queue(user, blocks, warnings._subject(user))
        self._plan_activities(told)

    def _subject(self, user):
        here = self.with_context(lang=user.lang)
        if len(self) == 1:
            return here.env._("Workload: %(what)s", what=here.display_name)
        return here.env._("Workload: %(count)s warnings for your teams", count=len(self))

    def _block(self, user):
        """What the mail says about a warning, in the words of the reader."""
        here = self.with_context(lang=user.lang, tz=user.tz)
        if self.wanted > self.agents:
            step = here.env._("plan somebody more, or hand cases over to a team that has room")
        else:
            step = here.env._("look at the roster and at what is open")
        return {
            "number": here.env._("Workload"),
            "name": here.display_name,
            "customer": False,
            "reason": here.reason,
            "level": False,
            "since": False,
            "next_step": step,
            "color": COLORS[self.state],
            "answer_url": False,
            "open": here.env._("Open the workload"),
            "url": f"{self.get_base_url()}/odoo/action-complaint_management.workload_action",
        }

    def _plan_activities(self, told):
        kind = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        if not kind:
            return
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": warning.id,
                    "user_id": user.id,
                    "activity_type_id": kind.id,
                    "summary": warning._subject(user),
                    "note": warning.with_context(lang=user.lang).reason,
                    "date_deadline": warning.day,
                }
                for user, warnings in told.items()
                for warning in warnings
            ]
        )

    # ------------------------------------------------------------------ screens

    def action_open_workload(self):
        return self.env["complaint.workload.page"].with_company(self.company_id[:1]).action_open()
