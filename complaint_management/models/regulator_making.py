"""Making the files for regulators when their period is over, and by hand for any period that is (or runs)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.periods import bounds, period_of, preceding
from ..engine.working_time import Calendar
from .meeting import span_words
from .release_reading import aware


class ComplaintReturn(models.Model):
    _inherit = "complaint.return"

    @api.model
    def _cron_make(self):
        """Make the files of the periods that ended last, each once, and tell those who release them."""
        files, tickets = self.sudo(), self.env["helpdesk.ticket"]  # sudo: a job
        for due in files._due():
            what = f"File {due[1]['name']} of company {due[0].company_id.id} for {due[2]}"
            tickets._again_if_overtaken(
                lambda due=due, what=what: tickets._for_itself(lambda: files._make(*due)._tell(), what)
            )
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _due(self):
        """[(release, entry, period, begin, end)] of the files that are to be made now: those that are not
        there, and drafts that somebody had made while their period ran."""
        kept = self.search_fetch([], ["company_id", "code", "period", "state", "made_at", "end"])
        known = {(one.company_id.id, one.code, one.period) for one in kept if one._is_whole()}
        found = []
        for release in self.env["complaint.release"].search([("state", "=", "active")]):
            for entry in release._return_entries():
                period, begin, end = self._last_period(release, entry)
                if (release.company_id.id, entry["name"], period) not in known:
                    found.append((release, entry, period, begin, end))
        return found

    @api.model
    def _last_period(self, release, entry):
        """(name, first day, day after the last) of the period that ended last."""
        zone = (release._policy().calendar or Calendar.always_open()).zone
        name = preceding(period_of(entry["every"], aware(fields.Datetime.now()), zone))
        return name, *self._days_of(release, name)

    @api.model
    def _days_of(self, release, period):
        zone = (release._policy().calendar or Calendar.always_open()).zone
        return tuple(at.astimezone(zone).date() for at in bounds(period, zone))

    def _tell(self):
        """An activity for each person who may release it."""
        for one in self:
            release = one.release_id
            users = self.env["res.users"].union(*(release._role_members(role) for role in one.roles))
            for user in users:
                reader = one.with_context(lang=user.lang or "en_US", mail_activity_quick_update=True)
                reader.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=reader.env._("Check and release: %(file)s", file=reader.name),
                    user_id=user.id,
                )


class ComplaintReturnMake(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """A file by hand: which one, and of the period in which a day lies."""

    _name = "complaint.return.make"
    _description = "Make a file for a regulator"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    code = fields.Selection(selection="_select_code", string="File", required=True)
    day = fields.Date("A day of the period", required=True, default=lambda self: self._day_before())
    span = fields.Char("Period", compute="_compute_span")

    @api.model
    def _select_code(self):
        release = self.env["complaint.release"]._active(self.env.company)
        return [(entry["name"], release._in_language(entry["title"])) for entry in release._return_entries()]

    @api.model
    def _day_before(self):
        """In the month that ended last."""
        return self.env["complaint.figures"]._today(self.env.company).replace(day=1) - timedelta(days=1)

    @api.depends("day", "code", "company_id")
    @api.depends_context("lang")
    def _compute_span(self):
        for wizard in self:
            known = wizard.code and wizard.day and wizard._entry()
            wizard.span = known and span_words(self.env, *wizard._period()[1:])

    def _release(self):
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work for that company."))
        return self.env["complaint.release"]._active_or_explain(self.company_id)

    def _entry(self):
        return self._release()._return_entry(self.code)

    def _period(self):
        """(name, first day, day after the last)"""
        release = self._release()
        zone = (release._policy().calendar or Calendar.always_open()).zone
        noon = fields.Datetime.to_datetime(self.day).replace(hour=12, tzinfo=zone)
        name = period_of(self._entry()["every"], noon, zone)
        return name, *self.env["complaint.return"]._days_of(release, name)

    def action_make(self):
        self.ensure_one()
        files = self.env["complaint.return"]
        files._check_reader()
        if not self._entry():
            raise UserError(self.env._("The policy in force knows this file no more."))
        one = files._make(self._release(), self._entry(), *self._period())
        return {
            "type": "ir.actions.act_window",
            "res_model": one._name,
            "res_id": one.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
