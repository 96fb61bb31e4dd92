"""Where cases get stuck (F4): the time in stages and with teams, and the hot topics of a period (F2)."""

from fractions import Fraction

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.hot_topics import Rule, hot
from .fact import between
from .fact_day_sums import MONTH

STAYS = frozendict({"stage_id": "stay_stage", "team_id": "stay_team"})
OWN_FIELDS = frozenset({"type_id", "team_id", "category_root_id", "severity_id"})
TOPICS = ("category_id", "product", "state_id")  # what may become a hot topic
ADDED = """
    SELECT day.dimension, day.value_key::int, sum(closed), sum(handled_hours), sum(own_hours)
      FROM (VALUES %(pieces)s) AS span(key, first, after, dimensions)
      JOIN complaint_fact_day AS day
        ON day.company_id = %(company)s AND day.type_key = %(type)s AND day.dimension = ANY(span.dimensions)
       AND day.day >= span.first AND day.day < span.after
     GROUP BY 1, 2
"""


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    # ------------------------------------------------------------------ stages and teams

    @api.model
    def _stays(self, company, begin, end, domain=()):
        """{"stage_id" and "team_id": [{key, title, n, hours, own, domain}]} of the cycles that began in the
        period, the longest own time first: how long cases stay there on the average."""
        domain = Domain(domain)
        mine = self._stay_domain(domain) & Domain("company_id", "=", company.id)
        sums = {name: {} for name in STAYS}
        type_key = self._added_up(company, domain)
        if type_key is None:
            self._add_stays(sums, mine & between("began_on", begin, end))
        else:
            spans = {"now": (begin, end)}
            marked = self._marked(company, spans)
            pieces = self._pieces(spans, set(marked), tuple(STAYS.values()))
            self._add_days_of_stays(sums, company, type_key, pieces)
            hidden = Domain("ticket_id.confidential", "=", True)
            self._add_stays(sums, mine & hidden & between("began_on", begin, end))
            if marked:
                self._add_stays(sums, mine & ~hidden & Domain("began_on", "in", marked))
        of_period = mine & between("began_on", begin, end)
        return {name: self._stay_rows(name, found, of_period) for name, found in sums.items()}

    def _stay_domain(self, domain):
        """A filter of cycles for their stays."""
        if all(condition.field_expr in OWN_FIELDS for condition in domain.iter_conditions()):
            return domain
        return Domain("fact_id", "any", domain)

    def _add_stays(self, sums, domain):
        stays = self.env["complaint.fact.stage"]
        for name, found in sums.items():
            groups = stays._read_group(domain, [name], ["__count", "hours:sum", "hours_ours:sum"])
            for record, *values in groups:
                _add(found, record.id, values)

    def _add_days_of_stays(self, sums, company, type_key, pieces):
        if not pieces:
            return
        rows = self.env.execute_query(SQL(ADDED, company=company.id, type=type_key, pieces=pieces))
        names = {dimension: name for name, dimension in STAYS.items()}
        for dimension, key, *values in rows:
            _add(sums[names[dimension.removeprefix(MONTH)]], key, values)

    def _stay_rows(self, name, found, domain):
        field = self.env["complaint.fact.stage"]._fields[name]
        # sudo: the names of stages and teams are no secret
        records = self.env[field.comodel_name].sudo().with_context(active_test=False)
        titles = {one.id: one.display_name for one in records.browse([key for key in found if key]).exists()}
        rows = [
            {
                "key": key or False,
                "title": titles.get(key) or self.env._("None"),
                "n": int(count),
                "hours": hours / count,
                "own": own / count,
                "model": "complaint.fact.stage",
                "domain": list(domain & Domain(name, "=", key or False)),
            }
            for key, (count, hours, own) in found.items()
            if count and hours
        ]
        return sorted(rows, key=lambda row: -row["own"])

    # ------------------------------------------------------------------ hot topics

    @api.model
    def _hot_topics(self, company, begin, end, domain=()):
        """[{by, key, title, sentence, count, usual, p, model, domain}]: what came in more often in the period
        than chance explains, as the policy's entry `hot_topics` says; none without it."""
        rule, spans = self._topic_rule(company), self._topic_spans(company, begin, end)
        if rule is None or len(spans) < 2:
            return []
        domain = Domain(domain)
        sums = self._sums(company, spans, TOPICS, domain)
        return self._topics_of(company, spans, sums, domain)

    def _topics_of(self, company, spans, sums, domain):
        """The hot topics of sums that are known already."""
        rule, found = self._topic_rule(company), []
        for by in TOPICS:
            counts = {
                span: {key: int(values["received"]) for key, values in sums[span][by].items() if key}
                for span in spans
            }
            past = [span for span in spans if span != "now"]
            keys = set().union(*counts.values())
            earlier = {key: [counts[span].get(key, 0) for span in past] for key in keys}
            now = {key: counts["now"].get(key, 0) for key in keys}
            topics = hot(now, earlier, rule)
            titles = self._value_titles(by, [topic.key for topic in topics])
            counted = self._behind("received", company, *spans["now"], domain)[0]
            found += [
                self._topic(by, topic, titles[topic.key], len(past), Domain(counted)) for topic in topics
            ]
        return sorted(found, key=lambda topic: topic["p"])

    def _topic(self, by, topic, title, periods, counted):
        return {
            "by": by,
            "key": topic.key,
            "title": title,
            "count": topic.count,
            "usual": topic.usual,
            "p": topic.p,
            "sentence": self._topic_words(topic, periods),
            "model": "complaint.fact",
            "domain": list(counted & Domain(by, "=", topic.key)),
        }

    def _topic_words(self, topic, periods):
        """The evidence in a sentence."""
        odds = max(2, round(1 / topic.p)) if topic.p > 1e-6 else 1_000_000
        if not topic.usual:
            return self.env._(
                "%(count)d cases, none in the %(periods)d periods before. Chance alone does this once in "
                "%(odds)s times at the most.",
                count=topic.count,
                periods=periods,
                odds=f"{odds:,}",
            )
        return self.env._(
            "%(count)d cases instead of the usual %(usual)s, the mean of %(periods)d periods before. Chance "
            "alone does this once in %(odds)s times at the most.",
            count=topic.count,
            usual=f"{topic.usual:.1f}".removesuffix(".0"),
            periods=periods,
            odds=f"{odds:,}",
        )

    def _topic_entry(self, company):
        return self._entries(company).get("hot_topics", {})

    def _topic_rule(self, company):
        entry = self._topic_entry(company)
        if not entry.get("chance"):
            return None
        return Rule(float(Fraction(entry["chance"].rstrip("% ")) / 100), entry.get("least", 1))

    @api.model
    def _topic_spans(self, company, begin, end):
        """{"now": …, "past1": …}: the period and those as long before it that a topic is compared with; only
        periods in which cases were counted already."""
        spans, periods = {"now": (begin, end)}, self._topic_entry(company).get("periods", 0)
        first = self.env["complaint.fact"].search(
            [("company_id", "=", company.id)], order="began_on", limit=1
        )
        for number in range(1, periods + 1):
            begin, end = self._spans(begin, end)["previous"]
            if not first or end <= first.began_on:
                break
            spans[f"past{number}"] = (begin, end)
        return spans


def _add(found, key, values):
    known = found.setdefault(key or False, [0, 0.0, 0.0])
    for index, value in enumerate(values):
        known[index] += value or 0
