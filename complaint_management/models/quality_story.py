"""What a reviewer looks at beside the card (F6): the case with all that was said, written and done about it,
in one column of time."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import html2plaintext

SPOKEN = ("comment", "email", "email_outgoing")


class ComplaintQualityReview(models.Model):
    _inherit = "complaint.quality.review"

    number = fields.Char(related="ticket_id.number")
    case_name = fields.Char("Subject", related="ticket_id.name")
    channel_id = fields.Many2one(related="ticket_id.channel_id", help="The way the case came in.")
    category_id = fields.Many2one(related="ticket_id.category_id")
    urgency_id = fields.Many2one(related="ticket_id.urgency_id")
    severity_id = fields.Many2one(related="ticket_id.severity_id")
    customer_id = fields.Many2one("res.partner", "Customer", related="ticket_id.partner_id")
    received_at = fields.Datetime("Received", related="ticket_id.received_at")
    stage_id = fields.Many2one(related="ticket_id.stage_id")
    description = fields.Html("What was written down", related="ticket_id.description")
    story = fields.Html("What happened", compute="_compute_story", sanitize=False)

    @api.depends("ticket_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_story(self):
        for review in self:
            rows = sorted(review._story_rows(), key=lambda row: row["at"])
            review.story = self.env["ir.qweb"]._render("complaint_management.quality_story", {"rows": rows})

    def _story_rows(self):
        """What the register, the messages and the calls say, as the reader may see it."""
        case = self.ticket_id
        return [*self._register_rows(case), *self._message_rows(case), *self._call_rows(case)]

    def _register_rows(self, case):
        kinds = dict(self.env["complaint.event"]._fields["kind"]._description_selection(self.env))
        events = case.event_ids.filtered(lambda event: event.kind != "quality_reviewed")
        return [
            {
                "at": event.occurred_at,
                "icon": "fa-circle-o",
                "title": kinds.get(event.kind, event.kind),
                # sudo: the name of a colleague; what the system records is nobody's
                "who": event.user_id.sudo().name if event.user_id.id != SUPERUSER_ID else "",
                "words": event.summary,
                "spoken": False,
            }
            for event in events
        ]

    def _message_rows(self, case):
        spoken = case.message_ids.filtered(lambda one: one.message_type in SPOKEN)
        internal = self.env.ref("mail.mt_note")
        return [
            {
                "at": message.date,
                "icon": "fa-pencil" if message.subtype_id == internal else "fa-envelope-o",
                "title": self.env._("Note") if message.subtype_id == internal else self.env._("Message"),
                "who": message.sudo().author_id.name or message.email_from,  # sudo: a name
                "words": html2plaintext(message.body or "").strip(),
                "spoken": True,
            }
            for message in spoken
            if html2plaintext(message.body or "").strip()
        ]

    def _call_rows(self, case):
        results = dict(self.env["complaint.callback"]._fields["result"]._description_selection(self.env))
        return [
            {
                "at": call.done_at,
                "icon": "fa-phone",
                "title": call.title,
                "who": call.sudo().done_by_id.name,  # sudo: the name of a colleague
                "words": " · ".join(filter(None, (results.get(call.result), call.note))),
                "spoken": True,
            }
            for call in case.callback_ids
            if call.done_at
        ]

    def action_open_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


class ComplaintEvent(models.Model):
    _inherit = "complaint.event"

    def _detail(self, name, value, labels):
        """How a review ended, in words; the score too, without saying whose it is."""
        if self.kind == "quality_reviewed":
            results = self.env["complaint.quality.review"]._fields["result"]._description_selection(self.env)
            if name == "sample":
                return self.ticket_id.sudo().release_id._quality_title(value)  # sudo: no secret
            if name == "result":
                return dict(results).get(value, value)
            if name == "score":
                return f"{value:g} %"
        return super()._detail(name, value, labels)
