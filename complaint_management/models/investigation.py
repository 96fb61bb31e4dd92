"""The investigation of a case: what is known, why it happened, who answers for it and what to propose (B2).

There is one for each cycle: after a reopening the earlier one stays as it was, with its report."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import html2plaintext
from odoo.tools.float_utils import float_compare

from .of_ticket import without_defaults

WHOLE = 100  # per cent
DIGITS = 2
BY_BUTTON = frozenset({"state", "ready_at", "ready_uid", "cycle"})


class ComplaintInvestigation(models.Model):
    _name = "complaint.investigation"
    _description = "Investigation of a complaint"
    _inherit = "complaint.work.on.ticket"
    _order = "ticket_id, cycle desc"
    _check_company_auto = True

    cycle = fields.Integer(readonly=True, help="How often the case was opened, this time included.")
    state = fields.Selection(
        [("open", "Under way"), ("ready", "Report ready")], default="open", required=True, readonly=True
    )
    facts = fields.Html(help="What was found out, without judging it yet.")
    evidence_ids = fields.One2many("complaint.evidence", "investigation_id", "Evidence found")
    product_module = fields.Char(
        "Product or module", help="What the complaint is about: product, part, module, service."
    )
    situation = fields.Text("Situation of use", help="When, where and how it was used when it went wrong.")
    impact = fields.Text(
        "Scope of impact", help="Who else is or may be affected, and how far the trouble reaches."
    )
    cause_id = fields.Many2one(
        "complaint.term",
        "Root cause",
        domain="[('kind', '=', 'cause'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
    )
    contributing_cause_ids = fields.Many2many(
        "complaint.term",
        "complaint_investigation_cause_rel",
        "investigation_id",
        "term_id",
        "Contributing causes",
        domain="[('kind', '=', 'cause'), ('company_id', '=', company_id), ('id', '!=', cause_id)]",
    )
    share_ids = fields.One2many(
        "complaint.share", "investigation_id", "Responsible departments", help="Together they make 100 %."
    )
    finding_id = fields.Many2one(
        "complaint.term",
        domain="[('kind', '=', 'finding'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        help="Whether the complaint is right, partly right or not.",
    )
    proposal = fields.Text("Proposed solution", help="What should be done, in the eyes of the investigation.")
    author_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )
    ready_at = fields.Datetime("Report ready on", readonly=True)
    ready_uid = fields.Many2one("res.users", "Reported by", readonly=True)

    _one_a_cycle = models.UniqueIndex(
        "(ticket_id, cycle)", "This cycle of the case has an investigation already. Open that one."
    )

    @api.depends("ticket_id.number", "cycle")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "Investigation of %(number)s, cycle %(cycle)d", number=one.ticket_id.number, cycle=one.cycle
            )

    @api.model_create_multi
    def create(self, vals_list):
        if self._guarded(vals_list, BY_BUTTON):
            raise AccessError(self.env._("The state of an investigation follows from its buttons."))
        cases = self.env["helpdesk.ticket"].browse([vals["ticket_id"] for vals in vals_list])
        cycles = {case.id: case.case_cycle for case in cases}
        investigations = super(ComplaintInvestigation, without_defaults(self, BY_BUTTON)).create(
            [{"cycle": cycles[vals["ticket_id"]], **vals} for vals in vals_list]
        )
        investigations.ticket_id._record_changes()
        return investigations

    def write(self, vals):
        if self._guarded([vals], BY_BUTTON | {"ticket_id"}):
            raise AccessError(self.env._("The state of an investigation follows from its buttons."))
        if not self.env.su and any(one.state == "ready" for one in self):
            raise UserError(
                self.env._(
                    "The report is ready and others rely on it. Press “Amend the report” to change it, and "
                    "“Report ready” again afterwards."
                )
            )
        result = super().write(vals)
        if "share_ids" in vals:
            self.ticket_id._record_changes()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An investigation belongs to the case and is never deleted."))

    @api.constrains("cause_id", "finding_id", "contributing_cause_ids")
    def _check_terms(self):
        for one in self:
            terms = one.cause_id | one.finding_id | one.contributing_cause_ids
            right = one.cause_id.kind in (False, "cause") and one.finding_id.kind in (False, "finding")
            if not right or terms.company_id - one.company_id:
                raise ValidationError(
                    self.env._("Choose cause and finding from the policy of the company that has the case.")
                )

    # ------------------------------------------------------------------ the report

    def _missing(self):
        """What a report still lacks, in words."""
        self.ensure_one()
        lacks = [
            (html2plaintext(self.facts or "").strip(), self.env._("the facts")),
            (self.cause_id or not self._offers("cause"), self.env._("the root cause")),
            (self.finding_id or not self._offers("finding"), self.env._("the finding")),
            (self.share_ids, self.env._("the responsible department")),
        ]
        missing = [words for given, words in lacks if not given]
        total = sum(self.share_ids.mapped("percent"))
        if self.share_ids and float_compare(total, WHOLE, DIGITS):
            missing.append(
                self.env._("shares that make 100 %% together (they make %(total)g %%)", total=total)
            )
        return missing

    def _offers(self, kind):
        """Whether the policy of the case has any entry of a kind."""
        refs = self.ticket_id.release_id._refs()
        return any(found == kind for found, _name in refs)

    def action_report_ready(self):
        """The preliminary report is ready: from now on others may rely on it."""
        self.check_access("write")
        for one in self:
            if missing := one._missing():
                raise UserError(
                    self.env._("The report still lacks: %(what)s. Fill it in first.", what=", ".join(missing))
                )
            # sudo: only this button sets the state
            one.sudo().write({"state": "ready", "ready_at": fields.Datetime.now(), "ready_uid": self.env.uid})
            one.ticket_id._record_fact("investigated")
            one.ticket_id._record_fact("report_ready")
        return True

    def action_amend(self):
        """Open a report that was ready, to correct it."""
        self.check_access("write")
        self.sudo().write({"state": "open"})  # sudo: only this button sets the state
        return True

    def action_page(self):
        """The preliminary report as a page to read or print."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": f"/report/html/complaint_management.report_preliminary/{self.id}",
        }

    def action_new_solution(self):
        """A solution of the case that begins with what the investigation proposes."""
        self.ensure_one()
        action = self.ticket_id.action_new_solution()
        action["context"] = {**action["context"], "default_reasoning": self.proposal}
        return action


class ComplaintEvidence(models.Model):
    _name = "complaint.evidence"
    _description = "Evidence of an investigation"
    _inherit = "complaint.work.on.ticket"
    _order = "id"

    investigation_id = fields.Many2one(
        "complaint.investigation", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(
        related="investigation_id.ticket_id", store=True, index=True, required=False, domain=[]
    )
    name = fields.Char("What it proves", required=True)
    file = fields.Binary(attachment=True)
    file_name = fields.Char()


class ComplaintShare(models.Model):
    _name = "complaint.share"
    _description = "Share of a department in a complaint"
    _inherit = "complaint.work.on.ticket"
    _order = "percent desc, id"

    investigation_id = fields.Many2one(
        "complaint.investigation", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(
        related="investigation_id.ticket_id", store=True, index=True, required=False, domain=[]
    )
    department_id = fields.Many2one(
        "hr.department",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', 'in', [company_id, False])]",
    )
    percent = fields.Float("Share in %", default=WHOLE, required=True, digits=(5, DIGITS))

    _one_each = models.UniqueIndex(
        "(investigation_id, department_id)", "A department stands only once in an investigation."
    )
    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "A share lies between 0 and 100 %."
    )

    @api.constrains("percent", "investigation_id")
    def _check_total(self):
        for one in self.investigation_id:
            total = sum(one.share_ids.mapped("percent"))
            if float_compare(total, WHOLE, DIGITS) > 0:
                raise ValidationError(
                    self.env._(
                        "The shares of the departments make %(total)g %% together. Lower some, so that they "
                        "make 100 %%.",
                        total=total,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        shares = super().create(vals_list)
        shares._changed()
        return shares

    def write(self, vals):
        self._changed(only_check=True)
        result = super().write(vals)
        self._changed()
        return result

    def unlink(self):
        self._changed(only_check=True)
        cases = self.ticket_id
        result = super().unlink()
        cases._record_changes()
        return result

    def _changed(self, only_check=False):
        """A share of a report that others rely on stays; any other change may move the responsibility."""
        if not self.env.su and any(one.state == "ready" for one in self.investigation_id):
            raise UserError(
                self.env._("The report is ready and others rely on it. Press “Amend the report” first.")
            )
        if not only_check:
            self.ticket_id._record_changes()
