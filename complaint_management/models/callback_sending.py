"""The job that asks customers by mail or text message, reminds them once, and ends what was never answered.

What goes out by itself is written in the language of the customer and handed to Odoo's own queues, which tell
what became of it. A mail that the server refuses is tried again; one that failed for good is shown."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize, formataddr
from psycopg2 import OperationalError

from ..engine.callbacks import plan_named
from .callback import DUE
from .mail_again import HOPELESS
from .message_sending import WRONG_ADDRESS
from .release_reading import aware, naive

SENT = frozenset({"mail", "sms", "portal"})  # what goes out, or waits on the page, without anybody's work
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    # ------------------------------------------------------------------ asking

    def _opened(self):  # pylint: disable=missing-return
        super()._opened()
        self.filtered(lambda one: one.method in SENT)._invite()

    def _invite(self):
        """Send the questions, or the greetings of a plan without; not to whom wants none of it."""
        unwanted = self._unwanted()
        unwanted.write({"state": "left_out", "left_out_reason": "consent"})
        wanted = self - unwanted
        asking = wanted.filtered(lambda one: one._asked())
        self.env["complaint.invitation"]._queue(asking, "invitation")
        self.env["complaint.invitation"]._queue(wanted - asking, "greeting")

    def action_chat_link(self):
        """The customer's link, for the agent to send in the chat. From then on it counts as sent."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_unless_due()
        # sudo: whoever makes the callback may hand the link over; that it was is kept
        callback = self.sudo()
        if self.method != "chat" or not self._asked():
            raise UserError(self.env._("Only questions that are asked in a chat have a link to hand over."))
        callback.env["complaint.invitation"]._queue(callback, "invitation", way="chat")
        callback.invitation_ids.filtered(lambda one: one.state == "queued")._left()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Send this link in the chat. It is the customer's alone."),
                "message": callback._survey_url(),
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _unwanted(self):
        """Those whose customer asked not to be asked any more."""
        unwanted = self.browse()
        for company, callbacks in self.grouped("company_id").items():
            files = self.env["complaint.customer"]._of(callbacks.partner_id, company)
            refusing = {ident for ident, file in files.items() if file.consent == "refused"}
            unwanted |= callbacks.filtered(
                lambda one, refusing=refusing: one.partner_id.commercial_partner_id.id in refusing
            )
        return unwanted

    def _way_to_send(self):
        return self.method if self.method in SENT else "mail"

    def _sent(self, invitations, now):
        """The invitations have left: the links count from now on, greetings are done."""
        for invitation in invitations:
            callback = invitation.callback_id
            if callback.state not in DUE:
                continue
            if invitation.kind == "greeting":
                callback.first_attempt_at = now
                callback._finish(state="done")
            elif invitation.kind == "invitation":
                until = callback._link_lasts(now)
                callback.write(
                    {
                        "state": "waiting",
                        "first_attempt_at": callback.first_attempt_at or now,
                        "link_until": until,
                        "due_at": until or callback.due_at,
                        "remind_at": callback._reminder_after(now, until),
                    }
                )

    def _reminder_after(self, now, until):
        """When the customer is reminded (naive UTC); False where the plan has none, or none in time."""
        plan = plan_named(self.release_id._policy(), self.plan)
        if plan is None or plan.remind_after is None:
            return False
        at, _provisional = plan.calendar.due(aware(now), plan.remind_after)
        return naive(at) if not until or naive(at) < until else False

    def _never_reached(self):
        """No address: nobody was asked."""
        due = self.filtered(lambda one: one.state in DUE)
        tried = due.filtered("attempt_ids")
        tried.write({"state": "unreachable"})
        (due - tried).write({"state": "left_out", "left_out_reason": "no_address"})

    # ------------------------------------------------------------------ the job

    @api.model
    def _remind_batch(self, limit):
        """Remind at most so many, once each. Returns how many were looked at."""
        due = self._claim(SQL("remind_at <= %s", fields.Datetime.now()), SQL("remind_at"), limit)
        asked = due.filtered(lambda one: one.state == "waiting" and one._survey_state() == "open")
        self.env["complaint.invitation"]._queue(asked - asked._unwanted(), "reminder")
        due.write({"remind_at": False})
        return len(due)

    @api.model
    def _end_batch(self, limit):
        """End at most so many whose link works no longer. Returns how many there were."""
        now = fields.Datetime.now()
        over = self._claim(SQL("state = 'waiting' AND link_until < %s", now), SQL("link_until"), limit)
        for callback in over:
            callback._finish(state="unreachable")
        return len(over)


class ComplaintInvitation(models.Model):
    _inherit = "complaint.invitation"

    @api.model
    def _cron_send(self):
        """Remind, end, and send everything that is queued, a batch a transaction."""
        tickets, callbacks = self.env["helpdesk.ticket"], self.env["complaint.callback"]
        limit = tickets._job_number("job_batch")
        # sudo: the job acts for the company
        for deed in (callbacks._remind_batch, callbacks._end_batch, self.sudo()._send_batch):
            left = True
            while left:
                done = tickets._again_if_overtaken(lambda deed=deed: deed(limit))
                full = done >= limit
                left = self.env["ir.cron"]._commit_progress(done, remaining=limit if full else 0) and full

    @api.model
    def _send_batch(self, limit):
        """Send at most so many of those queued, the oldest first. Returns how many there were."""
        self.flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM complaint_invitation WHERE state = 'queued' ORDER BY id LIMIT %s "
                "FOR NO KEY UPDATE SKIP LOCKED",
                limit,
            )
        )
        self.browse([ident for (ident,) in rows])._send()
        return len(rows)

    def _send(self):
        """Send those of self, each for itself: what goes wrong with one is shown on it alone."""
        self.invalidate_recordset()
        mails, texts = [], []
        for invitation in self:
            try:
                with self.env.cr.savepoint():
                    post = invitation._prepared()
            except OperationalError:
                raise  # another transaction was quicker: the whole batch is repeated
            except (
                Exception
            ) as error:  # a template may fail in any way, and only its own invitation may suffer
                invitation._failed(str(error))
                continue
            if post:
                (texts if invitation.way == "sms" else mails).append((invitation, post))
        self._hand_over_mails(mails)
        self._hand_over_texts(texts)

    def _prepared(self):
        """What to hand over: a dict; None if there is nothing to hand over, which the state then says."""
        callback = self.callback_id
        if callback.state not in DUE or (self.kind == "reminder" and callback._survey_state() != "open"):
            self.write({"state": "cancelled"})
            return None
        if self.way == "portal":
            self._left()
            return None
        address = getattr(self, f"_address_by_{self.way}")()
        if not address:
            self._unreachable(self.env._("There is no address for this way. Complete the contact."))
            return None
        lang, zone = callback._lang_of_customer(), callback._zone_of_customer()
        spoken = self.with_context(lang=lang, tz=zone)
        return {"address": address, **spoken._written()}

    def _address_by_mail(self):
        callback = self.callback_id
        case, partner = callback.ticket_id, callback.partner_id
        address = email_normalize((case._customer_email() if case else partner.email) or "")
        return address and formataddr((self._name_of_customer(), address))

    def _address_by_sms(self):
        callback = self.callback_id
        number = callback.ticket_id.partner_phone or callback.partner_id.phone
        country = callback.partner_id.country_id or callback.company_id.country_id
        return bool(number) and callback.company_id._phone_format(number=number, country=country)

    def _name_of_customer(self):
        callback = self.callback_id
        return (callback.ticket_id._customer_name() if callback.ticket_id else callback.partner_id.name) or ""

    # ------------------------------------------------------------------ handing over

    def _hand_over_mails(self, posts):
        """Put the mails into Odoo's queue. posts: [(invitation, what to send)]"""
        if not posts:
            return
        mails = self.env["mail.mail"].create([one._mail_values(post) for one, post in posts])
        for (invitation, post), mail in zip(posts, mails, strict=True):
            invitation.write(
                {"state": "leaving", "mail_id": mail.id, "recipient": post["address"], "error": False}
            )
        self.env["helpdesk.ticket"]._wake_cron("mail.ir_cron_mail_scheduler_action")

    def _mail_values(self, post):
        """A mail that stands on no case: whoever read it there would have the customer's link."""
        case, company = self.ticket_id, self.company_id
        stop = self.callback_id._stop_url()
        leave = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        sender = company.email or company.default_from_email or self.env.user.email
        return {
            "subject": post["subject"],
            "body_html": post["html"],
            "email_to": post["address"],
            "email_from": case._sender_address() if case else formataddr((company.name, sender)),
            "headers": repr({**AUTOMATIC, **leave}),
            "auto_delete": True,
        }

    def _hand_over_texts(self, posts):
        if not posts:
            return
        texts = self.env["sms.sms"].create(
            [{"number": post["address"], "body": post["text"]} for _invitation, post in posts]
        )
        for (invitation, post), sms in zip(posts, texts, strict=True):
            invitation.write(
                {"state": "leaving", "sms_id": sms.id, "recipient": post["address"], "error": False}
            )


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """What became of our invitations. One counts when it has left, not when it was queued."""
        # sudo: the mail queue acts for nobody in particular
        ours = self.env["complaint.invitation"].sudo().search([("mail_id", "in", self.ids)])
        mails = ours.mail_id
        if ours and not failure_type:
            ours.filtered(lambda one: one.state != "sent")._left()
        elif failure_type in WRONG_ADDRESS:
            ours._unreachable(failure_reason or failure_type)
        elif ours:
            ours._failed(failure_reason or self[:1].failure_reason or failure_type)
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        if failure_type and failure_type not in HOPELESS:
            mails.exists()._try_again()
        return result


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _handle_call_result_hook(self, results):
        """The same for text messages."""
        # sudo: as above
        ours = self.env["complaint.invitation"].sudo().search([("sms_id", "in", self.ids)])
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        ours.filtered(lambda one: one.sms_id.state in ("process", "pending", "sent"))._left()
        for failure_type, some in ours.grouped(lambda one: one.sms_id.failure_type).items():
            if failure_type in WRONG_ADDRESS:
                some._unreachable(labels[failure_type])
            elif failure_type:
                some.filtered(lambda one: one.sms_id.state == "error")._failed(labels.get(failure_type))
        return super()._handle_call_result_hook(results)
