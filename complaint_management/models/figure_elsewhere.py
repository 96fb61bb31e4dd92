"""Key figures that are not made of the sums of cycles: what is open, deadlines, callbacks, orders, and what
other parts of the addon measure."""

from datetime import datetime, time, timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.kpis import MEASURES, SHARE, Value, per, share
from ..engine.working_time import Calendar
from .figure_sums import ALL
from .release_reading import aware, naive

EMPTY = Value(None, 0)
NOTHING = ((0, "=", 1),)  # the domain of a figure behind which there is nothing to open
USERS = """
    SELECT coalesce(sum(received), 0)::int, count(DISTINCT (value_key, day.day)) FILTER (WHERE received > 0)
      FROM (VALUES %(pieces)s) AS span(key, first, after, dimensions)
      JOIN complaint_fact_day AS day
        ON day.company_id = %(company)s AND day.type_key = %(type)s AND day.dimension = ANY(span.dimensions)
       AND day.day >= span.first AND day.day < span.after AND day.value_key IS NOT NULL
"""
LIVE_USERS = """
    SELECT count(*), count(DISTINCT (user_id, day)) FILTER (WHERE NOT EXISTS (
               SELECT 1 FROM complaint_fact_day AS known
                WHERE known.company_id = %(company)s AND known.type_key = %(type)s
                  AND known.dimension = 'user_id' AND known.day = move.day
                  AND known.value_key = move.user_id::text AND known.received > 0
                  AND known.day != ALL(%(marked)s)
           ))
      FROM (%(moves)s) AS move
"""


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    def _outside(self, name, company, span, sums, domain, rule):
        """(Value, model, domain, spoiling, why there is no value) of what is not made of sums alone."""
        measured = getattr(self, f"_outside_{name}", None)
        if measured:
            return measured(company, *span, sums.get(ALL, {}).get(False, {}), domain, rule)
        found = self._measured_elsewhere(name, company, *span, domain)
        if found is None:
            return (
                EMPTY,
                "complaint.fact",
                list(NOTHING),
                list(NOTHING),
                self.env._("Nothing measures it yet."),
            )
        value, model, counted = found
        if MEASURES[name].form == SHARE and value.n:
            value = share(value.part, value.n, rule)
        return value, model, counted, counted, ""

    @api.model
    def _measured_elsewhere(self, name, company, begin, end, domain):
        """(Value, model, domain of what was counted) of a measure that another part of the addon knows;
        None if nothing does. Parts that measure override it."""

    # ------------------------------------------------------------------ what is open

    @api.model
    def _balance(self, company, begin, end, domain=(), sums=None):
        """{opening, received, reopened, closed, closing} of a period: what was open at its start, with what
        came in and what was opened again, less what ended, is open at its end."""
        domain = Domain(domain)
        spans = {"now": (begin, end), "since": self._since(company, begin)}
        sums = sums or self._sums(company, spans, domain=domain)
        now, since = (sums.get(key, {}).get(ALL, {}).get(False, {}) for key in spans)
        open_now = self.env["complaint.fact"].search_count(self._open_domain(company, domain))
        opening = open_now - _begun(since) + int(since.get("ended", 0))
        closed = int(now.get("ended", 0))
        return {
            "opening": opening,
            "received": int(now.get("received", 0)),
            "reopened": int(now.get("reopenings", 0)),
            "closed": closed,
            "closing": opening + _begun(now) - closed,
        }

    @api.model
    def _open_domain(self, company, domain=(), at=None):
        """Cycles that are open, now or when the day `at` began."""
        mine = Domain(domain) & Domain("company_id", "=", company.id)
        if at is None or at > self._today(company):
            return list(mine & Domain("ended_on", "=", False) & Domain("open_cases", "=", 1))
        still = Domain("ended_on", "=", False) & Domain("open_cases", "=", 1)
        return list(mine & Domain("began_on", "<", at) & (still | Domain("ended_on", ">=", at)))

    def _outside_backlog(self, company, begin, end, _sums, domain, _rule):
        count = self._balance(company, begin, end, domain)["closing"]
        counted = self._open_domain(company, domain, end)
        return Value(float(count), count, count), "complaint.fact", counted, counted, ""

    # ------------------------------------------------------------------ deadlines

    def _outside_promises_kept(self, company, begin, end, _sums, domain, rule):
        return self._clocks(company, begin, end, domain, rule, Domain.TRUE)

    def _outside_acknowledged_on_time_rate(self, company, begin, end, _sums, domain, rule):
        names = self._clocks_until(company, "acknowledged")
        return self._clocks(company, begin, end, domain, rule, Domain("name", "in", names))

    def _clocks(self, company, begin, end, domain, rule, which):
        """The share of clocks kept, of those that were due in the period."""
        counted = which & self._due_domain(company, begin, end, domain)
        groups = self.env["complaint.fact.clock"]._read_group(counted, [], ["kept:sum", "kept:count"])
        kept, count = groups[0]
        return (
            share(kept or 0, count, rule),
            "complaint.fact.clock",
            list(counted),
            list(counted & Domain("kept", "<", 1)),
            "",
        )

    def _due_domain(self, company, begin, end, domain=()):
        """Clocks that were due in the period and were kept or missed."""
        first, after = self._instants(company, begin, end)
        return (
            Domain("company_id", "=", company.id)
            & Domain("due_at", ">=", first)
            & Domain("due_at", "<", after)
            & Domain("kept", "!=", False)
            & self._of_these(domain)
        )

    def _clocks_until(self, company, kind):
        """The names of the policy's clocks that a kind of fact ends."""
        release = self.env["complaint.release"]._active(company)
        policies = release._policy().sla if release else ()
        return sorted({clock.name for sla in policies for clock in sla.clocks if kind in clock.ends})

    # ------------------------------------------------------------------ callbacks

    def _outside_callback_satisfaction(self, company, begin, end, _sums, domain, rule):
        first, after = self._instants(company, begin, end)
        answered = (
            Domain("sample_id", "!=", False)
            & Domain("result", "!=", False)
            & Domain("done_at", ">=", first)
            & Domain("done_at", "<", after)
        )
        return self._callbacks(company, answered, Domain("result", "=", "satisfied"), domain, rule)

    def _outside_callback_rate(self, company, begin, end, _sums, domain, rule):
        first, after = self._instants(company, begin, min(end, self._today(company)))
        due = (
            Domain("due_at", ">=", first)
            & Domain("due_at", "<", after)
            & Domain("state", "not in", ("left_out", "cancelled"))
        )
        late = Domain("done_at", "=", False) | Domain("overdue_at", "!=", False)
        return self._callbacks(company, due, ~late, domain, rule)

    def _callbacks(self, company, counted, good, domain, rule):
        callbacks = self.env["complaint.callback"]
        counted &= Domain("company_id", "=", company.id) & self._of_these(domain)
        if not callbacks.has_access("read"):
            why = self.env._("Callbacks are not for you to see.")
            return EMPTY, "complaint.fact", list(NOTHING), list(NOTHING), why
        value = share(callbacks.search_count(counted & good), callbacks.search_count(counted), rule)
        return value, "complaint.callback", list(counted), list(counted & ~good), ""

    def _of_these(self, domain):
        """The filter of cycles for what has a case: those whose case has such a cycle."""
        domain = Domain(domain)
        if domain.is_true():
            return Domain.TRUE
        return Domain("ticket_id.fact_ids", "any", domain)

    # ------------------------------------------------------------------ related to something else

    def _outside_complaint_rate(self, company, begin, end, sums, domain, _rule):
        counted = self._behind("complaint_rate", company, begin, end, domain)[0]
        entry = self._entries(company).get("complaint_rate", {})
        orders, why = self.env["complaint.volume"]._orders(company, begin, end)
        count = int(sums.get("received", 0))
        if not orders:
            return Value(None, count, count), "complaint.fact", counted, counted, why
        value = Value(count / orders * per(entry.get("per")), count, count)
        return value, "complaint.fact", counted, counted, ""

    def _outside_tickets_per_agent_and_day(self, company, begin, end, _sums, domain, _rule):
        counted = self._behind("tickets_per_agent_and_day", company, begin, end, domain)[0]
        count, days = self._agent_days(company, {"now": (begin, end)}, Domain(domain), Domain(counted))
        value = Value(count / days, count, count) if days else EMPTY
        return value, "complaint.fact", counted, counted, ""

    def _agent_days(self, company, spans, domain, counted):
        """(cases, days on which somebody got any, for all of them together)"""
        self.env["complaint.fact"].flush_model()
        type_key = self._added_up(company, domain)
        if type_key is None:
            return self._live_agent_days(company, 0, counted, None)
        marked = self._marked(company, spans)
        pieces = self._pieces(spans, set(marked), ("user_id",), months=False)
        known = (0, 0)
        if pieces:
            known = self.env.execute_query(SQL(USERS, pieces=pieces, company=company.id, type=type_key))[0]
        more = Domain("ticket_id.confidential", "=", True) | Domain("began_on", "in", marked)
        live = self._live_agent_days(company, type_key, counted & more, marked)
        return known[0] + live[0], known[1] + live[1]

    def _live_agent_days(self, company, type_key, counted, marked):
        """The same of the cycles themselves; marked: the days that are not added up, None for all."""
        query = self.env["complaint.fact"]._search(counted)
        moves = query.select(
            SQL("%s AS user_id", SQL.identifier(query.table, "user_id")),
            SQL("%s AS day", SQL.identifier(query.table, "began_on")),
        )
        if marked is None:
            rows = SQL("SELECT count(*), count(DISTINCT (user_id, day)) FROM (%s) AS move", moves)
        else:
            days = SQL("%s::date[]", list(marked))
            rows = SQL(LIVE_USERS, moves=moves, company=company.id, type=type_key, marked=days)
        return self.env.execute_query(rows)[0]

    # ------------------------------------------------------------------ time

    def _zone(self, company):
        """Where the policy's calendar is."""
        release = self.env["complaint.release"]._active(company)
        calendar = release._policy().calendar if release else None
        return (calendar or Calendar.always_open()).zone

    def _local(self, company):
        return aware(fields.Datetime.now()).astimezone(self._zone(company))

    @api.model
    def _instants(self, company, begin, end):
        """The first instant of a day and that of another one, naive UTC."""
        zone = self._zone(company)
        return tuple(
            naive(datetime.combine(day, time.min, zone).astimezone(timezone.utc)) for day in (begin, end)
        )


def _begun(sums):
    return int(sums.get("received", 0) + sums.get("reopenings", 0))


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    fact_ids = fields.One2many(
        "complaint.fact", "ticket_id", "In figures", readonly=True, groups="base.group_user"
    )
