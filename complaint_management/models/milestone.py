"""Clocks as records: what the engine reckoned from the register, stored so that people can search, sort and
group by it."""

# Refusing is what these methods are for, so they neither call super() nor return.
# pylint: disable=method-required-super,no-raise-unlink
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from ..engine.risk import share_used, warning_share
from .register_rows import insert_rows
from .release_reading import aware

STATES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("met", "Met"),
    ("breached", "Breached"),
    ("cancelled", "Cancelled"),
]
COLUMNS = frozendict(
    {
        "ticket_id": "int4",
        "company_id": "int4",
        "cycle": "int4",
        "name": "varchar",
        "sla": "varchar",
        "within": "varchar",
        "state": "varchar",
        "started_at": "timestamp",
        "due_at": "timestamp",
        "ended_at": "timestamp",
        "ended_by": "varchar",
        "paused_since": "timestamp",
        "statutory": "bool",
        "measure_only": "bool",
        "provisional": "bool",
    }
)
CHANGING = [name for name in COLUMNS if name not in ("ticket_id", "cycle", "name")]
KNOWN = "ON CONFLICT (ticket_id, cycle, name) DO UPDATE SET " + ", ".join(
    f"{name} = EXCLUDED.{name}" for name in CHANGING
)


class ComplaintMilestone(models.Model):
    _name = "complaint.milestone"
    _inherit = "complaint.of.ticket"
    _description = "Complaint clock"
    _order = "cycle desc, statutory, due_at, id"
    _log_access = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    cycle = fields.Integer(required=True, readonly=True)
    name = fields.Char("Code", required=True, readonly=True)
    title = fields.Char("Clock", compute="_compute_title")
    sla = fields.Char("Rule", readonly=True)
    within = fields.Char("Limit", readonly=True, help="In the words of the policy, for example 72h or 5bd.")
    state = fields.Selection(STATES, required=True, readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    due_at = fields.Datetime("Due", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    ended_by = fields.Char(readonly=True)
    paused_since = fields.Datetime(readonly=True)
    statutory = fields.Boolean("Legal", readonly=True)
    measure_only = fields.Boolean("Measured only", readonly=True)
    provisional = fields.Boolean(
        readonly=True, help="The holidays of that time are not published yet: the deadline may move."
    )
    late = fields.Boolean("Breached", compute="_compute_late", search="_search_late")
    standing = fields.Char(compute="_compute_standing", help="Where this clock stands, in words.")
    color = fields.Selection(
        [("success", "Fine"), ("warning", "Soon"), ("danger", "Late"), ("muted", "At rest")],
        compute="_compute_standing",
    )

    _ticket = models.UniqueIndex("(ticket_id, cycle, name)")
    _running_due = models.Index("(due_at) WHERE state = 'running'")
    _company_state = models.Index("(company_id, name, state)")

    @api.depends("name", "ticket_id.release_id")
    @api.depends_context("lang")
    def _compute_title(self):
        for clock in self:
            clock.title = clock.ticket_id.release_id._clock_title(clock.sla, clock.name)

    @api.depends("state", "due_at", "measure_only")
    def _compute_late(self):
        now = fields.Datetime.now()
        for clock in self:
            running_late = clock.state == "running" and clock.due_at and clock.due_at < now
            clock.late = clock.state == "breached" or running_late

    def _search_late(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        # A breach is a comparison with now, never only a flag that some job would have to set in time.
        late = Domain("state", "=", "breached") | (
            Domain("state", "=", "running") & Domain("due_at", "<", fields.Datetime.now())
        )
        wanted = (True in value) == (operator == "in")
        return late if wanted else ~late

    @api.depends("state", "due_at", "started_at", "ended_at", "paused_since")
    @api.depends_context("lang", "tz")
    def _compute_standing(self):
        now = fields.Datetime.now()
        # sudo: nobody reads the field itself. One query instead of one for each case.
        self.ticket_id._origin.sudo().fetch(["case_state"])
        for ticket, clocks in self.grouped("ticket_id").items():
            state = ticket._engine_state()
            for clock in clocks:
                clock.standing, clock.color = clock._standing(state, now)

    def _standing(self, state, now):
        """Where the clock stands at now (naive UTC), in words and as a color. state: the engine's state of
        the case."""
        if self.state == "met":
            return self.env._(
                "met after %(time)s", time=self._span(self.ended_at - self.started_at)
            ), "success"
        if self.state == "breached":
            return self.env._("%(time)s late", time=self._span(self.ended_at - self.due_at)), "danger"
        if self.state == "cancelled":
            return self.env._("no longer needed"), "muted"
        if self.state == "paused":
            return self.env._("stands still"), "muted"
        if self.due_at < now:
            return self.env._("%(time)s overdue", time=self._span(now - self.due_at)), "danger"
        policy = self.ticket_id.release_id._policy()
        used = share_used(policy, state, state.clock(self.name, self.cycle), aware(now)) or 0
        words = self.env._(
            "%(time)s left (%(share)d %%)", time=self._span(self.due_at - now), share=round(100 - used * 100)
        )
        warned = warning_share(policy, self.name)
        return words, "warning" if warned and used >= warned else "success"

    def _span(self, delta):
        """A duration in words of two units at most: people do not read seconds of a three-day limit."""
        seconds = max(0, int(delta.total_seconds()))
        days, rest = divmod(seconds, 86400)
        hours, rest = divmod(rest, 3600)
        minutes = rest // 60
        if days >= 3:
            return self.env._("%(days)d days", days=days)
        if days:
            return self.env._("%(hours)d h", hours=days * 24 + hours)
        if hours and minutes:
            return self.env._("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes)
        if hours:
            return self.env._("%(hours)d h", hours=hours)
        if minutes:
            return self.env._("%(minutes)d min", minutes=minutes)
        return self.env._("%(seconds)d s", seconds=seconds)

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(
            self.env._("Clocks follow from the policy and the register; they are not made by hand.")
        )

    def write(self, vals):
        raise UserError(self.env._("Clocks follow from the policy and the register; record a fact instead."))

    @api.model
    def _store(self, rows):
        """Insert or update clocks. rows: one dict of COLUMNS a clock; the caller has locked the tickets."""
        if not rows:
            return
        insert_rows(self.env, self._table, COLUMNS, rows, KNOWN)
