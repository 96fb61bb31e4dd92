"""How days are added up, in SQL: what each sum is, what cases are told apart by, and the rows of a day."""

from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.kpis import SUMS

WEEKDAY_HOUR = "weekday_hour"
MONTH = "month:"
NAMED = SQL(", ").join(map(SQL.identifier, SUMS))
# What figures can be compared by: columns of a cycle.
TOLD = (
    "category_root_id",
    "category_id",
    "channel_id",
    "team_id",
    "department_id",
    "cause_id",
    "cause_root_id",
    "severity_id",
    "tier_id",
    "complaints_so_far",
    "country_id",
    "state_id",
    "user_id",
    "product",
)
# The same and the hour of the week -> the id, in the rows of MOVES.
DIMENSIONS = frozendict({name: SQL.identifier(name) for name in (*TOLD, WEEKDAY_HOUR)})
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
        "own_hours": "sum(hours_ours) FILTER (WHERE NOT began)",
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
    *TOLD,
    "partner_id",
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


def told(columns):
    """(what rows are told apart by, its value, the grouping sets) of some columns; {name: SQL}"""
    names = SQL(" ").join(
        SQL("WHEN grouping(%s) = 0 THEN %s", column, name) for name, column in columns.items()
    )
    return (
        SQL("CASE %s ELSE 'all' END", names),
        SQL("coalesce(%s)", SQL(", ").join(SQL("%s::text", column) for column in columns.values())),
        SQL(", ").join(SQL("(%s)", column) for column in columns.values()),
    )


def days_of_cycles(days):
    """Insert the sums of these days; days: rows of VALUES."""
    dimension, value, sets = told(DIMENSIONS)
    return SQL(
        FILL, days=days, carried=carried("fact"), names=NAMED, dimension=dimension, value=value,
        summed=SUMMED, sets=sets,
    )  # fmt: skip


def days_of_stays(days):
    """Insert the time in stages and with teams of these days."""
    values = SQL(", ").join(SQL(STAY_SUMS.get(name, "0")) for name in SUMS)
    return SQL(STAYS, days=days, names=NAMED, values=values)


def days_of_answers(days):
    """Insert how long the first answers of these days took."""
    values = SQL(", ").join(SQL("count(*)" if name == "answered" else "0") for name in SUMS)
    return SQL(ANSWERS, days=days, step=SQL(STEP), names=NAMED, values=values)


def months_of_days(months, companies, first, after):
    """Insert the sums of months; months: rows of VALUES, all between two days."""
    values = SQL(", ").join(SQL("sum(%s)", SQL.identifier(name)) for name in SUMS)
    return SQL(
        MONTHS, months=months, companies=companies, first=first, after=after, names=NAMED, values=values
    )
