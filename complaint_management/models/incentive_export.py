"""The approved rewards of a period as a file for whoever pays them (E2)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .incentive_period import LOCKED


class IncentivePeriod(models.Model):
    _inherit = "complaint.incentive.period"

    can_pay = fields.Boolean(compute="_compute_can_export")
    can_export = fields.Boolean(compute="_compute_can_export")

    @api.depends("state", "approver_ids")
    @api.depends_context("uid")
    def _compute_can_export(self):
        for period in self:
            decides = self.env.user in period.sudo().approver_ids  # sudo: ids
            period.can_export = decides and period.state in LOCKED
            period.can_pay = decides and period.state == "approved"

    def _check_may_export(self):
        self.ensure_one()
        self.check_access("read")
        if not self.can_export:
            raise AccessError(
                self.env._("Whoever approved the period takes its rewards out of the house, and nobody else.")
            )

    def action_xlsx(self):
        return self._download("xlsx")

    def action_csv(self):
        return self._download("csv")

    def _download(self, kind):
        self._check_may_export()
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaints/points/{self.id}.{kind}",
            "target": "download",
        }

    def _reward_columns(self):
        """Titles of the columns, in order."""
        return [
            self.env._("Login"),
            self.env._("Name"),
            self.env._("Scheme"),
            self.env._("From"),
            self.env._("To"),
            self.env._("Cases"),
            self.env._("Score"),
            self.env._("Grade"),
            self.env._("Consequence"),
            self.env._("Reward by grade"),
            self.env._("Reward"),
            self.env._("Currency"),
        ]

    def _reward_rows(self):
        """One row a person, by login; texts, numbers and dates."""
        self._check_may_export()
        one = self.sudo()  # sudo: whoever approved the period, which was looked at, sees all of it
        labels = dict(one.statement_ids._fields["consequence"]._description_selection(self.env))
        return [
            [
                item.user_id.login,
                item.user_id.name,
                one.title,
                fields.Date.to_string(one.date_from),
                fields.Date.to_string(one.date_to),
                item.case_count,
                item.score if item.has_score else "",
                item.grade_title or "",
                labels.get(item.consequence, ""),
                item.reward_full,
                item.reward,
                one.currency_id.name,
            ]
            for item in one.statement_ids.sorted(lambda item: item.user_id.login)
        ]

    def _file_name(self):
        return f"{self.env._('Rewards')} {self.title} {self.code}"
