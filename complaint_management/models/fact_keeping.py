"""Keeping `complaint.fact` up to date: a job reads on in the register where it stopped.

Recording a fact of a case costs nothing for it. The job remembers up to which entry of the register it has
read. Entries get their ids before they are committed, so that one with a smaller id may appear after one with
a greater id: the place counts as read for good only when every transaction that was open then is over, until
then what stands behind it is read again. A case whose row is as new as the case is passed over.

What is no entry of the register but counted all the same, such as the cause of a complaint, marks its case.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.duration import Duration

BATCH = 500  # cases in one transaction
REPEAT_RATE = "repeat_complaint_rate"
COSTS = "cost_of_complaints"

# The cases of entries behind the last place, whose rows are older than the case.
BEHIND = """
    SELECT DISTINCT event.ticket_id
      FROM complaint_event AS event
      JOIN helpdesk_ticket AS ticket ON ticket.id = event.ticket_id
     WHERE event.id > %(done)s AND event.id <= %(upto)s AND ticket.case_state IS NOT NULL
       AND event.ticket_id > %(last)s
       AND NOT EXISTS (
           SELECT 1 FROM complaint_fact AS fact
            WHERE fact.ticket_id = event.ticket_id AND fact.version = ticket.case_version
       )
     ORDER BY event.ticket_id
     LIMIT %(limit)s
"""
LATE = """
    SELECT DISTINCT ticket_id FROM complaint_fact
     WHERE look_again_at < %(now)s AND ticket_id > %(last)s ORDER BY ticket_id LIMIT %(limit)s
"""
STALE = """
    SELECT ticket.id FROM helpdesk_ticket AS ticket
     WHERE ticket.case_state IS NOT NULL AND ticket.id > %(last)s
       AND NOT EXISTS (
           SELECT 1 FROM complaint_fact AS fact
            WHERE fact.ticket_id = ticket.id AND fact.version = ticket.case_version
       )
     ORDER BY ticket.id LIMIT %(limit)s
"""
# A complaint is repeated when the same customer complained about the same main category shortly before. Only
# rows that change are written, and their days are added up anew.
REPEATED = """
    WITH found AS (
        SELECT fact.id, CASE WHEN EXISTS (
                   SELECT 1 FROM complaint_fact AS before
                    WHERE before.partner_id = fact.partner_id AND before.cycle = 1
                      AND before.category_root_id IS NOT DISTINCT FROM fact.category_root_id
                      AND before.company_id = fact.company_id AND before.ticket_id != fact.ticket_id
                      AND (before.began_at, before.ticket_id) < (fact.began_at, fact.ticket_id)
                      AND before.began_at >= fact.began_at - make_interval(secs => %(within)s)
               ) THEN 1.0 ELSE 0.0 END AS repeated
          FROM complaint_fact AS fact
         WHERE fact.cycle = 1 AND %(partners)s AND fact.company_id = %(company)s
    ), changed AS (
        UPDATE complaint_fact AS fact SET repeated = found.repeated
          FROM found
         WHERE fact.id = found.id AND fact.repeated IS DISTINCT FROM found.repeated
        RETURNING fact.company_id, fact.began_on
    )
    INSERT INTO complaint_fact_day_mark (company_id, day) SELECT DISTINCT company_id, began_on FROM changed
"""
# How many complaints the customer had made by then. All cycles of a case say the same.
SO_FAR = """
    WITH found AS (
        SELECT fact.ticket_id, count(*) OVER (
                   PARTITION BY fact.partner_id, fact.type_id ORDER BY fact.began_at
                   RANGE BETWEEN make_interval(secs => %(over)s) PRECEDING AND CURRENT ROW
               ) AS so_far
          FROM complaint_fact AS fact
         WHERE fact.cycle = 1 AND %(partners)s AND fact.company_id = %(company)s
    ), changed AS (
        UPDATE complaint_fact AS fact SET complaints_so_far = found.so_far
          FROM found
         WHERE fact.ticket_id = found.ticket_id AND fact.complaints_so_far IS DISTINCT FROM found.so_far
        RETURNING fact.company_id, fact.began_on, fact.ended_on
    )
    INSERT INTO complaint_fact_day_mark (company_id, day)
    SELECT DISTINCT changed.company_id, moved.day
      FROM changed CROSS JOIN LATERAL (VALUES (changed.began_on), (changed.ended_on)) AS moved(day)
     WHERE moved.day IS NOT NULL
"""


class ComplaintFactPlace(models.Model):
    _name = "complaint.fact.place"
    _description = "Place in the register up to which complaints have been counted"
    _log_access = False

    done = fields.Integer(required=True, default=0, help="Everything up to this entry has been counted.")
    read = fields.Integer(required=True, default=0, help="Counted as far as it could be seen.")
    others = fields.Char(help="The first transaction that had not begun when it was read.")

    @api.model
    def _here(self):
        return self.search([], limit=1) or self.create({})

    def _confirm(self):
        """What was read last time is done if every transaction of that time is over."""
        if not self.others:
            return
        over = SQL(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::numeric >= %s::numeric", self.others
        )
        if self.env.execute_query(over)[0][0]:
            self.write({"done": self.read, "others": False})

    def _reads(self):
        """(last, others): the last entry that can be seen, and the first transaction that had not begun when
        it was. Whoever drew a smaller number for an entry had begun by then: a case is locked first."""
        query = (
            "SELECT coalesce(max(id), 0), pg_snapshot_xmax(pg_current_snapshot())::text FROM complaint_event"
        )
        return self.env.execute_query(SQL(query))[0]


class ComplaintFactMark(models.Model):
    _name = "complaint.fact.mark"
    _description = "Complaint to be counted again"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")

    _once = models.UniqueIndex("(ticket_id)")

    @api.model
    def _set(self, tickets):
        """Have these cases counted again."""
        if tickets:
            values = SQL(", ").join(SQL("(%s)", ident) for ident in tickets.ids)
            self.env.cr.execute(
                SQL("INSERT INTO complaint_fact_mark (ticket_id) VALUES %s ON CONFLICT DO NOTHING", values)
            )

    @api.model
    def _taken(self, limit):
        """Ids of marked cases, whose marks are taken away."""
        taken = SQL(
            "DELETE FROM complaint_fact_mark WHERE id IN (SELECT id FROM complaint_fact_mark ORDER BY id "
            "LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING ticket_id",
            limit,
        )
        return [ident for [ident] in self.env.execute_query(taken)]


class ComplaintFact(models.Model):
    _inherit = "complaint.fact"

    @api.model
    def _cron_count(self):
        """Count what has happened since the last time."""
        place = self.env["complaint.fact.place"]._here()
        place._confirm()
        last, others = place._reads()
        if not place.done and not place.read and not self._cron_recount():
            return  # the first time everything is counted case by case; not over yet
        now = fields.Datetime.now()
        sources = (
            lambda seen: self._select(BEHIND, done=place.done, upto=last, last=seen, limit=BATCH),
            lambda seen: self.env["complaint.fact.mark"]._taken(BATCH),
            lambda seen: self._select(LATE, now=now, last=seen, limit=BATCH),
        )
        if not all(self._count_all(source, now) for source in sources):
            return
        if not place.others:
            place.write({"read": last, "others": others})

    @api.model
    def _cron_recount(self):
        """Every night: whatever the job may have missed, found by looking at every case. Whether it came to
        the end."""
        whole = self._count_all(
            lambda seen: self._select(STALE, last=seen, limit=BATCH), fields.Datetime.now()
        )
        if whole:
            self._look_at_all_customers()
        return whole

    def _count_all(self, source, now):
        """Count the cases of a source, batch by batch: each is given the last case of the batch before.
        Whether it came to the end before the time of the job was over."""
        seen = 0
        while ids := source(seen):
            self._count(self.env["helpdesk.ticket"].browse(ids), now)
            seen = ids[-1]
            if not self._go_on(len(ids)):
                return False
        return True

    def _go_on(self, done):
        """Commit a batch; whether there is time for another one. Outside a job nothing is committed."""
        return not self.env.context.get("cron_id") or self.env["ir.cron"]._commit_progress(done) > 0

    def _select(self, query, **values):
        self.env.flush_all()
        return [ident for [ident] in self.env.execute_query(SQL(query, **values))]

    # ------------------------------------------------------------------ counting

    @api.model
    def _count(self, tickets, now):
        """Make the rows of these cases anew."""
        self.env.flush_all()
        # sudo: the job counts for everybody; who may see a row is asked of its case
        tickets = tickets.sudo().with_context(active_test=False, prefetch_fields=False)
        tickets = tickets.exists().filtered("case_state")
        facts, stages = self._rows(tickets, now)
        if not facts:
            return
        idents = self._store(facts)
        self._store_stages(facts, stages, idents)
        self._look_at_customers(facts)
        for model in ("complaint.fact", "complaint.fact.stage", "complaint.fact.clock"):
            self.env[model].invalidate_model()

    def _store(self, rows):
        """Insert or replace rows; {(ticket id, cycle): id}. Cycles that a correction took away go."""
        columns = list(rows[0])
        values = SQL(", ").join(SQL("%s", tuple(row[name] for name in columns)) for row in rows)
        update = SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name)) for name in columns
        )
        found = self.env.execute_query(
            SQL(
                "INSERT INTO complaint_fact (%s) VALUES %s ON CONFLICT (ticket_id, cycle) DO UPDATE SET %s "
                "RETURNING ticket_id, cycle, id",
                SQL(", ").join(map(SQL.identifier, columns)),
                values,
                update,
            )
        )
        kept = tuple(ident for _ticket, _cycle, ident in found)
        tickets = tuple({row["ticket_id"] for row in rows})
        self.env.cr.execute(
            SQL("DELETE FROM complaint_fact WHERE ticket_id IN %s AND id NOT IN %s", tickets, kept)
        )
        return {(ticket, cycle): ident for ticket, cycle, ident in found}

    def _store_stages(self, facts, stages, idents):
        shared = (
            "ticket_id",
            "company_id",
            "cycle",
            "type_id",
            "category_root_id",
            "severity_id",
            "began_on",
        )
        rows = [
            {"fact_id": idents[key], **{name: fact[name] for name in shared}, **stage}
            for fact in facts
            for key in [(fact["ticket_id"], fact["cycle"])]
            for stage in stages[key]
        ]
        self.env.cr.execute(
            SQL("DELETE FROM complaint_fact_stage WHERE fact_id IN %s", tuple(idents.values()))
        )
        if rows:
            columns = list(rows[0])
            values = SQL(", ").join(SQL("%s", tuple(row[name] for name in columns)) for row in rows)
            names = SQL(", ").join(map(SQL.identifier, columns))
            self.env.cr.execute(SQL("INSERT INTO complaint_fact_stage (%s) VALUES %s", names, values))

    def _look_at_customers(self, facts):
        """Look at all complaints of these customers again: one that came late may make a later one a repeated
        one, and one more."""
        partners = {}
        for row in facts:
            if row["partner_id"]:
                partners.setdefault(row["company_id"], set()).add(row["partner_id"])
        for company, ids in partners.items():
            some = SQL("fact.partner_id IN %s", tuple(ids))
            self._look_at_complaints(self.env["res.company"].browse(company), some)

    def _look_at_complaints(self, company, partners):
        """Say of complaints whether they are repeated ones, and the how manieth; partners: SQL, whose."""
        within = self._time_of(company, REPEAT_RATE, "within")
        if within is not None:
            self.env.cr.execute(SQL(REPEATED, within=within, partners=partners, company=company.id))
        over = self._time_of(company, COSTS, "over")
        if over is not None:
            self.env.cr.execute(SQL(SO_FAR, over=over, partners=partners, company=company.id))

    def _look_at_all_customers(self):
        """The same of everybody: the policy may count over another time since."""
        # sudo: the job counts for every company
        for release in self.env["complaint.release"].sudo().search([("state", "=", "active")]):
            self._look_at_complaints(release.company_id, SQL("fact.partner_id IS NOT NULL"))

    @api.model
    def _time_of(self, company, measure, key):
        """How long back a key figure looks, in seconds, by the policy in force; None: nobody asks."""
        release = self.env["complaint.release"]._active(company)
        entries = release._policy().raw.get("kpis") or () if release else ()
        named = (one.get(key) for one in entries if one.get("measure", one["name"]) == measure)
        written = next(filter(None, named), None)
        return Duration.parse(written).seconds if written else None

    @api.model
    def _rebuild(self):
        """Throw all rows away and count everything from the register; for administrators, over the shell."""
        self.env.cr.execute(SQL("TRUNCATE complaint_fact, complaint_fact_stage, complaint_fact_mark"))
        self._cron_recount()


class ComplaintInvestigation(models.Model):
    _inherit = "complaint.investigation"

    @api.model_create_multi
    def create(self, vals_list):
        investigations = super().create(vals_list)
        self.env["complaint.fact.mark"]._set(investigations.ticket_id)
        return investigations

    def write(self, vals):
        result = super().write(vals)
        if not {"cause_id", "finding_id", "product_module"}.isdisjoint(vals):
            self.env["complaint.fact.mark"]._set(self.ticket_id)
        return result


class ComplaintSolution(models.Model):
    _inherit = "complaint.solution"

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "amount", "currency_id"}.isdisjoint(vals):
            self.env["complaint.fact.mark"]._set(self.ticket_id)
        return result
