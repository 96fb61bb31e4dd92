"""Make a report now: one of an earlier time, or a new version of one that was not sent."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.policy import as_list
from ..models.release_reading import aware


class ReportMake(models.TransientModel):
    _name = "complaint.report.make"
    _description = "Make a report now"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    report_code = fields.Selection(
        selection="_report_choices", string="Report", required=True, default=lambda self: self._first_code()
    )
    day = fields.Date(
        "A day of the period",
        required=True,
        default=lambda self: self._default_day(),
        help="The report is made for the week, month, quarter or year in which this day lies.",
    )
    span = fields.Char("Period", compute="_compute_outcome")
    outcome = fields.Text("What will happen", compute="_compute_outcome")
    possible = fields.Boolean(compute="_compute_outcome")

    @api.model
    def _release(self):
        return self.env["complaint.release"]._active(self.env.company)

    @api.model
    def _report_choices(self):
        release = self._release()
        return [
            (entry["name"], release._words(entry.get("title"), entry["name"]))
            for entry in release._report_entries()
        ]

    @api.model
    def _first_code(self):
        return next((code for code, _title in self._report_choices()), False)

    @api.model
    def _default_day(self):
        """The last day of the period before this one, of the first report of the policy."""
        every = self._release()._report_entry(self._first_code()).get("every")
        if not every:
            return False
        return self.env["complaint.report"]._last_period(self.env.company, every)[0]

    def _entry(self):
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work for that company."))
        return self.env["complaint.release"]._active(self.company_id)._report_entry(self.report_code)

    def _days(self):
        """(first day, day after the last) of the chosen period."""
        reports = self.env["complaint.report"]
        period = reports._period_code(self.company_id, self._entry()["every"], self.day)
        return reports._days_of(period, self.env["complaint.figures"]._zone(self.company_id))

    # ------------------------------------------------------------------ what will happen

    @api.depends("report_code", "day", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_outcome(self):
        for wizard in self:
            if not wizard.report_code or not wizard.day:
                wizard.span, wizard.outcome, wizard.possible = False, False, False
                continue
            begin, end = wizard._days()
            wizard.span = self.env["complaint.figures"]._period_text(begin, end)
            wizard.possible, wizard.outcome = wizard._outlook(begin, end)

    def _outlook(self, begin, end):
        """(whether it can be made, what happens then or why not)"""
        if self._not_over(end):
            return False, self.env._(
                "This period is not over: it ends on %(day)s. The dashboard shows how it is going.",
                day=fields.Date.to_string(fields.Date.subtract(end, days=1)),
            )
        there = self._there(begin)
        if there.state == "sent":
            return False, self.env._("It was sent already and is kept as it is.")
        entry = self._entry()
        words = (
            [
                self.env._(
                    "Version %(version)d replaces the one that is there; its remarks are kept.",
                    version=there.version + 1,
                )
            ]
            if there
            else []
        )
        if entry.get("review_by"):
            words.append(
                self.env._(
                    "It waits for %(role)s to review it.",
                    role=self._release()._role_title(entry["review_by"]),
                )
            )
        else:
            roles = ", ".join(self._release()._role_title(role) for role in as_list(entry["to"]))
            words.append(
                self.env._("It is sent to %(roles)s at once and cannot be changed then.", roles=roles)
            )
        return True, " ".join(words)

    def _not_over(self, end):
        moment = self.env["complaint.figures"]._instants(self.company_id, end, end)[0]
        return aware(moment) > aware(fields.Datetime.now())

    def _there(self, begin):
        # sudo: whether there is one already, which whoever makes reports may know
        reports = self.env["complaint.report"].sudo()
        return reports.search(reports._of_period(self.company_id, self.report_code, begin), limit=1)

    def action_make(self):
        self.ensure_one()
        reports = self.env["complaint.report"]
        reports._check_maker()
        if not self.possible:
            raise UserError(self.outcome or self.env._("Choose a report and a day first."))
        entry = self._entry()
        self.env["complaint.fact"].sudo()._cron_count()  # sudo: counting goes on where the job stopped
        return reports._make(self.company_id, entry, *self._days())._open_form()
