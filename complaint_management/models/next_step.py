"""Who must do what by when: the line on top of a case, and the one person who is accountable for it (A6,
B1)."""

from datetime import timedelta

from odoo import api, fields, models

from ..engine.policy import STAGES


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------------ who

    @api.depends("user_id", "team_id.user_id", "case_type_id", "stage_id")
    def _compute_accountable(self):
        """The owner of the stage, as the policy names it: the assigned person where they are one of those,
        else who leads them. One look at the roles for all cases of a release and stage."""
        ordinary = self.filtered(lambda ticket: not ticket.case_type_id)
        ordinary.accountable_id = False
        groups = (self - ordinary).grouped(lambda one: (one._release(), one.stage_id))
        for (release, stage), cases in groups.items():
            owner = release._stage_owner(stage)
            people, leader = release._owning_team(owner)
            # sudo: whoever moves a case, a customer too, hands it to the owner of its stage
            asked = cases.sudo()._origin if _asks_for_people(owner) else cases.browse()
            found = asked._role_users(owner.get("name"))
            for ticket in cases:
                people_asked = found.get(ticket._origin.id)
                # sudo: as above
                ticket.accountable_id = ticket.sudo()._accountable(owner, people, leader, people_asked)

    def _accountable(self, owner, people, leader, found):
        """The accountable person. owner: the role as the policy writes it; people, leader: those of a role
        that is a team; found: those of any other role."""
        usual = self.user_id or self.team_id.user_id
        if owner.get("of") == "team":
            return self.team_id.user_id or usual
        if "team" in owner:
            return self.user_id if self.user_id in people else leader or usual
        if not found:
            return usual
        return self.user_id if self.user_id in found else found[:1]

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


def _asks_for_people(owner):
    """Whether the owner of a stage is neither the team, nor its leader, nor the person in charge."""
    return bool(owner) and "team" not in owner and owner.get("of") not in ("case", "team")
