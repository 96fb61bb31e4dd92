"""The lines of a scorecard (F6): points and remarks, written by the reviewer while the review is open."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# the points of the longest scale that a policy can have
MARKS = [("na", "Does not apply"), *((str(number), str(number)) for number in range(11))]
FILLED_IN = frozenset({"mark", "remark"})


class ComplaintQualityLine(models.Model):
    _name = "complaint.quality.line"
    _description = "Line of a scorecard"
    _inherit = "complaint.of.ticket"
    _order = "review_id, sequence, id"
    _stays_open = True

    review_id = fields.Many2one("complaint.quality.review", required=True, readonly=True, ondelete="cascade")
    ticket_id = fields.Many2one(related="review_id.ticket_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    agent_id = fields.Many2one(related="review_id.agent_id", store=True)
    team_id = fields.Many2one(related="review_id.team_id", store=True)
    reviewed_at = fields.Datetime(related="review_id.reviewed_at", store=True)
    sequence = fields.Integer(readonly=True)
    code = fields.Char("Line (code)", required=True, readonly=True)
    name = fields.Char("Scorecard line", required=True, readonly=True, translate=True)
    about = fields.Char("What to look at", compute="_compute_about", compute_sudo=True)
    weight = fields.Float(readonly=True, aggregator=None)
    critical = fields.Boolean(readonly=True, help="Below the pass mark it fails the whole review.")
    scale = fields.Integer(readonly=True, aggregator=None)
    remark_up_to = fields.Integer(readonly=True, aggregator=None)
    mark = fields.Selection(MARKS, "Points")
    first_mark = fields.Selection(MARKS, "Points before the objection", readonly=True)
    remark = fields.Text()
    needs_remark = fields.Boolean(compute="_compute_needs_remark")
    share = fields.Float("Points (%)", compute="_compute_share", store=True, aggregator="avg")
    judged = fields.Boolean(compute="_compute_share", store=True)

    _review = models.UniqueIndex("(review_id, code)", "A card has each line once.")

    @api.depends("code", "review_id")
    @api.depends_context("lang")
    def _compute_about(self):
        for line in self:
            spec = line.review_id._spec()
            entry = spec and spec.line(line.code)
            texts = entry and entry.written.get("description")
            line.about = line.review_id.release_id._in_language(texts) if texts else False

    @api.depends("mark", "remark_up_to")
    def _compute_needs_remark(self):
        for line in self:
            points = line._points()
            line.needs_remark = points is not None and points <= line.remark_up_to

    @api.depends("mark", "scale")
    def _compute_share(self):
        for line in self:
            points = line._points()
            line.judged = points is not None
            line.share = 100 * points / line.scale if points is not None and line.scale else 0

    def _points(self):
        """The points as a number; None where the line is not judged or does not apply."""
        return int(self.mark) if self.mark and self.mark != "na" else None

    # ------------------------------------------------------------------ who writes

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and field.name not in FILLED_IN:
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("The lines of a card are those of the policy."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self.review_id._check_may_review()
        result = super().write(vals)
        if "mark" in vals:
            self._check_on_the_scale()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise AccessError(self.env._("The lines of a card are those of the policy."))

    def _check_on_the_scale(self):
        for line in self:
            points, lowest = line._points(), 0 if line.scale == 1 else 1
            if points is not None and not lowest <= points <= line.scale:
                raise UserError(
                    self.env._(
                        "Points for “%(line)s” go from %(low)d to %(high)d.",
                        line=line.name,
                        low=lowest,
                        high=line.scale,
                    )
                )
