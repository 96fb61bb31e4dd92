"""The random sample of a period's closed cases (D1, D4): what was drawn, among what, by which seed, how far
it is, and whether it passed.

A sample is drawn once and never changed. Whom it asks, and who could not be asked and why, stands in its
members, so that nobody has to believe the share."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import frozendict

from ..engine.callbacks import plan_named
from ..engine.statistics import csat, passed, rule_of
from .callback import DUE, REASONS
from .ticket_register import ATTRIBUTES

# What cases are sorted by -> where the ticket has it; also what a plan's `match` asks for.
COLUMNS = frozendict(
    {name: field for field, name in ATTRIBUTES.items()}
    | {"team": "team_id", "department": "responsible_department_id"}
)
VERDICTS = [
    ("none", "Nothing to judge"),
    ("running", "Still being asked"),
    ("few", "Too few answers to judge"),
    ("passed", "Passed"),
    ("failed", "Not passed"),
]


class ComplaintSample(models.Model):
    _name = "complaint.sample"
    _description = "Random sample of closed cases"
    _order = "begins_at desc, id desc"
    _log_access = False

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    release_id = fields.Many2one(
        "complaint.release", "Policy", required=True, readonly=True, ondelete="restrict"
    )
    plan = fields.Char("Plan (code)", required=True, readonly=True)
    period = fields.Char(required=True, readonly=True, help="Such as 2026-03.")
    begins_at = fields.Datetime("From", required=True, readonly=True)
    ends_at = fields.Datetime("Until", required=True, readonly=True)
    opens_at = fields.Datetime("Asked from", required=True, readonly=True)
    due_at = fields.Datetime("Asked until", required=True, readonly=True)
    drawn_at = fields.Datetime("Drawn", required=True, readonly=True)
    seed = fields.Char(
        required=True, readonly=True, help="With it, the same cases give the same sample again."
    )
    share = fields.Float("Share (%)", required=True, readonly=True, aggregator=None)
    frame = fields.Integer("Closed cases", readonly=True, help="Among so many cases it was drawn.")
    barred = fields.Integer(
        "Not to be drawn", readonly=True, help="Cases among them whose customers could not be asked."
    )
    drawn = fields.Integer("Cases drawn", readonly=True)
    strata = fields.Json(readonly=True)
    strata_table = fields.Html("How it was drawn", compute="_compute_strata_table", sanitize=False)
    member_ids = fields.One2many("complaint.sample.member", "sample_id", "Cases", readonly=True)

    reached = fields.Integer("Answered", compute="_compute_result")
    waiting = fields.Integer("Still to be asked", compute="_compute_result")
    left_out = fields.Integer("Drawn, not asked", compute="_compute_result")
    progress = fields.Float(
        compute="_compute_result", help="Drawn cases about which nothing is to be done any more."
    )
    pass_mark = fields.Float("Pass mark (%)", compute="_compute_result")
    satisfied = fields.Float("Satisfied (%)", compute="_compute_result")
    verdict = fields.Selection(VERDICTS, compute="_compute_result")
    words = fields.Char("Result", compute="_compute_result")

    _once = models.UniqueIndex(
        "(company_id, plan, period)", "The sample of this period has been drawn already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Samples are drawn by the plans of the policy, not by hand."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A sample stays, with what came of it."))

    # ------------------------------------------------------------------ what is shown

    @api.depends("plan", "period", "release_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for sample in self:
            release = sample.sudo().release_id  # sudo: the words of the policy are no secret
            title = release._words(release._callback_plan(sample.plan).get("title"), sample.plan)
            sample.name = f"{title} {sample.period}"

    @api.depends("name")
    def _compute_display_name(self):
        for sample in self:
            sample.display_name = sample.name

    def _compute_result(self):
        counts = self._counted()
        for sample in self:
            found = counts.get(sample.id, {})
            policy = sample.sudo().release_id._policy()  # sudo: the words of the policy are no secret
            plan = plan_named(policy, sample.plan)
            release = sample.sudo().release_id  # sudo: as above
            satisfied = found.get(("done", "satisfied"), 0)
            sample.reached = sum(
                number for (state, result), number in found.items() if state == "done" and result
            )
            pending = sum(number for (state, _result), number in found.items() if state in DUE)
            # what was drawn and has no callback yet is still to be asked, too
            sample.waiting = pending + max(0, sample.drawn - sum(found.values()))
            sample.left_out = sum(
                n for (state, _result), n in found.items() if state in ("left_out", "cancelled")
            )
            sample.progress = 100 * (1 - sample.waiting / sample.drawn) if sample.drawn else 100
            figure = csat(satisfied, sample.reached, rule_of(release._survey(plan and plan.survey)))
            sample.pass_mark = 100 * float(plan.passes) if plan and plan.passes else 0
            sample.satisfied = 100 * (figure.value or 0)
            sample.verdict = sample._judged(figure, plan)
            sample.words = sample._in_words(figure)

    def _counted(self):
        """{sample id: {(state, result): callbacks}}"""
        # sudo: whoever may read a sample reads how it went as a whole
        groups = (
            self.env["complaint.callback"]
            .sudo()
            ._read_group([("sample_id", "in", self.ids)], ["sample_id", "state", "result"], ["__count"])
        )
        counts = {}
        for sample, state, result, number in groups:
            counts.setdefault(sample.id, {})[state, result] = number
        return counts

    def _judged(self, figure, plan):
        """Whether it passed: by what was answered, once there is enough, or no more to come."""
        good = passed(figure, plan.passes) if plan else None
        if good is None:
            return "running" if self.waiting and plan and plan.passes else "none"
        if figure.few:
            return "running" if self.waiting else "few"
        return "passed" if good else "failed"

    def _in_words(self, figure):
        if not figure.n:
            return self.env._("No answer yet") if self.waiting else self.env._("No answer")
        words = self.env._("%(share)d %% of %(count)d satisfied", share=round(self.satisfied), count=figure.n)
        if figure.low is not None:
            words = self.env._(
                "%(words)s (in truth between %(low)d and %(high)d %%)",
                words=words,
                low=int(100 * figure.low),
                high=-int(-100 * figure.high // 1),
            )
        if figure.few:
            return self.env._("%(words)s: too few answers to judge", words=words)
        return words

    @api.depends("strata")
    @api.depends_context("lang")
    def _compute_strata_table(self):
        for sample in self:
            rows = [
                {
                    "title": " · ".join(sample._stratum_words(name) for name in stratum["names"]),
                    **{key: stratum[key] for key in ("members", "wanted", "drawn")},
                }
                for stratum in sample.strata or ()
            ]
            sample.strata_table = self.env["ir.qweb"]._render(
                "complaint_management.sample_strata", {"rows": rows, "all_cases": self.env._("All cases")}
            )

    def _stratum_words(self, name):
        """A stratum is kept as ["category", id], ["team", id] and so on."""
        kind, ident = name
        field = self.env["helpdesk.ticket"]._fields[COLUMNS[kind]]
        if not ident:
            label = field._description_string(self.env)
            return self.env._("without %(label)s", label=label)
        # sudo: the names of categories and teams are no secret
        return self.env[field.comodel_name].sudo().browse(ident).exists().display_name or str(ident)

    # ------------------------------------------------------------------ behind the numbers

    def action_callbacks(self):
        """The callbacks of the sample."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "complaint.callback",
            "view_mode": "list,form",
            "domain": [("sample_id", "=", self.id)],
            "context": {"search_default_group_state": 1},
        }


class ComplaintSampleMember(models.Model):
    """A case that was drawn, or one that could not be drawn and why."""

    _name = "complaint.sample.member"
    _inherit = "complaint.of.ticket"
    _description = "Case of a random sample"
    _order = "sample_id, id"
    _rec_name = "ticket_id"
    _log_access = False
    _stays_open = True  # a sample asks about cases that are in the archive already

    sample_id = fields.Many2one("complaint.sample", required=True, readonly=True, ondelete="cascade")
    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    person_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True, ondelete="set null")
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True, ondelete="set null")
    drawn = fields.Boolean(readonly=True)
    reason = fields.Selection(
        [*REASONS, ("asked_before", "Drawn for the sample before")], "Why not", readonly=True
    )
    callback_id = fields.Many2one(
        "complaint.callback", readonly=True, ondelete="set null", index="btree_not_null"
    )
    state = fields.Selection(related="callback_id.state", string="How it stands")
    result = fields.Selection(related="callback_id.result")

    _once = models.UniqueIndex("(sample_id, ticket_id)", "A case is in a sample only once.")
    _nobody_twice = models.UniqueIndex(
        "(sample_id, person_id) WHERE drawn AND person_id IS NOT NULL",
        "Nobody is asked twice for one sample.",
    )
    _to_make = models.Index("(sample_id, id) WHERE drawn AND callback_id IS NULL")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Samples are drawn by the plans of the policy, not by hand."))
        return super().create(vals_list)


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    sample_id = fields.Many2one(
        "complaint.sample", readonly=True, ondelete="set null", index="btree_not_null"
    )
