"""The register's own numbers: one sequence a company, never reused, drawn for a whole batch at once."""

from odoo import models
from odoo.tools import SQL

CODE = "complaint.register"


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _draw_register_numbers(self, company, count):
        """count new register numbers of a company, in one query: drawn one by one they cost almost half of a
        ticket's creation."""
        found = self._draw_at_once(company, count)
        if found:
            return found
        sequence = self._complaint_register(company)
        if sequence._counts_plainly():
            return self._draw_at_once(company, count)
        # An admin chose another way of counting.
        return [sequence.next_by_id() for _index in range(count)]

    def _counts_plainly(self):
        return self.implementation == "standard" and not self.use_date_range

    def _draw_at_once(self, company, count):
        """The numbers where there is a sequence that counts plainly; none else. Looking for it is part of the
        query: it costs as much as drawing."""
        self.flush_model()
        # A PostgreSQL sequence is not rolled back: a failed entry leaves a gap, but no number is ever given
        # twice.
        rows = self.env.execute_query(
            SQL(
                "SELECT s.id, s.prefix, s.suffix, s.padding, nextval('ir_sequence_' || "
                "lpad(s.id::text, greatest(3, length(s.id::text)), '0')) FROM ("
                "SELECT * FROM ir_sequence WHERE code = %s AND company_id = %s AND active "
                "ORDER BY name, id LIMIT 1) s, generate_series(1, %s) "
                "WHERE s.implementation = 'standard' AND NOT COALESCE(s.use_date_range, FALSE)",
                CODE,
                company.id,
                count,
            )
        )
        if not rows:
            return []
        ident, prefix, suffix, padding, _number = rows[0]
        sequence = self.browse(ident)
        for name, value in (("prefix", prefix), ("suffix", suffix)):
            self._fields[name]._insert_cache(sequence, [value])
        before, after = sequence._get_prefix_suffix()
        return [f"{before}{row[-1]:0{padding}d}{after}" for row in rows]

    def _complaint_register(self, company):
        """The company's sequence. Not remembered: one made by an entry that then failed would be gone."""
        needed = ["implementation", "use_date_range"]
        own = [("code", "=", CODE), ("company_id", "=", company.id)]
        return self.search_fetch(own, needed, limit=1) or self.create(
            {
                "name": self.env._("Complaint register of %(company)s", company=company.name),
                "code": CODE,
                "company_id": company.id,
                "prefix": "C%(year)s-",
                "padding": 6,
            }
        )
