"""Objections to points (E2): somebody says why an entry is wrong, somebody else decides, in writing.

Neither the person itself, nor who leads them and reviews the statement, decides. An objection that is upheld
takes the entry out: the ledger gets a correcting entry, nothing is overwritten."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [("open", "Waits for a decision"), ("upheld", "Upheld"), ("refused", "Not upheld")]
ACTIVITY = "complaint_management.activity_type_objection"


# pylint: disable=method-required-super,no-raise-unlink
class IncentiveObjection(models.Model):
    _name = "complaint.incentive.objection"
    _description = "Objection to points"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    entry_id = fields.Many2one("complaint.incentive.entry", required=True, readonly=True, ondelete="restrict")
    statement_id = fields.Many2one(
        "complaint.incentive.statement", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    # Of the case, so that what was written about a customer goes with the customer's data.
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, ondelete="restrict", index=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True, ondelete="restrict")
    what = fields.Char("Objects to", compute="_compute_what", compute_sudo=True)
    points = fields.Float(compute="_compute_what", compute_sudo=True)
    words = fields.Text("How they came about", compute="_compute_what", compute_sudo=True)
    reason = fields.Text("Why it is wrong", required=True, readonly=True)
    asked_at = fields.Datetime("Objected", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    decider_ids = fields.Many2many(
        "res.users", "complaint_incentive_objection_decider_rel", string="Decided by one of", readonly=True
    )
    answer = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided", readonly=True)
    awaits_me = fields.Boolean(
        "Waits for my decision", compute="_compute_awaits_me", search="_search_awaits_me"
    )

    _one_objection = models.UniqueIndex(
        "(entry_id)", "There is an objection to this entry already; its answer stands."
    )

    @api.depends("entry_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_what(self):
        for one in self:
            entry = one.entry_id
            one.what, one.points, one.words = entry.display_name, entry.points, entry.words

    @api.depends("user_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._("Objection of %(who)s", who=one.sudo().user_id.name)  # sudo: a name

    @api.depends("state", "decider_ids")
    @api.depends_context("uid")
    def _compute_awaits_me(self):
        for one in self:
            one.awaits_me = one.state == "open" and self.env.user in one.decider_ids

    def _search_awaits_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "open"), ("decider_ids", "in", self.env.uid)]

    # ------------------------------------------------------------------ nobody writes by hand

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Press “Object” beside the points that are wrong."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("An objection and its answer stay as they were written."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An objection is never deleted. It is answered."))

    # ------------------------------------------------------------------ asking

    @api.model
    def _ask(self, entry, reason):
        """Object to an entry in the name of the present user, who must be the one whose points they are."""
        entry._check_may_object()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why these points are wrong: whoever decides was not there."))
        statement = entry.statement_id
        # sudo: the person objects through the company's own record
        own = self.sudo().with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        # sudo: objections are made by this method alone, which has looked who asks
        one = own.create(
            {
                "entry_id": entry.id,
                "statement_id": statement.id,
                "company_id": entry.company_id.id,
                "ticket_id": entry.sudo().ticket_id.id,  # sudo: only which case it is about
                "user_id": self.env.uid,
                "reason": reason.strip(),
                "asked_at": fields.Datetime.now(),
                "decider_ids": [(6, 0, statement._objection_deciders().ids)],
            }
        )
        one._tell_deciders()
        entry._count_again()
        return one.with_env(self.env)

    def _tell_deciders(self):
        for user in self.decider_ids:
            here = self.with_context(lang=user.lang)
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                summary=here.env._("%(who)s objects to points", who=self.user_id.name),
                user_id=user.id,
            )
            here._write_to(
                user,
                here.env._("Please decide: %(who)s objects to points", who=self.user_id.name),
                [here.what, here.reason],
            )

    def _write_to(self, user, subject, lines):
        """A message to one person, sent by the queue, with the way to the objection."""
        self.env["complaint.incentive.statement"]._write_to(user, subject, lines, self)

    # ------------------------------------------------------------------ deciding

    def action_decide(self):
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide about the objection"),
            "res_model": "complaint.incentive.objection.decision",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_objection_id": self.id},
        }

    def _check_may_decide(self):
        self.check_access("read")
        if self.state != "open":
            raise UserError(self.env._("This objection has been decided already."))
        # sudo: names of colleagues. Who has reviewed the statement meanwhile is out.
        deciders = self.sudo().decider_ids - self.sudo().statement_id.reviewed_by_id
        if self.env.user not in deciders or self.env.user == self.user_id:
            raise AccessError(
                self.env._(
                    "%(names)s decide about this objection. Whoever objects, and who reviews their "
                    "statement, never does.",
                    names=", ".join(deciders.mapped("name")) or "–",
                )
            )

    def _decide(self, upheld, answer):
        """The decision of the present user, with the answer that the person reads."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT id FROM complaint_incentive_objection WHERE id = %s FOR NO KEY UPDATE", [self.id]
        )
        self.invalidate_recordset(["state"])
        self._check_may_decide()
        if not (answer or "").strip():
            raise UserError(self.env._("Write an answer: whoever objected wants to know why."))
        one = self.sudo()  # sudo: the decider was looked at; the ledger is written by the system
        one.write(
            {
                "state": "upheld" if upheld else "refused",
                "answer": answer.strip(),
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        one.activity_ids.unlink()
        one.entry_id._count_again()
        one._tell_decided()

    def _tell_decided(self):
        """To the person and to those who lead them; both have to know what counts now."""
        leaders = self.user_id._team_leaders(self.company_id)
        for user in self.user_id | leaders:
            here = self.with_context(lang=user.lang)
            subject = (
                here.env._("Objection upheld: %(what)s", what=here.what)
                if self.state == "upheld"
                else here.env._("Objection not upheld: %(what)s", what=here.what)
            )
            here._write_to(user, subject, [here.answer])


class ObjectionWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.incentive.object"
    _description = "Object to points"

    entry_id = fields.Many2one("complaint.incentive.entry", required=True, readonly=True)
    what = fields.Char("Points", compute="_compute_what")
    why = fields.Text("The rule", compute="_compute_what")
    who = fields.Char("Who decides", compute="_compute_what")
    reason = fields.Text("Why they are wrong", required=True)

    @api.depends("entry_id")
    @api.depends_context("lang", "tz")
    def _compute_what(self):
        for wizard in self:
            entry = wizard.entry_id
            entry.check_access("read")
            wizard.what, wizard.why = entry.display_name, entry.words
            wizard.who = ", ".join(entry.statement_id._objection_deciders().mapped("name"))

    def action_object(self):
        self.ensure_one()
        self.env["complaint.incentive.objection"]._ask(self.entry_id, self.reason)
        return {"type": "ir.actions.act_window_close"}


class ObjectionDecision(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.incentive.objection.decision"
    _description = "Decide about an objection"

    objection_id = fields.Many2one("complaint.incentive.objection", required=True, readonly=True)
    what = fields.Char("Objects to", compute="_compute_what")
    reason = fields.Text(compute="_compute_what")
    verdict = fields.Selection(
        [("upheld", "The objection is right: the points are taken back"), ("refused", "The points stand")],
        "What becomes of it",
        required=True,
    )
    answer = fields.Text("Your answer", required=True)

    @api.depends("objection_id")
    def _compute_what(self):
        for wizard in self:
            wizard.objection_id.check_access("read")
            wizard.what, wizard.reason = wizard.objection_id.what, wizard.objection_id.reason

    def action_decide(self):
        self.ensure_one()
        self.objection_id._decide(self.verdict == "upheld", self.answer)
        return {"type": "ir.actions.act_window_close"}
