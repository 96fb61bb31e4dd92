"""The preview of a draft also says what its schemes of points would have given (E1 to E4). Whoever changes
the policy sees no person by name; who leads people may look at these, and at nobody else."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError

from .draft_preview import LOOK_BACK


class ComplaintPolicyDraft(models.Model):
    _inherit = "complaint.policy.draft"

    leads_people = fields.Boolean(compute="_compute_leads_people")

    @api.depends_context("uid")
    def _compute_leads_people(self):
        for draft in self:
            draft.leads_people = bool(draft._people_to_show())

    def _people_to_show(self):
        """The people whose points the present user may see: those whom the user leads."""
        led = self.env["complaint.incentive.statement"]._led()
        users = sorted(user for company, user in led if company == self.company_id.id)
        return self.env["res.users"].browse(users)

    def _what_if_html(self, normalised, company):
        """The preview is kept and read by others: it holds no person."""
        return super()._what_if_html(normalised, company) + str(self._points_html(normalised, company))

    def _points_html(self, normalised, company, people=None):
        since = fields.Datetime.now() - LOOK_BACK
        found = self.env["complaint.release"]._points_what_if(normalised, company, since, people=people)
        return Markup().join(one["html"] for one in found)

    def action_points_by_person(self):
        """Who would have got what, for the people whom the user leads. Worked out now, kept nowhere."""
        self.ensure_one()
        self.check_access("read")
        if not self.leads_people:
            raise AccessError(
                self.env._("Points are seen by whoever leads the person. You lead nobody here.")
            )
        wizard = self.env["complaint.policy.draft.points"].create({"draft_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who would have got what"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class DraftPoints(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.policy.draft.points"
    _description = "Points under a draft, by person"

    draft_id = fields.Many2one("complaint.policy.draft", required=True, readonly=True)
    page = fields.Html(compute="_compute_page", sanitize=False)

    @api.depends("draft_id")
    @api.depends_context("uid", "lang")
    def _compute_page(self):
        releases = self.env["complaint.release"]
        for wizard in self:
            draft = wizard.draft_id
            draft.check_access("read")
            company = releases._company_to_rule(draft.company_id.id)
            normalised = releases._plan(draft.sources, draft.pack, company).compiled.normalised
            wizard.page = draft._points_html(normalised, company, draft._people_to_show())
