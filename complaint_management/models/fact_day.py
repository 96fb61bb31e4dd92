"""Days added up: what the key figures need of all cycles that began or ended on a day, by one thing at a
time.

A million cycles are too many to be read whenever somebody opens the dashboard; the rows here are few. They
hold for who may read every case of the company that is not confidential. Everybody else's figures are added
up from the cycles themselves, as far as they may see them.

A day whose cycles have changed carries a mark. It is read from the cycles until the job adds it up anew, so
that a figure is never older than its cases. The job takes away the marks that it saw, and no others: what
changes meanwhile stays marked.
"""

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

from .fact_day_sums import days_of_answers, days_of_cycles, days_of_stays, months_of_days

DAYS = 100  # days added up in one transaction
MARK = """
    INSERT INTO complaint_fact_day_mark (company_id, day)
    SELECT DISTINCT fact.company_id, moved.day
      FROM complaint_fact AS fact
     CROSS JOIN LATERAL (VALUES (fact.began_on), (fact.ended_on)) AS moved(day)
     WHERE fact.ticket_id IN %s AND moved.day IS NOT NULL
"""
TAKE = """
    WITH days AS (
        SELECT DISTINCT company_id, day FROM complaint_fact_day_mark ORDER BY company_id, day LIMIT %s
    ), taken AS (
        DELETE FROM complaint_fact_day_mark AS mark USING days
         WHERE mark.company_id = days.company_id AND mark.day = days.day
    )
    SELECT company_id, day FROM days
"""


def _sum():
    return fields.Float(readonly=True)


class ComplaintFactDay(models.Model):
    _name = "complaint.fact.day"
    _description = "Complaints of a day, added up"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)
    type_key = fields.Integer(required=True, help="The type of the cases; 0: of all types.")
    dimension = fields.Char(required=True, help="What they are told apart by; “all”: by nothing.")
    value_key = fields.Char(help="The id of it, or its name; empty: none.")
    received = _sum()
    reopenings = _sum()
    repeats_known = _sum()
    repeats = _sum()
    answered = _sum()
    answer_hours = _sum()
    answer_squares = _sum()
    ended = _sum()
    closed = _sum()
    judged = _sum()
    kept = _sum()
    late_legal = _sum()
    firsts = _sum()
    first_contacts = _sum()
    reopened = _sum()
    handled_hours = _sum()
    handled_squares = _sum()
    own_hours = _sum()
    rated = _sum()
    satisfied = _sum()
    recommending = _sum()
    promoters = _sum()
    detractors = _sum()
    redressed = _sum()
    redress = _sum()
    escalated = _sum()

    _what = models.Index("(company_id, type_key, dimension, day)")
    _day = models.Index("(company_id, day)")

    @api.model
    def _cron_days(self):
        """Add up the days whose cycles have changed."""
        self.env.flush_all()
        while days := self.env.execute_query(SQL(TAKE, DAYS)):
            self._fill(days)
            if not self._go_on(len(days)):
                return

    def _go_on(self, done):
        """Commit a batch; whether there is time for another one. Outside a job nothing is committed."""
        return not self.env.context.get("cron_id") or self.env["ir.cron"]._commit_progress(done) > 0

    def _fill(self, days):
        """Make the rows of these days anew; days: [(company id, day)]."""
        chosen = SQL(", ").join(SQL("(%s, %s::date)", company, day) for company, day in days)
        self._drop(chosen, SQL("NOT LIKE"))
        for insert in (days_of_cycles, days_of_stays, days_of_answers):
            self.env.cr.execute(insert(chosen))
        self._fill_months({(company, day.replace(day=1)) for company, day in days})
        self.invalidate_model()

    def _fill_months(self, months):
        """Add up these months from their days; months: {(company id, its first day)}."""
        chosen = SQL(", ").join(SQL("(%s, %s::date)", company, first) for company, first in months)
        self._drop(chosen, SQL("LIKE"))
        companies = tuple({company for company, _first in months})
        firsts = [first for _company, first in months]
        after = max(firsts) + relativedelta(months=1)
        self.env.cr.execute(months_of_days(chosen, companies, min(firsts), after))

    def _drop(self, chosen, like):
        """Delete the rows of days, or of months: those are told by what they are about."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM complaint_fact_day "
                "WHERE (company_id, day) IN (VALUES %s) AND dimension %s 'month:%%'",
                chosen,
                like,
            )
        )


class ComplaintFactDayMark(models.Model):
    _name = "complaint.fact.day.mark"
    _description = "Day to be added up again"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)

    _day = models.Index("(company_id, day)")

    @api.model
    def _set(self, tickets):
        """Have the days added up anew on which cycles of these cases began or ended."""
        if tickets:
            self.env.cr.execute(SQL(MARK, tuple(tickets.ids)))


class ComplaintFact(models.Model):
    _inherit = "complaint.fact"

    _open = models.Index("(company_id, began_on) WHERE ended_on IS NULL")
    _team_began = models.Index("(team_id, began_on)")
    _team_ended = models.Index("(team_id, ended_on)")
    _root_began = models.Index("(category_root_id, began_on)")
    _root_ended = models.Index("(category_root_id, ended_on)")

    @api.model
    def _count(self, tickets, now):
        # a cycle may leave one day and come to another one
        self.env["complaint.fact.day.mark"]._set(tickets)
        result = super()._count(tickets, now)
        self.env["complaint.fact.day.mark"]._set(tickets)
        return result

    @api.model
    def _rebuild(self):
        self.env.cr.execute(SQL("TRUNCATE complaint_fact_day, complaint_fact_day_mark"))
        return super()._rebuild()


class ComplaintMilestone(models.Model):
    _inherit = "complaint.milestone"

    _missed = models.Index("(company_id, due_at) WHERE state = 'breached'")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    _escalated = models.Index("(company_id, escalation_level) WHERE escalation_level IS NOT NULL")

    def write(self, vals):
        result = super().write(vals)
        if "confidential" in vals:
            self.env["complaint.fact.day.mark"]._set(self)
        return result
