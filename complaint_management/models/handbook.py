"""The handbook (G2): who does what, by when and in which words, made from the policy in force each time it is
read. Nothing of it is stored, so it is never older than the rules.

    policy -> chapters -> blocks (text, table, words, …) -> page of the browser, PDF"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .handbook_cases import CaseChapters
from .handbook_customers import CustomerChapters
from .handbook_running import RunningChapters
from .handbook_times import TimeChapters

READERS = ("helpdesk_mgmt.group_helpdesk_user_own", "complaint_management.group_policy_admin")
CHAPTERS = (
    "about", "people", "cases_in", "steps", "limits", "ladder", "approvals", "extensions", "talk",
    "callbacks", "watch", "points", "training", "quality", "workload", "reports", "privacy",
)  # fmt: skip


class Handbook(CaseChapters, TimeChapters, CustomerChapters, RunningChapters):
    """All chapters of one release for one reader."""

    def chapters(self):
        """The chapters that have something to say, numbered."""
        found = [getattr(self, name)() for name in CHAPTERS]
        told = [chapter for chapter in found if chapter["blocks"]]
        return [{**chapter, "number": number} for number, chapter in enumerate(told, 1)]


class ComplaintHandbook(models.AbstractModel):
    _name = "complaint.handbook"
    _description = "Handbook"

    @api.model
    def _check_may_read(self, company):
        """Everybody who works with complaints reads the handbook of their own companies."""
        user = self.env.user
        works_here = user._is_internal() and company in user.company_ids
        if not (works_here and any(user.has_group(group) for group in READERS)):
            raise AccessError(
                self.env._(
                    "The handbook is for those who work with complaints in %(company)s.",
                    company=company.sudo().name,
                )  # sudo: only to say which company is meant
            )

    @api.model
    def action_open(self):
        """The handbook of the company in which one works, in a tab of its own."""
        self._check_may_read(self.env.company)
        url = f"/complaints/handbook?company={self.env.company.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    @api.model
    def _values(self, company):
        """What page and PDF show of the rules in force in a company."""
        self._check_may_read(company)
        release = self.env["complaint.release"]._active(company)
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        return {
            "company": company,
            "release": release,
            "title": self.env._("Complaint handbook"),
            "subtitle": self.env._("Who does what, by when, in which words"),
            "made": f"{now:%Y-%m-%d %H:%M}",
            "lang": self.env.lang,
            "chapters": Handbook(self.env, release).chapters() if release else [],
        }


class HandbookReport(models.AbstractModel):
    _name = "report.complaint_management.handbook"
    _description = "Handbook as a document"

    @api.model
    def _get_report_values(self, docids, data=None):
        company = self.env["res.company"].browse(docids[:1]).exists() or self.env.company
        return {
            "doc_model": "res.company",
            "docs": company,
            **self.env["complaint.handbook"]._values(company),
        }
