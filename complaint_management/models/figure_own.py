"""`complaint.figures`: key figures of some cases only, as entries of the policy with `match` or `unless` say:
figures of their own, beside those of all cases, under the name of the entry."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from ..engine.kpis import MEASURES, SUMS
from ..engine.matching import Range
from .fact_day_sums import DIMENSIONS
from .fact_rows import KINDS, TERMS
from .figure_sums import ALL

COLUMNS = frozendict({name: column for column, name in TERMS.items()})


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    @api.model
    def _own_entries(self, company):
        """{name: entry} of the key figures that are about some cases only."""
        release = self.env["complaint.release"]._active(company)
        entries = (release._policy().raw.get("kpis") or []) if release else []
        return {
            entry["name"]: entry
            for entry in entries
            if (entry.get("match") or entry.get("unless"))
            and entry["name"] not in MEASURES
            and entry.get("measure") in MEASURES
        }

    @api.model
    def _measure(self, name, company):
        """What a figure measures."""
        return name if name in MEASURES else self._own_entries(company)[name]["measure"]

    @api.model
    def _entry(self, name, company):
        """What the policy says of a figure; empty if it says nothing."""
        if name in MEASURES:
            return self._entries(company).get(name, {})
        return self._own_entries(company).get(name, {})

    # ------------------------------------------------------------------ which cases

    @api.model
    def _only(self, name, company):
        """The cycles that a figure is about, as a domain."""
        if name in MEASURES:
            return Domain.TRUE
        release = self.env["complaint.release"]._active(company)
        condition = release._policy().condition(self._own_entries(company)[name])
        wanted = self._all_of(release, condition.match)
        return wanted & ~self._all_of(release, condition.unless) if condition.unless else wanted

    def _all_of(self, release, tests):
        return Domain.AND([self._one_of(release, key, values) for key, values in tests])

    def _one_of(self, release, key, values):
        """The cycles whose attribute is one of these."""
        if isinstance(values, Range):
            low = Domain(key, ">=", values.low) if values.low is not None else Domain.TRUE
            return low & Domain(key, "<=", values.high) if values.high is not None else low
        if key == "team":
            return Domain("team_id", "in", [release._team_named(one).id for one in values])
        if key == "department":
            return self._of_departments(release, values)
        refs = release._refs()
        ids = [refs.get((KINDS.get(key, key), one)) for one in values]
        return Domain(COLUMNS[key], "in", [ident for ident in ids if ident])

    def _of_departments(self, release, names):
        """Whose department was found, or else is that of the category."""
        refs, policy = release._refs(), release._policy()
        categories = [
            refs.get(("category", name))
            for name, category in policy.categories.items()
            if category.department in names
        ]
        found = Domain("department_id", "in", release._departments(names).ids)
        usual = Domain("category_id", "in", [ident for ident in categories if ident])
        return found | (Domain("department_id", "=", False) & usual)

    @api.model
    def _by_cases(self, names, company):
        """[(domain, names)]: figures of the same cases together."""
        found = {}
        for name in names:
            found.setdefault(tuple(map(str, only := self._only(name, company))), (only, []))[1].append(name)
        return list(found.values())

    def _sums_of(self, company, spans, domain, only):
        """The sums of some cases, not told apart: from the days added up where one thing alone tells which
        cases they are."""
        conditions = list(only.iter_conditions())
        one = conditions[0] if len(conditions) == 1 and not only.is_true() else None
        if one is None or one.field_expr not in DIMENSIONS or one.operator != "in":
            return self._sums(company, spans, domain=Domain(domain) & only)
        told = self._sums(company, spans, (one.field_expr,), domain)
        return {key: {ALL: {False: _together(sums[one.field_expr], one.value)}} for key, sums in told.items()}

    # ------------------------------------------------------------------ in words

    def _only_words(self, name, company):
        """Which cases a figure is about, for people; empty: all."""
        if name in MEASURES:
            return ""
        entry = self._own_entries(company)[name]
        parts = []
        if entry.get("match"):
            parts.append(self.env._("Only: %(cases)s.", cases=self._cases_words(entry["match"], company)))
        if entry.get("unless"):
            parts.append(self.env._("Without: %(cases)s.", cases=self._cases_words(entry["unless"], company)))
        return " ".join(parts)

    def _cases_words(self, said, company):
        """A `match` as "Channel: Phone, E-mail; Customer tier: VIP"."""
        labels = self.env["complaint.fact"].fields_get(attributes=["string"])
        columns = {**COLUMNS, "team": "team_id", "department": "department_id", "cycle": "cycle"}
        return "; ".join(
            f"{labels[columns[key]]['string']}: {self._values_words(key, value, company)}"
            for key, value in said.items()
        )

    def _values_words(self, key, value, company):
        if isinstance(value, dict):
            low, high = value.get("min"), value.get("max")
            return f"{low}–{high}" if low != high and high else f"{low}+" if high is None else f"{high}"
        values = value if isinstance(value, list) else [value]
        if key not in COLUMNS:
            return ", ".join(map(str, values))
        refs = self.env["complaint.release"]._active(company)._refs()
        ids = {one: refs.get((KINDS.get(key, key), one)) for one in values}
        titles = self._value_titles(COLUMNS[key], list(ids.values()))
        return ", ".join(titles[ids[one]] if ids[one] else str(one) for one in values)


def _together(sums, keys):
    """Several groups as one."""
    whole = dict.fromkeys(SUMS, 0.0)
    for key in keys:
        for name, value in sums.get(key or False, {}).items():
            whole[name] += value
    return whole
