"""The words of what is sent to a customer for a callback, in the language and the zone of the customer.

A template says {{ object.customer_name }} or <t t-out="object.asked" />: what is empty, a text leaves out."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

TEMPLATES = {"invitation": "survey_invitation", "reminder": "survey_reminder"}


class ComplaintInvitation(models.Model):
    _inherit = "complaint.invitation"

    customer_name = fields.Char(compute="_compute_words")
    company_name = fields.Char(related="company_id.name")
    number = fields.Char(compute="_compute_words", help="Number of the case that it is about.")
    about = fields.Char(compute="_compute_words", help="Title of the case that it is about.")
    matter = fields.Char(compute="_compute_words", help="What the case is: complaint, inquiry, …")
    survey_title = fields.Char(compute="_compute_words")
    question_count = fields.Integer(compute="_compute_words")
    link = fields.Char(compute="_compute_words", groups=fields.NO_ACCESS)
    stop_link = fields.Char(compute="_compute_words", groups=fields.NO_ACCESS)
    until = fields.Char(compute="_compute_words", help="Until when they can be answered, in a sentence.")
    asked = fields.Html(
        compute="_compute_asked",
        sanitize=False,
        groups=fields.NO_ACCESS,
        help="The first question with its answers to tap, or the button that leads to the questions.",
    )

    @api.depends("callback_id", "kind")
    @api.depends_context("lang", "tz")
    def _compute_words(self):
        for one in self:
            callback = one.callback_id
            case, survey = callback.ticket_id, callback._asked()
            until = callback.link_until or (callback._link_lasts(fields.Datetime.now()) if survey else None)
            kind = case.case_type_id.name or ""
            one.customer_name = one._name_of_customer()
            one.number, one.about = case.number, case.name if case else False
            one.matter = kind.lower() if (self.env.lang or "en").startswith("en") else kind
            one.survey_title = callback.release_id._words(survey.get("title"), survey.get("name"))
            one.question_count = len(survey.get("questions") or ())
            one.link = callback._survey_url() if survey else False
            one.stop_link = callback._stop_url()
            one.until = until and one._until_words(until)

    def _until_words(self, until):
        tickets = self.env["helpdesk.ticket"].with_context(tz=self.callback_id._zone_of_customer())
        return self.env._("You can answer until %(day)s.", day=tickets._customer_day_words(until))

    @api.depends("callback_id", "kind")
    @api.depends_context("lang", "tz")
    def _compute_asked(self):
        for one in self:
            questions = one.callback_id._questions()
            first = questions[0] if questions and questions[0]["kind"] == "scale" else None
            one.asked = self.env["ir.qweb"]._render(
                "complaint_management.invitation_questions", {"invitation": one, "first": first}
            )

    def _written(self):
        """The text: {"text"} for a text message, else {"subject", "html"}. Self has the reader's language."""
        if self.way == "sms":
            # sudo: a template of the company, rendered for nobody in particular
            text = self._template("sms.template", "sms").sudo()._render_field("body", self.ids)[self.id]
            return {"text": "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())}
        template = self._template("mail.template", "mail").sudo()  # sudo: as above
        subject = template._render_field("subject", self.ids)[self.id]
        body = Markup(template._render_field("body_html", self.ids)[self.id])
        html = self.env["ir.qweb"]._render(
            "complaint_management.message_layout",
            {
                "body": body + self._last_lines(),
                "company": self.company_id,
                "lang": self.env.lang,
                "title": subject,
            },
        )
        return {"subject": subject, "html": html}

    def _last_lines(self):
        """How not to be asked again; not left to a template, so that no text forgets it."""
        return self.env["ir.qweb"]._render("complaint_management.invitation_stop", {"invitation": self})

    def _template(self, model, prefix):
        """The template that is meant: ours by its name, else the company's own by its title."""
        plan = self.callback_id.release_id._callback_plan(self.callback_id.plan)
        name = TEMPLATES.get(self.kind) or plan.get("template") or ""
        template = self.env.ref(f"complaint_management.{prefix}_{name}", raise_if_not_found=False)
        if not template:
            domain = [("name", "=", name), ("model_id.model", "=", self._name)]
            template = self.env[model].sudo().search(domain, limit=1)  # sudo: as above
        if not template:
            raise UserError(
                self.env._(
                    "The policy names the template %(name)s, which does not exist. Make a template of that "
                    "name for invitations to answer questions, or change the policy.",
                    name=name,
                )
            )
        return template.with_context(lang=self.env.lang, tz=self.env.context.get("tz"))


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _customer_day_words(self, instant):
        """A day in words, in the language and the zone of the environment."""
        day = fields.Datetime.context_timestamp(self, instant).date()
        return self.env["ir.qweb.field.date"].value_to_html(day, {"format": "long"})
