"""What people are told, as records: each message of the policy once for each occasion, and what became of it.

    fact -> _follow -> _queue (one INSERT in the case's transaction) -> job: _send -> mail SMS portal letter
                                                                               |
                                 sent, failed, not reachable  <- Odoo's own queues of mail and SMS

The first step is cheap and cannot fail; what can fail, a template or an address, fails alone and is shown."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from ..engine.messages import COMPLAINANT, message_named
from .register_rows import insert_rows
from .release_reading import aware

WAYS = [("mail", "E-mail"), ("sms", "SMS"), ("portal", "Portal"), ("letter", "Letter")]
STATES = [
    ("queued", "Queued"),
    ("leaving", "On its way"),
    ("to_post", "Letter to post"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("not_reachable", "Not reachable"),
    ("cancelled", "Not needed any more"),
]
COLUMNS = frozendict(
    {
        "ticket_id": "int4",
        "company_id": "int4",
        "cycle": "int4",
        "name": "varchar",
        "role": "varchar",
        "subject": "varchar",
        "revision": "int4",
        "new_date": "timestamp",
        "queued_at": "timestamp",
        "state": "varchar",
    }
)


class ComplaintMessage(models.Model):
    _name = "complaint.message"
    _inherit = "complaint.of.ticket"
    _description = "Message about a complaint"
    _order = "queued_at desc, id desc"
    _rec_name = "title"
    _log_access = False  # nobody writes these; queued_at and sent_at say when

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    cycle = fields.Integer(required=True, readonly=True)
    name = fields.Char("Code", required=True, readonly=True)
    title = fields.Char("Message", compute="_compute_title")
    role = fields.Char(required=True, readonly=True, help="The role of the policy that gets it.")
    subject = fields.Char("Occasion", required=True, readonly=True, help="The fact or the clock it is about.")
    revision = fields.Integer(required=True, readonly=True)
    new_date = fields.Datetime(readonly=True, help="The new date that it tells.")
    state = fields.Selection(STATES, required=True, readonly=True)
    way = fields.Selection(WAYS, readonly=True)
    tried = fields.Char(readonly=True, help="Ways that turned out not to lead to the recipient.")
    recipient = fields.Char("To", readonly=True)
    queued_at = fields.Datetime("Queued", required=True, readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    error = fields.Text("What went wrong", readonly=True)
    mail_message_id = fields.Many2one("mail.message", "Text", readonly=True, ondelete="set null")
    told = fields.Html("What was told", related="mail_message_id.body")
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", index="btree_not_null")
    sms_id = fields.Many2one("sms.sms", readonly=True, ondelete="set null", index="btree_not_null")
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")

    _once = models.Constraint(
        "UNIQUE (ticket_id, cycle, name, role, subject, revision)",
        "This message has been queued already: each one goes out once.",
    )
    _to_send = models.Index("(id) WHERE state = 'queued'")

    @api.depends("name", "ticket_id")
    @api.depends_context("lang")
    def _compute_title(self):
        for message in self:
            # sudo: the words of the policy are no secret
            release = message.ticket_id.sudo().release_id
            entry = release and message_named(release._policy(), message.name)
            titles = entry.written.get("title") if entry else {}
            message.title = titles.get(release._language()) or titles.get("en") or message.name

    # ------------------------------------------------------------------ queueing

    @api.model
    def _queue(self, rows):
        """Queue messages; one that is there already stays as it is. rows: dicts with the COLUMNS up to
        new_date."""
        if not rows:
            return
        common = {"queued_at": fields.Datetime.now(), "state": "queued"}
        rows = [{**row, **common} for row in rows]
        insert_rows(self.env, self._table, COLUMNS, rows, "ON CONFLICT DO NOTHING")
        self.env["helpdesk.ticket"].invalidate_model(["complaint_message_ids"], flush=False)
        self._wake()

    @api.model
    def _wake(self):
        self.env["helpdesk.ticket"]._wake_cron("complaint_management.cron_messages")

    # ------------------------------------------------------------------ what became of it

    def _left(self):
        """The messages have left. Only now does the acknowledgement count, and the new date as promised: what
        never left has told nobody anything."""
        self.write({"state": "sent", "sent_at": fields.Datetime.now(), "error": False})
        told = self.filtered(lambda message: message.role == COMPLAINANT)
        acknowledging = told.filtered(lambda message: message._acknowledges())
        acknowledging.ticket_id._record_acknowledged()
        promising = told.filtered(lambda message: message.new_date and message._entry().new_date)
        dates = {message.ticket_id.id: message for message in promising}
        promising.ticket_id._record_promised(
            {ident: (message.subject, aware(message.new_date)) for ident, message in dates.items()}
        )

    def _failed(self, error):
        self.write({"state": "failed", "error": error or self.env._("The mail server gave no reason.")})

    def _try_next_way(self, error):
        """This way does not lead to the recipient: the next one of the policy is tried."""
        for message in self:
            tried = f"{message.tried},{message.way}" if message.tried else message.way
            message.write({"state": "queued", "tried": tried, "error": error})
        self._wake()

    def _entry(self):
        """What the policy of the case says about this message; None if its release has no such message."""
        self.ensure_one()
        return message_named(self.ticket_id.release_id._policy(), self.name)

    def _acknowledges(self):
        entry = self._entry()
        return bool(entry) and "acknowledged" in entry.events and self.subject == "received"

    # ------------------------------------------------------------------ buttons

    def action_retry(self):
        """Send again what failed, and look anew for a way to whom could not be reached."""
        self.ticket_id.check_access("write")
        # sudo: nobody writes messages by hand; whoever handles the case may have them sent
        stuck = self.sudo().filtered(lambda message: message.state in ("failed", "not_reachable"))
        stuck.mail_id.filtered(lambda mail: mail.state in ("exception", "outgoing")).cancel()
        stuck.write({"state": "queued", "tried": False, "error": False})
        if stuck:
            self._wake()
        return True

    def action_posted(self):
        """The letter has been posted: that is when it has left."""
        self.ticket_id.check_access("write")
        letters = self.sudo().filtered(lambda message: message.state == "to_post")  # sudo: as above
        activities = letters.activity_id
        letters._left()
        activities.action_done()
        return True

    def action_print(self):
        """The letter as a document to print."""
        self.check_access("read")
        # sudo: the report reads the case as the company's letter, whoever prints it
        return self.env.ref("complaint_management.report_letter").sudo().report_action(self)

    def action_open_case(self):
        """The case that the message is about."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _unsettled(self):
        """Messages that somebody has to look at."""
        return Domain("state", "in", ("failed", "not_reachable", "to_post"))


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Who ticks off "post the letter" has posted it."""
        # sudo: see ComplaintMessage.action_retry
        messages = self.env["complaint.message"].sudo()
        letters = messages.search([("activity_id", "in", self.ids), ("state", "=", "to_post")])
        letters._left()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
