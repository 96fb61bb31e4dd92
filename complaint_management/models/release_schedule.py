"""Policies that take effect on a later day: applied now, in force from the pack's `effective` day on.

A scheduled release keeps its files and the plan of the day on which it was made. On its day a job plans it
again and applies it, unless another release became active meanwhile: what that one changed would be undone
without anybody having seen it, so the person who scheduled it is told instead."""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    state = fields.Selection(
        selection_add=[("scheduled", "Scheduled"), ("done", "Took effect"), ("withdrawn", "Withdrawn")],
        ondelete={"scheduled": "cascade", "done": "cascade", "withdrawn": "cascade"},
    )
    effective = fields.Date(readonly=True, help="The day from which this release is to be in force.")
    base_id = fields.Many2one(
        "complaint.release", "Planned against", readonly=True, ondelete="restrict", check_company=True
    )
    obstacle = fields.Char(readonly=True, help="Why a scheduled release did not take effect on its day.")

    def _perform(self, plan, message):
        if effective_day(plan.compiled.normalised):
            return self._schedule(plan, message)
        return super()._perform(plan, message)

    def _schedule(self, plan, message):
        """Keep a policy until its day."""
        values = {
            **self._release_values(plan, message),
            "state": "scheduled",
            "effective": effective_day(plan.compiled.normalised),
            "base_id": plan.base.id,
        }
        # sudo: nobody makes a release but by applying a policy, which was allowed before
        return self.sudo().create(values).with_env(self.env)

    def action_withdraw(self):
        """Take a scheduled release back before its day."""
        self.ensure_one()
        self._company_to_rule(self.company_id.id)
        self._refuse_unless_editable()
        if self.state != "scheduled":
            raise UserError(self.env._("Only a scheduled release can be withdrawn."))
        self._note(state="withdrawn")
        return True

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_take_effect(self):
        """Bring the scheduled releases into force whose day has come, one transaction each."""
        # sudo: a job looks after all companies
        due = self.sudo().search(
            [("state", "=", "scheduled"), ("obstacle", "=", False)], order="effective, id"
        )
        due = due.filtered(lambda release: not effective_day(release.normalised))
        for number, release in enumerate(due, start=1):
            try:
                with self.env.cr.savepoint():
                    release._take_effect()
            except UserError as error:
                release._not_in_force(str(error))
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number)

    def _take_effect(self):
        """Apply this scheduled release now; it becomes the active one."""
        company = self.company_id
        if self._active(company) != self.base_id:
            raise UserError(
                self.env._(
                    "Another release, %(release)s, became active after this one was planned. Begin a draft "
                    "from this release and look at its plan.",
                    release=self._active(company).name,
                )
            )
        # sudo: as who scheduled it, but releases are written by their own methods alone
        releases = self.with_user(self.user_id).sudo()
        release = releases._apply(self.sources, self.pack, company, self.message, self.base_id)
        # The release that came into force is a new one: it holds the records and dates of today.
        self._note(state="done")
        _logger.info("Complaint policy %s of %s is in force as %s.", self.name, company.name, release.name)
        return release

    def _not_in_force(self, why):
        """Keep the reason and tell the person who scheduled the release."""
        self._note(obstacle=why)
        self.env["mail.thread"].message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=self.env._("Complaint policy %(release)s did not take effect", release=self.name),
            body=why,
            model=self._name,
            res_id=self.id,
        )

    def _note(self, **values):
        """Write what becomes of a release that was never in force; those that were are never written."""
        kept = self.filtered(lambda release: release.state == "scheduled")
        # sudo and the plain model's write: a release refuses every other change, also the superuser's
        models.Model.write(kept.sudo(), values)


def effective_day(normalised):
    """The `effective` day of a policy if it has not begun yet in the zone of the pack's calendar, else
    None."""
    written = (normalised.get("pack") or {}).get("effective")
    if not written:
        return None
    day = date.fromisoformat(written)
    return day if day > datetime.now(_zone(normalised)).date() else None


def _zone(normalised):
    calendar = (normalised.get("calendars") or {}).get(normalised["pack"].get("calendar")) or {}
    return ZoneInfo(calendar.get("timezone") or "UTC")
