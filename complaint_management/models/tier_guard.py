"""Approvals of base_tier_validation, made safe (for every model that uses them).

As it comes, every employee may write reviews, so that one call forges an approval, and customers may read
whom a company asks from which amount on. Here nobody writes reviews: the methods that decide do, as
superuser, after they have looked who is asking. Group reviewers include those who are in the group through
another one."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .of_ticket import without_defaults

DEFINED = frozenset({"complaint_role", "complaint_key"})


class TierValidation(models.AbstractModel):
    _inherit = "tier.validation"

    def request_validation(self):
        self.check_access("write")
        # sudo: whoever may change the document may ask; the reviews themselves are nobody's to write
        return super(TierValidation, self.sudo()).request_validation().with_env(self.env)

    def restart_validation(self):
        self.check_access("write")
        return super(TierValidation, self.sudo()).restart_validation()  # sudo: see request_validation

    def _validate_tier(self, tiers=False):
        # sudo: only reviews of the present user are approved, as OCA's method makes sure
        own = self.sudo()
        return super(TierValidation, own)._validate_tier((tiers or own.review_ids).sudo() & own.review_ids)

    def _rejected_tier(self, tiers=False):
        own = self.sudo()  # sudo: see _validate_tier
        return super(TierValidation, own)._rejected_tier((tiers or own.review_ids).sudo() & own.review_ids)

    def _tier_validation_check_write_remove_reviews(self, vals):
        # sudo: called by a write that the user may do
        return super(TierValidation, self.sudo())._tier_validation_check_write_remove_reviews(vals)

    def unlink(self):
        self.check_access("unlink")
        self.sudo().review_ids.unlink()  # sudo: reviews go with their document
        return super().unlink()


class TierReview(models.Model):
    _inherit = "tier.review"

    def _update_review_status(self):
        # sudo: which review comes next follows from the order alone
        return super(TierReview, self.sudo())._update_review_status()

    def _get_reviewers(self):
        role = self.definition_id.complaint_role
        if role and self.model == "complaint.solution":
            return self.env["complaint.solution"].browse(self.res_id)._approvers(role)
        reviewers = super()._get_reviewers()
        if self.reviewer_group_id:
            reviewers |= self.reviewer_group_id.all_user_ids
            if self.definition_id.exclude_requester:
                reviewers -= self.requested_by
        return reviewers


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    def _refuse_by_hand(self):
        # sudo: the guard must see the owner even where the caller may not
        if not self.env.su and any(one.complaint_key for one in self.sudo()):
            raise AccessError(
                self.env._(
                    "This approval comes from the complaint policy and was asked for like that. Change "
                    "approvals.yaml and apply the policy: the next solution is asked by the new rule."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(DEFINED & set(vals) for vals in vals_list):
            raise AccessError(self.env._("Only the complaint policy makes such approvals."))
        return super(TierDefinition, without_defaults(self, DEFINED)).create(vals_list)

    def write(self, vals):
        self._refuse_by_hand()
        if not self.env.su and DEFINED & set(vals):
            raise AccessError(self.env._("Only the complaint policy makes such approvals."))
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()


class CommentWizard(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _inherit = "comment.wizard"

    def add_comment(self):
        """OCA's wizard writes any review that it is given; only the present user's own of this document
        count."""
        self.ensure_one()
        if self.res_model not in self.env or "review_ids" not in self.env[self.res_model]._fields:
            raise UserError(self.env._("There is nothing to decide about here."))
        document = self.env[self.res_model].browse(self.res_id)
        document.check_access("read")
        # sudo: see TierValidation; whose review it is, is looked at here
        reviews = self.sudo().review_ids
        mine = reviews.filtered(
            lambda one: (
                one.model == self.res_model
                and one.res_id == self.res_id
                and one.status in ("waiting", "pending")
                and self.env.user in one.reviewer_ids
            )
        )
        if not mine or mine != reviews:
            raise AccessError(self.env._("Only those who were asked decide."))
        return super(CommentWizard, self.sudo()).add_comment()  # sudo: as above


class ResUsers(models.Model):
    _inherit = "res.users"

    review_ids = fields.Many2many(groups="base.group_user")
