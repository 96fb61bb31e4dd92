"""Telling people about approvals: each approver gets a mail with a personal link that shows the case and the
solution and takes the decision, on a phone and without logging in. Opening it decides nothing."""

from odoo import api, models
from odoo.tools import hash_sign, verify_hash_signed

SCOPE = "complaint_management.approve"


class ComplaintSolution(models.Model):
    _inherit = "complaint.solution"

    def _tell_approvers(self):
        """A mail, sent after the commit, to everybody who may decide next."""
        for one in self.sudo():  # sudo: the company writes to its people, whoever asked
            review = one._open_review()
            users = one._approvers(review.definition_id.complaint_role) if review else review.reviewer_ids
            one.ticket_id._let_follow([(one.ticket_id, user.partner_id) for user in users])
            one._mail(
                users,
                "complaint_management.approval_mail",
                lambda reader, user, review=review: {
                    "title": reader.env._("Your approval: %(what)s", what=reader.display_name),
                    "facts": reader._facts_for_approver(review),
                    "url": reader._approval_url(review, user),
                },
            )

    def _tell_author(self):
        """A mail to whoever proposed, with the decision."""
        for one in self.sudo():  # sudo: see _tell_approvers
            one._mail(
                one.author_id,
                "complaint_management.approval_result_mail",
                lambda reader, user: {
                    "title": (
                        reader.env._("Approved: %(what)s", what=reader.display_name)
                        if reader.state == "approved"
                        else reader.env._("Not approved: %(what)s", what=reader.display_name)
                    ),
                    "log": reader.approval_log,
                    "url": f"{reader.get_base_url()}{reader._case_path()}",
                },
            )

    def _mail(self, users, template, values_for):
        rows = []
        for user in users.filtered("email"):
            reader = self._as_reader(user)
            values = values_for(reader, user)
            body = reader.env["ir.qweb"]._render(template, {"solution": reader, "user": user, **values})
            rows.append(
                {
                    "subject": values["title"],
                    "body_html": body,
                    "email_to": user.email_formatted,
                    "email_from": self.company_id._complaint_sender(),
                    "author_id": self.company_id.partner_id.id,
                    "auto_delete": False,
                }
            )
        self.env["mail.mail"].create(rows)
        if rows:
            self.env["helpdesk.ticket"]._wake_cron("mail.ir_cron_mail_scheduler_action")

    def _case_path(self):
        return f"/mail/view?model=helpdesk.ticket&res_id={self.ticket_id.id}"

    def _as_reader(self, user):
        """Self as somebody reads it: in their language and zone."""
        return self.with_context(lang=user.lang or "en_US", tz=user.tz)

    def _facts_for_approver(self, review):
        """[(label, words)] of what an approver needs to know."""
        self.ensure_one()
        case = self.ticket_id
        steps = dict(self._fitting_steps())
        role = review.definition_id.complaint_role
        why = self._why(steps[role]) if role in steps else ""
        amount = self.currency_id.format(self.amount) if self.amount else ""
        found = case._current_investigation()
        rows = [
            (self.env._("Complaint"), f"{case.number} · {case.name}"),
            (self.env._("Customer"), case.partner_id.name or case.partner_name),
            (self.env._("Severity"), case.severity_id.name),
            (self.env._("Finding"), found.finding_id.name),
            (self.env._("Root cause"), found.cause_id.display_name),
            (self.env._("Remedy"), self.remedy_id.name),
            (self.env._("Amount"), amount),
            (self.env._("Cost centre"), self.cost_centre),
            (self.env._("What the customer reads"), self.description),
            (self.env._("Reasons"), self.reasoning),
            (self.env._("Proposed by"), self.author_id.name),
            (self.env._("Why you"), f"{case.release_id._role_title(role)} ({why})"),
            (self.env._("Next deadline"), case.next_due_at and case._in_words(case.next_due_at)),
        ]
        return [(label, words) for label, words in rows if words]

    # ------------------------------------------------------------------ the personal link

    def _approval_url(self, review, user):
        """The link with which one person decides about one review, once."""
        # sudo: signing needs the secret of the database
        token = hash_sign(self.sudo().env, SCOPE, [self.id, review.id, user.id])
        return f"{self.get_base_url()}/complaints/approve/{token}"

    @api.model
    def _of_token(self, token):
        """(solution, review, user) of a personal link, as superuser; empty ones if it is no link of ours."""
        nothing = self.browse(), self.env["tier.review"], self.env["res.users"]
        try:
            # sudo: see _approval_url
            ident, review, user = verify_hash_signed(self.sudo().env, SCOPE, token) or (0, 0, 0)
        except (ValueError, TypeError, IndexError, UnicodeError):
            return nothing
        own = self.sudo()  # sudo: the reader need not be logged in; the link is the right
        solution = own.browse(ident).exists()
        review = own.env["tier.review"].browse(review).exists()
        user = own.env["res.users"].browse(user).exists()
        genuine = solution and review in solution.review_ids and user.active and not user.share
        return (solution, review, user) if genuine else nothing
