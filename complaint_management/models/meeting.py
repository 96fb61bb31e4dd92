"""Meetings about complaints (F9): who is invited, what is talked about, what came of it.

    planned --invite--> invited --hold--> held --close--> closed        planned, invited --> cancelled

The policy plans them, a period after the other; anybody who leads them may plan more. What is in a closed
meeting stays as it was sent."""

from datetime import timedelta

from babel.dates import format_skeleton
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, get_lang

from .of_ticket import without_defaults

STATES = [
    ("planned", "Planned"),
    ("invited", "People invited"),
    ("held", "Held"),
    ("closed", "Minutes sent"),
    ("cancelled", "Cancelled"),
]
OPEN = ("planned", "invited")
OVER = ("closed", "cancelled")
ORGANISERS = ("complaint_management.group_supervision", "helpdesk_mgmt.group_helpdesk_manager")
# Set by the buttons and by the policy alone.
BY_BUTTON = frozenset(
    {"state", "code", "period", "event_id", "agenda_at", "invited_at", "closed_at", "closed_by_id"}
)


class ComplaintMeeting(models.Model):
    _name = "complaint.meeting"
    _description = "Meeting about complaints"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "starts_at desc, id desc"
    _check_company_auto = True

    name = fields.Char("Subject", help="Empty: as the policy calls it.")
    title = fields.Char(compute="_compute_title")
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    code = fields.Char("Meeting of the policy", readonly=True, copy=False)
    period = fields.Char(readonly=True, copy=False, help="Such as 2026-Q1.")
    date_from = fields.Date(
        "About the time from", required=True, default=lambda self: self._last_quarter()[0]
    )
    date_to = fields.Date("To", required=True, default=lambda self: self._last_quarter()[1])
    span = fields.Char("About", compute="_compute_title")
    state = fields.Selection(STATES, required=True, readonly=True, default="planned", index=True, copy=False)
    starts_at = fields.Datetime("Begins", tracking=True, help="Empty: still to be agreed.")
    hours = fields.Float("Lasts (hours)", aggregator=None)
    place = fields.Char(help="A room, or the address of a video call.")
    chair_id = fields.Many2one(
        "res.users",
        required=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
        help="Leads the meeting and writes its minutes.",
    )
    invited_ids = fields.Many2many(
        "res.users",
        "complaint_meeting_user_rel",
        "meeting_id",
        "user_id",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They read agenda and minutes. The policy names the first of them; anybody may be added, from "
        "any department.",
    )
    absent_ids = fields.Many2many(
        "res.users",
        "complaint_meeting_absent_rel",
        "meeting_id",
        "user_id",
        "Not there",
        domain="[('id', 'in', invited_ids)]",
    )
    item_ids = fields.One2many("complaint.meeting.item", "meeting_id", "Agenda")
    action_ids = fields.One2many("mgmtsystem.action", "complaint_meeting_id", "Actions decided")
    agenda_at = fields.Datetime("Agenda made", readonly=True, copy=False)
    event_id = fields.Many2one(
        "calendar.event", "In the calendar", readonly=True, copy=False, ondelete="set null"
    )
    invited_at = fields.Datetime("Invitations sent", readonly=True, copy=False)
    closed_at = fields.Datetime("Minutes sent on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Minutes sent by", readonly=True, copy=False)
    leads = fields.Boolean(compute="_compute_leads")

    _once = models.UniqueIndex(
        "(company_id, code, period) WHERE code IS NOT NULL", "The meeting of this period is planned already."
    )

    # ------------------------------------------------------------------ what is shown

    @api.model
    def _last_quarter(self):
        """(first day, last day) of the quarter that ended last."""
        today = self.env["complaint.figures"]._today(self.env.company)
        begin = today.replace(day=1, month=today.month - (today.month - 1) % 3)
        last = begin - timedelta(days=1)
        return last.replace(day=1, month=last.month - 2), last

    @api.depends("name", "code", "date_from", "date_to", "company_id")
    @api.depends_context("lang")
    def _compute_title(self):
        for meeting in self:
            meeting.title = meeting.name or meeting._policy_title() or self.env._("Meeting")
            whole = meeting.date_from and meeting.date_to and meeting.date_from <= meeting.date_to
            meeting.span = span_words(self.env, *meeting._span()) if whole else False

    def _policy_title(self):
        """What the policy calls it; empty for a meeting that it does not know."""
        release = self.env["complaint.release"]._active(self.company_id)
        titles = release._meeting_entry(self.code).get("title") if release and self.code else None
        return release._in_language(titles) if titles else ""

    @api.depends("title", "span")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for meeting in self:
            meeting.display_name = " · ".join(filter(None, (meeting.title, meeting.span)))

    @api.depends("chair_id")
    @api.depends_context("uid")
    def _compute_leads(self):
        organises = any(self.env.user.has_group(group) for group in ORGANISERS)
        for meeting in self:
            meeting.leads = organises or meeting.chair_id == self.env.user

    def _span(self):
        """(first day, day after the last) of what it is about."""
        return self.date_from, self.date_to + timedelta(days=1)

    def _ends_at(self):
        return self.starts_at + timedelta(hours=self.hours or 1)

    # ------------------------------------------------------------------ making and changing

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(BY_BUTTON & set(vals) for vals in vals_list):
            raise AccessError(self.env._("The state of a meeting follows from its buttons."))
        meetings = super(ComplaintMeeting, without_defaults(self, BY_BUTTON)).create(vals_list)
        meetings._chair_is_invited()
        return meetings

    def write(self, vals):
        if not self.env.su:
            if BY_BUTTON & set(vals) or "company_id" in vals:
                raise AccessError(self.env._("The state of a meeting follows from its buttons."))
            self._refuse_when_over()
        result = super().write(vals)
        if "chair_id" in vals or "invited_ids" in vals:
            self._chair_is_invited()
        return result

    def _refuse_when_over(self):
        for meeting in self:
            if meeting.state in OVER:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” is over and stays as it is. Put it on the agenda of the next meeting.",
                        meeting=meeting.display_name,
                    )
                )

    def _chair_is_invited(self):
        for meeting in self.filtered(lambda one: one.chair_id not in one.invited_ids):
            # sudo: who leads belongs to it; the meeting was changed by whoever may
            meeting.sudo().invited_ids |= meeting.chair_id

    @api.constrains("invited_ids", "chair_id", "company_id")
    def _check_invited(self):
        for meeting in self:
            people = meeting.sudo().invited_ids | meeting.chair_id.sudo()  # sudo: their companies
            for user in people:
                if user.share or meeting.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(name)s does not work for %(company)s. Agenda and minutes stay in the house.",
                            name=user.name,
                            company=meeting.company_id.name,
                        )
                    )

    @api.constrains("date_from", "date_to")
    def _check_span(self):
        for meeting in self:
            if meeting.date_from > meeting.date_to:
                raise ValidationError(
                    self.env._("The period ends before it begins. Correct one of its days.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A meeting is not deleted. Cancel it instead."))

    # ------------------------------------------------------------------ buttons

    def _check_leads(self):
        """Whoever presses a button leads the meetings, and may change them."""
        self.check_access("write")
        if not all(meeting.leads for meeting in self):
            raise AccessError(self.env._("The chair, supervision and managers run the meeting."))

    def _expect(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for meeting in self:
            if meeting.state not in states:
                raise UserError(
                    self.env._(
                        "“%(meeting)s”: %(state)s. This cannot be done any more, or not yet.",
                        meeting=meeting.display_name,
                        state=labels[meeting.state],
                    )
                )

    def action_hold(self):
        """The meeting takes place: from now on minutes are written."""
        self._check_leads()
        self._expect(*OPEN)
        if any(not meeting.starts_at for meeting in self):
            raise UserError(self.env._("Say first when the meeting begins."))
        self.sudo().state = "held"  # sudo: allowed above
        return True

    def action_cancel(self):
        self._check_leads()
        self._expect(*OPEN)
        self._call_off()
        self.sudo().state = "cancelled"  # sudo: allowed above
        return True

    # ------------------------------------------------------------------ for others

    @api.model
    def _next(self, company, code=None):
        """The next meeting of a company that is still to come, of the policy's meeting `code` or any."""
        domain = Domain("company_id", "=", company.id) & Domain("state", "in", OPEN)
        if code:
            domain &= Domain("code", "=", code)
        return self.search(domain, order="starts_at, id", limit=1)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _meeting_entry(self, code):
        """A meeting as the policy writes it; an empty one if it has none of that name."""
        entries = (self._policy().raw.get("meetings") or ()) if self else ()
        return next((entry for entry in entries if entry["name"] == code), {})


def span_words(env, begin, end):
    """A time as people call it: 4th quarter 2026, November 2026; end is the day after its last one."""
    later = begin.replace(day=1) + timedelta(days=31 * 3)
    if begin.day == 1 and begin.month % 3 == 1 and end == later.replace(day=1):
        return format_skeleton("yQQQQ", begin, locale=babel_locale_parse(get_lang(env).code))
    return env["complaint.figures"]._period_text(begin, end)
