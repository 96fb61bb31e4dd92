"""What becomes of a kept message: a case, a reply, a note on a case, or something a person has to see."""

import email
import email.policy
from contextlib import suppress
from datetime import UTC
from typing import NamedTuple

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..engine.duration import Duration
from . import mail_reading
from .release_reading import naive


class Kept(NamedTuple):
    """The message being handled, held in the context. A caller over RPC can send any key but never this
    object."""

    id: int
    message_id: str
    subject: str
    sender: str
    received_at: object
    limited: bool  # the policy has a limit of its own for one sender


class ComplaintMailMessage(models.Model):
    _inherit = "complaint.mail.message"

    def _handle(self, forced=False):
        """Handle this message in the transaction of self; returns the id of its ticket or False."""
        self.ensure_one()
        state = self._lock()
        if state == "processed" or (state == "ignored" and not forced):
            return self.ticket_id.id
        raw = self._content()
        reading = mail_reading.read(raw)
        before = self._came_before(reading)
        if before is not None:
            return self._ignore(before, reading)
        if not forced and (sign := self._machine(reading)):
            return self._ignore_machine(sign, reading, raw)
        if not forced and (reason := self._obstacle(reading)):
            self._set("failed", reason)
            return False
        return self._route(reading, raw)

    def _route(self, reading, raw):
        """Let Odoo route the message, and remember what came of it."""
        mailbox = self._mailbox()
        received = self._received(raw, mailbox)
        kept = Kept(
            self.id, reading.message_id, reading.subject, reading.sender, received, bool(mailbox.get("limit"))
        )
        thread = self.env["mail.thread"].with_context(complaint_mail=kept, **self._company_context())
        done = thread.message_process(message=raw, **(self.given or {"model": False}))
        ticket = self._ticket_of(reading.message_id)
        if not done:
            self._set("failed", "not_routed")
            return False
        self._set("processed", ticket_id=ticket.id, received_at=received or self.arrived_at)
        return ticket.id or done

    def _company_context(self):
        return {"allowed_company_ids": self.company_id.ids} if self.company_id else {}

    def _ticket_of(self, *message_ids):
        """The case that one of these messages is on; of several the latest."""
        messages = self.env["mail.message"].search(
            [("message_id", "in", message_ids), ("model", "=", "helpdesk.ticket")], order="id desc", limit=1
        )
        return self.env["helpdesk.ticket"].browse(messages.res_id or []).exists()

    # ------------------------------------------------------------------ what is not handled

    def _came_before(self, reading):
        """The case of a message that came in before, perhaps through another server; an empty recordset if it
        belongs to none, None if it is new."""
        messages = self.env["mail.message"].search([("message_id", "=", reading.message_id)], limit=1)
        if messages:
            return self._ticket_of(reading.message_id)
        opened = self.env["helpdesk.ticket"].search([("opened_by", "=", reading.message_id)], limit=1)
        if opened:
            return opened
        same = [("message_id", "=", reading.message_id), ("state", "=", "processed"), ("id", "!=", self.id)]
        twin = self.search(same, limit=1)
        return twin.ticket_id if twin else None

    def _ignore(self, ticket, reading):
        ours = self.env["mail.message"].search_count(
            [("message_id", "=", reading.message_id), ("message_type", "!=", "email")], limit=1
        )
        joined = self.search_count(
            [("message_id", "=", reading.message_id), ("id", "!=", self.id), ("state", "!=", "new")], limit=1
        )
        self._set("ignored", "own_mail" if ours and not joined else "duplicate", ticket_id=ticket.id)
        return ticket.id

    def _machine(self, reading):
        """Why no person wrote this message, as a reason; empty if one did."""
        own = self.env["ir.config_parameter"].get_param("database.uuid")
        if reading.loop and reading.loop == own:
            return reading.sign or "own_mail"
        if reading.sign:
            return reading.sign
        from_us = reading.sender and self.env["mail.alias.domain"]._find_aliases([reading.sender])
        return "own_mail" if from_us else ""

    def _ignore_machine(self, sign, reading, raw):
        """What a machine sent opens no case and is no answer; if it is about a case, it is noted there."""
        if sign == "bounce":
            self._let_odoo_know(raw, reading)
        references = reading.references + (mail_reading.bounced(raw) if sign == "bounce" else ())
        ticket = self._ticket_of(*references)
        if ticket.case_type_id and sign != "own_mail":
            self._note(ticket, sign, reading, raw)
        self._set("ignored", sign, ticket_id=ticket.id if ticket.case_type_id else False)
        return False

    def _let_odoo_know(self, raw, reading):
        """Odoo marks the address that cannot be reached. It opens nothing; if it stumbles, no matter."""
        kept = Kept(self.id, reading.message_id, reading.subject, reading.sender, False, True)
        with suppress(Exception), self.env.cr.savepoint():
            thread = self.env["mail.thread"].with_context(complaint_mail=kept)
            message = email.message_from_bytes(raw, policy=email.policy.SMTP)
            parsed = thread.message_parse(message)
            if parsed.get("is_bounce"):
                thread._routing_handle_bounce(message, parsed)

    def _note(self, ticket, sign, reading, raw):
        """Put an automatic message on its case as an internal note: nobody has to answer it."""
        titles = dict(self._fields["reason"]._description_selection(self.env))
        what = self.env._("%(what)s from %(who)s", what=titles[sign], who=reading.author)
        body = Markup("<p>%s: %s</p><pre>%s</pre>") % (what, reading.subject, mail_reading.body(raw))
        ticket.message_post(
            body=body,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            message_id=reading.message_id,
        )

    # ------------------------------------------------------------------ what the policy says

    def _mailbox(self):
        """What the active policy says about the mailbox of this message."""
        return self.env["complaint.release"]._active(self.company_id)._mailbox(self.alias_id.alias_name)

    def _obstacle(self, reading):
        """Why a person has to look at this message before it opens anything; empty if nobody has to."""
        if not reading.sender:
            return "no_sender"
        if reading.unwieldy:
            return "unreadable"
        limit = self._mailbox().get("limit")
        return "flood" if limit and self._sent(reading.sender, limit["per"]) > limit["messages"] else ""

    def _sent(self, sender, per):
        """How many messages of a sender arrived in the time before this one, this one included."""
        since = fields.Datetime.subtract(self.arrived_at, seconds=Duration.parse(per).seconds)
        return self.search_count(
            [
                ("sender", "=", sender),
                ("company_id", "=", self.company_id.id),
                ("arrived_at", ">", since),
                ("arrived_at", "<=", self.arrived_at),
                ("state", "!=", "ignored"),
            ]
        )

    def _received(self, raw, mailbox):
        """When our own servers took the message in, naive UTC in whole seconds and never in the future; False
        if they do not say so."""
        moment = mail_reading.received(raw, mailbox.get("trusted_hosts") or [])
        if moment is None:
            return False
        with suppress(OverflowError, ValueError):  # the first and last days of the calendar
            return min(naive(moment.astimezone(UTC).replace(microsecond=0)), fields.Datetime.now())
        return False

    # ------------------------------------------------------------------ by hand

    def action_try_again(self):
        """Read the message once more, whatever the rules against machines and floods say: a person does."""
        self.ensure_one()
        self._check_undecided()
        ticket = self._process(self.id, forced=True)
        if not ticket:
            return self._tell(
                self.env._(
                    "It still cannot be made a case by itself. Look at what went wrong, or make a complaint "
                    "by hand."
                )
            )
        return self._open(self.env["helpdesk.ticket"].browse(ticket))

    def action_make_complaint(self):
        """Enter a complaint with what can be read of the message; the message itself is attached."""
        self.ensure_one()
        self._check_undecided()
        ticket = self.env["helpdesk.ticket"].create(self._values_by_hand())
        ticket.message_post(
            body=self.env._("Made by hand from a message that arrived by e-mail."),
            attachments=[(self.raw_name, self._content())],
            subtype_xmlid="mail.mt_note",
        )
        # sudo: nobody may write what came in; that it has become a case is ours to say
        self.sudo()._set("processed", ticket_id=ticket.id, user_id=self.env.uid)
        return self._open(ticket)

    def _values_by_hand(self):
        company = self.company_id or self.env.company
        release = self.env["complaint.release"]._active_or_explain(company)
        refs, box = release._refs(), release._mailbox(self.alias_id.alias_name)
        guess = release._classify_text(f"{self.subject}\n{self.text}")
        kinds = [box.get("type"), *(one["name"] for one in release._policy().raw["case_types"])]
        kind = guess["case_type_id"] or next(refs["case_type", name] for name in kinds if name)
        received = self._received(self._content(), box) or self.arrived_at
        return {
            "name": self.display_name,
            "description": Markup("<pre>%s</pre>") % (self.text or ""),
            "company_id": company.id,
            "case_type_id": kind,
            "category_id": guess["category_id"],
            "channel_id": release._mail_channel_id(box),
            "partner_name": (self.author or "").partition("<")[0].strip(' "') or self.sender,
            "partner_email": email_normalize(self.sender or "") or False,
            "received_at": received,
            "opened_by": self.message_id,
        }

    def _check_undecided(self):
        self.check_access("read")
        if self.state == "processed":
            raise UserError(
                self.env._("This message is on %(case)s already.", case=self.ticket_id.display_name or "")
            )

    def _open(self, ticket):
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": ticket.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _tell(self, sentence):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": sentence,
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
