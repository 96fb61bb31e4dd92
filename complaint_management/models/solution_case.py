"""The solution on the case itself, and how a solution moves its case through the policy's stages."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .solution import AGREED, OVER

# Held in the context while a stage is entered whose fact stands in the register already; see PEN.
RECORDED = object()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    solution_ids = fields.One2many(
        "complaint.solution", "ticket_id", "Solutions", groups="base.group_user", copy=False
    )
    remedy_id = fields.Many2one(
        "complaint.term",
        compute="_compute_remedy",
        store=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="What the latest solution gives the customer.",
    )
    remedy_currency_id = fields.Many2one(
        "res.currency", compute="_compute_remedy", store=True, groups="base.group_user"
    )
    remedy_amount = fields.Monetary(
        "Amount",
        compute="_compute_remedy",
        store=True,
        currency_field="remedy_currency_id",
        groups="base.group_user",
        help="What the latest solution costs.",
    )
    remedy_cost = fields.Monetary(
        "Agreed in all",
        compute="_compute_remedy",
        store=True,
        currency_field="remedy_currency_id",
        groups="base.group_user",
        help="What the customer has agreed to get, over all cycles.",
    )

    @api.depends(
        "solution_ids.state", "solution_ids.remedy_id", "solution_ids.amount", "solution_ids.currency_id"
    )
    def _compute_remedy(self):
        for ticket in self:
            alive = ticket.solution_ids.filtered(lambda one: one.state not in OVER)
            latest = alive.sorted(lambda one: (one.cycle, one.id or 0), reverse=True)[:1]
            agreed = alive.filtered(lambda one: one.state in AGREED)
            ticket.remedy_id = latest.remedy_id
            ticket.remedy_currency_id = latest.currency_id
            ticket.remedy_amount = latest.amount
            ticket.remedy_cost = sum(agreed.mapped("amount"))

    def _current_solution(self):
        """The solution of the present cycle that is under way or agreed on; else the last one of the cycle;
        none where none was made."""
        self.ensure_one()
        own = self.sudo().solution_ids.filtered(  # sudo: whoever has a case asks what its solution says
            lambda one: one.cycle == self.case_cycle
        )
        alive = own.filtered(lambda one: one.state not in OVER)
        return (alive or own.sorted("id", reverse=True))[:1].with_env(self.env)

    def _solution_is_approved(self):
        """Whether the present solution has what a stage with `approval: solution` asks for."""
        # sudo: see _current_solution
        return self._current_solution().sudo().state in ("approved", "proposed", *AGREED)

    def action_new_solution(self):
        """The form of a new solution for the present cycle."""
        self.ensure_one()
        self.check_access("write")
        if self.closed:
            raise UserError(
                self.env._(
                    "%(number)s is closed. Reopen it before you propose a solution.", number=self.number
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New solution"),
            "res_model": "complaint.solution",
            "view_mode": "form",
            "context": {"default_ticket_id": self.id},
        }

    def action_solution(self):
        """The present solution of the case; a new one where there is none."""
        self.ensure_one()
        found = self._current_solution()
        if not found or found.state in OVER:
            return self.action_new_solution()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Solution"),
            "res_model": "complaint.solution",
            "res_id": found.id,
            "view_mode": "form",
        }

    def _filled_elsewhere(self):
        """What a stage may require and a solution holds; see transitions."""
        solution = self._current_solution().sudo()  # sudo: see _current_solution
        filled = super()._filled_elsewhere()
        if solution and solution.state not in OVER:
            filled.add("remedy")
        if solution.state in AGREED:
            filled.add("agreement_evidence")
        return filled

    # ------------------------------------------------------------------ stages

    def _follow_solution(self, kind, data=None, at=None):
        """Something happened to the solution: the case goes on to the stage that means it, if that may follow
        now; otherwise the fact stands alone in the register.

        A fact of the past is recorded by itself: moving a case happens now."""
        self.ensure_one()
        if not self._enter_stage_of(kind, data, at):
            self._record_fact(kind, at, {**self._stage_data(kind), **(data or {})})
        if kind == "refused":
            self._back_to_work()

    def _enter_stage_of(self, kind, data, at):
        """Move the case to the stage with this event; whether that recorded the fact."""
        stages = self.release_id._policy().stages
        here = self._stage_code()
        following = stages[here].next if here in stages else ()
        wanted = next((code for code in following if code in stages and stages[code].event == kind), None)
        if not wanted:
            return False
        if data or at:  # the stage would record the bare fact, and only as of now
            self._record_fact(kind, at, {**self._stage_data(kind), **(data or {})})
            self._move_on(wanted, recorded=kind)
            return True
        self._move_on(wanted)
        return True

    def _back_to_work(self):
        """After a refusal or a silence the case is worked on again: in the earlier stage that leads to
        another proposal, where the policy lets it go back there."""
        stages = self.release_id._policy().stages
        here = self._stage_code()
        earlier = list(stages)[: list(stages).index(here)] if here in stages else []
        ways = [code for code in earlier if code in stages[here].next and here in stages[code].next]
        if ways:
            self._move_on(ways[-1])

    def _stage_code(self):
        return self.release_id._refs().get(("stage", self.stage_id.id))

    def _move_on(self, code, recorded=None):
        """Enter a stage. recorded: the fact that the register has already, which is not recorded again."""
        # sudo: a customer's answer moves the case, too
        case = self.sudo().with_context(complaint_recorded=(RECORDED, recorded))
        case.write({"stage_id": self.release_id._refs()["stage", code]})

    def _stage_data(self, kind):
        """What the fact of a solution says besides: its amount, which escalation rules may ask for."""
        data = super()._stage_data(kind)
        if kind in ("solution_proposed", "solution_approved"):
            amount = self._current_solution().sudo().amount  # sudo: see _current_solution
            if amount:
                data["amount"] = amount
        return data

    def _stage_fact(self, state, code):
        """Entering a stage whose fact was recorded a moment before, with its details, is a plain move."""
        kind = super()._stage_fact(state, code)
        mark, recorded = self.env.context.get("complaint_recorded") or (None, None)
        return "moved" if mark is RECORDED and recorded == kind else kind
