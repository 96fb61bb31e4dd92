"""A message becomes a case or joins one (A1): what its words, its sender and its mailbox say about it."""

import re
from email.utils import parseaddr

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext

from .mail_handling import Kept
from .release_reading import aware

_WORDS = re.compile(r"[\w/.-]*\d[\w/.-]*")
_MEGABYTE = 1024 * 1024


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    opened_by = fields.Char(
        "Opening message", readonly=True, copy=False, help="Message-ID of the mail that opened this ticket."
    )

    _opened_once = models.UniqueIndex(
        "(company_id, opened_by) WHERE opened_by IS NOT NULL AND case_type_id IS NOT NULL",
        "This message has opened a case already.",
    )

    # ------------------------------------------------------------------ which case

    @api.model
    def _complaint_routes(self, routes, kept):
        """Odoo's routes of a kept message as the policy wants them: one case a company at most, an answer to
        the case that its subject names, and no mailbox that one message would mark as broken."""
        result, companies = [], set()
        for model, thread, values, user, alias in routes:
            if model != self._name:
                result.append((model, thread, values, user, alias))
                continue
            ticket = self.browse(thread or []).exists()
            if not ticket and (values or {}).get("case_type_id"):
                company = self._company_of(values)
                if company in companies:
                    continue
                companies.add(company)
                ticket = self._case_named(kept, company)
            ticket = ticket.duplicate_id or ticket  # what was joined goes on in the case it was joined to
            if ticket.case_type_id and not ticket._takes_replies():
                ticket, values = self.browse(), ticket._values_of_follower()
            result.append((model, ticket.id, values, user, None))
        return result

    @api.model
    def _case_named(self, kept, company):
        """The case whose number stands in the subject, if the sender is one of those who may answer: whoever
        knows a number is not yet the customer."""
        words = _WORDS.findall(kept.subject or "")
        named = self.search(
            [("number", "in", words), ("company_id", "=", company.id), ("case_type_id", "!=", False)]
        )
        return named.filtered(lambda ticket: kept.sender in ticket._addresses())[:1]

    def _addresses(self):
        """The addresses of those who wrote in this case, of the complainant and of the representative."""
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id), ("message_type", "=", "email")]
        )
        people = self.partner_id + self.representative_id + messages.author_id
        written = [self.partner_email, *messages.mapped("email_from"), *people.mapped("email")]
        return {email_normalize(one) for one in written if one} - {False}

    def _takes_replies(self):
        """Whether an answer still belongs to this case: not after the time in which it may be reopened, for
        then nobody looks at it any more."""
        state = self._engine_state()
        if not state.closed_at:
            return True
        until = self.release_id._reopens_until(state.stage, state.closed_at)
        return until is None or aware(fields.Datetime.now()) <= until

    def _values_of_follower(self):
        """Of a new case that answers this one, which is closed for good."""
        release = self.env["complaint.release"]._active(self.company_id)
        return {
            "company_id": self.company_id.id,
            "case_type_id": self.case_type_id.id,
            "channel_id": release._mail_channel_id(release._mailbox()),
            "complaint_follows": self.id,
        }

    # ------------------------------------------------------------------ a new case

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = {**(custom_values or {}), "opened_by": msg_dict.get("message_id")}
        if not values.get("case_type_id"):
            return super().message_new(msg_dict, values)
        before = self.browse(values.pop("complaint_follows", False) or [])
        ticket = super().message_new(msg_dict, self._values_from_mail(msg_dict, values))
        if before:
            ticket.message_post(
                body=self.env._("This answers %(number)s, which is closed.", number=before.number),
                subtype_xmlid="mail.mt_note",
            )
        return ticket

    @api.model
    def _values_from_mail(self, msg_dict, values):
        """What the register needs to know of a message; msg_dict is freed of files that are too large."""
        company = self._company_of(values)
        release = self.env["complaint.release"]._active(company)
        self._limit_attachments(msg_dict, release)
        name, address = parseaddr(msg_dict.get("from") or "")
        values.setdefault("partner_name", name)  # the register keeps name and address apart (A2)
        values.setdefault("partner_email", address)
        text = f"{msg_dict.get('subject') or ''}\n{html2plaintext(msg_dict.get('body') or '')}"
        guess = release._classify_text(text)
        values["case_type_id"] = guess["case_type_id"] or values["case_type_id"]
        if guess["category_id"] and not values.get("category_id"):
            category = self.env["helpdesk.ticket.category"].browse(guess["category_id"])
            values["category_id"] = category.id
            team = release._team_for(category)
            values.update(team_id=team.id or values.get("team_id"), company_id=company.id)
        kept = self.env.context.get("complaint_mail")
        if isinstance(kept, Kept) and kept.received_at:
            values["received_at"] = kept.received_at
        return values

    def message_update(self, msg_dict, update_vals=None):
        if self.case_type_id:
            self._limit_attachments(msg_dict, self.env["complaint.release"]._active(self.company_id))
        return super().message_update(msg_dict, update_vals)

    @api.model
    def _limit_attachments(self, msg_dict, release):
        """Leave files that the policy does not take in the stored message, and say so in the text."""
        kept = self.env.context.get("complaint_mail")
        if not isinstance(kept, Kept):
            return
        mail = self.env["complaint.mail.message"].browse(kept.id)
        limits = release._mailbox(mail.alias_id.alias_name).get("attachments") or {}
        taken, left = [], []
        for one in msg_dict.get("attachments") or []:
            (taken if _fits(one, len(taken), limits) else left).append(one)
        if left:
            msg_dict["attachments"] = taken
            said = self.env._(
                "Not on the case, because too large, too many or of another type than we take: %(files)s. "
                "The whole message is kept in the mail inbox.",
                files=", ".join(one[0] for one in left),
            )
            msg_dict["body"] = Markup("%s<p><em>%s</em></p>") % (Markup(msg_dict.get("body") or ""), said)


def _fits(attachment, taken, limits):
    """Whether a policy takes one more file."""
    name, content = attachment[:2]
    size = len(content.encode("utf-8", "replace")) if isinstance(content, str) else len(content or b"")
    ending = (name or "").rpartition(".")[2].lower()
    return (
        taken < limits.get("count", taken + 1)
        and size <= limits.get("megabytes", size) * _MEGABYTE
        and ending in (limits.get("types") or [ending])
    )
