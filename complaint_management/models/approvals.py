"""Approvals by rank (B4): the steps of the policy that fit a solution become reviews of base_tier_validation,
with the people whom the roles mean. Whoever proposed the solution, has the case, or is complained about does
not decide."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..engine.matching import Range

EVENT = "solution_proposed"  # the stage that a proposal leads to names the approval that it needs
ATTRIBUTE_KINDS = {"type": "case_type"}


@dataclass(frozen=True)
class Needed:
    """One approval that a solution needs: the first step of the policy that asks this role."""

    role: str
    step: Any  # as the policy writes it
    approval: Any
    users: Any  # res.users who may give it


class ComplaintSolution(models.Model):
    _inherit = "complaint.solution"

    approval_notice = fields.Text(
        compute="_compute_approval_notice", help="Who has to agree before the customer is told, and why."
    )
    needs_approval = fields.Boolean(compute="_compute_approval_notice")
    approval_log = fields.Text(
        "Approvals",
        compute="_compute_approval_log",
        compute_sudo=True,
        help="Who was asked, who decided what.",
    )
    awaits_me = fields.Boolean(
        "Waits for my approval", compute="_compute_awaits_me", search="_search_awaits_me"
    )

    # ------------------------------------------------------------------ what is needed

    def _approval_entry(self):
        """The approval that the policy asks for a solution; None if it asks for none."""
        policy = self.ticket_id.release_id._policy()
        name = next(
            (stage.written.get("approval") for stage in policy.stages.values() if stage.event == EVENT), None
        )
        return next((one for one in policy.raw.get("approvals") or () if one["name"] == name), None)

    def _fitting_steps(self):
        """(role, step) of the approval's steps that fit the case and the amount; a role is asked once."""
        entry = self._approval_entry()
        if not entry:
            return []
        policy, state = self.ticket_id.release_id._policy(), self.ticket_id._engine_state()
        found = {}
        for step in entry["steps"]:
            amount = (step.get("when") or {}).get("amount")
            if amount and self.amount not in Range.load(amount):
                continue
            if policy.condition(step).holds(state.attributes, state.cycle):
                for role in step["by"]:
                    found.setdefault(role, step)
        return list(found.items())

    def _approvals_needed(self):
        """What the policy asks for, with the people; raises if nobody is there for one of them."""
        self.ensure_one()
        needed, entry = [], self._approval_entry()
        for role, step in self._fitting_steps():
            users = self._approvers(role)
            if not users:
                raise UserError(
                    self.env._(
                        "The policy wants the approval of “%(role)s” (%(why)s), but nobody of them can "
                        "decide: whoever proposes, has the case or is complained about does not count. "
                        "Ask the policy admin to name somebody.",
                        role=self.ticket_id.release_id._role_title(role),
                        why=self._why(step),
                    )
                )
            needed.append(Needed(role, step, entry, users))
        return needed

    def _approvers(self, role):
        """Who may decide for a role now: its people without those with an interest of their own."""
        self.ensure_one()
        one = self.sudo()  # sudo: whom the policy means does not depend on who is asking
        users = one.ticket_id._role_users(role)[one.ticket_id.id]
        return users.sudo() - one.author_id - one.ticket_id.user_id - one.create_uid

    def _why(self, step):
        """Why a step of an approval fits, in words: (amount from 5,000 CNY)."""
        reasons = []
        release = self.ticket_id.release_id
        amount = (step.get("when") or {}).get("amount") or {}
        if "min" in amount:
            shown = format_amount(self.env, amount["min"], self.currency_id)
            reasons.append(self.env._("amount from %(amount)s", amount=shown))
        if "max" in amount:
            shown = format_amount(self.env, amount["max"], self.currency_id)
            reasons.append(self.env._("amount up to %(amount)s", amount=shown))
        attributes = self.ticket_id._engine_state().attributes
        for key in step.get("match") or {}:
            ident = release._refs().get((ATTRIBUTE_KINDS.get(key, key), attributes.get(key)))
            model = {"category": "helpdesk.ticket.category", "channel": "helpdesk.ticket.channel"}.get(key)
            words = self.env[model or "complaint.term"].sudo().browse(ident).name  # sudo: no secret words
            label = self._label_of(key)
            reasons.append(f"{label}: {words or attributes.get(key) or self.ticket_id.case_cycle}")
        return ", ".join(reasons) or self.env._("always needed")

    def _label_of(self, key):
        labels = self.env["helpdesk.ticket"].fields_get(attributes=["string"])
        return labels.get(f"{key}_id", {}).get("string") or key.capitalize()

    @api.depends("state", "amount", "remedy_id", "ticket_id")
    @api.depends_context("lang", "uid")
    def _compute_approval_notice(self):
        for one in self:
            one.approval_notice, one.needs_approval = one._notice()

    def _notice(self):
        """(the sentence on top of a draft, whether an approval is needed)"""
        if self.state != "draft" or not self.ticket_id.release_id or not self.remedy_id:
            return False, False
        steps = self._fitting_steps()
        if not steps:
            return self.env._("No approval is needed. It can be proposed to the customer right away."), False
        words = self.env._(
            "The solution needs an approval by %(who)s. Ask for it now?", who=self._who_approves(steps)
        )
        return words, True

    def _who_approves(self, steps):
        """Those who decide and why, in words. steps: see _fitting_steps."""
        release, lines = self.ticket_id.release_id, []
        for role, step in steps:
            names = self.env._(" or ").join(self._approvers(role).mapped("name"))
            title = release._role_title(role)
            lines.append(
                self.env._("%(names)s (%(role)s: %(why)s)", names=names, role=title, why=self._why(step))
                if names
                else self.env._("%(role)s (%(why)s)", role=title, why=self._why(step))
            )
        return self.env._(" and then by ").join(lines)

    # ------------------------------------------------------------------ asking

    def _ask_for_approval(self, needed):
        """Make one review for each approval and tell the first people."""
        definitions = self.env["tier.definition"]
        rows = [
            {
                "model": self._name,
                "res_id": self.id,
                "definition_id": definitions._for_step(self.company_id, one).id,
                "requested_by": self.env.uid,
                "sequence": index,
            }
            for index, one in enumerate(needed, 1)
        ]
        # sudo: nobody makes reviews by hand
        reviews = self.env["tier.review"].sudo().create(rows)
        reviews._update_review_status()
        # Who is asked is looked for by reviewer and through the user: both must find it from now on.
        reviews.flush_recordset()
        self.env["res.users"].invalidate_model(["review_ids"])
        self._tell_approvers()

    def _open_review(self):
        """The review that comes next; none if nothing waits."""
        # sudo: which decision comes next, everybody with the case may know
        reviews = self.sudo().review_ids.filtered(lambda one: one.status in ("waiting", "pending"))
        return reviews.sorted("sequence")[:1]

    def _may_decide(self, review, user):
        """Whether a user may decide about a review, as things are now."""
        return user in self._approvers(review.definition_id.complaint_role)

    @api.depends("state", "review_ids.status", "review_ids.reviewer_ids")
    @api.depends_context("uid")
    def _compute_awaits_me(self):
        for one in self:
            review = one._open_review()
            one.awaits_me = bool(review) and one._may_decide(review, self.env.user)

    def _search_awaits_me(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        # sudo: only the user's own reviews are looked for
        waiting = (
            self.env["tier.review"]
            .sudo()
            .search(
                [
                    ("model", "=", self._name),
                    ("status", "=", "pending"),
                    ("reviewer_ids", "in", self.env.uid),
                ]
            )
        )
        return [("id", "in", waiting.mapped("res_id")), ("state", "=", "submitted")]

    @api.depends("review_ids.status", "review_ids.comment", "review_ids.reviewer_ids")
    @api.depends_context("lang", "tz")
    def _compute_approval_log(self):
        for one in self:
            one.approval_log = "\n".join(
                one._log_line(review) for review in one.review_ids.sorted("sequence")
            )

    def _log_line(self, review):
        role = self.ticket_id.release_id._role_title(review.definition_id.complaint_role)
        if review.status in ("waiting", "pending"):
            names = ", ".join(review.reviewer_ids.mapped("name"))
            return self.env._("%(role)s: waits for %(names)s", role=role, names=names)
        if review.status == "cancel":
            return self.env._("%(role)s: not asked any more", role=role)
        verdict = self.env._("approved") if review.status == "approved" else self.env._("not approved")
        line = self.env._(
            "%(role)s: %(verdict)s by %(who)s on %(when)s",
            role=role,
            verdict=verdict,
            who=review.done_by.name,
            when=fields.Datetime.context_timestamp(self, review.reviewed_date).strftime("%Y-%m-%d %H:%M"),
        )
        return f"{line}: {review.comment}" if review.comment else line

    # ------------------------------------------------------------------ deciding

    def _decide(self, accept, comment=""):
        """The decision of the present user about the review that comes next."""
        self.ensure_one()
        self.env.cr.execute("SELECT id FROM complaint_solution WHERE id = %s FOR NO KEY UPDATE", [self.id])
        review = self._open_review()
        if self.state != "submitted" or not review:
            raise UserError(self.env._("This solution does not wait for an approval any more."))
        if not self._may_decide(review, self.env.user):
            raise AccessError(
                self.env._(
                    "Only %(names)s may decide about this solution now. Whoever proposed it, has the case "
                    "or is complained about never does.",
                    names=", ".join(self._approvers(review.definition_id.complaint_role).mapped("name"))
                    # sudo: the words of the policy are no secret
                    or self.ticket_id.sudo().release_id._role_title(review.definition_id.complaint_role),
                )
            )
        if not accept and not (comment or "").strip():
            raise UserError(self.env._("Say why you do not approve, so that a better proposal can be made."))
        # sudo: the resolved approver decides, whatever else they may do with the case
        review.sudo().write(
            {
                "comment": comment,
                "reviewer_ids": [(4, self.env.uid)],
                "status": "approved" if accept else "rejected",
                "done_by": self.env.uid,
                "reviewed_date": fields.Datetime.now(),
            }
        )
        self.sudo()._decided(review, accept)  # sudo: as above

    def _decided(self, review, accept):
        """Record a decision; the last approval approves the solution, any refusal ends it."""
        case, role = self.ticket_id, review.definition_id.complaint_role
        data = {"role": role, "step": review.sequence, "decision": "approved" if accept else "rejected"}
        case._record_fact("decided", data=data)
        if not accept:
            self._close_reviews()
            self.write({"state": "rejected"})
            self._tell_author()
        elif self._open_review():
            self.review_ids._update_review_status()
            self._tell_approvers()
        else:
            self._approved({"role": role})
            self._tell_author()

    def _approved(self, data):
        self.sudo().write({"state": "approved"})  # sudo: approvals set the state, nobody by hand
        for one in self:
            case = one.ticket_id
            case._record_fact("solution_approved", data={**case._stage_data("solution_approved"), **data})

    def _close_reviews(self):
        """Nobody is asked any more."""
        # sudo: reviews are nobody's to write
        self.sudo().review_ids.filtered(lambda one: one.status in ("waiting", "pending")).write(
            {"status": "cancel"}
        )

    # OCA's buttons and its comment wizard come the same way as ours.

    def request_validation(self):
        raise UserError(self.env._("Press “Ask for the approval”: the policy says who decides."))

    def restart_validation(self):
        raise UserError(self.env._("A decision stands. Press “Propose another” to make a better proposal."))

    def validate_tier(self):
        return self.action_decide(True)

    def reject_tier(self):
        return self.action_decide(False)

    def _validate_tier(self, tiers=False):
        self._decide(True)

    def _rejected_tier(self, tiers=False):
        self._decide(False, (tiers or self.env["tier.review"])[:1].comment)

    def _tier_validation_check_state_on_write(self, vals):
        """Approved is what all reviews say, and nothing else; the state comes only from there."""
        if vals.get("state") == "approved" and any(one._open_review() for one in self):
            raise UserError(self.env._("An approval is still open."))

    def action_decide(self, accept=None):
        """Ask the approver for a comment, then decide."""
        self.ensure_one()
        if not self.awaits_me:
            raise AccessError(self.env._("This solution does not wait for your approval."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide about the solution"),
            "res_model": "complaint.solution.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_solution_id": self.id},
        }

    @api.model
    def _cron_reviewers(self):
        """Who is asked follows absences and changes of people: look again for what still waits."""
        # sudo: the company acts, not a person
        waiting = self.sudo().search([("state", "=", "submitted")])
        for one in waiting:
            review = one._open_review()
            users = one._approvers(review.definition_id.complaint_role) if review else review.reviewer_ids
            if users and users - review.reviewer_ids:
                review.reviewer_ids = users
                one._tell_approvers()


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    complaint_role = fields.Char(
        readonly=True, copy=False, help="The role of the complaint policy that decides."
    )
    complaint_key = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), "complaint.solution"]

    @api.model
    def _for_step(self, company, needed):
        """The definition for a step of an approval as the policy writes it now. One that says the same is
        used again; any other wording makes a new one, so that what was asked once stays as it was."""
        text = json.dumps([needed.approval["name"], needed.approval["title"], needed.step, needed.role])
        key = hashlib.sha256(f"{company.id}:{text}".encode()).hexdigest()
        own = self.sudo()  # sudo: the policy makes them, nobody by hand
        known = own.search([("complaint_key", "=", key)], limit=1)
        return known or own.create(
            {
                "name": needed.approval["title"].get("en") or needed.approval["name"],
                "model_id": self.env["ir.model"]._get_id("complaint.solution"),
                "company_id": company.id,
                "review_type": "field",
                "approve_sequence": True,
                "complaint_role": needed.role,
                "complaint_key": key,
            }
        )
