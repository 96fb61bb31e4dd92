"""The end of a meeting (F9): its minutes go to everybody who was invited, as a letter and as PDF, and what is
still open goes on the agenda of the next one. From then on the meeting stays as it is."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

PRINT = "complaint_management.report_meeting_action"


class ComplaintMeeting(models.Model):
    _inherit = "complaint.meeting"

    def action_close(self):
        """Send the minutes and close the meeting."""
        self._check_leads()
        self._expect("held")
        self._check_minutes()
        for meeting in self:
            # sudo: allowed above; the minutes are what all who were invited read
            one = meeting.sudo()
            one.write({"state": "closed", "closed_at": fields.Datetime.now(), "closed_by_id": self.env.uid})
            one._send_minutes()
            one._carry_over()
        return True

    def _check_minutes(self):
        for item in self.item_ids:
            if (item.decision or "").strip():
                raise UserError(
                    self.env._(
                        "“%(point)s”: what is to be done is written down, but nobody does it yet. Make it an "
                        "action, or delete it.",
                        point=item.name,
                    )
                )
        for meeting in self:
            if not any(item.minutes or item.action_ids for item in meeting.item_ids):
                raise UserError(
                    self.env._("Nothing is written down yet. Write at least one line of minutes first.")
                )

    def _send_minutes(self):
        """One mail a person, in their language, sent after the commit."""
        self.ensure_one()
        rows, files = [], {}
        for user in self.invited_ids.filtered("email"):
            lang = user.lang or "en_US"
            reader = self.with_context(lang=lang, tz=user.tz)
            if lang not in files:
                files[lang] = reader._minutes_file()
            rows.append(
                {
                    "subject": reader.env._("Minutes: %(meeting)s", meeting=reader.display_name),
                    "body_html": reader.env["ir.qweb"]._render(
                        "complaint_management.meeting_minutes_mail", {"meeting": reader, "user": user}
                    ),
                    "email_to": user.email_formatted,
                    "email_from": self.company_id._complaint_sender(),
                    "author_id": self.company_id.partner_id.id,
                    "attachment_ids": [Command.set(files[lang].ids)],
                    "auto_delete": True,
                }
            )
        self.env["mail.mail"].create(rows)
        if rows:
            self.env["helpdesk.ticket"]._wake_cron("mail.ir_cron_mail_scheduler_action")

    def _minutes_file(self):
        """The minutes as PDF, kept with the meeting; nothing where the server makes none."""
        report = self.env["ir.actions.report"]
        files = self.env["ir.attachment"]
        if report.get_wkhtmltopdf_state() in ("install", "broken"):
            return files
        content, kind = report._render_qweb_pdf(PRINT, self.ids)
        if kind != "pdf":
            return files
        name = f"{self.env._('Minutes')} {self.display_name}.pdf"
        return files.create({"name": name, "raw": content, "res_model": self._name, "res_id": self.id})

    # ------------------------------------------------------------------ on paper

    def _print_name(self):
        words = self.env._("Minutes") if self.state in ("held", "closed") else self.env._("Agenda")
        return f"{words} {self.display_name}"

    def _print_points(self):
        """The points in order, with what was decided on each."""
        return [
            {"item": item, "decided": item.sudo()._decided()}  # sudo: see item.action_words
            for item in self.item_ids.sorted(lambda item: (item.sequence, item.id))
        ]

    def _print_facts(self):
        """[(label, words)] of the head of agenda and minutes."""
        people = self.sudo()  # sudo: the names of colleagues
        present = people.invited_ids - people.absent_ids
        when = self.starts_at and self.env["ir.qweb.field.datetime"].value_to_html(self.starts_at, {})
        facts = [
            (self.env._("When"), when),
            (self.env._("Where"), self.place),
            (self.env._("Chair"), people.chair_id.name),
            (
                self.env._("There") if self.state in ("held", "closed") else self.env._("Invited"),
                ", ".join(present.mapped("name")),
            ),
            (self.env._("Not there"), ", ".join(people.absent_ids.mapped("name"))),
        ]
        return [(label, words) for label, words in facts if words]


class MeetingPrint(models.AbstractModel):
    _name = "report.complaint_management.meeting_document"
    _description = "Agenda and minutes of a meeting, printed"

    def _get_report_values(self, docids, data=None):
        meetings = self.env["complaint.meeting"].browse(docids).exists()
        meetings.check_access("read")
        return {"doc_model": meetings._name, "docs": meetings}
