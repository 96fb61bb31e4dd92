"""How the incentives read a release: its schemes, their words and lines, the people they are about, and who
approves what comes of them."""

from odoo import models
from odoo.tools.lru import LRU

from ..engine.policy import as_list
from ..engine.schemes import schemes

# Prepared schemes of this process; see `_parsed` of the releases.
_prepared = LRU(64)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _schemes(self):
        """{name: the engine's scheme} of a release; empty without one."""
        if not self:
            return {}
        release = self.sudo()  # sudo: what a release says is needed by whoever handles a complaint
        key = (self.env.cr.dbname, release.id, release.digest, release.applied_at)
        found = _prepared.get(key)
        if found is None:
            found = _prepared[key] = {one.name: one for one in schemes(release._policy())}
        return found

    def _scheme_written(self, scheme):
        """A scheme as the policy writes it; an empty one if it has none of that name."""
        found = self._schemes().get(scheme)
        return found.written if found else {}

    def _scheme_title(self, scheme):
        return self._words(self._scheme_written(scheme).get("title"), scheme)

    def _scheme_entry(self, scheme, part, name):
        """A rule or grade of a scheme as the policy writes it."""
        entries = self._scheme_written(scheme).get(part) or ()
        return next((entry for entry in entries if entry["name"] == name), {})

    def _points_rule_title(self, scheme, rule):
        return self._words(self._scheme_entry(scheme, "rules", rule).get("title"), rule)

    def _grade_title(self, scheme, grade):
        return self._words(self._scheme_entry(scheme, "grades", grade).get("title"), grade) if grade else ""

    def _points_rule_place(self, scheme, rule):
        """(file, line) of a rule of a scheme, or None."""
        origins = self._origins(self.id) if self else {}
        place = origins.get(f"incentives/{scheme}/{rule}") or origins.get(f"incentives/{scheme}")
        return tuple(place[:2]) if place else None

    def _scheme_members(self, scheme):
        """The people whose points a scheme counts, there or not: who is on leave keeps their points."""
        who = self._scheme_written(scheme).get("who") or {}
        company = self.company_id
        # sudo: whom the policy means is the company's business, whoever is asking
        users = self.env["res.users"].sudo()
        if "team" in who:
            users = self.sudo()._team_named(who["team"]).user_ids  # sudo: as above
        for role in as_list(who.get("role")):
            users |= self._role_people(self._role(role))
        return users.filtered(lambda user: user.active and not user.share and company in user.company_ids)

    # ------------------------------------------------------------------ who approves

    def _reward_roles(self, scheme):
        """The roles that have to approve the statements of a period, in order; none if the policy asks none.

        A step for cases of some kind, or from some amount on, is asked always: what is approved is a whole
        period, and one approval too many harms nobody."""
        found = self._schemes().get(scheme)
        named = found and found.approval
        approvals = self._policy().raw.get("approvals") or () if self else ()
        entry = next((one for one in approvals if one["name"] == named), {})
        roles = [role for step in entry.get("steps") or () for role in step["by"]]
        return list(dict.fromkeys(roles))

    def _points_people(self, role, people):
        """Who may decide for a role about the points of some people: none of themselves."""
        # sudo: see _scheme_members
        release, people = self.sudo(), people.sudo()
        if release._role(role).get("of") == "team":
            return people._team_leaders(release.company_id) - people
        # sudo: whom the policy names is the company's business, whoever is asking
        return release._role_members(role).sudo() - people

    def _points_currency(self, scheme):
        """The currency in which a scheme pays: that of the pack, else of the company."""
        found = self._schemes().get(scheme)
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)  # sudo: no secret
        known = currencies.search([("name", "=", found.currency)], limit=1) if found else currencies
        return known or self.sudo().company_id.currency_id  # sudo: see _schemes


class ResUsers(models.Model):
    _inherit = "res.users"

    def _teams_in(self, company):
        """The teams in which these people work in a company."""
        # sudo: who works in which team is the company's business, whoever is asking
        teams = self.sudo().helpdesk_team_ids
        return teams.filtered(lambda team: team.company_id in (company, company.browse()))

    def _team_leaders(self, company):
        """Who leads the teams of these people: the nearest leader of each team who is none of them."""
        leaders = self.env["res.users"].sudo()  # sudo: see _teams_in
        for team in self._teams_in(company):
            nearest = team
            while nearest and (not nearest.user_id or nearest.user_id in self.sudo()):
                nearest = nearest.parent_id
            leaders |= nearest.user_id
        return leaders.filtered("active")

    def _leaders_above(self, company):
        """Who stands above those who lead the teams of these people."""
        direct, above = self._team_leaders(company), self.env["res.users"].sudo()  # sudo: see _teams_in
        for team in self._teams_in(company):
            parent = team.parent_id
            while parent:
                above |= parent.user_id
                parent = parent.parent_id
        # sudo: as above
        return above.filtered("active") - direct - self.sudo()
