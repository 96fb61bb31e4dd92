"""What comes out of a callback (D2): each attempt, what the customer raised, and how it ended.

attempt -> reached -> answers -> done          no answer, busy, wrong number, later -> the next attempt
        -> refused                                                                   -> unreachable"""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.attempts import Attempt, next_attempt
from ..engine.callbacks import callback_classes, plan_named
from .callback import DUE, OUTCOMES, RESULTS
from .release_reading import aware, naive

KINDS = [("problem", "Problem"), ("suggestion", "Suggestion"), ("need", "New need")]


class CallbackAttempt(models.Model):
    _name = "complaint.callback.attempt"
    _inherit = "complaint.of.ticket"
    _description = "Attempt to reach a customer"
    _order = "at desc, id desc"
    _rec_name = "outcome"
    _ticket_optional = True
    _stays_open = True

    callback_id = fields.Many2one(
        "complaint.callback", required=True, readonly=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(related="callback_id.ticket_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="callback_id.company_id", store=True, index=True)
    at = fields.Datetime("When", required=True, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    later_at = fields.Datetime("Call again", readonly=True, help="When the customer wants to be called.")
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict")
    note = fields.Char(readonly=True)


class CallbackFinding(models.Model):
    _name = "complaint.callback.finding"
    _inherit = "complaint.of.ticket"
    _description = "What a customer raised in a callback"
    _order = "id"
    _rec_name = "words"
    _ticket_optional = True
    _stays_open = True

    callback_id = fields.Many2one(
        "complaint.callback", required=True, readonly=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one(related="callback_id.ticket_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="callback_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    code = fields.Char("Class (code)", readonly=True)
    title = fields.Char("Class", compute="_compute_title")
    words = fields.Char("In the customer's words", readonly=True)

    @api.depends("code", "kind", "callback_id.release_id")
    @api.depends_context("lang")
    def _compute_title(self):
        for finding in self:
            # sudo: the words of the policy are no secret
            release = finding.sudo().callback_id.release_id
            finding.title = release._callback_class(finding.code).get("title") or finding._kind_words()

    def _kind_words(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind)


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    # ------------------------------------------------------------------ attempts

    def _attempt(self, outcome, note=None, later_at=None):
        """Record one attempt; without success the next one is set, or the callback ends as unreachable.

        "reached" only records: the answers finish the callback."""
        self.ensure_one()
        self._refuse_unless_due()
        now = fields.Datetime.now().replace(microsecond=0)
        if outcome == "later" and (not later_at or later_at <= now):
            raise UserError(self.env._("When shall we call again? Choose a time to come."))
        # sudo: attempts are entered by this method alone
        callback = self.sudo()
        callback.env["complaint.callback.attempt"].create(
            {
                "callback_id": self.id,
                "at": now,
                "outcome": outcome,
                "later_at": later_at if outcome == "later" else False,
                "user_id": self.env.uid,
                "note": note or False,
            }
        )
        callback.write(
            {
                "attempt_count": callback.attempt_count + 1,
                "last_outcome": outcome,
                "first_attempt_at": callback.first_attempt_at or now,
            }
        )
        if outcome == "refused":
            self._finish(state="refused")
        elif outcome != "reached":
            self._try_again(now)

    def _try_again(self, now):
        """Set the next attempt by the plan, or end: nobody was reached as often as it is tried."""
        callback = self.sudo()  # sudo: see _attempt
        following = callback._following_attempt(now)
        if following is None:
            self._finish(state="unreachable")
        else:
            callback.write({"state": "open", "next_attempt_at": following})

    def _following_attempt(self, now):
        """When to try next (naive UTC); None when the plan has no attempt left, or is no longer known."""
        self.ensure_one()
        plan = plan_named(self.release_id._policy(), self.plan)
        if plan is None:
            return None
        attempts = [
            Attempt(aware(one.at), one.outcome, one.later_at and aware(one.later_at))
            for one in self.attempt_ids.sorted(lambda one: (one.at, one.id))
        ]
        partner, files = self.partner_id, self.env["complaint.customer"]
        hours = files._call_hours_of(partner, self.company_id).get(partner.commercial_partner_id.id)
        zone = partner._callback_zone()
        opens, due = aware(self.opens_at), self.due_at and aware(self.due_at)
        following = next_attempt(plan, attempts, aware(now), opens=opens, due=due, zone=zone, preferred=hours)
        return naive(following)

    def _refuse_unless_due(self):
        """Two people at one callback: the second one is told that it is over."""
        self.env.cr.execute("SELECT state FROM complaint_callback WHERE id = %s FOR NO KEY UPDATE", [self.id])
        row = self.env.cr.fetchone()
        if not row or row[0] not in DUE:
            self.invalidate_recordset(["state", "done_by_id"])
            raise UserError(
                self.env._(
                    "“%(callback)s” is over: %(state)s. Open the next one of your list.",
                    callback=self.display_name,
                    state=self._state_words(),
                )
            )

    def _state_words(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        by = self.sudo().done_by_id.name  # sudo: the name of a colleague
        return ", ".join(filter(None, (states.get(self.state), by)))

    # ------------------------------------------------------------------ the end

    def _finish(self, result=None, score=None, state="done"):
        """How it ended: off the list, into the register, and what the policy wants then.

        result: satisfied, neutral, dissatisfied or None; score: on the scale of the questionnaire"""
        self.ensure_one()
        callback = self.sudo()  # sudo: whoever may call notes the outcome, a customer by the link too
        callback.write(
            {
                "state": state,
                "result": result or False,
                "score": score or 0.0,
                "done_at": fields.Datetime.now(),
                "done_by_id": False if self.env.user.share else self.env.uid,
            }
        )
        callback._keep_activities()
        if callback.ticket_id:
            callback.ticket_id._record_fact("called_back", data=callback._fact(state, result, score))
        callback._consequences()

    def _fact(self, state, result, score):
        """What the register keeps: codes and numbers."""
        data = {"plan": self.plan, "outcome": self.last_outcome or state, "callback_id": self.id}
        if state == "unreachable":
            data["outcome"] = state
        if result in dict(RESULTS):
            data["result"] = result
        if score is not None:
            data["score"] = round(score, 2)
        return data

    def _consequences(self):
        """What the policy wants after the outcome. Others extend it."""


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _callback_classes(self):
        """[{code, kind, title}] into which problems, suggestions and new needs are sorted, in the user's
        language. A policy without classes sorts by kind alone."""
        written = callback_classes(self._policy())
        if not written:
            kinds = self.env["complaint.callback.finding"]._fields["kind"]._description_selection(self.env)
            return [{"code": kind, "kind": kind, "title": words} for kind, words in kinds]
        return [
            {
                "code": one["name"],
                "kind": one["means"],
                "title": self._words(one.get("title"), one["name"]),
                "type": one.get("type"),
            }
            for one in written
        ]

    def _callback_class(self, code):
        """One of them; an empty one if there is none of that name."""
        return next((one for one in self._callback_classes() if one["code"] == code), {}) if code else {}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _callback_zone(self):
        """The customer's time zone; None where it is not known: the calendar's counts then."""
        return ZoneInfo(self.tz) if self.tz else None
