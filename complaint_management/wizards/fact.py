"""Record something that happened to a case: now, or earlier and only noticed now."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.keywords import facts
from ..models.event import LABELS

# Facts that a person states. The others follow from stages, messages, approvals and jobs and have their own
# buttons.
BY_HAND = (
    "acknowledged",
    "first_feedback",
    "accepted_by_team",
    "investigated",
    "report_ready",
    "solution_proposed",
    "agreed",
    "refused",
    "carried_out",
    "result_reported",
    "communicated",
    "called_back",
    "customer_message",
    "agent_message",
    "paused",
    "resumed",
)


class FactWizard(models.TransientModel):
    _name = "complaint.fact.wizard"
    _description = "Record a fact of a complaint"

    ticket_ids = fields.Many2many(
        "helpdesk.ticket", string="Cases", required=True, default=lambda self: self._default_tickets()
    )
    kind = fields.Selection([(kind, LABELS[kind]) for kind in BY_HAND], "What happened", required=True)
    pause_id = fields.Many2one("complaint.term", "Waiting for", domain="[('kind', '=', 'pause')]")
    occurred_at = fields.Datetime("When", required=True, default=lambda self: fields.Datetime.now())
    note = fields.Text(help="Stays on the case as an internal note.")

    def _default_tickets(self):
        if self.env.context.get("active_model") == "helpdesk.ticket":
            return self.env.context.get("active_ids")
        return False

    @api.constrains("occurred_at")
    def _check_not_in_future(self):
        for wizard in self:
            if wizard.occurred_at > fields.Datetime.now():
                raise UserError(self.env._("A fact has happened already: choose a time up to now."))

    def _data(self, policy):
        """What the fact says besides: the reason of a pause, the words of escalation rules in the note."""
        said = facts(policy, self.kind, self.note or "")
        return {**said, "reason": self.pause_id.policy_code} if self.pause_id else said

    def action_record(self):
        self.ensure_one()
        cases = self.ticket_ids.filtered("case_type_id")
        cases.check_access("write")
        for release, some in cases.grouped("release_id").items():
            # sudo: the words of the policy are no secret
            some._record_fact(self.kind, self.occurred_at, self._data(release.sudo()._policy()))
        if self.note:
            for case in cases:
                case.message_post(body=self.note, subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}
