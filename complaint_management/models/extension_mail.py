"""The mail and the personal link with which somebody decides about more time; see solution_mail for
solutions."""

from odoo import api, models
from odoo.tools import hash_sign, verify_hash_signed

SCOPE = "complaint_management.extend"


class ComplaintExtension(models.Model):
    _inherit = "complaint.extension"

    def _mail_approvers(self):
        rows = []
        for user in self._approvers().filtered("email"):
            reader = self.with_context(lang=user.lang or "en_US", tz=user.tz)
            values = {
                "extension": reader,
                "user": user,
                "facts": reader._facts_for_approver(),
                "url": reader._decision_url(user),
            }
            body = reader.env["ir.qweb"]._render("complaint_management.extension_mail", values)
            rows.append(
                {
                    "subject": reader.env._(
                        "Your approval: more time for %(case)s", case=reader.display_name
                    ),
                    "body_html": body,
                    "email_to": user.email_formatted,
                    "email_from": self.company_id._complaint_sender(),
                    "author_id": self.company_id.partner_id.id,
                    "auto_delete": False,
                }
            )
        self.env["mail.mail"].sudo().create(rows)  # sudo: the company writes to its people, whoever asked

    def _facts_for_approver(self):
        """[(label, words)] of what an approver needs to know."""
        case = self.ticket_id
        clock = case.milestone_ids.filtered(lambda one: (one.name, one.cycle) == (self.clock, self.cycle))
        rows = [
            (self.env._("Complaint"), f"{case.number} · {case.name}"),
            (self.env._("Customer"), case.partner_id.name or case.partner_name),
            (self.env._("Severity"), case.severity_id.name),
            (self.env._("Clock"), self.clock_title),
            (self.env._("Limit"), clock.within),
            (self.env._("Due"), clock.due_at and case._in_words(clock.due_at)),
            (self.env._("More time"), self.by),
            (self.env._("Reason"), self.reason),
            (self.env._("Asked by"), self.author_id.name),
        ]
        return [(label, words) for label, words in rows if words]

    def _case_path(self):
        return f"/mail/view?model=helpdesk.ticket&res_id={self.ticket_id.id}"

    def _decision_url(self, user):
        """The link with which one person decides about this request, once."""
        # sudo: signing needs the secret of the database
        token = hash_sign(self.sudo().env, SCOPE, [self.id, user.id])
        return f"{self.get_base_url()}/complaints/extend/{token}"

    @api.model
    def _of_token(self, token):
        """(request, user) of a personal link, as superuser; empty ones if it is no link of ours."""
        nothing = self.browse(), self.env["res.users"]
        try:
            # sudo: see _decision_url
            ident, user = verify_hash_signed(self.sudo().env, SCOPE, token) or (0, 0)
        except (ValueError, TypeError, IndexError, UnicodeError):
            return nothing
        own = self.sudo()  # sudo: the reader need not be logged in; the link is the right
        found, user = own.browse(ident).exists(), own.env["res.users"].browse(user).exists()
        return (found, user) if found and user.active and not user.share else nothing
