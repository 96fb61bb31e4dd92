"""A solution of a case: a remedy, its price, who does what by when; submitted, approved by rank, proposed to
the customer, accepted or refused, carried out, reported and communicated (B4, B5, B6).

    draft -> submitted -> approved -> proposed -> accepted -> carried out -> reported -> communicated
               |                        |  `-> refused, expired: another solution may follow
               `-> rejected             `-> …

What is submitted is never changed again: whoever wants it otherwise makes another one from it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.float_utils import float_compare

from .of_ticket import without_defaults

STATES = [
    ("draft", "Draft"),
    ("submitted", "Waiting for approval"),
    ("approved", "Approved"),
    ("proposed", "Proposed to the customer"),
    ("accepted", "Accepted by the customer"),
    ("carried_out", "Carried out"),
    ("reported", "Result reported"),
    ("communicated", "Communicated"),
    ("rejected", "Not approved"),
    ("refused", "Refused by the customer"),
    ("expired", "Expired without an answer"),
    ("withdrawn", "Withdrawn"),
]
OVER = ("rejected", "refused", "expired", "withdrawn")  # nothing comes of these any more
AGREED = ("accepted", "carried_out", "reported", "communicated")
WAYS = [
    ("portal", "In the portal"),
    ("mail", "By mail"),
    ("call", "In a call"),
    ("paper", "On paper"),
    ("silence", "By silence, as the policy says"),
]
# Set by the buttons alone.
BY_BUTTON = frozenset(
    {
        "state",
        "cycle",
        "submitted_at",
        "proposed_at",
        "answer_by",
        "answered_at",
        "answer_way",
        "answer_words",
        "answer_uid",
        "answer_file",
        "answer_file_name",
        "carried_out_at",
        "validation_status",
        "review_ids",
    }
)
# What was agreed on; the steps of the work stay open until it is done.
FIXED = frozenset(
    {
        "ticket_id",
        "remedy_id",
        "description",
        "reasoning",
        "amount",
        "currency_id",
        "cost_centre",
        "author_id",
    }
)


class ComplaintSolution(models.Model):
    _name = "complaint.solution"
    _description = "Solution of a complaint"
    _inherit = ["complaint.work.on.ticket", "tier.validation"]
    _order = "ticket_id, cycle desc, id desc"
    _check_company_auto = True

    # For the approvals of base_tier_validation: a submitted solution is the one under review.
    _state_from = ["submitted"]
    _state_to = ["approved"]
    _cancel_state = "withdrawn"

    cycle = fields.Integer(readonly=True, help="The cycle of the case that this is a solution for.")
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, index=True)
    remedy_id = fields.Many2one(
        "complaint.term",
        required=True,
        domain="[('kind', '=', 'remedy'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index=True,
        help="What the customer is given.",
    )
    needs_amount = fields.Boolean(related="remedy_id.needs_amount")
    description = fields.Text(
        "What the customer reads", help="The proposal in the words of the customer. It is shown to them."
    )
    reasoning = fields.Text("Reasons", help="For colleagues and approvers only; the customer never sees it.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency", store=True)
    amount = fields.Monetary(help="What the customer gets.")
    cost_centre = fields.Char(help="Who pays: the cost centre or analytic account, by its number or name.")
    author_id = fields.Many2one("res.users", default=lambda self: self.env.user, required=True, readonly=True)
    step_ids = fields.One2many("complaint.solution.step", "solution_id", "Who does what by when")

    submitted_at = fields.Datetime("Submitted", readonly=True)
    proposed_at = fields.Datetime("Proposed", readonly=True)
    answer_by = fields.Datetime(
        "Answer by", readonly=True, help="What silence means after it, the policy says."
    )
    answered_at = fields.Datetime("Answered", readonly=True)
    answer_way = fields.Selection(WAYS, "Way of the answer", readonly=True)
    answer_words = fields.Text("In the customer's words", readonly=True)
    answer_uid = fields.Many2one("res.users", "Recorded by", readonly=True)
    answer_file = fields.Binary("Evidence", attachment=True, readonly=True)
    answer_file_name = fields.Char(readonly=True)
    carried_out_at = fields.Datetime("Carried out", readonly=True)

    # Reviews are for approvers; what everybody may know of them is reckoned for everybody.
    reviewer_ids = fields.Many2many(compute_sudo=True)
    can_review = fields.Boolean(compute_sudo=True)
    has_comment = fields.Boolean(compute_sudo=True)
    next_review = fields.Char(compute_sudo=True)

    _silent = models.Index("(answer_by) WHERE state = 'proposed'")
    _submitted = models.Index("(id) WHERE state = 'submitted'")
    _one_alive = models.UniqueIndex(
        "(ticket_id, cycle) WHERE state NOT IN ('rejected', 'refused', 'expired', 'withdrawn')",
        "This case has a solution under way already. Finish or withdraw that one first.",
    )
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An amount is never negative.")

    @api.depends("remedy_id", "ticket_id.number")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.ticket_id.number or ''} {one.remedy_id.name or ''}".strip()

    @api.depends("ticket_id.release_id", "company_id")
    def _compute_currency(self):
        releases = self.ticket_id.release_id
        codes = {release: release._policy().pack.get("currency") for release in releases}
        currencies = self.env["res.currency"].with_context(active_test=False)
        by_code = currencies.search([("name", "in", list(filter(None, codes.values())))]).grouped("name")
        for one in self:
            known = by_code.get(codes.get(one.ticket_id.release_id))
            one.currency_id = known or one.company_id.currency_id or self.env.company.currency_id

    # ------------------------------------------------------------------ guards

    @api.model_create_multi
    def create(self, vals_list):
        if self._guarded(vals_list, BY_BUTTON | {"author_id"}):
            raise AccessError(self.env._("A solution starts as a draft of its author. Use its buttons."))
        cases = self.env["helpdesk.ticket"].browse([vals["ticket_id"] for vals in vals_list])
        for case in cases.filtered("closed"):
            raise UserError(
                self.env._(
                    "%(number)s is closed. Reopen it before you propose a solution.", number=case.number
                )
            )
        cycles = {case.id: case.case_cycle for case in cases}
        self.flush_model(["state"])  # one that was finished a moment before makes room
        guarded = without_defaults(self, BY_BUTTON | {"author_id"})
        return super(ComplaintSolution, guarded).create(
            [{"cycle": cycles[vals["ticket_id"]], **vals} for vals in vals_list]
        )

    def write(self, vals):
        if self._guarded([vals], BY_BUTTON | {"ticket_id", "author_id"}):
            raise AccessError(
                self.env._("What happens to a solution follows from its buttons and from approvals.")
            )
        if not self.env.su and not FIXED.isdisjoint(vals) and any(one.state != "draft" for one in self):
            raise UserError(
                self.env._(
                    "This solution was submitted and stays as it is. Withdraw it and press “Propose another” "
                    "to make one that differs."
                )
            )
        return super().write(vals)

    def unlink(self):
        # Not an ondelete method: the superuser has to be able to clean up on uninstall.
        if any(one.state != "draft" for one in self):
            raise UserError(  # pylint: disable=no-raise-unlink
                self.env._("A solution that was submitted belongs to the case. Withdraw it instead.")
            )
        return super().unlink()

    def _tier_validation_check_write_allowed(self, vals):
        """Our own guard decides what is fixed, also for the steps, which stay open."""

    def _allow_to_remove_reviews(self, values):
        """Decisions are never taken out of the records."""
        return False

    def _get_company(self):
        return self.company_id or self.env.company

    @api.constrains("remedy_id", "company_id")
    def _check_remedy(self):
        for one in self:
            remedy = one.remedy_id.sudo()  # sudo: only to compare companies
            if remedy.kind != "remedy" or remedy.company_id != one.company_id:
                raise ValidationError(self.env._("Choose a remedy from the policy of the case's company."))

    # ------------------------------------------------------------------ buttons

    def action_submit(self):
        """Ask for the approvals that the policy wants; without any the solution is approved at once."""
        for one in self._at("draft"):
            one._check_complete()
            needed = one._approvals_needed()
            # sudo: only this button sets the state
            one.sudo().write({"state": "submitted", "submitted_at": fields.Datetime.now()})
            if needed:
                one._ask_for_approval(needed)
            else:
                one._approved({"automatic": True})
        return True

    def action_propose(self):
        """Tell the customer; the policy's messages do it as soon as the fact is there."""
        now = fields.Datetime.now().replace(microsecond=0)
        for one in self._at("approved"):
            # sudo: only this button sets the state
            one.sudo().write({"state": "proposed", "proposed_at": now, "answer_by": one._answer_by(now)})
            one.ticket_id._follow_solution("solution_proposed")
        return True

    def action_carried_out(self):
        """Everything that was agreed is done."""
        for one in self._at("accepted"):
            if undone := one.step_ids.filtered(lambda step: not step.done_at):
                raise UserError(
                    self.env._(
                        "Not done yet: %(steps)s. Tick off each step first.",
                        steps=", ".join(undone.mapped("name")),
                    )
                )
            one._carried_out()
        return True

    def action_reported(self):
        """The department that carried it out has told intake the result."""
        for one in self._at("carried_out"):
            one.sudo().write({"state": "reported"})  # sudo: only this button sets the state
            one.ticket_id._follow_solution("result_reported")
        return True

    def action_communicated(self):
        """The customer knows the result."""
        for one in self._at("carried_out", "reported"):
            one.sudo().write({"state": "communicated"})  # sudo: only this button sets the state
            one.ticket_id._follow_solution("communicated")
        return True

    def action_withdraw(self):
        """Take a solution back that the customer has not answered."""
        for one in self._at("draft", "submitted", "approved", "proposed"):
            one._close_reviews()
            one.sudo().write({"state": "withdrawn"})  # sudo: only this button sets the state
        return True

    def action_another(self):
        """A new draft from this solution, for the present cycle of the case."""
        self.ensure_one()
        action = self.ticket_id.action_new_solution()
        for name in ("description", "reasoning", "amount", "cost_centre"):
            action["context"][f"default_{name}"] = self[name]
        action["context"]["default_remedy_id"] = self.remedy_id.id
        return action

    def _at(self, *states):
        """Self, where the caller may change the case and all are in one of these states."""
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for one in self:
            if one.state not in states:
                raise UserError(
                    self.env._(
                        "This is not the moment: the solution is “%(state)s”, and this needs “%(wanted)s”.",
                        state=labels[one.state],
                        wanted="”, “".join(labels[state] for state in states),
                    )
                )
        return self

    def _check_complete(self):
        self.ensure_one()
        if not (self.description or "").strip():
            raise UserError(self.env._("Write what the customer reads about the proposal before you go on."))
        if self.needs_amount and float_compare(self.amount, 0, 2) <= 0:
            raise UserError(
                self.env._("“%(remedy)s” needs an amount. Enter how much.", remedy=self.remedy_id.name)
            )

    def _carried_out(self):
        for one in self:
            # sudo: only the last step or the button sets the state
            one.sudo().write({"state": "carried_out", "carried_out_at": fields.Datetime.now()})
            one.ticket_id._follow_solution("carried_out")
