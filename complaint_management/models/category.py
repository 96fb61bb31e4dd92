"""Categories: the policy's tree, with the team that a complaint of each branch goes to (A4, A6)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "complaint.policy.owned"]
    _check_company_auto = True

    _policy_kind = "category"
    _policy_guarded = frozenset(
        {"policy_code", "name", "parent_id", "company_id", "sequence", "active", "complaint_team_id"}
    )

    # OCA cascades: deleting a parent would take its children away and empty the category of their tickets.
    parent_id = fields.Many2one(ondelete="restrict")
    complaint_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        "Team for complaints",
        check_company=True,
        ondelete="restrict",
        help="New complaints of this category go to this team. Empty: the team of the parent category.",
    )

    _policy_code_unique = models.UniqueIndex(
        "(company_id, policy_code) WHERE policy_code IS NOT NULL",
        "A policy names each category only once in a company.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_parent(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_parent(vals)
        return super().write(vals)

    def _check_parent(self, vals):
        """A hand-made child under a policy category would be a category that no rule of the policy knows."""
        if self.env.su or not vals.get("parent_id"):
            return
        parent = self.sudo().browse(vals["parent_id"])  # sudo: the guard looks at every company's
        if parent.policy_code:
            raise AccessError(
                self.env._(
                    "“%(name)s” belongs to the complaint policy. Add the category below it in %(file)s and "
                    "apply the policy.",
                    name=parent.display_name,
                    file=parent._policy_file(),
                )
            )

    def _complaint_team(self):
        """The team of this category or of the nearest category above that has one (A6); empty if none has."""
        category = self
        while category and not category.complaint_team_id:
            category = category.parent_id
        return category.complaint_team_id
