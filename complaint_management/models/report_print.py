"""How a report looks: its page on the screen, its PDF and its mail, all drawn from what was frozen."""

import re

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime

from ..engine import charts

REPORT = "complaint_management.management_report"
ACTION = "complaint_management.management_report_action"
PAGE = "complaint_management.report_page"
WIDTH = 628  # of a chart: as wide as the text on paper
SHORT = 18  # letters of a value that stands to the right
MISSING = ("install", "broken")  # what Odoo says of wkhtmltopdf


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    page = fields.Html(compute="_compute_page", sanitize=False)
    pdf_missing = fields.Boolean(compute="_compute_pdf_missing")
    about = fields.Char(compute="_compute_about")

    @api.depends("content", "remark_ids.text", "remark_ids.section")
    @api.depends_context("lang", "uid")
    def _compute_page(self):
        for report in self:
            report.page = self.env["ir.qweb"]._render(PAGE, report._shown())

    @api.depends_context("uid")
    def _compute_pdf_missing(self):
        self.pdf_missing = self.env["ir.actions.report"].get_wkhtmltopdf_state() in MISSING

    # ------------------------------------------------------------------ what is shown

    def _shown(self):
        """What the templates of a report need, in the reader's language."""
        self.ensure_one()
        page = self._page()
        remarks = self._shown_remarks()
        return {
            "report": self,
            "headlines": page.get("headlines", []),
            "misfits": page.get("misfits", []),
            "sections": [
                {
                    **section,
                    "tables": [{**table, "numeric": _numeric(table)} for table in section["tables"]],
                    "svgs": [self._svg(chart) for chart in section["charts"]],
                    "remarks": remarks.get(section["name"], []),
                }
                for section in page.get("sections", [])
                if not section.get("missing")
            ],
            "left_out": [section for section in page.get("sections", []) if section.get("missing")],
            "remarks": remarks.get(False, []),
            "made": self._made_on(),
            "reviewed": self._reviewed_by(),
            "halves": self._halves(page),
            "signs": {"good": "✓", "bad": "!", "none": ""},
        }

    def _halves(self, page):
        """[(number of the first, sections)] of the two columns of the contents."""
        there = [section for section in page.get("sections", []) if not section.get("missing")]
        middle = (len(there) + 1) // 2
        return [(1, there[:middle]), (middle + 1, there[middle:])]

    def _shown_remarks(self):
        """{section, False for the first page: [{kind, text, author, day}]}; a remark about a section that the
        report does not have stands on the first page."""
        kinds = dict(self.remark_ids._fields["kind"]._description_selection(self.env))
        there = {section["name"] for section in self._sections() if not section.get("missing")}
        found = {}
        for remark in self.remark_ids:
            place = remark.section if remark.section in there else False
            found.setdefault(place, []).append(
                {
                    "kind": kinds.get(remark.kind),
                    "code": remark.kind,
                    "text": remark.text,
                    # sudo: the name of a colleague
                    "author": remark.author_id.sudo().name,
                    "day": format_date(self.env, remark.written_at),
                }
            )
        return found

    @api.depends("made_at", "reviewed_at", "sent_at", "version")
    @api.depends_context("lang", "tz")
    def _compute_about(self):
        for report in self:
            words = report.env._(
                "Made on %(when)s under %(policy)s.",
                when=report._made_on(),
                # sudo: the name of the release is no secret
                policy=report.sudo().release_id.name,
            )
            sent = report.sent_at and report.env._(
                "Sent on %(day)s.", day=format_date(self.env, report.sent_at)
            )
            report.about = " ".join(part for part in (words, report._reviewed_by(), sent) if part)

    def _made_on(self):
        words = format_datetime(self.env, self.made_at, dt_format="short")
        if self.version > 1:
            return self.env._("%(when)s, version %(version)d", when=words, version=self.version)
        return words

    def _reviewed_by(self):
        """Who signed it off, when; empty as long as nobody has."""
        if not self.reviewer_id:
            return ""
        return self.env._(
            "Reviewed and signed off by %(name)s on %(day)s.",
            # sudo: the name of a colleague
            name=self.sudo().reviewer_id.name,
            day=format_date(self.env, self.reviewed_at),
        )

    # ------------------------------------------------------------------ charts

    @api.model
    def _svg(self, chart):
        """The picture of a chart as it was frozen, drawn and escaped by our own code."""
        data = dict(chart)
        kind = data.pop("kind")
        data.update(empty=self.env._("Nothing to show"), width=WIDTH)
        if kind in ("bars", "pareto"):
            rows = [charts.Row(*row) for row in data.pop("rows")]
            return Markup(getattr(charts, kind)(rows, **data))
        if kind == "before_after":
            rows = [charts.Change(*row) for row in data.pop("rows")]
            return Markup(charts.before_after(rows, **data))
        if kind == "heat":
            parts = (data.pop("rows"), data.pop("columns"), data.pop("values"))
            return Markup(charts.heat(*parts, **data))
        series = [charts.Series(*one) for one in data.pop("series")]
        drawn = getattr(charts, "columns" if kind == "columns" else "line")
        return Markup(drawn(data.pop("periods"), series, **data))

    # ------------------------------------------------------------------ behind the numbers

    def action_behind(self, place):
        """The cases behind a number of the page, as far as whoever clicks may see them."""
        self.ensure_one()
        self.check_access("read")
        opens = self._page().get("opens", [])
        if not isinstance(place, int) or not 0 <= place < len(opens):
            raise UserError(self.env._("There is nothing behind this number."))
        wanted = opens[place]
        if not self.env[wanted["model"]].has_access("read"):
            raise AccessError(
                self.env._(
                    "You may read this report, but not the cases behind its numbers. Ask an analyst or a "
                    "manager to look at them with you."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": wanted["title"],
            "res_model": wanted["model"],
            "domain": wanted["domain"],
            "views": [(False, "list"), (False, "form")],
            "context": {"active_test": False, "create": False},
        }

    # ------------------------------------------------------------------ on paper

    def action_pdf(self):
        """The PDF as it was sent, or as it would be now; without the program for it the page to print."""
        self.ensure_one()
        self.check_access("read")
        kept = self._kept_pdf(self.env.lang or "en_US")
        if kept:
            return {
                "type": "ir.actions.act_url",
                "url": f"/web/content/{kept.id}?download=true",
                "target": "download",
            }
        if self.pdf_missing:
            return self.action_print_page()
        return self.env.ref(ACTION).report_action(self, config=False)

    def action_print_page(self):
        """The same as a page that a browser can print."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/report/html/{REPORT}/{self.id}", "target": "new"}

    def _kept_pdf(self, lang):
        """The PDF that was sent in a language."""
        # sudo: whoever may read the report may read its PDF; the access to the report was checked
        return self.sudo().delivery_ids.filtered(lambda one: one.lang == lang).pdf_id[:1]

    def _file_name(self):
        """Company, report and period; nothing that a file system stumbles over."""
        # sudo: the name of the company is no secret
        name = f"{self.sudo().company_id.name} - {self.title} {self.period}"
        return re.sub(r'[\\/:*?"<>|\s]+', " ", name).strip()


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    def _frame(self, page):
        """The newest report that the reader may read stands above the page."""
        latest = self.env["complaint.report"]._latest(page.company, None)
        known = {"id": latest.id, "title": latest.name} if latest else False
        return {**super()._frame(page), "report": known}


class ManagementReport(models.AbstractModel):
    _name = "report.complaint_management.management_report"
    _description = "Report about complaints, printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        reports = self.env["complaint.report"].browse(docids).exists()
        reports.check_access("read")
        return {
            "doc_model": reports._name,
            "docs": reports,
            "shown": {report.id: report._shown() for report in reports},
        }


def _numeric(table):
    """For each column whether it stands to the right: short values, and not the first one."""
    columns = range(len(table["head"]))
    return [
        column > 0 and all(len(row[column]["text"]) <= SHORT for row in table["rows"] if column < len(row))
        for column in columns
    ]
