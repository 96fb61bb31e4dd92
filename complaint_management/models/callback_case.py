"""Callbacks on the case and in the customer's file: what is planned, what came out, and that a case does not
go while one is due."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.callbacks import plans
from .cached import alike
from .callback import DUE

STAFF = "base.group_user"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    callback_ids = fields.One2many(
        "complaint.callback", "ticket_id", "Callbacks", readonly=True, copy=False, groups=STAFF
    )
    callback_count = fields.Integer("Number of callbacks", compute="_compute_callbacks", groups=STAFF)
    callback_due_count = fields.Integer("To be made", compute="_compute_callbacks", groups=STAFF)

    @api.depends("callback_ids.state")
    @api.depends_context("uid")
    def _compute_callbacks(self):
        groups = self.env["complaint.callback"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id", "state"], ["__count"]
        )
        counts = {}
        for ticket, state, count in groups:
            total, due = counts.get(ticket.id, (0, 0))
            counts[ticket.id] = total + count, due + (count if state in DUE else 0)
        for ticket in self:
            ticket.callback_count, ticket.callback_due_count = counts.get(ticket._origin.id, (0, 0))

    def action_open_callbacks(self):
        """The callbacks of this case, those of earlier cycles too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.callback_action")
        return {
            **action,
            "name": self.env._("Callbacks of %(number)s", number=self.number),
            "domain": [("ticket_id", "=", self.id)],
            "context": {},
            "path": False,
        }

    # ------------------------------------------------------------------ a due callback keeps the case

    def write(self, vals):
        if vals.get("stage_id") and not self.env.su:
            self._cases()._refuse_while_callback_due(vals["stage_id"])
        return super().write(vals)

    def _refuse_while_callback_due(self, stage_id):
        """A case stays while somebody is still to call, if the plan says so; withdrawn ones may go."""
        if not self.env["helpdesk.ticket.stage"].browse(stage_id).closed:
            return
        leaving = self.browse()
        # not grouped(): most tickets are of one release, and it alone is read
        for (release_id,), tickets in alike(self, "release_id").items():
            release = self.env["complaint.release"].browse(release_id)
            stage = release._policy().stages.get(release._refs().get(("stage", stage_id)))
            if stage and stage.closes and stage.event != "withdrawn" and release._plans_keeping("closing"):
                leaving |= tickets.filtered(lambda one: not one.closed)
        for callback in leaving._callbacks_keeping("closing")[:1]:
            raise UserError(callback._keeps_words())

    def _callbacks_keeping(self, what):
        """The callbacks still to be made that keep these cases from closing or archiving."""
        callbacks = self.env["complaint.callback"].sudo()  # sudo: that there is one is no secret of the case
        codes = {code for release in self.release_id for code in release._plans_keeping(what)}
        if not codes:
            return callbacks
        return callbacks.search(
            [("ticket_id", "in", self.ids), ("plan", "in", list(codes)), ("state", "in", DUE)]
        ).filtered(lambda one: one.plan in one.ticket_id.release_id._plans_keeping(what))

    def _may_be_archived(self, release):
        """A case goes to the archive after its last callback."""
        domain, codes = super()._may_be_archived(release), release._plans_keeping("archiving")
        if not codes:
            return domain
        return domain & ~Domain("callback_ids", "any", [("plan", "in", codes), ("state", "in", DUE)])

    # ------------------------------------------------------------------ who may see it

    def _shut_out(self):  # pylint: disable=missing-return
        """Who may not see a confidential case any more does not call about it either."""
        super()._shut_out()
        self.env["complaint.callback"].sudo().search(  # sudo: as the rest of it
            [("ticket_id", "=", self.id), ("state", "in", DUE)]
        )._keep_callers()

    # ------------------------------------------------------------------ anonymous

    def _anonymise(self):  # pylint: disable=missing-return
        """The answers given in callbacks lie with the questionnaires: what people wrote there goes, too."""
        cases = self.sudo()  # sudo: see HelpdeskTicket._anonymise, which asks who may
        inputs = cases.callback_ids.user_input_id
        super()._anonymise()
        self._forget_rows("survey.user_input", inputs.ids, ["partner_id"])
        self._forget_rows("survey.user_input.line", inputs.user_input_line_ids.ids, [])
        self.env.invalidate_all(flush=False)


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    def _keeps_words(self):
        """Why a case stays: which callback is due, and what to do."""
        until = self.due_at or self.next_attempt_at
        return self.env._(
            "%(number)s stays open: “%(plan)s” is due until %(day)s, by %(who)s. Make the call and note how "
            "it went, or let a senior agent cancel it (tab Follow-up of the case).",
            number=self.ticket_id.number,
            plan=self.title,
            day=format_date(self.env, fields.Datetime.context_timestamp(self, until).date()),
            who=self.user_id.name or self.env._("nobody yet"),
        )


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _plans_keeping(self, what):
        """Codes of the plans whose due callbacks keep a case from closing or archiving."""
        return [plan.name for plan in plans(self._policy()) if what in plan.keeps] if self else []


class ComplaintCustomer(models.Model):
    _inherit = "complaint.customer"

    callback_ids = fields.Many2many(
        "complaint.callback", string="Callbacks", compute="_compute_callbacks", groups=STAFF
    )
    callback_due_count = fields.Integer("Callbacks to be made", compute="_compute_callbacks", groups=STAFF)

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_callbacks(self):
        """Those that the reader may see: of a case that is hidden, its callbacks are, too."""
        found = {}
        callbacks = self.env["complaint.callback"].search(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "!=", "left_out"),
            ],
            order="opens_at desc, id desc",
        )
        for callback in callbacks:
            key = callback.commercial_partner_id.id, callback.company_id.id
            found[key] = found.get(key, callbacks.browse()) | callback
        for customer in self:
            own = found.get((customer.partner_id.id, customer.company_id.id), callbacks.browse())
            customer.callback_ids = own
            customer.callback_due_count = len(own.filtered(lambda one: one.state in DUE))
