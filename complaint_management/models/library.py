"""The library of cases to learn from (F10): what happened, what was done well and badly, what to learn,
without anybody in it. Written by quality staff and supervision from a closed case, read by everybody who
handles complaints.

A case of the library is a text of its own. It stays what it is when the complaint is anonymised or goes to
the archive, and does not say from which one it comes to whoever may not read that one."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext
from odoo.tools.misc import frozendict

from ..engine.personal import ADDRESS, LINK, MAIL, NAME, NUMBER, PHONE, STAFF, Known, left

AUTHORS = ("complaint_management.group_quality", "complaint_management.group_supervision")
TEXTS = ("name", "happened", "well", "badly", "learn")
# What a contact tells of a person -> the kind of it.
OF_PARTNER = frozendict(
    {
        "name": NAME,
        "email": MAIL,
        "phone": PHONE,
        "street": ADDRESS,
        "street2": ADDRESS,
        "zip": ADDRESS,
        "city": ADDRESS,
        "vat": NUMBER,
        "website": LINK,
    }
)
OF_CASE = frozendict(
    {
        "partner_name": NAME,
        "partner_email": MAIL,
        "partner_phone": PHONE,
        "number": NUMBER,
        "order_reference": NUMBER,
        "external_ref": NUMBER,
    }
)


class LibraryCase(models.Model):
    _name = "complaint.library.case"
    _description = "Case to learn from"
    _order = "published_at desc, id desc"

    name = fields.Char("Title", required=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    category_id = fields.Many2one(
        "helpdesk.ticket.category",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
    )
    cause_id = fields.Many2one(
        "complaint.term",
        "Root cause",
        domain="[('kind', '=', 'cause'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
    )
    happened = fields.Text("What happened", required=True)
    well = fields.Text("What was done well")
    badly = fields.Text("What went badly")
    learn = fields.Text("What to learn from it", required=True)
    state = fields.Selection(
        [("published", "Published"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="published",
        index=True,
    )
    published_at = fields.Datetime("Published on", readonly=True)
    published_by_id = fields.Many2one(
        "res.users", "Published by", readonly=True, ondelete="restrict", groups=",".join(AUTHORS)
    )
    # The id alone: a link would tell its number to everybody who reads this.
    origin = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    origin_open = fields.Boolean("The complaint can be opened", compute="_compute_origin_open")
    writes = fields.Boolean(compute="_compute_writes")

    @api.depends_context("uid")
    def _compute_writes(self):
        self.writes = self._may_write()

    def _may_write(self):
        return any(self.env.user.has_group(group) for group in AUTHORS)

    @api.depends_context("uid")
    def _compute_origin_open(self):
        for one in self:
            one.origin_open = bool(one._origin_case())

    def _origin_case(self):
        """The complaint it was made from, if the reader may see it; empty otherwise."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        if not self._may_write():
            return tickets
        # sudo: an id, to be looked at as the reader
        return tickets.browse(self.sudo().origin or []).exists()._filtered_access("read")

    # ------------------------------------------------------------------ nobody in it

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Cases come into the library from a complaint, with “To the case library”.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and set(vals) & {
            "state",
            "company_id",
            "published_at",
            "published_by_id",
            "origin",
        }:
            raise AccessError(self.env._("A case of the library is published and withdrawn by its buttons."))
        result = super().write(vals)
        if set(vals) & set(TEXTS):
            for one in self:
                one._refuse_people(one._origin_case()._known_people())
        return result

    def _refuse_people(self, known):
        self._refuse_people_in([self[name] for name in TEXTS], known)

    @api.model
    def _refuse_people_in(self, texts, known):
        """Refuse texts that still tell who it was."""
        found = [one.text for text in texts for one in left(text or "", known)]
        if found:
            raise UserError(
                self.env._(
                    "This still tells who it was: %(what)s. Take it out; the library is read by everybody.",
                    what=", ".join(f"“{text}”" for text in dict.fromkeys(found)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A case of the library is withdrawn, not deleted."))

    # ------------------------------------------------------------------ buttons

    def action_withdraw(self):
        return self._set_state("withdrawn")

    def action_publish_again(self):
        return self._set_state("published")

    def _set_state(self, state):
        self.check_access("write")
        if not self._may_write():
            raise AccessError(self.env._("Quality staff and supervision decide what is in the library."))
        self.sudo().state = state  # sudo: allowed above
        return True

    def action_origin(self):
        """Open the complaint, for those who may read it."""
        self.ensure_one()
        case = self._origin_case()
        if not case:
            raise UserError(self.env._("The complaint is not there any more, or not yours to see."))
        return {
            "type": "ir.actions.act_window",
            "res_model": case._name,
            "res_id": case.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_practice_case(self):
        """A practice case for examinations (F8) from this one. Nothing is kept until it is saved."""
        self.ensure_one()
        self.check_access("read")
        cases = self.env["complaint.training.case"]
        cases.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Practice case"),
            "res_model": cases._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_company_id": self.company_id.id,
                "default_name": self.name,
                "default_text": self.happened,
                "default_category_id": self.category_id.id,
                "default_from_case": True,
            },
        }


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_to_library(self):
        """The page on which a closed case becomes one to learn from."""
        self.ensure_one()
        self._check_for_library()
        wizard = self.env["complaint.library.publish"]._begin(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("To the case library"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _check_for_library(self):
        self.check_access("read")
        if not self.env["complaint.library.case"]._may_write():
            raise AccessError(self.env._("Quality staff and supervision decide what is in the library."))
        if not self.case_type_id or not self.closed:
            raise UserError(self.env._("Take a complaint that is closed: its end shows what was right."))
        if self.confidential:
            raise UserError(self.env._("A confidential complaint is no example for others."))
        if self.anonymised_at:
            raise UserError(self.env._("Nothing of this complaint is left to learn from: it was anonymised."))

    def _known_people(self):
        """[Known]: everything of these cases that tells who took part."""
        known = []
        for case in self.sudo():  # sudo: whose names have to go is looked up in full
            customers = case.partner_id | case.partner_id.commercial_partner_id | case.representative_id
            written = case.message_ids.author_id | case.message_partner_ids
            staff = (case.user_id | case.accountable_id | case.task_force_ids.member_ids).partner_id
            staff |= (written - customers).filtered(lambda one: one.user_ids and not one.partner_share)
            for partner in customers | (written - staff):
                known += [Known(kind, partner[name] or "") for name, kind in OF_PARTNER.items()]
            colleagues = [*staff.mapped("name"), *case.complaint_against_ids.mapped("name")]
            known += [Known(STAFF, name or "") for name in colleagues]
            known += [Known(kind, case[name] or "") for name, kind in OF_CASE.items()]
        return [one for one in known if len(one.text.strip()) > 1]

    def _library_sources(self):
        """[(title, text)] of what a case tells, in order."""
        latest = self.investigation_ids.sorted("cycle", reverse=True)[:1]
        agreed = self.solution_ids.filtered(lambda one: one.carried_out_at or one.answered_at)[:1]
        parts = [
            (self.env._("The complaint"), self.name),
            (self.env._("What the customer said"), html2plaintext(self.description or "")),
            (self.env._("Remedy sought"), self.remedy_sought),
            (self.env._("What was found out"), html2plaintext(latest.facts or "")),
            (self.env._("Situation of use"), latest.situation),
            (self.env._("Proposed solution"), latest.proposal or agreed.description),
            (self.env._("Actions"), "\n".join(self.improvement_ids.mapped("name"))),
        ]
        return [(title, text.strip()) for title, text in parts if text and text.strip()]

    def _anonymise(self):
        """A complaint without people is not led to from the library any more."""
        result = super()._anonymise()
        # sudo: only the way back is cut
        cases = self.env["complaint.library.case"].sudo()
        cases.search([("origin", "in", self.ids)]).write({"origin": False})
        return result
