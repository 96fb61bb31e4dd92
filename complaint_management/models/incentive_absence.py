"""Who holds a case and is away: a fact on the case, so that a deadline that runs out meanwhile is charged to
nobody (E4). Recorded only where a scheme of the policy leaves absence out."""

from odoo import api, fields, models

from ..engine.points import ABSENCE


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    holder_away = fields.Boolean(
        "Holder is away",
        readonly=True,
        copy=False,
        help="Whoever holds the case is absent, says the register.",
    )

    _holder_away = models.Index("(user_id) WHERE holder_away")

    @api.model
    def _cron_absence(self):
        """Note on open cases whether those who hold them are there."""
        tickets = self.sudo()  # sudo: a job for all companies
        for company in tickets.env["res.company"].search([]):  # pylint: disable=no-search-all
            release = self.env["complaint.release"]._active(company)
            schemes = release._schemes().values()
            if any(ABSENCE in scheme.exclude for scheme in schemes):
                tickets._note_absence(company)

    def _note_absence(self, company):
        opened = [("company_id", "=", company.id), ("case_type_id", "!=", False), ("closed", "=", False)]
        groups = self._read_group([*opened, ("user_id", "!=", False)], ["user_id"])
        holders = self.env["res.users"].union(*(user for (user,) in groups))
        absent = holders._absent_ids()
        left = self.search([*opened, ("holder_away", "=", False), ("user_id", "in", list(absent))])
        left._note_away(True)
        back = self.search([("company_id", "=", company.id), ("holder_away", "=", True)])
        back.filtered(lambda case: case.user_id.id not in absent)._note_away(False)

    def _note_away(self, away):
        if not self:
            return
        self.filtered(lambda case: not case.closed)._record_fact(
            "assigned", data={"set": {"holder_away": away}}
        )
        self.write({"holder_away": away})


class ComplaintEvent(models.Model):
    _inherit = "complaint.event"

    def _detail(self, name, value, labels):
        if name == "holder_away":
            return self.env._("away") if value else self.env._("back again")
        return super()._detail(name, value, labels)
