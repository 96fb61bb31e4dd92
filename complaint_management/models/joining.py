"""Joining a duplicate with the case it repeats, and setting aside what is no complaint (A7): both stay in the
register, with the reason."""

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    set_aside_reason = fields.Text("Why it was set aside", readonly=True, copy=False)

    def _join_into(self, other):
        """Close self as a duplicate of one of the two and return the case that goes on.

        The case that goes on is the one received first, so that no deadline of the customer gets later."""
        self.ensure_one()
        other.ensure_one()
        (self | other).check_access("write")
        self._refuse_to_join(other)
        kept, joined = sorted((self, other), key=lambda case: (case.received_at, case.id))
        if kept.closed:
            raise UserError(
                self.env._(
                    "%(number)s was received first, but it is closed. Reopen it, then join the two.",
                    number=kept.number,
                )
            )
        promised = joined.promised_at
        kept._take_over(joined)
        # sudo: that it is a duplicate is true in every stage, whatever the policy lets follow it
        joined.sudo().with_context(complaint_no_message=True)._put_aside(
            self.env._("The same complaint as %(number)s.", number=kept.number), duplicate_id=kept.id
        )
        if promised and (not kept.promised_at or promised < kept.promised_at):
            kept._keep_promise_of(joined, promised)
        return kept

    def _refuse_to_join(self, other):
        problem = None
        if self == other:
            problem = self.env._("A case cannot be joined with itself.")
        elif not self.case_type_id or not other.case_type_id:
            problem = self.env._("Only cases of the register can be joined.")
        elif self.company_id != other.company_id:
            problem = self.env._("The two cases belong to different companies.")
        elif self.duplicate_id or other.duplicate_id:
            problem = self.env._("One of the two has been joined with another case already.")
        elif self.closed and other.closed:
            problem = self.env._("Both cases are closed. Nothing is left to join.")
        if problem:
            raise UserError(problem)

    def _take_over(self, joined):
        """What a duplicate brings along: severity, files, messages and the colleagues who follow it."""
        values = {
            name: joined[name]
            for name in ("order_reference", "remedy_sought", "partner_phone", "partner_email")
            if joined[name] and not self[name]
        }
        if joined.severity_id.priority > self.severity_id.priority:
            values["severity_id"] = joined.severity_id.id
        if values:
            self.write(values)
        # A file belongs to one record, and the duplicate stays complete: hence copies.
        files = joined._files().copy({"res_id": self.id})
        self.message_post(
            body=joined._told_as_note(self.env._("Joined with %(number)s", number=joined.number)),
            attachment_ids=files.ids,
            subtype_xmlid="mail.mt_note",
        )
        # sudo: only who it is. Other customers must not get the messages of this one.
        staff = joined.message_partner_ids.filtered(
            lambda partner: any(not user.share for user in partner.sudo().user_ids)
        )
        same = joined.message_partner_ids.filtered(
            lambda partner: partner.commercial_partner_id == self.commercial_partner_id
        )
        self.message_subscribe((staff | same).ids)

    def _files(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)]
        )

    def _told_as_note(self, heading):
        """Everything that was said in this case, as one note for another."""
        said = [Markup("<p><b>%s</b></p>%s") % (heading, self.description or "")]
        spoken = self.message_ids.filtered(lambda one: one.message_type in ("comment", "email") and one.body)
        said += [
            Markup("<p>%s, %s</p><blockquote>%s</blockquote>")
            % (one.author_id.name or one.email_from, fields.Datetime.to_string(one.date), one.body)
            for one in spoken.sorted("id")
        ]
        return Markup("").join(said)

    def _keep_promise_of(self, joined, promised):
        """A promise given for the duplicate holds, also where this case has more time."""
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Datetime.context_timestamp(self, promised).date(),
            user_id=(self.accountable_id or self.env.user).id,
            summary=self.env._(
                "Answer by %(when)s, as promised for %(number)s",
                when=self._in_words(promised),
                number=joined.number,
            ),
        )

    def _put_aside(self, reason, **values):
        """Take cases to the stage of what is withdrawn or no complaint."""
        for release, cases in self.grouped("release_id").items():
            stage = release._closing_stage(lambda one: one.event == "withdrawn")
            if not stage:
                raise UserError(
                    self.env._(
                        "The policy has no stage for what is set aside: one with closes: true and event: "
                        "withdrawn. A policy admin adds it to the stages."
                    )
                )
            cases.write({**values, "set_aside_reason": reason, "stage_id": stage.id})

    def action_separate(self):
        """Undo a join: the case goes its own way again, from the first stage."""
        self.check_access("write")
        for ticket in self:
            if not ticket.duplicate_id:
                raise UserError(
                    self.env._("%(number)s is not joined with another case.", number=ticket.number)
                )
            kept = ticket.duplicate_id
            release = ticket.release_id
            # sudo: the policy has no way back from being set aside, and this was none of its ways
            ticket.sudo().with_context(complaint_no_message=True).write(
                {
                    "duplicate_id": False,
                    "set_aside_reason": False,
                    "stage_id": release._refs()["stage", release._first_stage().name],
                }
            )
            kept.message_post(
                body=self.env._("%(number)s is no longer joined with this case.", number=ticket.number),
                subtype_xmlid="mail.mt_note",
            )
        return True


class DuplicateWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """OCA's wizard, for cases of the register: the earlier one goes on, and nothing said in the other is
    lost."""

    _inherit = "helpdesk.ticket.duplicate.wizard"

    case_type_id = fields.Many2one(related="ticket_id.case_type_id")

    def action_confirm(self):
        self.ensure_one()
        if not (self.ticket_id.case_type_id or self.duplicate_of_id.case_type_id):
            return super().action_confirm()
        kept = self.ticket_id._join_into(self.duplicate_of_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": kept.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
