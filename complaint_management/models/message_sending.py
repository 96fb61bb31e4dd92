"""The job that sends what is queued: it finds the way, writes the text and hands it to Odoo's own queues of
mail and SMS, which tell what became of it."""

from odoo import api, models
from odoo.tools import SQL, email_normalize, formataddr, plaintext2html
from psycopg2 import OperationalError

from ..engine.messages import COMPLAINANT

# An automatic message must not be answered by another automaton (RFC 3834).
AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
# Failures that lie in the address: another way may lead to the recipient.
WRONG_ADDRESS = frozenset(
    {
        "mail_email_invalid",
        "mail_email_missing",
        "sms_number_missing",
        "sms_number_format",
        "sms_country_not_supported",
        "sms_blacklist",
        "sms_optout",
    }
)


class ComplaintMessage(models.Model):
    _inherit = "complaint.message"

    @api.model
    def _cron_send(self):
        """Send everything that is queued, a batch a transaction."""
        # sudo: the job acts for the company
        messages = self.sudo()
        while batch := self.env["helpdesk.ticket"]._again_if_overtaken(messages._send_batch):
            remaining = messages.search_count([("state", "=", "queued")])
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining):
                return

    @api.model
    def _send_batch(self):
        """Send one batch; returns it."""
        batch = self._claimed()
        if batch:
            batch._send()
        return batch

    @api.model
    def _claimed(self):
        """Lock what is queued, the oldest first; what another job has in its hands is left to it."""
        self.flush_model(["state"])
        query = SQL(
            "SELECT id FROM complaint_message WHERE state = 'queued' ORDER BY id LIMIT %s "
            "FOR NO KEY UPDATE SKIP LOCKED",
            self.env["helpdesk.ticket"]._job_number("job_batch"),
        )
        return self.browse(ident for [ident] in self.env.execute_query(query))

    def _send(self):
        """Send the messages of self, each for itself: what goes wrong with one is shown on it alone."""
        self.invalidate_recordset()
        self.ticket_id.fetch(["case_state"])
        posts = []
        for message in self:
            try:
                with self.env.cr.savepoint():
                    posts.append((message, message._prepared()))
            except OperationalError:
                raise  # another transaction was quicker: the whole batch is repeated
            except Exception as error:  # a template may fail in any way, and only its own message may suffer
                message._failed(str(error))
        self._hand_over([(message, post) for message, post in posts if post])

    def _prepared(self):
        """What to post: a dict for _hand_over. None if there is nothing to do, which the state then says."""
        entry = self._entry()
        if not entry or (self._acknowledges() and not self._still_to_acknowledge()):
            self.write({"state": "cancelled"})
            return None
        way, address = self._way(entry)
        if not way:
            self.write({"state": "not_reachable", "error": self._why_unreachable(entry)})
            return None
        spoken = self._in_their_words()
        return {"way": way, "address": address, **spoken._written(entry, way)}

    def _still_to_acknowledge(self):
        state = self.ticket_id._engine_state()
        return "acknowledged" not in state.seen and state.closed_at is None

    # ------------------------------------------------------------------ ways

    def _way(self, entry):
        """(way, address) of the first way of the policy by which the recipient can be reached."""
        tried = (self.tried or "").split(",")
        for way in entry.ways:
            address = way not in tried and getattr(self, f"_address_by_{way}")()
            if address:
                return way, address
        return None, None

    def _partners(self):
        """Who gets it, if it is not the complainant."""
        if self.role == COMPLAINANT:
            return self.env["res.partner"]
        return self.ticket_id._role_partners(self.role)[self.ticket_id.id]

    def _address_by_mail(self):
        if self.role != COMPLAINANT:
            partners = self._partners().filtered("email_normalized")
            return ", ".join(formataddr((partner.name or "", partner.email)) for partner in partners)
        address = email_normalize(self.ticket_id._customer_email() or "")
        return address and formataddr((self.ticket_id._customer_name(), address))

    def _address_by_sms(self):
        if self.role != COMPLAINANT:
            return False
        ticket = self.ticket_id
        number = ticket.partner_phone or ticket.partner_id.phone
        country = ticket.partner_id.country_id or ticket.company_id.country_id
        return bool(number) and ticket._phone_format(number=number, country=country)

    def _address_by_portal(self):
        return self.role == COMPLAINANT and self.ticket_id._customer_name()

    def _address_by_letter(self):
        partner = self.ticket_id.partner_id
        if self.role != COMPLAINANT or not (partner.street and partner.city):
            return False
        return partner._display_address(without_company=True)

    def _why_unreachable(self, entry):
        labels = dict(self._fields["way"]._description_selection(self.env))
        ways = ", ".join(labels[way] for way in entry.ways)
        return self.env._(
            "No usable address for any of the ways of the policy: %(ways)s. "
            "Complete the contact, then send it again.",
            ways=ways,
        )

    # ------------------------------------------------------------------ handing over

    def _hand_over(self, posts):
        """Post the texts on their cases and give them to the queues. posts: [(message, what to post)]."""
        if not posts:
            return
        # What failed to leave is told anew below: it must not stand on the case twice.
        again = self.browse([message.id for message, _post in posts])
        mails, stale = again.mail_id, again.mail_message_id
        again.write({"mail_id": False, "mail_message_id": False})
        mails.unlink()
        stale.unlink()
        # Created, not posted: followers among the staff see it on the case and need no mail about it.
        texts = self.env["mail.message"].create([message._post_values(post) for message, post in posts])
        by_way = {}
        for (message, post), text in zip(posts, texts, strict=True):
            message.write(
                {"way": post["way"], "recipient": post["address"], "mail_message_id": text.id, "error": False}
            )
            by_way.setdefault(post["way"], []).append((message, post, text))
        for way, entries in by_way.items():
            getattr(self, f"_hand_over_{way}")(entries)

    def _post_values(self, post):
        ticket = self.ticket_id
        automatic = {"mail": "email_outgoing", "sms": "sms"}
        note = "mail.mt_comment" if self.role == COMPLAINANT else "mail.mt_note"
        return {
            "model": ticket._name,
            "res_id": ticket.id,
            "message_type": automatic.get(post["way"], "auto_comment"),
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(note),
            "subject": post.get("subject"),
            "body": post["body"] if "body" in post else plaintext2html(post["text"]),
            "author_id": ticket.company_id.partner_id.id,
            "email_from": ticket._sender_address(),
            "is_internal": self.role != COMPLAINANT,
        }

    def _hand_over_mail(self, entries):
        mails = self.env["mail.mail"].create(
            [
                {
                    "mail_message_id": text.id,
                    "body_html": post["html"],
                    "email_to": post["address"],
                    "headers": repr(AUTOMATIC),
                    "auto_delete": True,
                }
                for _message, post, text in entries
            ]
        )
        for (message, _post, _text), mail in zip(entries, mails, strict=True):
            message.write({"state": "leaving", "mail_id": mail.id})
        self.env["helpdesk.ticket"]._wake_cron("mail.ir_cron_mail_scheduler_action")

    def _hand_over_sms(self, entries):
        texts = self.env["sms.sms"].create(
            [
                {"number": post["address"], "body": post["text"], "mail_message_id": text.id}
                for _message, post, text in entries
            ]
        )
        for (message, _post, _text), sms in zip(entries, texts, strict=True):
            message.write({"state": "leaving", "sms_id": sms.id})

    def _hand_over_portal(self, entries):
        self.browse([message.id for message, _post, _text in entries])._left()

    def _hand_over_letter(self, entries):
        for message, _post, _text in entries:
            message.write({"state": "to_post", "activity_id": message._ask_to_post().id})

    def _ask_to_post(self):
        """An activity for whoever has the case: print the letter and post it."""
        ticket = self.ticket_id
        user = ticket.accountable_id
        if not user:
            return self.env["mail.activity"]
        ticket = ticket.with_context(lang=user.lang)
        return ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=ticket.env._("Post a letter: %(title)s", title=self.with_context(lang=user.lang).title),
            note=ticket.env._(
                "The customer can only be reached by letter. Print it from the page Told to the customer, "
                "post it, and mark this as done."
            ),
        )


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """What became of our messages. A message counts when it has left, not when it was queued."""
        # sudo: the mail queue acts for nobody in particular
        messages = self.env["complaint.message"].sudo().search([("mail_id", "in", self.ids)])
        if not failure_type:
            messages._left()
        elif failure_type in WRONG_ADDRESS:
            messages._try_next_way(failure_reason or failure_type)
        else:
            messages._failed(failure_reason or self[:1].failure_reason or failure_type)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _handle_call_result_hook(self, results):
        """The same for SMS."""
        # sudo: as above
        messages = self.env["complaint.message"].sudo().search([("sms_id", "in", self.ids)])
        wrong = messages.filtered(lambda one: one.sms_id.failure_type in WRONG_ADDRESS)
        failed = messages.filtered(lambda one: one.sms_id.state == "error") - wrong
        messages.filtered(lambda one: one.sms_id.state in ("process", "pending", "sent"))._left()
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        for failure_type, some in wrong.grouped(lambda one: one.sms_id.failure_type).items():
            some._try_next_way(labels[failure_type])
        for failure_type, some in failed.grouped(lambda one: one.sms_id.failure_type).items():
            some._failed(labels.get(failure_type))
        return super()._handle_call_result_hook(results)
