"""When a report is made: the day after its period is over, where the policy's calendar is. What was missed is
caught up, but nothing from before the policy first asked for it."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.periods import bounds, following, period_of, preceding
from .release_reading import aware


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _report_entries(self):
        """The reports of this release as the policy writes them."""
        return (self._policy().raw.get("reports") or []) if self else []

    def _report_entry(self, code):
        """One of them; an empty dict if there is none of that name."""
        return next((entry for entry in self._report_entries() if entry["name"] == code), {})

    @api.model
    def _report_asked_since(self, company, code):
        """When the policy of a company first asked for this report, naive UTC; None if it never did."""
        self.flush_model()
        entry = [{"name": code}]
        query = SQL(
            "SELECT min(applied_at) FROM complaint_release "
            "WHERE company_id = %s AND normalised -> 'reports' @> %s::jsonb",
            company.id,
            fields.Json().convert_to_column(entry, self),
        )
        return self.env.execute_query(query)[0][0]


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_make(self):
        """Make every report whose period is over and that is not there yet."""
        # sudo: a job
        reports, again = self.sudo(), self.env["helpdesk.ticket"]._again_if_overtaken
        self.env["helpdesk.ticket"]._for_itself(reports._refresh_readers, "Readers of reports")
        due = reports._due()
        if due:
            self.env["complaint.fact"]._cron_count()
        for company, entry, begin, end in due:
            again(lambda job=(company, entry, begin, end): reports._make_due(*job))
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _make_due(self, company, entry, begin, end):
        """Make one, unless somebody was faster; one that cannot be made does not keep the others waiting."""
        if self.search_count(self._of_period(company, entry["name"], begin), limit=1):
            return
        what = f"Report {entry['name']} of company {company.id} for {begin}"
        self.env["helpdesk.ticket"]._for_itself(lambda: self._make(company, entry, begin, end), what)

    @api.model
    def _due(self):
        """[(company, entry, first day, day after the last)] of what has to be made now, the oldest first."""
        found = []
        for release in self.env["complaint.release"].search([("state", "=", "active")]):
            company = release.company_id
            there = self._made_of(company)
            for entry in release._report_entries():
                since = release._report_asked_since(company, entry["name"])
                found += [
                    (company, entry, *span)
                    for span in self._over_since(company, entry["every"], since)
                    if (entry["name"], span[0]) not in there
                ]
        return sorted(found, key=lambda one: (one[3], one[0].id))

    def _made_of(self, company):
        rows = self.search_fetch([("company_id", "=", company.id)], ["report_code", "begin"])
        return {(row.report_code, row.begin) for row in rows}

    def _over_since(self, company, every, since):
        """The days of the periods that have ended since then."""
        if not since:
            return
        zone, now = self.env["complaint.figures"]._zone(company), aware(fields.Datetime.now())
        period = period_of(every, aware(since), zone)
        while bounds(period, zone)[1] <= now:
            yield self._days_of(period, zone)
            period = following(period)

    # ------------------------------------------------------------------ periods

    @api.model
    def _days_of(self, period, zone):
        """(first day, day after the last) of a period."""
        return tuple(moment.astimezone(zone).date() for moment in bounds(period, zone))

    @api.model
    def _period_code(self, company, every, day):
        """The name of the period in which a day lies."""
        zone = self.env["complaint.figures"]._zone(company)
        first = self.env["complaint.figures"]._instants(company, day, day)[0]
        return period_of(every, aware(first), zone)

    @api.model
    def _last_period(self, company, every):
        """(first day, day after the last) of the latest period that is over."""
        zone = self.env["complaint.figures"]._zone(company)
        now = aware(fields.Datetime.now())
        return self._days_of(preceding(period_of(every, now, zone)), zone)
