"""How a report reaches people: whoever reviews it is asked to, signs it off, and it goes to the roles of the
policy, each in their own language, as a PDF and as a mail that can be read without it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from ..engine.policy import as_list
from .report import OPEN_STATES
from .report_print import MISSING, REPORT

REVIEW = "complaint_management.activity_type_report_review"
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
MAIL = "complaint_management.report_mail"


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    awaits_me = fields.Boolean(
        "To be reviewed by me", compute="_compute_awaits_me", search="_search_awaits_me"
    )
    can_send = fields.Boolean(compute="_compute_awaits_me")
    can_make = fields.Boolean(compute="_compute_awaits_me")
    receiver_names = fields.Char("Goes to", compute="_compute_receiver_names", compute_sudo=True)

    # ------------------------------------------------------------------ who

    @api.depends("state", "reviewer_ids")
    @api.depends_context("uid")
    def _compute_awaits_me(self):
        maker = self._may_make()
        for report in self:
            mine = self.env.user in report.reviewer_ids or (not report.reviewer_ids and maker)
            report.awaits_me = report.state == "in_review" and mine
            report.can_send = report.state == "made" and maker
            report.can_make = report.state in OPEN_STATES and maker

    def _search_awaits_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        mine = [("reviewer_ids", "in", self.env.uid)]
        if self._may_make():
            mine = ["|", *mine, ("reviewer_ids", "=", False)]
        return [("state", "=", "in_review"), *mine]

    @api.model
    def _may_make(self):
        try:
            self._check_maker()
        except AccessError:
            return False
        return True

    def _receivers(self):
        """Those whom the policy means now, by the entry in force, else by the one that it was made by."""
        # sudo: whom the policy means is no secret
        release = self.env["complaint.release"]._active(self.company_id) or self.sudo().release_id
        entry = self._entry_now() or self._entry()
        roles = as_list(entry.get("to"))
        return self.env["res.users"].union(*(release._role_members(role) for role in roles))

    @api.depends("state", "delivery_ids")
    def _compute_receiver_names(self):
        for report in self:
            people = report.delivery_ids.user_id if report.state == "sent" else report._receivers()
            report.receiver_names = ", ".join(people.mapped("name"))

    @api.model
    def _refresh_readers(self):
        """Who joined a role reads its reports, who left it does not."""
        for reports in self.search([("state", "!=", "replaced")]).grouped("company_id").values():
            for alike in reports.grouped(lambda one: (one.report_code, one.state, one.release_id)).values():
                people = alike[0]._people()
                for report in alike:
                    if report.reader_ids != people:
                        report.reader_ids = people

    def _people(self):
        """Whoever may read the report as it stands: its reviewers, and once it is sent those it is for."""
        release = self.env["complaint.release"]._active(self.company_id) or self.release_id
        entry = self._entry_now() or self._entry()
        roles = [
            *as_list(entry.get("review_by")),
            *(as_list(entry.get("to")) if self.state == "sent" else ()),
        ]
        people = self.reviewer_ids | self.delivery_ids.user_id.filtered("active")
        for role in roles:
            found = release._role_people(release._role(role)) | release._role_members(role)
            people |= found.filtered(
                lambda user: user.active and not user.share and self.company_id in user.company_ids
            )
        return people

    # ------------------------------------------------------------------ on its way

    def _go_on(self):
        """What follows when a report is made: it stays where it does not balance, waits for its review, or is
        sent."""
        if self.content["pages"] and self._page().get("misfits"):
            self._ask(self._makers(), self._words_of_misfit)
            return
        if self.review_role:
            self._put_to_review()
            return
        self.state = "made"
        self._send()

    def _put_to_review(self):
        reviewers = self.release_id._role_members(self.review_role)
        self.write({"state": "in_review", "reviewer_ids": [Command.set(reviewers.ids)]})
        self.reader_ids = self._people()
        self._ask(reviewers, self._words_of_review)

    def _words_of_review(self, report):
        return report.env._("Read, comment and sign off: %(name)s", name=report.name)

    def _words_of_misfit(self, report):
        return report.env._("It does not balance and was not sent: %(name)s", name=report.name)

    def _makers(self):
        """Those who can look into a report that does not balance."""
        # sudo: whom the company asks is its own business
        group = self.env.ref("complaint_management.group_data_analysis").sudo()
        return group.all_user_ids._there(self.company_id)

    def _ask(self, users, words):
        """One activity for each of these people, in their language."""
        kind = self.env.ref(REVIEW)
        rows = [
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "user_id": user.id,
                "activity_type_id": kind.id,
                "summary": words(self.with_context(lang=user.lang)),
            }
            for user in users
        ]
        # sudo: the company reminds its people
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(rows)

    def action_sign_off(self):
        """Reviewed: it is sent as it stands, with the remarks."""
        self.ensure_one()
        if not self.awaits_me:
            raise UserError(
                self.env._(
                    "This report is not waiting for your review. It is reviewed by %(names)s.",
                    # sudo: the names of colleagues
                    names=", ".join(self.sudo().reviewer_ids.mapped("name")) or self.env._("nobody"),
                )
            )
        own = self.sudo()  # sudo: the review is written by this button alone
        own.write({"reviewer_id": self.env.uid, "reviewed_at": fields.Datetime.now(), "state": "made"})
        own.activity_ids.unlink()
        own._send()

    def action_send(self):
        """Send what was ready, but had nobody to go to."""
        self.ensure_one()
        if not self.can_send:
            raise UserError(self.env._("This report is not ready to be sent."))
        self.sudo()._send()  # sudo: as above

    # ------------------------------------------------------------------ sending

    def _send(self):
        """Send it to everybody whom it is for, and keep it. Without anybody it stays ready."""
        people = self._receivers()
        if not people:
            return
        now, rows = fields.Datetime.now(), []
        for lang, some in people.grouped(lambda user: user.lang or "en_US").items():
            here = self.with_context(lang=lang)
            pdf = here._keep_pdf(lang)
            rows += [here._mailed(user, pdf, now) for user in some]
        self._archive(rows, now)
        self.env["helpdesk.ticket"]._wake_cron("mail.ir_cron_mail_scheduler_action")

    def _archive(self, rows, now):
        """From now on it cannot be changed. rows: who got it."""
        self.env["complaint.report.delivery"].create(rows)
        self.write({"state": "sent", "sent_at": now})
        self.reader_ids = self._people()

    def _keep_pdf(self, lang):
        """The PDF in a language, kept with the report; none where it cannot be made."""
        attachments = self.env["ir.attachment"]
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() in MISSING:
            return attachments
        # what the program grumbles about is no fault of the report
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            try:
                content, kind = self.env["ir.actions.report"]._render_qweb_pdf(REPORT, self.ids)
            except UserError:
                return attachments
        if kind != "pdf":
            return attachments
        return attachments.create(
            {
                "name": f"{self._file_name()}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _mailed(self, user, pdf, now):
        """Queue the mail of one person; who got it, as a row of the record."""
        row = {"report_id": self.id, "user_id": user.id, "lang": user.lang or "en_US", "sent_at": now}
        row["pdf_id"] = pdf.id
        if not user.email:
            return row
        body = self.env["ir.qweb"]._render(
            MAIL,
            {
                **self._shown(),
                "name": user.name,
                "pdf": bool(pdf),
                "url": f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}",
            },
        )
        mail = self.env["mail.mail"].create(
            {
                "subject": self.name,
                "body_html": body,
                "email_from": self.company_id._complaint_sender(),
                "email_to": user.email_formatted,
                "attachment_ids": [Command.set(pdf.ids)],
                "auto_delete": True,
                "headers": repr(HEADERS),
            }
        )
        return {**row, "email": user.email, "mail_id": mail.id}
