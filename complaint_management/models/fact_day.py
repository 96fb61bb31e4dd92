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
from odoo.tools.misc import frozendict

from ..engine.kpis import SUMS

DAYS = 100  # days added up in one transaction
WEEKDAY_HOUR = "weekday_hour"
# What figures can be compared by -> the id, in the rows of MOVES.
DIMENSIONS = frozendict(
    {
        name: SQL.identifier(name)
        for name in (
            "category_root_id",
            "category_id",
            "channel_id",
            "team_id",
            "department_id",
            "cause_id",
            "cause_root_id",
            "severity_id",
            "tier_id",
            "country_id",
            "state_id",
            "user_id",
            "product",
            WEEKDAY_HOUR,
        )
    }
)
# A sum -> how rows of MOVES give it; `began` says by which of its two days a cycle stands there.
ADDED = frozendict(
    {
        "received": "count(*) FILTER (WHERE began AND cycle = 1)",
        "reopenings": "count(*) FILTER (WHERE began AND cycle > 1)",
        "repeats_known": "count(repeated) FILTER (WHERE began AND cycle = 1)",
        "repeats": "sum(repeated) FILTER (WHERE began AND cycle = 1)",
        "answered": "count(hours_feedback) FILTER (WHERE began)",
        "answer_hours": "sum(hours_feedback) FILTER (WHERE began)",
        "answer_squares": "sum(hours_feedback * hours_feedback) FILTER (WHERE began)",
        "ended": "count(*) FILTER (WHERE NOT began)",
        "closed": "count(*) FILTER (WHERE NOT began AND ended_by = 'closed')",
        "judged": "count(on_time) FILTER (WHERE NOT began)",
        "kept": "sum(on_time) FILTER (WHERE NOT began)",
        "late_legal": "count(*) FILTER (WHERE NOT began AND missed_legal > 0)",
        "firsts": "count(first_contact) FILTER (WHERE NOT began)",
        "first_contacts": "sum(first_contact) FILTER (WHERE NOT began)",
        "reopened": "sum(reopened) FILTER (WHERE NOT began AND ended_by = 'closed')",
        "handled_hours": "sum(hours_closed) FILTER (WHERE NOT began AND ended_by = 'closed')",
        "handled_squares": "sum(hours_closed * hours_closed) FILTER "
        "(WHERE NOT began AND ended_by = 'closed')",
        "own_hours": "sum(hours_ours) FILTER (WHERE NOT began AND ended_by = 'closed')",
        "rated": "count(satisfied) FILTER (WHERE NOT began)",
        "satisfied": "sum(satisfied) FILTER (WHERE NOT began)",
        "recommending": "count(nps) FILTER (WHERE NOT began)",
        "promoters": "count(*) FILTER (WHERE NOT began AND nps > 0)",
        "detractors": "count(*) FILTER (WHERE NOT began AND nps < 0)",
        "redressed": "count(*) FILTER (WHERE NOT began AND redress > 0)",
        "redress": "sum(redress) FILTER (WHERE NOT began AND redress > 0)",
        "escalated": "count(*) FILTER (WHERE NOT began AND escalations > 0)",
    }
)
# The columns of a cycle that MOVES carries on.
CARRIED = (
    "cycle",
    "type_id",
    "category_root_id",
    "category_id",
    "channel_id",
    "team_id",
    "department_id",
    "cause_id",
    "cause_root_id",
    "severity_id",
    "tier_id",
    "country_id",
    "state_id",
    "user_id",
    "product",
    "hours_feedback",
    "hours_closed",
    "hours_ours",
    "ended_by",
    "on_time",
    "missed_legal",
    "first_contact",
    "reopened",
    "repeated",
    "satisfied",
    "nps",
    "redress",
    "escalations",
)
SUMMED = SQL(", ").join(
    SQL("coalesce(%s, 0)::float AS %s", SQL(ADDED[name]), SQL.identifier(name)) for name in SUMS
)
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
FILL = """
    WITH days(company_id, day) AS (VALUES %(days)s), moves AS (
        SELECT fact.company_id, days.day, TRUE AS began, %(carried)s
          FROM complaint_fact AS fact
          JOIN days ON days.company_id = fact.company_id AND days.day = fact.began_on
          JOIN helpdesk_ticket AS ticket ON ticket.id = fact.ticket_id
         WHERE ticket.confidential IS NOT TRUE
         UNION ALL
        SELECT fact.company_id, days.day, FALSE, %(carried)s
          FROM complaint_fact AS fact
          JOIN days ON days.company_id = fact.company_id AND days.day = fact.ended_on
          JOIN helpdesk_ticket AS ticket ON ticket.id = fact.ticket_id
         WHERE ticket.confidential IS NOT TRUE
    )
    INSERT INTO complaint_fact_day (company_id, day, type_key, dimension, value_key, %(names)s)
    SELECT company_id, day, CASE WHEN grouping(type_id) = 1 THEN 0 ELSE coalesce(type_id, -1) END,
           %(dimension)s, %(value)s, %(summed)s
      FROM moves
     GROUP BY company_id, day, GROUPING SETS ((), (type_id)), GROUPING SETS ((), %(sets)s)
"""

# Time in stages: `closed` counts the stays, `handled_hours` and `own_hours` add up their time.
STAYS = """
    WITH days(company_id, day) AS (VALUES %(days)s)
    INSERT INTO complaint_fact_day
           (company_id, day, type_key, dimension, value_key, %(names)s)
    SELECT stay.company_id, stay.began_on,
           CASE WHEN grouping(stay.type_id) = 1 THEN 0 ELSE coalesce(stay.type_id, -1) END,
           CASE WHEN grouping(stay.stage_id) = 0 THEN 'stay_stage' ELSE 'stay_team' END,
           coalesce(stay.stage_id, stay.team_id)::text, %(values)s
      FROM complaint_fact_stage AS stay
      JOIN days ON days.company_id = stay.company_id AND days.day = stay.began_on
      JOIN helpdesk_ticket AS ticket ON ticket.id = stay.ticket_id
     WHERE ticket.confidential IS NOT TRUE
     GROUP BY 1, 2, GROUPING SETS ((), (stay.type_id)), GROUPING SETS ((stay.stage_id), (stay.team_id))
"""
# How long the first answer took, by channel and steps of a tenth: `answered` counts.
ANSWERS = """
    WITH days(company_id, day) AS (VALUES %(days)s)
    INSERT INTO complaint_fact_day (company_id, day, type_key, dimension, value_key, %(names)s)
    SELECT fact.company_id, fact.began_on,
           CASE WHEN grouping(fact.type_id) = 1 THEN 0 ELSE coalesce(fact.type_id, -1) END,
           'answer', concat(fact.channel_id, ':', %(step)s), %(values)s
      FROM complaint_fact AS fact
      JOIN days ON days.company_id = fact.company_id AND days.day = fact.began_on
      JOIN helpdesk_ticket AS ticket ON ticket.id = fact.ticket_id
     WHERE ticket.confidential IS NOT TRUE AND fact.hours_feedback IS NOT NULL
     GROUP BY fact.company_id, fact.began_on, fact.channel_id, %(step)s, GROUPING SETS ((), (fact.type_id))
"""
STEP = "round(10 * ln(greatest(fact.hours_feedback, 0.001)))::int"
# Months, added up from their days, on their first day, under `month:` and the dimension.
MONTHS = """
    INSERT INTO complaint_fact_day (company_id, day, type_key, dimension, value_key, %(names)s)
    SELECT company_id, date_trunc('month', day)::date AS month, type_key, 'month:' || dimension, value_key,
           %(values)s
      FROM complaint_fact_day
     WHERE (company_id, date_trunc('month', day)::date) IN (VALUES %(months)s)
       AND company_id IN %(companies)s AND day >= %(first)s AND day < %(after)s
       AND dimension NOT LIKE 'month:%%'
     GROUP BY 1, 2, 3, 4, 5
"""
MONTH = "month:"
STAY_SUMS = frozendict(
    {
        "closed": "count(*)",
        "handled_hours": "coalesce(sum(stay.hours), 0)",
        "own_hours": "coalesce(sum(stay.hours_ours), 0)",
    }
)


def carried(alias):
    """The columns of CARRIED and the hour of the week, from a table of that name."""
    columns = [SQL.identifier(alias, name) for name in CARRIED]
    hour = SQL(
        "%s::int * 24 + %s AS %s",
        SQL.identifier(alias, "weekday"),
        SQL.identifier(alias, "hour"),
        SQL.identifier(WEEKDAY_HOUR),
    )
    return SQL(", ").join([*columns, hour])


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
        self.env.cr.execute(
            SQL(
                "DELETE FROM complaint_fact_day WHERE (company_id, day) IN (VALUES %s) "
                "AND dimension NOT LIKE 'month:%%'",
                chosen,
            )
        )
        told = SQL(" ").join(
            SQL("WHEN grouping(%s) = 0 THEN %s", column, name) for name, column in DIMENSIONS.items()
        )
        self.env.cr.execute(
            SQL(
                FILL,
                days=chosen,
                carried=carried("fact"),
                names=SQL(", ").join(map(SQL.identifier, SUMS)),
                dimension=SQL("CASE %s ELSE 'all' END", told),
                value=SQL(
                    "coalesce(%s)", SQL(", ").join(SQL("%s::text", one) for one in DIMENSIONS.values())
                ),
                summed=SUMMED,
                sets=SQL(", ").join(SQL("(%s)", column) for column in DIMENSIONS.values()),
            )
        )
        self.env.cr.execute(
            SQL(
                STAYS,
                days=chosen,
                names=SQL(", ").join(map(SQL.identifier, SUMS)),
                values=SQL(", ").join(SQL(STAY_SUMS.get(name, "0")) for name in SUMS),
            )
        )
        self.env.cr.execute(
            SQL(
                ANSWERS,
                days=chosen,
                step=SQL(STEP),
                names=SQL(", ").join(map(SQL.identifier, SUMS)),
                values=SQL(", ").join(SQL("count(*)" if name == "answered" else "0") for name in SUMS),
            )
        )
        self._fill_months({(company, day.replace(day=1)) for company, day in days})
        self.invalidate_model()

    def _fill_months(self, months):
        """Add up these months from their days; months: {(company id, its first day)}."""
        chosen = SQL(", ").join(SQL("(%s, %s::date)", company, first) for company, first in months)
        self.env.cr.execute(
            SQL(
                "DELETE FROM complaint_fact_day WHERE (company_id, day) IN (VALUES %s) "
                "AND dimension LIKE 'month:%%'",
                chosen,
            )
        )
        self.env.cr.execute(
            SQL(
                MONTHS,
                months=chosen,
                companies=tuple({company for company, _first in months}),
                first=min(first for _company, first in months),
                after=max(first for _company, first in months) + relativedelta(months=1),
                names=SQL(", ").join(map(SQL.identifier, SUMS)),
                values=SQL(", ").join(SQL("sum(%s)", SQL.identifier(name)) for name in SUMS),
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
