"""What happens to a case becomes facts in the register, and the facts become clocks.

    create / write / message / wizard -> facts -> complaint.event (append-only)
                                          |
                                          v
    case_state (JSON on the ticket) -- engine.step --> new case_state, complaint.milestone, next deadline

A change of the ticket is noticed by comparing what the register knows (the folded state) with what the ticket
says now. So a fact is recorded once, however the value changed: by a form, by a recompute, by an automation
inside another write."""

import copy

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.case import Case, Event
from ..engine.clocks import OutOfOrder, State, next_due, step
from ..engine.replay import replay
from .release_reading import aware, naive

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
    }
)
# The kind of pick list behind an attribute, where the two names differ.
PICK_LISTS = frozendict({"type": "case_type"})
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
    }
)
OURS = frozenset(RECKONED) | {"release_id"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _has_field_access(self, field, operation):
        """What follows from policy and register is written by nobody, whatever rights they have on
        tickets."""
        if operation == "write" and field.name in OURS and not self.env.su:
            return self.env.context.get("complaint_pen") is PEN
        return super()._has_field_access(field, operation)

    # ------------------------------------------------------------------ creation

    @api.model_create_multi
    def create(self, vals_list):
        for name in OURS.intersection(set().union(*vals_list)):
            self._check_field_access(self._fields[name], "write")
        vals_list = [dict(vals) for vals in vals_list]  # we complete them, and they are the caller's
        openings = self._open_cases(vals_list)
        if any(openings):
            creating = super(HelpdeskTicket, self.with_context(complaint_pen=PEN))
            tickets = creating.create(vals_list).with_env(self.env)
        else:
            tickets = super().create(vals_list)
        cases = [(ticket, *opening) for ticket, opening in zip(tickets, openings, strict=True) if opening]
        if cases:
            tickets._enter_in_register(cases)
        return tickets

    def _open_cases(self, vals_list):
        """Complete vals_list in place for those that are cases.

        Returns a list like vals_list: None for an ordinary ticket, else (state, events) of the new case."""
        openings = [None] * len(vals_list)
        by_company = {}
        if any("case_type_id" not in vals for vals in vals_list):
            # A default decides here and not in super(): a case that is not opened would have no release and
            # no clocks.
            usual = self.default_get(["case_type_id"]).get("case_type_id")
            for vals in vals_list:
                vals.setdefault("case_type_id", usual)
        for index, vals in enumerate(vals_list):
            if vals["case_type_id"]:
                by_company.setdefault(self._company_of(vals), []).append(index)
        for company, indexes in by_company.items():
            release = self.env["complaint.release"]._active_or_explain(company)
            numbers = self._draw_register_numbers(company, len(indexes))
            for index, number in zip(indexes, numbers, strict=True):
                openings[index] = self._open_case({"number": number}, vals_list[index], release)
        return openings

    def _company_of(self, vals):
        """The company a new ticket will have: that of its team, as OCA decides, else the given one."""
        context = self.env.context
        team = self.env["helpdesk.ticket.team"].browse(vals.get("team_id", context.get("default_team_id")))
        given = self.env["res.company"].browse(vals.get("company_id", context.get("default_company_id")))
        return team.sudo().company_id or given or self.env.company  # sudo: a customer may not read teams

    def _open_case(self, own, vals, release):
        """Fill vals of one new case and fold the facts of its receipt; returns (state, events)."""
        now = fields.Datetime.now()
        # sudo: pick lists and teams hold no secrets, and a customer or the mail gateway may open a case
        release = release.sudo()
        vals.update(
            own, **self._classified(vals, release), company_id=release.company_id.id, release_id=release.id
        )
        received = fields.Datetime.to_datetime(vals.get("received_at")) or now
        vals["received_at"] = received.replace(microsecond=0)  # the register keeps whole seconds
        state, events = State(), []
        for event in self._receipt(vals, release, now):
            step(release._policy(), state, event)
            events.append(event)
        vals.update(self._reckoned(state), case_state=state.to_json(), case_version=1)
        return state, events

    def _classified(self, vals, release):
        """Type, classification, priority and team of a new case: what vals or the context give, else what the
        policy presets."""
        chosen = {}

        def given(name):
            return vals.get(name, self.env.context.get(f"default_{name}"))

        category = release.env["helpdesk.ticket.category"].browse(given("category_id"))
        for kind, term in release._presets(category).items():
            chosen[f"{kind}_id"] = given(f"{kind}_id") or term
        terms = release.env["complaint.term"]
        urgency, scope = terms.browse(chosen["urgency_id"]), terms.browse(chosen["scope_id"])
        chosen["severity_id"] = given("severity_id") or release._severity(urgency, scope)
        chosen["priority"] = release._severity_priority(chosen["severity_id"])
        user = release.env["res.users"].browse(given("user_id"))
        team = release.env["helpdesk.ticket.team"].browse(given("team_id"))
        team = team or release._team_for(category) or release._intake_team() or user.helpdesk_team_ids[:1]
        if (
            not user
            and release.company_id.helpdesk_mgmt_ticket_auto_assign
            and self.env.user in team.user_ids
        ):
            user = user.browse(self.env.uid)  # OCA's option, for members of the team that the policy chose
        return {**chosen, "team_id": team.id, "user_id": user.id}

    def _receipt(self, vals, release, now):
        """The facts of a receipt as engine events; sets the stage in vals."""
        policy, refs = release._policy(), release._refs()
        known = {
            name: refs.get((PICK_LISTS.get(name, name), vals[field]))
            for field, name in ATTRIBUTES.items()
            if vals.get(field)
        }
        team = release.env["helpdesk.ticket.team"].browse(vals["team_id"])
        known.update(team_id=team.id, holder_id=vals.get("user_id") or team.user_id.id)
        first = release._first_stage()
        wanted = refs.get(
            ("stage", vals.get("stage_id") or self.env.context.get("default_stage_id")), first.name
        )
        vals["stage_id"] = refs["stage", wanted]
        events = [Event(aware(vals["received_at"]), "received", {"set": known, "stage": first.name}, 1)]
        if wanted != first.name:  # entered straight into a later stage, for example in a kanban column
            at = max(now, vals["received_at"])
            events.append(Event(aware(at), policy.stages[wanted].event or "moved", {"stage": wanted}, 2))
        return events

    def _enter_in_register(self, cases):
        """Store events and clocks of new cases. cases: (ticket, state, events)."""
        now = fields.Datetime.now()
        self.env["complaint.event"]._append(
            [ticket._event_row(event, 1, now) for ticket, _state, events in cases for event in events]
        )
        self.env["complaint.milestone"]._store(
            [ticket._clock_row(clock) for ticket, state, _events in cases for clock in state.clocks]
        )
        self.invalidate_recordset(["event_ids", "milestone_ids"], flush=False)
        # Defaults and computes of other modules may have put somebody else in charge than we foresaw.
        strays = [ticket.id for ticket, state, _events in cases if ticket._changes(state, now)]
        self.browse(strays)._record_changes()

    def _draw_register_numbers(self, company, count):
        # sudo: customers and the mail gateway open cases too, and nobody of them may read sequences
        return self.env["ir.sequence"].sudo()._draw_register_numbers(company, count)

    # ------------------------------------------------------------------ changes

    def write(self, vals):
        cases = self.filtered("case_type_id")
        cases._refuse_in_register(vals)
        if vals.get("stage_id"):
            self._refuse_foreign_stage(vals)
        if vals.get("case_type_id") and self - cases:
            return (self - cases)._become_cases(vals) and (not cases or cases.write(vals))
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
        for ticket in self:
            becomes_case = bool(ticket.case_type_id or vals.get("case_type_id"))
            if becomes_case != stage.for_complaints or (
                becomes_case and stage.company_id != ticket.company_id
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

    def _become_cases(self, vals):
        """Ordinary tickets enter the register: their own values count, then vals."""
        for ticket in self:
            release = self.env["complaint.release"]._active_or_explain(ticket.company_id)
            number = self._draw_register_numbers(ticket.company_id, 1)[0]
            own = {
                "category_id": ticket.category_id.id,
                "channel_id": ticket.channel_id.id,
                "team_id": ticket.team_id.id,
                "user_id": ticket.user_id.id,
                "received_at": ticket.create_date,
            }
            opening = {**own, **vals}
            state, events = self._open_case({"number": number}, opening, release)
            # Past our own write(), which would look for changes of a case that is not in the register yet.
            writing = super(HelpdeskTicket, ticket.with_context(complaint_pen=PEN))
            writing.write(opening)
            ticket._enter_in_register([(ticket, state, events)])
        return True

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
            facts.append(("handed_over", {"set": {"team_id": self.team_id.id, "holder_id": holder}}))
        elif holder != known.get("holder_id"):
            facts.append(("assigned", {"set": {"holder_id": holder}}))
            if self.user_id and "handed_over" in state.seen and "accepted_by_team" not in state.seen:
                facts.append(("accepted_by_team", {}))  # a team takes a case by one of its people taking it
        stage = refs.get(("stage", self.stage_id.id))
        if stage and stage != state.stage:
            facts.append((self._stage_fact(state, stage), {"stage": stage}))
        place = self._next_place(state, now)
        return [Event(aware(now), kind, data, place + index) for index, (kind, data) in enumerate(facts)]

    def _stage_fact(self, state, code):
        """The fact that entering a stage means; leaving a closing stage for an open one is a reopening
        (B6)."""
        stage = self.release_id._policy().stages[code]
        if state.closed_at and not stage.closes:
            return "reopened"
        return stage.event or ("closed" if stage.closes else "moved")

    def _next_place(self, state, at):
        """The register's order among facts of the same second: after everything known so far."""
        return state.last[1] + 1 if state.last and state.last[0] == aware(at) else 1

    # ------------------------------------------------------------------ folding

    def _record(self, facts_of):
        """Lock the cases, ask facts_of(ticket, state) for engine events, append them and store what the
        engine reckons.

        The lock and the rising case_version let one of two transactions on the same case fail and be retried
        by Odoo: without them both would commit deadlines reckoned from half the facts."""
        now = fields.Datetime.now()
        event_rows, clock_rows, ticket_rows = [], [], []
        # sudo: whoever may act on a case, a customer who writes a message too, leaves facts behind; the entry
        # names the user all the same.
        for ticket, version, state in self.sudo()._locked():
            events = facts_of(ticket, state)
            if not events:
                continue
            before = {(clock.cycle, clock.name): copy.copy(clock) for clock in state.clocks}
            state, cycles = ticket._folded(state, events)
            event_rows += [
                ticket._event_row(event, cycle, now) for event, cycle in zip(events, cycles, strict=True)
            ]
            clock_rows += [
                ticket._clock_row(clock)
                for clock in state.clocks
                if before.get((clock.cycle, clock.name)) != clock
            ]
            ticket_rows.append((ticket.id, version + 1, self._reckoned(state), state.to_json()))
        self.env["complaint.event"]._append(event_rows)
        self.env["complaint.milestone"]._store(clock_rows)
        self._store_reckoned(ticket_rows)
        self.env["complaint.milestone"].invalidate_model()
        self.invalidate_recordset(
            ["event_ids", "milestone_ids", "current_milestone_ids", *RECKONED], flush=False
        )

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
            yield self.browse(ident), version, State.from_json(stored)

    def _folded(self, state, events):
        """Fold events into state; returns the new state and the cycle each event fell in.

        A fact that lies before the newest one known makes the register be read again from the start."""
        policy, cycles = self.release_id._policy(), []
        try:
            for event in events:
                step(policy, state, event)
                cycles.append(state.cycle)
            return state, cycles
        except OutOfOrder:
            history = (*self._history(), *events)
            cycles = [replay(policy, Case(history), event.at).cycle for event in events]
            return replay(policy, Case(history)), cycles

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
        return replay(self.release_id._policy(), Case(tuple(self._history())))

    # ------------------------------------------------------------------ rows

    def _reckoned(self, state):
        due = next_due(state)
        return {
            "case_cycle": state.cycle,
            "next_clock": due.name if due else None,
            "next_due_at": naive(due.due_at) if due else None,
            "breached_clocks": sum(
                clock.state == "breached" and not clock.measure_only for clock in state.clocks
            ),
            "paused": any(pause.end is None for pause in state.pauses) and not state.closed_at,
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
