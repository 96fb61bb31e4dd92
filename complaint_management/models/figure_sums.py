"""`complaint.figures`: adding up. Everything that shows a figure asks here, and gets what it may see.

    complaint.fact.day (days added up)  \\
                                         >  sums by period and by what cases are told apart by
    complaint.fact (the cycles)         /

The days added up serve who may read every case that is not confidential, for all cases or all of a type. What
they do not hold, confidential cases that the reader may see and days that have just changed, is added from
the cycles. For everybody else and for every other filter, all is added from the cycles.
"""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..engine.kpis import BEGAN, ENDED, SUMS
from .fact import between
from .fact_day_sums import DIMENSIONS, MONTH, SUMMED, carried, told

ALL = "all"
PRODUCT = "product"
EVERY = frozenset({"[(1,'=',1)]", "[]", ""})  # domains of rules that let everything pass
DAYS = """
    SELECT span.key, day.dimension, day.value_key, %(added)s
      FROM (VALUES %(pieces)s) AS span(key, first, after, dimensions)
      JOIN complaint_fact_day AS day
        ON day.company_id = %(company)s AND day.type_key = %(type)s AND day.dimension = ANY(span.dimensions)
       AND day.day >= span.first AND day.day < span.after
     GROUP BY 1, 2, 3
"""
CYCLES = """
    WITH moves AS (%(moves)s)
    SELECT span.key, %(dimension)s, %(value)s, %(summed)s
      FROM (VALUES %(spans)s) AS span(key, first, after)
      JOIN moves ON moves.day >= span.first AND moves.day < span.after
     GROUP BY span.key, GROUPING SETS (%(sets)s)
"""


class ComplaintFigures(models.AbstractModel):
    _name = "complaint.figures"
    _description = "Key figures of complaints"

    @api.model
    def _sums(self, company, spans, by=(), domain=()):
        """{key of a span: {ALL or field: {id, False for none: {sum: value}}}}

        spans: {key: (first day, day after the last)}; by: fields of complaint.fact to tell cases apart by;
        domain: of complaint.fact, only these"""
        facts = self.env["complaint.fact"]
        facts.check_access("read")
        facts.flush_model()
        self.env["helpdesk.ticket"].flush_model(["confidential"])
        spans = {key: span for key, span in spans.items() if span[0] < span[1]}
        found = {key: {name: {} for name in (ALL, *by)} for key in spans}
        if spans:
            for query in self._queries(company, spans, by, Domain(domain)):
                self._take(found, self.env.execute_query(query))
        return found

    def _take(self, found, rows):
        for key, dimension, value, *sums in rows:
            name = dimension.removeprefix(MONTH)
            if name != PRODUCT:
                value = int(value or 0)
            values = found[key][name].setdefault(value or False, dict.fromkeys(SUMS, 0.0))
            for one, more in zip(SUMS, sums, strict=True):
                values[one] += more or 0.0

    def _queries(self, company, spans, by, domain):
        """The queries whose rows together are the sums."""
        type_key = self._added_up(company, domain)
        whole = Domain(domain) & Domain("company_id", "=", company.id)
        if type_key is None:
            return [self._of_cycles(spans, by, [(whole, None)])]
        parts = [(whole & Domain("ticket_id.confidential", "=", True), None)]
        marked = self._marked(company, spans)
        if marked:
            # days that have changed, without what the first part has
            parts.append((whole & Domain("ticket_id.confidential", "=", False), marked))
        live, pieces = self._of_cycles(spans, by, parts), self._pieces(spans, set(marked), (ALL, *by))
        if not pieces:
            return [live]
        added = SQL(", ").join(SQL("sum(%s)", SQL.identifier("day", name)) for name in SUMS)
        return [SQL(DAYS, added=added, pieces=pieces, company=company.id, type=type_key), live]

    def _pieces(self, spans, marked, dimensions, months=True):
        """The stretches of the spans whose sums are known: whole months without a mark (if months will do),
        and the other days without one; None if there are none."""
        of_days = list(dimensions)
        of_months = [MONTH + name for name in dimensions]
        rows = []
        for key, (begin, end) in spans.items():
            for first, after in self._months(begin, end):
                here = sorted(day for day in marked if first <= day < after)
                if months and not here and first.day == 1 and after.day == 1:
                    rows.append((key, first, after, of_months))
                    continue
                edges = [first, *(edge for day in here for edge in (day, day + timedelta(days=1))), after]
                rows += [
                    (key, low, high, of_days)
                    for low, high in zip(edges[::2], edges[1::2], strict=True)
                    if low < high
                ]
        return SQL(", ").join(SQL("(%s, %s::date, %s::date, %s)", *row) for row in rows) if rows else None

    @api.model
    def _since(self, company, begin):
        """From a day until everything that has happened."""
        return begin, max(begin, self._today(company)) + timedelta(days=2)

    # ------------------------------------------------------------------ who sees what

    def _added_up(self, company, domain):
        """The key of the type whose days were added up for this reader and filter; None if none were."""
        if company not in self.env.companies or not self._sees_all():
            return None
        if domain.is_true():
            return 0
        conditions = list(domain)
        if len(conditions) == 1 and tuple(conditions[0][:2]) == ("type_id", "="):
            return conditions[0][2] or None
        if len(conditions) == 1 and tuple(conditions[0][:2]) == ("type_id", "in"):
            types = list(conditions[0][2])
            return types[0] or None if len(types) == 1 else None
        return None

    @api.model
    @ormcache("self.env.uid", "self.env.su")
    def _sees_all(self):
        """Whether the reader may read every case of their companies that is not confidential. Rules that this
        addon and the helpdesk do not know may hide cases: then the days added up are not for them."""
        if self.env.su:
            return True
        known = self.env["ir.rule"].sudo()  # sudo: to look at the rules themselves, not at what they guard
        for name in (
            "helpdesk_mgmt.helpdesk_ticket_comp_rule",
            "complaint_management.rule_ticket_confidential",
            "complaint_management.rule_fact_company",
            "complaint_management.rule_fact_stage_company",
        ):
            known |= self.env.ref(name, raise_if_not_found=False) or known.browse()
        for model in ("helpdesk.ticket", "complaint.fact", "complaint.fact.stage"):
            rules = self.env["ir.rule"]._get_rules(model, "read").sudo()  # sudo: as above
            for_all = rules.filtered(lambda rule: not rule.groups)
            of_groups = rules - for_all
            lets_pass = any((rule.domain_force or "").replace(" ", "") in EVERY for rule in of_groups)
            if not for_all <= known or (of_groups and not lets_pass):
                return False
        return True

    def _marked(self, company, spans):
        """Days whose sums are not up to date."""
        first, after = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
        query = SQL(
            "SELECT DISTINCT day FROM complaint_fact_day_mark "
            "WHERE company_id = %s AND day >= %s AND day < %s",
            company.id,
            first,
            after,
        )
        return [day for [day] in self.env.execute_query(query)]

    # ------------------------------------------------------------------ from the cycles

    def _of_cycles(self, spans, by, parts):
        """The sums of cycles; parts: [(domain, the days of the spans that are asked for, None for all)]"""
        moves = [self._moves(spans, domain, only, day) for domain, only in parts for day in (BEGAN, ENDED)]
        columns = {name: DIMENSIONS.get(name) or SQL.identifier(name) for name in by}
        dimension, value, sets = told(columns) if by else (SQL("%s", ALL), SQL("NULL"), None)
        return SQL(
            CYCLES,
            moves=SQL(" UNION ALL ").join(moves),
            dimension=dimension,
            value=value,
            summed=SUMMED,
            spans=self._span_rows(spans),
            sets=SQL("(), %s", sets) if by else SQL("()"),
        )

    def _moves(self, spans, domain, only, day):
        """Cycles by one of their two days, as far as the reader may see them."""
        if only is None:
            chosen = Domain.OR(between(day, *span) for span in _joined(spans.values()))
        else:
            chosen = Domain(day, "in", only)
        query = self.env["complaint.fact"]._search(domain & chosen)
        return query.select(
            SQL("%s AS day", SQL.identifier(query.table, day)),
            SQL("%s AS began", day == BEGAN),
            carried(query.table),
        )

    def _span_rows(self, spans):
        return SQL(", ").join(
            SQL("(%s, %s::date, %s::date)", key, first, after) for key, (first, after) in spans.items()
        )

    # ------------------------------------------------------------------ periods

    @api.model
    def _today(self, company):
        """Today where the policy's calendar is."""
        return self._local(company).date()

    @api.model
    def _spans(self, begin, end):
        """{"now", "previous", "last_year": (first day, day after the last)}: as long a time before, in months
        where the period is made of months, and the same days a year earlier."""
        months = _months_between(begin, end)
        if months:
            previous = (_plus_months(begin, -months), begin)
        else:
            previous = (begin - (end - begin), begin)
        earlier = (_plus_months(begin, -12), _plus_months(end, -12))
        return {"now": (begin, end), "previous": previous, "last_year": earlier}

    @api.model
    def _months(self, begin, end):
        """[(first day, day after the last)] of the calendar months of a time, cut at its ends."""
        found, day = [], begin
        while day < end:
            following = _plus_months(day.replace(day=1), 1)
            found.append((day, min(following, end)))
            day = following
        return found


def _joined(spans):
    """The same days in as few stretches as possible."""
    found = []
    for first, after in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(after, found[-1][1]))
        else:
            found.append((first, after))
    return found


def _plus_months(day, months):
    """The same day so many months later, or the last one of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    first = day.replace(year=count // 12, month=count % 12 + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _months_between(begin, end):
    """How many whole calendar months a time is; 0 if it is not made of them."""
    if begin.day != 1 or end.day != 1:
        return 0
    return (end.year - begin.year) * 12 + end.month - begin.month
