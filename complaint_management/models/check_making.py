"""Making the check lists: one for each period that is over, with the numbers of the whole company; reminding
those who sign it, and telling those above them when it is late."""

from odoo import api, fields, models

from ..engine.duration import Duration
from ..engine.periods import bounds, period_of, preceding
from ..engine.policy import as_list
from ..engine.working_time import Calendar
from .check import ACTIVITY
from .release_reading import aware, naive

MET = {True: "yes", False: "no", None: "none"}


class ComplaintCheck(models.Model):
    _inherit = "complaint.check"

    @api.model
    def _cron_make(self):
        """Make the list of the last period where the policy wants one, and look after those that are late."""
        # sudo: a job of the companies
        releases = self.env["complaint.release"].sudo().search([("state", "=", "active")])
        checks, apart = self.sudo(), self.env["helpdesk.ticket"]._for_itself  # sudo: as above
        for company in releases.company_id:
            apart(lambda one=company: checks._make(one), f"Check list of company {company.id}")
        apart(checks._tell_overdue, "Telling of check lists that are late")

    @api.model
    def _make(self, company):
        """The list of the last period of a company that is over; nothing if there is one, or none is wanted.
        Its numbers are those of all cases, confidential ones included."""
        release = self.env["complaint.release"]._active(company)
        wanted = self.env["complaint.supervision"]._policy_part(company, "check_list")
        if not wanted:
            return self.browse()
        zone = self.env["complaint.figures"]._zone(company)
        now = aware(fields.Datetime.now())
        period = preceding(period_of(wanted["every"], now, zone))
        known = self.search_count([("company_id", "=", company.id), ("period", "=", period)], limit=1)
        first, after = bounds(period, zone)
        if known or release.create_date >= naive(after) and not self._any_case_before(company, after):
            return self.browse()
        begin, end = first.astimezone(zone).date(), after.astimezone(zone).date()
        check = self.create(
            {
                "company_id": company.id,
                "release_id": release.id,
                "period": period,
                "begin": begin,
                "end": end,
                "role": wanted["by"],
                "due_at": self._due(release, wanted, after),
            }
        )
        self.env["complaint.check.line"].create(check._line_values(wanted))
        check._remind()
        return check

    def _any_case_before(self, company, instant):
        """Whether there was anything to check before an instant: a list of nothing is not made."""
        facts = self.env["complaint.fact"]
        return facts.search_count(
            [("company_id", "=", company.id), ("began_at", "<", naive(instant))], limit=1
        )

    @api.model
    def _due(self, release, wanted, after):
        if not wanted.get("within"):
            return False
        calendar = release._policy().calendar or Calendar.always_open()
        return naive(calendar.due(after, Duration.parse(wanted["within"]))[0])

    def _line_values(self, wanted):
        """The lines as the policy wants them, with the numbers of the period as they are now."""
        supervision = self.env["complaint.supervision"]
        findings = {one["name"]: one for one in supervision._findings(self.company_id, self.begin, self.end)}
        rows = []
        for place, line in enumerate(wanted.get("lines") or (), 1):
            found = findings.get(line.get("finding"))
            numbers = {}
            if found:
                earlier = found["previous"]
                numbers = {
                    "finding": found["name"],
                    "count": found["count"],
                    "of": found["of"],
                    "share": found["share"] or 0,
                    "earlier": earlier["count"] if earlier else 0,
                    "has_earlier": bool(earlier),
                    "met": MET[found["met"]],
                }
            rows.append({"check_id": self.id, "sequence": place, "code": line["name"], **numbers})
        return rows

    # ------------------------------------------------------------------ reminding

    def _remind(self):
        """Those who sign it have it among their activities."""
        self.ensure_one()
        due = self.due_at.date() if self.due_at else None
        for user in self._people():  # a handful of people of one role
            here = self.with_context(lang=user.lang)
            here.activity_schedule(
                ACTIVITY, due, summary=here.env._("To be checked and signed"), user_id=user.id
            )

    @api.model
    def _tell_overdue(self):
        """Once a list is late, those whom the policy names hear of it."""
        late = self.search([("overdue", "=", True), ("told_at", "=", False)])
        for check in late:  # a list a month and company at the most
            written = check.release_id._policy().raw.get("supervision") or {}
            overdue = (written.get("check_list") or {}).get("overdue") or {}
            users = self.env["res.users"].union(
                *(check.release_id._role_members(role) for role in as_list(overdue.get("notify")))
            )
            check.told_at = fields.Datetime.now()
            for lang, people in users.grouped("lang").items():
                here = check.with_context(lang=lang)
                here.message_notify(
                    partner_ids=people.partner_id.ids,
                    subject=here.env._("%(check)s is not signed yet", check=here.name),
                    body=here.env._(
                        "It should have been signed by %(role)s. %(open)d lines are not judged yet.",
                        role=here.role_title,
                        open=here.to_judge,
                    ),
                    model_description=here._description,
                )
            for user in users - check._people():
                here = check.with_context(lang=user.lang)
                here.activity_schedule(ACTIVITY, summary=here.env._("Check list overdue"), user_id=user.id)
