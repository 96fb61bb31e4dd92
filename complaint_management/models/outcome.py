"""Those who took part in a case learn how it ended (B10): one line in the next mail of notices, no
activity."""

from odoo import fields, models
from odoo.tools import SQL

from ..engine.case import CLOSING


class ComplaintNotice(models.Model):
    _inherit = "complaint.notice"

    def _plain_words(self):
        """The words of what is only told; None for what a rule did."""
        return (
            # sudo: who took part
            self.ticket_id.sudo()._outcome_words() if self.rule == "outcome" else None
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _tell_plainly(self, users, rule, subject=""):
        """Tell people something about this case that asks nothing of them."""
        if not users:
            return
        # sudo: the company tells its people, whoever set it off
        self.env["complaint.notice"].sudo().create(
            [
                {
                    "ticket_id": self.id,
                    "company_id": self.company_id.id,
                    "user_id": user.id,
                    "rule": rule,
                    "subject": subject,
                    "cycle": self.case_cycle,
                    "at": fields.Datetime.now(),
                }
                for user in users
            ]
        )
        self._wake_cron("complaint_management.cron_notices")

    def _follow(self, recorded):
        result = super()._follow(recorded)
        over = [
            ticket
            for ticket, state, events in recorded
            if state.closed_at and any(event.kind in CLOSING for event in events)
        ]
        if over:
            took_part = self.browse([ticket.id for ticket in over])._who_took_part()
            for ticket in over:
                people = took_part[ticket.id] - self.env.user
                if ticket.confidential:
                    people &= ticket.confidential_user_ids
                ticket._tell_plainly(people, "outcome", "closed")
        return result

    def _outcome_words(self):
        """How the case ended, in one line: the stage, what was found, what the customer gets."""
        parts = [self.stage_id.name, self.finding_id.name, self.remedy_id.name or self.settled_remedy_id.name]
        return self.env._("It is over: %(result)s", result=" · ".join(dict.fromkeys(filter(None, parts))))

    def _who_took_part(self):
        """{ticket id: users} who had a case, belonged to its task force, decided about it, investigated
        it, or had a
        part in its solution; without those whom it is about and those who have left."""
        found = {ident: set() for ident in self.ids}
        self.env["complaint.event"].flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT ticket_id, (data->'set'->>'holder_id')::int FROM complaint_event "
                "WHERE ticket_id IN %s AND data->'set'->>'holder_id' ~ '^[0-9]+$'",
                tuple(self.ids),
            )
        )
        for ident, user in self.env.cr.fetchall():
            found[ident].add(user)
        cases = self.sudo()  # sudo: who took part is looked for whoever closes the case
        forces = cases.env["complaint.task.force"].search([("ticket_id", "in", self.ids)])
        for force in forces:
            found[force.ticket_id.id].update((force.leader_id | force.member_ids).ids)
        for case in cases:
            deciders = (
                case.solution_ids.review_ids.filtered("done_by").done_by | case.extension_ids.decided_by_id
            )
            workers = (
                case.investigation_ids.author_id
                | case.solution_ids.author_id
                | case.solution_ids.step_ids.user_id
            )
            found[case.id].update((deciders | workers).ids)
        # sudo: whoever took part is told, whether or not the one who closes can read users
        users = self.env["res.users"].sudo()
        return {
            case.id: users.browse(found[case.id])
            .exists()
            ._there(case.company_id, set(), case.complaint_against_ids.user_id)
            for case in cases
        }
