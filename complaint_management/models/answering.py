"""People meet the ladder: they escalate a case, answer what was escalated to them, or bring it down again."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.case import Event
from ..engine.escalation import Fired
from ..engine.policy import as_list
from .release_reading import aware


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    level_title = fields.Char("Escalation", compute="_compute_level_title", compute_sudo=True)

    def _compute_level_title(self):
        for ticket in self:
            ticket.level_title = ticket.escalation_level and ticket.release_id._level_title(
                ticket.escalation_level
            )

    # ------------------------------------------------------------------ by hand

    def _escalate_by_hand(self, level, reason, subject="by_hand"):
        """Raise cases to a level, because a person says so. The reason stays on the case as a note."""
        for ticket in self:
            ticket._refuse_escalation(level)
        now = aware(fields.Datetime.now())
        self._record_fact("escalated", data={"level": level, "subject": subject})
        self._note(reason)
        do = ({"escalate": level},)
        # sudo: the people of the level are the company's business
        self.sudo()._carry_out(
            [
                (ticket, Fired(at=now, rule=subject, subject="", do=do, level=level, cycle=ticket.case_cycle))
                for ticket in self
            ]
        )

    def _refuse_escalation(self, level):
        levels = self.release_id._policy().levels
        if level not in levels:
            raise UserError(
                self.env._(
                    "The policy of %(number)s has no level to escalate to. "
                    "Levels stand in its escalation file.",
                    number=self.number,
                )
            )
        if self.closed:
            raise UserError(
                self.env._("%(number)s is closed. Reopen it before you escalate it.", number=self.number)
            )
        if self.escalation_level in levels and levels.index(level) <= levels.index(self.escalation_level):
            raise UserError(
                self.env._(
                    "%(number)s has reached the level %(level)s already. Choose a higher one.",
                    number=self.number,
                    level=self.level_title,
                )
            )

    def _customer_may_escalate(self):
        """Whether the policy lets the complainant ask for escalation of this case now."""
        self.ensure_one()
        ticket = self.sudo()  # sudo: the customer reads nothing of levels
        level = ticket.release_id._escalation_option("customer_may_escalate")
        levels = ticket.release_id._policy().levels if level else ()
        return (
            level in levels
            and not ticket.closed
            and (
                ticket.escalation_level not in levels
                or levels.index(ticket.escalation_level) < levels.index(level)
            )
        )

    def _customer_escalates(self, reason=""):
        """The complainant asks for escalation; the caller has checked whose case it is."""
        self.ensure_one()
        if not self._customer_may_escalate():
            raise UserError(
                self.env._("Your complaint is with the next level already. You will hear from us.")
            )
        ticket = self.sudo()  # sudo: the customer reads nothing of levels
        level = ticket.release_id._escalation_option("customer_may_escalate")
        ticket._escalate_by_hand(level, reason, subject="customer")

    # ------------------------------------------------------------------ answering

    def _answer_escalation(self, note):
        """Say what is done about what was escalated; the note stays on the case, the answer in the
        register."""
        waiting = self.filtered("unanswered_since")
        if not waiting:
            raise UserError(
                self.env._("Nothing is waiting for an answer here: somebody has answered already.")
            )
        waiting._check_their_people(self.env._("answer"))
        # sudo: whom a case was escalated to answers it, even with the right to read only
        cases = waiting.sudo()
        cases._record(
            lambda ticket, state: ticket._fact_now(
                state, "escalation_answered", {"level": ticket.escalation_level}
            )
        )
        cases._note(note)

    def _lower_escalation(self, level, reason):
        """Bring cases down to a level; False takes them off the ladder."""
        escalated = self.filtered("escalation_level")
        if not self.env.user.has_group("complaint_management.group_senior"):
            escalated._check_their_people(self.env._("lower"))
        for ticket in escalated:
            levels = ticket.release_id._policy().levels
            if level and levels.index(level) >= levels.index(ticket.escalation_level):
                raise UserError(
                    self.env._(
                        "%(number)s stands at %(now)s. Choose a lower level, or none.",
                        number=ticket.number,
                        now=ticket.level_title,
                    )
                )
        cases = escalated.sudo()  # sudo: as for an answer
        cases._record_fact("lowered", data={"level": level or ""})
        cases._note(reason)

    def _check_their_people(self, deed):
        """Only those whom a case was escalated to, and those above them, speak for the level."""
        if self.env.su:
            return
        foreign = self - self.filtered("escalated_to_me")
        for ticket in foreign:
            if self.env.user not in ticket._people_from(ticket.escalation_level):
                raise AccessError(
                    self.env._(
                        "%(number)s was escalated to %(level)s. Only its people can %(deed)s it.",
                        number=ticket.number,
                        level=ticket.level_title,
                        deed=deed,
                    )
                )

    def _people_from(self, level):
        """The people of a level and of those above it, for one case."""
        release = self.sudo().release_id  # sudo: see _role_users
        levels = release._policy().levels
        above = levels[levels.index(level) :] if level in levels else ()
        roles = {role for name in above for role in as_list(release._level(name).get("notify"))}
        return self.env["res.users"].union(*(self._role_users(role)[self.id] for role in roles))

    def _fact_now(self, state, kind, data):
        now = fields.Datetime.now()
        return [Event(aware(now), kind, data, self._next_place(state, now))]

    def _note(self, text):
        """Keep what somebody wrote as an internal note on each case."""
        for ticket in self if text else ():
            ticket.message_post(body=text, subtype_xmlid="mail.mt_note")

    # ------------------------------------------------------------------ buttons

    def action_open_escalate(self):
        return self._wizard("complaint.escalate.wizard", self.env._("Escalate"))

    def action_open_answer(self):
        return self._wizard("complaint.answer.wizard", self.env._("Answer"))

    def action_open_lower(self):
        return self._wizard("complaint.lower.wizard", self.env._("Lower the escalation"))

    def _wizard(self, model, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_ids": self.ids},
        }
