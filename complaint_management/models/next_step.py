"""Who must do what by when: the line on top of a case, and the one person who is accountable for it (A6,
B1)."""

from datetime import timedelta

from odoo import api, fields, models

from ..engine.policy import STAGES
from .cached import alike


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------------ who

    @api.depends("user_id", "team_id.user_id", "case_type_id", "stage_id")
    def _compute_accountable(self):
        """The owner of the stage, as the policy names it: the assigned person where they are one of those,
        else who leads them. One look at the roles for all cases of a release and stage."""
        ordinary = self - self._cases()
        ordinary.accountable_id = False
        # sudo: whoever moves a case, a customer too, hands it to the owner of its stage
        for cases in alike((self - ordinary).sudo(), "release_id", "company_id", "stage_id").values():
            release = cases[0]._release()
            owner = release._stage_owner(cases[0].stage_id)
            team = release._owning_team(owner)
            if _asks_for_people(owner):
                found = cases._origin._role_users(owner.get("name"))
                for case in cases:
                    case.accountable_id = case._accountable(owner, *team, found.get(case._origin.id))
                continue
            # most cases of a batch are alike, and one answer serves them all
            for same in alike(cases, "user_id", "team_id", "complaint_against_ids").values():
                same.accountable_id = same[0]._accountable(owner, *team, None)

    def _accountable(self, owner, people, leader, found):
        """The accountable person. owner: the role as the policy writes it; people, leader: those of a role
        that is a team; found: those of any other role."""
        return _answers(owner, people, leader, found, self.user_id, self.team_id.user_id)

    def _accountable_at_entry(self, vals):
        """Id of the person accountable for a case with these values, False for nobody; None where only the
        case itself can tell."""
        # sudo: as above
        env = self.sudo().env
        release = env["complaint.release"].browse(vals["release_id"])
        owner = release._stage_owner(env["helpdesk.ticket.stage"].browse(vals["stage_id"]))
        if _asks_for_people(owner) or vals.get("complaint_against_ids"):
            return None
        team = env["helpdesk.ticket.team"].browse(vals.get("team_id"))
        user = env["res.users"].browse(vals.get("user_id"))
        return _answers(owner, *release._owning_team(owner), None, user, team.user_id).id

    # ------------------------------------------------------------------ what and by when

    def _next_step(self):
        """(sentence, the same in brief, risk) of what has to happen next."""
        if not self.case_type_id:
            return False, False, False
        others = self._waiting_for_others()
        if self.next_due_at:
            clock = self._current_clock(self.next_clock)
            what, who = others or (self._work_of(clock), None)
            when = self._when_words(self.next_due_at)
            return self._step_words(what, when, who), what, clock.color or "success"
        if self.closed:
            return self.env._("Nothing more to do: the case is closed."), self.env._("Closed"), "muted"
        if self.paused:
            words = self.env._("Waiting: the clocks stand still until the case is resumed.")
            return words, self.env._("Waiting"), "muted"
        what, who = others or (self._way_on(), None)
        return self._step_words(what, who=who), what, "muted"

    def _waiting_for_others(self):
        """(what, who) while the solution waits for somebody else: those who approve it, then the customer."""
        if self.closed or not self._origin:
            return None
        solution = (
            # sudo: who is asked, is said to whoever sees the case
            self._origin._current_solution().sudo()
        )
        if solution.state == "proposed":
            return self.env._("The customer's answer"), self.partner_id.name or self.partner_name
        asked = solution.review_ids.filtered(lambda one: one.status == "pending").reviewer_ids
        if solution.state != "submitted" or not asked:
            return None
        names = [self.env._("you") if user == self.env.user else user.name for user in asked]
        return self.env._("Approval of the solution"), ", ".join(names)

    def _step_words(self, what, when=None, who=None):
        """What · who · by when; who is the accountable person if nothing else is said."""
        if who:
            return " · ".join(part for part in (what, who, when) if part)
        if self.accountable_id == self.env.user:
            who = self.env._("you")
        else:
            # sudo: the name of a colleague
            who = self.accountable_id.sudo().name or self.env._("nobody yet, please assign")
        return " · ".join(part for part in (what, who, when) if part)

    def _work_of(self, clock):
        """What has to be done before a clock is due."""
        return self._way_on() if clock.sla == STAGES else clock.title

    def _way_on(self):
        """The work of a stage is to get to the next one."""
        release = self._release()  # of a case being entered, too
        if not release:
            return self.env._("Take the case to its next stage")
        policy, refs = release._policy(), release._refs()
        known = policy.stages.get(refs.get(("stage", self.stage_id.id)))
        order = list(policy.stages)
        ahead = [policy.stages[name] for name in known.next if name in policy.stages] if known else []
        # A way back, to work that was done already, is not what comes next.
        ahead = [one for one in ahead if order.index(one.name) > order.index(known.name)] or ahead
        stage = next((one for one in ahead if not one.closes), next(iter(ahead), None))
        if stage is None:
            return self.env._("Take the case to its next stage")
        title = release._in_language(stage.written.get("title") or stage.name.replace("_", " ").capitalize())
        return self.env._("On to “%(stage)s”", stage=title)

    def _when_words(self, instant):
        """A deadline as one says it: "by today 16:40", "was due yesterday 16:40"."""
        local = fields.Datetime.context_timestamp(self, instant)
        clock, day = f"{local:%H:%M}", local.date()
        if clock == "00:00" and not local.second:
            clock, day = "24:00", day - timedelta(days=1)
        now = fields.Datetime.now()
        away = (day - fields.Datetime.context_timestamp(self, now).date()).days
        named = {-1: self.env._("yesterday"), 0: self.env._("today"), 1: self.env._("tomorrow")}
        plain = self.env.context.get("complaint_plain_times")
        when = f"{(not plain and named.get(away)) or day.isoformat()} {clock}"
        if instant < now:
            return self.env._("was due %(when)s", when=when)
        return self.env._("by %(when)s", when=when)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _stage_owner(self, stage):
        """The role that owns a stage, as the policy writes it; an empty one if it names none."""
        if not self:
            return {}
        known = self._policy().stages.get(self._refs().get(("stage", stage.id)))
        return self._role(known.written.get("owner")) if known else {}

    def _owning_team(self, owner):
        """(people, leader) of a role that is a team."""
        # sudo: whom the policy means is the company's business, whoever is asking
        team = self.sudo()._team_named(owner.get("team"))
        return team.user_ids | team.user_id, team.user_id


def _answers(owner, people, leader, found, user, team_leader):
    """Who answers for a stage with that owner: user and team_leader are those of the case."""
    usual = user or team_leader
    if owner.get("of") == "team":
        return team_leader or usual
    if "team" in owner:
        return user if user in people else leader or usual
    if not found:
        return usual
    return user if user in found else found[:1]


def _asks_for_people(owner):
    """Whether the owner of a stage is neither the team, nor its leader, nor the person in charge."""
    return bool(owner) and "team" not in owner and owner.get("of") not in ("case", "team")
