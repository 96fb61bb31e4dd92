"""The quality sample of a period (F6): among how many cases it was drawn, how, and how far its reviews are.

    policy (kind quality) -> sample of a period -- part by part --> reviews -> told -> final -> register

A sample only grows: each part adds reviews, none is taken back. Whoever does not believe it can draw again:
seed and cases give the same."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.quality import sample_named, samples
from ..engine.working_time import Calendar

# a reviewer has finished these
MADE = ("told", "objected", "decided", "done")


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _quality_samples(self):
        """The quality samples of the policy; none without a policy."""
        return samples(self._policy()) if self else ()

    def _quality_sample(self, code):
        return sample_named(self._policy(), code) if self else None

    def _quality_calendar(self):
        return (self._policy().calendar if self else None) or Calendar.always_open()

    def _quality_title(self, code):
        """What people call a sample, in the user's language."""
        sample = self._quality_sample(code)
        return self._words(sample and sample.written.get("title"), code)


class ComplaintQualitySample(models.Model):
    _name = "complaint.quality.sample"
    _description = "Quality sample"
    _order = "begins_at desc, id desc"

    name = fields.Char(compute="_compute_name", compute_sudo=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    release_id = fields.Many2one(
        "complaint.release", "Policy", required=True, readonly=True, ondelete="restrict"
    )
    code = fields.Char("Sample (code)", required=True, readonly=True)
    period = fields.Char(required=True, readonly=True, help="Such as 2026-03.")
    begins_at = fields.Datetime("From", required=True, readonly=True)
    ends_at = fields.Datetime("Until", required=True, readonly=True)
    drawn_until = fields.Datetime(readonly=True, help="Cases until then had their chance.")
    drawn_at = fields.Datetime("Last drawn", readonly=True)
    seed = fields.Char(
        required=True, readonly=True, help="With it, the same cases give the same sample again."
    )
    share = fields.Float("Share wanted (%)", readonly=True, aggregator=None)
    frame = fields.Integer("Cases", readonly=True, help="Among so many cases it was drawn.")
    drawn = fields.Integer("Drawn by chance", readonly=True)
    added = fields.Integer(
        readonly=True, help="In addition to the share, so that nobody goes without a review."
    )
    barred = fields.Integer(
        "Not reviewable",
        readonly=True,
        help="Cases among them that nobody could review. They count for the share.",
    )
    parts = fields.Json(readonly=True)
    parts_table = fields.Html("How it was drawn", compute="_compute_parts_table", sanitize=False)
    review_ids = fields.One2many("complaint.quality.review", "sample_id", "Reviews", readonly=True)

    share_drawn = fields.Float("Share drawn (%)", compute="_compute_share_drawn")
    made = fields.Integer("Reviews made", compute="_compute_result")
    waiting = fields.Integer("To review", compute="_compute_result")
    passed = fields.Integer(compute="_compute_result")
    pass_rate = fields.Float("Passed (%)", compute="_compute_result")
    progress = fields.Float(compute="_compute_result")
    left_out_words = fields.Char("Why not reviewable", compute="_compute_result")

    _once = models.UniqueIndex("(company_id, code, period)", "The sample of this period is there already.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._("Quality samples are drawn as the policy says. Press “Draw now” instead.")
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A sample stays, with what came of it."))

    # ------------------------------------------------------------------ what is shown

    @api.depends("code", "period", "release_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for sample in self:
            sample.name = f"{sample.release_id._quality_title(sample.code)} {sample.period}"

    @api.depends("name")
    def _compute_display_name(self):
        for sample in self:
            sample.display_name = sample.name

    @api.depends("frame", "drawn", "added")
    def _compute_share_drawn(self):
        for sample in self:
            sample.share_drawn = 100 * (sample.drawn + sample.added) / sample.frame if sample.frame else 0

    def _compute_result(self):
        counts = self._counted()
        reasons = dict(self.env["complaint.quality.review"]._left_out_reasons())
        for sample in self:
            found = counts.get(sample.id, {})
            sample.made = sum(number for (state, *_rest), number in found.items() if state in MADE)
            sample.waiting = sum(number for (state, *_rest), number in found.items() if state == "to_do")
            sample.passed = sum(
                number
                for (state, result, _why), number in found.items()
                if state in MADE and result == "passed"
            )
            sample.pass_rate = 100 * sample.passed / sample.made if sample.made else 0
            whole = sample.made + sample.waiting
            sample.progress = 100 * sample.made / whole if whole else 100
            sample.left_out_words = ", ".join(
                self.env._("%(why)s: %(count)d", why=reasons[why], count=number)
                for (state, _result, why), number in sorted(found.items(), key=str)
                if state == "left_out" and why
            )

    def _counted(self):
        """{sample id: {(state, result, reason): reviews}}"""
        # sudo: whoever may read a sample reads how it went as a whole
        groups = (
            self.env["complaint.quality.review"]
            .sudo()
            ._read_group(
                [("sample_id", "in", self.ids)],
                ["sample_id", "state", "result", "left_out_reason"],
                ["__count"],
            )
        )
        counts = {}
        for sample, *key, number in groups:
            counts.setdefault(sample.id, {})[tuple(key)] = number
        return counts

    @api.depends("parts")
    @api.depends_context("lang", "tz")
    def _compute_parts_table(self):
        for sample in self:
            rows = [
                {
                    "until": fields.Datetime.to_datetime(part["until"]),
                    "frame": part["frame"],
                    "wanted": part["wanted"],
                    "drawn": part["drawn"],
                    "added": part["added"],
                    "barred": part["barred"],
                    "by_hand": part.get("by_hand"),
                }
                for part in sample.parts or ()
            ]
            sample.parts_table = self.env["ir.qweb"]._render(
                "complaint_management.quality_parts", {"rows": rows}
            )

    # ------------------------------------------------------------------ the way to its reviews

    def action_reviews(self):
        """The reviews of this sample, those left out with their reasons too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.quality_review_action")
        return {
            **action,
            "name": self.name,
            "domain": [("sample_id", "=", self.id)],
            "context": {"search_default_group_state": 1},
            "path": False,
        }

    def action_left_out(self):
        """The cases that could not be drawn, as far as the reader may see them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.quality_left_out_action")
        return {**action, "domain": [("sample_id", "=", self.id), ("state", "=", "left_out")], "path": False}
