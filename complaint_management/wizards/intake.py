"""A call, a visit at the counter or a letter, entered on one page: who, what, what they want, the promise to
read aloud, save."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

USUAL_CHANNEL = "phone"
CLASSIFICATION = ("urgency_id", "scope_id", "complexity_id")


class Intake(models.TransientModel):
    _name = "complaint.intake"
    _description = "Take a complaint in"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", "Who")
    partner_name = fields.Char("Name", compute="_compute_contact", store=True, readonly=False)
    partner_phone = fields.Char("Phone", compute="_compute_contact", store=True, readonly=False)
    partner_email = fields.Char("E-mail", compute="_compute_contact", store=True, readonly=False)
    representative_id = fields.Many2one("res.partner", "Represented by")
    order_reference = fields.Char("Order number")
    channel_id = fields.Many2one(
        "helpdesk.ticket.channel",
        required=True,
        default=lambda self: self._default_channel(),
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
    )
    received_at = fields.Datetime("Received on", required=True, default=lambda self: fields.Datetime.now())
    case_type_id = fields.Many2one(
        "complaint.term",
        "As",
        required=True,
        default=lambda self: self._default_case_type(),
        domain="[('kind', '=', 'case_type'), ('company_id', '=', company_id)]",
    )
    description = fields.Text("What happened")
    name = fields.Char("In brief")
    category_id = fields.Many2one(
        "helpdesk.ticket.category",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
    )
    proposed_category_id = fields.Many2one("helpdesk.ticket.category")
    urgency_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'urgency'), ('company_id', '=', company_id)]",
        compute="_compute_classification",
        store=True,
        readonly=False,
    )
    scope_id = fields.Many2one(
        "complaint.term",
        "Scope of impact",
        domain="[('kind', '=', 'scope'), ('company_id', '=', company_id)]",
        compute="_compute_classification",
        store=True,
        readonly=False,
    )
    complexity_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'complexity'), ('company_id', '=', company_id)]",
        compute="_compute_classification",
        store=True,
        readonly=False,
    )
    severity_id = fields.Many2one("complaint.term", compute="_compute_severity")
    remedy_sought = fields.Char("What they want")
    promise = fields.Char(compute="_compute_promise")
    script = fields.Text(compute="_compute_script")
    earlier_ids = fields.Many2many(
        "helpdesk.ticket", string="Earlier complaints", compute="_compute_earlier", compute_sudo=False
    )
    likely_words = fields.Text("Likely the same", compute="_compute_likely")

    @api.model
    def _default_channel(self):
        refs = self.env["complaint.release"]._active_or_explain(self.env.company)._refs()
        return refs.get(("channel", USUAL_CHANNEL), False)

    @api.model
    def _default_case_type(self):
        release = self.env["complaint.release"]._active_or_explain(self.env.company)
        return release._refs()["case_type", release._policy().raw["case_types"][0]["name"]]

    def _release(self):
        return self.env["complaint.release"]._active(self.company_id)

    # ------------------------------------------------------------------ who

    @api.depends("partner_id")
    def _compute_contact(self):
        for intake in self:
            if intake.partner_id:
                intake.partner_name = intake.partner_id.name
                intake.partner_phone = intake.partner_id.phone or intake.partner_phone
                intake.partner_email = intake.partner_id.email or intake.partner_email

    @api.onchange("partner_phone", "partner_email", "order_reference")
    def _onchange_contact(self):
        """Who calls is found by what they say first; a name already given stays."""
        if self.partner_id or self.partner_name:
            return
        partners = self.env["res.partner"]
        found = partners._known_complainant(False, self.partner_email, self.partner_phone)
        if not found and self.order_reference:
            found = partners._with_order(self.order_reference)
        if len(found) == 1:
            self.partner_id = found

    @api.depends("partner_id", "partner_phone", "partner_email", "company_id")
    def _compute_earlier(self):
        tickets = self.env["helpdesk.ticket"]
        for intake in self:
            values = intake._likeness_values()
            same = tickets._same_person(values)
            cases = Domain("case_type_id", "!=", False) & Domain("company_id", "=", intake.company_id.id)
            found = tickets if same.is_false() else tickets.search(same & cases, order="received_at desc")
            found = found.filtered(lambda case, values=values: case._who_in_words(case, values))
            intake.earlier_ids = found.sorted("closed")  # the open ones first

    @api.depends("partner_id", "partner_phone", "partner_email", "order_reference", "description", "name")
    def _compute_likely(self):
        tickets = self.env["helpdesk.ticket"]
        for intake in self:
            found = tickets._likely_duplicates(intake._likeness_values()) if intake.case_type_id else []
            intake.likely_words = "\n".join(one.reason for one in found)

    def _likeness_values(self):
        names = ("company_id", "case_type_id", "partner_id", "partner_email", "partner_phone")
        values = {name: self[name] for name in (*names, "order_reference", "received_at")}
        values["partner_id"] = self.partner_id._origin
        return {**values, "text": f"{self._title()} {self.description or ''}"}

    # ------------------------------------------------------------------ what

    @api.onchange("description")
    def _onchange_description(self):
        """The words of the text propose the category until the agent has chosen one."""
        if self.category_id == self.proposed_category_id:
            guess = self._release()._classify_text(self.description or "")
            self.category_id = self.proposed_category_id = guess["category_id"]

    @api.depends("category_id")
    def _compute_classification(self):
        for intake in self:
            presets = intake._release()._presets(intake.category_id)
            for name in CLASSIFICATION:
                intake[name] = presets[name.removesuffix("_id")]

    @api.depends("urgency_id", "scope_id")
    def _compute_severity(self):
        for intake in self:
            intake.severity_id = intake._release()._severity(intake.urgency_id, intake.scope_id)

    @api.depends("category_id")
    @api.depends_context("lang")
    def _compute_script(self):
        for intake in self:
            intake.script = intake._release()._script(intake.category_id)

    @api.depends("case_type_id", "category_id", "channel_id", "received_at", "partner_id", *CLASSIFICATION)
    @api.depends_context("lang", "tz")
    def _compute_promise(self):
        tickets = self.env["helpdesk.ticket"]
        for intake in self:
            due = tickets._prospective_promise(intake._case_values())
            intake.promise = due and self.env._(
                "“You will hear from us by %(when)s.”", when=tickets._in_words(due)
            )

    # ------------------------------------------------------------------ save

    def _title(self):
        told = (self.description or "").strip()
        return self.name or (told.splitlines()[0] if told else "")

    def _case_values(self):
        """What decides about clocks and team."""
        names = ("case_type_id", "category_id", "channel_id", "severity_id", "partner_id", *CLASSIFICATION)
        values = {name: self[name]._origin.id for name in names if self[name]}
        return {**values, "company_id": self.company_id.id, "received_at": self.received_at}

    def _ticket_values(self):
        partner = self.partner_id or self.env["res.partner"]._complainant(
            self.partner_name, self.partner_email, self.partner_phone
        )
        return {
            **self._case_values(),
            "name": self._title(),
            "description": plaintext2html(self.description or self._title()),
            "partner_id": partner.id,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
            "partner_phone": self.partner_phone,
            "representative_id": self.representative_id.id,
            "order_reference": (self.order_reference or "").strip() or False,
            "remedy_sought": self.remedy_sought,
        }

    def _enter(self):
        """Create the case: every value is in the one creation."""
        self.ensure_one()
        if not self._title():
            raise UserError(self.env._("What happened? Write a sentence, then save."))
        if self.received_at > fields.Datetime.now():
            raise UserError(self.env._("A complaint has been received already: choose a time up to now."))
        return self.env["helpdesk.ticket"].create(self._ticket_values())

    def action_save(self):
        return self._enter()._open_case_form()

    def action_save_and_next(self):
        """Save and be ready for the next call at once."""
        ticket = self._enter()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.intake_action")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "sticky": True,
                "title": ticket.number,
                "message": self.promise or "",
                "next": {**action, "views": [(False, "form")]},
            },
        }

    def action_settle(self):
        """Save, and record at once what was agreed."""
        return self._enter().action_settle_on_the_spot()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _open_case_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.id,
            "views": [(False, "form")],
            "view_mode": "form",
            "target": "main",
        }

    def action_about_this(self):
        """The caller means this earlier complaint: note what they say now, and go there."""
        self.ensure_one()
        self.check_access("write")
        told = self.env.context.get("complaint_told")
        if told and isinstance(told, str):
            self.message_post(body=told, subtype_xmlid="mail.mt_note")
        self._record_customer_message(told if isinstance(told, str) else "")
        return self._open_case_form()
