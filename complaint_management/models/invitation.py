"""What is sent to a customer for a callback: the invitation to answer, one reminder, or greetings. Each goes
out once.

    callback opens -> _invite (one INSERT) -> job: _send -> mail SMS
                                                  |
             sent, failed, not reachable  <- Odoo's own queues of mail and SMS"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("queued", "Queued"),
    ("leaving", "On its way"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("not_reachable", "Not reachable"),
    ("cancelled", "Not needed any more"),
]
KINDS = [("invitation", "Invitation"), ("reminder", "Reminder"), ("greeting", "Greetings")]
WAYS = [("mail", "E-mail"), ("sms", "Text message"), ("portal", "Page of the case"), ("chat", "Chat")]


class ComplaintInvitation(models.Model):
    _name = "complaint.invitation"
    _inherit = "complaint.of.ticket"
    _description = "Invitation to answer questions"
    _order = "queued_at desc, id desc"
    _rec_name = "kind"
    _log_access = False  # nobody writes these; queued_at and sent_at say when
    _ticket_optional = True

    callback_id = fields.Many2one(
        "complaint.callback", required=True, readonly=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    way = fields.Selection(WAYS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    recipient = fields.Char("To", readonly=True)
    queued_at = fields.Datetime("Queued", required=True, readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    error = fields.Text("What went wrong", readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", groups=fields.NO_ACCESS)
    sms_id = fields.Many2one("sms.sms", readonly=True, ondelete="set null", groups=fields.NO_ACCESS)

    _once = models.Constraint(
        "UNIQUE (callback_id, kind)", "This has been sent already: each one goes out once."
    )
    _to_send = models.Index("(id) WHERE state = 'queued'")
    _mail = models.Index("(mail_id) WHERE mail_id IS NOT NULL")
    _sms = models.Index("(sms_id) WHERE sms_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Invitations are sent by the plans of the policy, not by hand."))
        return super().create(vals_list)

    # ------------------------------------------------------------------ queueing

    @api.model
    def _queue(self, callbacks, kind, way=None):
        """Queue one of a kind for each callback; one that is there already stays as it is."""
        if not callbacks:
            return
        now = fields.Datetime.now()
        rows = [
            (
                one.id,
                one.ticket_id.id or None,
                one.company_id.id,
                kind,
                way or one._way_to_send(),
                "queued",
                now,
            )
            for one in callbacks
        ]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO complaint_invitation "
                "(callback_id, ticket_id, company_id, kind, way, state, queued_at) VALUES %s "
                "ON CONFLICT DO NOTHING",
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        self.env["complaint.callback"].invalidate_model(["invitation_ids"], flush=False)
        self._wake()

    @api.model
    def _wake(self):
        self.env["helpdesk.ticket"]._wake_cron("complaint_management.cron_invitations")

    # ------------------------------------------------------------------ what became of it

    def _left(self):
        """They have left: from now on the link counts, and with it the time for a reminder."""
        now = fields.Datetime.now()
        self.write({"state": "sent", "sent_at": now, "error": False})
        self.callback_id._sent(self, now)

    def _failed(self, error):
        self.write({"state": "failed", "error": error or self.env._("The mail server gave no reason.")})

    def _unreachable(self, error):
        """No way leads to the customer: kept as such, and the callback is over."""
        self.write({"state": "not_reachable", "error": error})
        self.callback_id._never_reached()

    # ------------------------------------------------------------------ buttons

    def action_retry(self):
        """Send again what failed."""
        self.check_access("read")
        if not self.env.user.has_group("complaint_management.group_intake"):
            raise UserError(self.env._("Agents send invitations again."))
        # sudo: nobody writes invitations by hand; agents may have them sent again
        stuck = self.sudo().filtered(lambda one: one.state == "failed")
        stuck.mail_id.filtered(lambda mail: mail.state in ("exception", "outgoing")).cancel()
        stuck.write({"state": "queued", "error": False})
        if stuck:
            self._wake()
        return True


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    method = fields.Selection(
        selection_add=[("portal", "Page of the case")],
        ondelete={"portal": lambda some: some.write({"method": "mail"})},
    )
    invitation_ids = fields.One2many("complaint.invitation", "callback_id", "Sent", readonly=True)
    remind_at = fields.Datetime(readonly=True, copy=False, help="When the customer is reminded, once.")

    _to_remind = models.Index("(remind_at) WHERE remind_at IS NOT NULL")
    _to_end = models.Index("(link_until) WHERE state = 'waiting'")
