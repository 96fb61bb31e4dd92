"""What numbers do not say: comments and recommendations that people write into a report before it is sent. A
recommendation becomes an improvement action with one button."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from .of_ticket import without_defaults

KINDS = [("comment", "Comment"), ("recommendation", "Recommendation")]


class ComplaintReportRemark(models.Model):
    _name = "complaint.report.remark"
    _description = "Remark in a report"
    _order = "sequence, id"
    _rec_name = "text"

    report_id = fields.Many2one("complaint.report", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="report_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "What it is", required=True, default="comment")
    section = fields.Selection(
        selection="_section_choices",
        string="About",
        help="The part of the report under which it is shown. Empty: on the first page.",
    )
    text = fields.Text(required=True)
    author_id = fields.Many2one(
        "res.users", "Written by", readonly=True, required=True, default=lambda self: self.env.user
    )
    written_at = fields.Datetime("Written", readonly=True, default=fields.Datetime.now)
    action_id = fields.Many2one(
        "mgmtsystem.action", "Improvement", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    report_sent = fields.Boolean(compute="_compute_report_sent")

    @api.depends("report_id.state")
    def _compute_report_sent(self):
        for remark in self:
            # sudo: whether it is sent is no secret to whoever sees the remark
            remark.report_sent = remark.sudo().report_id.state in ("sent", "replaced")

    @api.model
    def _section_choices(self):
        return list(self.env["complaint.report"]._section_titles().items())

    # ------------------------------------------------------------------ one's own, until it is sent

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.update(author_id=self.env.uid, written_at=fields.Datetime.now())
                vals.pop("action_id", None)
        remarks = super(ComplaintReportRemark, without_defaults(self, {"action_id"})).create(vals_list)
        remarks._refuse_when_sent()
        return remarks

    def write(self, vals):
        self._refuse_others()
        if not self.env.su and {"author_id", "written_at", "action_id", "report_id"} & set(vals):
            raise AccessError(self.env._("Author and improvement of a remark are not set by hand."))
        if set(vals) - {"action_id", "report_id"}:
            self._refuse_when_sent()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own(self):
        self._refuse_others()
        self._refuse_when_sent()

    def _refuse_others(self):
        if not self.env.su and any(remark.author_id != self.env.user for remark in self):
            raise AccessError(self.env._("A remark is changed by its author alone. Write one of your own."))

    def _refuse_when_sent(self):
        # sudo: whether it is sent is no secret to whoever sees the remark
        if any(report.state in ("sent", "replaced") for report in self.sudo().report_id):
            raise UserError(
                self.env._("This report has been sent and is kept as it is: remarks go into the next one.")
            )

    # ------------------------------------------------------------------ from words to deeds

    def action_improve(self):
        """The improvement action that comes of the remark, made at the first click."""
        self.ensure_one()
        if not self.action_id:
            self.check_access("read")
            action = self.env["mgmtsystem.action"].create(self._improvement_values())
            # sudo: the link is set by this button alone, also on a report that was sent
            self.sudo().action_id = action
        return {
            "type": "ir.actions.act_window",
            "res_model": "mgmtsystem.action",
            "res_id": self.action_id.id,
            "views": [(False, "form")],
        }

    def _improvement_values(self):
        first = self.text.strip().splitlines()[0]
        source = self.env._("From the report “%(name)s”.", name=self.report_id.name)
        return {
            "name": first if len(first) <= 100 else first[:99] + "…",
            "description": plaintext2html(f"{self.text}\n\n{source}"),
            "type_action": "prevention",
            "company_id": self.company_id.id,
            "for_complaints": True,
        }
