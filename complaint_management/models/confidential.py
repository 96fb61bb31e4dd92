"""Confidential cases (B10): seen only by those who work on them, and by the roles that the policy names.

A record rule that holds for everybody looks into `confidential_user_ids`, which is kept here: whoever has the
case, answers for it, belongs to its task force or was asked for an approval, and whoever took it in as long
as it has not left its first stage. The people complained about are never among them. The customer, and who
acts for them, see their own case in the portal; the rule says so."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# What decides who works on a case. A recompute of the accountable person comes from the team or the stage.
CONCERNED = frozenset(
    {
        "confidential",
        "user_id",
        "team_id",
        "stage_id",
        "accountable_id",
        "complaint_against_ids",
        "release_id",
        "category_id",
    }
)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    confidential = fields.Boolean(
        copy=False,
        groups="base.group_user",
        help="Only those who work on the case, and the roles that the policy names, can see it.",
    )
    confidential_user_ids = fields.Many2many(
        "res.users",
        "complaint_confidential_user_rel",
        "ticket_id",
        "user_id",
        "Who can see it",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    may_lift = fields.Boolean(compute="_compute_may_lift", groups="base.group_user")

    # as the access rules ask for it, on each query of a child of a case
    _confidential = models.Index("(id) WHERE confidential IS TRUE")

    @api.depends("confidential")
    @api.depends_context("uid")
    def _compute_may_lift(self):
        for ticket in self:
            ticket.may_lift = ticket.confidential and ticket._may_be_lifted_by(self.env.user)

    @api.depends("confidential")
    def _compute_display_name(self):  # pylint: disable=missing-return
        """In lists of other records, in mails and activities a confidential case is its number alone."""
        super()._compute_display_name()
        for ticket in self:
            if ticket.sudo().confidential:  # sudo: a customer may not read the flag
                ticket.display_name = ticket.number

    # ------------------------------------------------------------------ changes

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: whoever enters a case need not be among those who may see it
        entered = tickets.sudo()
        wanted = entered.filtered("confidential")
        wanted._check_only_cases()
        wanted._keep_confidential()
        by_policy = (entered - wanted).filtered(lambda one: one._is_confidential_by_policy())
        if by_policy:
            by_policy.write({"confidential": True})
        return tickets

    def write(self, vals):
        if "confidential" in vals:
            self._check_lifting(vals["confidential"])
        asked = self if "confidential" in vals else self.browse()
        before = asked.sudo().filtered("confidential")  # sudo: as in create
        result = super().write(vals)
        if not CONCERNED.isdisjoint(vals):
            after = self.sudo().filtered("confidential")  # sudo: whoever writes may shut themselves out
            after._check_only_cases()
            after._keep_confidential()
            if "confidential" in vals:
                ((before - after) | (after - before))._note_confidential()
        return result

    def _check_lifting(self, confidential):
        """Making a case confidential is for all who may change it; to undo it is not."""
        if confidential or self.env.su:
            return
        for ticket in self.filtered("confidential"):
            if not ticket._may_be_lifted_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only %(roles)s may lift the confidentiality of %(number)s. Ask one of them.",
                        roles=", ".join(
                            ticket.release_id._role_title(role) for role in ticket._confidential_roles()
                        ),
                        number=ticket.number,
                    )
                )

    def _may_be_lifted_by(self, user):
        """By the roles that the policy names; where it names none, by those who work on the case."""
        return user in self._confidential_roles_users() if self._confidential_roles() else True

    def _check_only_cases(self):
        if any(not one.case_type_id for one in self):
            raise UserError(
                self.env._("Only complaints can be confidential. Press “Treat as complaint” first.")
            )

    def action_make_confidential(self):
        """Shut out everybody who does not work on the case."""
        self.check_access("write")
        self.write({"confidential": True})
        # sudo: only to see whether the caller still sees the case
        if any(self.env.user not in ticket.sudo().confidential_user_ids for ticket in self):
            return {"type": "ir.actions.client", "tag": "home"}
        return True

    def action_lift_confidential(self):
        self.check_access("write")
        self.write({"confidential": False})
        return True

    def _note_confidential(self):
        """Leave a word in the case's history about who changed it."""
        author = self.env.user.partner_id.id
        for ticket in self:
            words = (
                self.env._("Made confidential: only those who work on the case see it now.")
                if ticket.confidential
                else self.env._("No longer confidential.")
            )
            ticket._message_log(body=words, author_id=author)

    # ------------------------------------------------------------------ who may see it

    def _confidential_policy(self):
        raw = self.release_id._policy().raw if self.release_id else {}
        return (raw.get("privacy") or {}).get("confidential") or {}

    def _confidential_roles(self):
        """Codes of the roles that see every confidential case of a release."""
        roles = self._confidential_policy().get("roles") or []
        return [roles] if isinstance(roles, str) else list(roles)

    def _is_confidential_by_policy(self):
        match = self._confidential_policy().get("match")
        if not match:
            return False
        state = self._engine_state()
        return self.release_id._policy().condition({"match": match}).holds(state.attributes, state.cycle)

    def _confidential_roles_users(self):
        """The people of the roles that the policy names, present or not, without those complained about."""
        self.ensure_one()
        case = self.sudo()  # sudo: whom the policy means is the company's business, whoever is asking
        users = self.env["res.users"].sudo()
        for code in case._confidential_roles():
            role = case.release_id._role(code)
            if "of" in role:
                # sudo: whom the policy names is the company's business, whoever is asking
                users |= case._role_users(code)[case.id].sudo()
            else:
                users |= case.release_id._role_people(role)
        return case._without_the_accused(users)

    def _without_the_accused(self, users):
        """Those of the users who are people of the case's company and not complained about."""
        about = self.complaint_against_ids.sudo().user_id  # sudo: the caller may be no officer of HR
        return (
            users.filtered(
                lambda user: user.active and not user.share and self.company_id in user.company_ids
            )
            - about
        )

    def _workers(self):
        """Everybody who works on one case (as superuser)."""
        self.ensure_one()
        force = self.task_force_ids
        users = self.user_id | self.accountable_id | force.leader_id | force.member_ids
        users |= self.env["tier.review"]._asked_about(self) | self.extension_ids._asked()
        if self.stage_id.policy_code == self.release_id._first_stage().name:
            users |= self.create_uid
        return self._without_the_accused(users) | self._confidential_roles_users()

    def _keep_confidential(self):  # pylint: disable=missing-return
        """Store who sees the confidential cases of self (as superuser), and shut out all others."""
        for ticket in self.with_context(active_test=False):
            allowed = ticket._workers() if ticket.release_id else ticket.user_id
            if ticket.confidential_user_ids != allowed:
                # no write of ours: nothing else follows from it
                values = {"confidential_user_ids": [Command.set(allowed.ids)]}
                super(HelpdeskTicket, ticket).write(values)  # pylint: disable=super-method-mismatch
            ticket._shut_out()

    def _shut_out(self):
        """Unsubscribe everybody inside who may not see a confidential case, and drop what they were to do."""
        allowed = self.confidential_user_ids
        strangers = self.message_partner_ids.filtered(
            lambda partner: (
                any(not user.share for user in partner.user_ids) and not partner.user_ids & allowed
            )
        )
        if strangers:
            self.message_unsubscribe(strangers.ids)
        activities = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        activities.filtered(lambda one: one.user_id not in allowed).unlink()
        self.env.add_to_compute(activities._fields["res_name"], activities.exists())

    @api.model
    def _keep_all_confidential(self):
        """Look again who may see confidential cases: after people, teams or policies changed, and daily."""
        # sudo: a job, and what follows from the change of a role
        cases = self.sudo().with_context(active_test=False).search([("confidential", "=", True)])
        cases._keep_confidential()

    def _only_who_may_see(self, users):
        """Those of the users whom one may tell about the case."""
        self.ensure_one()
        case = self.sudo()  # sudo: the caller may be any job or rule
        return users & case.confidential_user_ids.with_env(users.env) if case.confidential else users

    # ------------------------------------------------------------------ mail

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Nobody inside who may not see the case is told of a message on it, whoever named them."""
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if len(self) != 1 or not self.sudo().confidential:  # sudo: a customer may not read the flag
            return found
        allowed = set(self.sudo().confidential_user_ids.ids)  # sudo: as above
        return [one for one in found if one.get("share", True) or one.get("uid") in allowed]


class HiddenCases(models.AbstractModel):
    """Mixin for records of the platform that point at any document by model and id: what belongs to a
    confidential case is hidden even from those whom the record names, such as its author or addressee."""

    _name = "complaint.hidden.cases"
    _description = "Hides what belongs to confidential cases"
    _of_model = "res_model"

    @api.model
    def _hidden_cases(self):
        """A query for the confidential cases that the user does not see."""
        user = self.env.user
        hidden = Domain("confidential", "=", True) & ~Domain("confidential_user_ids", "in", user.ids)
        if user.share:
            own = Domain("partner_id", "in", user.partner_id.ids)
            hidden &= ~(own | Domain("representative_id", "in", user.partner_id.ids))
        # sudo: the query names what is to be hidden
        return self.env["helpdesk.ticket"].sudo()._search(hidden, active_test=False)

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su:
            elsewhere = Domain(self._of_model, "!=", "helpdesk.ticket")
            domain = Domain(domain) & (elsewhere | Domain("res_id", "not in", self._hidden_cases()))
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        # sudo: only to see which case they belong to
        own = self.sudo().filtered(lambda one: one[self._of_model] == "helpdesk.ticket" and one.res_id)
        if not own:
            return result
        cases = self.env["helpdesk.ticket"].browse(set(own.mapped("res_id"))).exists()
        confidential = cases.sudo().filtered("confidential").with_env(self.env)  # sudo: as above
        hidden = confidential - confidential._filtered_access("read")
        if not hidden:
            return result
        forbidden = own.filtered(lambda one: one.res_id in hidden.ids).with_env(self.env)
        if result:
            forbidden |= result[0]
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "complaint.hidden.cases"]
    _of_model = "model"

    def _get_forbidden_access(self, operation):
        """As it comes, customers read internal notes of their ticket by id unless somebody typed them as a
        comment: what the system notes, such as a change of the owner, too."""
        forbidden = super()._get_forbidden_access(operation)
        if self.env.su or not self.env.user.share:
            return forbidden
        notes = self.sudo().filtered(  # sudo: only to see what kind they are
            lambda one: (
                one.model == "helpdesk.ticket"
                and (one.is_internal or not one.subtype_id or one.subtype_id.internal)
            )
        )
        return forbidden | notes.with_env(self.env)


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "complaint.hidden.cases"]


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["mail.followers", "complaint.hidden.cases"]
