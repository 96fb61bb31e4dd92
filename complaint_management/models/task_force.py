"""A task force: people of several departments who work on one complex complaint, with one leader (B3)."""

from odoo import Command, api, fields, models

from ..engine.policy import as_list
from .release_reading import naive


class ComplaintTaskForce(models.Model):
    _name = "complaint.task.force"
    _inherit = "complaint.of.ticket"
    _description = "Task force of a complaint"
    _order = "formed_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    leader_id = fields.Many2one(
        "res.users", ondelete="restrict", index="btree_not_null", domain="[('share', '=', False)]"
    )
    member_ids = fields.Many2many("res.users", string="Members", domain="[('share', '=', False)]")
    formed_at = fields.Datetime("Formed", readonly=True, default=lambda self: fields.Datetime.now())
    rule = fields.Char(readonly=True, help="The rule of the policy that formed it; empty if people did.")

    _ticket = models.UniqueIndex("(ticket_id)", "This complaint has a task force already: add people to it.")

    @api.model_create_multi
    def create(self, vals_list):
        forces = super().create(vals_list)
        forces._open_the_case()
        return forces

    def write(self, vals):
        result = super().write(vals)
        if not {"leader_id", "member_ids"}.isdisjoint(vals):
            self._open_the_case()
        return result

    def _open_the_case(self):
        """Who belongs to a task force may read its case."""
        self.ticket_id._let_follow(
            [
                (force.ticket_id, user.partner_id)
                for force in self.sudo()  # sudo: the address cards of colleagues
                for user in force.leader_id | force.member_ids
            ]
        )

    @api.model
    def _form(self, items):
        """Form the task forces that rules want, and add to those that exist.

        items: [(ticket, Fired, {"lead": role, "members": [roles]})]"""
        tickets = self.env["helpdesk.ticket"].browse([ticket.id for ticket, *_rest in items])
        roles = {role for *_rest, wish in items for role in (wish["lead"], *as_list(wish.get("members")))}
        people = {role: tickets._role_users(role) for role in roles}
        # sudo: the company forms them, whoever set it off
        there = self.sudo().search([("ticket_id", "in", tickets.ids)])
        forces = {force.ticket_id.id: force for force in there}
        new, told = {}, []
        for ticket, fired, wish in items:
            leader = people[wish["lead"]][ticket.id][:1]
            members = self.env["res.users"].union(
                *(people[role][ticket.id] for role in as_list(wish.get("members")))
            )
            told += [(ticket, fired, None, user) for user in leader | members]
            if ticket.id in forces:
                forces[ticket.id]._enlarge(leader, members)
            elif ticket.id not in new:
                new[ticket.id] = {
                    "ticket_id": ticket.id,
                    "leader_id": leader.id,
                    "member_ids": [Command.set(members.ids)],
                    "formed_at": naive(fired.at),
                    "rule": fired.rule,
                }
        self.sudo().create(list(new.values()))  # sudo: as above
        self.env["complaint.notice"]._queue(told)

    def _enlarge(self, leader, members):
        """Add people to a task force that exists; who leads it stays."""
        missing = members - self.member_ids
        if missing:
            self.member_ids = [Command.link(user.id) for user in missing]
        if leader and not self.leader_id:
            self.leader_id = leader


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    task_force_ids = fields.One2many("complaint.task.force", "ticket_id", "Task force", copy=False)
