"""The customer's file on the address card, and what the case form shows of it. Customers never read any of
it."""

from odoo import api, fields, models
from odoo.fields import Domain

from .ticket_register import PEN

INSIDE = "base.group_user"


class ResPartner(models.Model):
    _inherit = "res.partner"

    complaint_customer_id = fields.Many2one(
        "complaint.customer",
        "Customer file",
        compute="_compute_complaint_customer",
        search="_search_complaint_customer",
        groups=INSIDE,
    )
    complaint_agent_id = fields.Many2one(
        "res.users",
        "Named agent",
        compute="_compute_complaint_customer",
        search="_search_complaint_agent",
        groups=INSIDE,
    )
    complaint_tier_id = fields.Many2one(
        "complaint.term",
        "Tier",
        compute="_compute_complaint_customer",
        search="_search_complaint_tier",
        groups=INSIDE,
    )
    complaint_case_ids = fields.Many2many(
        "helpdesk.ticket", string="Complaints", compute="_compute_complaint_cases", groups=INSIDE
    )
    complaint_count = fields.Integer("Complaints so far", compute="_compute_complaint_cases", groups=INSIDE)
    complaint_open_count = fields.Integer("Open", compute="_compute_complaint_cases", groups=INSIDE)
    complaint_way = fields.Selection(related="complaint_customer_id.preferred_way", groups=INSIDE)
    complaint_times = fields.Char(related="complaint_customer_id.contact_times", groups=INSIDE)
    complaint_do_not_call = fields.Boolean(related="complaint_customer_id.do_not_call", groups=INSIDE)
    complaint_consent = fields.Selection(related="complaint_customer_id.consent", groups=INSIDE)
    complaint_figures = fields.Char(related="complaint_customer_id.figures_text", groups=INSIDE)

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_complaint_customer(self):
        # sudo: named agent and tier concern whoever handles a case, who need not see the whole file
        files = self.env["complaint.customer"].sudo()._of(self, self.env.company)
        for partner in self:
            file = files.get(partner.commercial_partner_id.id, self.env["complaint.customer"].sudo())
            partner.complaint_customer_id = file.sudo(False)
            partner.complaint_agent_id = file.agent_id.sudo(False)
            partner.complaint_tier_id = file.tier_id.sudo(False)

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_cases(self):
        Ticket = self.env["helpdesk.ticket"]
        found = {}
        if Ticket.has_access("read"):
            domain = [
                ("case_type_id", "!=", False),
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
            ]
            cases = Ticket.search(domain, order="received_at desc, id desc")
            found = cases.grouped("commercial_partner_id")
        for partner in self:
            cases = found.get(partner.commercial_partner_id, Ticket)
            partner.complaint_case_ids = cases
            partner.complaint_count = len(cases)
            partner.complaint_open_count = len(cases.filtered(lambda ticket: not ticket.closed))

    def _search_complaint_file(self, field, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        files = self.env["complaint.customer"].search(
            [("company_id", "=", self.env.company.id), (field, operator, value)]
        )
        return Domain("commercial_partner_id", "in", files.partner_id.ids)

    def _search_complaint_customer(self, operator, value):
        return self._search_complaint_file("id", operator, value)

    def _search_complaint_agent(self, operator, value):
        return self._search_complaint_file("agent_id", operator, value)

    def _search_complaint_tier(self, operator, value):
        return self._search_complaint_file("tier_id", operator, value)

    def action_open_complaint_file(self):
        """The file of this customer, made when there is none yet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer file"),
            "res_model": "complaint.customer",
            "view_mode": "form",
            "res_id": self.env["complaint.customer"]._open_for(self).id,
        }

    def action_open_complaints(self):
        self.ensure_one()
        firm = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.complaint_action")
        return {
            **action,
            "name": self.env._("Complaints of %(customer)s", customer=firm.display_name),
            "domain": [("case_type_id", "!=", False), ("commercial_partner_id", "=", firm.id)],
            "context": {"complaint_stages": True, "complaint_entry": True, "default_partner_id": self.id},
            "path": False,
        }


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    tier_id = fields.Many2one(
        "complaint.term",
        "Customer tier",
        domain="[('kind', '=', 'tier'), ('company_id', '=', company_id)]",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The tier of the customer when the complaint came in.",
    )
    customer_agent_id = fields.Many2one("res.users", "Named agent", compute="_compute_customer")
    customer_do_not_call = fields.Boolean("Do not call", compute="_compute_customer")
    customer_notes = fields.Char("How to reach", compute="_compute_customer")
    earlier_count = fields.Integer("Earlier complaints", compute="_compute_earlier")
    earlier_open_count = fields.Integer("Still open", compute="_compute_earlier")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_customer(self):
        ways = self.env["complaint.customer"]._fields["preferred_way"]._description_selection(self.env)
        ways = dict(ways)
        for company, tickets in self.grouped("company_id").items():
            # sudo: whoever handles the case reaches the customer as the customer wishes
            files = self.env["complaint.customer"].sudo()._of(tickets.partner_id.sudo(), company)
            for ticket in tickets:
                firm = ticket.partner_id.sudo().commercial_partner_id.id  # sudo: as above
                file = files.get(firm, self.env["complaint.customer"].sudo())
                ticket.customer_agent_id = file.agent_id.sudo(False)
                ticket.customer_do_not_call = file.do_not_call
                notes = (ways.get(file.preferred_way), file._best_time())
                ticket.customer_notes = ", ".join(filter(None, notes)) or False

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_earlier(self):
        """Counted as the reader may see them: the list behind the number shows as many."""
        firms = {ticket: ticket.partner_id.commercial_partner_id._origin for ticket in self}
        domain = [
            ("case_type_id", "!=", False),
            ("commercial_partner_id", "in", [firm.id for firm in firms.values() if firm]),
            ("company_id", "in", self.company_id.ids),
        ]
        groups = self._read_group(
            domain, ["commercial_partner_id", "company_id", "stage_id"], ["id:array_agg"]
        )
        found = {}
        for firm, company, stage, ids in groups:
            found.setdefault((firm, company), []).extend((ident, stage.closed) for ident in ids)
        for ticket in self:
            others = [
                closed
                for ident, closed in found.get((firms[ticket], ticket.company_id), ())
                if ident != ticket._origin.id
            ]
            ticket.earlier_count = len(others)
            ticket.earlier_open_count = others.count(False)

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.filtered("case_type_id")._follow_customer()
        return result

    def _follow_customer(self):
        """Another customer than at receipt brings another tier."""
        for release, tickets in self.grouped("release_id").items():
            tier = self.env["complaint.customer"]._figures_of(release, tickets.partner_id)
            changed = {}
            for ticket in tickets:
                wanted = tier and tier(ticket.partner_id.id, False)
                if ticket.tier_id.id != wanted:
                    changed[wanted] = changed.get(wanted, self.browse()) | ticket
            for wanted, some in changed.items():
                # sudo: a tier follows from the customer, whoever names the customer
                some.sudo().with_context(complaint_pen=PEN).write({"tier_id": wanted})

    def action_open_earlier(self):
        self.ensure_one()
        action = self.partner_id.action_open_complaints()
        return {**action, "domain": [*action["domain"], ("id", "!=", self.id)]}
