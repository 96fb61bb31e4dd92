"""Inviting to a meeting (F9): an entry in everybody's calendar, with a mail that other calendars understand.
What the mail says is when and where; agenda and minutes are read where one's rights are known."""

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError

# Changes of the meeting that its entry in the calendar follows.
IN_CALENDAR = frozenset({"name", "starts_at", "hours", "place", "invited_ids", "chair_id"})


class ComplaintMeeting(models.Model):
    _inherit = "complaint.meeting"

    def action_invite(self):
        """Put the meeting into the calendars of all who are invited; each gets a mail."""
        self._check_leads()
        self._expect("planned")
        for meeting in self:
            meeting._check_ready_to_invite()
            # sudo: allowed above; the entry belongs to the chair, whoever presses the button
            one = meeting.sudo()
            one.event_id = (
                one.env["calendar.event"].with_context(no_document=True).create(one._event_values())
            )
            one.write({"state": "invited", "invited_at": fields.Datetime.now()})
            one.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _check_ready_to_invite(self):
        if not self.starts_at or self.starts_at <= fields.Datetime.now():
            raise UserError(self.env._("Say first when the meeting begins: a time that is still to come."))
        if not self.invited_ids - self.chair_id:
            raise UserError(self.env._("Nobody but the chair is invited. Add the people first."))

    def _event_values(self):
        """What the calendar shows. Who is not invited sees that they are busy, nothing else."""
        words = self._in_chairs_words()
        link = Markup('<p><a href="%s">%s</a></p>') % (
            self._address(),
            words.env._("Agenda and minutes"),
        )
        return {
            "name": words.display_name,
            "start": self.starts_at,
            "stop": self._ends_at(),
            "location": self.place or False,
            "description": link,
            "user_id": self.chair_id.id,
            "partner_ids": [fields.Command.set(self.invited_ids.partner_id.ids)],
            "privacy": "private",
        }

    def _address(self):
        return f"{self.get_base_url()}/odoo/complaint-meetings/{self.id}"

    def write(self, vals):
        result = super().write(vals)
        if IN_CALENDAR & set(vals):
            for meeting in self.filtered(lambda one: one.event_id and one.state == "invited"):
                meeting._follow_in_calendar()
        return result

    def _follow_in_calendar(self):
        """The entry in the calendar follows; Odoo tells those whom it concerns."""
        if not self.starts_at:
            raise UserError(self.env._("People are invited: the meeting needs a time, or is cancelled."))
        one = self.sudo()  # sudo: whoever may change the meeting changes its entry, too
        values = one._event_values()
        present = set(one.event_id.partner_ids.ids)
        if set(one.invited_ids.partner_id.ids) == present:
            del values["partner_ids"]
        # of the link only; Odoo adds who takes part to it
        del values["description"]
        changed = {
            name: value
            for name, value in values.items()
            if name == "partner_ids" or _plain(one.event_id[name]) != value
        }
        if changed:
            one.event_id.write(changed)

    def _call_off(self):
        """Tell those who were invited that the meeting does not take place."""
        for meeting in self.sudo().filtered("event_id"):  # sudo: allowed by the button
            template = meeting.env.ref("calendar.calendar_template_delete_event", raise_if_not_found=False)
            if template and meeting.starts_at > fields.Datetime.now():
                layout = "mail.mail_notification_light"
                template.send_mail(meeting.event_id.id, email_layout_xmlid=layout)
            meeting.event_id.unlink()


def _plain(value):
    return value.id if isinstance(value, models.BaseModel) else value
