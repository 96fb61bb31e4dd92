"""The facts of a case's cycles as rows of `complaint.fact` and `complaint.fact.stage`."""

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.answers import top_of, verdict
from ..engine.case import Event
from ..engine.facts import cycles
from ..engine.statistics import DETRACTOR, PROMOTER
from ..engine.working_time import Calendar
from .release_reading import aware, naive
from .solution import AGREED

# Column of a fact <- attribute of the case; each is a pick-list record that carries a policy code.
TERMS = frozendict(
    {
        "type_id": "type",
        "urgency_id": "urgency",
        "scope_id": "scope",
        "complexity_id": "complexity",
        "severity_id": "severity",
        "tier_id": "tier",
        "channel_id": "channel",
        "category_id": "category",
    }
)
KINDS = frozendict({"type": "case_type"})
# Column <- first fact of this kind in the cycle.
TIMES = frozendict(
    {
        "hours_acknowledged": "acknowledged",
        "hours_feedback": "first_feedback",
        "hours_proposed": "solution_proposed",
        "hours_communicated": "communicated",
    }
)
HISTORIES = """
    SELECT ticket_id, occurred_at, kind, data, id FROM complaint_event
     WHERE ticket_id IN %s ORDER BY ticket_id, occurred_at, id
"""
WORK = """
    SELECT found.ticket_id, found.cycle, found.cause_id, found.finding_id, found.product_module
      FROM complaint_investigation AS found WHERE found.ticket_id IN %s
"""
REDRESS = """
    SELECT ticket_id, cycle, currency_id, sum(amount), max(coalesce(answered_at, create_date))
      FROM complaint_solution
     WHERE ticket_id IN %s AND state IN %s AND amount > 0
     GROUP BY ticket_id, cycle, currency_id
"""


class ComplaintFact(models.Model):
    _inherit = "complaint.fact"

    @api.model
    def _rows(self, tickets, now):
        """(rows of complaint.fact, {(ticket id, cycle): rows of complaint.fact.stage}) of some cases.

        tickets: as superuser; now: naive UTC"""
        known = _Known(tickets)
        facts, stages = [], {}
        for ticket in tickets:
            events = known.events.get(ticket.id)
            if not events:
                continue
            policy = ticket.release_id._policy()
            # an open case is measured up to its latest fact: its row says the same whenever it is made
            for one in cycles(policy, ticket._engine_state(), events, events[-1].at):
                facts.append(self._row(ticket, policy, one, known, now))
                stages[ticket.id, one.cycle] = self._stage_rows(ticket, one, known)
        return facts, stages

    def _row(self, ticket, policy, one, known, now):
        return {
            "ticket_id": ticket.id,
            "company_id": ticket.company_id.id,
            "cycle": one.cycle,
            "version": ticket.case_version,
            "release_id": ticket.release_id.id,
            **self._told_by_register(ticket, one, known),
            **self._told_by_records(ticket, one, known),
            **_times(policy, one),
            "redress": known.redress.get((ticket.id, one.cycle), 0),
            **_measures(policy, one, aware(now)),
        }

    def _told_by_register(self, ticket, one, known):
        """What the case was like at the end of the cycle, as its facts say."""
        refs = ticket.release_id._refs()
        category = refs.get(("category", one.attributes.get("category")))
        return {
            **{
                column: refs.get((KINDS.get(name, name), one.attributes.get(name)))
                for column, name in TERMS.items()
            },
            "category_root_id": known.root("helpdesk.ticket.category", category),
            "team_id": known.there("helpdesk.ticket.team", one.attributes.get("team_id")),
            "user_id": known.there("res.users", one.attributes.get("holder_id")),
        }

    def _told_by_records(self, ticket, one, known):
        """What is known of the investigation and of the customer now."""
        work, customer = known.work.get((ticket.id, one.cycle), {}), ticket.partner_id
        return {
            "department_id": ticket.responsible_department_id.id or None,
            "cause_id": work.get("cause"),
            "cause_root_id": known.root("complaint.term", work.get("cause")),
            "finding_id": work.get("finding"),
            "product": work.get("product"),
            "partner_id": customer.commercial_partner_id.id or None,
            "country_id": customer.country_id.id or None,
            "state_id": customer.state_id.id or None,
        }

    def _stage_rows(self, ticket, one, known):
        refs = ticket.release_id._refs()
        first = ticket.release_id._first_stage()
        rows = []
        for stay in one.stages:
            code = stay.stage or (first.name if first else None)
            rows.append(
                {
                    "stage_id": refs.get(("stage", code)),
                    "team_id": known.there("helpdesk.ticket.team", stay.team),
                    "user_id": known.there("res.users", stay.holder),
                    "hours": _hours(stay.time),
                    "hours_ours": _hours(stay.ours),
                    "times": stay.times,
                }
            )
        return rows


class _Known:
    """What the rows of a batch need besides each case itself, read in one query a table."""

    def __init__(self, tickets):
        self.env, self._here, self._roots = tickets.env, {}, {}
        ids = tuple(tickets.ids)
        self.events = {}
        for ticket, at, kind, data, ident in self._select(HISTORIES, ids):
            self.events.setdefault(ticket, []).append(Event(aware(at), kind, data or {}, ident))
        self.work = {
            (ticket, cycle): {"cause": cause, "finding": finding, "product": product}
            for ticket, cycle, cause, finding, product in self._select(WORK, ids)
        }
        self.redress = self._redress(tickets, ids)
        # the register writes these past the cache
        tickets.invalidate_recordset(["case_version", "case_state"], flush=False)
        tickets.fetch(
            [
                "company_id",
                "release_id",
                "case_version",
                "case_state",
                "partner_id",
                "responsible_department_id",
            ]
        )
        tickets.partner_id.fetch(["commercial_partner_id", "country_id", "state_id"])
        self._look_up()

    def _select(self, query, *values):
        return self.env.execute_query(SQL(query, *values))

    def _redress(self, tickets, ids):
        """{(ticket id, cycle): what was agreed, in the company's currency of the day of the agreement}"""
        found = {}
        companies = {ticket.id: ticket.company_id for ticket in tickets}
        for ticket, cycle, currency, amount, at in self._select(REDRESS, ids, AGREED):
            company = companies[ticket]
            paid = self.env["res.currency"].browse(currency) or company.currency_id
            amount = paid._convert(amount, company.currency_id, company, at.date())
            found[ticket, cycle] = found.get((ticket, cycle), 0) + amount
        return found

    def _look_up(self):
        """Teams and people that the facts name and that are still there: others are left out."""
        named = {"helpdesk.ticket.team": set(), "res.users": set()}
        for events in self.events.values():
            for event in events:
                given = event.data.get("set") or {}
                named["helpdesk.ticket.team"].add(given.get("team_id"))
                named["res.users"].add(given.get("holder_id"))
        for model, ids in named.items():
            ids = [ident for ident in ids if isinstance(ident, int) and ident]
            self._here[model] = set(self.env[model].browse(ids).exists().ids)

    def there(self, model, ident):
        """The id, if there still is such a record."""
        return ident if ident in self._here[model] else None

    def root(self, model, ident):
        """The id of the uppermost parent."""
        if not ident:
            return None
        key = model, ident
        if key not in self._roots:
            record = self.env[model].browse(ident)
            while record.parent_id:
                record = record.parent_id
            self._roots[key] = record.id
        return self._roots[key]


def _times(policy, one):
    """When the cycle began and ended, on the days of the policy's calendar, and how long things took."""
    zone = (policy.calendar or Calendar.always_open()).zone
    local, ended = one.began.astimezone(zone), one.ended and one.ended.astimezone(zone)
    return {
        "began_at": naive(one.began),
        "began_on": local.date(),
        "weekday": str(local.isoweekday()),
        "hour": local.hour,
        "ended_at": naive(one.ended) if one.ended else None,
        "ended_on": ended.date() if ended else None,
        "ended_by": one.ended_by,
        **{column: _hours(one.after(kind)) for column, kind in TIMES.items()},
        "hours_closed": _hours(one.after("closed")) if one.ended_by == "closed" else None,
        "hours_ours": _hours(one.ours),
        "hours_waited": _hours(sum(one.waited.values(), one.ours - one.ours)),
    }


def _measures(policy, one, now):
    """The counts and shares of a cycle; None where something cannot be said."""
    missed = one.missed(now)
    running = [clock.due_at for clock in one.clocks if clock.state == "running" and clock.due_at >= now]
    closed = one.ended_by == "closed"
    return {
        "clocks": sum(clock.state != "cancelled" for clock in one.clocks),
        "missed": len(missed),
        "missed_legal": sum(clock.statutory for clock in missed),
        "on_time": _number(one.on_time(now)),
        "first_contact": _number(one.first_contact) if closed and one.cycle == 1 else None,
        "reopened": _number(one.reopened) if closed else None,
        "handovers": one.handovers,
        "escalations": one.escalations,
        "level": one.level,
        "score": one.score,
        "satisfied": _satisfied(policy, one.score),
        "nps": None if one.nps is None else _recommends(one.nps),
        "cases": int(one.cycle == 1),
        "open_cases": int(one.ended is None and not one.reopened),
        "look_again_at": naive(min(running)) if running else None,
    }


def _satisfied(policy, score):
    surveys = policy.raw.get("surveys") or ()
    scaled = next((survey for survey in surveys if top_of(survey) is not None), None)
    if score is None or scaled is None:
        return None
    return _number(verdict(scaled, score) == "satisfied")


def _recommends(answer):
    """100 for a promoter, -100 for a detractor: the average is the net promoter score."""
    return 100 if answer >= PROMOTER else -100 if answer <= DETRACTOR else 0


def _number(answer):
    return None if answer is None else float(answer)


def _hours(span):
    return None if span is None else span.total_seconds() / 3600
