"""Objecting to a quality review, and deciding about the objection (F6)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.quality_line import MARKS


class QualityObjection(models.TransientModel):
    _name = "complaint.quality.objection"
    _description = "Object to a review"

    review_id = fields.Many2one("complaint.quality.review", required=True, readonly=True)
    what = fields.Char("The review", compute="_compute_what")
    until = fields.Datetime(compute="_compute_what")
    who = fields.Char("Who decides", compute="_compute_what")
    reason = fields.Text("What was different", required=True)

    @api.depends("review_id")
    @api.depends_context("lang", "tz")
    def _compute_what(self):
        for wizard in self:
            review = wizard.review_id
            review.check_access("read")
            wizard.what = f"{review.display_name} · {review.standing or ''}"
            wizard.until = review.object_until
            # sudo: names of colleagues
            wizard.who = ", ".join(review.sudo()._deciders().mapped("name")) if review else ""

    def action_object(self):
        self.ensure_one()
        self.review_id._object(self.reason)
        return {"type": "ir.actions.act_window_close"}


class QualityDecision(models.TransientModel):
    _name = "complaint.quality.decision"
    _description = "Decide about an objection to a review"

    review_id = fields.Many2one("complaint.quality.review", required=True, readonly=True)
    what = fields.Char("The review", compute="_compute_what")
    objection = fields.Text(compute="_compute_what")
    verdict = fields.Selection(
        [("kept", "The review stands"), ("changed", "Points are changed")],
        "What becomes of it",
        required=True,
    )
    line_ids = fields.One2many("complaint.quality.decision.line", "decision_id", "Points")
    answer = fields.Text("Your answer", required=True)

    @api.depends("review_id")
    @api.depends_context("lang")
    def _compute_what(self):
        for wizard in self:
            review = wizard.review_id
            review.check_access("read")
            wizard.what = f"{review.display_name} · {review.standing or ''}"
            wizard.objection = review.objection

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        review = self.env["complaint.quality.review"].browse(found.get("review_id"))
        if review and "line_ids" in fields_list:
            review.check_access("read")
            found["line_ids"] = [
                (0, 0, {"line_id": line.id, "was": line.mark, "mark": line.mark}) for line in review.line_ids
            ]
        return found

    def action_decide(self):
        self.ensure_one()
        marks = {}
        if self.verdict == "changed":
            marks = {one.line_id.code: one.mark for one in self.line_ids if one.mark}
            if all(one.mark == one.line_id.mark for one in self.line_ids):
                raise UserError(self.env._("Change the points of a line, or let the review stand."))
        self.review_id._decide(marks, self.answer)
        return {"type": "ir.actions.act_window_close"}


class QualityDecisionLine(models.TransientModel):
    _name = "complaint.quality.decision.line"
    _description = "Points of a line after an objection"

    decision_id = fields.Many2one("complaint.quality.decision", required=True, ondelete="cascade")
    line_id = fields.Many2one("complaint.quality.line", "Scorecard line", required=True)
    was = fields.Selection(related="line_id.mark", related_sudo=False, string="Points so far")
    remark = fields.Text(related="line_id.remark", related_sudo=False)
    mark = fields.Selection(MARKS, "Points from now on")
