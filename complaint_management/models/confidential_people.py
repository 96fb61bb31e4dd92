"""Who sees confidential cases follows the people: task forces, approvals, teams, groups, policies."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class TaskForce(models.Model):
    _inherit = "complaint.task.force"

    def _open_the_case(self):
        # sudo: who works on a case is kept by the system, whoever changed the task force
        self.sudo().ticket_id.filtered("confidential")._keep_confidential()
        return super()._open_the_case()

    def unlink(self):
        cases = self.ticket_id.sudo().filtered("confidential")  # sudo: as above
        result = super().unlink()
        cases._keep_confidential()
        return result


class TierReview(models.Model):
    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        self.env["helpdesk.ticket"].browse(reviews._case_ids()).sudo().filtered(  # sudo: as above
            "confidential"
        )._keep_confidential()
        return reviews

    def _case_ids(self):
        """Ids of the cases whose documents are under review."""
        found = set()
        for name, reviews in self.sudo().grouped("model").items():  # sudo: only whose they are
            if name == "helpdesk.ticket":
                found.update(reviews.mapped("res_id"))
            elif name in self.env and "ticket_id" in self.env[name]._fields:
                documents = self.env[name].sudo().browse(set(reviews.mapped("res_id")))  # sudo: the same
                found.update(documents.exists().ticket_id.ids)
        return list(found)

    @api.model
    def _asked_about(self, case):
        """The people who were asked to approve something of one case."""
        wanted = Domain("model", "=", case._name) & Domain("res_id", "=", case.id)
        for name in self._documents_of_cases():
            documents = self.env[name].sudo().search([("ticket_id", "=", case.id)])  # sudo: a job of ours
            if documents:
                wanted |= Domain("model", "=", name) & Domain("res_id", "in", documents.ids)
        reviews = self.sudo().search(wanted & Domain("status", "!=", "cancel"))  # sudo: as above
        return reviews.reviewer_ids | reviews.done_by

    @api.model
    def _documents_of_cases(self):
        """Names of the models whose records belong to a case and are approved."""
        return [
            name
            for name, model in self.env.items()
            if name.startswith("complaint.")
            and not model._abstract
            and {"ticket_id", "review_ids"} <= set(model._fields)
        ]


class Extension(models.Model):
    _inherit = "complaint.extension"

    @api.model_create_multi
    def create(self, vals_list):
        asked = super().create(vals_list)
        asked.ticket_id.filtered("confidential")._keep_confidential()
        return asked

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "roles"}.isdisjoint(vals):
            # sudo: who works on a case is kept by the system
            self.sudo().ticket_id.filtered("confidential")._keep_confidential()
        return result

    @api.model
    def _of_token(self, token):
        """The link of an approver who was shut out since opens nothing."""
        found, user = super()._of_token(token)
        if found and not found.ticket_id._only_who_may_see(user):
            return found.browse(), user.browse()
        return found, user

    def _asked(self):
        """Those who are to decide about the requests that are open."""
        users = self.env["res.users"]
        for one in self.filtered(lambda one: one.state == "asked"):
            for role in one.roles or ():
                users |= one._approvers(role)
        return users


class Notice(models.Model):
    _inherit = "complaint.notice"

    @api.model
    def _queue(self, told):
        """Of a confidential case only those learn anything who may see it; if a rule names none of them, the
        roles of the policy are told instead: a warning is never lost."""
        kept = []
        for ticket, fired, level, user in told:
            users = ticket._only_who_may_see(user)
            if not users and not any(one[0] == ticket and one[1] is fired for one in kept):
                users = ticket._confidential_roles_users()
            kept += [(ticket, fired, level, one.with_env(user.env)) for one in users]
        return super()._queue(kept)

    def _out_of_sight(self):
        """Those whose people do not see the case any more."""
        return self.filtered(lambda one: not one.ticket_id._only_who_may_see(one.user_id))

    @api.model
    def _of_token(self, token):
        """A personal link opens nothing for somebody who was shut out since."""
        notice = super()._of_token(token)
        return notice - notice._out_of_sight()

    def _send(self):
        hidden = self._out_of_sight()
        hidden.write({"state": "done"})
        return super(Notice, self - hidden)._send()


class Solution(models.Model):
    _inherit = "complaint.solution"

    @api.model
    def _of_token(self, token):
        """The link of an approver who was shut out since opens nothing."""
        solution, review, user = super()._of_token(token)
        if solution and not solution.ticket_id._only_who_may_see(user):
            return solution.browse(), review.browse(), user.browse()
        return solution, review, user


class Rating(models.Model):
    """As it comes, every employee reads what every customer said about a case, and may write it anew. Ratings
    of ordinary tickets stay as they are."""

    _inherit = "rating.rating"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su:
            tickets = self.env["helpdesk.ticket"]
            readable = tickets._search([], active_test=False, order="id")
            # sudo: which tickets are cases is all that is asked
            ordinary = tickets.sudo()._search([("case_type_id", "=", False)], active_test=False, order="id")
            elsewhere = Domain("res_model", "!=", "helpdesk.ticket") | Domain("res_id", "in", ordinary)
            domain = Domain(domain) & (elsewhere | Domain("res_id", "in", readable))
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not self:
            return result
        # sudo: only to see whose they are, and which of those are cases
        own = self.sudo().filtered(lambda one: one.res_model == "helpdesk.ticket")
        tickets = self.env["helpdesk.ticket"].sudo().browse(set(own.mapped("res_id"))).exists()
        cases = tickets.filtered("case_type_id").with_env(self.env)
        own = own.filtered(lambda one: one.res_id in cases.ids).with_env(self.env)
        if operation == "read":
            seen = set(cases._filtered_access("read").ids)
            own = own.filtered(lambda one: one.sudo().res_id not in seen)  # sudo: as above
        if not own:
            return None
        return own, lambda: AccessError(
            self.env._(
                "What customers said about a case is read by those who may read it, and changed by nobody."
            )
        )


class Release(models.Model):
    _inherit = "complaint.release"

    @api.model_create_multi
    def create(self, vals_list):
        releases = super().create(vals_list)
        self.env["helpdesk.ticket"]._keep_all_confidential()
        return releases


class Team(models.Model):
    _inherit = "helpdesk.ticket.team"

    def write(self, vals):
        result = super().write(vals)
        if not {"user_id", "user_ids"}.isdisjoint(vals):
            self.env["helpdesk.ticket"]._keep_all_confidential()
        return result


class Groups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        result = super().write(vals)
        if not {"user_ids", "implied_ids", "implied_by_ids"}.isdisjoint(vals):
            self.env["helpdesk.ticket"]._keep_all_confidential()
        return result


class Users(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        self.env["helpdesk.ticket"]._keep_all_confidential()
        return users

    def write(self, vals):
        result = super().write(vals)
        if not {"group_ids", "active", "company_ids"}.isdisjoint(vals):
            self.env["helpdesk.ticket"]._keep_all_confidential()
        return result


class Employee(models.Model):
    _inherit = "hr.employee"

    def write(self, vals):
        result = super().write(vals)
        if not {"user_id", "department_id", "active"}.isdisjoint(vals):
            self.env["helpdesk.ticket"]._keep_all_confidential()
        return result
