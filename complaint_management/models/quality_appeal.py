"""Telling the agent, objections, and what is final (F6).

Who was reviewed is told at once and may object within the time of the policy. Somebody else than the
reviewer decides, in writing. Only then does a review count: the register gets it, once, so that nothing has
to be taken back from points or figures; a course that follows is asked for at that moment and not before, so
that nobody is sent to learn what was not so."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine.case import Event
from ..engine.quality import FAILED, TRAINING
from .release_reading import aware, naive

TOLD = "complaint_management.activity_type_quality_told"
OBJECTED = "complaint_management.activity_type_quality_objected"


class ComplaintQualityReview(models.Model):
    _inherit = "complaint.quality.review"

    # ------------------------------------------------------------------ telling

    def _tell_agents(self):
        """Finished reviews reach those whom they are about; whoever cannot object, or is not there any more,
        has the last word of the reviewer. As superuser."""
        now, final = fields.Datetime.now(), self.browse()
        for review in self:
            spec = review._spec()
            if not spec.within or not review.agent_id.active:
                final |= review
                continue
            due = review.release_id._quality_calendar().due(aware(now.replace(microsecond=0)), spec.within)[0]
            review.write({"state": "told", "object_until": naive(due)})
        final.write({"state": "done"})
        here = self.filtered(lambda review: review.agent_id.active)
        open_cases = here.filtered(lambda review: not review.ticket_id.confidential)
        self.env["helpdesk.ticket"]._let_follow(
            [(review.ticket_id, review.agent_id.partner_id) for review in open_cases]
        )
        here._remind(TOLD, lambda review: review.agent_id, lambda one: one.env._("Read your review"))
        self._write_letters(here._letters())
        final._finalise()

    def _letters(self):
        """What the agents are written, each in the own language. Neither customer nor points: mail is read
        over shoulders."""
        letters = []
        for review in self:
            reader = review.with_context(lang=review.agent_id.lang, tz=review.agent_id.tz)
            number = review.ticket_id.number
            lines = [
                reader.env._(
                    "Your handling of %(number)s was reviewed. The scorecard with the remarks is here:",
                    number=number,
                )
            ]
            if review.object_until:
                lines.append(
                    reader.env._(
                        "If you do not agree, you can object until %(day)s.",
                        day=reader._day(review.object_until),
                    )
                )
            letters.append(
                (review.agent_id, reader.env._("Your review: %(number)s", number=number), lines, review)
            )
        return letters

    def _write_letters(self, letters):
        self.env["complaint.incentive.statement"]._write_all(letters)

    def _remind(self, kind, whom, summary):
        """An activity for each person whom a review concerns. As superuser."""
        activity = self.env.ref(kind, raise_if_not_found=False)
        if not activity:
            return
        model = self.env["ir.model"]._get_id(self._name)
        rows = [
            {
                "res_model_id": model,
                "res_id": review.id,
                "user_id": user.id,
                "activity_type_id": activity.id,
                "date_deadline": fields.Date.context_today(review),
                "summary": summary(review.with_context(lang=user.lang)),
            }
            for review in self
            for user in whom(review)
        ]
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(rows)

    # ------------------------------------------------------------------ the agent

    def action_acknowledge(self):
        """The agent has read it and agrees: it is final."""
        self.check_access("read")
        for review in self:
            review._check_mine()
        own = self.sudo()  # sudo: one's own review, looked at above
        own.write({"state": "done", "read_at": fields.Datetime.now()})
        own._finalise()

    def _check_mine(self):
        if self.agent_id != self.env.user:
            raise AccessError(self.env._("Only the one whom a review is about agrees or objects to it."))
        if self.state != "told":
            raise UserError(self.env._("This review is final, or somebody decides about it."))

    def action_object(self):
        self.ensure_one()
        self.check_access("read")
        self._check_may_object()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Object to the review"),
            "res_model": "complaint.quality.objection",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_review_id": self.id},
        }

    def _check_may_object(self):
        self._check_mine()
        if not self.object_until or self.object_until <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The time to object was over on %(day)s.",
                    day=self._day(self.object_until or self.reviewed_at),
                )
            )

    def _object(self, reason):
        """The present user objects to the own review."""
        self.ensure_one()
        self.check_access("read")
        own = self.sudo()  # sudo: one's own review, looked at here
        own._lock()
        self._check_may_object()
        if not (reason or "").strip():
            raise UserError(self.env._("Say what was different: whoever decides was not there."))
        now = fields.Datetime.now()
        deciders = own._deciders()
        own.write(
            {
                "state": "objected",
                "objection": reason.strip(),
                "objected_at": now,
                "read_at": now,
                "decider_ids": [(6, 0, deciders.ids)],
            }
        )
        own.activity_ids.unlink()
        shown = [] if own.ticket_id.confidential else [(own.ticket_id, one.partner_id) for one in deciders]
        self.env["helpdesk.ticket"]._let_follow(shown)
        own._remind(OBJECTED, lambda _one: deciders, lambda one: one.env._("Decide about an objection"))
        letters = []
        for user in deciders:
            here = own.with_context(lang=user.lang)
            subject = here.env._("Please decide: %(who)s objects to a review", who=own.agent_id.name)
            letters.append((user, subject, [own.ticket_id.number], own))
        own._write_letters(letters)

    def _lock(self):
        """Two who decide or object at once do it one after the other."""
        self.env.cr.execute(
            SQL("SELECT id FROM complaint_quality_review WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        self.invalidate_recordset(["state"])

    # ------------------------------------------------------------------ who decides

    def _deciders(self):
        """Who may decide: the role of the policy, without one others who review, without any who stands above
        those who lead the agent; never the agent nor the reviewer. As superuser."""
        self.ensure_one()
        spec, release = self._spec(), self.release_id
        role = spec.objections_by or spec.role
        out = self.agent_id | self.reviewer_id
        found = release._points_people(role, self.agent_id).sudo() - out  # sudo: whom the policy means
        found = found or self.agent_id._team_leaders(self.company_id) - out
        found = found or self.agent_id._leaders_above(self.company_id) - out
        return self.ticket_id._only_who_may_see(found)

    def _deciders_now(self):
        """Those who were asked and may still decide. As superuser."""
        return self.decider_ids - self.reviewer_id - self.agent_id

    def action_decide(self):
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide about the objection"),
            "res_model": "complaint.quality.decision",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_review_id": self.id},
        }

    def _check_may_decide(self):
        self.check_access("read")
        if self.state != "objected":
            raise UserError(self.env._("There is no objection that waits for a decision."))
        if not self.may_decide:
            # sudo: names of colleagues
            deciders = self.sudo()._deciders_now()
            raise AccessError(
                self.env._(
                    "%(names)s decide about this objection. Neither the reviewer nor the agent does.",
                    names=", ".join(deciders.mapped("name")) or "–",
                )
            )

    def _decide(self, marks, answer):
        """The decision of the present user. marks: {code of a line: its points from now on}, empty where the
        review stays as it was."""
        self.ensure_one()
        own = self.sudo()  # sudo: who decides is looked at here; points and result are reckoned
        own._lock()
        self._check_may_decide()
        if not (answer or "").strip():
            raise UserError(self.env._("Write an answer: whoever objected wants to know why."))
        own._change(marks)
        own.write(
            {
                "state": "decided",
                "answer": answer.strip(),
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        own.activity_ids.unlink()
        own._tell_decided()
        own._finalise()

    def _change(self, marks):
        """Other points after an objection; those of before stay beside them."""
        lines = self.line_ids.filtered(lambda line: line.code in marks and line.mark != marks[line.code])
        if not lines:
            return
        for mark, same in lines.grouped("mark").items():
            same.write({"first_mark": mark})
        for line in lines:  # a card has a handful of lines, each with its own points
            line.write({"mark": marks[line.code]})
        verdict = self._verdict()
        if verdict.share is None:
            raise UserError(self.env._("Give points for one line at least."))
        self.write(
            {
                "first_score": self.score,
                "score": round(float(100 * verdict.share), 1),
                "result": verdict.result,
            }
        )

    def _tell_decided(self):
        """The agent and the reviewer learn what counts now."""
        letters = []
        for user in (self.agent_id | self.reviewer_id).filtered("active"):
            here = self.with_context(lang=user.lang)
            subject = here.env._("Objection decided: %(number)s", number=self.ticket_id.number)
            letters.append((user, subject, [here.standing, self.answer], self))
        self._write_letters(letters)

    # ------------------------------------------------------------------ final

    @api.model
    def _close_unopposed(self):
        """Reviews to which nobody objected in time are final. As superuser."""
        over = self.search([("state", "=", "told"), ("object_until", "<=", fields.Datetime.now())])
        apart = self.env["helpdesk.ticket"]._for_itself
        for company, same in over.grouped("company_id").items():
            apart(same._close, f"Closing reviews of company {company.id} that nobody objected to")

    def _close(self):
        self.write({"state": "done"})
        self._finalise()

    def _finalise(self):
        """Nothing changes any more: the register gets the result, and what follows from it happens. As
        superuser."""
        if not self:
            return
        now = fields.Datetime.now().replace(microsecond=0)
        self.write({"final_at": now})
        self.activity_ids.unlink()
        facts = {}
        for review in self:
            facts.setdefault(review.ticket_id, []).append(review._fact())
        cases = self.env["helpdesk.ticket"].union(*facts)
        cases._record(
            lambda ticket, state: [
                Event(aware(now), "quality_reviewed", data, ticket._next_place(state, now) + place)
                for place, data in enumerate(facts[ticket])
            ]
        )
        for review in self.filtered(lambda one: one.result == FAILED and one.agent_id.active):
            if review._spec().failed == TRAINING:
                self.env["complaint.training.need"]._raise(
                    review.agent_id, "review", source=review, words=review._what_failed()
                )

    def _fact(self):
        return {
            "sample": self.sample_id.code,
            "result": self.result,
            "score": self.score,
            "holder_id": self.agent_id.id,
        }

    def _what_failed(self):
        """The weak lines with their remarks, for whoever trains."""
        here = self.with_context(lang=self.agent_id.lang)
        weak = here.line_ids.filtered(lambda line: line.judged and line.share < 100).sorted("share")
        said = [f"{line.name}: {line.mark}/{line.scale} {line.remark or ''}".strip() for line in weak]
        return "\n".join([f"{here.ticket_id.number} · {here.standing}", *said])
