"""`complaint.figures`: the key figures of a period with their targets, benchmarks and how they have
changed."""

from dataclasses import replace

from odoo import api, models
from odoo.fields import Date, Domain

from ..engine.kpis import MEASURES, NPS, RATIO, met, surely, target_of, trend, value_of
from ..engine.statistics import Rule, rule_of
from ..language.compile import default_title
from .fact import between
from .figure_sums import ALL

NOW = "now"
OTHER_SPANS = ("previous", "last_year")


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    # ------------------------------------------------------------------ what the policy says

    @api.model
    def _entries(self, company):
        """{measure: its entry in the policy's list of key figures}, the first of each, in the policy's order.

        An entry for some cases only (`match`) is a figure of its own and is not the figure of all."""
        release = self.env["complaint.release"]._active(company)
        entries = (release._policy().raw.get("kpis") or []) if release else []
        found = {}
        for entry in entries:
            if not entry.get("match") and not entry.get("unless"):
                found.setdefault(entry.get("measure", entry["name"]), entry)
        return found

    @api.model
    def _names(self, company=None):
        """The measures that the policy asks for and that are known here, in its order."""
        company = company or self.env.company
        return [name for name in self._entries(company) if name in MEASURES]

    @api.model
    def _title(self, name, company):
        """What people call a measure: as the policy says."""
        entry = self._entries(company).get(name, {})
        title = entry.get("title")
        if title and title != default_title(entry["name"]):
            return self.env["complaint.release"]._active(company)._in_language(title)
        return self._titles()[name]

    def _rule(self, name, company):
        """How sure a figure has to be: as its entry says, or else as the policy says of surveys, or else of
        another figure."""
        entries = self._entries(company)
        rules = [rule_of(entries.get(name, {})), self.env["complaint.satisfaction"]._rule()]
        rules += map(rule_of, entries.values())
        confidence = next((rule.confidence for rule in rules if rule.confidence), None)
        return Rule(confidence, next((rule.few for rule in rules[:2] if rule.few), None))

    # ------------------------------------------------------------------ figures of a period

    @api.model
    def _figure(self, name, company, begin, end, domain=()):
        """One figure; see `_figures`."""
        return self._figures([name], company, begin, end, domain)[name]

    @api.model
    def _figures(self, names, company, begin, end, domain=()):
        """{name: figure} of a period, from begin to the day before end, of what the caller may see.

        A figure is a dict: name, title, sentence (its definition), unit, value (None: nothing to measure),
        text, part, n, few, low, high, interval, target, target_text, met, sure, benchmark, previous and
        last_year (value, text, n, begin, end, trend), missing (why there is no value), and what opens the
        cases that it is made of: model, domain, and spoiling for those that drew it down.

        domain: of complaint.fact, only these cases"""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        spans = self._spans(begin, end)
        sums = self._sums(company, spans, domain=domain)
        return self._made(names, company, spans, sums, domain)

    def _made(self, names, company, spans, sums, domain):
        """The figures of sums that are known already."""
        entries = self._entries(company)
        found = {}
        for name in names:
            entry = entries.get(name, {})
            rule = self._rule(name, company)
            values = self._values(name, company, spans, sums, domain, rule)
            found[name] = self._described(name, entry, company, spans, values, domain, rule)
        return found

    def _values(self, name, company, spans, sums, domain, rule):
        """{span: (Value, model, domain, spoiling, why not)}"""
        measure = MEASURES[name]
        if not measure.part or measure.form == RATIO:
            return {
                key: self._outside(name, company, span, sums.get(key, {}), domain, rule)
                for key, span in spans.items()
            }
        found = {}
        for key, span in spans.items():
            value = value_of(name, sums.get(key, {}).get(ALL, {}).get(False, {}), rule)
            found[key] = (value, "complaint.fact", *self._behind(name, company, *span, domain), "")
        return found

    @api.model
    def _behind(self, name, company, begin, end, domain=()):
        """(domain of the cycles that a figure of the sums is made of, domain of those that drew it down)"""
        measure = MEASURES[name]
        of_period = Domain(domain) & Domain("company_id", "=", company.id) & between(measure.day, begin, end)
        counted = of_period & Domain(list(measure.counted))
        spoiling = counted & Domain(list(measure.spoiling)) if measure.spoiling else counted
        return list(counted), list(spoiling)

    def _described(self, name, entry, company, spans, values, domain, rule):
        value, model, counted, spoiling, missing = values[NOW]
        target = target_of(entry.get("target"))
        return {
            "name": name,
            "title": self._title(name, company),
            "sentence": self._sentences()[name],
            "unit": MEASURES[name].unit,
            "less": MEASURES[name].less,
            "value": value.value,
            "text": self._text(name, value.value, company),
            "part": value.part,
            "n": value.n,
            "few": value.few,
            "low": value.low,
            "high": value.high,
            "interval": self._interval(name, value, company),
            "target": target,
            "target_text": self._text(name, target, company) if target is not None else "",
            "met": met(name, value.value, target),
            "sure": surely(name, value, target),
            "benchmark": self._benchmark(name, entry, company),
            **{
                key: self._compared(name, company, spans, key, value, values[key][0], rule)
                for key in OTHER_SPANS
                if key in spans
            },
            "missing": missing or ("" if value.value is not None else self._nothing(name)),
            "model": model,
            "domain": counted,
            "spoiling": spoiling,
        }

    def _benchmark(self, name, entry, company):
        """What others reach, with who says so and when; None if the policy does not say."""
        written = entry.get("benchmark")
        if not written:
            return None
        value = target_of(written["value"])
        return {
            "value": value,
            "text": self._text(name, value, company),
            "source": written["source"],
            "date": written["date"],
        }

    def _compared(self, name, company, spans, key, value, then, rule):
        """The figure of an earlier time, and how it has changed since."""
        begin, end = spans[key]
        length = (end - begin) / (spans[NOW][1] - spans[NOW][0])
        found = trend(name, value, then, rule.confidence, exposure=length)
        if not then.n and MEASURES[name].form not in (NPS,):
            found = replace(found, change=None, verdict="unknown")
        return {
            "value": then.value,
            "text": self._text(name, then.value, company),
            "n": then.n,
            "begin": begin,
            "end": end,
            "period": self._period_text(begin, end),
            "trend": {
                "change": found.change,
                "p": found.p,
                "verdict": found.verdict,
                "text": self._trend_words(name, found, company),
            },
        }

    def _nothing(self, name):
        """Why a figure of the cases has no value."""
        if MEASURES[name].form == RATIO:
            return self.env._("There is nothing to relate it to in this period.")
        return self.env._("No case of this period has it yet.")

    # ------------------------------------------------------------------ by month, by what cases are told by

    @api.model
    def _series(self, names, company, begin, end, domain=()):
        """[{begin, end, title, figures: {name: {value, text, n, part, domain}}}], a calendar month each."""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        months = self._months(begin, end)
        spans = {f"{first:%Y-%m}": (first, after) for first, after in months}
        sums = self._sums(company, spans, domain=domain)
        return self._by_month(names, company, spans, sums, domain)

    def _by_month(self, names, company, spans, sums, domain):
        found = []
        for key, (first, after) in spans.items():
            here = {}
            for name in names:
                values = self._values(name, company, {key: (first, after)}, sums, domain, Rule())[key]
                here[name] = self._small(name, company, values[0], values[1], values[2])
            title = self._period_text(first.replace(day=1), _next_month(first))
            found.append({"begin": first, "end": after, "title": title, "figures": here})
        return found

    def _small(self, name, company, value, model, domain):
        return {
            "value": value.value,
            "text": self._text(name, value.value, company),
            "n": value.n,
            "part": value.part,
            "model": model,
            "domain": domain,
        }

    @api.model
    def _breakdown(self, names, by, company, begin, end, domain=(), limit=0):
        """[{key, title, domain, figures: {name: …}, previous: {name: …}}] by a field of complaint.fact,
        those with the most cases first; limit: at most so many."""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        spans = {key: span for key, span in self._spans(begin, end).items() if key != "last_year"}
        sums = self._sums(company, spans, (by,), domain)
        return self._by_value(names, by, company, spans, sums, domain, limit)

    def _by_value(self, names, by, company, spans, sums, domain, limit=0):
        """The breakdown of sums that are known already."""
        now, previous = sums.get(NOW, {}).get(by, {}), sums.get("previous", {}).get(by, {})
        keys = sorted(now, key=lambda key: (-now[key]["received"], -now[key]["ended"], str(key)))
        keys = keys[:limit] if limit else keys
        titles = self._value_titles(by, keys)
        rows = []
        for key in keys:
            only = domain & Domain(by, "=", key)
            rows.append(
                {
                    "key": key,
                    "title": titles[key],
                    "sums": now[key],
                    "figures": self._of_group(names, company, spans[NOW], now[key], only),
                    "previous": self._of_group(
                        names, company, spans["previous"], previous.get(key, {}), only
                    ),
                }
            )
        return rows

    def _of_group(self, names, company, span, sums, domain):
        found = {}
        for name in names:
            counted = self._behind(name, company, *span, domain)[0]
            found[name] = self._small(name, company, value_of(name, sums), "complaint.fact", counted)
        return found

    @api.model
    def _value_titles(self, by, keys):
        """{key: what people call it}"""
        none = self.env._("None")
        field = self.env["complaint.fact"]._fields[by]
        if field.type != "many2one":
            return {key: key or none for key in keys}
        # sudo: the names of pick lists, teams and people are no secret
        records = self.env[field.comodel_name].sudo().with_context(active_test=False)
        records = records.browse([key for key in keys if key]).exists()
        names = {record.id: record.display_name for record in records}
        return {key: names.get(key, none) for key in keys}


def _next_month(day):
    first = day.replace(day=1)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
