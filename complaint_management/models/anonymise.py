"""Retention (B13): when the policy's time is over, an authorised person takes the data of people out of
closed
cases. Register, numbers, categories, clocks and amounts stay, so that every figure of the past stays
what it was.

What goes is found by looking, not by a list: every stored text, file and contact of the case and of
whatever belongs
to it, save what KEPT names. A field that is added later is taken out as well, until somebody says that
it is harmless.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .release_reading import aware, naive

EMPTY = "–"
TEXTS = ("char", "text", "html")
# Texts that are codes or numbers of ours, by model; `*` for whole models that hold nothing else.
KEPT = frozendict(
    {
        "complaint.event": "*",
        "complaint.milestone": "*",
        "complaint.notice": "*",
        "helpdesk.ticket": frozenset(
            {"number", "next_clock", "case_state", "escalation_level", "unattended_reason"}
        ),
        "complaint.extension": frozenset({"clock", "policy_code", "by"}),
        "complaint.task.force": frozenset({"rule"}),
        "complaint.message": frozenset({"name", "subject", "role", "way", "lang", "template"}),
        "complaint.solution": frozenset({"cost_centre"}),
        "complaint.incentive.entry": "*",
        "complaint.incentive.note": "*",
        "complaint.incentive.dirty": "*",
        "complaint.callback": frozenset({"plan", "occasion", "role"}),
        "complaint.callback.finding": frozenset({"code"}),
        "complaint.quality.line": frozenset({"code"}),
    }
)
GROUPS = ("complaint_management.group_supervision", "complaint_management.group_policy_admin")


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _keeps_until(self):
        """Cases that were over before this instant (naive UTC) may be anonymised; None if never. Of the
        release
        that a case is pinned to and the active one the longer time holds."""
        now, times = aware(fields.Datetime.now()), []
        for release in self | self._active(self.company_id):
            rules = release._policy().raw.get("privacy") or {}
            if not rules.get("keep") or rules.get("then") != "anonymise":
                return None
            times.append(Calendar.always_open().before(now, Duration.parse(rules["keep"])))
        return naive(min(times))


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    anonymised_at = fields.Datetime("Anonymised", readonly=True, copy=False)
    ready_to_anonymise = fields.Boolean(
        compute="_compute_ready_to_anonymise",
        search="_search_ready_to_anonymise",
        groups="complaint_management.group_supervision,complaint_management.group_policy_admin",
        help="The time for which the policy keeps the data of people is over.",
    )

    def _compute_ready_to_anonymise(self):
        ready = self.filtered_domain(self._ready_domain()) if self.ids else self.browse()
        for ticket in self:
            ticket.ready_to_anonymise = ticket._origin in ready

    def _search_ready_to_anonymise(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        ready = self._ready_domain()
        return ready if (True in value) == (operator == "in") else ~ready

    @api.model
    def _ready_domain(self):
        """Closed cases whose time is over, in the companies at work."""
        # sudo: which releases have closed cases; which of those one sees, the rules say
        groups = self.sudo()._read_group(
            [
                ("over_since", "!=", False),
                ("anonymised_at", "=", False),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["release_id"],
        )
        parts = []
        for (release,) in groups:
            until = release._keeps_until()
            if until:
                parts.append(Domain("release_id", "=", release.id) & Domain("over_since", "<=", until))
        return Domain("anonymised_at", "=", False) & Domain.OR(parts or [Domain.FALSE])

    # ------------------------------------------------------------------ doing it

    def action_anonymise(self):
        """Show what will be done, then do it once it is confirmed."""
        self._check_may_anonymise()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Anonymise"),
            "res_model": "complaint.anonymise",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_ids": self.ids},
        }

    def _check_may_anonymise(self):
        if not any(self.env.user.has_group(group) for group in GROUPS):
            raise AccessError(self.env._("Only supervision and the policy admin remove personal data."))
        self.check_access("read")
        ready = self.sudo().filtered_domain(self.sudo()._ready_domain())  # sudo: read is checked above
        early = self - ready.with_env(self.env)
        if early:
            raise UserError(
                self.env._(
                    "The data of %(numbers)s must be kept: the case is open, its time is not over, or the "
                    "policy "
                    "(privacy.keep, then: anonymise) sets none.",
                    numbers=", ".join(early[:5].mapped("number")),
                )
            )

    def _anonymise(self):
        """Take the data of people out of these cases and of everything that belongs to them."""
        self._check_may_anonymise()
        cases = (
            # sudo: whoever is allowed to, which was looked at, takes out what they may not read
            self.sudo()
        )
        cases._record_fact("anonymised")
        self.env.flush_all()
        documents = {cases._name: cases.ids}
        for name in self._documents_of_a_case():
            own = self.env[name].sudo().with_context(active_test=False)  # sudo: as above
            documents[name] = own.search([("ticket_id", "in", cases.ids)]).ids
        for name, ids in documents.items():
            if ids:
                self._forget_conversation(name, ids)
                self._forget_texts(name, ids)
        self._forget_followers(cases)
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET anonymised_at = %s, access_token = NULL, name = number WHERE "
                "id IN %s",
                fields.Datetime.now(),
                tuple(cases.ids),
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _documents_of_a_case(self):
        """Names of the models of ours whose records belong to one case."""
        return [
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and not model._transient
            and model._auto
            and "ticket_id" in model._fields
            and model._fields["ticket_id"].store
            and model._fields["ticket_id"].comodel_name == "helpdesk.ticket"
        ]

    def _forget_texts(self, name, ids):
        """Empty every stored text and contact of some records."""
        kept = KEPT.get(name, frozenset())
        if kept == "*":
            return
        sets = []
        for field in self.env[name]._fields.values():
            if not field.store or not field.column_type or field.name in kept:
                continue
            contact = field.type == "many2one" and field.comodel_name == "res.partner"
            if field.type in TEXTS and not field.translate:
                value = SQL("%s", EMPTY) if field.required else SQL("NULL")
            elif (contact and not field.required) or field.type == "binary":
                value = SQL("NULL")
            else:
                continue
            sets.append(SQL("%s = %s", SQL.identifier(field.name), value))
        if sets:
            table = SQL.identifier(self.env[name]._table)
            self.env.cr.execute(
                SQL("UPDATE %s SET %s WHERE id IN %s", table, SQL(", ").join(sets), tuple(ids))
            )

    def _forget_conversation(self, name, ids):
        """Take out what was written, sent, attached, planned and rated."""
        everything = self.sudo().env  # sudo: see _anonymise
        messages = everything["mail.message"].search([("model", "=", name), ("res_id", "in", ids)])
        everything["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
        everything["mail.tracking.value"].search([("mail_message_id", "in", messages.ids)]).unlink()
        files = everything["ir.attachment"].with_context(active_test=False)
        own = Domain("res_model", "=", name) & Domain("res_id", "in", ids) & Domain("id", "!=", 0)
        (files.search(own) | messages.attachment_ids).unlink()
        everything["mail.activity"].search([("res_model", "=", name), ("res_id", "in", ids)]).unlink()
        self._forget_rows("mail.message", messages.ids, ["author_id", "author_guest_id"])
        ratings = everything["rating.rating"].search([("res_model", "=", name), ("res_id", "in", ids)])
        self._forget_rows("rating.rating", ratings.ids, ["partner_id"])

    def _forget_rows(self, name, ids, contacts):
        """Empty the texts of records of the platform, and some contacts."""
        if not ids:
            return
        model = self.env[name]
        keep = {"model", "res_model", "message_id", "access_token", "message_type", "parent_res_model"}
        sets = [
            SQL("%s = NULL", SQL.identifier(field.name))
            for field in model._fields.values()
            if field.store
            and field.column_type
            and not field.required
            and ((field.type in TEXTS and field.name not in keep) or field.name in contacts)
        ]
        table = SQL.identifier(model._table)
        self.env.cr.execute(SQL("UPDATE %s SET %s WHERE id IN %s", table, SQL(", ").join(sets), tuple(ids)))

    def _forget_followers(self, cases):
        """Customers follow no longer, and no message names them as its reader."""
        everything = cases.env
        followers = everything["mail.followers"].search(
            [("res_model", "=", cases._name), ("res_id", "in", cases.ids)]
        )
        followers.filtered(lambda one: not one.partner_id.user_ids or one.partner_id.partner_share).unlink()
        self.env.cr.execute(
            SQL(
                "DELETE FROM mail_message_res_partner_rel r USING mail_message m "
                "WHERE r.mail_message_id = m.id AND m.model = %s AND m.res_id IN %s",
                cases._name,
                tuple(cases.ids),
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM mail_notification n USING mail_message m "
                "WHERE n.mail_message_id = m.id AND m.model = %s AND m.res_id IN %s",
                cases._name,
                tuple(cases.ids),
            )
        )


class ComplaintAnonymise(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.anonymise"
    _description = "Remove personal data from complaints"

    ticket_ids = fields.Many2many("helpdesk.ticket", string="Cases", required=True)
    preview = fields.Text("What happens", compute="_compute_preview")
    sure = fields.Boolean("I have looked at the list. This cannot be undone.")

    @api.depends("ticket_ids")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            # sudo: only numbers are shown, of cases that the list shows already
            cases = wizard.ticket_ids.sudo()
            files = cases.env["ir.attachment"].search_count(
                [("res_model", "=", "helpdesk.ticket"), ("res_id", "in", cases.ids)]
            )
            letters = cases.env["mail.message"].search_count(
                [("model", "=", "helpdesk.ticket"), ("res_id", "in", cases.ids)]
            )
            wizard.preview = wizard.env._(
                "%(count)d cases: names, contacts, texts, %(letters)d messages and %(files)d files are "
                "removed. Numbers, "
                "categories, dates, clocks, amounts and the register stay.",
                count=len(cases),
                letters=letters,
                files=files,
            )

    def action_anonymise(self):
        self.ensure_one()
        if not self.sure:
            raise UserError(self.env._("Look at the list and tick the box: this cannot be undone."))
        self.ticket_ids._anonymise()
        return {"type": "ir.actions.act_window_close"}
