"""The courses that staff take (F8). Which there are, for whom, how often and with which examination follows
the policy; what is taught, and by whom, is the trainers' own."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..engine.duration import Duration
from ..engine.policy import as_list
from ..engine.training import due_on, passed
from ..engine.working_time import Calendar
from .release_reading import aware

LEVELS = [("basic", "Basic"), ("advanced", "Advanced")]
TRAINERS = "complaint_management.group_quality"


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _training(self):
        """The training of the policy as it writes it; empty without one."""
        return (self._policy().raw.get("training") or {}) if self else {}

    def _training_people(self, roles):
        """The people of roles, there or not: whoever is away takes the course later."""
        # sudo: whom the policy means is the company's business, whoever is asking
        users, company = self.env["res.users"].sudo(), self.company_id
        for code in roles:
            role = self._role(code)
            if role.get("of") == "team":
                teams = self.env["helpdesk.ticket.team"].sudo()  # sudo: as above
                users |= teams.search([("company_id", "in", [company.id, False])]).user_id
            else:
                users |= self._role_people(role).sudo()  # sudo: as above
        return users.filtered(lambda user: user.active and not user.share and company in user.company_ids)

    def _training_calendar(self):
        return (self._policy().calendar if self else None) or Calendar.always_open()

    def _training_due(self, key, since=None):
        """The last day of a time limit of the training; False where the policy sets none."""
        limit = self._training().get(key)
        if not limit:
            return False
        return due_on(limit, aware(since or fields.Datetime.now()), self._training_calendar())

    def _training_remind_from(self, day):
        """From which day on one is reminded of another one."""
        limit = self._training().get("remind")
        if not limit:
            return day
        calendar = self._training_calendar()
        end = fields.Datetime.to_datetime(day).replace(tzinfo=calendar.zone)
        return calendar.before(end, Duration.parse(limit)).astimezone(calendar.zone).date()


class TrainingCourse(models.Model):
    _name = "complaint.training.course"
    _description = "Training course"
    _inherit = "complaint.policy.owned"
    _order = "sequence, id"
    _check_company_auto = True

    _policy_kind = "course"
    _policy_guarded = frozenset(
        {
            "policy_code", "name", "company_id", "sequence", "active", "level", "roles", "every", "after",
            "exam_cases", "exam_pass", "exam_choices", "exam_again_after",
        }
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    level = fields.Selection(LEVELS)
    roles = fields.Json(help="The roles of the policy that take it.")
    role_titles = fields.Char("For", compute="_compute_words", compute_sudo=True)
    every = fields.Char("Repeated every", help="As the policy writes it, such as 365d or year.")
    repeated = fields.Char(compute="_compute_words", compute_sudo=True)
    about = fields.Text("What for", compute="_compute_words", compute_sudo=True)
    after = fields.Json(help="What leads to it when nothing names another course.")
    exam_cases = fields.Integer("Simulated cases", help="0: the course has no examination.")
    exam_pass = fields.Char("Passed with", help="Share of right answers, such as 80%.")
    exam_choices = fields.Integer("Answers to choose from", help="0: all there are.")
    exam_again_after = fields.Char("Next attempt after", help="As the policy writes it, such as 1cd.")

    material = fields.Html("What is taught", translate=True)
    link = fields.Char("Slides or film", help="Address of the slides, the film or the book.")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", bypass_search_access=True)
    trainer_ids = fields.Many2many("res.users", string="Trainers", domain=[("share", "=", False)])
    certificate = fields.Boolean("Gives a certificate", help="Whoever passed can print one.")

    my_state = fields.Char("For me", compute="_compute_my_state")
    my_need_id = fields.Many2one("complaint.training.need", compute="_compute_my_state")
    can_ask = fields.Boolean(compute="_compute_my_state")

    _code = models.UniqueIndex(
        "(company_id, policy_code) WHERE policy_code IS NOT NULL",
        "A policy names each course only once in a company.",
    )

    @api.depends("roles", "every", "policy_code", "company_id")
    @api.depends_context("lang")
    def _compute_words(self):
        for course in self:
            release = self.env["complaint.release"]._active(course.company_id)
            course.role_titles = ", ".join(release._role_title(role) for role in as_list(course.roles))
            course.repeated = course._repeated()
            entries = release._training().get("courses") or ()
            written = next((one for one in entries if one["name"] == course.policy_code), {})
            texts = written.get("description")
            course.about = release._words(texts, "") if texts else False

    def _repeated(self):
        """How often it is repeated, in words."""
        periods = {
            "week": self.env._("every week"),
            "month": self.env._("every month"),
            "quarter": self.env._("every quarter"),
            "year": self.env._("every year"),
        }
        if not self.every or self.every in periods:
            return periods.get(self.every, self.env._("once"))
        if self.every.endswith("bd"):
            return self.env._("every %(number)s business days", number=self.every.removesuffix("bd"))
        return self.env._("every %(number)s days", number=self.every.rstrip("cd"))

    def _compute_my_state(self):
        mine = self.env["complaint.training.need"].search(
            [
                ("user_id", "=", self.env.uid),
                ("course_id", "in", self.ids),
                ("state", "in", ("requested", "open")),
            ]
        )
        needs = {need.course_id: need for need in mine}
        known = self.env["complaint.training.record"]._valid_until(self, self.env.user)
        for course in self:
            need = needs.get(course)
            course.my_need_id = need
            course.can_ask = not need
            if need:
                course.my_state = need.standing
            elif (self.env.uid, course.id) in known:
                until = known[self.env.uid, course.id]
                words = self.env._("Done, valid until %(day)s", day=mine._day(until)) if until else ""
                course.my_state = words or self.env._("Done")
            else:
                course.my_state = False

    @api.model
    def _for_reason(self, company, reason):
        """The course of a company that follows from a failed review or from points; empty if the policy names
        none."""
        # sudo: which courses there are is no secret
        courses = self.sudo().search([("company_id", "=", company.id)])
        return courses.filtered(lambda course: reason in as_list(course.after))[:1]

    def _who_takes_it(self):
        """{course: users} by the roles of the policy, for many courses of many companies."""
        return {
            course: self.env["complaint.release"]
            ._active(course.company_id)
            ._training_people(as_list(course.roles))
            for course in self
        }

    # ------------------------------------------------------------------ files

    @api.model_create_multi
    def create(self, vals_list):
        courses = super().create(vals_list)
        courses._own_files()
        return courses

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_files()
        return result

    def _own_files(self):
        """Whoever may read a course may read its files: those just uploaded belong to nothing yet."""
        for course in self:
            loose = course.attachment_ids.filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            )
            loose.write({"res_model": self._name, "res_id": course.id})

    # ------------------------------------------------------------------ deeds

    def action_ask(self):
        """One's own request: whoever leads the person answers it (F8)."""
        self.ensure_one()
        self.check_access("read")
        need = self.env["complaint.training.need"]._request(self)
        return need._open()

    def action_take_exam(self):
        """Begin the examination, or go on with the one that was begun."""
        self.ensure_one()
        self.check_access("read")
        return self.env["complaint.training.exam"]._begin(self)._open()

    def action_open_link(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.link, "target": "new"}

    # ------------------------------------------------------------------ the figure

    @api.model
    def _pass_rate(self, company, begin=None, end=None, users=None):
        """The share of staff who pass (F8): of all people and courses with an examination finished in a time,
        those whose last one was passed. No person can be told from it by who may not know.

        begin, end: naive UTC, end excluded; users: only these people
        Returns a dict: n, passed, share (per cent, None without any), goal (per cent or None), met, domain
        (of the examinations that were counted)."""
        exams = self.env["complaint.training.exam"].sudo()  # sudo: a share of all, nobody by name
        domain = Domain("company_id", "=", company.id) & Domain("state", "in", ("passed", "failed"))
        if begin:
            domain &= Domain("finished_at", ">=", begin)
        if end:
            domain &= Domain("finished_at", "<", end)
        if users is not None:
            domain &= Domain("user_id", "in", users.ids)
        last = [
            ident for _user, _course, ident in exams._read_group(domain, ["user_id", "course_id"], ["id:max"])
        ]
        good = exams.search_count([("id", "in", last), ("state", "=", "passed")])
        goal = self.env["complaint.release"]._active(company)._training().get("pass_rate")
        return {
            "n": len(last),
            "passed": good,
            "share": 100 * good / len(last) if last else None,
            "goal": int(goal.removesuffix("%")) if goal else None,
            "met": passed(good, len(last), goal) if goal and last else None,
            "domain": [("id", "in", last)],
        }


class TrainingPerson(models.AbstractModel):
    """Mixin of what is about one person: who leads the person may see it, too."""

    _name = "complaint.training.person"
    _description = "About the training of a person"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    course_id = fields.Many2one("complaint.training.course", ondelete="restrict", index=True)
    mine = fields.Boolean("My own", compute="_compute_mine")
    of_my_team = fields.Boolean(compute="_compute_mine", search="_search_of_my_team")

    @api.depends_context("uid")
    @api.depends("user_id", "company_id")
    def _compute_mine(self):
        led = self.env["complaint.incentive.statement"]._led()
        for one in self:
            one.mine = one.user_id == self.env.user
            one.of_my_team = (one.company_id.id, one.user_id.id) in led

    def _search_of_my_team(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        parts = {}
        for company, user in self.env["complaint.incentive.statement"]._led():
            parts.setdefault(company, set()).add(user)
        return Domain.OR(
            [
                Domain("company_id", "=", company) & Domain("user_id", "in", list(users))
                for company, users in parts.items()
            ]
            or [Domain.FALSE]
        )

    def _trains(self):
        """Whether the present user may enter things about these people: who leads them, or the trainers;
        nobody about oneself."""
        if any(one.user_id == self.env.user for one in self):
            return False
        return self.env.user.has_group(TRAINERS) or all(one.of_my_team for one in self)

    def _check_trains(self):
        if not self._trains():
            raise AccessError(
                self.env._("Whoever leads the person, or quality staff, does that; nobody for themselves.")
            )

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
