"""How satisfied customers are (D4, F1, F3): CSAT, NPS and the mean of each dimension, each with the number of
answers and how sure it is. Whatever shows these figures, the page, a report or a dashboard, asks here.

    complaint.callback, survey answers -- counted as far as the reader may see --> engine.statistics"""

from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.callbacks import plans
from ..engine.duration import Duration
from ..engine.statistics import DETRACTOR, PROMOTER, Figure, Rule, csat, mean, nps, rule_of

READERS = (
    "complaint_management.group_quality",
    "complaint_management.group_supervision",
    "complaint_management.group_decision",
    "complaint_management.group_data_analysis",
    "helpdesk_mgmt.group_helpdesk_manager",
)
ASKED = ("open", "waiting", "done", "unreachable", "refused")
SCALE = (1, 5)  # the scale on which the addon compares what was asked on different ones
# What figures can be compared by -> where it stands: c is the callback, t its case.
GROUPS = frozendict(
    {
        "category": SQL("t.category_id"),
        "team": SQL("t.team_id"),
        "plan": SQL("c.plan"),
        "channel": SQL("t.channel_id"),
        "tier": SQL("t.tier_id"),
        "method": SQL("c.method"),
    }
)
# When somebody was asked, or answered.
AT = SQL("COALESCE(c.done_at, c.opens_at)")
MONTH = "month"


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The figures of one group of answers.

    key: of the group; None for all or for those without one. asked: whose time to be asked was in the period;
    answered: of those. dimensions: {dimension: Figure on the scale of 1 to 5}"""

    key: object
    asked: int
    answered: int
    csat: Figure
    nps: Figure
    dimensions: dict


class ComplaintSatisfaction(models.AbstractModel):
    _name = "complaint.satisfaction"
    _description = "Satisfaction of customers"

    @api.model
    def _figures(self, since, until, group=None, domain=None):
        """[Satisfaction] of the callbacks that the reader may see, one for each group, the largest first.

        since, until: naive UTC, [since, until). group: one of GROUPS, "month", or None for one figure of all.
        domain: of callbacks; only those"""
        self._check_reader()
        by = self._grouped_by(group)
        chosen = self._chosen(since, until, domain)
        rule, dimensions = self._rule(), self._dimensions()
        answered = self._count_results(by, chosen)
        said = self._count_answers(by, chosen)
        if group is None:
            answered.setdefault(None, {})
        found = [
            self._satisfaction(key, results, said.get(key, {}), dimensions, rule)
            for key, results in answered.items()
        ]
        if group == MONTH:
            return sorted(found, key=lambda one: one.key)
        return sorted(found, key=lambda one: (-one.answered, -one.asked, str(one.key)))

    @api.model
    def _domain(self, since, until, domain=None):
        """The callbacks behind the figures."""
        answered = Domain("done_at", ">=", since) & Domain("done_at", "<", until)
        still = (
            Domain("done_at", "=", False) & Domain("opens_at", ">=", since) & Domain("opens_at", "<", until)
        )
        asked = Domain("result", "!=", False) | Domain("plan", "in", self._plans_that_ask())
        return Domain.AND([Domain(domain or []), Domain("state", "in", ASKED), asked, answered | still])

    def _check_reader(self):
        if not self.env.su and not any(self.env.user.has_group(group) for group in READERS):
            raise AccessError(
                self.env._("Figures of satisfaction are for quality, supervision and those who decide.")
            )

    # ------------------------------------------------------------------ counting

    def _grouped_by(self, group):
        if group == MONTH:
            zone = self.env.user.tz or "UTC"
            return SQL("to_char((%s AT TIME ZONE 'UTC') AT TIME ZONE %s, 'YYYY-MM')", AT, zone)
        return GROUPS[group] if group else SQL("NULL")

    def _chosen(self, since, until, domain):
        """A sub-select of the ids that the reader may see."""
        callbacks = self.env["complaint.callback"]
        callbacks.flush_model()
        self.env["helpdesk.ticket"].flush_model(["category_id", "team_id", "channel_id", "tier_id"])
        companies = Domain("company_id", "in", self.env.companies.ids)
        query = callbacks._search(self._domain(since, until, domain) & companies, order="id")
        return query.subselect()

    def _count_results(self, by, chosen):
        """{group: {result or None: callbacks}}"""
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, c.result, count(*) FROM complaint_callback c "
                "LEFT JOIN helpdesk_ticket t ON t.id = c.ticket_id WHERE c.id IN %s GROUP BY 1, 2",
                by,
                chosen,
            )
        )
        found = {}
        for key, result, number in rows:
            found.setdefault(key, {})[result] = number
        return found

    def _count_answers(self, by, chosen):
        """{group: {dimension, or None for the net promoter score: (answers, sum, sum of squares, promoters,
        detractors)}}; the sums on the scale of 1 to 5."""
        low, high = SCALE
        rows = self.env.execute_query(
            SQL(
                "SELECT %(by)s, CASE WHEN q.complaint_nps IS NOT TRUE THEN q.complaint_dimension END, "
                "count(*), sum(v.value), sum(v.value * v.value), "
                "count(*) FILTER (WHERE l.value_scale >= %(promoter)s), "
                "count(*) FILTER (WHERE l.value_scale <= %(detractor)s) "
                "FROM complaint_callback c LEFT JOIN helpdesk_ticket t ON t.id = c.ticket_id "
                "JOIN survey_user_input u ON u.complaint_callback_id = c.id "
                "JOIN survey_user_input_line l ON l.user_input_id = u.id AND l.skipped IS NOT TRUE "
                "JOIN survey_question q ON q.id = l.question_id AND q.question_type = 'scale' "
                "CROSS JOIN LATERAL (SELECT %(low)s + (l.value_scale - q.scale_min) * %(span)s::float "
                "  / NULLIF(q.scale_max - q.scale_min, 0) AS value) v "
                "WHERE c.id IN %(chosen)s AND c.result IS NOT NULL "
                "AND (q.complaint_nps OR q.complaint_dimension IS NOT NULL) GROUP BY 1, 2",
                by=by,
                promoter=PROMOTER,
                detractor=DETRACTOR,
                low=low,
                span=high - low,
                chosen=chosen,
            )
        )
        found = {}
        for key, dimension, *sums in rows:
            found.setdefault(key, {})[dimension] = sums
        return found

    def _satisfaction(self, key, results, said, dimensions, rule):
        answered = sum(number for result, number in results.items() if result)
        count, _total, _squares, promoters, detractors = said.get(None, (0, 0, 0, 0, 0))
        means = {}
        for dimension in (*dimensions, *(one for one in said if one and one not in dimensions)):
            number, total, squares, _high, _low = said.get(dimension, (0, 0, 0, 0, 0))
            means[dimension] = mean(number, total or 0, squares or 0, rule, SCALE)
        return Satisfaction(
            key,
            sum(results.values()),
            answered,
            csat(results.get("satisfied", 0), answered, rule),
            nps(promoters, detractors, count, rule),
            means,
        )

    # ------------------------------------------------------------------ what the policy says

    def _policy(self):
        release = self.env["complaint.release"]._active(self.env.company)
        return release._policy() if release else None

    def _surveys(self):
        policy = self._policy()
        return (policy.raw.get("surveys") or []) if policy else []

    def _rule(self):
        """How sure figures have to be, by the first questionnaire of the policy that says so."""
        rules = [rule_of(survey) for survey in self._surveys()]
        return next((rule for rule in rules if rule != Rule()), Rule())

    def _dimensions(self):
        """The dimensions of the policy's questions, in their order."""
        asked = [question.get("dimension") for survey in self._surveys() for question in survey["questions"]]
        return [one for one in dict.fromkeys(asked) if one]

    def _plans_that_ask(self):
        policy = self._policy()
        return [plan.name for plan in plans(policy) if plan.survey] if policy else []

    @api.model
    def _goal(self, measure):
        """What the policy wants to reach, as a number: 0.9 for 90%; None if it does not say."""
        policy = self._policy()
        for entry in (policy.raw.get("kpis") or []) if policy else []:
            of_all = not entry.get("match") and not entry.get("unless")
            if of_all and entry.get("measure", entry["name"]) == measure and "target" in entry:
                return _number(entry["target"])
        return None


def _number(written):
    """A figure as policies write it: 30, 90%, 24h (in seconds)."""
    text = str(written).strip()
    if text.endswith("%"):
        return float(text[:-1]) / 100
    try:
        return float(text)
    except ValueError:
        return float(Duration.parse(text).seconds)
