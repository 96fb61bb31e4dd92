"""Who has been told what about a case, and who has still to be told.

A notice is queued by a consequence and costs no mail of its own. A job makes one mail of all that wait for a
person. Beside it the person has one open activity on each case, which later notices only update."""

import logging
from collections import defaultdict
from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, hash_sign, verify_hash_signed
from odoo.tools.misc import frozendict
from psycopg2 import OperationalError

from .register_rows import insert_rows
from .release_reading import naive

_logger = logging.getLogger(__name__)

SCOPE = "complaint_management.answer"
STATES = [("waiting", "Waiting to be sent"), ("sent", "Sent"), ("failed", "Not sent"), ("done", "Done")]
PEOPLE_A_BATCH = 50
ACTIVITY = "complaint_management.activity_type_escalation"
PLAIN = ("outcome", "extended")  # what is only told: it asks nothing, and nothing settles it

COLUMNS = frozendict(
    {
        "ticket_id": "int4",
        "company_id": "int4",
        "user_id": "int4",
        "rule": "varchar",
        "subject": "varchar",
        "level": "varchar",
        "cycle": "int4",
        "at": "timestamp",
        "state": "varchar",
        "create_uid": "int4",
        "create_date": "timestamp",
        "write_uid": "int4",
        "write_date": "timestamp",
    }
)


class ComplaintNotice(models.Model):
    _name = "complaint.notice"
    _inherit = "complaint.of.ticket"
    _description = "Notice about a complaint"
    _order = "at, id"
    _rec_name = "rule"

    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Told", required=True, ondelete="cascade")
    rule = fields.Char(required=True, help="The rule of the policy that acted, or how it came about by hand.")
    subject = fields.Char(help="The clock or event that the rule looked at.")
    level = fields.Char(help="The level that the case was raised to; without one the notice asks no answer.")
    cycle = fields.Integer()
    at = fields.Datetime("When", required=True)
    state = fields.Selection(STATES, required=True, default="waiting")
    # indexed: each mail that leaves, of whatever module, is looked for here
    mail_id = fields.Many2one("mail.mail", index="btree_not_null", groups=fields.NO_ACCESS)
    reason = fields.Char(compute="_compute_reason", help="What happened, in words.")

    _waiting = models.Index("(user_id, id) WHERE state = 'waiting'")
    _open = models.Index("(user_id, ticket_id) WHERE state != 'done'")
    _to_answer = models.Index("(company_id, user_id) WHERE level IS NOT NULL AND state != 'done'")
    _ticket = models.Index("(ticket_id)")

    @api.depends("rule", "subject", "level")
    @api.depends_context("lang")
    def _compute_reason(self):
        levels = self._service_levels()
        for notice in self:
            notice.reason = notice._reason(levels.get(notice.id))

    def _reason(self, service_level):
        """What happened, in words. service_level: the code of the one that the clock belongs to, if the
        notice is about a clock."""
        by_hand = {
            "by_hand": self.env._("Escalated by hand"),
            "customer": self.env._("The customer asks for it"),
            "extended": self.env._("More time granted"),
            "approval_late": self.env._("Approval overdue"),
        }
        release = self.ticket_id.sudo().release_id  # sudo: the words of the policy are no secret
        words = by_hand.get(self.rule) or self._plain_words() or release._rule_title(self.rule)
        title = service_level and release._clock_title(service_level, self.subject)
        return self.env._("%(rule)s: %(clock)s", rule=words, clock=title) if title else words

    def _service_levels(self):
        """{notice id: code of the service level} of those that are about a clock of the present cycle, in one
        query: to read the clocks of all cases for it costs more than all the notices."""
        tickets, subjects = self.ticket_id._origin, {one.subject for one in self if one.subject}
        if not tickets or not subjects:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT ticket_id, cycle, name, sla FROM complaint_milestone "
                "WHERE ticket_id IN %s AND name IN %s",
                tuple(tickets.ids),
                tuple(subjects),
            )
        )
        known = {tuple(clock): level for *clock, level in rows}
        cycles = {ticket.id: ticket.case_cycle for ticket in tickets}
        return {
            one.id: level
            for one in self
            if (level := known.get((one.ticket_id.id, cycles.get(one.ticket_id.id), one.subject)))
        }

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Notices are made by the rules of the policy, not by hand."))
        return super().create(vals_list)

    # ------------------------------------------------------------------ queueing

    @api.model
    def _queue(self, told):
        """Queue notices and keep one open activity for each case and person.

        told: [(ticket, Fired, level or None, user)]"""
        if not told:
            return self
        now = fields.Datetime.now()
        found = insert_rows(
            self.env,
            self._table,
            COLUMNS,
            [
                {
                    "ticket_id": ticket.id,
                    "company_id": ticket.company_id.id,
                    "user_id": user.id,
                    "rule": fired.rule,
                    "subject": fired.subject,
                    "level": level or None,
                    "cycle": fired.cycle,
                    "at": naive(fired.at),
                    "state": "waiting",
                    **dict.fromkeys(("create_uid", "write_uid"), self.env.uid),
                    **dict.fromkeys(("create_date", "write_date"), now),
                }
                for ticket, fired, level, user in told
            ],
            "RETURNING id",
        )
        # sudo: the company tells its people, whoever set it off
        notices = self.sudo().browse([row[0] for row in found])
        tickets = notices.ticket_id
        tickets.invalidate_recordset(["notice_ids"], flush=False)
        tickets._let_follow([(notice.ticket_id, notice.user_id.partner_id) for notice in notices])
        notices._keep_activities()
        tickets._wake_cron("complaint_management.cron_notices")
        return notices

    def _keep_activities(self):
        """One open activity for each case and person; a later notice changes its words."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if not kind:
            return
        newest = {(notice.ticket_id.id, notice.user_id): notice for notice in self}
        words = self._activity_words()
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        there = activities.search(
            [
                ("res_model", "=", "helpdesk.ticket"),
                ("res_id", "in", self.ticket_id.ids),
                ("activity_type_id", "=", kind.id),
                ("user_id", "in", self.user_id.ids),
            ]
        )
        for activity in there:
            notice = newest.pop((activity.res_id, activity.user_id), None)
            if notice:
                activity.write(words[notice.id])  # the words differ from case to case
        model = self.env["ir.model"]._get_id("helpdesk.ticket")
        activities.create(
            [
                {
                    "res_model_id": model,
                    "res_id": ident,
                    "user_id": user.id,
                    "activity_type_id": kind.id,
                    **words[notice.id],
                }
                for (ident, user), notice in newest.items()
            ]
        )

    def _activity_words(self):
        """{notice id: summary and deadline of its activity}; what is alike is put into words once."""
        levels, said, words = self._service_levels(), {}, {}
        for notice in self:
            user, level = notice.user_id, levels.get(notice.id)
            # what is plainly told may differ from case to case
            what = notice.id if notice._plain_words() else (notice.rule, notice.subject, level)
            key = (what, notice.level, notice.ticket_id.release_id, user.lang, user.tz)
            if key not in said:
                said[key] = notice._words_of_activity(level)
            words[notice.id] = said[key]
        return words

    def _words_of_activity(self, service_level):
        here = self.with_context(lang=self.user_id.lang)
        level = self.ticket_id.release_id.with_context(lang=self.user_id.lang)._level_title(self.level)
        summary = reason = here._reason(service_level)
        if self.level:
            summary = here.env._("%(level)s: %(reason)s", level=level, reason=reason)
        zone = ZoneInfo(self.user_id.tz or "UTC")
        today = fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(zone).date()
        return {"summary": summary, "date_deadline": today}

    # ------------------------------------------------------------------ settling

    @api.model
    def _settle(self, settled):
        """Close notices and activities. settled: {ticket: levels that are settled, None for all there is}."""
        if not settled:
            return
        # sudo: an answer settles what waits for the others too
        notices = self.sudo().search(
            [
                ("ticket_id", "in", [ticket.id for ticket in settled]),
                ("state", "!=", "done"),
                ("rule", "not in", PLAIN),
            ]
        )
        over = notices.filtered(
            lambda notice: (
                settled[notice.ticket_id] is None
                or (notice.level and notice.level in settled[notice.ticket_id])
            )
        )
        over.state = "done"
        waiting = {(notice.ticket_id.id, notice.user_id.id) for notice in notices - over}
        done = [
            pair
            for pair in {(notice.ticket_id.id, notice.user_id.id) for notice in over}
            if pair not in waiting
        ]
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if done and kind:
            activities = over.env["mail.activity"].search(
                [
                    ("res_model", "=", "helpdesk.ticket"),
                    ("res_id", "in", [ident for ident, _user in done]),
                    ("activity_type_id", "=", kind.id),
                ]
            )
            activities.filtered(lambda activity: (activity.res_id, activity.user_id.id) in done).unlink()

    # ------------------------------------------------------------------ links

    def _answer_url(self):
        """The personal link with which the one who was told answers without logging in."""
        self.ensure_one()
        # sudo: signing needs the secret of the database
        token = hash_sign(self.sudo().env, SCOPE, [self.id, self.user_id.id, self.ticket_id.id])
        return f"{self.get_base_url()}/complaints/answer/{token}"

    @api.model
    def _of_token(self, token):
        """The notice that a personal link is about, as superuser; an empty one if it is no link of ours."""
        try:
            # sudo: see _answer_url
            ident, user, ticket = verify_hash_signed(self.sudo().env, SCOPE, token) or (0, 0, 0)
        except (ValueError, TypeError, IndexError, UnicodeError):
            return self.browse()
        notice = self.sudo().browse(ident).exists()  # sudo: the visitor need not be logged in
        genuine = notice.user_id.id == user and notice.ticket_id.id == ticket and notice.user_id.active
        return notice if notice and genuine else self.browse()

    def _waits_for_answer(self):
        """Whether the link of a notice still answers something."""
        self.ensure_one()
        return bool(self.level and self.state != "done" and self.ticket_id.unanswered_since)

    def _answer(self, note):
        """Answer in the name of the one who was told."""
        self.ensure_one()
        self.ticket_id.with_user(self.user_id).sudo()._answer_escalation(note)  # sudo: the link is the right

    def _page_values(self, token, state=None):
        """(values, HTTP status) of the page behind a personal link, in the words of the one who was told."""
        if not self:
            return {"state": "unknown"}, 404
        digest = self.env["complaint.digest"]._as_reader(self.user_id)
        ticket = self.ticket_id
        values = {
            "state": state or ("open" if self._waits_for_answer() else "settled"),
            "number": ticket.number,
            "url": f"/mail/view?model=helpdesk.ticket&res_id={ticket.id}",
            "action": f"/complaints/answer/{token}",
            "user_name": self.user_id.name,
            "when": digest._when,
        }
        if values["state"] == "open":
            values["block"] = digest._block(ticket.id, self)
        return values, 200

    # ------------------------------------------------------------------ sending

    @api.model
    def _cron_send(self):
        """Make one mail for each person of all that waits for them."""
        while notices := self.env["helpdesk.ticket"]._again_if_overtaken(self._send_batch):
            self.env["ir.cron"]._commit_progress(len(notices), remaining=0)

    @api.model
    def _send_batch(self):
        """Mail what waits for some people; returns it."""
        notices = self._claim()
        if notices:
            notices._send()
        return notices

    @api.model
    def _claim(self):
        """Lock what waits for some people, so that no other job mails it as well."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM complaint_notice WHERE state = 'waiting' AND user_id IN ("
                "SELECT DISTINCT user_id FROM complaint_notice WHERE state = 'waiting' LIMIT %s) "
                "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
                PEOPLE_A_BATCH,
            )
        )
        return self.sudo().browse([row[0] for row in self.env.cr.fetchall()])  # sudo: a job

    def _send(self):
        """Queue one mail for each person; a person whose mail cannot be made keeps nobody else waiting."""
        for user, notices in self.grouped("user_id").items():
            try:
                with self.env.cr.savepoint():
                    mail = self.env["complaint.digest"]._mail_notices(user, notices)
                    notices.write({"state": "sent", "mail_id": mail.id})
            except OperationalError:
                raise  # another transaction was quicker: the whole batch is repeated
            except Exception:
                _logger.exception("The notices of %s could not be made into a mail", user.login)
                notices.state = "failed"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    notice_ids = fields.One2many("complaint.notice", "ticket_id", "Notices", readonly=True, copy=False)
    escalated_to_me = fields.Boolean(
        "Escalated to me",
        compute="_compute_escalated_to_me",
        search="_search_escalated_to_me",
        help="It was escalated to you, and nobody has answered yet.",
    )

    @api.depends_context("uid")
    def _compute_escalated_to_me(self):
        # sudo: one's own notices, whatever else one may read
        notices = self.env["complaint.notice"].sudo()
        mine = notices.search([("ticket_id", "in", self.ids), *self._told_me()]).ticket_id
        for ticket in self:
            ticket.escalated_to_me = ticket._origin.id in mine.ids

    def _search_escalated_to_me(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        told = Domain("notice_ids", "any!", self._told_me())
        return told if (True in value) == (operator == "in") else ~told

    def _told_me(self):
        return [("user_id", "=", self.env.uid), ("level", "!=", False), ("state", "!=", "done")]

    def _follow(self, recorded):  # pylint: disable=missing-return
        """An answer settles what was escalated up to its level; a case that is over, everything."""
        super()._follow(recorded)
        settled = defaultdict(set)
        for ticket, state, events in recorded:
            levels = ticket.release_id._policy().levels
            for event in events:
                if state.closed_at is not None or event.kind == "reopened":
                    settled[ticket] = None
                elif event.kind in ("escalation_answered", "lowered") and settled[ticket] is not None:
                    settled[ticket] |= _settled_levels(levels, event)
        self.env["complaint.notice"]._settle({ticket: one for ticket, one in settled.items() if one != set()})


def _settled_levels(levels, event):
    """The levels at which nobody has to answer any more after an answer or a lowering."""
    named = event.data.get("level")
    rank = levels.index(named) if named in levels else -1
    if event.kind == "escalation_answered":
        return set(levels) if named is None else set(levels[: rank + 1])
    return set(levels[rank + 1 :]) if named is not None else set(levels)
