"""A line of the check list: the numbers of a check as they were when the list was made, and what people judge
of them."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

VERDICTS = [("ok", "In order"), ("not_ok", "Not in order"), ("na", "Does not apply")]
MET = [("yes", "Within"), ("no", "Beyond"), ("none", "No target")]
BY_HAND = frozenset({"verdict", "remark"})


class ComplaintCheckLine(models.Model):
    _name = "complaint.check.line"
    _description = "Line of a check list"
    _order = "sequence, id"
    _rec_name = "title"

    check_id = fields.Many2one(
        "complaint.check", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, readonly=True)
    state = fields.Selection(related="check_id.state")
    begin = fields.Date(related="check_id.begin")
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    finding = fields.Char("Check (code)", readonly=True)
    title = fields.Char("What is checked", compute="_compute_words")
    sentence = fields.Char("Definition", compute="_compute_words")
    count = fields.Integer("Found", readonly=True, aggregator=None)
    of = fields.Integer("Checked", readonly=True, aggregator=None)
    share = fields.Float(readonly=True, aggregator=None)
    earlier = fields.Integer("Period before", readonly=True, aggregator=None)
    has_earlier = fields.Boolean(readonly=True)
    target = fields.Char(compute="_compute_words")
    numbers = fields.Char("Result", compute="_compute_words")
    met = fields.Selection(MET, "Stands", readonly=True, required=True, default="none")
    verdict = fields.Selection(VERDICTS, "Judged")
    remark = fields.Char(help="Needed where something is not in order: what is wrong and what follows.")
    judged_by_id = fields.Many2one("res.users", "Judged by", readonly=True, ondelete="restrict")
    judged_at = fields.Datetime("Judged on", readonly=True)
    may_judge = fields.Boolean(related="check_id.may_sign")
    action_count = fields.Integer("Actions", compute="_compute_action_count")

    _once = models.UniqueIndex("(check_id, code)")

    # ------------------------------------------------------------------ what is shown

    @api.depends("code", "finding", "count", "of", "check_id")
    @api.depends_context("lang")
    def _compute_words(self):
        supervision = self.env["complaint.supervision"]
        for line in self:
            # sudo: the words of the policy are no secret
            release = line.sudo().check_id.release_id
            written = (release._policy().raw.get("supervision") or {}) if release else {}
            check = _named(written.get("checks"), line.finding)
            entry = _named((written.get("check_list") or {}).get("lines"), line.code)
            usual = supervision._titles().get(check.get("what"), "")
            usual = supervision._title_in(release, check, usual) if check else ""
            line.title = supervision._title_in(release, entry, usual) if entry else usual or line.code
            line.sentence = supervision._sentence(check, line.company_id) if check else ""
            line.target = supervision._limit_text(check.get("at_most"))
            line.numbers = line._numbers() if check else ""

    def _numbers(self):
        supervision = self.env["complaint.supervision"]
        if not self.of:
            return self.env._("nothing to check")
        return self.env._(
            "%(count)d of %(of)d (%(share)s)",
            count=self.count,
            of=self.of,
            share=supervision._share_text(self.count / self.of),
        )

    def _compute_action_count(self):
        actions = self.env["mgmtsystem.action"]
        groups = []
        if actions.has_access("read"):
            groups = actions._read_group([("check_line_id", "in", self.ids)], ["check_line_id"], ["__count"])
        counts = {line.id: count for line, count in groups}
        for line in self:
            line.action_count = counts.get(line.id, 0)

    # ------------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("The lines of a check list follow from the policy."))
        return super().create(vals_list)

    def write(self, vals):
        self.check_id._refuse_signed()
        if not self.env.su:
            if not BY_HAND.issuperset(vals):
                raise AccessError(
                    self.env._("Only the judgement and the remark of a line are yours to write.")
                )
            self.check_id._refuse_foreign()
        if "verdict" in vals:
            stamp = {"judged_by_id": self.env.uid, "judged_at": fields.Datetime.now()}
            # sudo: who judged is not written by hand
            super(ComplaintCheckLine, self.sudo()).write(stamp if vals["verdict"] else dict.fromkeys(stamp))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A line of a check list stays. Judge that it does not apply."))

    @api.constrains("verdict", "remark")
    def _check_remark(self):
        for line in self:
            if line.verdict == "not_ok" and not (line.remark or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say in the remark what is not in order about “%(line)s”, so that somebody can act "
                        "on it.",
                        line=line.title,
                    )
                )

    # ------------------------------------------------------------------ what follows

    def action_improve(self):
        """A new improvement action that comes from this line."""
        self.ensure_one()
        self.check_access("read")
        return self.env["mgmtsystem.action"]._form_of_a_new_one(
            default_name=self.title,
            default_description=self.remark or False,
            default_company_id=self.company_id.id,
            default_type_action="correction",
            default_check_line_id=self.id,
        )

    def action_open_records(self):
        """The records that the check finds for this period now, as far as the reader may see them."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the words of the policy are no secret
        written = self.sudo().check_id.release_id._policy().raw.get("supervision") or {}
        check = _named(written.get("checks"), self.finding)
        if not check:
            return self.check_id.action_open_page()
        model, domain = self.env["complaint.supervision"]._behind(
            check, self.company_id, self.check_id.begin, self.check_id.end
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.title,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }


class MgmtsystemAction(models.Model):
    _inherit = "mgmtsystem.action"

    check_line_id = fields.Many2one(
        "complaint.check.line",
        "Line of a check list",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        groups="complaint_management.group_supervision,complaint_management.group_decision,"
        "helpdesk_mgmt.group_helpdesk_manager",
        help="What the supervision found, which this action removes.",
    )


def _named(entries, name):
    return next((entry for entry in entries or () if entry["name"] == name), {})
