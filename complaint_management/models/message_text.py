"""The words of a message: what it states, taken from the case and its clocks at the moment it is written, in
the language and the zone of whoever gets it.

A template says {{ object.number }} or <t t-out="object.facts" />: each field below is empty if the policy
does not want it stated or if there is nothing to state, so that a text leaves it out."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..engine.messages import COMPLAINANT, filled_in, said_in

# Facts that stand in a row each; of the others the link is a button, the contacts close the text.
ROWS = ("number", "received_at", "next_promise", "new_date")
WORDS = (*ROWS, "result", "reasons", "remedy", "link", "hotline")


class ComplaintMessage(models.Model):
    _inherit = "complaint.message"

    customer_name = fields.Char(compute="_compute_words")
    company_name = fields.Char(related="company_id.name")
    number = fields.Char(compute="_compute_words")
    received_on = fields.Char("Received on", compute="_compute_words")
    next_promise = fields.Char("You will hear from us by", compute="_compute_words")
    new_day = fields.Char("New date", compute="_compute_words")
    result = fields.Text(compute="_compute_words")
    reasons = fields.Text(compute="_compute_words")
    remedy = fields.Char(compute="_compute_words")
    link = fields.Char(compute="_compute_words")
    hotline = fields.Text(compute="_compute_words")
    wording = fields.Text(compute="_compute_words", help="The text of the policy, filled in.")
    matter = fields.Char(compute="_compute_words", help="What the case is: complaint, inquiry, …")
    said = fields.Text(compute="_compute_facts", help="The same as lines of plain text, for SMS.")
    facts = fields.Html(
        compute="_compute_facts", sanitize=False, help="What the message must state, ready to be read."
    )

    @api.depends("name", "ticket_id")
    @api.depends_context("lang", "tz")
    def _compute_words(self):
        for message in self:
            entry, values = message._entry(), message._values()
            stated = {name: values[name] if entry and name in entry.state else False for name in WORDS}
            message.customer_name = message.ticket_id._customer_name()
            kind = message.ticket_id.case_type_id.name or ""
            message.matter = kind.lower() if (self.env.lang or "en").startswith("en") else kind
            message.received_on = stated.pop("received_at")
            message.new_day = stated.pop("new_date")
            message.update(stated)
            message.wording = entry and filled_in(message._in_language(entry.written.get("wording")), values)

    @api.depends("name", "ticket_id")
    @api.depends_context("lang", "tz")
    def _compute_facts(self):
        for message in self:
            message.facts = self.env["ir.qweb"]._render(
                "complaint_management.message_facts", {"message": message, **message._facts()}
            )
            message.said = "\n".join(message._text_lines())

    def _facts(self):
        """What the view of the facts shows: what the wording has said already is not said again."""
        entry = self._entry()
        if not entry:
            return {"say": {}, "bodies": []}
        values, said = self._values(), said_in(entry.written)
        say = {name: values[name] for name in entry.state if values.get(name) and name not in said}
        if code := self._code(say):
            say["code"] = code
        return {"say": say, "bodies": self._outside_bodies() if "outside_bodies" in entry.state else []}

    def _code(self, say):
        """The word that opens the case beside its number, for the customer of a company where that can be
        looked up; stated with the link, because it is as good as the link."""
        ticket = self.ticket_id
        asked = self.role == COMPLAINANT and {"number", "link"} <= set(say)
        return ticket._customer_code() if asked and ticket.release_id._web_channel() else None

    def _values(self):
        """Everything that a message can state, in the language and the zone of the environment."""
        self.ensure_one()
        ticket = self.ticket_id
        told = {name: getattr(ticket, f"_told_{name}")() or "" for name in ("result", "reasons", "remedy")}
        return {
            "number": ticket.number,
            "received_at": ticket._customer_time(ticket.received_at),
            "next_promise": ticket._customer_time(ticket.promised_at),
            "new_date": ticket._customer_time(self.new_date),
            "link": ticket._customer_url() if self.role == COMPLAINANT else ticket._agent_url(),
            "hotline": "\n".join(self._contacts()),
            "outside_bodies": "; ".join(self._body_line(body) for body in self._outside_bodies()),
            "survey": ticket._questions_url() if self.role == COMPLAINANT else "",
            **told,
        }

    def _in_language(self, texts):
        """A text of the policy in the language of the environment."""
        return texts and self.ticket_id.release_id._in_language(texts) or ""

    def _contacts(self):
        """The ways to reach the company that the policy names with its channels, a line each."""
        lines = []
        for channel in self.ticket_id.release_id._policy().raw.get("channels") or ():
            contact = channel.get("contact") or {}
            address = self._in_language(contact.get("address"))
            phone = contact.get("phone")
            if contact and not (address or contact.get("url")):
                phone = phone or self.company_id.phone
            reach = " · ".join(filter(None, (phone, contact.get("url"), address)))
            if not reach:
                continue
            hours = self._in_language(contact.get("hours"))
            title = self._in_language(channel.get("title"))
            lines.append(
                self.env._("%(channel)s: %(reach)s (%(hours)s)", channel=title, reach=reach, hours=hours)
                if hours
                else self.env._("%(channel)s: %(reach)s", channel=title, reach=reach)
            )
        return lines

    def _outside_bodies(self):
        """Who else the customer can turn to: title, description, link."""
        bodies = (self.ticket_id.release_id._policy().raw.get("messages") or {}).get("outside_bodies") or ()
        return [
            {
                "title": self._in_language(body.get("title")),
                "description": self._in_language(body.get("description")),
                "link": body.get("link"),
            }
            for body in bodies
        ]

    def _body_line(self, body):
        return " ".join(filter(None, (body["title"], body["link"])))

    # ------------------------------------------------------------------ writing

    def _in_their_words(self):
        """The message in the language and the zone of whoever gets it."""
        ticket = self.ticket_id
        if self.role == COMPLAINANT:
            lang, zone = ticket._customer_lang(), ticket._customer_tz()
        else:
            reader = self._partners()[:1]
            lang, zone = reader.lang or ticket._company_lang(), reader.tz or ticket._company_tz()
        return self.with_context(lang=lang, tz=zone)

    def _written(self, entry, way):
        """The text for a way: {"text"} for SMS, else {"subject", "body", "html"}. Self has the reader's
        language and zone in its context."""
        if way == "sms":
            template = self._template(entry, "sms.template", "sms")
            # sudo: a template of the company, rendered for nobody in particular
            text = template.sudo()._render_field("body", self.ids)[self.id]
            return {"text": "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())}
        template = self._template(entry, "mail.template", "message").sudo()  # sudo: as above
        body = template._render_field("body_html", self.ids)[self.id]
        subject = template._render_field("subject", self.ids)[self.id]
        return {"subject": subject, "body": body, "html": self._laid_out(body)}

    def _laid_out(self, body):
        """The body in the layout of a mail that a phone shows well."""
        return self.env["ir.qweb"]._render(
            "complaint_management.message_layout",
            {"body": Markup(body), "company": self.company_id, "lang": self.env.lang, "title": self.title},
        )

    def _template(self, entry, model, kind):
        """The template of a message in the language of the environment: ours by its name, else the company's
        own by its title; for a wording of the policy the frame around it."""
        name = "wording" if entry.written.get("wording") else entry.template
        template = self.env.ref(f"complaint_management.{kind}_{name}", raise_if_not_found=False)
        if not template:
            domain = [("name", "=", name), ("model_id.model", "=", self._name)]
            template = self.env[model].sudo().search(domain, limit=1)  # sudo: as above
        if not template and kind == "sms":
            template = self.env.ref("complaint_management.sms_wording")  # its facts stand for the text
        if not template:
            raise UserError(
                self.env._(
                    "The policy names the template %(name)s, which does not exist. "
                    "Make an e-mail template of that name for messages about complaints, "
                    "or change the policy.",
                    name=name,
                )
            )
        return template.with_context(lang=self.env.lang, tz=self.env.context.get("tz"))

    def _text_lines(self):
        """What the message states as lines of a plain text, for SMS."""
        facts = self._facts()
        labels = {
            "number": self.env._("No. %(value)s"),
            "code": self.env._("Code: %(value)s"),
            "received_at": self.env._("Received: %(value)s"),
            "next_promise": self.env._("You will hear from us by %(value)s"),
            "new_date": self.env._("New date: %(value)s"),
            "remedy": self.env._("What we do: %(value)s"),
            "survey": self.env._("Your opinion: %(value)s"),
        }
        lines = [labels.get(name, "%(value)s") % {"value": value} for name, value in facts["say"].items()]
        return lines + [self._body_line(body) for body in facts["bodies"]]

    def _letter_body(self):
        """What the printed letter shows: the text that was told."""
        return self.told or plaintext2html(self.wording or "")
