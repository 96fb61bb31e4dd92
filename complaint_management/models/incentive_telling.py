"""Who hears what about a statement: the person, that the period is over; the reviewers, that there is
something to look at."""

from odoo import api, models
from odoo.tools import plaintext2html


class IncentiveStatement(models.Model):
    _inherit = "complaint.incentive.statement"

    def _tell_computed(self):
        """The period is over: the person learns where they stand, the reviewer that there is something to
        do. As superuser."""
        letters = []
        for one in self:
            reader = one.with_context(lang=one.user_id.lang, tz=one.user_id.tz)
            lines = [reader._standing_line(), reader._would_follow()]
            if one.object_until:
                lines.append(
                    reader.env._(
                        "Look at each point. You can object until %(day)s.", day=reader._day(one.object_until)
                    )
                )
            subject = reader.env._("Your points for %(span)s", span=reader.span)
            letters.append((one.user_id, subject, lines, one))
        self._write_all(letters)
        self._ask_reviewers()

    def _would_follow(self):
        """What the score would lead to, as long as nothing is decided; empty if nothing."""
        if not self.consequence or self.state not in ("computed", "reviewed"):
            return ""
        return self.env._(
            "“%(what)s” would follow from this score. Nothing has been decided: first you can "
            "object, then it is reviewed and approved.",
            what=self._consequence_title(self.consequence),
        )

    def _standing_line(self):
        if not self.has_score:
            return self.env._("No case of yours was closed in this period, so there is no score.")
        if not self.grade:
            return self.env._(
                "Score %(score)s, too few cases for a grade: nothing follows from it.",
                score=f"{self.score:g}",
            )
        return self.env._("Score %(score)s: %(grade)s.", score=f"{self.score:g}", grade=self.grade_title)

    def _ask_reviewers(self):
        """One activity for each reviewer of what has to be reviewed; nobody keeps one who does not review it
        any more, because somebody else leads the person now. As superuser."""
        kind = self.env.ref("complaint_management.activity_type_review_points", raise_if_not_found=False)
        if not kind:
            return
        asked = self.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        known = {(one.res_id, one.user_id.id): one for one in asked}
        rows = []
        for one in self.filtered(lambda item: item.state == "computed"):
            reviewers = one._reviewers().sudo()  # sudo: see _reviewers
            others = reviewers - one.user_id._team_leaders(one.company_id)
            if one.reviewer_ids != others:
                one.reviewer_ids = others
            rows += [
                one._review_activity(kind, user)
                for user in reviewers
                if not known.pop((one.id, user.id), None)
            ]
        self.env["mail.activity"].union(*known.values()).unlink()
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(rows)

    def _review_activity(self, kind, user):
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "user_id": user.id,
            "activity_type_id": kind.id,
            "summary": self.with_context(lang=user.lang).env._("Review the points"),
        }

    @api.model
    def _write_to(self, user, subject, lines, record):
        """A mail to one person; see _write_all."""
        self._write_all([(user, subject, lines, record)])

    @api.model
    def _write_all(self, letters):
        """Mails to people, in one go, sent by the queue, each with the way to a record.

        letters: [(user, subject, [line, …], record)]"""
        rows = []
        for user, subject, lines, record in letters:
            url = f"{record.get_base_url()}/mail/view?model={record._name}&res_id={record.id}"
            if user.email:
                rows.append(
                    {
                        "subject": subject,
                        "body_html": plaintext2html("\n\n".join([line for line in lines if line] + [url])),
                        "recipient_ids": [(4, user.partner_id.id)],
                        "partner_ids": [(4, user.partner_id.id)],
                        "email_from": record.company_id.email_formatted or self.env.user.email_formatted,
                        "author_id": record.company_id.partner_id.id,
                        "auto_delete": False,
                    }
                )
        # sudo: the company writes to its people, whoever set it off
        self.env["mail.mail"].sudo().create(rows)
        if rows:
            self.env["helpdesk.ticket"]._wake_cron("mail.ir_cron_mail_scheduler_action")
