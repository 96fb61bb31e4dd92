"""What a report counts by: the numbers of its period, from where the dashboard takes its own, under the
release that it is made under. Nothing depends on the day on which it is made."""

from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from ..engine.kpis import MEASURES
from ..engine.working_time import Calendar
from .dashboard import _Page
from .renames import PICK_LISTS
from .ticket_register import ATTRIBUTES

AS_OF = "complaint_as_of"
QUARTERS = (1, 4, 7, 10)  # the months in which one begins
# Key of a `match` -> field of the case, for what the case itself knows as its figures do.
CASE_FIELDS = frozendict({**{name: field for field, name in ATTRIBUTES.items()}, "team": "team_id"})


class AsOf:
    """Held in the context while figures are read under another release than the active one. A caller over RPC
    can send any key but never this object."""

    __slots__ = ("release",)

    def __init__(self, release):
        self.release = release

    @property
    def kpis(self):
        """The key figures of the release as it writes them."""
        return self.release._policy().raw.get("kpis") or []


class ReportPage(_Page):
    """What the sections of one report share: the same sums as the page of the manager, without its clock."""

    def __init__(self, env, company, begin, end, domain):
        self.env, self.company = env, company
        self.options, self.chosen = {"period": "own", "compare": "previous"}, {}
        self.figures = env["complaint.figures"]
        self.today = end - timedelta(days=1)
        self.span, self.compare = (begin, end), "previous"
        self.spans = self.figures._spans(begin, end)
        self.entries = self.figures._entries(company)
        self.domain = domain
        self.topic_spans = self.figures._topic_spans(company, begin, end)
        self._add_up()
        self.stays = self.figures._stays(company, begin, end, domain)
        self.values = self._values()


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    @api.model
    def _entries(self, company):
        as_of = self.env.context.get(AS_OF)
        if not isinstance(as_of, AsOf) or as_of.release.company_id != company:
            return super()._entries(company)
        found = {}
        for entry in as_of.kpis:
            if not entry.get("match") and not entry.get("unless"):
                found.setdefault(entry.get("measure", entry["name"]), entry)
        return found

    @api.model
    def _own_entries(self, company):
        as_of = self.env.context.get(AS_OF)
        if not isinstance(as_of, AsOf) or as_of.release.company_id != company:
            return super()._own_entries(company)
        return {
            entry["name"]: entry
            for entry in as_of.kpis
            if (entry.get("match") or entry.get("unless"))
            and entry["name"] not in MEASURES
            and entry.get("measure") in MEASURES
        }

    def _zone(self, company):
        as_of = self.env.context.get(AS_OF)
        if not isinstance(as_of, AsOf) or as_of.release.company_id != company:
            return super()._zone(company)
        return (as_of.release._policy().calendar or Calendar.always_open()).zone

    @api.model
    def _span_title(self, begin, end):
        """A period as the heading of a report calls it: also a quarter has a name."""
        whole = begin.day == 1 and end.day == 1 and len(self._months(begin, end)) == 3
        if whole and begin.month in QUARTERS:
            quarter = QUARTERS.index(begin.month) + 1
            return self.env._("Quarter %(quarter)d, %(year)s", quarter=quarter, year=str(begin.year))
        return self._period_text(begin, end)


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    @api.model
    def _counting(self, company, release, lang):
        """Self as it counts for a company: all of its cases, in a language, by the rules of a release."""
        # sudo: see _make
        return self.sudo().with_context(lang=lang, allowed_company_ids=company.ids, **{AS_OF: AsOf(release)})

    @api.model
    def _count(self, company, begin, end, domain=()):
        """The numbers of a period."""
        return ReportPage(self.env, company, begin, end, Domain(domain))

    # ------------------------------------------------------------------ which cases

    @api.model
    def _entry_domain(self, release, entry):
        """The cases that an entry is about (`match`, `unless`), as a domain of complaint.fact."""
        figures, condition = self.env["complaint.figures"], release._policy().condition(entry)
        wanted = figures._all_of(release, condition.match)
        return wanted & ~figures._all_of(release, condition.unless) if condition.unless else wanted

    @api.model
    def _case_domain(self, release, entry):
        """The same as a domain of the cases; None where they do not know what is asked for."""
        whole, condition = Domain.TRUE, release._policy().condition(entry)
        for tests, wanted in ((condition.match, True), (condition.unless, False)):
            if any(key not in CASE_FIELDS for key, _values in tests):
                return None
            if tests:
                found = Domain.AND(
                    [
                        Domain(CASE_FIELDS[key], "in", self._ids_named(release, key, values))
                        for key, values in tests
                    ]
                )
                whole &= found if wanted else ~found
        return whole

    def _ids_named(self, release, key, names):
        if key == "team":
            return release.env["helpdesk.ticket.team"].union(*map(release._team_named, names)).ids
        refs, kind = release._refs(), PICK_LISTS.get(key, key)
        return [refs[kind, name] for name in sorted(names) if (kind, name) in refs]


def frozen(value):
    """Data as JSON keeps it: days and moments as texts, domains as lists."""
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    if isinstance(value, date):
        return fields.Date.to_string(value)
    if isinstance(value, dict):
        return {str(key): frozen(one) for key, one in value.items()}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if hasattr(value, "__iter__"):
        return [frozen(one) for one in value]
    return str(value)
