"""Who only read the answer is called (D3): how a customer was told the result is known when the message with
it has left, and the plans that ask for it are looked at then."""

from odoo import models

from ..engine.callbacks import planned_by, plans
from ..engine.case import Event
from ..engine.messages import COMPLAINANT
from .release_reading import aware


class ComplaintMessage(models.Model):
    _inherit = "complaint.message"

    def _left(self):  # pylint: disable=missing-return
        super()._left()
        telling = self.filtered(
            lambda one: (
                one.role == COMPLAINANT
                and one.way
                and one.cycle == one.ticket_id.case_cycle
                and one.subject in one.ticket_id.release_id._facts_told_by()
            )
        )
        if telling:
            telling._plan_callbacks_by_way()

    def _plan_callbacks_by_way(self):
        """The callbacks that follow from the way in which the customer was told, instead of those that they
        stand in for."""
        rows, replaced = [], self.env["complaint.callback"]
        for message in self:
            case = message.ticket_id
            for planned in message._planned_by_way():
                stands_in_for = case._callbacks_named(planned.plan.instead_of)
                if stands_in_for.filtered(lambda one: not one._not_begun()):
                    continue  # somebody is calling already
                rows.append(case._callback_row(case._engine_state(), planned))
                replaced |= stands_in_for
        replaced._cancel("instead")
        self.env["complaint.callback"]._plan(rows)

    def _planned_by_way(self):
        """What the plans that ask for it make of the way of this message."""
        event, state = self._fact_told(), self.ticket_id._engine_state()
        if event is None or event.data.get("way"):
            return []  # the fact itself said how
        policy = self.ticket_id.release_id._policy()
        found = planned_by(policy, state.attributes, state.cycle, event, self.way)
        return [one for one in found if one.plan.told_by]

    def _fact_told(self):
        """The latest fact of the cycle that the message is about; None if there is none."""
        fact = self.env["complaint.event"].sudo()  # sudo: the company asks its register
        fact = fact.search(
            [
                ("ticket_id", "=", self.ticket_id.id),
                ("kind", "=", self.subject),
                ("cycle", "=", self.cycle),
            ],
            order="occurred_at desc, id desc",
            limit=1,
        )
        return Event(aware(fact.occurred_at), fact.kind, fact.data or {}, fact.id) if fact else None


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _callbacks_named(self, plan_names):
        """The callbacks of the present cycle that these plans made, and that were not cancelled."""
        # sudo: the company plans
        return self.sudo().callback_ids.filtered(
            lambda one: one.plan in plan_names and one.cycle == self.case_cycle and one.state != "cancelled"
        )


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    def _not_begun(self):
        """Whether nobody has tried yet and nothing has been sent."""
        return self.state in ("planned", "open") and not self.attempt_count


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _facts_told_by(self):
        """The facts of which it matters to some plan how the customer was told."""
        return {plan.after for plan in plans(self._policy()) if plan.told_by} if self else set()
