"""Improvement actions (B8): what a company does so that a complaint does not come again. They are OCA's
management system actions that know where they come from, who has to agree, and whether they worked."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .of_ticket import without_defaults

CHANGES = [("product", "A product"), ("process", "A process"), ("rules", "The rules")]
DECISIONS = [
    ("none", "Not needed"),
    ("waiting", "Waiting for a decision"),
    ("approved", "Approved"),
    ("rejected", "Not approved"),
]
EFFECTS = [("worked", "It worked"), ("partly", "It worked in part"), ("failed", "It did not work")]
# Set by the buttons alone.
BY_BUTTON = frozenset(
    {
        "decision",
        "awaited_role",
        "decision_ids",
        "effect",
        "effect_note",
        "effect_checked_at",
        "effect_checked_uid",
        "checked_before",
        "checked_after",
    }
)
# What was decided on; to want something else is to make another action.
DECIDED_ON = frozenset({"name", "description", "change_of", "company_id"})


class MgmtsystemAction(models.Model):
    _inherit = "mgmtsystem.action"

    for_complaints = fields.Boolean(
        readonly=True, index="btree_not_null", help="Comes from complaints and is worked on with them."
    )
    complaint_ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        "complaint_improvement_ticket_rel",
        "action_id",
        "ticket_id",
        "Cases",
        domain="[('case_type_id', '!=', False), ('company_id', '=', company_id)]",
        help="The complaints that it comes from. Several may share one action.",
    )
    cause_id = fields.Many2one(
        "complaint.term",
        "Root cause",
        domain="[('kind', '=', 'cause'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        help="What it removes. Whether it did is seen from the complaints with this cause.",
    )
    complaint_category_id = fields.Many2one(
        "helpdesk.ticket.category",
        "Category",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        help="Counts only complaints of this category when the effect is checked.",
    )
    suggestion_id = fields.Many2one(
        "complaint.suggestion",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        groups="complaint_management.group_decision",
        help="The suggestion that it comes from. Only management knows it.",
    )
    change_of = fields.Selection(
        CHANGES,
        "Changes",
        tracking=True,
        help="What has to be changed for it. A change of a product, a process or the rules is decided by "
        "those whom the policy names. Empty: it is done within the present rules.",
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    ended = fields.Boolean(related="stage_id.is_ending")

    @api.depends("date_deadline", "stage_id.is_ending")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            due = action.date_deadline
            action.overdue = bool(due) and due < today and not action.stage_id.is_ending

    def _search_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("date_deadline", "<", fields.Date.context_today(self)) & Domain(
            "stage_id.is_ending", "=", False
        )
        wanted = (True in value) == (operator == "in")
        return late if wanted else ~late

    # ------------------------------------------------------------------ making and changing

    @api.model
    def default_get(self, fields_list):
        """An action that is made on our screens, or from a case, is one of ours."""
        values = super().default_get(fields_list)
        cases = self.env["helpdesk.ticket"].browse(self.env.context.get("complaint_case_ids") or [])
        cases = cases.filtered("case_type_id")
        if cases and "complaint_ticket_ids" in fields_list:
            values.update(cases._improvement_defaults())
        return values

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(BY_BUTTON & set(vals) for vals in vals_list):
            raise AccessError(self.env._("Decision and effect of an action follow from its buttons."))
        for vals in vals_list:
            if self.env.context.get("default_for_complaints") or self._is_ours(vals):
                vals["for_complaints"] = True
        actions = super(MgmtsystemAction, without_defaults(self, BY_BUTTON)).create(vals_list)
        ours = actions.filtered("for_complaints")
        ours._ask_for_decision()
        ours._tell_cases()
        ours._refuse_early_start()
        return actions

    @api.model
    def _is_ours(self, vals):
        names = ("complaint_ticket_ids", "cause_id", "complaint_category_id", "suggestion_id")
        return any(vals.get(name) for name in names)

    def write(self, vals):
        ours = self.filtered("for_complaints")
        if not self.env.su and (ours or self._is_ours(vals)):
            self._refuse_by_hand(vals)
        cases = {action: action.complaint_ticket_ids for action in ours}
        if self._is_ours(vals) and len(ours) < len(self):
            vals = {**vals, "for_complaints": True}
        result = super().write(vals)
        if DECIDED_ON & set(vals):
            ours._ask_for_decision()
        if "stage_id" in vals:
            ours._refuse_early_start()
        if "complaint_ticket_ids" in vals:
            for action, known in cases.items():
                action._tell_cases(known)
        return result

    def _refuse_by_hand(self, vals):
        if BY_BUTTON & set(vals) or ("for_complaints" in vals and not vals["for_complaints"]):
            raise AccessError(self.env._("Decision and effect of an action follow from its buttons."))
        changed = DECIDED_ON & set(vals)
        if any(
            action.decision_ids and any(self._says_otherwise(action, name, vals) for name in changed)
            for action in self
        ):
            raise UserError(
                self.env._(
                    "This action has been decided on as it stands. Cancel it and make another one if "
                    "something else is to be done."
                )
            )

    @api.model
    def _says_otherwise(self, action, name, vals):
        """Whether a write would really change a field."""
        value = action._fields[name].convert_to_write(action[name], action)
        return (value or False) != (vals[name] or False)

    @api.constrains("complaint_ticket_ids", "cause_id", "complaint_category_id", "company_id")
    def _check_origin(self):
        for action in self:
            # sudo: whoever may read the action may not read every case of it
            cases = action.sudo().complaint_ticket_ids
            parts = (cases.company_id, action.cause_id.company_id, action.complaint_category_id.company_id)
            if any(companies - action.company_id for companies in parts):
                raise ValidationError(
                    self.env._(
                        "Cases, cause and category of %(action)s must be those of its company, %(company)s.",
                        action=action.name,
                        company=action.company_id.name,
                    )
                )
            if cases.filtered(lambda case: not case.case_type_id) or action.cause_id.kind not in (
                False,
                "cause",
            ):
                raise ValidationError(self.env._("An improvement action comes from complaints and causes."))

    @api.model
    def _form_of_a_new_one(self, **context):
        """The form of a new action that comes from complaints; context: what it is begun with."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Improvement action"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {"default_for_complaints": True, **context},
        }

    def _tell_cases(self, known=None):
        """A note on each case that an action came from, so that whoever has the case knows of it."""
        bodies = {}
        for action in self:
            for case in action.complaint_ticket_ids - (known or self.env["helpdesk.ticket"]):
                bodies[case.id] = self.env._(
                    "Improvement action %(reference)s was made from this case: %(name)s",
                    reference=action.reference,
                    name=action.name,
                )
        if bodies:
            # sudo: a note that says what happened, by whoever made the action
            self.env["helpdesk.ticket"].browse(bodies).sudo()._message_log_batch(bodies=bodies)

    def send_mail_for_action(self, force_send=True):
        """The owner of one of ours hears of it by a mail that waits for the queue: whoever makes the action
        does not wait for the mail server."""
        ours = self.filtered("for_complaints")
        others = self - ours
        if others:
            super(MgmtsystemAction, others).send_mail_for_action(force_send=force_send)
        if ours:
            # sudo: the mail goes to the owner, whom whoever makes the action has chosen
            super(MgmtsystemAction, ours.sudo()).send_mail_for_action(force_send=False)
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ours(self):
        if any(self.mapped("for_complaints")):
            raise UserError(self.env._("An improvement action is not deleted. Cancel it instead."))

    # ------------------------------------------------------------------ where it stands

    def _cancelled(self):
        """Those of self that were given up."""
        given_up = self.env.ref("mgmtsystem_action.stage_cancel", False)
        return self.filtered(lambda action: given_up and action.stage_id == given_up)

    def action_start(self):
        self._go("mgmtsystem_action.stage_open")

    def action_done(self):
        self._go("mgmtsystem_action.stage_close")

    def action_cancel(self):
        self._go("mgmtsystem_action.stage_cancel")

    def _go(self, stage):
        self.write({"stage_id": self.env.ref(stage).id})

    def _refuse_early_start(self):
        """What has to be decided is not begun before; it may be given up at any time."""
        cancelled = self._cancelled()
        for action in self - cancelled:
            if action.stage_id.is_starting or action.decision in ("none", "approved"):
                continue
            raise UserError(
                self.env._(
                    "“%(action)s” changes something that has to be decided first: %(notice)s",
                    action=action.name,
                    notice=action.decision_notice or "",
                )
            )
