"""More time for a clock (B12): only as the policy allows, with a reason, approved by rank, never beyond
the hard
maximum and never once the deadline has passed. The customer is told by the message on `extended`.

    "More time…" --complaint.extend--> complaint.extension (asked) --each role decides--> `extended` "
    "{clock, by}"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.duration import UNIT_SECONDS, Duration
from ..engine.policy import as_list
from ..engine.rules import OF_STAGE, base_name

STATES = [("asked", "Waits for approval"), ("granted", "Granted"), ("refused", "Refused"), ("void", "Void")]


def elapsed(text):
    """A duration as comparable seconds; days of every kind count as days."""
    duration = Duration.parse(text)
    return duration.amount * UNIT_SECONDS.get(duration.unit, UNIT_SECONDS["d"])


class ComplaintExtension(models.Model):
    _name = "complaint.extension"
    _inherit = "complaint.of.ticket"
    _description = "More time for a complaint"
    _order = "id desc"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    cycle = fields.Integer(required=True, readonly=True)
    clock = fields.Char("Clock code", required=True, readonly=True)
    clock_title = fields.Char("Clock", compute="_compute_words")
    policy_code = fields.Char(required=True, readonly=True)
    by = fields.Char(
        "More time", required=True, readonly=True, help="As the policy writes it, for example 5bd."
    )
    reason = fields.Text(required=True, readonly=True)
    author_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True)
    roles = fields.Json(readonly=True, help="The roles that still have to agree, in turn.")
    state = fields.Selection(STATES, required=True, readonly=True, default="asked")
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime("Decided", readonly=True)
    comment = fields.Text(readonly=True)
    words = fields.Char("Standing", compute="_compute_words")
    awaits_me = fields.Boolean(compute="_compute_awaits_me")

    _one_asked = models.UniqueIndex(
        "(ticket_id, cycle, clock) WHERE state = 'asked'", "More time has been asked for this clock already."
    )

    @api.depends("ticket_id.number", "by")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.ticket_id.number or ''} +{one.by or ''}"

    @api.depends("state", "roles", "clock", "by")
    @api.depends_context("lang")
    def _compute_words(self):
        for one in self:
            clock = one.ticket_id.milestone_ids.filtered(
                lambda item, one=one: (item.name, item.cycle) == (one.clock, one.cycle)
            )
            one.clock_title = clock[:1].title
            if one.state == "asked":
                names = ", ".join(one._approvers().mapped("name"))
                one.words = self.env._(
                    "%(clock)s: %(by)s more asked for; waits for %(names)s",
                    clock=one.clock_title,
                    by=one.by,
                    names=names or one.ticket_id.release_id._role_title((one.roles or [""])[0]),
                )
            else:
                state = dict(self._fields["state"]._description_selection(self.env))[one.state]
                one.words = f"{one.clock_title}: {one.by} · {state}"

    @api.depends("state", "roles")
    @api.depends_context("uid")
    def _compute_awaits_me(self):
        for one in self:
            one.awaits_me = one.state == "asked" and self.env.user in one._approvers()

    def _approvers(self, role=None):
        """Who may decide now: the people of the role whose turn it is, without those with an interest."""
        self.ensure_one()
        one = self.sudo()  # sudo: whom the policy means does not depend on who is asking
        role = role or (one.roles or [None])[0]
        if not role:
            return self.env["res.users"]
        # sudo: whom the policy names is the company's business, whoever is asking
        users = one.ticket_id._role_users(role)[one.ticket_id.id].sudo()
        return users - one.author_id - one.ticket_id.user_id

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._("Press “More time…” on the case: the policy says what may be asked for.")
            )
        return super().create(vals_list)

    # ------------------------------------------------------------------ deciding

    def action_approve(self):
        self._decide(True)

    def action_refuse(self):
        """Refusing wants a reason."""
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("No more time"),
            "res_model": "complaint.extension.refusal",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_extension_id": self.id},
        }

    def _check_may_decide(self):
        if self.state != "asked":
            raise UserError(self.env._("This request does not wait for an approval any more."))
        if self.env.user not in self._approvers():
            raise AccessError(
                self.env._(
                    "Only %(names)s may decide about more time for this case. Whoever asked for it, has "
                    "the case or "
                    "is complained about never does.",
                    names=", ".join(self._approvers().mapped("name")) or "–",
                )
            )

    def _decide(self, accept, comment=""):
        """The decision of the present user."""
        self.ensure_one()
        self.env.cr.execute("SELECT id FROM complaint_extension WHERE id = %s FOR NO KEY UPDATE", [self.id])
        self.invalidate_recordset(["state", "roles"])
        self._check_may_decide()
        if not accept and not (comment or "").strip():
            raise UserError(self.env._("Say why there is no more time, so that whoever asked can act on it."))
        one = self.sudo()  # sudo: the resolved approver decides, whatever else they may do with the case
        one.write({"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now(), "comment": comment})
        decision = "approved" if accept else "rejected"
        data = {"role": one.roles[0], "decision": decision, "extension": one.policy_code}
        one.ticket_id._record_fact("decided", data=data)
        if not accept:
            one.state = "refused"
        elif one.roles[1:]:
            one.roles = one.roles[1:]
            one._tell_approvers()
        else:
            one._grant()
        one.flush_recordset()

    def _grant(self):
        """Prolong the clock, unless its deadline has passed meanwhile: what was missed stays missed."""
        self.ensure_one()
        ticket = self.ticket_id
        if not ticket._extendable_clock(self.clock, self.cycle):
            self.state = "void"
            ticket._note_extension(self, self.env._("Too late: the deadline has passed, it stays as it was."))
            return
        self.write({"state": "granted", "roles": []})
        ticket._record_fact("extended", data={"clock": base_name(self.clock), "by": self.by})
        ticket._note_extension(self, self.reason)
        self._tell_roles()

    def _entry(self):
        entries = self.ticket_id.release_id._policy().raw.get("extensions") or ()
        return next((one for one in entries if one["name"] == self.policy_code), {})

    def _tell_roles(self):
        """Those of our people whom the policy wants told; the complainant gets the message on `extended`."""
        told = [role for role in as_list(self._entry().get("tell")) if role != "complainant"]
        users = self.env["res.users"].union(
            # sudo: as above, in _approvers
            *(self.ticket_id._role_users(role)[self.ticket_id.id].sudo() for role in told)
        )
        self.ticket_id._tell_plainly(users, "extended", self.clock)

    def _tell_approvers(self):
        """A mail with a personal link to whoever may decide next."""
        self.ticket_id._let_follow([(self.ticket_id, user.partner_id) for user in self._approvers()])
        self._mail_approvers()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    extension_ids = fields.One2many(
        "complaint.extension", "ticket_id", "More time", readonly=True, copy=False, groups="base.group_user"
    )
    extension_asked_id = fields.Many2one(
        "complaint.extension",
        "More time asked for",
        compute="_compute_extension_asked",
        groups="base.group_user",
    )
    more_time = fields.Boolean(
        compute="_compute_more_time",
        compute_sudo=True,  # whether the clocks have such a column at all
        help="More time was asked for or granted.",
    )
    extension_words = fields.Char(compute="_compute_extension_asked", groups="base.group_user")
    extension_awaits_me = fields.Boolean(compute="_compute_extension_asked", groups="base.group_user")

    @api.depends("extension_ids.state", "extension_ids.roles")
    @api.depends_context("lang", "uid")
    def _compute_extension_asked(self):
        for ticket in self:
            asked = ticket.extension_ids.filtered(lambda one: one.state == "asked")[:1]
            ticket.extension_asked_id = asked
            ticket.extension_words = asked.words
            ticket.extension_awaits_me = asked.awaits_me

    @api.depends("extension_ids")
    def _compute_more_time(self):
        for ticket in self:
            ticket.more_time = bool(ticket.extension_ids)

    def action_extension_approve(self):
        self.ensure_one()
        return self.extension_asked_id.action_approve()

    def action_extension_refuse(self):
        self.ensure_one()
        return self.extension_asked_id.action_refuse()

    def action_more_time(self):
        """Ask for more time for one of the running clocks."""
        self.ensure_one()
        self.check_access("write")
        if not self._extension_choices():
            raise UserError(self._no_extension_words())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("More time for %(number)s", number=self.number),
            "res_model": "complaint.extend",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _no_extension_words(self):
        return self.env._(
            "The policy gives no more time for %(number)s now: no extension is meant for a running clock "
            "of a case "
            "like this, the hard maximum is reached, or the deadline has passed already.",
            number=self.number,
        )

    def _extendable_clock(self, name, cycle):
        """The engine's clock, if it is open and its deadline lies before us; None else."""
        state, now = self._engine_state(), fields.Datetime.now()
        clock = state.clock(name, cycle)
        if clock is None or cycle != state.cycle or not clock.open or clock.measure_only:
            return None
        passed = clock.due_at is not None and clock.due_at.replace(tzinfo=None) < now
        return None if passed else clock

    def _extension_choices(self):
        """[(milestone, entry of the policy)] of what may be asked for now."""
        self.ensure_one()
        policy, state = self.release_id._policy(), self._engine_state()
        found = []
        for entry in policy.raw.get("extensions") or ():
            if not policy.condition(entry).holds(state.attributes, state.cycle):
                continue
            names = set(as_list(entry["clocks"]))
            for row in self.current_milestone_ids:
                base = base_name(row.name)
                meant = base in names or ("any" in names and not base.startswith(OF_STAGE))
                if not meant or not self._extendable_clock(row.name, state.cycle):
                    continue
                used = sum(elapsed(by) for clock, by in state.extensions if clock == base)
                asked = (
                    row.name
                    # sudo: one's own case, one's own request
                    in self.sudo()
                    .extension_ids.filtered(lambda one: one.state == "asked" and one.cycle == state.cycle)
                    .mapped("clock")
                )
                if not asked and used + elapsed(entry["by"]) <= elapsed(entry["at_most"]):
                    found.append((row, entry))
        return found

    def _extension_roles(self, entry):
        """The roles that have to agree, in turn; a role is asked once."""
        policy, state = self.release_id._policy(), self._engine_state()
        approvals = policy.raw.get("approvals") or ()
        approval = next((one for one in approvals if one["name"] == entry.get("approval")), None)
        roles = []
        for step in approval["steps"] if approval else ():
            if policy.condition(step).holds(state.attributes, state.cycle):
                roles += [role for role in as_list(step["by"]) if role not in roles]
        return roles

    def _ask_more_time(self, milestone, entry, reason):
        """Ask for an extension; granted at once where the policy asks nobody."""
        self.ensure_one()
        self.check_access("write")
        # looked at again: what a form proposed may have changed meanwhile
        if not any(
            row == milestone and one["name"] == entry["name"] for row, one in self._extension_choices()
        ):
            raise UserError(self._no_extension_words())
        if not (reason or "").strip():
            raise UserError(self.env._("Say why more time is needed; the customer is told."))
        asked = self._request_extension(milestone, entry, reason.strip())
        if asked.roles:
            asked._tell_approvers()
        else:
            asked._grant()
        return asked

    def _request_extension(self, milestone, entry, reason):
        """The request as a record, for the people of the policy who can decide about it."""
        roles = self._extension_roles(entry)
        values = {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "cycle": self.case_cycle,
            "clock": milestone.name,
            "policy_code": entry["name"],
            "by": entry["by"],
            "reason": reason,
            "author_id": self.env.uid,
            "roles": roles,
        }
        # sudo: nobody makes requests by hand; what may be asked for was looked at before
        asked = self.env["complaint.extension"].sudo().create(values)
        nobody = next((role for role in roles if not asked._approvers(role)), None)
        if nobody is not None:
            raise UserError(
                self.env._(
                    "The policy wants the approval of “%(role)s”, but nobody of them can decide: "
                    "whoever asks, has the case or is complained about does not count. "
                    "Ask the policy admin to name somebody.",
                    role=self.release_id._role_title(nobody),
                )
            )
        return asked

    def _note_extension(self, extension, words):
        title = self.env._("More time (%(by)s): %(clock)s", by=extension.by, clock=extension.clock_title)
        note = f"{title}. {words}"  # both are in the reader's language already
        self.message_post(body=note, subtype_xmlid="mail.mt_note")

    def _told_reasons(self):
        """Why it takes longer: the reason of the newest extension, while the case is not closed."""
        own = self.sudo().extension_ids  # sudo: the message to the customer, whoever set it off
        granted = own.filtered(lambda one: one.state == "granted" and one.cycle == self.case_cycle)
        words = super()._told_reasons()
        return words if self.closed or words else granted[:1].reason or ""


class ComplaintMilestone(models.Model):
    _inherit = "complaint.milestone"

    extended = fields.Char(
        "More time", compute="_compute_extended", help="What was granted, or asked for, beyond the limit."
    )

    @api.depends("due_at", "state", "ticket_id.extension_ids.state")
    @api.depends_context("lang")
    def _compute_extended(self):
        # sudo: whoever reads the clock may know how it came about
        requests = self.sudo().ticket_id.extension_ids
        for clock in self:
            own = requests.filtered(
                lambda one, clock=clock: (
                    one.ticket_id == clock.ticket_id
                    and one.cycle == clock.cycle
                    and base_name(one.clock) == base_name(clock.name)
                )
            )
            granted = own.filtered(lambda one: one.state == "granted").mapped("by")
            words = granted and self.env._("extended by %(by)s", by=" + ".join(granted))
            if own.filtered(lambda one: one.state == "asked"):
                asked = self.env._(
                    "asked for %(by)s", by=own.filtered(lambda one: one.state == "asked")[:1].by
                )
                words = f"{words} · {asked}" if words else asked
            clock.extended = words or False
