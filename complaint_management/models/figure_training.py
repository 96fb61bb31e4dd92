"""`complaint.figures`: the share of examinations passed (F8), as the training counts it."""

from odoo import api, models

from ..engine.kpis import Value
from .figure_elsewhere import NOTHING

RATE = "training_pass_rate"


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    @api.model
    def _measured_elsewhere(self, name, company, begin, end, domain):
        if name != RATE:
            return super()._measured_elsewhere(name, company, begin, end, domain)
        first, after = self._instants(company, begin, end)
        found = self.env["complaint.training.course"]._pass_rate(company, first, after)
        value = Value(found["passed"] / found["n"] if found["n"] else None, found["n"], found["passed"])
        exams = self.env["complaint.training.exam"]
        if exams.search_count(found["domain"]) < found["n"]:
            return (
                value,
                "complaint.fact",
                list(NOTHING),
            )  # the share is for everybody, the examinations are not
        return value, exams._name, found["domain"]
