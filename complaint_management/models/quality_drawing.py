"""Drawing a quality sample, part after part (F6).

    facts of the period -> cases -> whom each is about -> who cannot be reviewed, and why -> engine.choose
        -> complaint.quality.review, with the lines of the card -> a reviewer for each

Each part is one transaction under a lock on the sample: after a crash it is there as a whole or not at all,
and two who draw at once draw once."""

from dataclasses import dataclass, replace

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine.case import Event
from ..engine.periods import bounds
from ..engine.quality import (
    Member,
    agent_of,
    choose,
    due_parts,
    first_part_since,
    running_part,
)
from ..engine.sampling import seed_of
from .release_reading import aware, naive
from .sample_drawing import Drawing

# what says who had a case, solved it and closed it
TELLING = (
    "received",
    "assigned",
    "handed_over",
    "accepted_by_team",
    "solution_proposed",
    "closed",
    "reopened",
)
REVIEWERS = "complaint_management.group_quality"


@dataclass(slots=True)
class Found:
    """A case of the period: whom a review would be about (a user id), whether it came in since the part
    before, and why it cannot be reviewed."""

    agent: int | None
    new: bool
    why_not: str | None
    team: int | None


class ComplaintQualitySample(models.Model):
    _inherit = "complaint.quality.sample"

    # ------------------------------------------------------------------ the job, and by hand

    @api.model
    def _cron_quality(self):
        """Draw what is due, see that each review has its reviewer, and close what nobody objected to."""
        tickets, cron = self.env["helpdesk.ticket"], self.env["ir.cron"]

        def apart(deed, what):
            done = tickets._again_if_overtaken(lambda: tickets._for_itself(deed, what))
            return done, cron._commit_progress(1)

        own, failed = self.sudo(), set()  # sudo: a job
        for due in own._to_draw():
            what = f"Quality sample {due[1].name} of company {due[0].company_id.id}"
            if what in failed:
                continue  # a part waits for the one before it, or that one would be left out for good
            done, time_left = apart(lambda due=due: own._draw(*due), what)
            if not done:
                failed.add(what)
            if not time_left:
                return
        reviews = own.env["complaint.quality.review"]
        apart(reviews._keep_reviewers, "Giving reviews to reviewers")
        apart(reviews._close_unopposed, "Closing reviews that nobody objected to")

    @api.model
    def _to_draw(self, company=None):
        """[(release, sample of the policy, part)] of what has ended and is not drawn yet, the oldest first.
        As superuser."""
        now, found = aware(fields.Datetime.now().replace(microsecond=0)), []
        releases = self.env["complaint.release"].sudo()  # sudo: a job
        begun = dict(releases._read_group([], ["company_id"], ["applied_at:min"]))
        mine = [("company_id", "=", company.id)] if company else []
        for release in releases.search([("state", "=", "active"), *mine]):
            zone = release._quality_calendar().zone
            for spec in release._quality_samples():
                until = self._drawn_until(release.company_id, spec)
                since = until or first_part_since(spec, aware(begun[release.company_id]), now, zone)
                found += [(release, spec, part) for part in due_parts(spec, since, now, zone)]
        return found

    def _drawn_until(self, company, spec):
        last = self.search([("company_id", "=", company.id), ("code", "=", spec.name)], limit=1)
        return aware(last.drawn_until) or None

    @api.model
    def action_draw_now(self):
        """Draw what is due, and of the running period what has come in so far."""
        if not self.env.user.has_group(REVIEWERS):
            raise AccessError(self.env._("Quality samples are drawn by those who review."))
        company = self.env.company
        release = self.env["complaint.release"]._active_or_explain(company)
        if not release._quality_samples():
            raise UserError(
                self.env._("The policy of %(company)s has no quality samples.", company=company.name)
            )
        own, now = self.sudo(), aware(fields.Datetime.now().replace(microsecond=0))  # sudo: looked at above
        for one in own._to_draw(company):
            own._draw(*one)
        for spec in release._quality_samples():
            part = running_part(spec, own._drawn_until(company, spec), now, release._quality_calendar().zone)
            own._draw(release, spec, part, by_hand=True)
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.quality_sample_action")

    # ------------------------------------------------------------------ drawing

    @api.model
    def _draw(self, release, spec, part, by_hand=False):
        """Draw a part of a sample, unless it is drawn already. Returns the sample. The caller commits."""
        sample = self._locked(release, spec, part)
        if sample.drawn_until and sample.drawn_until >= naive(part.ends):
            return sample
        cases = sample._cases_so_far(release, spec, part)
        known = {one.ticket_id.id: one for one in sample.review_ids}
        members = [
            Member(
                ident,
                case.agent,
                case.new,
                bool(case.why_not),
                _counts(known.get(ident)) and known[ident].by_chance,
                _counts(known.get(ident)) and not known[ident].by_chance,
            )
            for ident, case in cases.items()
        ]
        chosen = choose(spec, members, sample.seed, part.last)
        sample._note_left_out(release, cases, known)
        sample._make_reviews(release, spec, cases, chosen)
        sample._note_part(spec, part, members, chosen, by_hand)
        return sample

    def _locked(self, release, spec, part):
        """The sample of the part's period, locked; made where there is none."""
        first, end = bounds(part.period, release._quality_calendar().zone)
        company = release.company_id
        values = {
            "company_id": company.id,
            "release_id": release.id,
            "code": spec.name,
            "period": part.period,
            "begins_at": naive(first),
            "ends_at": naive(end),
            "seed": seed_of(company.id, f"quality:{spec.name}", part.period),
            "share": float(100 * spec.share),
            "frame": 0,
            "drawn": 0,
            "added": 0,
            "barred": 0,
        }
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "INSERT INTO complaint_quality_sample (%s) VALUES %s ON CONFLICT DO NOTHING",
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )
        # that another job was faster is no error: it is tried again
        self.env.cr.execute(
            SQL(
                "SELECT id FROM complaint_quality_sample WHERE company_id = %s AND code = %s AND period = %s "
                "FOR NO KEY UPDATE",
                company.id,
                spec.name,
                part.period,
            ),
            log_exceptions=False,
        )
        sample = self.browse(self.env.cr.fetchone()[0])
        sample.invalidate_recordset()
        return sample

    def _cases_so_far(self, release, spec, part):
        """{case id: Found} of all cases of the period up to the end of the part, by id."""
        period = replace(part, begins=aware(self.begins_at))
        rows = self.env["complaint.sample"]._cases_of(Drawing(release, spec, period))
        facts = self._facts_of([row["id"] for row in rows])
        inside = self._people({user for told in facts.values() for _event, _at, user in told})
        told = {row["id"]: self._told(spec, part, facts.get(row["id"], ()), inside) for row in rows}
        people = self.env["res.users"].browse({agent for agent, _new in told.values() if agent})
        ours = {
            user.id
            for user in people.exists()
            if user.active and not user.share and release.company_id in user.company_ids
        }
        found = {}
        for row in rows:
            agent, new = told[row["id"]]
            why = None
            if row["confidential"]:
                why = "confidential"
            elif not agent:
                why = "nobody"
            elif agent not in ours:
                why = "gone"
            found[row["id"]] = Found(agent, new, why, row["team_id"])
        return found

    def _facts_of(self, ids):
        """{case id: [(event, recorded at, user id)]} of what says who had it; one query."""
        found = {}
        if not ids:
            return found
        rows = self.env.execute_query(
            SQL(
                "SELECT ticket_id, occurred_at, kind, data, id, recorded_at, user_id FROM complaint_event "
                "WHERE ticket_id = ANY(%s) AND kind = ANY(%s) ORDER BY ticket_id, occurred_at, id",
                ids,
                list(TELLING),
            )
        )
        for ticket, at, kind, data, ident, recorded, user in rows:
            event = Event(aware(at), kind, data or {}, ident)
            found.setdefault(ticket, []).append((event, recorded, user))
        return found

    def _told(self, spec, part, facts, inside):
        """(whom a review would be about, whether the case is new since the part before)"""
        events = [event for event, _recorded, _user in facts]
        entered = next((user for event, _at, user in facts if event.kind == "received"), None)
        agent = agent_of(spec.of, events, entered if entered in inside else None, part.ends)
        new = any(
            event.kind == spec.of
            and (event.at >= part.begins or (self.drawn_at and recorded >= self.drawn_at))
            for event, recorded, _user in facts
        )
        return agent, new

    def _people(self, users):
        """Ids of those who are our people, here or gone: no job, no page and no customer enters a call."""
        known = self.env["res.users"].browse(users - {None, SUPERUSER_ID})
        return set(known.filtered(lambda user: not user.share).ids)

    # ------------------------------------------------------------------ what is kept

    def _note_left_out(self, release, cases, known):
        """The cases that cannot be reviewed, each with its reason; those of before that can be now go."""
        drawn = {ident for ident, review in known.items() if _counts(review)}
        old = self.env["complaint.quality.review"].union(
            *(review for ident, review in known.items() if ident not in drawn)
        )
        old.with_context(quality_redrawn=True).unlink()
        self.env["complaint.quality.review"].create(
            [
                {
                    **self._review_values(release, ident, case),
                    "state": "left_out",
                    "left_out_reason": case.why_not,
                }
                for ident, case in cases.items()
                if case.why_not and ident not in drawn
            ]
        )

    def _make_reviews(self, release, spec, cases, chosen):
        """A review with an empty card for each case that was chosen, and a reviewer for it."""
        rows = []
        for idents, by_chance in ((chosen.drawn, True), (chosen.added, False)):
            rows += [
                {**self._review_values(release, ident, cases[ident]), "by_chance": by_chance}
                for ident in idents
            ]
        reviews = self.env["complaint.quality.review"].create(rows)
        reviews._lay_out(spec)
        reviews._assign()
        return reviews

    def _review_values(self, release, ident, case):
        return {
            "sample_id": self.id,
            "company_id": self.company_id.id,
            "release_id": release.id,
            "ticket_id": ident,
            "agent_id": case.agent,
            "team_id": case.team,
        }

    def _note_part(self, spec, part, members, chosen, by_hand):
        barred = sum(one.barred and not (one.drawn or one.added) for one in members)
        now = fields.Datetime.now().replace(microsecond=0)
        self.write(
            {
                "frame": len(members),
                "drawn": sum(one.drawn for one in members) + len(chosen.drawn),
                "added": sum(one.added for one in members) + len(chosen.added),
                "barred": barred,
                "share": float(100 * spec.share),
                "drawn_until": naive(part.ends),
                "drawn_at": now,
                "parts": [
                    *(self.parts or ()),
                    {
                        "until": fields.Datetime.to_string(naive(part.ends)),
                        "frame": len(members),
                        "wanted": chosen.wanted,
                        "drawn": len(chosen.drawn),
                        "added": len(chosen.added),
                        "barred": barred,
                        **({"by_hand": self.env.uid} if by_hand else {}),
                    },
                ],
            }
        )


def _counts(review):
    return bool(review) and review.state != "left_out"
