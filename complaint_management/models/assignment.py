"""Who is accountable for a case: the customer's named agent, else a present member of the team by the
policy's method, else the team's leader (A6)."""

from markupsafe import Markup, escape
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.assignment import Desk, Rules, choose
from ..engine.case import Event
from ..engine.clocks import next_due, step
from .release_reading import aware


class Assigner:
    """Chooses people for cases of one company in one go: load and absence are looked up once, and each choice
    counts for the next."""

    def __init__(self, release):
        self.env = release.sudo().env  # sudo: a customer or the mail gateway may open the case
        self.release = release.with_env(self.env)
        policy = release._policy().raw if release else {}
        self.rules = Rules.load(policy.get("assignment"), policy.get("workload"))
        self.personal = {tier["name"] for tier in policy.get("tiers") or () if tier.get("named_agent")}
        self._desks = {}
        self._away = {}

    def person(self, team, partner, tier=None, severity=None, about=None):
        """The user for a case; empty leaves it to the team's leader.

        tier, severity: codes; about: users whom the complaint is about, who never get it"""
        users = self.env["res.users"]
        team, partner = team.with_env(self.env), partner.with_env(self.env)
        if self.rules.named_agent_first and tier in self.personal:
            agent = partner.with_company(self.release.company_id).complaint_agent_id
            if agent and self._suits(agent, about) and not self._absent(agent) and self._has_room(agent):
                return self._taken(agent, severity)
        people = team.user_ids.filtered(lambda user: self._suits(user, about)).sorted("id")
        if self.rules.by in ("nobody", "team_leader") or not people:
            return users
        away = self._absent(people)
        chosen = choose(self.rules, people.ids, self._loads(people), away)
        return self._taken(users.browse(chosen), severity) if chosen else users

    def _suits(self, user, about):
        return (
            user.active
            and not user.share
            and self.release.company_id in user.company_ids
            and user not in (about or ())
        )

    def _has_room(self, user):
        return self.rules.cap is None or self._loads(user)[user.id].cases < self.rules.cap

    def _taken(self, user, severity):
        desk = self._loads(user).setdefault(user.id, Desk())
        desk.cases += 1
        desk.weight += self.rules.weight_of(severity)
        desk.last = max([desk.last, *(other.last for other in self._desks.values())]) + 1
        return user

    def _absent(self, people):
        unknown = people.filtered(lambda user: user.id not in self._away)
        if unknown:
            absent = unknown._absent_ids()
            self._away.update((user.id, user.id in absent) for user in unknown)
        return {user.id for user in people if self._away[user.id]}

    def _loads(self, people):
        """{user id: Desk} of these people; one query for those not looked up yet."""
        unknown = set(people.ids) - set(self._desks)
        if not unknown:
            return self._desks
        self.env["helpdesk.ticket"].flush_model(["user_id", "severity_id", "stage_id", "assigned_date"])
        rows = self.env.execute_query(
            SQL(
                "SELECT t.user_id, t.severity_id, count(*) FILTER (WHERE NOT COALESCE(s.closed, false)), "
                "EXTRACT(EPOCH FROM max(t.assigned_date)) "
                "FROM helpdesk_ticket t LEFT JOIN helpdesk_ticket_stage s ON s.id = t.stage_id "
                "WHERE t.user_id IN %s AND t.case_type_id IS NOT NULL GROUP BY t.user_id, t.severity_id",
                tuple(unknown),
            )
        )
        refs = self.release._refs()
        self._desks.update((ident, Desk()) for ident in unknown)
        for user, severity, count, last in rows:
            desk = self._desks[user]
            desk.cases += count
            desk.weight += count * self.rules.weight_of(refs.get(("severity", severity)))
            desk.last = max(desk.last, float(last or 0))
        return self._desks


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    handed_over_from_id = fields.Many2one(
        "helpdesk.ticket.team", "Handed over by", compute="_compute_handover", compute_sudo=True
    )
    awaits_acceptance = fields.Boolean("To be accepted", readonly=True, copy=False)
    may_accept = fields.Boolean(compute="_compute_handover", compute_sudo=True)

    _to_accept = models.Index("(team_id) WHERE awaits_acceptance")

    @api.depends("awaits_acceptance", "team_id", "user_id")
    @api.depends_context("uid")
    def _compute_handover(self):
        # sudo: nobody reads the stored state itself
        self._origin.sudo().fetch(["case_state"])
        for ticket in self:
            held, user = [], self.env.user
            if ticket.awaits_acceptance:
                held = ticket._engine_state().attributes.get("held_team_ids") or []
            ticket.handed_over_from_id = held[-1] if held else False
            ticket.may_accept = ticket.awaits_acceptance and (
                user in ticket.team_id.user_ids or user in (ticket.team_id.user_id, ticket.user_id)
            )

    def _severity_code(self):
        return self.release_id._refs().get(("severity", self.severity_id.id))

    def _tier_code(self):
        return self.release_id._refs().get(("tier", self.tier_id.id))

    def _next_person(self, team, assigner):
        """Whom a handover to a team puts in charge; empty leaves it to the leader."""
        about = self.sudo().complaint_against_ids.user_id  # sudo: so that none of them ever gets it
        return assigner.person(
            team, self.partner_id, self._tier_code(), self._severity_code(), about
        ).with_env(self.env)

    def _person_at_entry(self, vals, release, assigner):
        """Id of the person who gets a new case; False leaves it to the leader."""
        env = assigner.env
        refs = release._refs()
        partner = vals.get("partner_id", self.env.context.get("default_partner_id"))
        about = env["hr.employee.public"]
        for command in vals.get("complaint_against_ids") or ():
            if command[0] in (Command.LINK, Command.SET):
                about |= about.browse([command[1]] if command[0] == Command.LINK else command[2])
        return assigner.person(
            env["helpdesk.ticket.team"].browse(vals["team_id"]),
            env["res.partner"].browse(partner),
            refs.get(("tier", vals.get("tier_id"))),
            refs.get(("severity", vals.get("severity_id"))),
            about.user_id,
        ).id

    # ------------------------------------------------------------------ handing over

    def _handovers(self):
        """How often this case has been handed over in its cycle."""
        state = self._engine_state()
        return len(state.attributes.get("held_team_ids") or ()) if "handed_over" in state.seen else 0

    def _may_be_handed_over(self, team):
        """What stands against a handover, in a sentence; False when nothing does."""
        self.ensure_one()
        rules = Assigner(self.release_id).rules
        if self.closed:
            return self.env._("%(number)s is closed.", number=self.number)
        if self.team_id == team:
            return self.env._(
                "%(number)s is with %(team)s already.", number=self.number, team=team.display_name
            )
        if rules.at_most is not None and self._handovers() >= rules.at_most:
            return self.env._(
                "%(number)s has changed the team %(count)s times, which is as often as the policy allows. "
                "Somebody above has to decide who keeps it.",
                number=self.number,
                count=self._handovers(),
            )
        return False

    def _hand_over(self, team, user=None, reason=""):
        """Hand these cases to a team. user: the person, else chosen by the policy for each.

        Returns those that the limit on handovers stopped; they are escalated where the policy says so."""
        self.check_access("write")
        stopped = self.filtered(lambda ticket: ticket._may_be_handed_over(team))
        going = self - stopped
        people = {}
        for release, tickets in going.grouped("release_id").items():
            assigner = Assigner(release)
            for ticket in tickets:
                person = user or ticket._next_person(team, assigner)
                people[person] = people.get(person, self.browse()) | ticket
        if reason:  # first: afterwards a case may be out of one's own sight
            going._message_log_batch({ticket.id: _as_note(reason) for ticket in going})
        for person, tickets in people.items():
            tickets.write({"team_id": team.id, "user_id": person.id})
        stopped.filtered(lambda ticket: not ticket.closed and ticket.team_id != team)._stop_handover()
        return stopped

    def _stop_handover(self):
        """The limit is reached: the case climbs to the level that the policy names, once."""
        for level, tickets in self.grouped(lambda ticket: Assigner(ticket.release_id).rules.escalate).items():
            fresh = tickets.filtered(
                lambda ticket: not ticket._engine_state().attributes.get("handovers_stopped")
            )
            if level and fresh:
                fresh._record_fact(
                    "escalated",
                    data={
                        "rule": "assignment.handovers",
                        "subject": "handed_over",
                        "revision": 0,
                        "level": level,
                        "set": {"handovers_stopped": True},
                    },
                )

    def action_open_handover(self):
        return self._wizard("complaint.handover.wizard", self.env._("Hand over"))

    def action_accept_handover(self):
        """A member of the receiving team takes the case: from now on that person is accountable."""
        self.check_access("write")
        for ticket in self:
            if not ticket.may_accept:
                raise UserError(
                    self.env._(
                        "%(number)s was handed to %(team)s: one of its people has to accept it.",
                        number=ticket.number,
                        team=ticket.team_id.display_name,
                    )
                )
        # In charge before it is accepted: that alone may be the acceptance already.
        self.write({"user_id": self.env.uid})
        self.filtered("awaits_acceptance")._record_fact("accepted_by_team")
        return True

    def action_send_back(self):
        """Open the handover wizard with the team that the case came from."""
        self.ensure_one()
        action = self._wizard("complaint.handover.wizard", self.env._("Send back"))
        action["context"]["default_team_id"] = self.handed_over_from_id.id
        return action

    def _handover_data(self, state, held_by):
        """What the register keeps of a handover: who has it now, who had it, and whether it came back.

        held_by: what the register says of the person"""
        earlier = state.attributes.get("team_id")
        held = list(state.attributes.get("held_team_ids") or ())
        if "handed_over" not in state.seen:
            held = []  # counted anew in each cycle
        if earlier:
            held.append(earlier)
        return {
            "back": held.count(self.team_id.id),
            "set": {"team_id": self.team_id.id, **held_by, "held_team_ids": held},
        }

    def _awaits_acceptance(self, state):
        """Whether the last handover of a case is not accepted yet."""
        given, taken = state.seen.get("handed_over"), state.seen.get("accepted_by_team")
        return bool(given) and not state.closed_at and (not taken or taken[-1] < given[-1])

    def _clock_after_handover(self):
        """The clock that would be due first if the case were handed over now; None without any."""
        self.ensure_one()
        state = self._engine_state()
        at = max(aware(fields.Datetime.now()), state.last[0])
        step(self.release_id._policy(), state, Event(at, "handed_over", {}, state.last[1] + 1))
        return next_due(state)


def _as_note(reason):
    return Markup("<p>%s</p>") % escape(reason)
