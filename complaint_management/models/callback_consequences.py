"""What follows when a customer is dissatisfied, or was not reached (D3).

dissatisfied  ->  the answers stay with the case, which is taken up again in a new cycle; as often as the plan
                  lets, then the level or the people that it names hear of it
unreachable   ->  recorded, or the questions go out by mail"""

from collections import defaultdict
from dataclasses import replace

from markupsafe import Markup
from odoo import fields, models

from ..engine.callbacks import plan_named
from ..engine.policy import as_list

RULE = "dissatisfied:"  # of a plan, in facts and notices


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    def _consequences(self):  # pylint: disable=missing-return
        super()._consequences()
        plan = plan_named(self.release_id._policy(), self.plan)
        if self.result == "dissatisfied":
            self._act_on_dissatisfied((plan and plan.dissatisfied) or {})
        elif self.state == "unreachable" and plan and plan.unreachable == "mail":
            self._ask_by_mail()

    # ------------------------------------------------------------------ not reached

    def _ask_by_mail(self):
        """Nobody was reached: the questions go out by mail, once."""
        if not self._asked() or self.invitation_ids:
            return
        self.write({"state": "open", "method": "mail", "done_at": False, "done_by_id": False})
        self._invite()

    # ------------------------------------------------------------------ not satisfied

    def _act_on_dissatisfied(self, then):
        """What the plan wants (as superuser). then: reopen, at_most, then, escalate, notify."""
        case = self.ticket_id
        if not case:
            self._tell_people(then.get("escalate"), as_list(then.get("notify")))
            return
        self._note_answers()
        if then.get("reopen") and not self._reopen_case(then):
            then = then.get("then") or {}
        self._raise_dissatisfied(then.get("escalate"), as_list(then.get("notify")))

    def _reopen_case(self, then):
        """Take the case up again in a new cycle. False if it was so as often as plan or stage let, or if its
        stage is never left."""
        case = self.ticket_id
        stage = case.release_id._refs().get(("stage", then["reopen"]))
        if not stage or case.case_cycle > then.get("at_most", case.case_cycle):
            return False
        if case.case_cycle > self.cycle:
            return True  # somebody has taken it up again since: these answers belong to that
        if case.closed:
            opening = case._may_be_reopened()
            # The time in which customers may ask does not bind us: we have asked ourselves.
            if opening is None or opening.refused == "often":
                return False
        else:
            # Told, but not closed yet: the new cycle begins all the same, with clocks of its own.
            case._record_fact("reopened", data={"stage": then["reopen"]})
        vals = {"stage_id": stage}
        if case.user_id and not case._may_keep(case.user_id):
            vals["user_id"] = False
        case.write(vals)
        return True

    def _raise_dissatisfied(self, level, roles):
        """Up the ladder, and to the people that the plan names."""
        now = fields.Datetime.now().replace(microsecond=0)
        acts = self._delay_of_case(level, roles, now)
        self._raise_cases([(case, replace(fired, rule=RULE + self.plan)) for case, fired in acts], now)

    def _tell_people(self, level, roles):
        """A customer without a case: the people of the plan are told, with the callback to open."""
        release = self.release_id
        names = [*roles, *(as_list(release._level(level).get("notify")) if level else ())]
        users = self.env["res.users"].union(*(release._role_members(role) for role in dict.fromkeys(names)))
        for lang, people in users.grouped("lang").items():
            here = self.with_context(lang=lang)
            here.message_notify(
                partner_ids=people.partner_id.ids,
                subject=here.env._("Dissatisfied customer: %(callback)s", callback=here.display_name),
                body=here._answers_in_words(),
                force_send=False,
            )

    # ------------------------------------------------------------------ the answers on the case

    def _note_answers(self):
        """The answers as a note on the case, as far as those who handle it may read them."""
        case = self.ticket_id
        if case and self.answer_ids:
            here = self.with_context(lang=case._company_lang())
            case.message_post(body=here._answers_in_words(), subtype_xmlid="mail.mt_note")

    def _answers_in_words(self):
        """Questions and answers as HTML (as superuser): what may speak about staff only where it is shown."""
        shown = self.answer_ids.filtered(lambda answer: not answer.about_staff)
        results = dict(self._fields["result"]._description_selection(self.env))
        lines = defaultdict(str)
        for answer in shown:
            lines[answer.question] = answer.said
        parts = [Markup("<p><b>%s</b>: %s</p>") % (self.title, results.get(self.result, ""))]
        if self.score:
            score = self.env._("On average %(score)s", score=f"{self.score:g}")
            parts.append(Markup("<p>%s</p>") % score)
        if lines:
            items = Markup().join(Markup("<li>%s<br/><b>%s</b></li>") % line for line in lines.items())
            parts.append(Markup("<ul>%s</ul>") % items)
        if len(shown) < len(self.answer_ids):
            hidden = self.env._(
                "What the customer wrote, and what may speak about our people, those who lead read on the "
                "callback. They can share it with whoever handles the case."
            )
            parts.append(Markup("<p>%s</p>") % hidden)
        return Markup().join(parts)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _rule_title(self, code):
        """A dissatisfied customer is told by the name of the plan."""
        if not (code or "").startswith(RULE):
            return super()._rule_title(code)
        plan = code.removeprefix(RULE)
        title = self._words(self._callback_plan(plan).get("title"), plan)
        return self.env._("Customer dissatisfied: %(plan)s", plan=title)
