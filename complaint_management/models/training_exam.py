"""Examinations with simulated cases (F8): cases are drawn, the person answers one question after the other,
the share of right answers decides. What the policy answers is asked of the policy in force, so that an answer
is never wrong because a rule has changed."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS
from odoo.tools import format_date

from ..engine.training import due_on, passed
from .release_reading import aware
from .training_questions import Questions

STATES = [("running", "Running"), ("passed", "Passed"), ("failed", "Not passed")]
BY_PERSON = frozenset({"answer_id"})


class TrainingExam(models.Model):
    _name = "complaint.training.exam"
    _description = "Examination"
    _inherit = "complaint.training.person"
    _order = "id desc"

    course_id = fields.Many2one(required=True, readonly=True)
    release_id = fields.Many2one(
        "complaint.release", "Policy", required=True, readonly=True, ondelete="restrict",
        help="The policy that the right answers are from.",
    )  # fmt: skip
    state = fields.Selection(STATES, required=True, readonly=True, default="running", index=True)
    started_at = fields.Datetime("Begun", required=True, readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    pass_share = fields.Char("Passed with", required=True, readonly=True)
    asked = fields.Integer("Questions", readonly=True)
    right = fields.Integer("Right answers", readonly=True)
    share = fields.Float("Right answers (%)", readonly=True, aggregator="avg")
    place = fields.Integer("Number of the question", readonly=True, default=1)
    line_ids = fields.One2many("complaint.training.exam.line", "exam_id", "Questions asked", readonly=True)
    line_id = fields.Many2one("complaint.training.exam.line", compute="_compute_line_id")
    case_text = fields.Text("The case", compute="_compute_line_id")
    question = fields.Char("What is asked", compute="_compute_line_id")
    answer_id = fields.Many2one(
        "complaint.training.exam.option",
        "Your answer",
        compute="_compute_answer_id",
        inverse="_inverse_answer_id",
        domain="[('line_id', '=', line_id)]",
    )
    progress = fields.Char("How far", compute="_compute_line_id")
    is_last = fields.Boolean(compute="_compute_line_id")
    verdict = fields.Char(compute="_compute_verdict")
    may_try_again = fields.Boolean(compute="_compute_verdict")

    _running = models.UniqueIndex("(user_id, course_id) WHERE state = 'running'")
    _finished = models.Index("(company_id, finished_at) WHERE state != 'running'")

    # ------------------------------------------------------------------ what is seen

    @api.depends("user_id", "course_id", "started_at")
    def _compute_display_name(self):
        for exam in self:
            # sudo: the name of the person whose examination it is
            exam.display_name = f"{exam.course_id.name} · {exam.sudo().user_id.name}"

    @api.depends("place", "state", "line_ids.answer_id")
    @api.depends_context("lang")
    def _compute_line_id(self):
        for exam in self:
            lines = exam.line_ids
            line = lines[exam.place - 1 : exam.place] if exam.state == "running" else lines.browse()
            exam.line_id, exam.case_text, exam.question = line, line.case_text, line.question
            exam.is_last = exam.place >= len(lines)
            exam.progress = self.env._(
                "Question %(number)d of %(count)d", number=exam.place, count=len(lines)
            )

    @api.depends("place", "state", "line_ids.answer_id")
    def _compute_answer_id(self):
        for exam in self:
            exam.answer_id = exam.line_id.answer_id

    def _inverse_answer_id(self):
        for exam in self:
            exam._check_own()
            if exam.answer_id and exam.answer_id.line_id != exam.line_id:
                raise UserError(self.env._("This is an answer to another question."))
            exam.line_id.sudo().answer_id = exam.answer_id  # sudo: the own answer, looked at above

    @api.depends("state", "right", "asked", "pass_share")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for exam in self:
            words = exam._verdict_words()
            exam.verdict = words.get(exam.state, False)
            exam.may_try_again = exam._may_try_again()

    def _verdict_words(self):
        numbers = {"right": self.right, "asked": self.asked, "least": self.pass_share}
        again = self._again_on()
        later = (
            self.env._("You can try again from %(day)s.", day=format_date(self.env, again))
            if not self._may_try_again()
            else self.env._("You can try again at once.")
        )
        return {
            "passed": self.env._(
                "Passed: %(right)d of %(asked)d answers are right; %(least)s were needed.", **numbers
            ),
            "failed": self.env._(
                "Not passed: %(right)d of %(asked)d answers are right; %(least)s were needed. %(later)s",
                later=later,
                **numbers,
            ),
        }

    # ------------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Begin an examination from its course."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if not BY_PERSON.issuperset(vals):
                raise AccessError(self.env._("An examination is answered question by question."))
            for exam in self:
                exam._check_own()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An examination is never deleted."))

    def _check_own(self):
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Everybody answers their own examination only."))
        if self.state != "running":
            raise UserError(self.env._("This examination is finished. Begin another one from the course."))

    # ------------------------------------------------------------------ beginning

    @api.model
    def _begin(self, course):
        """The running examination of the present user in a course, else a new one."""
        own = self.sudo()  # sudo: the cases are drawn by the company, and the person must not see the answers
        mine = own.search([("user_id", "=", self.env.uid), ("course_id", "=", course.id)])
        running = own.search([("id", "in", mine.ids), ("state", "=", "running")])
        if running:
            return running.sudo(False)
        release = self.env["complaint.release"]._active(course.company_id)
        if not course.exam_cases or not release:
            raise UserError(self.env._("“%(name)s” has no examination.", name=course.name))
        again = mine[:1]._again_on()
        if not mine[:1]._may_try_again():
            raise UserError(self.env._("You can try again from %(day)s.", day=format_date(self.env, again)))
        questions = Questions(self.env, course.sudo(), release).all()  # sudo: see above
        exam = own.create(
            {
                "user_id": self.env.uid,
                "company_id": course.company_id.id,
                "course_id": course.id,
                "release_id": release.id,
                "started_at": fields.Datetime.now(),
                "pass_share": course.exam_pass,
                "asked": len(questions),
                "line_ids": [(0, 0, question) for question in questions],
            }
        )
        return exam.sudo(False)

    def _again_on(self):
        """The first day on which somebody who failed may try again; False if at once."""
        if self.state != "failed" or not self.course_id.exam_again_after:
            return False
        calendar = self.env["complaint.release"]._active(self.company_id)._training_calendar()
        return due_on(self.course_id.exam_again_after, aware(self.finished_at), calendar)

    def _may_try_again(self):
        """Whether nothing is in the way of another try."""
        again = self._again_on()
        return not again or again <= fields.Date.context_today(self)

    # ------------------------------------------------------------------ answering

    def action_next(self):
        """Go on; after the last question the examination is finished."""
        self._check_own()
        if not self.line_id.answer_id:
            raise UserError(self.env._("Choose an answer first."))
        own = self.sudo()  # sudo: the own examination, looked at above
        if self.is_last:
            own._finish()
        else:
            own.place += 1
        return True

    def action_back(self):
        self._check_own()
        self.sudo().place = max(1, self.place - 1)  # sudo: as above
        return True

    def _finish(self):
        """Count, and enter the record. As superuser."""
        right = len(self.line_ids.filtered("answer_id.correct"))
        good = passed(right, len(self.line_ids), self.pass_share)
        share = 100 * right / len(self.line_ids) if self.line_ids else 0
        self.write(
            {
                "state": "passed" if good else "failed",
                "finished_at": fields.Datetime.now(),
                "right": right,
                "share": share,
            }
        )
        self.env["complaint.training.record"].create(
            {
                "user_id": self.user_id.id,
                "course_id": self.course_id.id,
                "company_id": self.company_id.id,
                "done_on": fields.Date.context_today(self),
                "result": self.state,
                "share": share,
                "exam_id": self.id,
            }
        )

    def action_again(self):
        self.ensure_one()
        return self.course_id.action_take_exam()


class TrainingExamLine(models.Model):
    _name = "complaint.training.exam.line"
    _description = "Question of an examination"
    _order = "exam_id, sequence, id"

    exam_id = fields.Many2one(
        "complaint.training.exam", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="exam_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    case_number = fields.Integer("Case", readonly=True)
    case_text = fields.Text("The case", readonly=True)
    question = fields.Char(required=True, readonly=True)
    option_ids = fields.One2many("complaint.training.exam.option", "line_id", readonly=True)
    answer_id = fields.Many2one("complaint.training.exam.option", readonly=True, ondelete="restrict")
    right_answer = fields.Char(compute="_compute_result")
    result = fields.Selection([("right", "Right"), ("wrong", "Wrong")], compute="_compute_result")

    @api.depends("exam_id.state", "answer_id")
    def _compute_result(self):
        for line in self:
            over = line.exam_id.state != "running"
            options = line.sudo().option_ids  # sudo: what was right is told when it is over
            right = options.filtered("correct")[:1]
            line.right_answer = right.name if over else False
            line.result = ("right" if line.answer_id.id == right.id else "wrong") if over else False


class TrainingExamOption(models.Model):
    _name = "complaint.training.exam.option"
    _description = "Answer to choose"
    _order = "line_id, sequence, id"

    line_id = fields.Many2one(
        "complaint.training.exam.line", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True)
    correct = fields.Boolean(readonly=True, groups=NO_ACCESS)
