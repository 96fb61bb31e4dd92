"""Hand cases over to another team, after a look at who gets what and by when (A6)."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.assignment import Assigner
from ..models.release_reading import naive


class HandoverWizard(models.TransientModel):
    _name = "complaint.handover.wizard"
    _description = "Hand complaints over"

    ticket_ids = fields.Many2many(
        "helpdesk.ticket", string="Cases", required=True, default=lambda self: self._default_tickets()
    )
    company_id = fields.Many2one("res.company", compute="_compute_company")
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        "To team",
        required=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    member_ids = fields.Many2many("res.users", compute="_compute_members")
    user_id = fields.Many2one(
        "res.users",
        "To person",
        domain="[('id', 'in', member_ids)]",
        help="Leave it empty and the policy chooses: who is there and has least to do.",
    )
    note = fields.Text("Why", required=True, help="The receiving team reads it as an internal note.")
    line_ids = fields.One2many(
        "complaint.handover.line", "wizard_id", "Who gets what", compute="_compute_lines", store=True
    )
    blocked_count = fields.Integer(compute="_compute_counts")
    going_count = fields.Integer(compute="_compute_counts")
    case_count = fields.Integer("Cases chosen", compute="_compute_case_count")

    @api.model
    def _default_tickets(self):
        if self.env.context.get("active_model") != "helpdesk.ticket":
            return False
        tickets = self.env["helpdesk.ticket"].browse(self.env.context.get("active_ids") or [])
        return tickets.filtered("case_type_id")

    @api.depends("ticket_ids")
    def _compute_company(self):
        for wizard in self:
            wizard.company_id = wizard.ticket_ids.company_id[:1]

    @api.depends("ticket_ids")
    def _compute_case_count(self):
        for wizard in self:
            wizard.case_count = len(wizard.ticket_ids)

    @api.depends("team_id")
    def _compute_members(self):
        for wizard in self:
            wizard.member_ids = wizard.team_id.user_ids | wizard.team_id.user_id

    @api.depends("ticket_ids", "team_id", "user_id")
    def _compute_lines(self):
        for wizard in self:
            lines = [Command.clear()]
            for release, tickets in wizard.ticket_ids._origin.grouped("release_id").items():
                assigner = Assigner(release)
                lines += [
                    Command.create(wizard._line(ticket, assigner)) for ticket in tickets if wizard.team_id
                ]
            wizard.line_ids = lines

    def _line(self, ticket, assigner):
        """What would happen to one case."""
        team = self.team_id._origin
        against = ticket._may_be_handed_over(team)
        person = self.user_id._origin or (not against and ticket._next_person(team, assigner))
        clock = None if against else ticket._clock_after_handover()
        return {
            "ticket_id": ticket.id,
            "user_id": (person or team.user_id).id if not against else False,
            "clock": ticket.release_id._clock_title(clock.sla, clock.name) if clock else False,
            "due_at": naive(clock.due_at) if clock else False,
            "against": against,
        }

    @api.depends("line_ids.against")
    def _compute_counts(self):
        for wizard in self:
            wizard.blocked_count = len(wizard.line_ids.filtered("against"))
            wizard.going_count = len(wizard.line_ids) - wizard.blocked_count

    def action_hand_over(self):
        self.ensure_one()
        tickets = self.ticket_ids.filtered("case_type_id")
        if not tickets:
            raise UserError(self.env._("Choose at least one complaint to hand over."))
        tickets.check_access("write")
        stopped = tickets._hand_over(self.team_id, self.user_id, self.note)
        told = self.env._(
            "Handed over to %(team)s: %(count)s.",
            team=self.team_id.display_name,
            count=len(tickets - stopped),
        )
        against = [ticket._may_be_handed_over(self.team_id) for ticket in stopped]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if stopped else "success",
                "message": " ".join([told, *filter(None, against)]),
                "sticky": bool(stopped),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class HandoverLine(models.TransientModel):
    _name = "complaint.handover.line"
    _description = "What a handover would do to one complaint"

    wizard_id = fields.Many2one("complaint.handover.wizard", required=True, ondelete="cascade")
    ticket_id = fields.Many2one("helpdesk.ticket", "Case", readonly=True)
    user_id = fields.Many2one("res.users", "Accountable", readonly=True)
    clock = fields.Char("Next deadline", readonly=True)
    due_at = fields.Datetime("By", readonly=True)
    against = fields.Char("Stays, because", readonly=True)
