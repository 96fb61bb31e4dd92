"""A time of a company and what several checks of the supervision need of it, each read once."""

from functools import cached_property

from odoo.fields import Domain

from .figure_sums import ALL

ESCALATED, PROPOSED = "escalated", "solution_proposed"


class Period:
    """span: (first day, day after the last); domain: of complaint.fact, only these cases; sums: of the span,
    as `complaint.figures` adds them up; following: the period that begins where this one ends, if there is
    one"""

    def __init__(self, env, company, span, domain, sums, following=None):
        self.env, self.company, self.span, self.domain = env, company, span, Domain(domain)
        self.begin, self.end = span
        self.following = following
        self.sums = sums.get(ALL, {}).get(False, {})
        self.of_company = Domain("company_id", "=", company.id)

    @cached_property
    def instants(self):
        return self.env["complaint.figures"]._instants(self.company, *self.span)

    @cached_property
    def of_these(self):
        """The filter for what has a case."""
        return self.env["complaint.figures"]._of_these(self.domain)

    @cached_property
    def closed_so_far(self):
        """How many cycles had ended by the end of the period; the count of all of them is made once."""
        if self.following:
            return self.following.closed_so_far - int(self.following.sums.get("ended", 0))
        over = self.of_company & self.domain & Domain("ended_on", "<", self.end)
        return self.env["complaint.fact"].search_count(over)

    @cached_property
    def cases(self):
        """The filter for cases themselves."""
        return Domain.TRUE if self.domain.is_true() else Domain("fact_ids", "any", self.domain)

    @cached_property
    def open_now(self):
        is_case = Domain("case_type_id", "!=", False)
        return self.of_company & self.cases & is_case & Domain("closed", "=", False)

    @cached_property
    def open_count(self):
        return self.env["helpdesk.ticket"].search_count(self.open_now)

    @cached_property
    def _departed(self):
        first, after = self.instants
        dated = Domain("at", ">=", first) & Domain("at", "<", after)
        return self.of_company & self.of_these & dated

    def departed(self, what):
        """Departures of the period of one sort."""
        return self._departed & Domain("what", "=", what)

    @cached_property
    def departures(self):
        """{what: how many}"""
        groups = self.env["complaint.departure"]._read_group(self._departed, ["what"], ["__count"])
        return dict(groups)

    @cached_property
    def facts(self):
        """{kind: how many facts of the period}"""
        first, after = self.instants
        dated = Domain("occurred_at", ">=", first) & Domain("occurred_at", "<", after)
        wanted = self.of_company & self.of_these & dated & Domain("kind", "in", [ESCALATED, PROPOSED])
        return dict(self.env["complaint.event"]._read_group(wanted, ["kind"], ["__count"]))
