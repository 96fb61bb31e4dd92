"""What follows from the facts, as rows of the database: written for a whole batch in one statement each."""

import json
from functools import cache

from odoo import models
from odoo.tools import SQL

from ..engine.clocks import next_due
from ..engine.escalation import next_at
from .release_reading import naive

CLOCK_INSTANTS = ("started_at", "due_at", "ended_at", "paused_since")
CLOCK_FIELDS = (
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


FEW = 8
UNKNOWN = object()


def insert_rows(env, table, columns, rows, ending):
    """Insert rows in one statement and return what it returns.

    Many rows go as one JSON text: a statement that spells out each value costs twice the time to put together
    here and to read there. For a few the reading of JSON costs more than it saves.

    columns: {name: type in PostgreSQL}; rows: dicts with these keys; ending: what stands after the rows, such
    as ON CONFLICT or RETURNING, written here and never from outside."""
    begin, whole = _statement(table, tuple(columns.items()), ending)
    if len(rows) <= FEW:
        row = f"({', '.join(['%s'] * len(columns))})"
        text = f"{begin} VALUES {', '.join([row] * len(rows))} {ending}"
        values = [_adapted(one[name], kind) for one in rows for name, kind in columns.items()]
        env.cr.execute(SQL(text, *values))
    else:
        env.cr.execute(SQL(whole, json.dumps(rows, default=str)))
    return env.cr.fetchall() if env.cr.description else []


@cache
def _statement(table, columns, ending):
    """(beginning of an INSERT, a whole one of rows in a JSON text). Put together once: it is always the
    same."""
    names = ", ".join(name for name, _kind in columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns)
    begin = f"INSERT INTO {table} ({names})"
    return begin, f"{begin} SELECT {names} FROM json_to_recordset(%s) AS row({typed}) {ending}"


def _adapted(value, kind):
    return value if value is None or kind != "jsonb" else json.dumps(value)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

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
            "user_id": self.env.uid,
            "kind": event.kind,
            "occurred_at": naive(event.at),
            "recorded_at": now,
            "cycle": cycle,
            "data": dict(event.data) or None,
        }

    def _clock_row(self, clock):
        row = {name: getattr(clock, name) for name in CLOCK_FIELDS}
        row.update((name, naive(getattr(clock, name))) for name in CLOCK_INSTANTS)
        row["ticket_id"], row["company_id"] = self.id, self.company_id.id
        return row

    def _store_reckoned(self, rows):
        """Keep what the engine reckoned, to be written together with what else changes of the case: a row
        that is written twice costs its indexes twice. rows: (ticket id, version, reckoned, state)."""
        dirty = self.env._field_dirty
        kept = {
            ident: {**reckoned, "case_version": version, "case_state": state}
            for ident, version, reckoned, state in rows
        }
        for name in next(iter(kept.values()), ()):
            field = self._fields[name]
            cache, new = field._get_cache(self.env), {ident: values[name] for ident, values in kept.items()}
            # most facts leave most of it as it was, which then need not be written
            if any(cache.get(ident, UNKNOWN) != value for ident, value in new.items()):
                cache.update(new)
                dirty[field].update(new)
