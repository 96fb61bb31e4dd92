"""Practice cases (F8): what a customer says, and what is right about it. Written by trainers, or taken from a
real case without the people in it."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..engine.training import severity

HIDDEN = "…"
# What could tell who it was: addresses of mail and web, and anything with four figures in a row.
TELLING = re.compile(r"[^\s@]+@[^\s@]+|https?://\S+|\+?\d(?:[\d /().-]*\d){3,}")
FACTS = {"channel": "channel_id", "category": "category_id", "urgency": "urgency_id", "scope": "scope_id",
         "complexity": "complexity_id"}  # fmt: skip


class TrainingCase(models.Model):
    _name = "complaint.training.case"
    _description = "Practice case"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char("Title", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", default=lambda self: self.env.company
    )
    course_ids = fields.Many2many(
        "complaint.training.course", string="Courses", check_company=True, help="Empty: all courses."
    )
    text = fields.Text("What the customer says", required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("ready", "Asked in examinations")], required=True, default="draft", copy=False
    )
    from_case = fields.Boolean("From a real case", readonly=True)
    channel_id = fields.Many2one("helpdesk.ticket.channel", domain="[('company_id', '=', company_id)]")
    urgency_id = fields.Many2one(
        "complaint.term", domain="[('kind', '=', 'urgency'), ('company_id', '=', company_id)]"
    )
    scope_id = fields.Many2one(
        "complaint.term", domain="[('kind', '=', 'scope'), ('company_id', '=', company_id)]"
    )
    complexity_id = fields.Many2one(
        "complaint.term", domain="[('kind', '=', 'complexity'), ('company_id', '=', company_id)]"
    )
    category_id = fields.Many2one(
        "helpdesk.ticket.category",
        "Right category",
        domain="[('company_id', '=', company_id), ('policy_code', '!=', False)]",
    )
    stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        "Right next step",
        domain="[('company_id', '=', company_id), ('for_complaints', '=', True)]",
    )
    remedy_id = fields.Many2one(
        "complaint.term", "Right remedy", domain="[('kind', '=', 'remedy'), ('company_id', '=', company_id)]"
    )
    severity_words = fields.Char(
        "Severity by the policy", compute="_compute_severity_words", help="Follows from urgency and scope."
    )
    asks = fields.Char("Questions", compute="_compute_asks")

    @api.depends("urgency_id", "scope_id", "category_id", "complexity_id", "company_id")
    @api.depends_context("lang")
    def _compute_severity_words(self):
        for case in self:
            release = self.env["complaint.release"]._active(case.company_id)
            code = case._severity(release)
            terms = self.env["complaint.term"].browse(
                release._refs().get(("severity", code), []) if code else []
            )
            case.severity_words = terms.name

    def _severity(self, release):
        """How severe the active policy finds it; empty where the case says too little."""
        if not release or not (self.urgency_id or self.scope_id):
            return None
        return severity(release._policy(), self._attributes())

    def _attributes(self):
        """What is told about the case, as the engine reads it."""
        return {key: self[name].policy_code for key, name in FACTS.items() if self[name].policy_code}

    @api.depends("category_id", "stage_id", "remedy_id", "urgency_id", "scope_id")
    @api.depends_context("lang")
    def _compute_asks(self):
        for case in self:
            names = [
                (case.category_id, self.env._("category")),
                (case.urgency_id or case.scope_id, self.env._("severity")),
                (case.stage_id, self.env._("next step")),
                (case.remedy_id, self.env._("remedy")),
                (True, self.env._("deadline")),
            ]
            case.asks = ", ".join(name for there, name in names if there)

    def action_ready(self):
        for case in self:
            if not (case.category_id or case.stage_id or case.remedy_id or case.urgency_id or case.scope_id):
                raise UserError(
                    self.env._(
                        "Say what is right about “%(name)s” first: at least one answer.", name=case.name
                    )
                )
        self.write({"state": "ready"})

    def action_draft(self):
        self.write({"state": "draft"})


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_make_practice_case(self):
        """A practice case from a closed case, without its people. Nothing is kept until it is saved."""
        self.ensure_one()
        self.check_access("read")
        cases = self.env["complaint.training.case"]
        cases.check_access("create")
        if not self.case_type_id or not self.closed:
            raise UserError(self.env._("Take a complaint that is closed: its end shows what was right."))
        if self.confidential:
            raise UserError(self.env._("A confidential complaint is no example for others."))
        given = {name: self[name].id for name in FACTS.values()}
        values = {
            "company_id": self.company_id.id,
            "name": self._without_people(self.name),
            "text": self._without_people(html2plaintext(self.description or "")),
            "from_case": True,
            **given,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Practice case"),
            "res_model": cases._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def _without_people(self, text):
        """A text without names, addresses and numbers that the case knows of; a person still looks at it."""
        people = (
            # sudo: whose names have to go is looked up in full
            self.partner_id | self.partner_id.commercial_partner_id | self.user_id.sudo().partner_id
        )  # sudo: a name
        names = {
            self.partner_name,
            self.number,
            *people.mapped("name"),
            *self.complaint_against_ids.mapped("name"),
        }
        parts = {part for name in names if name for part in (name, *name.split())}
        for part in sorted(filter(None, parts), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
        return TELLING.sub(HIDDEN, text)
