"""Why a clock is due when it is: the engine's reckoning of a stored clock, beside the policy's own line.

complaint.milestone --_reckoning()--> engine.reckon (same lines as `complaint-policy explain clock`)
                    --_rule_text()--> the entry of the release as its file has it"""

from odoo import fields, models

from ..engine.case import Case
from ..engine.policy import STAGES
from ..engine.reckoning import reckon
from ..engine.reckoning_text import texts
from ..engine.rules import OF_STAGE, base_name
from ..engine.working_time import Calendar
from .release_reading import aware


class ComplaintMilestone(models.Model):
    _inherit = "complaint.milestone"

    def action_why(self):
        """The reckoning of this clock in a window of its own."""
        self.ensure_one()
        self.check_access("read")
        wizard = self.env["complaint.why"].create({"milestone_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why this deadline?"),
            "res_model": "complaint.why",
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _calendar(self):
        """The calendar that this clock counts on."""
        policy = self.ticket_id.sudo().release_id._policy()  # sudo: the words of the policy are no secret
        spec = policy.clock_spec(self.sla, self.name)
        return (spec.calendar if spec else policy.calendar) or Calendar.always_open()

    def _reckoning(self):
        """How the deadline comes about, a text a line, in the reader's language and the calendar's zone."""
        self.ensure_one()
        ticket = self.ticket_id.sudo()  # sudo: the register is read as it is, whoever asks for the clock
        history = ticket._history()
        if self.cycle < ticket.case_cycle:  # its pauses are those from before the case was reopened
            history = list(_of_cycle(history, self.cycle))
        state = ticket._replay(history)
        clock = state.clock(self.name, self.cycle)
        lines = reckon(ticket.release_id._policy(), state, clock, aware(fields.Datetime.now()))
        return texts(lines, self._calendar().zone, self.env.lang)

    def _rule_place(self):
        """File and line of the release that give this clock its limit, as ("general/sla.yaml", 12), or
        None."""
        # sudo: the words of the policy are no secret
        origins = self.ticket_id.sudo().release_id._origins(self.ticket_id.sudo().release_id.id)
        name = base_name(self.name)
        if self.sla == STAGES:
            place = origins.get(f"stages/{name.removeprefix(OF_STAGE)}")
        else:
            place = origins.get(f"sla/{self.sla}/{name}") or origins.get(f"sla/{self.sla}")
        return tuple(place[:2]) if place else None

    def _rule_text(self):
        """The entry of the policy file that says this limit; empty if the file no longer has it."""
        place = self._rule_place()
        sources = self.ticket_id.sudo().release_id.sources or {}  # sudo: see _rule_place
        return _entry(sources[place[0]], place[1]) if place and place[0] in sources else ""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_why_next(self):
        """Why the next deadline of this case is when it is."""
        self.ensure_one()
        clock = self._current_clock(self.next_clock)
        return clock.action_why() if clock else False


def _of_cycle(history, cycle):
    """The facts before the reopening that ended a cycle."""
    reached = 1
    for event in Case(tuple(history)).in_order():
        reached += event.kind == "reopened"
        if reached > cycle:
            return
        yield event


def _entry(source, line):
    """The lines of a YAML source that belong to the entry which begins at line (from 1), its margin taken
    off."""
    lines = source.splitlines()[line - 1 :]
    if not lines:
        return ""
    margin = len(lines[0]) - len(lines[0].lstrip())
    kept = [lines[0]]
    for text in lines[1:]:
        if text.strip() and len(text) - len(text.lstrip()) <= margin:
            break
        kept.append(text)
    return "\n".join(text[margin:] for text in kept).rstrip()
