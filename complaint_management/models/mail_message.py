"""Incoming mail as it came: kept in a transaction of its own before anybody tries to read it, so that no
message is lost whatever happens to it afterwards (A1).

    raw message -> kept (committed) -> handled (its own transaction) -> processed   a case, or a reply to one
                                                                     -> ignored     no person wrote it
                                                                     -> failed      a person has to look
"""

import logging
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, PG_CONCURRENCY_ERRORS_TO_RETRY
from odoo.tools import SQL

from . import mail_reading

_logger = logging.getLogger(__name__)

STATES = [
    ("failed", "Needs a person"),
    ("new", "Not read yet"),
    ("processed", "Processed"),
    ("ignored", "Ignored"),
]
REASONS = [
    # failed
    ("unreadable", "It could not be read"),
    ("no_sender", "It names no sender"),
    ("not_routed", "No mailbox takes it"),
    ("flood", "The sender writes too often"),
    ("cut_off", "Reading it was cut off again and again"),
    # ignored
    ("auto_submitted", "Automatic reply"),
    ("precedence", "Mass mail"),
    ("autoreply", "Automatic answer"),
    ("null_sender", "Report of a mail server"),
    ("bounce", "Undeliverable mail that came back"),
    ("own_mail", "Our own mail came back"),
    ("duplicate", "The same message came before"),
    ("by_hand", "Set aside by a person"),
]
_AGAIN = (*PG_CONCURRENCY_ERRORS_TO_RETRY, psycopg2.errorcodes.UNIQUE_VIOLATION)


class ComplaintMailMessage(models.Model):
    _name = "complaint.mail.message"
    _description = "Incoming mail of complaints"
    _order = "arrived_at desc, id desc"
    _rec_name = "subject"

    state = fields.Selection(STATES, required=True, readonly=True, default="new", index=True)
    reason = fields.Selection(REASONS, readonly=True)
    error = fields.Text("What went wrong", readonly=True)
    note = fields.Char("Why it was ignored", readonly=True)
    user_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Case", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade", index=True)
    alias_id = fields.Many2one("mail.alias", "Mailbox", readonly=True, ondelete="set null")

    arrived_at = fields.Datetime("Arrived", required=True, readonly=True, default=fields.Datetime.now)
    received_at = fields.Datetime(
        "Received", readonly=True, help="When the first of our own mail servers took the message in."
    )
    author = fields.Char("From", readonly=True)
    sender = fields.Char("Address of the sender", readonly=True)
    subject = fields.Char(readonly=True)
    message_id = fields.Char("Message-ID", readonly=True, index="btree_not_null")
    digest = fields.Char("SHA-256", required=True, readonly=True)
    raw = fields.Binary("Message as it came", required=True, readonly=True, attachment=True)
    raw_name = fields.Char(compute="_compute_raw_name")
    size = fields.Integer("Size in bytes", readonly=True, aggregator=None)
    copies = fields.Integer("Times handed in", readonly=True, default=1, aggregator=None)
    tries = fields.Integer(readonly=True, default=1, aggregator=None)
    given = fields.Json(readonly=True, help="How the mail server handed it in.")
    text = fields.Text(compute="_compute_text", help="What can be read of it.")

    _digest = models.UniqueIndex("(digest)", "This message has been kept already.")
    _sender = models.Index("(sender, arrived_at)")
    _left_over = models.Index("(id) WHERE state = 'new'")

    @api.depends("message_id")
    def _compute_raw_name(self):
        for mail in self:
            mail.raw_name = f"{mail.digest[:12]}.eml"

    @api.depends("raw")
    def _compute_text(self):
        for mail in self:
            mail.text = mail_reading.body(mail._content())

    @api.depends("subject")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = mail.subject or self.env._("Mail without subject")

    def _content(self):
        """The raw message as bytes."""
        # sudo: who may read the record may read the message; the size alone is what a list asks for
        return b64decode(self.sudo().with_context(bin_size=False).raw or b"")

    # ------------------------------------------------------------------ who may see it

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Mail that belongs to a case is for those who may read the case; see complaint.of.ticket."""
        if not self.env.su:
            readable = self.env["helpdesk.ticket"]._search([], order="id")
            free = Domain("ticket_id", "=", False)
            domain = Domain(domain) & (free | Domain("ticket_id", "in", readable))
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not self:
            return result
        tickets = self.sudo().ticket_id.sudo(False)  # sudo: only to see whose they are, twice
        hidden = tickets - tickets._filtered_access("read")
        if not hidden:
            return None
        # sudo: as above
        forbidden = self.sudo().filtered(lambda mail: mail.ticket_id in hidden).sudo(False)
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)

    # ------------------------------------------------------------------ keeping

    @api.model
    def _keep(self, raw, given, place=None, error=None):
        """Store a raw message in a transaction of its own; returns its id, of the one kept before if the same
        bytes come again. place: alias and company; error: what was raised where mail is not ours."""
        digest = sha256(raw).hexdigest()
        try:
            with self.env.registry.cursor() as cr:
                mails = api.Environment(cr, SUPERUSER_ID, {})[self._name]
                kept = mails.search([("digest", "=", digest)], limit=1)
                if kept:
                    kept.copies += 1
                else:
                    kept = mails.create(mails._row(raw, digest, given, place or {}, error))
                return kept.id
        except psycopg2.errors.UniqueViolation:  # another server handed in the same at the same moment
            with self.env.registry.cursor() as cr:
                return api.Environment(cr, SUPERUSER_ID, {})[self._name].search([("digest", "=", digest)]).id

    def _row(self, raw, digest, given, place, error):
        reading = mail_reading.read(raw)
        row = {
            "digest": digest,
            "raw": b64encode(raw),
            "size": len(raw),
            "given": given,
            "author": reading.author,
            "sender": reading.sender,
            "subject": reading.subject,
            "message_id": reading.message_id,
            **place,
        }
        if error:
            row.update(state="failed", reason="unreadable", error=error)
        return row

    # ------------------------------------------------------------------ handling

    @api.model
    def _process(self, ident, forced=False):
        """Handle one kept message in a transaction of its own; returns the id of its ticket or False.

        Never raises. forced: a person says so, whatever the rules against machines and floods say."""
        for _attempt in range(MAX_TRIES_ON_CONCURRENCY_FAILURE):
            try:
                with self.env.registry.cursor() as cr:
                    env = api.Environment(cr, self.env.uid, dict(self.env.context), su=True)
                    return env[self._name].browse(ident)._handle(forced)
            except psycopg2.Error as error:
                if error.pgcode not in _AGAIN:
                    return self._failed(ident, error)
            except Exception as error:  # whatever it is, the message is kept and a person is told
                return self._failed(ident, error)
        return False  # too much is going on: it stays new, and the job takes it up

    def _failed(self, ident, error):
        """Put a message into the inbox with what went wrong."""
        _logger.info("Incoming mail %s could not be processed.", ident, exc_info=True)
        what = mail_reading.clean(str(error) or type(error).__name__)
        with self.env.registry.cursor() as cr:
            mail = api.Environment(cr, SUPERUSER_ID, {})[self._name].browse(ident)
            mail._set("failed", "unreadable", error=f"{type(error).__name__}: {what}")
        return False

    def _set(self, state, reason=False, **values):
        self.write({"state": state, "reason": reason, "error": False, **values})
        if state == "failed":
            self._tell_team()

    def _tell_team(self):
        """Tell the mailbox's team that mail waits for a person: once, and again when all of it was looked
        at. A flood of messages must not become a flood of notices."""
        waiting = [("state", "=", "failed"), ("company_id", "=", self.company_id.id), ("id", "!=", self.id)]
        if not self.company_id or self.search_count(waiting, limit=1):
            return
        team = self.env["helpdesk.ticket.team"].browse(self.alias_id.alias_parent_thread_id or [])
        team = team or self.env["complaint.release"]._active(self.company_id)._intake_team()
        people = (team.user_id or team.user_ids).filtered("active").partner_id
        # A notice that cannot be given must not undo what became of the message.
        with suppress(Exception), self.env.cr.savepoint():
            self.env["mail.thread"].message_notify(
                partner_ids=people.ids,
                subject=self.env._("Mail waits for a person"),
                body=self.env._(
                    "A message to %(mailbox)s could not become a case by itself. "
                    "Look into Complaints → My work → Mail inbox.",
                    mailbox=self.alias_id.alias_full_name or team.name,
                ),
            )

    def _lock(self):
        """The state of this message, locked: who comes second waits and then sees what became of it."""
        query = SQL("SELECT state FROM complaint_mail_message WHERE id = %s FOR NO KEY UPDATE", self.id)
        rows = self.env.execute_query(query)
        return rows[0][0] if rows else "processed"

    # ------------------------------------------------------------------ jobs

    @api.model
    def _cron_left_over(self):
        """Take up what was kept but never handled, because a server stopped in between."""
        left = self.sudo().search([("state", "=", "new")], order="id")  # sudo: a job, for all companies
        for number, ident in enumerate(left.ids, start=1):
            if self._try_once_more(ident):
                self._process(ident)
            self.env["ir.cron"]._commit_progress(1, remaining=len(left) - number)

    def _try_once_more(self, ident):
        """Count the attempt in a transaction of its own: a message that kills its server must not do so for
        ever, nor keep the others waiting."""
        with self.env.registry.cursor() as cr:
            mail = api.Environment(cr, SUPERUSER_ID, {})[self._name].browse(ident)
            if mail._lock() != "new":
                return False
            if mail.tries >= MAX_TRIES_ON_CONCURRENCY_FAILURE:
                mail._set("failed", "cut_off")
                return False
            mail.tries += 1
            return True

    @api.autovacuum
    def _gc_raw_mail(self):
        """Forget messages that are done with, after the time that the policy of their company says."""
        # sudo: the job clears up for every company
        releases = self.env["complaint.release"].sudo().search([("state", "=", "active")])
        for release in releases:
            oldest = release._raw_mail_since()
            if oldest:
                done = [("company_id", "=", release.company_id.id), ("state", "in", ("processed", "ignored"))]
                self.sudo().search([*done, ("arrived_at", "<", oldest)]).unlink()  # sudo: a job
