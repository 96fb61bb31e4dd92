"""What happens to a case becomes facts in the register, and the facts become clocks.

    create / write / message / wizard -> facts -> complaint.event (append-only)
                                          |
                                          v
    case_state (JSON on the ticket) -- engine.step --> new case_state, complaint.milestone, next deadline

A change of the ticket is noticed by comparing what the register knows (the folded state) with what the ticket
says now. So a fact is recorded once, however the value changed: by a form, by a recompute, by an automation
inside another write."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.case import Case, Event
from ..engine.clocks import OutOfOrder, State, next_due, step
from ..engine.escalation import next_at
from ..engine.replay import replay
from .release_reading import aware, naive
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
RECKONED = frozendict(
    {
        "case_version": "int4",
        "case_state": "text",
        "case_cycle": "int4",
        "next_clock": "varchar",
        "next_due_at": "timestamp",
        "breached_clocks": "int4",
        "paused": "bool",
        "awaits_acceptance": "bool",
        "escalation_level": "varchar",
        "unanswered_since": "timestamp",
        "next_act_at": "timestamp",
        "at_risk_from": "timestamp",
        "over_since": "timestamp",
    }
)
OURS = frozenset(RECKONED) | {"release_id", "tier_id", "confidential_user_ids"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _has_field_access(self, field, operation):
        """What follows from policy and register is written by nobody, whatever rights they have on
        tickets."""
        if operation == "write" and field.name in OURS and not self.env.su:
            return self.env.context.get("complaint_pen") is PEN
        return super()._has_field_access(field, operation)

    # ------------------------------------------------------------------ changes

    def write(self, vals):
        cases = self.filtered("case_type_id")
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

    def _refuse_foreign_stage(self, vals):
        stage = self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        answered = set()  # most tickets of a batch are alike, and one answer serves them all
        for ticket in self:
            is_case, release, company = bool(ticket.case_type_id), ticket.release_id, ticket.company_id
            becomes_case = is_case or bool(vals.get("case_type_id"))
            if (is_case, release.id, company.id) in answered:
                continue
            answered.add((is_case, release.id, company.id))
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
        self._record(lambda ticket, state: ticket._changes(state, now))

    def _record_fact(self, kind, at=None, data=None):
        """Record one fact on each case of self. at: naive UTC, may be in the past; data: codes and numbers
        only."""
        at = (at or fields.Datetime.now()).replace(microsecond=0)
        self._record(
            lambda ticket, state: [Event(aware(at), kind, data or {}, ticket._next_place(state, at))]
        )

    def _changes(self, state, now):
        """Facts that lead from what the register knows to what the ticket says, as engine events at now."""
        self.ensure_one()
        facts, known, refs = [], state.attributes, self.release_id._refs()
        says = {
            name: refs.get((PICK_LISTS.get(name, name), self[field].id)) for field, name in ATTRIBUTES.items()
        }
        changed = {name: code for name, code in says.items() if code != known.get(name)}
        if changed:
            facts.append(("classified", {"set": changed}))
        holder = (self.user_id or self.team_id.sudo().user_id).id  # sudo: see _open_case
        if self.team_id.id != known.get("team_id"):
            facts.append(("handed_over", self._handover_data(state, holder)))
        elif holder != known.get("holder_id"):
            facts.append(("assigned", {"set": {"holder_id": holder}}))
            if self.user_id and self._awaits_acceptance(state):
                facts.append(("accepted_by_team", {}))  # a team takes a case by one of its people taking it
        stage = refs.get(("stage", self.stage_id.id))
        if stage and stage != state.stage:
            kind = self._stage_fact(state, stage)
            facts.append((kind, {"stage": stage, **self._stage_data(kind)}))
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
                before = clock_rows(state)
                state, cycles = ticket._folded(state, events)
                changes.append((ticket, version, before, state, events, cycles))
        self._write_down(changes)

    def _write_down(self, changes):
        """Append facts and store what the engine reckoned from them, in one statement each.

        changes: (case as superuser and locked, version, rows of its clocks before, state after,
        [engine events], [the cycle of each])."""
        if not changes:
            return
        now = fields.Datetime.now()
        event_rows, changed_rows, ticket_rows = [], [], []
        for ticket, version, before, state, events, cycles in changes:
            event_rows += [
                ticket._event_row(event, cycle, now) for event, cycle in zip(events, cycles, strict=True)
            ]
            changed_rows += [
                ticket._clock_row(clock)
                for clock in state.clocks
                if before.get((clock.cycle, clock.name)) != clock.to_row()
            ]
            reckoned = ticket._reckoned(state, ticket._policy_after(events))
            ticket_rows.append((ticket.id, version + 1, reckoned, state.to_json()))
        self.env["complaint.event"]._append(event_rows)
        self.env["complaint.milestone"]._store(changed_rows)
        self._store_reckoned(ticket_rows)
        self.env["complaint.milestone"].invalidate_model()
        tickets = self.browse([change[0].id for change in changes])
        tickets.invalidate_recordset(
            ["event_ids", "milestone_ids", "current_milestone_ids", *RECKONED], flush=False
        )
        recorded = [(change[0], change[3], change[4]) for change in changes if change[4]]
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
        self.env.cr.execute(
            SQL(
                "SELECT id, case_version, case_state FROM helpdesk_ticket "
                "WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )
        for ident, version, stored in self.env.cr.fetchall():
            ticket = self.browse(ident).with_prefetch(self.ids)
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
            return self._folded_anew(events)

    def _folded_anew(self, events):
        """The same, reading the register from the start."""
        history = (*self._history(), *events)
        cycles = [self._replay(history, event.at).cycle for event in events]
        return self._replay(history), cycles

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

    # ------------------------------------------------------------------ rows

    def _policy_after(self, events):
        """The policy that holds after these facts."""
        moves = [event for event in events if event.kind == "repriced"]
        release = self._release_named(moves[-1], "to") if moves else self.release_id
        return release._policy()

    def _reckoned(self, state, policy=None):
        due, ladder = next_due(state), state.ladder
        unanswered = [] if state.closed_at else [since for _level, since, _subject in ladder.unanswered]
        return {
            "case_cycle": state.cycle,
            "next_clock": due.name if due else None,
            "next_due_at": naive(due.due_at) if due else None,
            "breached_clocks": sum(
                clock.state == "breached" and not clock.measure_only for clock in state.clocks
            ),
            "paused": any(pause.end is None for pause in state.pauses) and not state.closed_at,
            "awaits_acceptance": self._awaits_acceptance(state),
            "escalation_level": ladder.level,
            "unanswered_since": naive(min(unanswered, default=None)),
            "next_act_at": naive(next_at(policy or self.release_id._policy(), state)),
        }

    def _event_row(self, event, cycle, now):
        return {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "kind": event.kind,
            "occurred_at": naive(event.at),
            "recorded_at": now,
            "cycle": cycle,
            "data": dict(event.data),
        }

    def _clock_row(self, clock):
        instants = ("started_at", "due_at", "ended_at", "paused_since")
        row = {name: naive(getattr(clock, name)) for name in instants}
        plain = (
            "cycle",
            "name",
            "sla",
            "within",
            "state",
            "ended_by",
            "statutory",
            "measure_only",
            "provisional",
        )
        row.update((name, getattr(clock, name)) for name in plain)
        return {**row, "ticket_id": self.id, "company_id": self.company_id.id}

    def _store_reckoned(self, rows):
        """Write what the engine reckoned in one statement. rows: (ticket id, version, reckoned, state)."""
        if not rows:
            return
        names = list(RECKONED)
        values = [
            (ident, *({**reckoned, "case_version": version, "case_state": state}[name] for name in names))
            for ident, version, reckoned, state in rows
        ]
        sets = SQL(", ").join(
            SQL("%s = v.%s::%s", SQL.identifier(name), SQL.identifier(name), SQL(kind))
            for name, kind in RECKONED.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket t SET %s FROM (VALUES %s) AS v(id, %s) WHERE t.id = v.id",
                sets,
                SQL(", ").join(SQL("%s", row) for row in values),
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )


def clock_rows(state):
    """{(cycle, name): the clock as a row}, to see later which ones a fact has changed."""
    return {(clock.cycle, clock.name): clock.to_row() for clock in state.clocks}
