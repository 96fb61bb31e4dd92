"""Callbacks (D1, D2): one record for each time a customer is to be asked, by phone, in person or by a link.

    policy plan -> _plan(rows) -> planned -> open -> attempts -> done | unreachable | refused
                                     \\-> left_out, cancelled: with the reason

About a case, or about a customer as such. Whoever may read the case may read its callbacks."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

METHODS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("mail", "E-mail"),
    ("chat", "Chat"),
    ("sms", "Text message"),
]
STATES = [
    ("planned", "Planned"),
    ("open", "To call"),
    ("waiting", "Link sent"),
    ("done", "Done"),
    ("unreachable", "Unreachable"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
    ("left_out", "Left out"),
]
DUE = ("planned", "open", "waiting")  # still to be made
PEOPLE_CALL = ("phone", "visit", "chat")  # somebody has to do it; the rest is sent
REASONS = [
    ("cap", "Asked often enough already"),
    ("do_not_call", "Does not want to be called"),
    ("consent", "Has not agreed to be asked"),
    ("no_address", "No way to reach them"),
    ("confidential", "The case is confidential"),
    ("withdrawn", "The case was withdrawn or set aside"),
    ("reopened", "The case was reopened before"),
    ("instead", "Another call takes its place"),
    ("by_hand", "Cancelled by hand"),
]
OUTCOMES = [
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("busy", "Busy"),
    ("wrong_number", "Wrong number"),
    ("later", "Call later"),
    ("refused", "Refused"),
]
RESULTS = [("satisfied", "Satisfied"), ("neutral", "Neutral"), ("dissatisfied", "Dissatisfied")]
# What people change by hand; all else follows from plan, attempts and answers.
EDITABLE = frozenset({"user_id", "next_attempt_at", "note", "report"})


class ComplaintCallback(models.Model):
    _name = "complaint.callback"
    _inherit = ["complaint.of.ticket", "mail.thread", "mail.activity.mixin"]
    _description = "Callback"
    _order = "next_attempt_at, id"
    _ticket_optional = True
    _stays_open = True  # a sample asks about cases that are in the archive already

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    release_id = fields.Many2one("complaint.release", required=True, readonly=True, ondelete="restrict")
    plan = fields.Char("Plan (code)", required=True, readonly=True)
    title = fields.Char("Plan", compute="_compute_title")
    for_what = fields.Selection(
        [("case", "Case"), ("customer", "Customer")], "About", required=True, readonly=True
    )
    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", readonly=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", "Firm", readonly=True, ondelete="set null", index="btree_not_null"
    )
    cycle = fields.Integer(readonly=True, aggregator=None)
    occasion = fields.Char(required=True, readonly=True, help="Which one of the plan: the event or round.")
    method = fields.Selection(METHODS, "Way", required=True, readonly=True)
    role = fields.Char(readonly=True, help="The role of the policy that calls.")
    user_id = fields.Many2one(
        "res.users",
        "Caller",
        ondelete="set null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    opens_at = fields.Datetime("From", readonly=True)
    due_at = fields.Datetime("Until", readonly=True)
    next_attempt_at = fields.Datetime("Next attempt")
    state = fields.Selection(STATES, required=True, readonly=True, default="planned")
    left_out_reason = fields.Selection(REASONS, "Why not", readonly=True)
    result = fields.Selection(RESULTS, readonly=True)
    score = fields.Float(readonly=True, digits=(3, 2), aggregator="avg")
    attempt_ids = fields.One2many("complaint.callback.attempt", "callback_id", "Attempts", readonly=True)
    attempt_count = fields.Integer("Attempts so far", readonly=True, aggregator=None)
    last_outcome = fields.Selection(OUTCOMES, readonly=True)
    first_attempt_at = fields.Datetime("First attempt", readonly=True)
    finding_ids = fields.One2many(
        "complaint.callback.finding", "callback_id", "Problems and suggestions", readonly=True
    )
    note = fields.Text("Notes", help="What the customer said beside the questions.")
    report = fields.Text("Report of the visit")
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Answers given",
        readonly=True,
        ondelete="set null",
        copy=False,
        index="btree_not_null",
    )
    answers = fields.Text(compute="_compute_answers")
    need_ticket_id = fields.Many2one(
        "helpdesk.ticket", "New need", readonly=True, ondelete="set null", index="btree_not_null"
    )
    next_id = fields.Many2one(
        "complaint.callback", "Next callback", readonly=True, ondelete="set null", index="btree_not_null"
    )
    done_at = fields.Datetime("Finished", readonly=True)
    done_by_id = fields.Many2one("res.users", "Finished by", readonly=True, ondelete="set null")
    overdue_at = fields.Datetime("Overdue since", readonly=True, help="When the policy acted on the delay.")

    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    people_call = fields.Boolean(compute="_compute_people_call")
    phone = fields.Char(compute="_compute_customer")
    best_time = fields.Char("Best time", compute="_compute_customer")
    do_not_call = fields.Boolean(compute="_compute_customer")
    tier_id = fields.Many2one("complaint.term", compute="_compute_customer")
    address = fields.Char(compute="_compute_customer")

    # One for each plan, case or customer, and occasion: planning twice makes nothing twice.
    _of_case = models.UniqueIndex("(ticket_id, plan, cycle, occasion) WHERE ticket_id IS NOT NULL")
    _of_customer = models.UniqueIndex("(company_id, plan, partner_id, occasion) WHERE ticket_id IS NULL")
    _to_open = models.Index("(opens_at) WHERE state = 'planned'")
    _to_warn = models.Index("(due_at) WHERE overdue_at IS NULL AND state IN ('planned', 'open', 'waiting')")
    _mine = models.Index("(user_id, next_attempt_at) WHERE state IN ('planned', 'open', 'waiting')")
    _turn = models.Index("(user_id, id)")

    # ------------------------------------------------------------------ what is shown

    @api.depends("plan", "release_id")
    @api.depends_context("lang")
    def _compute_title(self):
        for callback in self:
            # sudo: the words of the policy are no secret
            release = callback.sudo().release_id
            callback.title = release._words(release._callback_plan(callback.plan).get("title"), callback.plan)

    @api.depends("title", "ticket_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for callback in self:
            case = callback.sudo().ticket_id  # sudo: a number alone, for whoever may read the callback
            who = "" if case.confidential else callback.sudo().partner_id.name  # sudo: as above
            callback.display_name = " · ".join(filter(None, (who, case.number, callback.title)))

    @api.depends("due_at", "state")
    def _compute_overdue(self):
        now = fields.Datetime.now()
        for callback in self:
            callback.overdue = callback.state in DUE and bool(callback.due_at) and callback.due_at < now

    def _search_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("state", "in", DUE) & Domain("due_at", "<", fields.Datetime.now())
        return late if (True in value) == (operator == "in") else ~late

    @api.depends("method")
    def _compute_people_call(self):
        for callback in self:
            callback.people_call = callback.method in PEOPLE_CALL

    @api.depends("partner_id", "ticket_id", "company_id")
    def _compute_customer(self):
        for company, callbacks in self.grouped("company_id").items():
            # sudo: whoever calls reaches the customer as the customer wishes
            own = callbacks.sudo()
            files = own.env["complaint.customer"]._of(own.partner_id, company)
            for callback in own:
                partner = callback.partner_id
                file = files.get(partner.commercial_partner_id.id, own.env["complaint.customer"])
                callback.phone = callback.ticket_id.partner_phone or partner.phone
                callback.best_time = file._best_time()
                callback.do_not_call = file.do_not_call
                callback.tier_id = file.tier_id
                callback.address = (
                    partner._display_address(without_company=True).replace("\n", ", ").strip(", ")
                )

    @api.depends("user_input_id")
    @api.depends_context("lang")
    def _compute_answers(self):
        for callback in self:
            # sudo: questionnaires are closed to agents, but not what was answered about a case of theirs
            lines = callback.sudo().user_input_id.user_input_line_ids.filtered(lambda one: not one.skipped)
            callback.answers = "\n".join(f"{one.question_id.title} {one.display_name}" for one in lines)

    # ------------------------------------------------------------------ rights

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and field.name not in EDITABLE:
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Callbacks are made by the plans of the policy, not by hand."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse_change(vals)
        result = super().write(vals)
        if not {"user_id", "next_attempt_at"}.isdisjoint(vals):
            self._let_callers_see()
            self._keep_activities()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A callback stays on record. Cancel it instead, or note its outcome."))

    def _refuse_change(self, vals):
        """What is over stays as it is, and a caller is one of the people who can do it."""
        over = self.filtered(lambda one: one.state not in DUE)
        if over and not {"user_id", "next_attempt_at"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "“%(callback)s” is over. Nothing is changed afterwards.", callback=over[0].display_name
                )
            )
        if vals.get("user_id"):
            user = self.env["res.users"].sudo().browse(vals["user_id"])  # sudo: only whether they can call
            for callback in self:
                if not user._there(callback.company_id, set()) or not callback._may_be_called_by(user):
                    raise UserError(
                        self.env._(
                            "%(user)s cannot make “%(callback)s”: they do not work for this company, or may "
                            "not see the case. Choose somebody else.",
                            user=user.name,
                            callback=callback.display_name,
                        )
                    )

    def _may_be_called_by(self, user):
        case = self.sudo().ticket_id  # sudo: whether somebody may, the system looks up
        if not case:
            return True
        return bool(case._only_who_may_see(user)) and user not in case.complaint_against_ids.user_id

    def _let_callers_see(self):
        """Who is to call about a case may read it. A confidential one is not opened to anybody by this."""
        # sudo: callers of other teams read the case they call about, whoever planned it
        mine = self.sudo().filtered(lambda one: one.ticket_id and one.user_id and one.state in DUE)
        open_cases = mine.filtered(lambda one: not one.ticket_id.confidential)
        self.env["helpdesk.ticket"]._let_follow(
            [(one.ticket_id, one.user_id.partner_id) for one in open_cases]
        )

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a callback: who may see the case may see it, and its caller has an activity."""
        return True

    # ------------------------------------------------------------------ activities

    def _keep_activities(self):
        """One activity for each open callback that a person makes, with its caller and day."""
        kind = self.env.ref("complaint_management.activity_type_callback", raise_if_not_found=False)
        if not kind or not self:
            return
        # sudo: a callback is on its caller's list, whoever gave it to them
        callbacks = self.sudo()
        wanted = {one.id: one for one in callbacks if one.state == "open" and one.user_id and one.people_call}
        activities = callbacks.env["mail.activity"].with_context(mail_activity_quick_update=True)
        there = activities.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id", "=", kind.id)]
        )
        gone = there.filtered(lambda one: one.res_id not in wanted)
        made = {one.id for one in callbacks if one.state not in (*DUE, "cancelled", "left_out")}
        gone.filtered(lambda one: one.res_id in made)._keep_as_done()
        gone.filtered(lambda one: one.res_id not in made).unlink()
        alike = {}
        for activity in there - gone:
            new = wanted.pop(activity.res_id)
            day = new._activity_day()
            if (activity.user_id, activity.date_deadline) != (new.user_id, day):
                alike.setdefault((new.user_id.id, day), []).append(activity.id)
        for (user, day), ids in alike.items():
            activities.browse(ids).write({"user_id": user, "date_deadline": day})
        model = callbacks.env["ir.model"]._get_id(self._name)
        activities.create(
            [
                {
                    "res_model_id": model,
                    "res_id": one.id,
                    "user_id": one.user_id.id,
                    "activity_type_id": kind.id,
                    "summary": one.with_context(lang=one.user_id.lang).title,
                    "date_deadline": one._activity_day(),
                }
                for one in wanted.values()
            ]
        )

    def _activity_day(self):
        """The day of the next attempt, where its caller is."""
        at = self.next_attempt_at or self.due_at or fields.Datetime.now()
        return fields.Datetime.context_timestamp(self.with_context(tz=self.user_id.tz or "UTC"), at).date()

    # ------------------------------------------------------------------ by hand

    def action_take_over(self):
        """Whoever may see the callback may make it."""
        self.check_access("write")
        self.write({"user_id": self.env.uid})
        return True

    def action_cancel(self):
        """Leave it: a leader decides that nobody calls."""
        self.check_access("write")
        if not self.env.user.has_group("complaint_management.group_senior"):
            raise UserError(self.env._("A senior agent decides that a planned callback is not made."))
        self.filtered(lambda one: one.state in DUE)._cancel("by_hand")
        return True

    def _cancel(self, reason):
        """Callbacks that are not made any more."""
        if self:
            # sudo: what the register or a leader says settles it
            self.sudo().write({"state": "cancelled", "left_out_reason": reason})
            self._keep_activities()


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _callback_plan(self, code):
        """A callback plan as the policy writes it; an empty one if it has none of that name."""
        plans = (self._policy().raw.get("callbacks") or {}).get("plans") or () if self else ()
        return next((plan for plan in plans if plan["name"] == code), {})

    def _survey(self, code):
        """A questionnaire as the policy writes it; an empty one if it has none of that name."""
        surveys = self._policy().raw.get("surveys") or () if self and code else ()
        return next((survey for survey in surveys if survey["name"] == code), {})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _keep_as_done(self):
        """Off the list, but kept, so that a day's work can be counted."""
        if self:
            self.write({"active": False})

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call is done by noting its outcome, never by ticking it off the list."""
        for activity in self.filtered(lambda one: one.res_model == "complaint.callback"):
            callback = self.env["complaint.callback"].browse(activity.res_id)
            if callback.sudo().state in DUE:  # sudo: an activity of one's own may be ticked off
                raise UserError(
                    self.env._(
                        "Open “%(callback)s” and note on the call screen how it went. That takes it off "
                        "your list.",
                        callback=callback.sudo().display_name,  # sudo: as above
                    )
                )
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
