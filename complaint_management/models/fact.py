"""What dashboards, reports and exports count: one row for each cycle of a case, one for each time in a stage.

    complaint.event -> engine.facts.cycles -> complaint.fact, complaint.fact.stage   (kept by fact_keeping)
    complaint.milestone + complaint.fact   -> complaint.fact.clock                   (a view)

Nobody writes them by hand, and nothing is decided by them: they can be made anew from the register at any
time.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ENDS = [("closed", "Closed"), ("withdrawn", "Withdrawn"), ("referred", "Referred elsewhere")]
WEEKDAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]


class Measured(fields.Float):
    """A number that may be unknown: a search for 0 finds noughts, and `!= False` whatever is known."""

    falsy_value = None


def _term(label, **options):
    return fields.Many2one("complaint.term", label, readonly=True, ondelete="set null", **options)


def _hours(label, text):
    return Measured(label, readonly=True, aggregator="avg", help=text)


def _share(label, text):
    """1 for yes, 0 for no, nothing where it cannot be said: the average is the rate."""
    return Measured(label, readonly=True, aggregator="avg", help=text)


class ComplaintFact(models.Model):
    _name = "complaint.fact"
    _inherit = "complaint.of.many.tickets"
    _description = "Complaint in figures"
    _order = "began_at desc, id desc"
    _rec_name = "number"
    _log_access = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="cascade", readonly=True
    )
    number = fields.Char(related="ticket_id.number")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    cycle = fields.Integer(readonly=True, aggregator=None)
    version = fields.Integer(readonly=True, aggregator=None, groups=fields.NO_ACCESS)
    release_id = fields.Many2one("complaint.release", "Policy", readonly=True, ondelete="set null")

    type_id = _term("Type")
    channel_id = fields.Many2one("helpdesk.ticket.channel", readonly=True, ondelete="set null")
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True, ondelete="set null")
    category_root_id = fields.Many2one(
        "helpdesk.ticket.category", "Main category", readonly=True, ondelete="set null"
    )
    urgency_id = _term("Urgency")
    scope_id = _term("Scope of impact")
    complexity_id = _term("Complexity")
    severity_id = _term("Severity")
    tier_id = _term("Customer tier")
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", "In charge", readonly=True, ondelete="set null")
    department_id = fields.Many2one(
        "hr.department", "Responsible department", readonly=True, ondelete="set null"
    )
    cause_id = _term("Root cause")
    cause_root_id = _term("Kind of cause")
    finding_id = _term("Finding")
    product = fields.Char("Product or module", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    country_id = fields.Many2one("res.country", readonly=True, ondelete="set null")
    state_id = fields.Many2one("res.country.state", "Region", readonly=True, ondelete="set null")

    began_at = fields.Datetime("Received", readonly=True, help="Of a later cycle: reopened.")
    began_on = fields.Date("Received on", readonly=True, help="The day in the zone of the policy's calendar.")
    weekday = fields.Selection(WEEKDAYS, "Day of the week", readonly=True)
    hour = fields.Integer("Hour of the day", readonly=True, aggregator=None)
    ended_at = fields.Datetime("Ended", readonly=True)
    ended_on = fields.Date("Ended on", readonly=True)
    ended_by = fields.Selection(ENDS, "How it ended", readonly=True)

    hours_acknowledged = _hours("Hours to the acknowledgement", "From the receipt.")
    hours_feedback = _hours(
        "Hours to the first feedback", "From the receipt to the first answer of a person."
    )
    hours_proposed = _hours("Hours to the solution", "From the receipt to the proposed solution.")
    hours_communicated = _hours("Hours to the result", "From the receipt to the communicated result.")
    hours_closed = _hours("Handling time (hours)", "From the receipt, or the reopening, to the closing.")
    hours_ours = _hours(
        "Our own time (hours)", "Without the time in which the case waited for somebody else."
    )
    hours_waited = _hours("Time of waiting (hours)", "For the customer, for a third party, …")

    clocks = fields.Integer("Deadlines", readonly=True)
    missed = fields.Integer("Missed deadlines", readonly=True)
    missed_legal = fields.Integer("Missed legal deadlines", readonly=True)
    on_time = _share(
        "On time", "The share of cycles in which every deadline was kept, as far as it is known."
    )
    first_contact = _share("Settled at the first contact", "The share of closed first cycles.")
    reopened = _share("Reopened", "The share of closed cycles that another one followed.")
    repeated = _share(
        "Repeated complaint",
        "The share of complaints whose customer had complained about the same main category shortly before.",
    )
    complaints_so_far = fields.Integer(
        "Complaints of the customer so far",
        readonly=True,
        aggregator="max",
        help="How many the customer had made when this one came, this one included, over the time that the "
        "policy says; of the same kind of case.",
    )
    handovers = fields.Integer(readonly=True)
    escalations = fields.Integer(readonly=True)
    level = fields.Char("Highest level", readonly=True)
    score = Measured("Rating", readonly=True, aggregator="avg", help="On the scale of the policy.")
    satisfied = _share("Satisfied", "The share of rated cycles whose rating the policy calls satisfied.")
    nps = Measured(
        "Net promoter score",
        readonly=True,
        aggregator="avg",
        help="100 for a promoter, -100 for a detractor, 0 between: the average is the net promoter score.",
    )
    redress = fields.Monetary(readonly=True, help="What the customer has agreed to get in this cycle.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    cases = fields.Integer("Complaints", readonly=True, help="1 for the first cycle: the sum counts cases.")
    open_cases = fields.Integer("Open", readonly=True)
    look_again_at = fields.Datetime(readonly=True, help="When a deadline passes if nothing happens.")

    _cycle = models.UniqueIndex("(ticket_id, cycle)")
    _began = models.Index("(company_id, began_on)")
    _ended = models.Index("(company_id, ended_on)")
    _look_again = models.Index("(look_again_at) WHERE look_again_at IS NOT NULL")
    _customer = models.Index("(partner_id, category_root_id, began_at) WHERE cycle = 1")

    def action_open_case(self):
        """The case behind the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }


class ComplaintFactStage(models.Model):
    _name = "complaint.fact.stage"
    _inherit = "complaint.of.many.tickets"
    _description = "Time of a complaint in a stage"
    _order = "began_on desc, id desc"
    _rec_name = "stage_id"
    _log_access = False

    fact_id = fields.Many2one("complaint.fact", required=True, readonly=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    cycle = fields.Integer(readonly=True, aggregator=None)
    stage_id = fields.Many2one("helpdesk.ticket.stage", readonly=True, ondelete="set null")
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", "In charge", readonly=True, ondelete="set null")
    type_id = _term("Type")
    category_root_id = fields.Many2one(
        "helpdesk.ticket.category", "Main category", readonly=True, ondelete="set null"
    )
    severity_id = _term("Severity")
    began_on = fields.Date("Received on", readonly=True)
    hours = _hours("Hours", "In this stage with this team and person, all stretches together.")
    hours_ours = _hours(
        "Our own time (hours)", "Without the time in which the case waited for somebody else."
    )
    times = fields.Integer("Times entered", readonly=True)

    _company_began = models.Index("(company_id, began_on)")

    action_open_case = ComplaintFact.action_open_case


class ComplaintFactClock(models.Model):
    _name = "complaint.fact.clock"
    _inherit = "complaint.of.many.tickets"
    _description = "Deadline of a complaint in figures"
    _order = "due_at desc, id desc"
    _auto = False
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    cycle = fields.Integer(readonly=True, aggregator=None)
    name = fields.Char("Clock", readonly=True)
    sla = fields.Char("Rule", readonly=True)
    statutory = fields.Boolean("Legal", readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("met", "Met"),
            ("breached", "Breached"),
            ("cancelled", "Cancelled"),
        ],
        readonly=True,
    )
    started_at = fields.Datetime("Started", readonly=True)
    due_at = fields.Datetime("Due", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    kept = _share("Kept", "The share of clocks that ended in time, of those that were kept or missed.")
    hours_late = _hours("Hours late", "Of those that were missed.")
    share_used = fields.Float(
        "Share of the time used",
        readonly=True,
        aggregator="avg",
        help="From start to end, as a share of the time from start to deadline.",
    )
    type_id = _term("Type")
    channel_id = fields.Many2one("helpdesk.ticket.channel", readonly=True)
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True)
    category_root_id = fields.Many2one("helpdesk.ticket.category", "Main category", readonly=True)
    severity_id = _term("Severity")
    tier_id = _term("Customer tier")
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", "In charge", readonly=True)
    began_on = fields.Date("Received on", readonly=True)

    action_open_case = ComplaintFact.action_open_case

    @property
    def _table_query(self):
        """Each clock that holds somebody to something, beside what its case was like. A running clock past
        its deadline is missed already."""
        return SQL(
            """
            SELECT clock.id, clock.ticket_id, clock.company_id, clock.cycle,
                   split_part(clock.name, '~', 1) AS name,
                   clock.sla, clock.statutory, clock.state, clock.started_at, clock.due_at, clock.ended_at,
                   CASE WHEN clock.state = 'met' THEN 1.0
                        WHEN clock.state = 'breached' OR (clock.state = 'running' AND clock.due_at < %(now)s)
                        THEN 0.0 END AS kept,
                   CASE WHEN clock.state = 'breached' OR (clock.state = 'running' AND clock.due_at < %(now)s)
                        THEN extract(epoch FROM coalesce(clock.ended_at, %(now)s) - clock.due_at) / 3600
                   END AS hours_late,
                   CASE WHEN clock.state IN ('met', 'breached') AND clock.due_at > clock.started_at
                        THEN extract(epoch FROM clock.ended_at - clock.started_at)
                             / extract(epoch FROM clock.due_at - clock.started_at)
                   END AS share_used,
                   fact.type_id, fact.channel_id, fact.category_id, fact.category_root_id, fact.severity_id,
                   fact.tier_id, fact.team_id, fact.user_id, fact.began_on
              FROM complaint_milestone AS clock
              JOIN complaint_fact AS fact ON fact.ticket_id = clock.ticket_id AND fact.cycle = clock.cycle
             WHERE NOT coalesce(clock.measure_only, false)
            """,
            now=fields.Datetime.now(),
        )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for clock in self:
            # sudo: the words of the policy are no secret
            clock.display_name = clock.ticket_id.sudo().release_id._clock_title(clock.sla, clock.name)


def between(field, begin, end):
    """The rows whose day lies from begin (inclusive) to end (exclusive)."""
    return Domain(field, ">=", begin) & Domain(field, "<", end)
