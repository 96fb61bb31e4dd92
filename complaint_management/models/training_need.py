"""What somebody has to learn (F8): by the role, because a course has to be repeated, after a failed review,
from the points of a period, or because the person asked. Open until there is a record that counts."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .incentive_period import QUIET

REASONS = [
    ("role", "Part of the work"),
    ("repeat", "To be repeated"),
    ("review", "Quality review not passed"),
    ("consequence", "Follows from points"),
    ("request", "Own request"),
]
STATES = [
    ("requested", "Asked for"),
    ("open", "To be done"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("void", "Not needed any more"),
]
WAITING = ("requested", "open")
BY_ROLE = ("role", "repeat")
BY_HAND = frozenset({"course_id", "due_on", "answer"})  # what who leads the person may set
ACTIVITY = "complaint_management.activity_type_training"


class TrainingNeed(models.Model):
    _name = "complaint.training.need"
    _description = "Need of training"
    _inherit = ["complaint.training.person", "mail.thread", "mail.activity.mixin"]
    _order = "due_on, id"

    course_id = fields.Many2one(
        help="Empty: whoever leads the person still chooses the course.",
        domain="[('company_id', '=', company_id)]",
    )
    reason = fields.Selection(REASONS, required=True, readonly=True)
    why = fields.Char(compute="_compute_words")
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    since = fields.Date(required=True, readonly=True)
    due_on = fields.Date("To be done by")
    words = fields.Text("What for", readonly=True, help="What the person wrote, or what was found.")
    answer = fields.Text(help="Why a request is refused, or what was agreed.")
    res_model = fields.Char("Found by", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict")
    record_id = fields.Many2one("complaint.training.record", "Done with", readonly=True, ondelete="restrict")
    reminded_on = fields.Date(readonly=True)
    leader_told_on = fields.Date(readonly=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    standing = fields.Char("Where it stands", compute="_compute_words")
    has_exam = fields.Boolean(compute="_compute_has_exam")
    may_train = fields.Boolean(compute="_compute_may_train")

    _one = models.UniqueIndex(
        "(company_id, user_id, course_id) WHERE state IN ('requested', 'open') AND course_id IS NOT NULL",
        "This person needs this course already.",
    )

    # ------------------------------------------------------------------ words

    @api.depends("user_id", "course_id")
    def _compute_display_name(self):
        for need in self:
            # sudo: the name of the person whose need it is
            need.display_name = (
                f"{need.course_id.name or self.env._('Training')} · {need.sudo().user_id.name}"
            )

    @api.depends("state", "due_on", "reason", "course_id")
    @api.depends_context("lang")
    def _compute_words(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        for need in self:
            need.why = reasons.get(need.reason)
            need.standing = need._standing(states)

    def _standing(self, states):
        if self.state == "open" and self.is_late:
            return self.env._("Late since %(day)s", day=self._day(self.due_on))
        if self.state == "open" and self.due_on:
            return self.env._("To be done by %(day)s", day=self._day(self.due_on))
        return states.get(self.state, "")

    def _day(self, day):
        return format_date(self.env, day)

    @api.depends("state", "due_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for need in self:
            need.is_late = need.state == "open" and bool(need.due_on) and need.due_on < today

    def _search_is_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "open"), ("due_on", "<", fields.Date.context_today(self))]

    @api.depends("course_id")
    def _compute_has_exam(self):
        for need in self:
            need.has_exam = bool(need.course_id.exam_cases)

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_may_train(self):
        for need in self:
            need.may_train = need.state in WAITING and need._trains()

    # ------------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Ask for a course under Training, Courses: it becomes a need."))
        needs = super(TrainingNeed, self.with_context(**QUIET)).create(vals_list)
        needs.filtered(lambda need: need.state == "open")._tell_person()
        return needs

    def write(self, vals):
        if not self.env.su:
            if not BY_HAND.issuperset(vals):
                raise AccessError(self.env._("Only course, day and answer of a need are set by hand."))
            self._check_trains()
            if any(need.state not in WAITING for need in self):
                raise UserError(self.env._("This need is closed. Ask for a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A need of training is never deleted. Refuse it instead."))

    # ------------------------------------------------------------------ how needs come up

    @api.model
    def _raise(self, users, reason, source=None, course=None, words=None):
        """People need a training. Who needs the same course already, needs it once.

        reason: a code of REASONS; source: the record that shows it; course: empty for the one that the policy
        names for this reason, and where it names none, whoever leads the person chooses
        Returns the needs."""
        own = self.sudo()  # sudo: what is found is entered by whoever finds it
        company = source.company_id if source and "company_id" in source._fields else own.env.company
        course = course or own.env["complaint.training.course"]._for_reason(company, reason)
        about = {"res_model": source._name, "res_id": source.id} if source else {}
        due = own.env["complaint.release"]._active(company)._training_due("within")
        rows = [
            {
                "user_id": user.id,
                "company_id": company.id,
                "course_id": course.id,
                "reason": reason,
                "since": fields.Date.context_today(own),
                "due_on": due,
                "words": words or False,
                **about,
            }
            for user in users
        ]
        return own._raise_rows(rows)

    def _raise_rows(self, rows):
        """Enter needs, each once. As superuser. Returns those that there are now."""
        known = self.search(
            [("state", "in", WAITING), ("user_id", "in", [row["user_id"] for row in rows])]
        ).filtered("course_id")
        at = {(need.company_id.id, need.user_id.id, need.course_id.id): need for need in known}
        found, new = self.browse(), {}
        for row in rows:
            place = row["company_id"], row["user_id"], row["course_id"]
            if place in at:
                found |= at[place]
            else:
                new[place if row["course_id"] else len(new)] = row
        asked = found.filtered(lambda need: need.state == "requested")
        asked._accept()
        return found | self.create(list(new.values()))

    @api.model
    def _request(self, course):
        """The present user asks for a course; nobody has to ask twice."""
        mine = [("user_id", "=", self.env.uid), ("course_id", "=", course.id), ("state", "in", WAITING)]
        known = self.search(mine, limit=1)
        if known:
            return known
        need = self.sudo().create(  # sudo: one's own request
            {
                "user_id": self.env.uid,
                "company_id": course.company_id.id,
                "course_id": course.id,
                "reason": "request",
                "state": "requested",
                "since": fields.Date.context_today(self),
            }
        )
        leaders = self.env.user._team_leaders(course.company_id)
        need._plan(leaders, lambda here: here.env._("Answer the request for a course"))
        return need.sudo(False)

    # ------------------------------------------------------------------ what becomes of them

    def action_accept(self):
        self._check_trains()
        self.filtered(lambda need: need.state == "requested").sudo()._accept()  # sudo: looked at above

    def _accept(self):
        """As superuser."""
        for company, needs in self.grouped("company_id").items():
            due = self.env["complaint.release"]._active(company)._training_due("within")
            needs.write({"state": "open", "due_on": due, "decided_by_id": self.env.uid})
        self.activity_ids.unlink()
        self._tell_person()

    def action_refuse(self):
        self._check_trains()
        for need in self:
            if need.state != "requested":
                raise UserError(self.env._("Only what somebody asked for can be refused."))
            if not (need.answer or "").strip():
                raise UserError(self.env._("Write the reason into the answer first: the person reads it."))
        own = self.sudo()  # sudo: looked at above
        own.write({"state": "refused", "decided_by_id": self.env.uid})
        own.activity_ids.unlink()
        for need in own:
            reader = need.with_context(lang=need.user_id.lang)
            subject = reader.env._("Your request for a course: %(name)s", name=reader.course_id.name)
            need._write(need.user_id, subject, [need.answer])

    def action_take_exam(self):
        self.ensure_one()
        return self.course_id.action_take_exam()

    def action_open_course(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "complaint.training.course",
            "res_id": self.course_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_record(self):
        """Enter that the person took the course."""
        self.ensure_one()
        self._check_trains()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The course was taken"),
            "res_model": "complaint.training.taken",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_user_ids": self.user_id.ids, "default_course_id": self.course_id.id},
        }

    def _done_with(self, record):
        """Needs that a record settles. As superuser."""
        self.write({"state": "done", "record_id": record.id})
        self.activity_ids.unlink()

    # ------------------------------------------------------------------ telling people

    def _tell_person(self):
        """An activity for each person, on the day by which it has to be done. As superuser."""
        for need in self:
            need._plan(need.user_id, lambda here: here.env._("Take the course"))

    def _plan(self, users, summary):
        """An activity about a need for some people, each in the own language. As superuser."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        rows = [
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": need.id,
                "user_id": user.id,
                "activity_type_id": kind.id,
                "date_deadline": need.due_on or fields.Date.context_today(need),
                "summary": need._summary(user, summary),
            }
            for need in self.sudo()  # sudo: whom it reminds is settled by the policy
            for user in users
            if kind
        ]
        # sudo: the company reminds its people, whoever set it off
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            rows
        )  # sudo: as above

    def _summary(self, user, summary):
        here = self.with_context(lang=user.lang)
        return f"{summary(here)}: {here.display_name}"

    def _write(self, user, subject, lines):
        self.env["complaint.incentive.statement"]._write_to(user, subject, lines, self)

    # ------------------------------------------------------------------ every day

    @api.model
    def _cron_needs(self):
        """Who has to take a course by the policy, who is to be reminded, who is late."""
        # sudo: a job for all companies
        for company in self.env["res.company"].sudo().search([]):  # pylint: disable=no-search-all
            self.sudo()._find_needs(company)  # sudo: as above
            self.sudo()._remind(company)  # sudo: as above
            self.env["ir.cron"]._commit_progress(1)

    def _find_needs(self, company):
        """Needs by role and by repetition of a company. The queries do not grow with its people."""
        release = self.env["complaint.release"]._active(company)
        courses = self.env["complaint.training.course"].search([("company_id", "=", company.id)])
        taking = courses._who_takes_it()
        everybody = self.env["res.users"].union(*taking.values())
        known = self.env["complaint.training.record"]._valid_until(courses, everybody)
        today, due = fields.Date.context_today(self), release._training_due("within")
        rows = []
        for course, users in taking.items():
            for user in users:
                until = known.get((user.id, course.id), 0)
                if until is False or until and release._training_remind_from(until) > today:
                    continue
                rows.append(
                    {
                        "user_id": user.id,
                        "company_id": company.id,
                        "course_id": course.id,
                        "reason": "repeat" if until else "role",
                        "since": today,
                        "due_on": max(until, today) if until else due,
                    }
                )
        self._raise_rows(rows)
        self._drop_needs(company, taking)

    def _drop_needs(self, company, taking):
        """Who does not have the role any more does not have to take its course."""
        needs = self.search(
            [("company_id", "=", company.id), ("state", "=", "open"), ("reason", "in", BY_ROLE)]
        )
        gone = needs.filtered(lambda need: need.user_id not in taking.get(need.course_id, ()))
        gone.write({"state": "void"})
        gone.activity_ids.unlink()

    def _remind(self, company):
        """A message to the person some days before, an activity for the leaders when late; each once."""
        release, today = self.env["complaint.release"]._active(company), fields.Date.context_today(self)
        needs = self.search(
            Domain([("company_id", "=", company.id), ("state", "=", "open"), ("due_on", "!=", False)])
            & (Domain("reminded_on", "=", False) | Domain("leader_told_on", "=", False))
        )
        near = needs.filtered(
            lambda need: not need.reminded_on and release._training_remind_from(need.due_on) <= today
        )
        for need in near:
            reader = need.with_context(lang=need.user_id.lang)
            subject = reader.env._("Your course: %(name)s", name=reader.course_id.name or reader.why)
            line = reader.env._("It has to be done by %(day)s.", day=reader._day(need.due_on))
            need._write(need.user_id, subject, [line])
        near.write({"reminded_on": today})
        late = needs.filtered(lambda need: not need.leader_told_on and need.due_on < today)
        for need in late:
            need._plan(
                need.user_id._team_leaders(company), lambda here: here.env._("A course is late, see to it")
            )
        late.write({"leader_told_on": today})


class IncentiveStatement(models.Model):
    _inherit = "complaint.incentive.statement"

    def _carry_out_consequence(self):
        """A training that follows from points becomes a need: the course of the grade, else the one of the
        policy."""
        result = super()._carry_out_consequence()
        courses = self.env["complaint.training.course"]
        for one in self.filtered(lambda item: item.consequence == "training"):
            grade = one.period_id._scheme().grade(one.grade or None)
            code = grade and grade.course
            named = [("company_id", "=", one.company_id.id), ("policy_code", "=", code)]
            self.env["complaint.training.need"]._raise(
                one.user_id, "consequence", one, courses.search(named, limit=1) if code else None
            )
        return result
