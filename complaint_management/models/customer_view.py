"""What the customer may see of a case (B9): one list of what leaves the house, for every page that shows it.

Nothing that is not named here is shown: no internal notes, no names of staff unless the policy says so, no
severities, no codes of the register."""

import base64
import hashlib
import hmac

from odoo import fields, models
from odoo.tools import consteq, email_normalize

from ..engine.similar import phone_tail, same_phone
from .release_reading import naive

SPOKEN = ("comment", "email", "email_outgoing", "sms", "auto_comment")
CODE_LENGTH = 12  # letters and digits: 60 bits, so that guessing takes longer than any rate limit allows


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _customer_view(self):
        """What the customer may see of this case; the caller has made sure that it is the customer.

        Times are in words, with their zone."""
        self.ensure_one()
        case = self.sudo()  # sudo: only what is listed here leaves
        state = case._engine_state()
        return {
            "number": case.number,
            "title": case.name,
            "category": case.category_id.name or "",
            "received": case._customer_time(case.received_at),
            "standing": case.stage_id.name,
            "closed": bool(case.closed),
            "waiting": case.paused,
            "promise": case._promise_for_customer(),
            "steps": case._steps_done(state) + case._steps_expected(state),
            "words": case.description,
            "wanted": case.remedy_sought or "",
            "order": case.order_reference or "",
            "contact": case._contact_for_customer(),
            "files": case._files_for_customer(),
            "messages": case._messages_for_customer(),
            "company": case.company_id.name,
            "phone": case.release_id._hotline(),
        }

    def _promise_for_customer(self):
        """By when the customer hears from us, and whether that has been missed; None without a promise."""
        if not self.promised_at:
            return None
        late = self.promised_at < fields.Datetime.now()
        return {"when": self._customer_time(self.promised_at), "late": late}

    # ------------------------------------------------------------------ the timeline

    def _steps_done(self, state):
        """What has happened, in order: dicts with label, when and state "done"."""
        words, steps = self.release_id._step_words(), []
        stages = self.release_id._policy().stages
        for event in self.event_ids.sorted(lambda event: (event.occurred_at, event.id)):
            stage = stages.get((event.data or {}).get("stage"))
            if event.kind in words:
                label = words[event.kind]
            elif event.kind == "moved" and stage:
                label = self.release_id._stage_words(stage)
            else:
                continue
            if not steps or steps[-1]["label"] != label:
                # the zone stands with the time of receipt and with each date that lies ahead
                when = self._customer_time(event.occurred_at, named=False)
                steps.append({"label": label, "when": when, "state": "done"})
        return steps

    def _steps_expected(self, state):
        """What usually follows, with the dates that clocks give: dicts with label, when and state "next" or
        "later"."""
        release = self.release_id
        policy, steps = release._policy(), []
        current = policy.stages.get(state.stage)
        if not current or state.closed_at:
            return steps
        due = self._due_by_event(policy, state)
        for stage in release._usual_way(current)[1:]:
            if stage.event in state.seen:
                continue
            label = release._stage_words(stage)
            when = self._customer_time(due.get(stage.event))
            steps.append({"label": label, "when": when, "state": "later" if steps else "next"})
        return steps

    def _due_by_event(self, policy, state):
        """{event: naive UTC} of the deadlines that lie before us, or the later date that the customer was
        told."""
        due, now = {}, fields.Datetime.now()
        for clock in state.clocks:
            spec = policy.clock_spec(clock.sla, clock.name)
            if clock.state != "running" or clock.cycle != state.cycle or not spec or clock.measure_only:
                continue
            at = naive(max(clock.due_at, state.promised.get(clock.name, clock.due_at)))
            for event in spec.ends if at > now else ():
                due[event] = min(at, due.get(event, at))
        return due

    # ------------------------------------------------------------------ people, messages, files

    def _contact_for_customer(self):
        """How we reach the complainant, as the complainant told us; addresses are given away in part only,
        because whoever holds the link reads them."""
        return {
            "name": self.partner_name or "",
            "email": _veiled_email(self.partner_email or ""),
            "phone": _veiled(self.partner_phone or "", 3),
        }

    def _customer_messages(self):
        """The messages between the customer and us, oldest first."""
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "in", SPOKEN),
            ("is_internal", "=", False),
            ("subtype_id.internal", "=", False),
            ("subtype_id", "!=", False),
            ("message_id", "!=", self.opened_by or False),
        ]
        return self.env["mail.message"].search(domain, order="date, id")

    def _messages_for_customer(self):
        named = self.release_id._web().get("staff_names")
        said = []
        for message in self._customer_messages():
            author = message.author_id
            ours = author == self.company_id.partner_id or any(not user.share for user in author.user_ids)
            ours_name = author.name if named else self.company_id.name
            said.append(
                {
                    "mine": not ours,
                    "who": ours_name if ours else self.env._("You"),
                    "when": self._customer_time(message.date),
                    "body": message.body,
                    "files": self._file_rows(message.attachment_ids),
                }
            )
        return said

    def _given_files(self):
        """The files that the customer sent with the complaint itself."""
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id), ("given_by_customer", "=", True)]
        told = self._customer_messages().attachment_ids
        return self.env["ir.attachment"].search(domain, order="id") - told

    def _files_for_customer(self):
        return self._file_rows(self._given_files())

    def _customer_file(self, attachment_id):
        """One of the files that the customer may read, empty for any other."""
        self.ensure_one()
        case = self.sudo()  # sudo: see _customer_view
        readable = case._given_files() | case._customer_messages().attachment_ids
        return readable.filtered(lambda file: file.id == attachment_id)

    def _file_rows(self, attachments):
        return [
            {"id": file.id, "name": file.name, "kilobytes": max(1, round((file.file_size or 0) / 1024))}
            for file in attachments
        ]

    # ------------------------------------------------------------------ who asks

    def _customer_code(self):
        """The code that opens the case beside its number: made from the link's token, so it is as secret and
        changes with it."""
        self.ensure_one()
        ticket = self.sudo()  # sudo: see _customer_url
        key = self.env["complaint.rate"]._hashed(f"code:{ticket.id}:{ticket._portal_ensure_token()}")
        code = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:CODE_LENGTH]
        return "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))

    def _opens_with(self, secret):
        """Whether a secret fits: the code, the e-mail or the phone of the complainant. Works on an empty
        record as long as on a real one, so that the time of the answer tells nothing."""
        ticket = self.sudo()  # sudo: compares, shows nothing
        code = ticket._customer_code() if ticket else "-" * CODE_LENGTH
        fits = (
            (_plain_code(secret), _plain_code(code)),
            (email_normalize(secret) or "", email_normalize(ticket.partner_email or "") or ""),
        )
        # Each comparison is made, whatever the earlier ones gave.
        found = [bool(ours) and consteq(_fixed(given), _fixed(ours)) for given, ours in fits]
        found.append(bool(phone_tail(secret)) and same_phone(secret, ticket.partner_phone or ""))
        return bool(ticket) and any(found)


def _plain_code(text):
    return "".join(char for char in text.upper() if char.isalnum())


def _fixed(text):
    return hmac.new(b"compare", text.encode(), hashlib.sha256).hexdigest()


def _veiled(text, shown):
    """The last characters of a text, the others as dots."""
    return f"•••{text[-shown:]}" if len(text) > shown else ""


def _veiled_email(address):
    """ "chen@example.com" -> "c•••@example.com"."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}•••{at}{domain}" if at else ""
