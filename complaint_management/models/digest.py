"""The mails that tell people what waits for them: three numbers, then the cases that need a decision.

One mail for each person and run of the job, and one in the morning for those who lead; both fit a phone."""

from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain

TEMPLATE = "complaint_management.digest_mail"
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class ComplaintDigest(models.AbstractModel):
    _name = "complaint.digest"
    _description = "Digest of complaints for one person"

    # ------------------------------------------------------------------ what happened just now

    @api.model
    def _mail_notices(self, user, notices):
        """Queue one mail with all that waits for a person; returns it."""
        reader = self._as_reader(user)
        blocks = [reader._block(notice.ticket_id.id, notice) for notice in _newest(notices)]
        decisions = [block for block in blocks if block["answer_url"]]
        return reader._queue(user, blocks, reader._subject_of(blocks, decisions))

    def _subject_of(self, blocks, decisions):
        if len(blocks) == 1:
            return self.env._(
                "%(number)s: %(reason)s", **{key: blocks[0][key] for key in ("number", "reason")}
            )
        if len(decisions) == 1:
            return self.env._(
                "%(number)s needs your decision, and %(others)d more complaints your attention",
                number=decisions[0]["number"],
                others=len(blocks) - 1,
            )
        if decisions:
            return self.env._("%(count)d complaints need your decision", count=len(decisions))
        return self.env._("%(count)d complaints need your attention", count=len(blocks))

    # ------------------------------------------------------------------ the morning

    @api.model
    def _cron_morning(self):
        """Mail those who lead what their day looks like, at the hour of the policy in their own zone, on days
        on which the company works."""
        # sudo: a job
        for release in self.env["complaint.release"].sudo().search([("state", "=", "active")]):
            hour = release._escalation_option("digest")
            if hour:
                for user in self._leaders(release.company_id):
                    self._good_morning(user, hour, release)
                    self.env["ir.cron"]._commit_progress(1)

    def _leaders(self, company):
        """Who leads a team of a company, or has something to answer there."""
        teams = (
            # sudo: a job
            self.env["helpdesk.ticket.team"].sudo().search([("company_id", "=", company.id)])
        )
        notices = self.env["complaint.notice"].sudo()  # sudo: a job
        waiting = notices.search(
            [("company_id", "=", company.id), ("level", "!=", False), ("state", "!=", "done")]
        )
        return (teams.user_id | waiting.user_id)._there(company)

    def _good_morning(self, user, hour, release):
        calendar = release._policy().calendar
        zone = ZoneInfo(user.tz) if user.tz else (calendar.zone if calendar else timezone.utc)
        now = fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(zone)
        if user.digest_on == now.date() or f"{now:%H:%M}" < hour:
            return self.env["mail.mail"]
        user.digest_on = now.date()
        if calendar and not calendar.hours_of(now.date().toordinal()):
            return self.env["mail.mail"]
        return self._as_reader(user)._morning(user)

    def _morning(self, user):
        """Queue the morning's mail of a person, unless there is nothing to say."""
        tickets = self.env["helpdesk.ticket"]
        numbers = self._numbers()
        if not any(number["count"] for number in numbers):
            return self.env["mail.mail"]
        notices = self.env["complaint.notice"].search(tickets._told_me(), order="at")
        blocks = [self._block(notice.ticket_id.id, notice) for notice in _newest(notices)]
        late = tickets.search(
            self._mine() & (Domain("breached", "=", True) | Domain("at_risk", "=", True)),
            order="next_due_at",
        )
        blocks += [self._block(ticket.id) for ticket in late - notices.ticket_id]
        escalated, missed, risky = (number["count"] for number in numbers[:3])
        subject = self.env._(
            "Complaints today: %(escalated)d for you to answer, %(late)d late, %(risk)d at risk",
            escalated=escalated,
            late=missed,
            risk=risky,
        )
        return self._queue(user, blocks, subject)

    # ------------------------------------------------------------------ parts

    def _as_reader(self, user):
        """Self in the language, the zone, the companies and with the rights of a person."""
        return self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids, active_test=True
        )

    def _mine(self):
        """Cases that a person answers for: as the accountable one, as the leader of the team, or because they
        were escalated to them."""
        mine = (
            Domain("accountable_id", "=", self.env.uid)
            | Domain("team_id.user_id", "=", self.env.uid)
            | Domain("escalated_to_me", "=", True)
        )
        return Domain("case_type_id", "!=", False) & Domain("closed", "=", False) & mine

    def _numbers(self):
        """The numbers that a digest begins with, each with the list behind it: these three, and what others
        add."""
        count = self.env["helpdesk.ticket"].search_count
        url = f"{self.env['helpdesk.ticket'].get_base_url()}/odoo/action-complaint_management."
        return [
            {
                "count": count(Domain("escalated_to_me", "=", True) & Domain("closed", "=", False)),
                "label": self.env._("to answer"),
                "url": f"{url}escalated_action",
                "color": "#714B67",
            },
            {
                "count": count(self._mine() & Domain("breached", "=", True)),
                "label": self.env._("late"),
                "url": f"{url}complaint_breached_action",
                "color": "#b42318",
            },
            {
                "count": count(self._mine() & Domain("at_risk", "=", True)),
                "label": self.env._("at risk"),
                "url": f"{url}at_risk_action",
                "color": "#93590b",
            },
        ]

    def _block(self, ticket_id, notice=None):
        """What a digest says about one case, as its reader sees it."""
        # sudo: who is told reads the words of the case; links lead to what their rights show
        ticket = self.env["helpdesk.ticket"].sudo().browse(ticket_id)
        notice = notice and notice.with_env(ticket.env)
        return {
            "number": ticket.number,
            "name": ticket.name,
            "customer": ticket.partner_id.name or ticket.partner_name,
            "reason": notice.reason if notice else self._missed_words(ticket),
            "level": notice.level and ticket.release_id._level_title(notice.level) if notice else False,
            "since": notice.at if notice else False,
            # a mail is read later: no "today" in it
            "next_step": ticket.with_context(complaint_plain_times=True)._next_step()[0],
            "color": {"danger": "#b42318", "warning": "#93590b"}.get(ticket.risk, "#344054"),
            "answer_url": notice._answer_url() if notice and notice.level else False,
            "open": self.env._("Open the case"),
            "url": f"{ticket.get_base_url()}/mail/view?model=helpdesk.ticket&res_id={ticket.id}",
        }

    def _missed_words(self, ticket):
        """Why a case is counted as late though the next deadline is still to come."""
        missed = ticket.milestone_ids.filtered(lambda one: one.state == "breached" and not one.measure_only)
        if not missed:
            return False
        titles = dict.fromkeys(missed.mapped("title"))
        return self.env._("Missed: %(clocks)s", clocks=", ".join(titles))

    def _queue(self, user, blocks, subject):
        """Put a digest into the mail queue; a person without an address has their activities."""
        if not user.email:
            return self.env["mail.mail"]
        shown = self._shown(user)
        body = self.env["ir.qweb"]._render(
            TEMPLATE,
            {
                "name": user.name,
                "numbers": self._numbers(),
                "blocks": blocks[:shown] if shown else blocks,
                "more": max(0, len(blocks) - shown) if shown else 0,
                "company": user.company_id,
                "zone": user.tz or "UTC",
                "when": self._when,
            },
        )
        # sudo: a mail of the company, whoever set it off
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "body_html": body,
                    "email_from": user.company_id._complaint_sender(),
                    "email_to": user.email_formatted,
                    "auto_delete": True,
                    "headers": repr(HEADERS),
                }
            )
        )

    def _shown(self, user):
        """How many cases a mail shows at most, None for all of them."""
        # sudo: the policy is the company's
        release = self.env["complaint.release"].sudo()._active(user.company_id)
        return release._escalation_option("cases_per_mail")

    def _when(self, instant):
        return self.env["helpdesk.ticket"]._in_words(instant)


class ResUsers(models.Model):
    _inherit = "res.users"

    digest_on = fields.Date(copy=False, groups=fields.NO_ACCESS, help="Day of the last morning digest.")


def _newest(notices):
    """One notice for each case: one that needs an answer before one that only tells, the newest of them;
    in the order in which the cases came up."""
    chosen = {}
    for notice in notices.sorted(lambda one: (bool(one.level), one.at, one.id)):
        chosen[notice.ticket_id] = notice
    return sorted(chosen.values(), key=lambda one: (not one.level, one.at, one.id))
