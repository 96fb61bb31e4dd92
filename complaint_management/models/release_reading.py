"""How tickets read a release: presets, severity, titles and teams, answered from the pinned policy and its
records."""

from datetime import timezone

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import ormcache
from odoo.tools.misc import frozendict

HIGHEST_PRIORITY = 3  # of OCA's stars
LANGUAGES = {"zh": "zh_CN"}


def aware(instant):
    """Odoo's naive UTC -> the engine's aware UTC."""
    return instant and instant.replace(tzinfo=timezone.utc)


def naive(instant):
    """The engine's aware UTC -> Odoo's naive UTC."""
    return instant and instant.replace(tzinfo=None)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _active_or_explain(self, company):
        """The active release of a company; a sentence instead of a failure where there is none."""
        release = self._active(company)
        if not release:
            raise UserError(
                self.env._(
                    "%(company)s has no complaint policy yet. "
                    "A policy admin applies one with the command odoo complaint apply.",
                    company=company.name,
                )
            )
        return release

    def _first_stage(self):
        """The engine's stage that a new case enters."""
        return next(iter(self._policy().stages.values()))

    def _presets(self, category):
        """Terms that a category presets: {"urgency": id, "scope": id, "complexity": id}, False where none
        (A4)."""
        kinds = ("urgency", "scope", "complexity")
        if not self:
            return dict.fromkeys(kinds, False)
        refs = self._refs()
        presets = self._policy().presets(refs.get(("category", category.id)))
        return {kind: refs.get((kind, presets.get(kind)), False) for kind in kinds}

    def _severity(self, urgency, scope):
        """Id of the severity that the matrix gives for an urgency and a scope (A4); False without a
        release."""
        if not self:
            return False
        refs = self._refs()
        code = self._policy().severity_of(refs.get(("urgency", urgency.id)), refs.get(("scope", scope.id)))
        return refs.get(("severity", code), False)

    def _severity_priority(self, severity_id, tier_id=False):
        """OCA's priority, "0" to "3", that a severity stands for, raised as far as the customer's tier does
        (A8); "1" without a severity."""
        code = self._refs().get(("severity", severity_id)) if self else None
        levels = (self._policy().raw.get("severity") or {}).get("levels") or [] if code else []
        usual = next((level.get("priority", 1) for level in levels if level["name"] == code), 1)
        tier = self._refs().get(("tier", tier_id)) if self and tier_id else None
        tiers = self._policy().raw.get("tiers") or [] if tier else []
        up = next((one.get("priority_up", 0) for one in tiers if one["name"] == tier), 0)
        return str(min(usual + up, HIGHEST_PRIORITY))

    def _team_for(self, category):
        """The team of a category or of the nearest category above it that has one (A6)."""
        teams = self._category_teams(self.company_id.id) if self else {}
        return self.env["helpdesk.ticket.team"].browse(teams.get(category.id))

    @ormcache("company_id")
    def _category_teams(self, company_id):
        """{category id: team id}. Only applying a policy changes it, and that forgets what was cached."""
        # sudo: a customer may open a case, and pick lists hold no secrets
        categories = self.env["helpdesk.ticket.category"].sudo().with_context(active_test=False)
        teams = {}
        for category in categories.search([("company_id", "=", company_id), ("policy_code", "!=", False)]):
            nearest = category
            while nearest and not nearest.complaint_team_id:
                nearest = nearest.parent_id
            teams[category.id] = nearest.complaint_team_id.id
        return frozendict(teams)

    def _intake_team(self):
        """The team that takes in what no category sends elsewhere: that of the role which owns the first
        stage."""
        owner = self._first_stage().written.get("owner") if self else None
        return self._team_named(self._role(owner).get("team"))

    def _team_named(self, name):
        """The team that the policy calls by a name, the company's own before one of all companies."""
        return self.env["helpdesk.ticket.team"].browse(name and self._team_id_named(name, self.company_id.id))

    @ormcache("name", "company_id")
    def _team_id_named(self, name, company_id):
        # sudo: see _category_teams
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(lang="en_US")
        domain = [("name", "=", name), ("company_id", "in", [company_id, False])]
        return teams.search(domain, order="company_id, id", limit=1).id

    def _clock_title(self, sla, clock):
        """What people call a clock, in the user's language."""
        spec = self and self._policy().clock_spec(sla, clock)
        titles = spec.written.get("title") if spec else None
        if not titles:
            return clock.replace("_", " ").capitalize()
        return self._in_language(titles) or clock

    def _in_language(self, texts):
        """A text of the policy in the user's language, else in English, else in the first one that it has."""
        if isinstance(texts, str):
            return texts
        return texts.get(self._language()) or texts.get("en") or next(iter(texts.values()), "")

    def _language(self):
        """The user's language as policies write it."""
        lang = self.env.lang or "en_US"
        return LANGUAGES.get(lang.split("_")[0], lang.split("_")[0])
