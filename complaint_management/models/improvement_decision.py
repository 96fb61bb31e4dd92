"""Who agrees to a change of a product, a process or the rules (B8): the roles of the approval that the policy
names for improvement, one after the other. Whoever proposes or owns the action does not decide about it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .improvement import DECISIONS

ACTIVITY = "complaint_management.activity_type_improvement_decision"


class ImprovementDecision(models.Model):
    """One decision of one person; never changed."""

    _name = "complaint.improvement.decision"
    _description = "Decision about an improvement action"
    _order = "id"
    _rec_name = "role"

    action_id = fields.Many2one(
        "mgmtsystem.action", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    role = fields.Char(required=True, readonly=True, help="The role of the policy that decided.")
    verdict = fields.Selection(
        [("approved", "Approved"), ("rejected", "Not approved")], required=True, readonly=True
    )
    user_id = fields.Many2one("res.users", "Decided by", required=True, readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided", required=True, readonly=True)
    note = fields.Text("Why", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Decisions are made by the buttons of the action."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A decision stands. Make another action if something else is wanted."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A decision stays with its action."))


class MgmtsystemAction(models.Model):
    _inherit = "mgmtsystem.action"

    decision = fields.Selection(
        DECISIONS, default="none", required=True, readonly=True, copy=False, index=True, tracking=True
    )
    awaited_role = fields.Char(readonly=True, copy=False, help="The role of the policy that decides next.")
    decision_ids = fields.One2many(
        "complaint.improvement.decision", "action_id", "Decisions", readonly=True, copy=False
    )
    decision_notice = fields.Char(compute="_compute_decision_notice", help="Who decides, in words.")
    awaits_me = fields.Boolean(
        "Waits for my decision", compute="_compute_awaits_me", search="_search_awaits_me"
    )

    # ------------------------------------------------------------------ who decides

    def _improvement_release(self):
        return self.env["complaint.release"]._active(self.company_id or self.env.company)

    def _decision_roles(self):
        """The roles that have to agree, in order; none if nothing changes or the policy asks nobody."""
        release = self._improvement_release()
        if not release or not self.change_of:
            return []
        policy = release._policy()
        named = ((policy.raw.get("causes") or {}).get("improvement") or {}).get("approval")
        entry = next((one for one in policy.raw.get("approvals") or () if one["name"] == named), None)
        roles = [
            role for step in (entry or {}).get("steps", ()) if self._fits(policy, step) for role in step["by"]
        ]
        return list(dict.fromkeys(roles))

    def _fits(self, policy, step):
        """Whether a step of the approval is asked: one that names a kind of case, if any case is like it;
        one that waits for an amount never, because a change has none."""
        if "amount" in (step.get("when") or {}):
            return False
        if not step.get("match") and not step.get("unless"):
            return True
        condition = policy.condition(step)
        states = [
            # sudo: what they are like
            case._engine_state()
            for case in self.sudo().complaint_ticket_ids
        ]
        return any(condition.holds(state.attributes, state.cycle) for state in states)

    def _deciders(self, role):
        """Who may decide for a role now."""
        one = self.sudo()  # sudo: whom the policy means does not depend on who is asking
        release = one._improvement_release()
        if "of" in release._role(role):
            cases = one.complaint_ticket_ids
            users = self.env["res.users"].union(*cases._role_users(role).values())
        else:
            users = release._role_members(role)
        interested = one.user_id | one.create_uid | one.complaint_ticket_ids.complaint_against_ids.user_id
        # sudo: who may decide is the company's business, whoever is asking
        return users.sudo() - interested

    @api.depends("decision", "awaited_role", "decision_ids", "change_of")
    @api.depends_context("lang")
    def _compute_decision_notice(self):
        for action in self:
            action.decision_notice = action._decision_words()

    def _decision_words(self):
        release = self._improvement_release()
        if self.decision == "waiting":
            names = ", ".join(self._deciders(self.awaited_role).mapped("name"))
            title = release._role_title(self.awaited_role)
            if names:
                return self.env._("%(role)s decides: %(names)s", role=title, names=names)
            return self.env._(
                "%(role)s decides, but nobody of them may: whoever made or owns the action does not count.",
                role=title,
            )
        last = self.decision_ids[-1:]
        if not last:
            return False
        # sudo: the name of a colleague
        return self.env._("%(verdict)s: %(who)s", verdict=last._verdict_words(), who=last.user_id.sudo().name)

    @api.depends("decision", "awaited_role", "user_id")
    @api.depends_context("uid")
    def _compute_awaits_me(self):
        for action in self:
            action.awaits_me = action.decision == "waiting" and self.env.user in action._deciders(
                action.awaited_role
            )

    def _search_awaits_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        waiting = self.search([("decision", "=", "waiting"), ("stage_id.is_ending", "=", False)])
        return [("id", "in", waiting.filtered("awaits_me").ids)]

    # ------------------------------------------------------------------ asking and deciding

    def _ask_for_decision(self):
        """Begin the decision anew: what is asked for has changed."""
        for action in self:
            if action.decision in ("approved", "rejected"):
                continue
            roles = action._decision_roles()
            done = {one.role for one in action.decision_ids}
            awaited = next((role for role in roles if role not in done), False)
            state = "waiting" if awaited else "none"
            if (action.decision, action.awaited_role) != (state, awaited):
                # sudo: the state of a decision is written by nobody
                action.sudo().write({"decision": state, "awaited_role": awaited})
                action._tell_deciders()

    def _tell_deciders(self):
        """One open activity for each who may decide now, and none for anybody else."""
        # sudo: the company asks its people
        own = self.sudo()
        own.activity_unlink([ACTIVITY])
        if self.decision == "waiting":
            summary = self.env._("Decide about: %(name)s", name=self.name)
            own._ask_people([(action, user, summary) for action in own for user in self._awaited()], ACTIVITY)

    def _awaited(self):
        return self._deciders(self.awaited_role)

    @api.model
    def _ask_people(self, asked, kind, deadline=None):
        """Make activities: asked is [(action, user, summary)]."""
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": action.id,
                    "user_id": user.id,
                    "activity_type_id": self.env.ref(kind).id,
                    "summary": summary,
                    "automated": True,  # what we made, we take away again
                    "date_deadline": deadline or fields.Date.context_today(self),
                }
                for action, user, summary in asked
            ]
        )

    def action_decide(self):
        """Ask whoever decides for the verdict and the reason."""
        self.ensure_one()
        self._refuse_to_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide about the change"),
            "res_model": "complaint.improvement.verdict",
            "view_mode": "form",
            "target": "new",
            "context": {"default_action_id": self.id},
        }

    def _refuse_to_decide(self):
        if self.decision != "waiting":
            raise UserError(self.env._("This action does not wait for a decision."))
        if not self.awaits_me:
            raise AccessError(
                self.env._("You do not decide about this action. %(notice)s", notice=self.decision_notice)
            )

    def _decide(self, verdict, note=""):
        """The decision of the present user for the role that comes next."""
        self.ensure_one()
        self.check_access("read")
        self.env.cr.execute(SQL("SELECT id FROM mgmtsystem_action WHERE id = %s FOR NO KEY UPDATE", self.id))
        self.invalidate_recordset(["decision", "awaited_role"])
        self._refuse_to_decide()
        if verdict != "approved" and not (note or "").strip():
            raise UserError(self.env._("Say why, so that something better can be proposed."))
        # sudo: the resolved decider decides, and nobody writes decisions
        own = self.sudo()
        own.env["complaint.improvement.decision"].create(
            {
                "action_id": self.id,
                "company_id": self.company_id.id,
                "role": self.awaited_role,
                "verdict": verdict,
                "user_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "note": note,
            }
        )
        done = {one.role for one in own.decision_ids if one.verdict == "approved"}
        rest = [role for role in own._decision_roles() if role not in done]
        if verdict == "approved" and rest:
            own.write({"awaited_role": rest[0]})
        else:
            own.write({"decision": verdict, "awaited_role": False})
        self._tell_deciders()


class ImprovementDecisionWords(models.Model):
    _inherit = "complaint.improvement.decision"

    def _verdict_words(self):
        return dict(self._fields["verdict"]._description_selection(self.env)).get(self.verdict, "")


class ImprovementVerdict(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.improvement.verdict"
    _description = "Decide about an improvement action"

    action_id = fields.Many2one("mgmtsystem.action", required=True, readonly=True)
    description = fields.Html(related="action_id.description")
    change_of = fields.Selection(related="action_id.change_of")
    note = fields.Text("Why")

    def action_approve(self):
        self.action_id._decide("approved", self.note)
        return {"type": "ir.actions.act_window_close"}

    def action_reject(self):
        self.action_id._decide("rejected", self.note)
        return {"type": "ir.actions.act_window_close"}
