"""An overdue callback: the policy acts once, and goes on upwards as for a missed deadline.

For a case it goes up the ladder, where it has to be answered like any escalation; for a customer without a
case the people are told by a message."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from ..engine.callbacks import plan_named
from ..engine.case import Event
from ..engine.escalation import Fired
from ..engine.policy import as_list
from .release_reading import aware

RULE = "callback:"  # of a plan, in facts and notices; the subject names the callback


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    @api.model
    def _overdue_batch(self, limit):
        now = fields.Datetime.now().replace(microsecond=0)
        late = self._claim(
            SQL(
                "overdue_at IS NULL AND state IN ('planned', 'open', 'waiting') AND due_at < %s",
                now,
            ),
            SQL("due_at"),
            limit,
        )
        if late:
            late.write({"overdue_at": now})
            late._act_on_delay(now)
        return len(late)

    def _act_on_delay(self, now):
        """What the plans say about callbacks that were not made in time (as superuser)."""
        acts, told = [], defaultdict(self.browse)
        for callback in self:
            plan = plan_named(callback.release_id._policy(), callback.plan)
            if plan is None:
                continue
            level, roles = plan.overdue.get("escalate"), as_list(plan.overdue.get("notify"))
            if callback.ticket_id:
                acts += callback._delay_of_case(level, roles, now)
            elif level or roles:
                told[callback.release_id, level, tuple(roles)] |= callback
        self._raise_cases(acts, now)
        for (release, level, roles), callbacks in told.items():
            callbacks._tell_delay(release, level, roles)

    def _delay_of_case(self, level, roles, now):
        """[(case, Fired)] for one callback about a case."""
        do, case = [], self.ticket_id
        levels = case.release_id._policy().levels
        reached = case.escalation_level in levels and levels.index(case.escalation_level)
        if level in levels and not case.closed and (reached is False or reached < levels.index(level)):
            do.append({"escalate": level})
        elif level:
            # the case is over, or as high already: it is not raised, but the people of the level hear of it
            roles = [*roles, *as_list(case.release_id._level(level).get("notify"))]
        if roles:
            do.append({"notify": list(dict.fromkeys(roles))})
        if not do:
            return []
        fired = Fired(
            at=aware(now),
            rule=RULE + self.plan,
            subject=RULE + str(self.id),
            do=tuple(do),
            level=level if {"escalate": level} in do else None,
            cycle=case.case_cycle,
        )
        return [(case, fired)]

    @api.model
    def _raise_cases(self, acts, now):
        """Record in the register what was raised, then tell the people, for all cases at once."""
        if not acts:
            return
        tickets = self.env["helpdesk.ticket"].browse({ticket.id for ticket, _fired in acts})
        by_case = defaultdict(list)
        for ticket, fired in acts:
            by_case[ticket.id].append(fired)

        def facts(ticket, state):
            place, found = ticket._next_place(state, now), []
            for fired in by_case[ticket.id]:
                data = {"rule": fired.rule, "subject": fired.subject, "revision": 0}
                kind = "escalated" if fired.level else "acted"
                if fired.level:
                    data["level"] = fired.level
                found.append(Event(aware(now), kind, data, place + len(found)))
            return found

        tickets._record(facts)
        tickets._carry_out(acts)

    def _tell_delay(self, release, level, roles):
        """Callbacks of customers without a case: one message for all that wait for the same people."""
        names = [*roles, *(as_list(release._level(level).get("notify")) if level else ())]
        users = self.env["res.users"].union(*(release._role_members(role) for role in dict.fromkeys(names)))
        for lang, people in users.grouped("lang").items():
            here = self.with_context(lang=lang)
            lines = [
                here.env._(
                    "%(callback)s, until %(when)s, %(who)s",
                    callback=one.display_name,
                    when=one._when(one.due_at),
                    who=one.user_id.name or here.env._("nobody"),
                )
                for one in here
            ]
            self.env["mail.thread"].with_context(lang=lang).message_notify(
                partner_ids=people.partner_id.ids,
                subject=here.env._("Overdue callbacks: %(count)d", count=len(self)),
                body=plaintext2html("\n".join(lines)),
                force_send=False,
            )


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _rule_title(self, code):
        """An overdue callback is told by the name of its plan."""
        if not (code or "").startswith(RULE):
            return super()._rule_title(code)
        plan = code.removeprefix(RULE)
        return self.env._("Overdue: %(plan)s", plan=self._words(self._callback_plan(plan).get("title"), plan))


class ComplaintEvent(models.Model):
    _inherit = "complaint.event"

    def _subject_words(self, release, subject):
        if subject.startswith(RULE):
            return ""
        return super()._subject_words(release, subject)

    def _consequence_words(self):
        return filter(None, super()._consequence_words())
