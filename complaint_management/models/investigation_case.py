"""What the investigation found, on the case itself: cause, finding and the department that answers for it."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    investigation_ids = fields.One2many(
        "complaint.investigation", "ticket_id", "Investigations", groups="base.group_user", copy=False
    )
    cause_id = fields.Many2one(
        "complaint.term",
        "Root cause",
        compute="_compute_found",
        store=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    finding_id = fields.Many2one(
        "complaint.term",
        compute="_compute_found",
        store=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    responsible_department_id = fields.Many2one(
        "hr.department",
        compute="_compute_found",
        store=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="The department with the largest share, as the latest investigation found.",
    )

    @api.depends(
        "investigation_ids.cause_id",
        "investigation_ids.finding_id",
        "investigation_ids.share_ids.percent",
        "investigation_ids.share_ids.department_id",
    )
    def _compute_found(self):
        for ticket in self:
            latest = ticket.investigation_ids.sorted("cycle", reverse=True)
            ticket.cause_id = latest[:1].cause_id
            ticket.finding_id = latest[:1].finding_id
            shares = next((one.share_ids for one in latest if one.share_ids), latest.share_ids)
            ticket.responsible_department_id = shares.sorted("percent", reverse=True).department_id[:1]

    def _current_investigation(self):
        """The investigation of the case's present cycle, or none."""
        self.ensure_one()
        return self.investigation_ids.filtered(lambda one: one.cycle == self.case_cycle)[:1]

    def _filled_elsewhere(self):
        """What a stage may require and an investigation holds; see transitions."""
        case = self.sudo()  # sudo: whoever moves a case asks what is filled in
        found = case._current_investigation()
        held = {
            "cause": found.cause_id,
            "finding": found.finding_id,
            "responsible_department": case.responsible_department_id,
        }
        return super()._filled_elsewhere() | {name for name, value in held.items() if value}

    def action_investigate(self):
        """The investigation of this cycle; it is begun where there is none."""
        self.ensure_one()
        self.check_access("read")
        found = self._current_investigation()
        if not found:
            if self.closed:
                raise UserError(
                    self.env._("The case is closed. Reopen it first, then investigate in the new cycle.")
                )
            self.check_access("write")
            found = self.env["complaint.investigation"].create({"ticket_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Investigation"),
            "res_model": "complaint.investigation",
            "res_id": found.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------ the department in the register

    def _department_code(self):
        """The department that answers for the case, as rules call it: by the name of the department that the
        investigation found, else by what the policy says of the category."""
        self.ensure_one()
        found = self.sudo().responsible_department_id  # sudo: a customer moves cases too, by writing
        if found:
            return found.with_context(lang="en_US").name
        policy, refs = self.release_id._policy(), self.release_id._refs()
        category = policy.categories.get(refs.get(("category", self.category_id.id)))
        return category.department if category else None

    @api.model
    def _said_fields(self):
        return [*super()._said_fields(), "responsible_department_id"]

    def _in_codes(self):
        says = super()._in_codes()
        says["set"]["department"] = self._department_code()
        return says

    def _receipt(self, vals, release, now):
        events = super()._receipt(vals, release, now)
        policy, refs = release._policy(), release._refs()
        category = policy.categories.get(refs.get(("category", vals.get("category_id"))))
        if category and category.department:
            events[0].data["set"]["department"] = category.department
        return events
