"""What follows from a surge: each case that belongs to it learns so as a fact, and the policy acts, once for
the surge and not once for each case.

Who is told is told on one case, the first open one that is not confidential; an escalation is raised and
answered there. Only the severity is raised on every open case."""

from odoo import models

from ..engine.escalation import Fired
from ..engine.ladder import rank
from ..engine.rules import SURGED
from .release_reading import aware
from .surge import PREFIX

EACH = "raise_severity"  # what is done to each case; all else is done once


class ComplaintSurge(models.Model):
    _inherit = "complaint.surge"

    def _follow_surges(self, rules, created, joined, now):
        """Record and do what follows from surges that are new, or that cases have joined.

        rules: by name; joined: {surge: the cases that are new in it}; now: naive UTC"""
        for surge, tickets in joined.items():
            tickets._record_fact(SURGED, now, {"surge": surge.rule, "surge_id": surge.id})
        acts, told = [], []
        for surge in created.filtered("acted"):
            told += surge._acts_once(rules[surge.rule], now)
        for surge, tickets in joined.items():
            if surge.acted and surge.state == "open":
                acts += surge._acts_on_each(rules[surge.rule], tickets, now)
        self.env["helpdesk.ticket"]._carry_out([*acts, *told])
        for surge, tickets in joined.items():
            surge._open_to_task_force(tickets)
        created._note_told()

    def _fired(self, ticket, do, now, level=None):
        """An act of the rule on one case, as the ladder's rules act."""
        subject = f"{PREFIX}{self.id}"
        return Fired(aware(now), f"{PREFIX}{self.rule}", subject, tuple(do), level, ticket.case_cycle)

    def _acts_once(self, rule, now):
        """Record what the rule does once, on one case; returns it to be carried out."""
        do = [action for action in rule.do if EACH not in action]
        anchor = self.anchor_id = self._find_anchor()
        if not do or not anchor:
            return []
        fired = self._fired(anchor, do, now, self._level(anchor, do))
        anchor._record(lambda ticket, state: fired.facts(ticket._next_place(state, now)))
        return [(anchor, fired)]

    def _find_anchor(self):
        """The first open case that is not confidential, else the first that is not."""
        cases = self.ticket_ids.filtered(lambda case: not case.confidential)
        ordered = cases.sorted(lambda case: (case.received_at, case.id))
        return ordered.filtered(lambda case: not case.closed)[:1] or ordered[:1]

    def _level(self, anchor, do):
        """The level to which the case is raised; None if it is there or above."""
        policy, level = anchor.release_id._policy(), anchor._engine_state().ladder.level
        wanted = [action["escalate"] for action in do if "escalate" in action]
        highest = max(wanted, key=lambda one: rank(policy, one), default=None)
        return highest if rank(policy, highest) > rank(policy, level) else None

    def _acts_on_each(self, rule, tickets, now):
        """What the rule does to each open case that has joined."""
        do = [action for action in rule.do if EACH in action]
        return [(case, self._fired(case, do, now)) for case in tickets if do and not case.closed]

    def _open_to_task_force(self, tickets):
        """Who belongs to the task force of the surge may read all of its cases, but for confidential ones."""
        force = self.anchor_id.task_force_ids.filtered(lambda one: one.rule == f"{PREFIX}{self.rule}")
        people = (force.leader_id | force.member_ids).partner_id
        cases = tickets.filtered(lambda case: not case.confidential) - self.anchor_id
        cases._let_follow([(case, partner) for case in cases for partner in people])

    def _note_told(self):
        """Keep who was told."""
        notices = self.env["complaint.notice"].search(
            [
                ("ticket_id", "in", self.anchor_id.ids),
                ("subject", "in", [f"{PREFIX}{surge.id}" for surge in self]),
            ]
        )
        for surge in self:
            subject = f"{PREFIX}{surge.id}"
            surge.told_user_ids = notices.filtered(
                lambda one, subject=subject: one.subject == subject
            ).user_id


class ComplaintNotice(models.Model):
    _inherit = "complaint.notice"

    def _surge(self):
        """The surge that a notice tells of."""
        kind, _colon, ident = (self.subject or "").partition(":")
        # sudo: who is told reads the words of the surge
        surges = self.env["complaint.surge"].sudo()
        return surges.browse(int(ident)).exists() if f"{kind}:" == PREFIX and ident.isdigit() else surges

    def _plain_words(self):
        surge = self._surge()
        return surge.display_name if surge else super()._plain_words()


class ComplaintDigest(models.AbstractModel):
    _inherit = "complaint.digest"

    def _numbers(self):
        """With the surges that go on, while there are any, for those who may read of them."""
        numbers, surges = super()._numbers(), self.env["complaint.surge"]
        count = surges.search_count([("state", "=", "open")]) if surges.has_access("read") else 0
        if count:
            numbers.append(
                {
                    "count": count,
                    "label": self.env._("surges"),
                    "url": f"{surges.get_base_url()}/odoo/action-complaint_management.surge_action",
                    "color": "#b42318",
                }
            )
        return numbers

    def _block(self, ticket_id, notice=None):
        """Of a surge a mail tells of all its cases, not of the one on which it is answered."""
        block = super()._block(ticket_id, notice)
        surge = notice._surge() if notice else self.env["complaint.surge"]
        if surge:
            surge = surge.with_env(self.env).sudo()  # sudo: as above
            block.update(
                number=self.env._("Surge"),
                name=surge.headline,
                customer=False,
                next_step=self.env._("Find out what they have in common, and follow the emergency plan."),
                open=self.env._("Open the surge"),
                color="#b42318",
                url=f"{surge.get_base_url()}/odoo/action-complaint_management.surge_action/{surge.id}",
            )
        return block


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _rule_title(self, code):
        if not (code or "").startswith(PREFIX):
            return super()._rule_title(code)
        name = code.removeprefix(PREFIX)
        entries = (self._policy().raw.get("surges") or ()) if self else ()
        titles = next((entry.get("title") for entry in entries if entry["name"] == name), None)
        return self._words(titles, name)


class ComplaintEvent(models.Model):
    _inherit = "complaint.event"

    def _subject_words(self, release, subject):
        if not subject.startswith(PREFIX):
            return super()._subject_words(release, subject)
        # sudo: as for a notice
        surge = self.env["complaint.surge"].sudo().browse(int(subject.removeprefix(PREFIX))).exists()
        return surge._group_words()

    def _detail(self, name, value, labels):
        if name == "surge":
            release = self.ticket_id.sudo().release_id  # sudo: the words of the policy are no secret
            return release._rule_title(f"{PREFIX}{value}")
        return super()._detail(name, value, labels)
