"""The complaint sheet (B13): everything about one case on paper. There are two: for the house, and for the
customer, which is made of nothing but what the customer's own page shows."""

from odoo import api, models
from odoo.exceptions import AccessError

HANDLERS = "helpdesk_mgmt.group_helpdesk_user_own"


class ComplaintSheet(models.AbstractModel):
    _name = "report.complaint_management.complaint_sheet"
    _description = "Complaint sheet"

    @api.model
    def _cases(self, docids):
        """The cases that are printed; whoever calls the report's address directly must handle complaints,
        too."""
        if not self.env.user.has_group(HANDLERS):
            raise AccessError(self.env._("Complaint sheets are printed by those who handle complaints."))
        cases = self.env["helpdesk.ticket"].browse(docids).exists()
        cases.check_access("read")
        return cases.filtered("case_type_id")

    @api.model
    def _get_report_values(self, docids, data=None):
        return {"doc_model": "helpdesk.ticket", "docs": self._cases(docids)}


class CustomerSheet(models.AbstractModel):
    _name = "report.complaint_management.complaint_sheet_customer"
    _inherit = "report.complaint_management.complaint_sheet"
    _description = "Complaint sheet for the customer"

    @api.model
    def _get_report_values(self, docids, data=None):
        cases, shown = self._cases(docids), []
        for case in cases:
            lang = case._customer_lang()
            here = case.with_context(lang=lang, tz=case._customer_tz())
            shown.append({"lang": lang, "record": here, "view": here._customer_view()})
        return {"doc_model": "helpdesk.ticket", "docs": cases, "sheets": shown}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _sheet_clocks(self):
        """[(title of the group, clocks)]: those of the law beside our own."""
        legal = self.milestone_ids.filtered("statutory")
        groups = [(self.env._("Our own"), self.milestone_ids - legal), (self.env._("Legal"), legal)]
        return [(title, clocks.sorted(lambda clock: (clock.cycle, clock.due_at))) for title, clocks in groups]

    def _sheet_history(self):
        """The register's entries in order."""
        return self.event_ids.sorted(lambda event: (event.occurred_at, event.id))

    def _sheet_name(self):
        self.ensure_one()
        return f"{self.env._('Complaint')} {self.number}"
