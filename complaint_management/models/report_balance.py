"""Whether a report balances: what was open at the start, with what came in and was opened again, less what
ended, is what is open at the end. Each of the five is counted for itself, once from the cases in figures and
once from the register, so that a fact that is missing in either shows."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .register_document import BALANCE, CLOSING, MOVEMENTS, OPENING


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    def _balanced(self, page, entry):
        """({opening, received, reopened, closed, closing}, [what does not fit])"""
        found = self._counted_balance(page)
        return found, [*self._does_not_add_up(found), *self._says_otherwise(page, entry, found)]

    def _counted_balance(self, page):
        """The five numbers by the cases in figures: both ends are counted, not reckoned from each other."""
        facts, figures = self.env["complaint.fact"], page.figures
        sums = page.by_month.get("now", {}).get("all", {}).get(False, {})
        opening, closing = (
            facts.search_count(figures._open_domain(page.company, page.domain, day)) for day in page.span
        )
        moved = [int(sums.get(name, 0)) for name in ("received", "reopenings", "ended")]
        return dict(zip(BALANCE, (opening, *moved, closing), strict=True))

    def _does_not_add_up(self, found):
        expected = found["opening"] + found["received"] + found["reopened"] - found["closed"]
        if expected == found["closing"]:
            return []
        return [
            self.env._(
                "By what came and went, %(expected)d cases should be open at the end; %(counted)d are.",
                expected=expected,
                counted=found["closing"],
            )
        ]

    def _says_otherwise(self, page, entry, found):
        """Where the register counts something else."""
        cases = self._case_domain(page.release, entry)
        if cases is None:
            return []  # the register does not know what this report leaves out
        register = self._register_balance(page, cases)
        return [
            self.env._(
                "%(what)s: %(figures)d in the figures, %(register)d in the register.",
                what=title,
                figures=found[name],
                register=register[name],
            )
            for name, title in self._balance_titles().items()
            if found[name] != register[name]
        ]

    def _balance_titles(self):
        return {
            "opening": self.env._("Open at the start"),
            "received": self.env._("Came in"),
            "reopened": self.env._("Opened again"),
            "closed": self.env._("Ended in the period"),
            "closing": self.env._("Open at the end"),
        }

    def _register_balance(self, page, domain):
        """The same five from the register."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets.flush_model()
        begin, end = page.figures._instants(page.company, *page.span)
        mine = domain & Domain("case_type_id", "!=", False) & Domain("company_id", "=", page.company.id)
        cases = tickets._search(mine)
        moved = SQL(
            MOVEMENTS,
            opening=OPENING,
            kinds=(*OPENING, *CLOSING),
            begin=begin,
            end=end,
            cases=cases.subselect(),
        )
        opening, reopened, closed, closing = self.env.execute_query(moved)[0]
        came = mine & Domain("received_at", ">=", begin) & Domain("received_at", "<", end)
        received = tickets.search_count(came)
        return dict(zip(BALANCE, (opening, received, reopened, closed, closing), strict=True))
