"""Points and scores in plain words: what happened, who held the case, which line of the policy says so."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from .duration import DAY_UNITS, Duration, DurationError
from .points import COUNTED, NOBODY, Entry, Note
from .points_words import EVENTS, TEXTS
from .reckoning_text import duration_text, language, time_text
from .rules import OF_STAGE, base_name
from .schemes import CALLBACK, CLOSING, EVENT, KEPT, MISSED, QUALITY, RATING, Grade, PointRule, Scheme
from .scores import TOO_FEW, Score
from .working_time import moment

MINUS = "−"


def explain_entry(scheme: Scheme, entry: Entry, lang: str = "en", person: str | None = None) -> str:
    """One entry in words: what happened, who held or solved the case, the rule, its line, the points.

    :param entry: with its ``detail``; of a correction with the points of the difference
    :param person: the name of whose entry it is; None speaks to the person
    """
    return _Words(scheme, lang, person).entry(entry)


def explain_taken_back(scheme: Scheme, entry: Entry, lang: str = "en", person: str | None = None) -> str:
    """A correction that takes back what a row said.

    :param entry: what that row said, with the points of the correction
    """
    words = _Words(scheme, lang, person)
    return words.say("back", text=words.entry(entry))


def explain_note(scheme: Scheme, note: Note, lang: str = "en", person: str | None = None) -> str:
    """Why nobody gets some points, or why a round of handling does not count."""
    return _Words(scheme, lang, person).note(note)


def explain_score(scheme: Scheme, found: Score, lang: str = "en") -> list[str]:
    """How a score comes about, its grade, and what would lead to the next better one; a text a line."""
    return _Words(scheme, lang, None).score(found)


def rule_place(scheme: Scheme, name: str) -> str | None:
    """File and line of a rule or a grade, such as ``general/incentives.yaml:16``."""
    origin = scheme.policy.raw.get("origin") or {}
    file, line = origin.get(f"incentives/{scheme.name}/{name}") or (None, None)
    return f"{file}:{line}" if file else None


def points_text(points: Decimal, sign: bool = True) -> str:
    """A number of points as people write it.

    >>> points_text(Decimal("-4.0")), points_text(Decimal("5"))
    ('−4', '+5')
    """
    plain = f"{abs(points).normalize():f}"
    if points < 0:
        return MINUS + plain
    return f"+{plain}" if sign and points else plain


class _Words:
    """Says things about one scheme in one language to, or about, one person."""

    def __init__(self, scheme: Scheme, lang: str, person: str | None):
        self._scheme, self._lang = scheme, language(lang)
        self._person = person or self.say("you")

    def say(self, key: str, **values: Any) -> str:
        """A text of the catalogue."""
        return TEXTS[self._lang][key].format(**values)

    # -- entries ---------------------------------------------------------------------------------------

    def entry(self, entry: Entry) -> str:
        parts = self._happened(entry)
        if entry.cycle > 1:
            parts.append(self.say("cycle", cycle=entry.cycle))
        parts += [self._counts(entry)] if entry.rule == COUNTED else self._points(entry)
        return self._joined(parts)

    def note(self, note: Note) -> str:
        if not note.rule:
            return self.say(note.why, cycle=note.cycle)
        rule = self._scheme.rule(note.rule)
        happened = self._plain(rule, note.rule, note.subject, note.at)
        points = "" if note.rule == COUNTED else self._rule(note.rule, note.points)
        text = self._joined([*happened, points])
        if note.why == NOBODY:
            return self.say("nobody" if note.points < 0 else "nobody_gets", text=text)
        return self.say(note.why, text=text)

    def _joined(self, parts: list[str]) -> str:
        text = self.say("joined").join(part for part in parts if part)
        return text[:1].upper() + text[1:]

    def _happened(self, entry: Entry) -> list[str]:
        """What happened, and why it is about this person."""
        rule, detail = self._scheme.rule(entry.rule), entry.detail
        if "due" in detail:
            return [self._clock(entry), self._held(detail)]
        parts = self._plain(rule, entry.rule, entry.subject, entry.at, detail)
        if "solved" in detail and (entry.subject == "reopened" or rule and rule.occasions[0] != CLOSING):
            parts.append(self.say("solved", person=self._person, solved=self._time(detail["solved"])))
        return parts

    def _plain(
        self,
        rule: PointRule | None,
        name: str,
        subject: str,
        at: datetime,
        detail: Any = None,
    ) -> list[str]:
        """What happened, without whom it is about."""
        when, detail = time_text(at, self._scheme.zone), detail or {}
        if name == COUNTED:
            return [self.say("counted", at=when)]
        form = rule.occasions[0] if rule else ""
        if form == CLOSING:
            return [self.say("closing", at=when), *self._how_closed(rule)]
        if form == RATING and "score" in detail:
            return [self.say("rating", at=when, score=detail["score"])]
        if form in (CALLBACK, QUALITY):
            return [self.say(f"{form} {rule.wanted}", at=when)]
        if form in (MISSED, KEPT):
            key = "ran out" if form == MISSED else "in time"
            return [self.say(key, subject=self._clock_title(None, subject), at=when)]
        kind = subject.partition("@")[0].partition(":")[0]
        if rule is not None and len(rule.occasions) == 1:
            kind = form.removeprefix(EVENT)
        if kind == "reopened":
            return [self.say("reopened", at=when)]
        words = EVENTS.get(kind)
        known = words[self._lang != "en"] if words else subject
        return [self.say("event", subject=known, at=when)]

    def _how_closed(self, rule: PointRule) -> list[str]:
        parts = []
        if rule.first_contact:
            parts.append(self.say("first_contact"))
        if rule.breaches is not None:
            key = "breaches" if rule.breaches else "no_breach"
            parts.append(self.say(key, person=self._person, number=rule.breaches))
        return parts

    def _clock(self, entry: Entry) -> str:
        detail, subject = entry.detail, self._clock_title(entry.detail.get("sla"), entry.subject)
        due, ended = detail["due"], detail.get("ended")
        if ended is None:
            return self.say("clock open", subject=subject, due=self._due(detail))
        if ended <= due:
            return self.say("clock kept", subject=subject, due=self._due(detail))
        late = duration_text(ended - due, self._lang)
        return self.say("clock missed", subject=subject, due=self._due(detail), late=late)

    def _due(self, detail: Any) -> str:
        try:
            ends_a_day = Duration.parse(detail.get("within", "")).unit in DAY_UNITS
        except DurationError:
            ends_a_day = False
        return time_text(moment(detail["due"]), self._scheme.zone, ends_a_day)

    def _held(self, detail: Any) -> str:
        if "since" not in detail:
            return ""
        since, until = self._time(detail["since"]), detail.get("until")
        if until is None:
            return self.say("held_still", person=self._person, since=since)
        return self.say("held", person=self._person, since=since, until=self._time(until))

    def _counts(self, entry: Entry) -> str:
        if entry.weight == 1:
            return self.say("counts_one")
        weight = points_text(entry.weight, sign=False)
        return self.say("counts", weight=weight, severity=self._severity(entry.detail))

    def _points(self, entry: Entry) -> list[str]:
        parts = [self._rule(entry.rule, entry.points)]
        rule = self._scheme.rule(entry.rule)
        if entry.cut and rule is not None and rule.limit is not None:
            limit = points_text(rule.limit, sign=False)
            parts.append(self.say("cut", full=points_text(rule.points), limit=limit))
        if not entry.flat and entry.weight != 1:
            weight = points_text(entry.weight, sign=False)
            parts.append(
                self.say(
                    "weighted",
                    points=points_text(entry.points),
                    weight=weight,
                    severity=self._severity(entry.detail),
                    value=points_text(entry.value),
                )
            )
        return parts

    def _rule(self, name: str, points: Decimal) -> str:
        """The rule, its line and its points."""
        rule, place = self._scheme.rule(name), rule_place(self._scheme, name)
        if rule is None:
            return self.say("rule_gone", rule=name, points=points_text(points))
        key = "rule" if place else "rule_unplaced"
        return self.say(key, rule=self._title(rule.written), place=place, points=points_text(points))

    # -- scores ----------------------------------------------------------------------------------------

    def score(self, found: Score) -> list[str]:
        weight, points = points_text(found.weight, sign=False), points_text(found.points, sign=False)
        key = "sum_same" if found.weight == found.cases else "sum"
        lines = [self.say(key, points=points, cases=found.cases, weight=weight)]
        if found.score is None:
            return [*lines, self.say("no_cases")]
        if self._scheme.average:
            plain = points_text(found.uncapped - found.flat, sign=False)
            lines.append(self.say("average", points=points, weight=weight, score=plain))
        if found.flat:
            lines.append(self.say("flat", flat=points_text(found.flat)))
        if found.uncapped != found.score:
            lines.append(self.say("capped", cap=points_text(self._scheme.cap, sign=False)))
        lines.append(self.say("score", score=points_text(found.score, sign=False)))
        lines.append(self._graded(found))
        if found.better is not None and found.why_no_grade is None:
            lines.append(self._better(found))
        return [line for line in lines if line]

    def _graded(self, found: Score) -> str:
        if found.why_no_grade == TOO_FEW:
            return self.say("min_cases", cases=found.cases, least=self._scheme.min_cases)
        if found.grade is None:
            return ""
        place = rule_place(self._scheme, found.grade.name) or self._scheme.name
        values = {"grade": self._title(found.grade.written), "place": place}
        if found.grade.least is None:
            return self.say("grade_rest", **values)
        return self.say("grade", **values, least=points_text(found.grade.least, sign=False))

    def _better(self, found: Score) -> str:
        better: Grade = found.better.grade
        values = {
            "grade": self._title(better.written),
            "least": points_text(better.least, sign=False),
            "missing": points_text(found.better.missing, sign=False),
            "points": points_text(found.better.points, sign=False),
        }
        return self.say("better" if self._scheme.average else "better_total", **values)

    # -- names -----------------------------------------------------------------------------------------

    def _title(self, written: Any) -> str:
        title = written.get("title") or {}
        if isinstance(title, str):
            return title
        return title.get(self._lang) or title.get("en") or written["name"]

    def _clock_title(self, sla: str | None, name: str) -> str:
        policy = self._scheme.policy
        spec = policy.clock_spec(sla, name) if sla else None
        if spec is None:
            spec = next((one for one in policy.clocks() if one.name == base_name(name)), None)
        return self._title(spec.written) if spec else name.removeprefix(OF_STAGE)

    def _severity(self, detail: Any) -> str:
        name = detail.get("severity", "")
        levels = (self._scheme.policy.raw.get("severity") or {}).get("levels") or ()
        return next((self._title(one) for one in levels if one["name"] == name), name)

    def _time(self, seconds: int) -> str:
        return time_text(moment(seconds), self._scheme.zone)
