"""The register's own numbers: one sequence a company, never reused, drawn for a whole batch at once."""

from odoo import api, models
from odoo.tools import SQL, ormcache

CODE = "complaint.register"


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _draw_register_numbers(self, company, count):
        """count new register numbers of a company. One query: drawn one by one they cost almost half of a
        ticket's creation."""
        sequence = self._complaint_register(company)
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [
                sequence.next_by_id() for _index in range(count)
            ]  # an admin chose another way of counting
        # A PostgreSQL sequence is not rolled back: a failed entry leaves a gap, but no number is ever given
        # twice.
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"ir_sequence_{sequence.id:03d}", count)
        )
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in rows]

    def _complaint_register(self, company):
        found = self.browse(self._complaint_register_id(company.id))
        return found or self.create(
            {
                "name": self.env._("Complaint register of %(company)s", company=company.name),
                "code": CODE,
                "company_id": company.id,
                "prefix": "C%(year)s-",
                "padding": 6,
            }
        )

    @ormcache("company_id")
    def _complaint_register_id(self, company_id):
        return self.search([("code", "=", CODE), ("company_id", "=", company_id)], limit=1).id

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()  # a register that was not there a moment ago
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
