"""Opening a closed case again (B6): a new cycle at the stage that the policy says, with clocks, an
investigation
and solutions of its own. Window and number of times are the policy's; after the last one the final answer
stands."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .release_reading import naive


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_reopen(self):
        """Ask for the reason, then open the case again."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_reopening()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen %(number)s", number=self.number),
            "res_model": "complaint.reopen",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _customer_reopens(self, words):
        """The customer is not satisfied and says why. Refused with a sentence after the time for it, or
        when it
        was reopened as often as the policy lets: then the final answer stands. Sent twice it counts once."""
        self.ensure_one()
        words = (words or "").strip()
        if not words:
            raise UserError(self.env._("Please tell us what is still not right."))
        case = self.sudo()  # sudo: the customer's page asks, after it has looked whose case it is
        case.env.cr.execute("SELECT id FROM helpdesk_ticket WHERE id = %s FOR NO KEY UPDATE", [case.id])
        case.invalidate_recordset(["case_state", "stage_id", "closed", "case_cycle"])
        if not case.closed:
            return  # sent twice, or somebody of the staff was faster
        case._refuse_reopening()
        case._post_customer_words(words)
        case._reopen()

    def _post_customer_words(self, words):
        self.message_post(
            body=plaintext2html(words),
            author_id=self.partner_id.id or None,
            email_from=None if self.partner_id else self._customer_email() or None,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _refuse_reopening(self):
        refused = self._reopening_refused()
        if refused:
            raise UserError(refused)

    def _reopening_refused(self):
        """Why this case may not be opened again now, as a sentence; None if it may."""
        if not self.closed:
            return self.env._("%(number)s is open already.", number=self.number)
        opening = self._may_be_reopened()
        if opening is None:
            return self.env._(
                "%(number)s cannot be reopened: the policy lets no case come back from “%(stage)s”. "
                "Enter a new complaint and name this one in it.",
                number=self.number,
                stage=self.stage_id.name,
            )
        if opening.refused:
            return self._wrong_way_words(self.stage_id)
        return None

    def _reopen(self):
        """Begin the new cycle. Who had the case keeps it while they are there and nobody complains about
        them;
        else the policy looks for somebody, as for a new case."""
        self.ensure_one()
        opening = self._may_be_reopened()
        vals = {"stage_id": self.release_id._refs()["stage", opening.to]}
        if self.user_id and not self._may_keep(self.user_id):
            vals["user_id"] = False
        # sudo: that it may be opened again was asked above, and a customer writes nothing of a case
        # themselves
        self.sudo().write(vals)

    def _may_keep(self, user):
        case = self.sudo()  # sudo: whether a colleague still works here
        return user.sudo() in user.sudo()._there(case.company_id, set(), case.complaint_against_ids.user_id)

    def _reopening_preview(self):
        """What reopening means, in words."""
        opening = self._may_be_reopened()
        stage = self.env["helpdesk.ticket.stage"].sudo()  # sudo: pick lists hold no secrets
        stage = stage.browse(self.release_id._refs()["stage", opening.to])
        lines = [
            self.env._(
                "Cycle %(cycle)d begins in “%(stage)s”, with clocks, investigation and solutions of its "
                "own. What was "
                "found and agreed before stays as it was.",
                cycle=self.case_cycle + 1,
                stage=stage.name,
            )
        ]
        if opening.until:
            until = self._in_words(naive(opening.until))
            lines.append(self.env._("It may be reopened until %(until)s.", until=until))
        return "\n".join(lines)


class ComplaintReopen(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.reopen"
    _description = "Reopen a complaint"

    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", required=True, readonly=True)
    reason = fields.Text(required=True, help="Why it is taken up again; stays on the case.")
    preview = fields.Text("What happens", compute="_compute_preview")

    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard.ticket_id._reopening_preview()

    def action_reopen(self):
        self.ensure_one()
        case = self.ticket_id
        case.check_access("write")
        case._refuse_reopening()
        case._reopen()
        case.message_post(body=plaintext2html(self.reason), subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}
