"""Which complaints a release concerns: those that are handled under it."""

from odoo import api, fields, models


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    case_count = fields.Integer("Complaints", compute="_compute_case_count")
    open_case_count = fields.Integer("Open complaints", compute="_compute_case_count")

    @api.depends_context("uid")
    def _compute_case_count(self):
        # sudo: a policy admin has to know how many complaints a release concerns, not which
        tickets = self.env["helpdesk.ticket"].sudo()
        counted = tickets._read_group([("release_id", "in", self.ids)], ["release_id"], ["__count"])
        open_ones = tickets._read_group(
            [("release_id", "in", self.ids), ("stage_id.closed", "=", False)], ["release_id"], ["__count"]
        )
        every, still_open = dict(counted), dict(open_ones)
        for release in self:
            # sudo: two releases are compared, nothing is read of them
            release.case_count = every.get(release.sudo(), 0)
            # sudo: as above
            release.open_case_count = still_open.get(release.sudo(), 0)

    def action_cases(self):
        """The complaints under this release, as far as the user may see them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.complaint_action")
        action["domain"] = [("release_id", "=", self.id)]
        action["context"] = {"complaint_stages": True, "create": False}
        return action
