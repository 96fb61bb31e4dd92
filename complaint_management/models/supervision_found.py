"""What each check of the supervision counts in a period: how many were found, of how many that were checked,
and the records behind the number."""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.kpis import target_of
from ..engine.statistics import Rule
from ..engine.supervision import WAYS
from .supervision_period import ESCALATED, PROPOSED

# Decisions of a period, and those of them that somebody took about a case of their own.
OWN = """
    WITH decided AS (
        SELECT asked.ticket_id, asked.decided_by_id IN (asked.author_id, ticket.user_id) AS own
          FROM complaint_extension AS asked JOIN helpdesk_ticket AS ticket ON ticket.id = asked.ticket_id
         WHERE asked.decided_at >= %(first)s AND asked.decided_at < %(after)s AND asked.ticket_id IN %(seen)s
         UNION ALL
        SELECT solution.ticket_id, review.done_by IN (solution.author_id, solution.create_uid, ticket.user_id)
          FROM tier_review AS review
          JOIN complaint_solution AS solution
            ON review.model = 'complaint.solution' AND solution.id = review.res_id
          JOIN helpdesk_ticket AS ticket ON ticket.id = solution.ticket_id
         WHERE review.status IN ('approved', 'rejected') AND review.reviewed_date >= %(first)s
           AND review.reviewed_date < %(after)s AND solution.ticket_id IN %(seen)s
    )
    SELECT count(*), count(*) FILTER (WHERE own), array_agg(DISTINCT ticket_id) FILTER (WHERE own)
      FROM decided
"""


class Found(NamedTuple):
    """count of them were found among `of` that were checked; the records behind it."""

    count: int
    of: int
    model: str
    domain: Domain


class ComplaintSupervision(models.AbstractModel):
    _inherit = "complaint.supervision"

    @api.model
    def _found(self, check, period):
        """What a check of the policy finds in a period."""
        what = check["what"]
        if what in WAYS:
            return self._found_ways(check, period)
        return getattr(self, f"_found_{what}")(check, period)

    # ------------------------------------------------------------------ departures

    def _found_ways(self, check, period):
        """What is judged when a cycle is over: dated by its end."""
        domain, counts = period.departed(check["what"]), period.departures
        count = counts.get(check["what"], 0)
        if check.get("pause"):
            domain &= Domain("share", ">=", target_of(check["pause"]))
            count = self.env["complaint.departure"].search_count(domain)
        return Found(count, int(period.sums.get("ended", 0)), "complaint.departure", domain)

    def _of_facts(self, check, period, kind):
        """Departures dated by a fact, of all facts of its kind."""
        what = check["what"]
        of = period.facts.get(kind, 0)
        return Found(period.departures.get(what, 0), of, "complaint.departure", period.departed(what))

    def _found_unapproved(self, check, period):
        return self._of_facts(check, period, PROPOSED)

    def _found_unanswered_escalation(self, check, period):
        return self._of_facts(check, period, ESCALATED)

    def _found_changed_after_closing(self, check, period):
        what = check["what"]
        found = period.departures.get(what, 0)
        return Found(found, period.closed_so_far, "complaint.departure", period.departed(what))

    # ------------------------------------------------------------------ deadlines

    def _found_not_acknowledged(self, _check, period):
        found = self.env["complaint.figures"]._outside_acknowledged_on_time_rate(
            period.company, *period.span, {}, period.domain, Rule()
        )
        return self._missed(found)

    def _found_missed_deadline(self, _check, period):
        return self._clocks(period, False)

    def _found_missed_legal_deadline(self, _check, period):
        return self._clocks(period, True)

    def _clocks(self, period, legal):
        which = Domain("statutory", "=", legal)
        figures = self.env["complaint.figures"]
        return self._missed(figures._clocks(period.company, *period.span, period.domain, Rule(), which))

    def _missed(self, found):
        """Those that spoilt a figure; found: as key figures give it."""
        value, model, _counted, spoiling, _why = found
        return Found(int(value.n - (value.part or 0)), value.n, model, Domain(spoiling))

    def _found_missed_callback(self, _check, period):
        figures = self.env["complaint.figures"]
        return self._missed(
            figures._outside_callback_rate(period.company, *period.span, {}, period.domain, Rule())
        )

    # ------------------------------------------------------------------ as it is now

    def _found_open_escalation(self, check, period):
        waiting = period.open_now & Domain("unanswered_since", "!=", False)
        if check.get("longer_than"):
            before = self.env["complaint.release"]._before(check["longer_than"])
            waiting &= Domain("unanswered_since", "<=", before)
        return self._of_open(period, waiting)

    def _found_without_owner(self, _check, period):
        return self._of_open(period, period.open_now & Domain("accountable_id", "=", False))

    def _of_open(self, period, domain):
        count = self.env["helpdesk.ticket"].search_count(domain)
        return Found(count, period.open_count, "helpdesk.ticket", domain)

    # ------------------------------------------------------------------ approvals and the rest

    def _found_own_approval(self, _check, period):
        first, after = period.instants
        cases = period.of_company & period.cases
        seen = self.env["helpdesk.ticket"].with_context(active_test=False)._search(cases)
        of, count, tickets = self.env.execute_query(
            SQL(OWN, first=first, after=after, seen=seen.subselect())
        )[0]
        return Found(count, of, "helpdesk.ticket", Domain("id", "in", tickets or []))

    def _found_extension(self, _check, period):
        first, after = period.instants
        asked = (
            period.of_company
            & period.of_these
            & Domain("create_date", ">=", first)
            & Domain("create_date", "<", after)
        )
        granted = asked & Domain("state", "=", "granted")
        extensions = self.env["complaint.extension"]
        return Found(
            extensions.search_count(granted),
            extensions.search_count(asked),
            "complaint.extension",
            granted,
        )

    def _found_reopened(self, _check, period):
        figures = self.env["complaint.figures"]
        spoiling = figures._behind("reopen_rate", period.company, *period.span, period.domain)[1]
        sums = period.sums
        return Found(
            int(sums.get("reopened", 0)), int(sums.get("closed", 0)), "complaint.fact", Domain(spoiling)
        )
