"""Move open cases to the policy in force, after a look at the deadlines that change."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.what_if_report import Deadlines

SHOWN = 50


class RepriceWizard(models.TransientModel):
    _name = "complaint.reprice.wizard"
    _description = "Move cases to the policy in force"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self._default_company_id()
    )
    # Ids and no relation: a policy administrator may move cases that he may not read.
    case_ids = fields.Json(default=lambda self: self._default_case_ids())
    release_name = fields.Char("To release", compute="_compute_preview")
    count = fields.Integer("Cases", compute="_compute_preview")
    obstacles = fields.Text("Cannot be moved", compute="_compute_preview")
    preview = fields.Html("Deadlines that change", compute="_compute_preview", sanitize=False)
    reason = fields.Char(help="Kept as an internal note on each case.")

    def _default_company_id(self):
        """The company of the release whose button was pressed, else the current one."""
        if self.env.context.get("active_model") == "complaint.release":
            return self.env["complaint.release"].browse(self.env.context.get("active_id")).company_id
        return self.env.company

    def _default_case_ids(self):
        """The selected cases; False, meaning all open ones, when none are selected."""
        if self.env.context.get("active_model") == "helpdesk.ticket":
            return self.env.context.get("active_ids") or []
        return False

    @api.depends("company_id", "case_ids")
    @api.depends_context("lang", "tz", "uid")
    def _compute_preview(self):
        for wizard in self:
            release, cases = wizard._release(), wizard._cases()
            stuck = cases._obstacles_to(release)
            cases -= cases.browse([case.id for case in stuck])
            wizard.release_name = release.name
            wizard.count = len(cases)
            wizard.obstacles = "\n".join(stuck.values())
            wizard.preview = wizard._changes_html(cases._reprice_preview(release))

    def _release(self):
        """The release in force in the company, after making sure that the user works there."""
        self.ensure_one()
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work for that company."))
        return self.env["complaint.release"]._active_or_explain(self.company_id)

    def _cases(self):
        """The cases that can be moved. A policy administrator rules all of the company, others those that
        they may write."""
        release, cases = self._release(), self.env["helpdesk.ticket"].with_context(active_test=False)
        if self.env.user.has_group("complaint_management.group_policy_admin"):
            # sudo: only numbers and deadlines of these cases are shown
            cases = cases.sudo()
        domain = [
            ("case_type_id", "!=", False),
            ("company_id", "=", self.company_id.id),
            ("release_id", "!=", release.id),
            ("stage_id.closed", "=", False),
        ]
        if self.case_ids is not False:
            domain.append(("id", "in", self.case_ids))
        found = cases.search(domain, order="received_at, id")
        return found if cases.env.su else found._filtered_access("write")

    def _changes_html(self, changes):
        words = Deadlines(self.env, self.env.lang)
        if not changes:
            return Markup("<p>%s</p>") % self.env._("No deadline changes.")
        rows = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td class='%s'>%s</td></tr>")
            % (
                change["number"],
                change["title"],
                words.deadline(change, "before"),
                "text-danger" if change["late"] else "",
                words.deadline(change, "after"),
            )
            for change in changes[:SHOWN]
        )
        more = len(changes) - SHOWN
        return Markup(
            "<table class='table table-sm'>"
            "<thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>"
            "<tbody>%s</tbody></table><p>%s</p>"
        ) % (
            self.env._("Case"),
            self.env._("Clock"),
            self.env._("Due now"),
            self.env._("Due then"),
            rows,
            self.env._("… and %(count)d more", count=more) if more > 0 else "",
        )

    def action_reprice(self):
        """Move them. Cases that cannot be moved stay where they are, as the preview said."""
        self.ensure_one()
        release, cases = self._release(), self._cases()
        cases -= cases.browse([case.id for case in cases._obstacles_to(release)])
        if not cases:
            raise UserError(self.env._("There is no open case to move."))
        moved = cases._reprice(release, self.reason)
        message = self.env._("Moved to %(release)s: %(count)d cases.", release=release.name, count=len(moved))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
