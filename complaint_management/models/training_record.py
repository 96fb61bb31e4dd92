"""Who took which course when, with whom, and how it went (F8). What counts closes the need."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..engine.training import repeat_on
from .training_need import WAITING

RESULTS = [("attended", "Attended"), ("passed", "Passed"), ("failed", "Not passed")]


class TrainingRecord(models.Model):
    _name = "complaint.training.record"
    _description = "Training record"
    _inherit = "complaint.training.person"
    _order = "done_on desc, id desc"

    course_id = fields.Many2one(required=True, readonly=True)
    done_on = fields.Date("Taken", required=True, readonly=True)
    trainer_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    result = fields.Selection(RESULTS, required=True, readonly=True)
    share = fields.Float("Right answers (%)", readonly=True, aggregator="avg")
    exam_id = fields.Many2one("complaint.training.exam", "Examination", readonly=True, ondelete="restrict")
    note = fields.Text(readonly=True)
    counts = fields.Boolean(
        readonly=True, help="It was passed, or attended where the course has no examination."
    )
    valid_until = fields.Date("Valid until", readonly=True, help="Empty: for good.")
    entered_by_id = fields.Many2one("res.users", "Entered by", readonly=True, ondelete="restrict")
    has_certificate = fields.Boolean(compute="_compute_has_certificate")

    _person_course = models.Index("(company_id, course_id, user_id) WHERE counts")

    @api.depends("user_id", "course_id", "done_on")
    def _compute_display_name(self):
        for record in self:
            # sudo: the name of the person whose record it is
            name = record.sudo().user_id.name
            record.display_name = (
                f"{record.course_id.name} · {name} · {format_date(self.env, record.done_on)}"
            )

    @api.depends("result", "course_id")
    def _compute_has_certificate(self):
        for record in self:
            record.has_certificate = record.counts and record.course_id.certificate

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Enter who took a course with the button “Taken…” of the course."))
        records = super().create([self._complete(vals) for vals in vals_list])
        records._close_needs()
        return records

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A record of training is not changed. Enter another one beside it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A record of training is never deleted."))

    def _complete(self, vals):
        """What follows from the course: whether it counts, and until when."""
        course = self.env["complaint.training.course"].browse(vals["course_id"])
        done = fields.Date.to_date(vals["done_on"])
        counts = vals["result"] == "passed" or (vals["result"] == "attended" and not course.exam_cases)
        until = False
        if counts and course.every:
            release = self.env["complaint.release"]._active(course.company_id)
            until = repeat_on(course.every, done, release._training_calendar())
        return {
            "company_id": course.company_id.id,
            "entered_by_id": self.env.uid,
            **vals,
            "counts": counts,
            "valid_until": until,
        }

    def _close_needs(self):
        """As superuser."""
        counting = self.filtered("counts")
        needs = self.env["complaint.training.need"].search(
            [
                ("state", "in", WAITING),
                ("user_id", "in", counting.user_id.ids),
                ("course_id", "in", counting.course_id.ids),
            ]
        )
        by_place = {(record.user_id, record.course_id): record for record in counting}
        for need in needs:
            record = by_place.get((need.user_id, need.course_id))
            if record:
                need._done_with(record)

    @api.model
    def _valid_until(self, courses, users):
        """{(user id, course id): the last day on which a record counts, False for good}; one query."""
        # sudo: only whether there is a record and until when, for those who are asked about
        records = self.sudo().search_fetch(
            [("counts", "=", True), ("course_id", "in", courses.ids), ("user_id", "in", users.ids)],
            ["user_id", "course_id", "valid_until"],
            order="done_on, id",
        )
        found = {}
        for record in records:
            place = record.user_id.id, record.course_id.id
            earlier = found.get(place, record.valid_until)
            for_good = earlier is False or not record.valid_until
            found[place] = False if for_good else max(earlier, record.valid_until)
        return found

    def action_certificate(self):
        self.ensure_one()
        self.check_access("read")
        if not self.has_certificate:
            raise UserError(self.env._("This course gives no certificate, or it was not passed."))
        return self.env.ref("complaint_management.action_report_certificate").report_action(self)


class TrainingTaken(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.training.taken"
    _description = "A course was taken"

    course_id = fields.Many2one("complaint.training.course", required=True)
    user_ids = fields.Many2many(
        "res.users", string="Who", required=True, domain="[('share', '=', False), ('id', '!=', uid)]"
    )
    done_on = fields.Date("When", required=True, default=fields.Date.context_today)
    trainer_id = fields.Many2one(
        "res.users", domain=[("share", "=", False)], default=lambda self: self.env.user
    )
    result = fields.Selection(RESULTS, required=True, default="attended")
    note = fields.Text()

    def action_enter(self):
        self.ensure_one()
        if self.done_on > fields.Date.context_today(self):
            raise UserError(self.env._("Enter it when the course has been taken: the day is in the future."))
        person = self.env["complaint.training.need"]
        for user in self.user_ids:
            person.new({"user_id": user.id, "company_id": self.course_id.company_id.id})._check_trains()
        values = {
            "course_id": self.course_id.id,
            "done_on": self.done_on,
            "trainer_id": self.trainer_id.id,
            "result": self.result,
            "note": self.note,
        }
        # sudo: whether the present user may was looked at above
        self.env["complaint.training.record"].sudo().create(
            [{**values, "user_id": user.id} for user in self.user_ids]
        )
        return {"type": "ir.actions.act_window_close"}
