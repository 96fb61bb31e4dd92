"""The card of the dashboard that says where the process was not followed, for those who may see it."""

from odoo import models

MOST = 3


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    def _sections(self, page):
        sections = super()._sections(page)
        found = {
            "title": self.env._("Where the process was not followed"),
            "cards": self._process_cards(page),
        }
        return [*sections[:2], found, *sections[2:]]

    def _process_cards(self, page):
        supervision = self.env["complaint.supervision"]
        if not self.env["complaint.departure"].has_access("read"):
            return []
        findings = supervision._findings(page.company, *page.span, page.domain)
        if not findings:
            return []
        items = [
            {
                "title": one["title"],
                "tag": self.env._(
                    "%(count)d of %(of)d (%(share)s)", count=one["count"], of=one["of"], share=one["text"]
                ),
                "text": self.env._("Target: %(target)s", target=one["target_text"]),
                "icon": "fa-exclamation-triangle",
                "open": self._opens(one["title"], one["domain"], one["model"]),
            }
            for one in supervision._worst(findings, MOST)
        ]
        words = supervision._summary(findings)
        return [self._card("process", "list", self.env._("Process"), words, items=items)]
