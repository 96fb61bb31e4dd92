"""The customer's file: tier, named agent and how the customer likes to be reached (A8, D6). One a company and
customer; the commercial partner holds it, so that all contacts of a firm share it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.tiers import Measure
from .of_ticket import without_defaults

WAYS = [
    ("phone", "Phone"),
    ("mail", "E-mail"),
    ("sms", "Text message"),
    ("chat", "Chat"),
    ("letter", "Letter"),
]
# Who a customer's tier and agent are is decided by rule or by a senior agent, with a reason.
DECIDED = frozenset({"tier_id", "tier_reason", "agent_id"})
RECKONED = frozenset({"figures", "reckoned_at", "tier_by_hand", "agent_by_hand", "partner_id", "company_id"})


class ComplaintCustomer(models.Model):
    _name = "complaint.customer"
    _description = "Customer file"
    _inherit = ["mail.thread"]
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'tier'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="By the rules of the policy, reckoned every night, unless somebody set it by hand.",
    )
    tier_by_hand = fields.Boolean("Set by hand", readonly=True)
    tier_reason = fields.Char(
        "Reason", tracking=True, help="Why the tier is not the one that the rules give."
    )
    spend_elsewhere = fields.Monetary(
        "Bought elsewhere",
        help="What the customer spent where Odoo keeps no invoices, for example by an import from a shop. "
        "It is added to what is invoiced here.",
    )
    figures = fields.Json(readonly=True)
    reckoned_at = fields.Datetime("Reckoned on", readonly=True)
    figures_text = fields.Char("What the rules saw", compute="_compute_figures_text")
    agent_id = fields.Many2one(
        "res.users",
        "Named agent",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    agent_by_hand = fields.Boolean(readonly=True)

    preferred_way = fields.Selection(WAYS, "Prefers", tracking=True)
    contact_times = fields.Char("Best time", help="In the customer's words, such as weekdays after 17:00.")
    lang = fields.Selection(related="partner_id.lang", readonly=False, string="Language")
    do_not_call = fields.Boolean(tracking=True)
    consent = fields.Selection(
        [("given", "Given"), ("refused", "Refused")],
        "Consent to be asked",
        tracking=True,
        help="Whether the customer agreed to surveys and callbacks that no complaint calls for.",
    )
    consent_at = fields.Date("Since", readonly=True)

    frequent = fields.Boolean(
        "Frequent complainer",
        compute="_compute_frequent",
        search="_search_frequent",
        help="Complains as often as the policy's tiers call frequent.",
    )
    case_ids = fields.Many2many("helpdesk.ticket", string="Complaints", compute="_compute_cases")
    case_count = fields.Integer("Complaints so far", compute="_compute_cases")
    open_count = fields.Integer("Open", compute="_compute_cases")

    _partner = models.UniqueIndex(
        "(partner_id, company_id)", "This customer has a file in this company already."
    )

    # ------------------------------------------------------------------ rights

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if operation != "write" or self.env.su:
            return True
        if field.name in RECKONED:
            return False
        senior = self.env.user.has_group("complaint_management.group_senior")
        return field.name not in DECIDED or senior

    @api.model_create_multi
    def create(self, vals_list):
        decided = (RECKONED | DECIDED) - {"partner_id", "company_id"}
        # who may not write these may not have them come from the context either
        closed = {name for name in decided if not self._has_field_access(self._fields[name], "write")}
        return super(ComplaintCustomer, without_defaults(self, closed)).create(vals_list)

    def write(self, vals):
        if "consent" in vals:
            vals = {**vals, "consent_at": fields.Date.context_today(self) if vals["consent"] else False}
        by_hand = {}
        if "tier_id" in vals:
            by_hand["tier_by_hand"] = bool(vals["tier_id"])
        if "agent_id" in vals:
            by_hand["agent_by_hand"] = bool(vals["agent_id"])
        result = super().write(vals)
        if by_hand:
            self.sudo()._mark(by_hand)  # sudo: that it was by hand is noted for everybody
        return result

    def _mark(self, by_hand):  # pylint: disable=missing-return
        # past write() of this model, which asks who did it
        super().write(by_hand)  # pylint: disable=super-method-mismatch
        self._check_reason()

    def _check_reason(self):
        for customer in self.filtered("tier_by_hand"):
            if not (customer.tier_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Please say why %(customer)s gets another tier than the rules give.",
                        customer=customer.partner_id.display_name,
                    )
                )

    @api.constrains("partner_id")
    def _check_partner(self):
        for customer in self:
            if customer.partner_id.commercial_partner_id != customer.partner_id:
                raise ValidationError(
                    self.env._(
                        "The file belongs to %(firm)s, of which %(contact)s is a contact.",
                        firm=customer.partner_id.commercial_partner_id.display_name,
                        contact=customer.partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------------ what is shown

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_cases(self):
        Ticket = self.env["helpdesk.ticket"]
        domain = [
            ("case_type_id", "!=", False),
            ("commercial_partner_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
        ]
        found = {}
        for ticket in Ticket.search(domain, order="received_at desc, id desc"):
            key = ticket.commercial_partner_id.id, ticket.company_id.id
            found[key] = found.get(key, Ticket) | ticket
        for customer in self:
            cases = found.get((customer.partner_id.id, customer.company_id.id), Ticket)
            customer.case_ids = cases
            customer.case_count = len(cases)
            customer.open_count = len(cases.filtered(lambda ticket: not ticket.closed))

    def _frequent_bounds(self):
        """{measure: least number} from which on the policy of the company calls a customer frequent."""
        release = self.env["complaint.release"]._active(self.env.company)
        tiers = (release and release._policy().raw.get("tiers")) or []
        bounds = {}
        for tier in tiers:
            for name, bound in (tier.get("when") or {}).items():
                if Measure.parse(name).what != "spend" and "min" in bound:
                    bounds[name] = min(bound["min"], bounds.get(name, bound["min"]))
        return bounds

    @api.depends("figures")
    @api.depends_context("company")
    def _compute_frequent(self):
        bounds = self._frequent_bounds()
        for customer in self:
            figures = customer.figures or {}
            customer.frequent = any(figures.get(name, 0) >= least for name, least in bounds.items())

    def _search_frequent(self, operator, value):
        if operator != "in":
            return NotImplemented
        often = SQL(" OR ").join(
            [
                SQL("COALESCE((figures->>%s)::numeric, 0) >= %s", name, least)
                for name, least in self._frequent_bounds().items()
            ]
            or [SQL("false")]
        )
        self.flush_model(["figures"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM complaint_customer WHERE company_id = %s AND (%s)",
                self.env.company.id,
                often,
            )
        )
        return [("id", "in" if True in value else "not in", [row[0] for row in rows])]

    @api.depends("figures")
    def _compute_figures_text(self):
        for customer in self:
            customer.figures_text = " · ".join(
                f"{name.replace('_', ' ')}: {value:g}" for name, value in (customer.figures or {}).items()
            )

    # ------------------------------------------------------------------ finding and opening

    @api.model
    def _of(self, partners, company):
        """{commercial partner id: file} of those that have one."""
        files = self.search(
            [("partner_id", "in", partners.commercial_partner_id.ids), ("company_id", "=", company.id)]
        )
        return frozendict({customer.partner_id.id: customer for customer in files})

    @api.model
    def _open_for(self, partner):
        """The file of a partner in the working company, made when it is not there yet."""
        firm, company = partner.commercial_partner_id, self.env.company
        found = self._of(firm, company).get(firm.id)
        if not found:
            self.check_access("create")
            # sudo: whose file it is nobody may write
            found = self.sudo().create({"partner_id": firm.id, "company_id": company.id}).sudo(False)
            found._reckon(firm.ids)
        return found

    def action_by_rule(self):
        """Forget what was set by hand: the rules decide again, at once."""
        self.check_access("write")
        if not self.env.user.has_group("complaint_management.group_senior"):
            raise UserError(self.env._("A senior agent decides about the tier of a customer."))
        # sudo: see _has_field_access; asked above
        self.sudo().write({"tier_by_hand": False, "tier_reason": False})
        for company, customers in self.grouped("company_id").items():
            customers.with_company(company)._reckon(customers.partner_id.ids)
        return True

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.complaint_action")
        action.update(
            name=self.env._("Complaints of %(customer)s", customer=self.partner_id.display_name),
            domain=[("case_type_id", "!=", False), ("commercial_partner_id", "=", self.partner_id.id)],
            context={
                "complaint_stages": True,
                "complaint_entry": True,
                "default_partner_id": self.partner_id.id,
            },
            path=False,
        )
        return action

    # ------------------------------------------------------------------ storing what was reckoned

    @api.model
    def _store_tiers(self, company, rows):
        """Store the reckoned tiers in one statement. rows: (partner id, tier id or None, figures as JSON).

        What was set by hand stays, and a file that says the same already is not touched."""
        if not rows:
            return
        now = fields.Datetime.now()
        values = SQL(", ").join(SQL("%s", (*row, company.id, now, now, self.env.uid)) for row in rows)
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO complaint_customer AS file
                       (partner_id, tier_id, figures, company_id, reckoned_at, create_date, create_uid)
                   SELECT v.partner::int, v.tier::int, v.figures::jsonb, v.company::int, v.at::timestamp,
                          v.made::timestamp, v.who::int
                   FROM (VALUES %s) AS v(partner, tier, figures, company, at, made, who)
                   ON CONFLICT (partner_id, company_id) DO UPDATE SET
                       tier_id = CASE WHEN file.tier_by_hand THEN file.tier_id ELSE EXCLUDED.tier_id END,
                       figures = EXCLUDED.figures,
                       reckoned_at = EXCLUDED.reckoned_at
                   WHERE file.figures IS DISTINCT FROM EXCLUDED.figures
                      OR (NOT COALESCE(file.tier_by_hand, false)
                          AND file.tier_id IS DISTINCT FROM EXCLUDED.tier_id)""",
                values,
            )
        )
        self.invalidate_model()
