"""A helpdesk ticket with a case type is a case under policy; without one it is an ordinary ticket and behaves
as OCA made it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..engine.rules import OF_STAGE
from .cached import raw

RISKS = [("danger", "Breached"), ("warning", "At risk"), ("success", "In time"), ("muted", "No clock runs")]


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    case_type_id = fields.Many2one(
        "complaint.term",
        "Case type",
        domain="[('kind', '=', 'case_type'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="With a case type a ticket is handled under the complaint policy; ordinary ones have none.",
    )
    release_id = fields.Many2one(
        "complaint.release",
        "Policy release",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    received_at = fields.Datetime(
        "Received on",
        copy=False,
        help="When the complaint reached the company, which may be before its entry. Clocks start from it.",
    )
    remedy_sought = fields.Char(help="What the complainant asks for.")
    representative_id = fields.Many2one("res.partner", help="Who acts for the complainant, if anybody.")
    partner_phone = fields.Char("Phone", compute="_compute_partner_phone", store=True, readonly=False)

    urgency_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'urgency'), ('company_id', '=', company_id)]",
        compute="_compute_classification",
        store=True,
        readonly=False,
        ondelete="restrict",
    )
    scope_id = fields.Many2one(
        "complaint.term",
        "Scope of impact",
        domain="[('kind', '=', 'scope'), ('company_id', '=', company_id)]",
        compute="_compute_classification",
        store=True,
        readonly=False,
        ondelete="restrict",
    )
    complexity_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'complexity'), ('company_id', '=', company_id)]",
        compute="_compute_classification",
        store=True,
        readonly=False,
        ondelete="restrict",
    )
    severity_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'severity'), ('company_id', '=', company_id)]",
        compute="_compute_severity",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    severity_color = fields.Integer(related="severity_id.calendar_color")
    priority = fields.Selection(compute="_compute_priority", store=True, readonly=False)
    accountable_id = fields.Many2one(
        "res.users",
        compute="_compute_accountable",
        store=True,
        index="btree_not_null",
        help="The one person who answers for the next step: the owner of the stage, as the policy says.",
    )

    # What the engine reckoned, stored so that lists can sort, filter and group by it.
    case_cycle = fields.Integer("Cycle", readonly=True, copy=False)
    next_clock = fields.Char(readonly=True, copy=False)
    next_due_at = fields.Datetime("Next deadline", readonly=True, copy=False)
    breached_clocks = fields.Integer("Missed deadlines", readonly=True, copy=False)
    paused = fields.Boolean("Waiting", readonly=True, copy=False)
    case_version = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    case_state = fields.Text(readonly=True, copy=False, groups=fields.NO_ACCESS, prefetch=False)

    event_ids = fields.One2many("complaint.event", "ticket_id", "Register", readonly=True, copy=False)
    milestone_ids = fields.One2many("complaint.milestone", "ticket_id", "Clocks", readonly=True, copy=False)
    current_milestone_ids = fields.Many2many(
        "complaint.milestone",
        "Clocks of this cycle",
        compute="_compute_current_milestones",
        help="What still runs first; limits of stages that the case left in time are not among them.",
    )
    next_step = fields.Char("Next step", compute="_compute_next_step", help="What, by whom and by when.")
    next_brief = fields.Char(
        "Next", compute="_compute_next_step", help="What comes next; when, stands beside it and runs on."
    )
    risk = fields.Selection(RISKS, compute="_compute_next_step")
    breached = fields.Boolean(compute="_compute_breached", search="_search_breached")

    _next_due = models.Index("(next_due_at) WHERE next_due_at IS NOT NULL")
    _register_number = models.UniqueIndex(
        "(company_id, number) WHERE case_type_id IS NOT NULL", "This register number has been given already."
    )

    # ------------------------------------------------------------------ classification

    @api.depends("category_id", "case_type_id")
    def _compute_classification(self):
        for ticket in self:
            if not ticket.case_type_id:
                ticket.urgency_id = ticket.scope_id = ticket.complexity_id = False
                continue
            presets = ticket._release()._presets(ticket.category_id)
            ticket.urgency_id = presets["urgency"]
            ticket.scope_id = presets["scope"]
            ticket.complexity_id = presets["complexity"]

    @api.depends("urgency_id", "scope_id")
    def _compute_severity(self):
        for ticket in self:
            release = ticket._release() if ticket.case_type_id else self.env["complaint.release"]
            ticket.severity_id = release._severity(ticket.urgency_id, ticket.scope_id)

    @api.depends("severity_id", "tier_id")
    def _compute_priority(self):
        for ticket in self:
            if ticket.severity_id:
                ticket.priority = ticket._release()._severity_priority(
                    ticket.severity_id.id, ticket.tier_id.id
                )
            else:
                ticket.priority = ticket.priority or "1"

    @api.onchange("category_id", "case_type_id")
    def _onchange_category_team(self):
        """A complaint being entered goes to the team of its category; one that is there already is handed
        over by a person."""
        if self.case_type_id and not self._origin.id:
            team = self._release()._team_for(self.category_id)
            if team:
                self.team_id = team

    @api.depends("partner_id")
    def _compute_partner_phone(self):
        for ticket in self:
            if ticket.partner_id.phone:
                ticket.partner_phone = ticket.partner_id.phone

    def _cases(self):
        """Those of self that are cases."""
        (types,) = raw(self, "case_type_id")
        return self.browse([ident for ident in self._ids if types[ident]])

    def _release(self):
        """The release this case is handled under; for a case being entered, the active one of its company."""
        self.ensure_one()
        return self.release_id or self.env["complaint.release"]._active(self.company_id or self.env.company)

    @api.depends("name", "number")
    def _compute_display_name(self):
        entered = self.filtered(lambda ticket: ticket._origin)
        (self - entered).display_name = self.env._("New")
        return super(HelpdeskTicket, entered)._compute_display_name()

    # ------------------------------------------------------------------ what comes next

    def _current_clock(self, name):
        """A clock of this cycle; an empty record if there is none. Cheaper than to look for it in the list
        for the form, which is put in order."""
        cycle = self.case_cycle
        return self.milestone_ids.filtered(lambda clock: clock.name == name and clock.cycle == cycle)[:1]

    @api.depends("milestone_ids", "case_cycle")
    def _compute_current_milestones(self):
        for ticket in self:
            clocks = ticket.milestone_ids.filtered_domain([("cycle", "=", ticket.case_cycle)])
            running = clocks.filtered(lambda clock: clock.state in ("running", "paused"))
            ended = (clocks - running).filtered(
                lambda clock: clock.state == "breached" or not clock.name.startswith(OF_STAGE)
            )
            ticket.current_milestone_ids = running.sorted("due_at") + ended.sorted("ended_at")

    @api.depends(
        "next_due_at", "next_clock", "accountable_id", "paused", "closed", "stage_id", "solution_ids.state"
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_next_step(self):
        # sudo: nobody reads the field itself. One query instead of one for each case.
        self._origin.sudo().fetch(["case_state"])
        for ticket in self:
            ticket.next_step, ticket.next_brief, ticket.risk = ticket._next_step()

    def _in_words(self, instant):
        """A deadline as the reader's calendar shows it; a midnight is said as 24:00 of the day before
        (policy-language)."""
        local = fields.Datetime.context_timestamp(self, instant)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
        return f"{local:%Y-%m-%d %H:%M}"

    @api.depends("breached_clocks", "milestone_ids.state", "milestone_ids.due_at")
    def _compute_breached(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.breached = ticket.breached_clocks or (ticket.next_due_at and ticket.next_due_at < now)

    def _search_breached(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("breached_clocks", ">", 0) | Domain("next_due_at", "<", fields.Datetime.now())
        wanted = (True in value) == (operator == "in")
        return late if wanted else ~late

    # ------------------------------------------------------------------ consistency

    @api.constrains("case_type_id", "company_id", "category_id", "channel_id")
    def _check_policy_company(self):
        """Category and channel of a case are those of its own company, whatever company the user works in.

        Its stage is looked at in write(): a batch that moves on must not pay for this check."""
        for ticket in self._cases():
            refs = ticket.release_id._refs()
            for kind in ("case_type", "category", "channel"):
                part = ticket[f"{kind}_id"].sudo()  # sudo: one may pick what one may not read
                if (kind, part.id) not in refs and part.company_id - ticket.company_id:
                    raise ValidationError(
                        self.env._(
                            "%(part)s belongs to %(other)s, but %(number)s is a case of %(company)s.",
                            part=part.display_name,
                            other=part.company_id.name,
                            number=ticket.number,
                            company=ticket.company_id.name,
                        )
                    )

    def copy(self, default=None):
        """A copy of a case is a new entry in the register: own number, received now, no facts of the old
        one."""
        if self.case_type_id:
            default = {**(default or {}), "number": "/"}
        return super().copy(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_cases(self):
        if self.filtered("case_type_id"):
            raise UserError(
                self.env._(
                    "Nothing is ever deleted from the register. Set the case aside with a reason instead."
                )
            )
