"""How much business there was: the orders that the complaint rate relates complaints to (F3).

They come from the sales and points of sale of this database where these apps are installed. Where the
orders are in another system, their number is entered or imported here, a row a month; what is entered goes
before what is found. Without either there is no complaint rate, and the figure says so."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import frozendict

# Model -> (its day, states in which an order counts).
SALES = frozendict(
    {
        "sale.order": ("date_order", ("sale", "done")),
        "pos.order": ("date_order", ("paid", "done", "invoiced")),
    }
)


class ComplaintVolume(models.Model):
    _name = "complaint.volume"
    _description = "Orders of a month"
    _order = "month desc, id desc"
    _rec_name = "month"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        copy=False,
        help="Any day of the month.",
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    orders = fields.Integer(
        required=True,
        aggregator="sum",
        help="Orders, policies, accounts, deliveries: what your complaint rate is related to.",
    )
    source = fields.Char(help="Where the number comes from.")

    _once = models.UniqueIndex("(company_id, month)", "The orders of this month are entered already.")
    _positive = models.Constraint("CHECK (orders >= 0)", "There cannot be fewer than no orders.")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._of_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._of_month(vals))

    def _of_month(self, vals):
        """The values with the first day of the month."""
        if not vals.get("month"):
            return vals
        return {**vals, "month": fields.Date.to_date(vals["month"]).replace(day=1)}

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for volume in self:
            month = volume.month
            volume.display_name = month and self.env["complaint.figures"]._month_title(month)

    @api.model
    def _orders(self, company, begin, end):
        """(orders of a period or None, why there are none)"""
        entered = self._entered(company, begin, end)
        if entered is not None:
            return entered, ""
        sources = [name for name in SALES if name in self.env]
        if sources:
            return sum(self._sold(name, company, begin, end) for name in sources), self.env._(
                "There were no orders in this period."
            )
        return None, self.env._(
            "No base is known: enter or import the orders of each month under Reports, Orders by month."
        )

    def _entered(self, company, begin, end):
        """The orders that were entered, if there is a number for every month of the period and the period is
        made of months."""
        months = self.env["complaint.figures"]._months(begin, end)
        if not months or begin.day != 1 or end.day != 1:
            return None
        # sudo: how much business there was is part of a figure that the reader may see
        rows = self.sudo().search_read(
            Domain("company_id", "=", company.id) & Domain("month", ">=", begin) & Domain("month", "<", end),
            ["orders"],
        )
        return sum(row["orders"] for row in rows) if len(rows) == len(months) else None

    def _sold(self, name, company, begin, end):
        day, states = SALES[name]
        first, after = self.env["complaint.figures"]._instants(company, begin, end)
        # sudo: only their number is told, as part of a figure that the reader may see
        return (
            self.env[name]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", states),
                    (day, ">=", first),
                    (day, "<", after),
                ]
            )
        )
