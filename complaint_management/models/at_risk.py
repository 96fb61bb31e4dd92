"""At risk: a deadline is near enough for the policy to warn. The moment is stored, so that a list of the
cases at risk needs no job to have run."""

from odoo import fields, models
from odoo.fields import Domain

from ..engine.moments import clock_moment, watched_clocks
from .release_reading import naive


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    at_risk_from = fields.Datetime(
        readonly=True, copy=False, help="From when on the first of the running clocks warns."
    )
    at_risk = fields.Boolean(compute="_compute_at_risk", search="_search_at_risk")

    _at_risk = models.Index("(at_risk_from) WHERE at_risk_from IS NOT NULL")

    def _reckoned(self, state, policy=None):
        reckoned = super()._reckoned(state, policy)
        moment = warned_from(policy or self.release_id._policy(), state)
        return {**reckoned, "at_risk_from": naive(moment)}

    def _compute_at_risk(self):
        now = fields.Datetime.now()
        for ticket in self:
            warned = ticket.at_risk_from and ticket.at_risk_from <= now
            ticket.at_risk = bool(warned and not ticket.breached)

    def _search_at_risk(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        warned = Domain("at_risk_from", "<=", fields.Datetime.now()) & Domain("breached", "=", False)
        return warned if (True in value) == (operator == "in") else ~warned


def warned_from(policy, state):
    """The moment at which the first running clock reaches the share from which the policy warns; None if none
    will. The colour of a clock changes at the same moment."""
    if state.closed_at is not None:
        return None
    moments = []
    for clock in watched_clocks(state):
        _early, ascending = policy.watch.of_clock(clock.name)
        for rule in ascending:
            if rule.trigger.share is not None and rule.trigger.share < 1:
                moments.append(clock_moment(policy, state, clock, rule.trigger))
                break
    return min(moments, default=None)
