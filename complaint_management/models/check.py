"""The check list of the supervision (F5): what was found in a period, gone through line by line by people and
signed. It keeps the numbers as they were when it was made; once signed nothing of it changes any more.

    policy `supervision.check_list` -> cron -> open -> every line judged -> signed
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

STATES = [("open", "To be checked"), ("signed", "Signed")]
# What people write; all else follows from the policy and the register.
EDITABLE = frozenset({"remark", "line_ids"})
ACTIVITY = "complaint_management.activity_type_check"


class ComplaintCheck(models.Model):
    _name = "complaint.check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Check list of the supervision"
    _order = "begin desc, id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    release_id = fields.Many2one(
        "complaint.release", "Policy", required=True, readonly=True, ondelete="restrict"
    )
    period = fields.Char(required=True, readonly=True, help="Such as 2026-03.")
    begin = fields.Date("From", required=True, readonly=True)
    end = fields.Date("Until before", required=True, readonly=True, help="The day after the last one.")
    role = fields.Char("Role (code)", required=True, readonly=True)
    role_title = fields.Char("Checked by", compute="_compute_name")
    due_at = fields.Datetime("To be signed by", readonly=True)
    told_at = fields.Datetime("Told that it is overdue", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="open", tracking=True)
    line_ids = fields.One2many("complaint.check.line", "check_id", "Lines")
    remark = fields.Text("Remarks", help="What whoever reads the list later should know.")
    signed_by_id = fields.Many2one("res.users", "Signed by", readonly=True, ondelete="restrict")
    signed_at = fields.Datetime("Signed", readonly=True)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    to_judge = fields.Integer("Still to be judged", compute="_compute_lines")
    not_ok = fields.Integer("Not in order", compute="_compute_lines")
    action_count = fields.Integer("Actions", compute="_compute_actions")
    may_sign = fields.Boolean(compute="_compute_may_sign")

    _once = models.UniqueIndex("(company_id, period)", "The check list of this period has been made already.")

    # ------------------------------------------------------------------ what is shown

    @api.depends("period", "begin", "end", "role")
    @api.depends_context("lang")
    def _compute_name(self):
        figures = self.env["complaint.figures"]
        for check in self:
            known = check.begin and check.end
            period = figures._period_text(check.begin, check.end) if known else check.period or ""
            check.name = self.env._("Check list %(period)s", period=period)
            # sudo: the words of the policy are no secret
            check.role_title = check.sudo().release_id._role_title(check.role or "")

    @api.depends("name")
    def _compute_display_name(self):
        for check in self:
            check.display_name = check.name

    @api.depends("state", "due_at")
    def _compute_overdue(self):
        now = fields.Datetime.now()
        for check in self:
            check.overdue = check.state == "open" and bool(check.due_at) and check.due_at < now

    def _search_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("state", "=", "open") & Domain("due_at", "<", fields.Datetime.now())
        return late if (True in value) == (operator == "in") else ~late

    @api.depends("line_ids.verdict")
    def _compute_lines(self):
        for check in self:
            verdicts = check.line_ids.mapped("verdict")
            check.to_judge = verdicts.count(False)
            check.not_ok = verdicts.count("not_ok")

    def _compute_actions(self):
        actions = self.env["mgmtsystem.action"]
        counts = dict.fromkeys(self.ids, 0)
        if actions.has_access("read"):
            groups = actions._read_group(
                [("check_line_id.check_id", "in", self.ids)], ["check_line_id"], ["__count"]
            )
            for line, count in groups:
                counts[line.check_id.id] += count
        for check in self:
            check.action_count = counts.get(check.id, 0)

    @api.depends("state", "role", "release_id")
    @api.depends_context("uid")
    def _compute_may_sign(self):
        for check in self:
            check.may_sign = check.state == "open" and self.env.user in check._people()

    def _people(self):
        """Who goes through this list and signs it: the people of its role, as they are now."""
        self.ensure_one()
        # sudo: whom the policy means is the company's business
        return self.sudo().release_id._role_members(self.role)

    # ------------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Check lists are made by the policy after each period, not by hand."))
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_signed()
        if not self.env.su:
            self._refuse_foreign()
            if not EDITABLE.issuperset(vals):
                raise AccessError(self.env._("A check list is signed with its button."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A check list stays, with what was found and who signed it."))

    def _refuse_signed(self):
        """Once signed nothing changes any more, whoever asks."""
        for check in self:
            if check.state == "signed":
                raise UserError(
                    self.env._(
                        "“%(check)s” was signed by %(who)s. Nothing of it is changed any more; what is to be "
                        "corrected belongs on the next list.",
                        check=check.name,
                        who=check.sudo().signed_by_id.name,  # sudo: the name of a colleague
                    )
                )

    def _refuse_foreign(self):
        for check in self:
            if self.env.user not in check._people():
                raise AccessError(
                    self.env._(
                        "“%(check)s” is gone through and signed by %(role)s. You may read it.",
                        check=check.name,
                        role=check.role_title,
                    )
                )

    # ------------------------------------------------------------------ signing

    def action_sign(self):
        """Sign the list: every line is judged, and by somebody of the role."""
        self.ensure_one()
        self.check_access("write")
        self.env.cr.execute("SELECT id FROM complaint_check WHERE id = %s FOR NO KEY UPDATE", [self.id])
        self.invalidate_recordset(["state"])
        self._refuse_signed()
        self._refuse_foreign()
        waiting = self.line_ids.filtered(lambda line: not line.verdict)
        if waiting:
            raise UserError(
                self.env._(
                    "%(count)d lines are not judged yet, the first is “%(line)s”. Say of each whether it is "
                    "in order, then sign.",
                    count=len(waiting),
                    line=waiting[0].title,
                )
            )
        # sudo: who signs is set by the button alone
        self.sudo().write(
            {"state": "signed", "signed_by_id": self.env.uid, "signed_at": fields.Datetime.now()}
        )
        # sudo: nobody of the role is reminded any more
        self.sudo().activity_unlink([ACTIVITY])

    def action_all_in_order(self):
        """Judge in order whatever is within its target and not judged yet."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_signed()
        self._refuse_foreign()
        fine = self.line_ids.filtered(lambda line: not line.verdict and line.met == "yes")
        fine.write({"verdict": "ok"})

    def action_open_actions(self):
        """The improvement actions that came out of this list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Actions from %(check)s", check=self.name),
            "res_model": "mgmtsystem.action",
            "view_mode": "list,form",
            "domain": [("check_line_id.check_id", "=", self.id)],
        }

    def action_open_page(self):
        """The page of the supervision for this period, as it is now."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "complaint_supervision",
            "name": self.env._("Supervision"),
            "context": {
                "supervision_options": {
                    "period": "own",
                    "since": str(self.begin),
                    "until": str(self.end - timedelta(days=1)),
                }
            },
        }
