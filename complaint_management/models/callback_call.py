"""The call screen (D2): all that an agent needs for one call on one page, and what comes out of it.

call_screen() -> who, the case, script, questions, attempts -> the agent talks -> save_call(values)"""

from datetime import timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_datetime, html2plaintext, plaintext2html

from .callback import DUE, OUTCOMES, RESULTS
from .release_reading import naive

EARLIER = 5  # complaints beside the call; the rest is one click away
NEED = "need"
TEXT_KEYS = ("note", "report", "need", "next_at", "later_at", "result")


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    def action_call(self):
        """Open the call screen."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.client"]._for_xml_id("complaint_management.call_screen_action")
        return {**action, "name": self.title, "params": {"callback_id": self.id}}

    # ------------------------------------------------------------------ what the screen shows

    def call_screen(self):
        """All that the call screen shows, in the words and the zone of the agent."""
        self.ensure_one()
        self.check_access("read")
        callback = self.sudo()  # sudo: what the agent may call about was asked; only what is listed leaves
        plan = callback.release_id._callback_plan(self.plan)
        return {
            "id": self.id,
            "title": self.title,
            "method": self.method,
            "due": callback.state in DUE,
            "standing": self._state_words(),
            "until": callback._when(callback.due_at),
            "overdue": self.overdue,
            "mine": callback.user_id == self.env.user,
            "caller": callback.user_id.name or "",
            "note": callback.note or "",
            "report": callback.report or "",
            "who": callback._screen_customer(),
            "case": callback._screen_case(),
            "earlier": self._screen_earlier(),
            **callback._screen_script(plan.get("script") or ""),
            "questions": callback._screen_questions(),
            "attempts": callback._screen_attempts(),
            "attempts_max": (plan.get("attempts") or {}).get("max") or 0,
            "classes": callback.release_id._callback_classes(),
            "results": self._fields["result"]._description_selection(self.env),
        }

    def _when(self, at):
        return format_datetime(self.env, at, dt_format="short") if at else ""

    def _screen_customer(self):
        partner = self.partner_id
        file = (
            self.env["complaint.customer"]
            ._of(partner, self.company_id)
            .get(partner.commercial_partner_id.id, self.env["complaint.customer"])
        )
        ways = dict(file._fields["preferred_way"]._description_selection(self.env))
        zone, lang = partner.tz, partner.lang
        there = self.with_context(tz=zone)._when(fields.Datetime.now()) if zone else ""
        languages = dict(self.env["res.lang"].get_installed())
        return {
            "id": partner.id,
            "name": partner.name or self.ticket_id.partner_name or "",
            "firm": partner.parent_id.name or "",
            "phone": self.phone or "",
            "email": partner.email or self.ticket_id.partner_email or "",
            "address": self.address or "",
            "best_time": file._best_time(),
            "way": ways.get(file.preferred_way, ""),
            "tier": file.tier_id.name or "",
            "lang": languages.get(lang, "") if lang and lang != self.env.lang else "",
            "there": there if zone and zone != self.env.user.tz else "",
            "do_not_call": bool(file.do_not_call),
        }

    def _screen_case(self):
        """The case in a few lines: what was said, found, promised and done."""
        case = self.ticket_id
        if not case:
            return None
        solution = case._current_solution().sudo()  # sudo: as the rest of the screen
        amount = format_amount(self.env, solution.amount, solution.currency_id) if solution.amount else ""
        states = dict(solution._fields["state"]._description_selection(self.env))
        return {
            "id": case.id,
            "number": case.number,
            "title": case.name,
            "told": html2plaintext(case.description or "").strip(),
            "received": self._when(case.received_at),
            "category": case.category_id.name or "",
            "stage": case.stage_id.name,
            "cycle": case.case_cycle,
            "wanted": case.remedy_sought or "",
            "promised": self._when(case.promised_at),
            "solution": " · ".join(
                filter(None, (solution.remedy_id.name, amount, states.get(solution.state)))
            ),
            "words": solution.description or "",
            "result": case.settled_result or case.result_in_brief or "",
        }

    def _screen_earlier(self):
        """The customer's other complaints that the agent may see, the newest first."""
        if not self.commercial_partner_id:
            return []
        cases = self.env["helpdesk.ticket"].search(
            [
                ("case_type_id", "!=", False),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.ticket_id.id),
            ],
            order="received_at desc, id desc",
            limit=EARLIER,
        )
        return [
            {
                "id": case.id,
                "number": case.number,
                "title": case.name,
                "result": case.result_in_brief or "",
                "open": not case.closed,
            }
            for case in cases
        ]

    def _screen_questions(self):
        """The questionnaire in the agent's language, and in the customer's where it is another one."""
        theirs = self.with_context(lang=self.partner_id.lang or self.env.lang)._questions()
        said = {one["code"]: one["title"] for one in theirs}
        return [
            {**one, "said": said[one["code"]] if said[one["code"]] != one["title"] else ""}
            for one in self._questions()
        ]

    def _screen_script(self, texts):
        """What to say first, in the agent's language, and in the customer's where it is another one."""
        words = self.release_id._in_language(texts)
        theirs = self.release_id.with_context(lang=self.partner_id.lang or self.env.lang)._in_language(texts)
        return {"script": words, "script_said": theirs if theirs != words else ""}

    def _screen_attempts(self):
        outcomes = dict(self._fields["last_outcome"]._description_selection(self.env))
        return [
            {
                "id": one.id,
                "at": self._when(one.at),
                "outcome": outcomes[one.outcome],
                "later": self._when(one.later_at),
                "by": one.user_id.name or "",
                "note": one.note or "",
            }
            for one in self.attempt_ids
        ]

    # ------------------------------------------------------------------ what comes out of it

    def save_call(self, values):
        """Note how the call went. values: outcome, and as far as there are any answers {code: value}, result
        (for a plan without questions), findings [{code, words}], note, report, later_at, next_at (both UTC).

        Returns what comes next: {"next": {"id", "title"} or False, "left": how many more today,
        "told": [sentences]}."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_unless_due()
        values = self._checked(values)
        callback = (
            # sudo: who makes the call sees the case as far as the screen shows it
            self.sudo()
        )  # sudo: what may be entered was checked, and it is entered by this method alone
        callback.write({"note": values["note"], "report": values["report"], "user_id": self.env.uid})
        self._keep_findings(values["findings"])
        told = self._enter_needs(values["findings"])
        self._attempt(values["outcome"], later_at=values["later_at"])
        if values["outcome"] == "reached":
            if values["next_at"]:
                self._plan_next(values["next_at"])
            self._take_answers(values)
        return {"told": [*told, *self._told_words()], **self._what_is_next()}

    def _checked(self, values):
        """The values of a call as they may be stored; whatever else comes over the wire is left out."""
        if not isinstance(values, dict) or values.get("outcome") not in dict(OUTCOMES):
            raise UserError(self.env._("How did the call go? Choose one of the outcomes."))
        found = {key: values.get(key) if isinstance(values.get(key), str) else "" for key in TEXT_KEYS}
        found = {key: text.strip() or False for key, text in found.items()}
        answers = values.get("answers")
        found["outcome"] = values["outcome"]
        found["answers"] = answers if isinstance(answers, dict) else {}
        found["later_at"] = fields.Datetime.to_datetime(found["later_at"])
        found["next_at"] = fields.Datetime.to_datetime(found["next_at"])
        if found["result"] not in dict(RESULTS):
            found["result"] = False
        known = {one["code"]: one for one in self.sudo().release_id._callback_classes()}  # sudo: pick lists
        found["findings"] = [
            {**known[one["code"]], "words": str(one.get("words") or "").strip()}
            for one in values.get("findings") or ()
            if isinstance(one, dict) and one.get("code") in known
        ]
        if any(one["kind"] == NEED and not one["words"] for one in found["findings"]):
            raise UserError(self.env._("What does the customer need? Write it down in a few words."))
        if found["next_at"] and found["next_at"] <= fields.Datetime.now():
            raise UserError(self.env._("When is the next callback? Choose a time to come."))
        return found

    def _keep_findings(self, findings):
        # sudo: entered by the call screen alone
        self.env["complaint.callback.finding"].sudo().create(
            [
                {
                    "callback_id": self.id,
                    "kind": one["kind"],
                    "code": one["code"],
                    "words": one["words"] or False,
                }
                for one in findings
            ]
        )

    def _take_answers(self, values):
        """The answers finish the callback; without a questionnaire the agent's impression does."""
        callback = self.sudo()  # sudo: see save_call
        plan = callback.release_id._callback_plan(self.plan)
        if callback.release_id._survey(plan.get("survey")):
            callback._answer(values["answers"])
        else:
            callback._finish(values["result"] or None)

    def _enter_needs(self, findings):
        """A new need becomes a case of its own, which names this callback."""
        needs = [one for one in findings if one["kind"] == NEED]
        if not needs:
            return []
        release = self.env["complaint.release"]._active_or_explain(self.company_id)
        case = release.sudo()._new_need(self, needs)  # sudo: see save_call
        self.sudo().write({"need_ticket_id": case.id})  # sudo: as above
        case._message_log(
            body=plaintext2html(self.env._("Came up in “%(callback)s”.", callback=self.display_name)),
        )
        return [self.env._("New case %(number)s: %(what)s", number=case.number, what=case.name)]

    def _plan_next(self, at):
        """Another callback at a time that was agreed on, by the same plan and the same person."""
        callback = self.sudo()  # sudo: see save_call
        made = self._plan(
            [
                {
                    "company_id": callback.company_id.id,
                    "release_id": callback.release_id.id,
                    "plan": callback.plan,
                    "for_what": callback.for_what,
                    "ticket_id": callback.ticket_id.id,
                    "partner_id": callback.partner_id.id,
                    "cycle": callback.cycle,
                    "occasion": f"{callback.occasion.partition('+')[0]}+{self.id}",
                    "method": callback.method,
                    "role": callback.role,
                    "user_id": self.env.uid,
                    "opens_at": fields.Datetime.now().replace(microsecond=0),
                    "due_at": self._end_of_day(at),
                    "next_attempt_at": at,
                }
            ]
        )
        callback.write({"next_id": made.id})

    def _end_of_day(self, at):
        """The end of a day where the user is (naive UTC)."""
        here = fields.Datetime.context_timestamp(self, at)
        return naive(here.replace(hour=23, minute=59, second=59, microsecond=0).astimezone(timezone.utc))

    # ------------------------------------------------------------------ what comes next

    def _told_words(self):
        """What the agent hears after saving."""
        callback = self.sudo()  # sudo: of the callback just made
        if callback.state in DUE:
            return [self.env._("Next attempt: %(when)s", when=self._when(callback.next_attempt_at))]
        said, case = [self._end_words()], callback.ticket_id
        if case and case.case_cycle > callback.cycle:
            said.append(
                self.env._(
                    "%(number)s is open again, in “%(stage)s”.", number=case.number, stage=case.stage_id.name
                )
            )
        if callback.next_id:
            said.append(
                self.env._("Next callback: %(when)s", when=self._when(callback.next_id.next_attempt_at))
            )
        return said

    def _end_words(self):
        """How it ended, in one sentence."""
        if self.state == "unreachable":
            return self.env._("Saved. The customer was not reached, and it is not tried again.")
        if self.state == "refused":
            return self.env._("Saved. The customer does not want to answer.")
        if not self.result:
            return self.env._("Saved.")
        results = dict(self._fields["result"]._description_selection(self.env))
        score = f" ({self.score:.1f})" if self.score else ""
        return self.env._("Saved. The customer: %(result)s", result=results[self.result] + score)

    def _what_is_next(self):
        """The next callback of the agent's day, and how many there are."""
        mine = self.search([*self._my_day(), ("id", "!=", self.id)])
        return {
            "left": len(mine),
            "next": {"id": mine[0].id, "title": mine[0].display_name} if mine else False,
        }

    def _my_day(self):
        """What the user has to call until the end of their day."""
        return [("user_id", "=", self.env.uid), ("state", "=", "open"), ("next_attempt_at", "<", "today +1d")]


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _new_need(self, callback, needs):
        """A case of the kind that the class names, else of the policy's first kind, for the customer of a
        callback."""
        refs, first = self._refs(), self._policy().raw["case_types"][0]["name"]
        kind = refs.get(("case_type", needs[0].get("type"))) or refs["case_type", first]
        return self.env["helpdesk.ticket"].create(
            {
                "name": needs[0]["words"].splitlines()[0],
                "description": plaintext2html("\n".join(one["words"] for one in needs)),
                "company_id": self.company_id.id,
                "case_type_id": kind,
                "channel_id": refs.get(("channel", "phone"), False),
                "partner_id": callback.partner_id.id,
            }
        )
