"""How many cases arrived when, and in which group of similar cases: the register's receipts, counted in the
database. Only the attributes that rules ask for are read, so cases that are alike for them are one row."""

from collections import Counter, defaultdict
from datetime import datetime, timezone

from odoo import api, models
from odoo.tools import SQL

from ..engine.surges import slot_at
from .release_reading import aware, naive
from .renames import PICK_LISTS
from .ticket_register import ATTRIBUTES

COLUMNS = {name: field for field, name in ATTRIBUTES.items()}
COLUMNS.update(team="team_id", department="category_id")
QUARTER = 900  # seconds; every zone's offset is a multiple of it


class ComplaintSurge(models.Model):
    _inherit = "complaint.surge"

    @api.model
    def _names_asked(self, rules):
        """The attributes that rules ask for, those with a column."""
        asked = {name for rule in rules for name in (*rule.group_by, *rule.condition.attributes())}
        return sorted(asked & set(COLUMNS))

    @api.model
    def _began(self, company):
        """When the register of a company began; None for an empty one."""
        ((first,),) = self.env.execute_query(
            SQL(
                "SELECT min(occurred_at) FROM complaint_event WHERE company_id = %s AND kind = 'received'",
                company.id,
            )
        )
        return aware(first)

    @api.model
    def _tally(self, release, names, spans):
        """[(place of the span, attributes, cases)] of the cases that arrived in spans of time.

        spans: [(from, to)], aware, the end excluded"""
        if not spans:
            return []
        values = SQL(", ").join(
            SQL("(%s, %s::timestamp, %s::timestamp)", place, naive(start), naive(end))
            for place, (start, end) in enumerate(spans)
        )
        # OFFSET 0 keeps the spans apart: the planner cannot see how short they are, and would read all
        rows = self.env.execute_query(
            SQL(
                "SELECT span.place, %s, count(*) FROM (VALUES %s) AS span(place, low, high), "
                "LATERAL (SELECT ticket_id FROM complaint_event WHERE company_id = %s AND kind = 'received' "
                "AND occurred_at >= span.low AND occurred_at < span.high OFFSET 0) AS e, "
                "LATERAL (SELECT * FROM helpdesk_ticket WHERE id = e.ticket_id OFFSET 0) AS t "
                "GROUP BY span.place, %s",
                self._columns(names),
                values,
                release.company_id.id,
                self._columns(names),
            )
        )
        read = self._reader(release, names)
        return [(place, read(ids), count) for place, *ids, count in rows]

    @api.model
    def _arrivals(self, release, names, since, until):
        """[(arrived, ticket id, attributes)] of the cases that arrived between two times, both included."""
        rows = self.env.execute_query(
            SQL(
                "SELECT e.occurred_at, t.id, %s FROM complaint_event e "
                "JOIN helpdesk_ticket t ON t.id = e.ticket_id WHERE e.company_id = %s "
                "AND e.kind = 'received' AND e.occurred_at BETWEEN %s AND %s",
                self._columns(names),
                release.company_id.id,
                naive(since),
                naive(until),
            )
        )
        read = self._reader(release, names)
        return [(aware(at), ident, read(ids)) for at, ident, *ids in rows]

    @api.model
    def _history(self, release, rule, zone, slots):
        """{group: cases by slot} in all weeks that some slots are compared with."""
        names = self._names_asked([rule])
        rows = self.env.execute_query(
            SQL(
                "SELECT floor(extract(epoch FROM e.occurred_at) / %s)::bigint * %s, %s, count(*) "
                "FROM complaint_event e JOIN helpdesk_ticket t ON t.id = e.ticket_id "
                "WHERE e.company_id = %s AND e.kind = 'received' "
                "AND e.occurred_at >= %s - %s * interval '1 week' - interval '1 day' "
                "AND e.occurred_at < %s GROUP BY 1, %s",
                QUARTER,
                QUARTER,
                self._columns(names),
                release.company_id.id,
                naive(min(slot.start for slot in slots)),
                rule.weeks,
                naive(max(slot.end for slot in slots)),
                self._columns(names),
            )
        )
        read = self._reader(release, names)
        found = defaultdict(Counter)
        for seconds, *ids, count in rows:
            key = rule.key_of(read(ids))
            if key is not None:
                at = datetime.fromtimestamp(seconds, timezone.utc)
                found[key][slot_at(zone, rule.within, at)[:2]] += count
        return found

    def _columns(self, names):
        return SQL(", ").join(SQL.identifier("t", COLUMNS[name]) for name in names) or SQL("NULL")

    def _reader(self, release, names):
        """What turns the columns of a row into attributes of a case, as the policy names them."""
        refs, policy, known = release._refs(), release._policy(), {}
        # sudo: names of teams are what policies speak of; a job reads them
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(lang="en_US", active_test=False)
        named = {team.id: team.name for team in teams.search([])} if "team" in names else {}

        def value(name, ident):
            if name == "team":
                return named.get(ident)
            if name == "department":
                category = policy.categories.get(refs.get(("category", ident)))
                return category.department if category else None
            return refs.get((PICK_LISTS.get(name, name), ident))

        def read(ids):
            ids = tuple(ids)
            if ids not in known:
                known[ids] = {
                    name: value(name, ident) for name, ident in zip(names, ids, strict=False) if ident
                }
            return known[ids]

        return read
