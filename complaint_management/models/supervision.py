"""Where the process was not followed (F5): the checks of the policy, each with its numbers, its definition
in a sentence, whether it is within its target, and the records behind it.

    policy `supervision.checks` -> complaint.supervision._findings(company, begin, end)
        -> page, panel of the dashboard, check list

Everything is counted with the caller's rights: whoever may not see a case does not find it in a number."""

from odoo import api, models
from odoo.fields import Date

from ..engine.kpis import share as share_of
from ..engine.kpis import target_of, trend
from ..language.compile import default_title
from .supervision_period import Period

NOW = frozenset({"open_escalation", "without_owner"})  # as things stand, whatever the period
ALIKE = "reopen_rate"  # a share of which less is better: it is compared with an earlier one in the same way


class ComplaintSupervision(models.AbstractModel):
    _name = "complaint.supervision"
    _description = "Supervision of the process"

    # ------------------------------------------------------------------ what the policy says

    @api.model
    def _policy_part(self, company, part):
        """`checks` or `check_list` as the policy in force writes it; nothing if it does not."""
        release = self.env["complaint.release"]._active(company)
        written = (release._policy().raw.get("supervision") or {}) if release else {}
        return written.get(part)

    @api.model
    def _checks(self, company):
        return self._policy_part(company, "checks") or []

    @api.model
    def _title_of(self, entry, company, default=""):
        """What people call an entry; default: if the policy does not say."""
        return self._title_in(self.env["complaint.release"]._active(company), entry, default)

    @api.model
    def _title_in(self, release, entry, default=""):
        title = entry.get("title")
        if title and title != default_title(entry["name"]):
            return release._in_language(title)
        return default or release._words(title, entry["name"])

    # ------------------------------------------------------------------ findings

    @api.model
    def _findings(self, company, begin, end, domain=()):
        """Findings of a period, from begin to the day before end, in the order of the policy; an empty list
        where it checks nothing.

        A finding is a dict: name, title, what, sentence (its definition), count (found), of (checked), share
        (None: nothing to relate it to), text, at_most, target_text, met (None: no target), as_of_now, role
        (who answers for it), previous (count, of, share, text, begin, end) and trend (verdict, text), and
        what opens the records behind the count: model, domain.

        domain: of complaint.fact, only these cases"""
        self.env["complaint.departure"].check_access("read")
        checks = self._checks(company)
        if not checks:
            return []
        figures = self.env["complaint.figures"]
        spans = figures._spans(Date.to_date(begin), Date.to_date(end))
        spans = {key: spans[key] for key in ("now", "previous")}
        self._flush()
        sums = figures._sums(company, spans, domain=domain)
        now = Period(self.env, company, spans["now"], domain, sums.get("now", {}))
        earlier = Period(self.env, company, spans["previous"], domain, sums.get("previous", {}), now)
        periods = {"now": now, "previous": earlier}
        return [self._finding(check, company, periods) for check in checks]

    def _flush(self):
        """What is read past the cache is written first."""
        for model in ("complaint.departure", "complaint.fact", "complaint.extension", "helpdesk.ticket"):
            self.env[model].flush_model()

    def _finding(self, check, company, periods):
        found = self._found(check, periods["now"])
        now_only = check["what"] in NOW
        earlier = None if now_only else self._found(check, periods["previous"])
        share = _share(found)
        limit = check.get("at_most")
        release = self.env["complaint.release"]._active(company)
        return {
            "name": check["name"],
            "title": self._title_of(check, company, self._titles()[check["what"]]),
            "what": check["what"],
            "sentence": self._sentence(check, company),
            "count": found.count,
            "of": found.of,
            "share": share,
            "text": self._share_text(share),
            "at_most": limit,
            "target_text": self._limit_text(limit),
            "met": _met(found, limit),
            "as_of_now": now_only,
            "role": release._role_title(check["for"]) if check.get("for") else "",
            "previous": self._earlier(earlier, periods["previous"]),
            "trend": self._trend(company, found, earlier),
            "model": found.model,
            "domain": list(found.domain),
        }

    @api.model
    def _behind(self, check, company, begin, end):
        """(model, domain) of the records behind a check of a period."""
        self._flush()
        sums = self.env["complaint.figures"]._sums(company, {"now": (begin, end)})
        found = self._found(check, Period(self.env, company, (begin, end), (), sums.get("now", {})))
        return found.model, list(found.domain)

    def _earlier(self, found, period):
        if found is None:
            return None
        share = _share(found)
        return {
            "count": found.count,
            "of": found.of,
            "share": share,
            "text": self._share_text(share),
            "begin": period.begin,
            "end": period.end,
            "period": self.env["complaint.figures"]._period_text(period.begin, period.end),
        }

    def _trend(self, company, found, earlier):
        """How it differs from the period before, told from chance with the confidence of the key figures."""
        if earlier is None or not found.of or not earlier.of:
            return {"verdict": "unknown", "text": ""}
        figures = self.env["complaint.figures"]
        confidence = figures._rule(ALIKE, company).confidence
        judged = trend(ALIKE, _value(found), _value(earlier), confidence)
        text = figures._trend_words(ALIKE, judged, company) if judged.change else ""
        return {"verdict": judged.verdict, "text": text}

    @api.model
    def _not_followed(self, company, begin, end, domain=(), most=3):
        """The findings beyond their target, those furthest beyond it first."""
        return self._worst(self._findings(company, begin, end, domain), most)

    @api.model
    def _worst(self, findings, most):
        missed = [one for one in findings if one["met"] is False]
        return sorted(missed, key=_weight, reverse=True)[:most]


def _share(found):
    return found.count / found.of if found.of else None


def _value(found):
    return share_of(found.count, found.of)


def _met(found, limit):
    """Whether no more was found than the policy lets; None without a target."""
    if limit is None:
        return None
    if isinstance(limit, int):
        return found.count <= limit
    return not found.of or found.count / found.of <= target_of(limit)


def _weight(one):
    """How far a finding is beyond its target, as a share of what was checked; then how many."""
    limit = one["at_most"]
    allowed = target_of(limit) if isinstance(limit, str) else limit / one["of"] if one["of"] else 0
    return (one["share"] or 0) - allowed, one["count"]
