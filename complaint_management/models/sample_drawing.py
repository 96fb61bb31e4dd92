"""Drawing the sample of a period, and making its callbacks in batches (D1, D4).

    facts of the period -> cases -> who may not be asked -> engine.draw -> complaint.sample, members
    members without a callback -- claim, SKIP LOCKED --> callback._plan(rows), until none is left

The draw is one transaction: after a crash it is there as a whole or not at all. What is made of it goes on
where it stopped, by the members that have no callback yet."""

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.callbacks import SAMPLE, plans
from ..engine.case import CLOSING
from ..engine.contacts import cap_of, first_allowed
from ..engine.rounds import periods
from ..engine.sampling import draw, seed_of
from .left_out import _key
from .release_reading import aware, naive
from .renames import PICK_LISTS
from .sample import COLUMNS
from .ticket_register import ATTRIBUTES

BATCH = 500  # callbacks a commit


@dataclass(slots=True)
class Drawing:
    """What a sample is drawn for."""

    release: object
    plan: object
    period: object

    @property
    def company(self):
        return self.release.company_id


class ComplaintSample(models.Model):
    _inherit = "complaint.sample"

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_draw(self):
        """Draw the samples of the periods that have ended, and make the callbacks of those that are drawn."""
        again, cron = self.env["helpdesk.ticket"]._again_if_overtaken, self.env["ir.cron"]
        samples = self.sudo()  # sudo: a job
        for drawing in samples._to_draw():
            again(lambda drawing=drawing: samples._draw(drawing))
            if not cron._commit_progress(1):
                return
        left = True
        while left:
            done = again(lambda: samples._make_callbacks(BATCH))
            full = done >= BATCH
            left = cron._commit_progress(done, remaining=BATCH if full else 0) and full

    @api.model
    def _to_draw(self):
        """What has to be drawn now. A period that is too long ago to ask anybody is left alone."""
        now, found = aware(fields.Datetime.now().replace(microsecond=0)), []
        releases = self.env["complaint.release"].sudo()  # sudo: a job
        begun = dict(releases._read_group([], ["company_id"], ["applied_at:min"]))
        for release in releases.search([("state", "=", "active")]):
            company = release.company_id
            first = begun[company]
            for plan in plans(release._policy()):
                if plan.kind == SAMPLE:
                    last = self.search([("company_id", "=", company.id), ("plan", "=", plan.name)], limit=1)
                    ended = periods(plan, aware(last.ends_at or first), now)
                    found += [Drawing(release, plan, one) for one in ended if one.due > now]
        return found

    # ------------------------------------------------------------------ drawing

    @api.model
    def _draw(self, drawing):
        """Draw the sample of a period, unless it is drawn already. Returns it. The caller commits."""
        sample = self._begin(drawing)
        if not sample:
            return sample
        plan = drawing.plan
        cases = self._cases_of(drawing)
        why_not = self._why_not(drawing, cases)
        members = [(case["id"], _stratum(plan, case), case["commercial_partner_id"]) for case in cases]
        drawn = draw(members, plan.sample, sample.seed, why_not)
        sample._store_members(cases, set(drawn.chosen), why_not)
        sample.write(
            {
                "frame": len(cases),
                "barred": len(why_not),
                "drawn": len(drawn.chosen),
                "strata": [
                    {
                        "names": [[name, ident] for name, ident in zip(plan.strata, key, strict=True)],
                        "members": stratum.members,
                        "wanted": stratum.wanted,
                        "drawn": stratum.drawn,
                    }
                    for key, stratum in drawn.strata.items()
                ],
            }
        )
        return sample

    def _begin(self, drawing):
        """The row of the sample, or nothing if somebody has drawn it."""
        release, plan, period = drawing.release, drawing.plan, drawing.period
        company = drawing.company
        values = {
            "company_id": company.id,
            "release_id": release.id,
            "plan": plan.name,
            "period": period.key,
            "begins_at": naive(period.begins),
            "ends_at": naive(period.ends),
            "opens_at": naive(period.opens),
            "due_at": naive(period.due),
            "drawn_at": fields.Datetime.now().replace(microsecond=0),
            "seed": seed_of(company.id, plan.name, period.key),
            "share": float(100 * plan.sample),
        }
        query = SQL(
            "INSERT INTO complaint_sample (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
            SQL(", ").join(map(SQL.identifier, values)),
            tuple(values.values()),
        )
        # that another job was faster is no error: it is tried again
        self.env.cr.execute(query, log_exceptions=False)
        return self.browse([ident for (ident,) in self.env.cr.fetchall()])

    def _cases_of(self, drawing):
        """The cases to which it happened in the period, as dicts, by id: what is over and still known."""
        plan, period = drawing.plan, drawing.period
        self.env["helpdesk.ticket"].flush_model()
        over = SQL("AND t.over_since IS NOT NULL") if plan.of in CLOSING else SQL()
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id, t.partner_id, t.commercial_partner_id, t.case_cycle, "
                "t.confidential, %s, %s FROM helpdesk_ticket t WHERE t.id IN ("
                "SELECT ticket_id FROM complaint_event WHERE company_id = %s AND kind = %s "
                "AND occurred_at >= %s AND occurred_at < %s) "
                "AND t.anonymised_at IS NULL AND t.duplicate_id IS NULL %s ORDER BY t.id",
                SQL(", ").join(SQL("t.%s", SQL.identifier(name)) for name in COLUMNS.values()),
                # the names of team and department are in the facts alone; only few plans ask for them
                self._known_attributes(plan),
                drawing.company.id,
                plan.of,
                naive(period.begins),
                naive(period.ends),
                over,
            )
        )
        names = (
            "id",
            "partner_id",
            "commercial_partner_id",
            "cycle",
            "confidential",
            *COLUMNS.values(),
            "known",
        )
        cases = [dict(zip(names, row, strict=True)) for row in rows]
        refs = drawing.release._refs()
        return [case for case in cases if plan.condition.holds(_attributes(case, refs), case["cycle"])]

    def _known_attributes(self, plan):
        if plan.condition.attributes() <= {*ATTRIBUTES.values(), "cycle"}:
            return SQL("NULL")
        return SQL("t.case_state::jsonb -> 'attributes'")

    def _why_not(self, drawing, cases):
        """{case id: why it cannot be drawn}. Those count for the share all the same."""
        plan, period, company = drawing.plan, drawing.period, drawing.company
        callbacks, cap = self.env["complaint.callback"], cap_of(drawing.release._policy())
        rows = [
            {
                "method": plan.method,
                "partner_id": case["partner_id"],
                "ticket_id": case["id"],
                "commercial_partner_id": case["commercial_partner_id"],
            }
            for case in cases
        ]
        firms = sorted({case["commercial_partner_id"] for case in cases if case["commercial_partner_id"]})
        files = callbacks._files(company.id, firms, False)
        known = callbacks._known(company.id, rows, files, bool(cap))
        before, now = self._drawn_before(drawing), aware(fields.Datetime.now().replace(microsecond=0))
        found = {}
        for case, row in zip(cases, rows, strict=True):
            customer = known[_key(row)]
            reason = callbacks._barred(row, customer, plan)
            if case["confidential"]:
                reason = "confidential"
            elif case["id"] in before:
                reason = "asked_before"
            elif not reason and cap:
                room = first_allowed(customer.contacts, cap, max(period.opens, now), period.due)
                reason = None if room else "cap"
            if reason:
                found[case["id"]] = reason
        return found

    def _drawn_before(self, drawing):
        """Cases that an earlier sample of the plan asked about: nobody is asked about one again."""
        return {
            ident
            for (ident,) in self.env.execute_query(
                SQL(
                    "SELECT m.ticket_id FROM complaint_sample_member m "
                    "JOIN complaint_sample s ON s.id = m.sample_id "
                    "WHERE s.company_id = %s AND s.plan = %s AND m.drawn",
                    drawing.company.id,
                    drawing.plan.name,
                )
            )
        }

    def _store_members(self, cases, chosen, why_not):
        """One statement for all who were drawn or could not be."""
        kept = [case for case in cases if case["id"] in chosen or case["id"] in why_not]
        columns = [
            [case["id"] for case in kept],
            [case["commercial_partner_id"] for case in kept],
            [case["category_id"] for case in kept],
            [case["team_id"] for case in kept],
            [case["id"] in chosen for case in kept],
            [why_not.get(case["id"]) for case in kept],
        ]
        kinds = ("int", "int", "int", "int", "bool", "varchar")
        self.env.cr.execute(
            SQL(
                "INSERT INTO complaint_sample_member "
                "(sample_id, company_id, ticket_id, person_id, category_id, team_id, drawn, reason) "
                "SELECT %s, %s, member.* FROM unnest(%s) AS member",
                self.id,
                self.company_id.id,
                SQL(", ").join(
                    SQL("%s::%s[]", values, SQL(kind)) for values, kind in zip(columns, kinds, strict=True)
                ),
            )
        )

    # ------------------------------------------------------------------ making its callbacks

    @api.model
    def _make_callbacks(self, limit):
        """Make the callbacks of at most so many members that have none. Returns how many; the caller
        commits."""
        rows = self.env.execute_query(
            SQL(
                "SELECT m.id, m.sample_id, t.id, t.partner_id, t.case_cycle FROM complaint_sample_member m "
                "JOIN helpdesk_ticket t ON t.id = m.ticket_id WHERE m.drawn AND m.callback_id IS NULL "
                "ORDER BY m.sample_id, m.id LIMIT %s FOR NO KEY UPDATE OF m SKIP LOCKED",
                limit,
            )
        )
        callbacks, samples = self.env["complaint.callback"], self.browse({row[1] for row in rows})
        samples.fetch(["company_id", "release_id", "plan", "period", "opens_at", "due_at"])
        callbacks._plan([self.browse(sample)._callback_row(*rest) for _member, sample, *rest in rows])
        if rows:
            callbacks.flush_model()
            self.env.cr.execute(
                SQL(
                    "UPDATE complaint_sample_member m SET callback_id = c.id "
                    "FROM complaint_sample s, complaint_callback c "
                    "WHERE m.id = ANY(%s) AND s.id = m.sample_id AND c.ticket_id = m.ticket_id "
                    "AND c.plan = s.plan AND c.occasion = s.period",
                    [row[0] for row in rows],
                )
            )
            self.env["complaint.sample.member"].invalidate_model(["callback_id"], flush=False)
        return len(rows)

    def _callback_row(self, ticket, partner, cycle):
        return {
            "company_id": self.company_id.id,
            "release_id": self.release_id.id,
            "plan": self.plan,
            "ticket_id": ticket,
            "partner_id": partner,
            "cycle": cycle,
            "occasion": self.period,
            "opens_at": self.opens_at,
            "due_at": self.due_at,
            "sample_id": self.id,
        }


def _attributes(case, refs):
    """What a plan's `match` may ask for, as the policy calls it."""
    codes = {name: refs.get((PICK_LISTS.get(name, name), case[field])) for field, name in ATTRIBUTES.items()}
    return {**(case["known"] or {}), **codes}


def _stratum(plan, case):
    """What a case is sorted into: the ids behind the strata of the plan; 0 where it has none."""
    return tuple(case[COLUMNS[name]] or 0 for name in plan.strata)
