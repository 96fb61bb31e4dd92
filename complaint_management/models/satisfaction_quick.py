"""Quick ratings on the page "Satisfaction": the faces that customers press on the page of their case, or that
an agent notes when a case is settled on the spot. They stand beside the answers to questions, never among
them.

Counted in the register, which nobody writes by hand."""

from odoo import api, models
from odoo.tools import SQL

from ..engine.answers import top_of, verdict
from ..engine.statistics import csat


class ComplaintSatisfaction(models.AbstractModel):
    _inherit = "complaint.satisfaction"

    @api.model
    def page(self, period="year", group="category", since="", until=""):
        page = super().page(period, group, since, until)
        page["quick"] = self._quick_card(*self._instants(*self._days(period, since, until)))
        return page

    def _quick_card(self, start, end):
        """The share of satisfied quick ratings of [start, end), naive UTC, as a card; False without any."""
        scaled = next((one for one in self._surveys() if top_of(one) is not None), None)
        rows = self._quick_ratings(start, end) if scaled else []
        if not rows:
            return False
        satisfied = sum(verdict(scaled, score) == "satisfied" for score, _case in rows)
        return {
            **self._share_words(csat(satisfied, len(rows), self._rule()), None),
            "title": self.env._("Quick ratings: satisfied"),
            "note": self.env._(
                "The faces on the customer's page and at the settling on the spot. They are not part of the "
                "figures above."
            ),
            "domain": [("id", "in", sorted({case for _score, case in rows}))],
        }

    def _quick_ratings(self, start, end):
        """[(score on the scale of the policy, case)] as far as the reader may see the cases."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        seen = tickets._search([("case_type_id", "!=", False), ("company_id", "in", self.env.companies.ids)])
        self.env["complaint.event"].flush_model()
        return self.env.execute_query(
            SQL(
                "SELECT (e.data->>'score')::float, e.ticket_id FROM complaint_event e "
                "WHERE e.kind = 'rated' AND e.occurred_at >= %s AND e.occurred_at < %s "
                "AND e.company_id IN %s AND e.data ? 'score' AND NOT e.data ? 'callback_id' "
                "AND e.ticket_id IN %s ORDER BY e.ticket_id",
                start,
                end,
                tuple(self.env.companies.ids),
                seen.subselect(),
            )
        )
