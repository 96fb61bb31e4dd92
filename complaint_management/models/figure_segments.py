"""Who complains, and what it costs (F1): customers by tier, by how often they complain and by what they
spend, causes, and the customers who complain often. The cost is that of what ended in the period."""

from odoo import api, fields, models
from odoo.fields import Date, Domain
from odoo.tools import SQL, formatLang
from odoo.tools.misc import frozendict

from ..engine.duration import Duration
from ..engine.kpis import BEGAN, ENDED, SUMS, Value
from ..engine.segments import Costs, bands
from .fact import between
from .figures import NOW

COST = "cost_of_complaints"
FREQUENCY, SPENT = "complaints_so_far", "spent"
TOLD = ("tier_id", FREQUENCY, "cause_id")  # of which sums are known beforehand
DAY = 86400  # seconds
MOST = 10  # customers and causes that are named
# What came in and ended, by what its customer spends.
BY_SPENDING = """
    SELECT width_bucket(customer.spent, %(limits)s::float[]),
           count(*) FILTER (WHERE cycle = 1 AND began_on >= %(begin)s AND began_on < %(end)s) AS received,
           count(*) FILTER (WHERE ended_on >= %(begin)s AND ended_on < %(end)s) AS ended,
           coalesce(sum(redress) FILTER (WHERE ended_on >= %(begin)s AND ended_on < %(end)s), 0)::float,
           coalesce(sum(hours_ours) FILTER (WHERE ended_on >= %(begin)s AND ended_on < %(end)s), 0)::float
      FROM (%(facts)s) AS fact
      LEFT JOIN (%(spending)s) AS customer ON customer.partner_id = fact.partner_id
     GROUP BY 1
"""
SPENT_SUMS = ("received", "ended", "redress", "own_hours")
SPENT_COLUMNS = ("partner_id", "cycle", "began_on", "ended_on", "redress", "hours_ours")
SPENDING = """
    WITH moves AS (%(moves)s)
    SELECT width_bucket(customer.spent, %(limits)s::float[]), %(summed)s
      FROM moves
      LEFT JOIN (%(spending)s) AS customer ON customer.partner_id = moves.partner_id
     GROUP BY 1
"""
SPENDING = """
    SELECT partner_id, (figures ->> %s)::float AS spent FROM complaint_customer WHERE company_id = %s
"""
OF_BAND = frozendict({">=": SQL(">="), "<": SQL("<"), ">": SQL(">"), "<=": SQL("<=")})


class ComplaintFact(models.Model):
    _inherit = "complaint.fact"

    spent = fields.Float(
        "What the customer spends",
        store=False,
        search="_search_spent",
        help="As the nightly reckoning of customer tiers found it, in the currency of the policy.",
    )

    @api.model
    def _search_spent(self, operator, value):
        """Cases of customers by what they spend; `=` False: of whom it is not known."""
        company = self.env.company
        spending = SQL(SPENDING, self.env["complaint.figures"]._spend_measure(company), company.id)
        if operator in OF_BAND:
            spent = SQL(
                "SELECT partner_id FROM (%s) AS one WHERE spent %s %s", spending, OF_BAND[operator], value
            )
            return Domain("partner_id", "in", spent)
        if operator == "in" and not any(value):
            known = SQL("SELECT partner_id FROM (%s) AS one WHERE spent IS NOT NULL", spending)
            return Domain("partner_id", "not in", known)
        return NotImplemented


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    # ------------------------------------------------------------------ what the policy says

    @api.model
    def _cost_entry(self, company):
        return self._entries(company).get(COST, {})

    @api.model
    def _costs(self, company):
        """What work costs, in the currency of the company."""
        costs = Costs.load(self._cost_entry(company))
        # sudo: a rate of exchange is no secret
        rate = self.env["complaint.customer"].sudo().with_company(company)._policy_rate() if costs.hour else 1
        return Costs(costs.hour / rate, costs.worked)

    @api.model
    def _spend_measure(self, company):
        """The name under which the tiers count what customers spend; empty if they do not."""
        # sudo: the words of the policy are no secret
        asked = self.env["complaint.customer"].sudo().with_company(company)._measures()
        return next((measure.name for measure in asked if measure.what == "spend"), "")

    def _outside_cost_of_complaints(self, company, begin, end, sums, domain, _rule):
        counted = self._behind(COST, company, begin, end, domain)[0]
        cost, count = self._costs(company).of(sums), int(sums.get("ended", 0))
        value = Value(cost, count, cost) if count else Value(None, 0)
        return value, "complaint.fact", counted, counted, ""

    # ------------------------------------------------------------------ segments

    @api.model
    def _segments(self, company, begin, end, domain=()):
        """[{by, title, sentence, rows}]: who complained in a period and what it cost, of what the caller may
        see. A row: key, title, n (came in) with model and domain, ended with ended_domain, redress, work,
        cost (both together) and each (cost of one that ended) as numbers and `…_text`, share (of the whole
        cost).

        domain: of complaint.fact, only these cases"""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        sums = self._sums(company, {NOW: (begin, end)}, TOLD, domain).get(NOW, {})
        return self._segments_of(company, (begin, end), sums, domain)

    @api.model
    def _segments_of(self, company, span, sums, domain):
        """The segments of sums that are known already."""
        found = [
            self._segment(company, span, domain, "tier_id", self._of_records("tier_id", sums)),
            self._segment(company, span, domain, FREQUENCY, self._of_frequency(company, sums)),
            self._segment(company, span, domain, SPENT, self._of_spending(company, span, domain)),
            self._segment(company, span, domain, "cause_id", self._of_records("cause_id", sums)),
        ]
        # a segment that knows nothing of anybody tells nothing
        return [one for one in found if any(row["key"] is not False for row in one["rows"])]

    def _of_records(self, by, sums):
        """[(key, title, domain, sums)] by a field, none as the last one."""
        groups = sums.get(by, {})
        titles = self._value_titles(by, list(groups))
        if False in groups:
            titles[False] = self._nobody(by)
        return [(key, titles[key], Domain(by, "=", key), one) for key, one in groups.items()]

    def _nobody(self, by):
        return {
            "tier_id": self.env._("No tier"),
            "cause_id": self.env._("No cause recorded"),
            SPENT: self.env._("Not known"),
        }.get(by) or self.env._("No customer known")

    def _of_frequency(self, company, sums):
        """The same by how many complaints the customer had made."""
        groups = sums.get(FREQUENCY, {})
        found = [(False, self._nobody(FREQUENCY), Domain(FREQUENCY, "=", False), groups.get(False, {}))]
        for place, band in enumerate(bands(self._cost_entry(company).get("frequency", ()))):
            low, high = band.low or 1, band.high
            mine = Domain(FREQUENCY, ">=", low)
            if high is None:
                title = self.env._("%(low)d and more complaints", low=low)
            else:
                mine &= Domain(FREQUENCY, "<", high)
                title = self._so_many(low, high - 1)
            together = _added(one for key, one in groups.items() if key and key in band)
            found.append((place, title, mine, together))
        return found if len(found) > 1 else []

    def _so_many(self, low, high):
        if low < high:
            return self.env._("%(low)d to %(high)d complaints", low=low, high=high)
        return self.env._("%(count)d complaints", count=low) if low > 1 else self.env._("1 complaint")

    def _of_spending(self, company, span, domain):
        """The same by what the customer spends."""
        limits, measure = self._cost_entry(company).get("value", ()), self._spend_measure(company)
        if not limits or not measure:
            return []
        mine = Domain(domain) & Domain("company_id", "=", company.id)
        facts = self.env["complaint.fact"]._search(mine & (between(BEGAN, *span) | between(ENDED, *span)))
        query = SQL(
            BY_SPENDING,
            facts=facts.select(*(SQL.identifier(facts.table, name) for name in SPENT_COLUMNS)),
            limits=list(limits),
            spending=SQL(SPENDING, measure, company.id),
            begin=span[0],
            end=span[1],
        )
        groups = {
            place: dict(zip(SPENT_SUMS, values, strict=True))
            for place, *values in self.env.execute_query(query)
        }
        found = [(False, self._nobody(SPENT), Domain(SPENT, "=", False), groups.get(None, {}))]
        for place, band in enumerate(bands(limits)):
            low = Domain(SPENT, ">=", band.low) if band.low is not None else Domain.TRUE
            high = Domain(SPENT, "<", band.high) if band.high is not None else Domain.TRUE
            found.append((place, self._spending_title(company, band), low & high, groups.get(place, {})))
        return found

    def _spending_title(self, company, band):
        """In the currency of the policy, which the limits are in."""
        release = self.env["complaint.release"]._active(company)
        code = release._policy().pack.get("currency") or company.currency_id.name
        low, high = (
            f"{formatLang(self.env, edge, digits=0)} {code}" if edge is not None else ""
            for edge in (band.low, band.high)
        )
        if not low:
            return self.env._("below %(high)s", high=high)
        if not high:
            return self.env._("from %(low)s on", low=low)
        return self.env._("%(low)s to below %(high)s", low=low, high=high)

    # ------------------------------------------------------------------ rows

    def _segment(self, company, span, domain, by, groups):
        """One way to tell customers apart: its rows, the dearest first if they have no order of their own."""
        costs, titles = self._costs(company), self._segment_titles()
        whole = sum(costs.of(sums) for _key, _title, _only, sums in groups)
        rows = [
            self._segment_row(company, span, Domain(domain) & only, key, title, sums, costs, whole)
            for key, title, only, sums in groups
            if sums.get("received") or sums.get("ended")
        ]
        if by in ("tier_id", "cause_id"):
            rows.sort(key=lambda row: (row["key"] is False, -row["cost"], -row["n"], row["title"]))
            rows = rows[: MOST + 1]
        else:
            rows.sort(key=lambda row: (row["key"] is False, row["key"]))
        return {"by": by, "title": titles[by], "sentence": self._segment_words(rows), "rows": rows}

    def _segment_row(self, company, span, domain, key, title, sums, costs, whole):
        counted = self._behind("received", company, *span, domain)[0]
        ended = self._behind("ended", company, *span, domain)[0]
        redress, work = sums.get("redress", 0.0), costs.of_work(sums.get("own_hours", 0.0))
        cost, count = redress + work, int(sums.get("ended", 0))
        each = cost / count if count else None
        return {
            "key": key,
            "title": title,
            "n": int(sums.get("received", 0)),
            "model": "complaint.fact",
            "domain": counted,
            "ended": count,
            "ended_domain": ended,
            "redress": redress,
            "redress_text": self._text(COST, redress, company),
            "work": work,
            "work_text": self._text(COST, work, company),
            "cost": cost,
            "cost_text": self._text(COST, cost, company),
            "each": each,
            "each_text": self._text(COST, each, company),
            "share": cost / whole if whole else 0.0,
        }

    @api.model
    def _segment_titles(self):
        return {
            "tier_id": self.env._("By customer tier"),
            FREQUENCY: self.env._("By how often the customer complains"),
            SPENT: self.env._("By what the customer spends"),
            "cause_id": self.env._("By root cause"),
        }

    def _segment_words(self, rows):
        """The dearest row beside its part of the cases."""
        known = [row for row in rows if row["key"] is not False]
        ended = sum(row["ended"] for row in rows)
        if len(known) < 2 or not ended:
            return ""
        dear = max(known, key=lambda row: row["cost"])
        if not dear["cost"]:
            return ""
        return self.env._(
            "“%(segment)s” makes %(cases)s of the cases that ended and %(cost)s of the cost.",
            segment=dear["title"],
            cases=self._percent(dear["ended"] / ended),
            cost=self._percent(dear["share"]),
        )

    # ------------------------------------------------------------------ who complains often

    @api.model
    def _days_counted(self, company):
        """Over how many days complaints of a customer are counted."""
        written = self._cost_entry(company).get("over")
        return Duration.parse(written).seconds // DAY if written else 0

    @api.model
    def _frequent(self, company, begin, end, domain=()):
        """[{partner_id, title, so_far, n, cost, …}]: the customers with a complaint in the period that was at
        least so manieth as the policy calls often, those with the most first; nobody if it does not say."""
        often = self._cost_entry(company).get("often")
        if not often:
            return []
        counted = Domain(self._behind("received", company, begin, end, domain)[0])
        groups = self.env["complaint.fact"]._read_group(
            counted & Domain(FREQUENCY, ">=", often) & Domain("partner_id", "!=", False),
            ["partner_id"],
            [f"{FREQUENCY}:max"],
            order=f"{FREQUENCY}:max desc, partner_id",
            limit=MOST,
        )
        so_far = {partner.id: number for partner, number in groups}
        return self._frequent_rows(company, (begin, end), Domain(domain), so_far) if so_far else []

    def _frequent_rows(self, company, span, domain, so_far):
        """What came from these customers and what it cost; so_far: {partner id: complaints so far}."""
        ids, costs = list(so_far), self._costs(company)
        sums = {ident: {} for ident in ids}
        for name, measures in (
            ("received", ("__count",)),
            ("ended", ("__count", "redress:sum", "hours_ours:sum")),
        ):
            mine = Domain(self._behind(name, company, *span, domain)[0]) & Domain("partner_id", "in", ids)
            for partner, *values in self.env["complaint.fact"]._read_group(mine, ["partner_id"], measures):
                sums[partner.id] |= dict(zip((name, "redress", "own_hours"), values, strict=False))
        # sudo: whoever may read the cases may read whose they are
        names = {one.id: one.display_name for one in self.env["res.partner"].sudo().browse(ids)}
        found = []
        for ident in ids:
            mine = domain & Domain("partner_id", "=", ident)
            row = self._segment_row(company, span, mine, ident, names[ident], sums[ident], costs, 0)
            found.append({**row, "partner_id": ident, "so_far": so_far[ident]})
        return found


def _added(groups):
    """The sums of several groups together."""
    whole = dict.fromkeys(SUMS, 0.0)
    for one in groups:
        for name, value in one.items():
            whole[name] += value
    return whole
