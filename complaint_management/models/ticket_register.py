"""What happens to a case becomes facts in the register, and the facts become clocks.

    create / write / message / wizard -> facts -> complaint.event (append-only)
                                          |
                                          v
    case_state (JSON on the ticket) -- engine.step --> new case_state, complaint.milestone, next deadline

A change of the ticket is noticed by comparing what the register knows (the folded state) with what the ticket
says now. So a fact is recorded once, however the value changed: by a form, by a recompute, by an automation
inside another write."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.case import Case, Event
from ..engine.clocks import OutOfOrder, State, step
from ..engine.replay import replay
from .cached import alike
from .release_reading import aware
from .renames import PICK_LISTS

# Ticket field -> attribute of the case in the engine; all are pick-list records that carry a policy code.
ATTRIBUTES = frozendict(
    {
        "case_type_id": "type",
        "channel_id": "channel",
        "category_id": "category",
        "urgency_id": "urgency",
        "scope_id": "scope",
        "complexity_id": "complexity",
        "severity_id": "severity",
        "tier_id": "tier",
    }
)
# Held in the context while we write what the engine reckoned. A caller over RPC can send any key but never
# this object.
PEN = object()
WATCHED = frozenset(ATTRIBUTES) | {"stage_id", "team_id", "user_id"}
RECKONED = frozenset(
    {
        "case_version",
        "case_state",
        "case_cycle",
        "next_clock",
        "next_due_at",
        "breached_clocks",
        "paused",
        "awaits_acceptance",
        "escalation_level",
        "unanswered_since",
        "next_act_at",
        "at_risk_from",
        "over_since",
        "accountable_id",
    }
)
OURS = RECKONED | {"release_id", "tier_id", "confidential_user_ids"}
# Computed fields whose values are known of a new case: written at once, and not computed right after.
OPENED = frozenset({"unattended", "rating_last_value", "accountable_id"})
# Computed fields that stay empty until a case has one of the records that they are computed from.
NOTHING_YET = frozendict(
    {
        "remedy_id": "solution_ids",
        "remedy_currency_id": "solution_ids",
        "remedy_amount": "solution_ids",
        "remedy_cost": "solution_ids",
        "cause_id": "investigation_ids",
        "finding_id": "investigation_ids",
        "responsible_department_id": "investigation_ids",
    }
)


def _held_by(says, known):
    """What the register keeps of who holds a case, and, where it was assigned to nobody, that only the leader
    of the team does."""
    waits = not says["assigned"]
    told = waits or known.get("unassigned")
    return {"holder_id": says["holder_id"], **({"unassigned": waits} if told else {})}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _has_field_access(self, field, operation):
        """What follows from policy and register is written by nobody, whatever rights they have on
        tickets."""
        if operation == "write" and field.name in OURS and not self.env.su:
            return self.env.context.get("complaint_pen") is PEN
        return super()._has_field_access(field, operation)

    def _check_field_access(self, field, operation):  # pylint: disable=missing-return
        """What we fill in ourselves of a new case needs no look at what the user may write."""
        ours = operation == "write" and self.env.context.get("complaint_pen") is PEN
        if not (ours and (field.name in OURS or field.name in OPENED)):
            super()._check_field_access(field, operation)

    # ------------------------------------------------------------------ changes

    def write(self, vals):
        cases = self._cases()
        cases._refuse_in_register(vals)
        if vals.get("stage_id"):
            self._refuse_foreign_stage(vals)
        result = super().write(vals)
        if cases and not WATCHED.isdisjoint(vals):
            cases._record_changes()
        return result

    def _refuse_in_register(self, vals):
        """What nobody may do to a case, said in a sentence each."""
        if not self:
            return
        if "case_type_id" in vals and not vals["case_type_id"]:
            raise UserError(self.env._("A case stays in the register. Set it aside with a reason instead."))
        if "active" in vals and not vals["active"]:
            raise UserError(
                self.env._("A case is archived by its policy, not by hand. Close it or set it aside instead.")
            )
        if "number" in vals and any(ticket.number != vals["number"] for ticket in self):
            raise UserError(self.env._("The register number of a case never changes."))
        if "received_at" in vals:
            received = fields.Datetime.to_datetime(vals["received_at"])
            if any(ticket.received_at != received for ticket in self):
                raise UserError(
                    self.env._("The time of receipt starts the legal clocks and is fixed once it is entered.")
                )
        if "company_id" in vals and any(ticket.company_id.id != vals["company_id"] for ticket in self):
            raise UserError(self.env._("A case stays with the company that received it."))
        self._refuse_rank(vals)

    def _refuse_rank(self, vals):
        """Who approves and who is told hangs on how grave a case is: no way around by leaving it open."""
        if "severity_id" in vals and not vals["severity_id"] and self.severity_id:
            raise UserError(
                self.env._("A case has a severity. Choose another one; the register keeps who did.")
            )
        if "priority" in vals and any(ticket.priority != vals["priority"] for ticket in self):
            raise UserError(
                self.env._("The stars of a case follow from its severity and the tier of its customer.")
            )

    def _refuse_foreign_stage(self, vals):
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        # most tickets of a batch are alike, and one answer serves them all
        for tickets in alike(self, "case_type_id", "release_id", "company_id").values():
            ticket = tickets[0]
            is_case, company = bool(ticket.case_type_id), ticket.company_id
            becomes_case = is_case or bool(vals.get("case_type_id"))
            if (
                becomes_case != stage.for_complaints
                or (becomes_case and stage.company_id != company)
                or (is_case and not ticket._knows_stage(stage))
            ):
                raise UserError(
                    self.env._(
                        "%(stage)s is not a stage that %(number)s can be in: "
                        "cases go through the stages of their policy, "
                        "ordinary tickets through those of the helpdesk.",
                        stage=stage.name,
                        number=ticket.number,
                    )
                )

    def _knows_stage(self, stage):
        """Whether the release of this case has a stage: one that a later release brought, or an earlier one
        had, is not of its way."""
        release = self.release_id
        return release._refs().get(("stage", stage.id)) in release._policy().stages

    def _record_changes(self):
        """Record what changed since the register last looked, for all cases of self at once."""
        now = fields.Datetime.now()
        # sudo: as in _record
        said = self.sudo()._says()
        self._record(lambda ticket, state: ticket._changes(state, now, said[ticket.id]))

    def _record_fact(self, kind, at=None, data=None):
        """Record one fact on each case of self. at: naive UTC, may be in the past; data: codes and numbers
        only."""
        at = (at or fields.Datetime.now()).replace(microsecond=0)
        self._record(
            lambda ticket, state: [Event(aware(at), kind, data or {}, ticket._next_place(state, at))]
        )

    def _says(self):
        """{case id: what it says now, in the words of the register}. Most cases of a batch are alike: those
        that say the same share one answer."""
        said = {}
        for cases in alike(self, *self._said_fields()).values():
            said.update(dict.fromkeys(cases.ids, cases[0]._in_codes()))
        return said

    @api.model
    def _said_fields(self):
        """What `_in_codes` looks at: fields that hold one record each."""
        return ["release_id", *WATCHED]

    def _in_codes(self):
        """What the case says in the words of the register: "set" holds its attributes."""
        refs = self.release_id._refs()
        return {
            "set": {
                name: refs.get((PICK_LISTS.get(name, name), self[field].id))
                for field, name in ATTRIBUTES.items()
            },
            "team_id": self.team_id.id,
            "holder_id": (self.user_id or self.team_id.sudo().user_id).id,  # sudo: see _open_case
            "assigned": bool(self.user_id),
            "stage": refs.get(("stage", self.stage_id.id)),
        }

    def _changes(self, state, now, says):
        """Facts that lead from what the register knows to what the ticket says, as engine events at now."""
        facts, known = [], state.attributes
        changed = {name: code for name, code in says["set"].items() if code != known.get(name)}
        if changed:
            facts.append(("classified", {"set": changed}))
        if says["team_id"] != known.get("team_id"):
            facts.append(("handed_over", self._handover_data(state, _held_by(says, known))))
        elif says["holder_id"] != known.get("holder_id") or says["assigned"] and known.get("unassigned"):
            facts.append(("assigned", {"set": _held_by(says, known)}))
            if says["assigned"] and self._awaits_acceptance(state):
                facts.append(("accepted_by_team", {}))  # a team takes a case by one of its people taking it
        stage = says["stage"]
        if stage and stage != state.stage:
            kind = self._stage_fact(state, stage)
            facts.append((kind, {"stage": stage, **self._stage_data(kind)}))
        if not facts:
            return []
        place = self._next_place(state, now)
        return [Event(aware(now), kind, data, place + index) for index, (kind, data) in enumerate(facts)]

    def _stage_fact(self, state, code):
        """The fact that entering a stage means; leaving a closing stage for an open one is a reopening
        (B6)."""
        stage = self.release_id._policy().stages[code]
        if state.closed_at and not stage.closes:
            return "reopened"
        return stage.event or ("closed" if stage.closes else "moved")

    def _stage_data(self, kind):
        """What the fact that entering a stage means says besides the stage. Others extend it."""
        return {}

    def _next_place(self, state, at):
        """The register's order among facts of the same second: after everything known so far."""
        return state.last[1] + 1 if state.last and state.last[0] == aware(at) else 1

    # ------------------------------------------------------------------ folding

    def _record(self, facts_of):
        """Lock the cases, ask facts_of(ticket, state) for engine events, append them and store what the
        engine reckons.

        The lock and the rising case_version let one of two transactions on the same case fail and be retried
        by Odoo: without them both would commit deadlines reckoned from half the facts."""
        changes = []
        # sudo: whoever may act on a case, a customer who writes a message too, leaves facts behind; the entry
        # names the user all the same.
        for ticket, version, state in self.sudo()._locked():
            events = facts_of(ticket, state)
            if events:
                state, cycles = ticket._folded(state, events)
                changes.append((ticket, version, state, events, cycles))
        self._write_down(changes)

    def _write_down(self, changes):
        """Append facts and store what the engine reckoned from them, in one statement each.

        changes: (case as superuser and locked, version, state after, [engine events], [the cycle of
        each])."""
        if not changes:
            return
        now = fields.Datetime.now()
        event_rows, clock_rows, ticket_rows = [], [], []
        for ticket, version, state, events, cycles in changes:
            event_rows += [
                ticket._event_row(event, cycle, now) for event, cycle in zip(events, cycles, strict=True)
            ]
            packed, changed = state.packed()
            clock_rows += [ticket._clock_row(clock) for clock in changed]
            reckoned = ticket._reckoned(state, ticket._policy_after(events))
            ticket_rows.append((ticket.id, version + 1, reckoned, packed))
        self.env["complaint.event"]._append(event_rows)
        self.env["complaint.milestone"]._store(clock_rows)
        self._store_reckoned(ticket_rows)
        self.env["complaint.milestone"].invalidate_model()
        tickets = self.browse([change[0].id for change in changes])
        tickets.invalidate_recordset(["event_ids", "milestone_ids", "current_milestone_ids"], flush=False)
        recorded = [(ticket, state, events) for ticket, _version, state, events, _cycles in changes if events]
        if recorded:
            self._follow(recorded)

    def _follow(self, recorded):
        """What follows from new facts, for all cases at once. Others extend it.

        recorded: (case as superuser, the engine's state after the facts, [engine events just recorded])."""

    def _locked(self):
        """Lock the cases of self; yields (ticket, version, state) in the order of ids, so that two batches
        cannot deadlock."""
        if not self:
            return
        self.flush_recordset(["case_version", "case_state"])
        self.env.cr.execute(
            SQL(
                "SELECT id, case_version, case_state FROM helpdesk_ticket "
                "WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )
        all_of_them = self.ids
        for ident, version, stored in self.env.cr.fetchall():
            ticket = self.browse(ident).with_prefetch(all_of_them)
            # a state that was stored before the ladder was kept beside the clocks
            known = stored and '"ladder":' in stored
            yield ticket, version, State.from_json(stored) if known else ticket._replayed()

    def _folded(self, state, events):
        """Fold events into state; returns the new state and the cycle each event fell in.

        A fact that lies before the newest one known makes the register be read again from the start."""
        policy, cycles = self.release_id._policy(), []
        try:
            for event in events:
                if event.kind == "repriced":
                    policy = self._release_named(event, "to")._policy()
                step(policy, state, event)
                cycles.append(state.cycle)
            return state, cycles
        except OutOfOrder:
            return self._folded_anew(state, events)

    def _folded_anew(self, state, events):
        """The same, reading the register from the start."""
        history = (*self._history(), *events)
        cycles = [self._replay(history, event.at).cycle for event in events]
        anew = self._replay(history)
        anew.stored = state.stored
        return anew, cycles

    def _replay(self, history, until=None):
        """The state that facts give when read from the start up to a time, each under the release of its
        time."""
        case = Case(tuple(history))
        moves = [event for event in case.in_order() if event.kind == "repriced"]
        release = self._release_named(moves[0], "from") if moves else self.release_id
        return replay(
            release._policy(), case, until, lambda event: self._release_named(event, "to")._policy()
        )

    def _release_named(self, event, side):
        """The release that a re-pricing moved the case "from" or "to"."""
        return self.env["complaint.release"].browse(event.data[side])

    def _history(self):
        """The register of this case as engine events."""
        self.env.cr.execute(
            SQL(
                "SELECT occurred_at, kind, data, id FROM complaint_event "
                "WHERE ticket_id = %s ORDER BY occurred_at, id",
                self.id,
            )
        )
        return [Event(aware(at), kind, data or {}, ident) for at, kind, data, ident in self.env.cr.fetchall()]

    def _engine_state(self):
        """The folded state as stored, also while the form is being edited; for reading only."""
        return State.from_json(self._origin.sudo().case_state)  # sudo: nobody reads the field over RPC

    def _replayed(self):
        """The state that the register gives when read from the start; the check for what is stored."""
        self.ensure_one()
        return self._replay(self._history())
