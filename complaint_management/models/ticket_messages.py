"""A case and its messages: which facts send which, to whom, in which language and zone.

See message.py for the way of a message."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from odoo import fields, models
from odoo.tools import babel_locale_parse, formataddr

from ..engine.case import Event
from ..engine.messages import date_to_tell, message_named, messages, told_by
from ..engine.policy import as_list
from .release_reading import aware, naive

# CJK ideographs: who writes with them is answered in Chinese, where the company speaks it.
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    complaint_message_ids = fields.One2many(
        "complaint.message", "ticket_id", "Told to the customer", readonly=True, copy=False
    )

    # ------------------------------------------------------------------ what sends a message

    def _follow(self, recorded):
        """Facts send the messages of the policy; new facts may change what was promised."""
        result = super()._follow(recorded)
        self.invalidate_recordset(["promised_at"], flush=False)
        if not self.env.context.get("complaint_no_message"):
            rows, known = [], {}
            for ticket, state, events in recorded:
                release = ticket.release_id
                if release not in known:
                    known[release] = messages(release._policy())
                for entry, subject, revision in told_by(known[release], state, events):
                    rows += ticket._message_rows(entry, state, subject, revision)
            self.env["complaint.message"]._queue(rows)
        return result

    def _act_message(self, items):
        """What the ladder and the timed messages tell. items: [(ticket, Fired, name of the message)]."""
        rows = []
        for ticket, fired, names in items:
            state = ticket._engine_state()
            for name in as_list(names):
                entry = message_named(ticket.release_id._policy(), name)
                if entry:
                    rows += ticket._message_rows(entry, state, fired.subject, fired.revision)
        self.env["complaint.message"]._queue(rows)

    def _queue_message(self, name, subject="", revision=0):
        """Queue a message of the policy on each case of self, for those that its conditions mean."""
        rows = []
        for ticket in self:
            state = ticket._engine_state()
            entry = message_named(ticket.release_id._policy(), name)
            if entry and entry.condition.holds(state.attributes, state.cycle):
                rows += ticket._message_rows(entry, state, subject or name, revision)
        self.env["complaint.message"]._queue(rows)

    def _message_rows(self, entry, state, subject, revision):
        """Rows of the outbox for one message: one for each role that gets it."""
        policy = self.release_id._policy()
        new_date = date_to_tell(policy, entry, state, subject)
        common = {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "cycle": state.cycle,
            "name": entry.name,
            "subject": subject,
            "revision": revision,
            "new_date": naive(new_date) or None,
        }
        return [{**common, "role": role} for role in entry.to]

    # ------------------------------------------------------------------ what a message leaves behind

    def _record_acknowledged(self):
        """The acknowledgement has left; a case that was acknowledged by hand meanwhile keeps that time."""
        now = fields.Datetime.now()

        def facts(ticket, state):
            if "acknowledged" in state.seen:
                return []
            return [Event(aware(now), "acknowledged", {"automatic": True}, ticket._next_place(state, now))]

        self._record(facts)

    def _record_promised(self, dates):
        """The customers have been told new dates. dates: {ticket id: (clock, aware time)}."""
        now = fields.Datetime.now()

        def facts(ticket, state):
            clock, until = dates[ticket.id]
            data = {"clock": clock, "until": int(until.timestamp())}
            return [Event(aware(now), "promised", data, ticket._next_place(state, now))]

        self._record(facts)

    # ------------------------------------------------------------------ whom it concerns

    def _customer_name(self):
        return self.partner_name or self.partner_id.name or ""

    def _customer_email(self):
        return self.partner_email or self.partner_id.email

    def _customer_lang(self):
        """The language to write to the customer in: theirs, else that of their text, else the company's."""
        self.ensure_one()
        active = dict(self.env["res.lang"].get_installed())
        if self.partner_id.lang in active:
            return self.partner_id.lang
        if _CHINESE.search(f"{self.name} {self.description}"):
            chinese = next((code for code in active if code.startswith("zh")), None)
            if chinese:
                return chinese
        return self._company_lang()

    def _company_lang(self):
        return self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _customer_tz(self):
        """The zone in which times are told: the customer's, else the company's."""
        self.ensure_one()
        return self.partner_id.tz or self._company_tz()

    def _company_tz(self):
        calendar = self.release_id._policy().calendar
        return self.company_id.partner_id.tz or (str(calendar.zone) if calendar else "UTC")

    def _customer_time(self, instant, named=True):
        """A time in words, with its zone: "March 2, 2026, 24:00 (Central European Standard Time)". A
        midnight is said as 24:00 of the day before, so that nobody takes the day for one more. Empty without
        a time. named: whether the zone is named."""
        if not instant:
            return ""
        zone = ZoneInfo(self.env.context.get("tz") or self._customer_tz())
        local, day_shift = aware(instant).astimezone(zone), timedelta()
        clock = f"{local:%H:%M}"
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            clock, day_shift = "24:00", timedelta(days=1)
        locale = babel_locale_parse(self.env.lang or self._customer_lang())
        day = format_date(local.date() - day_shift, format="long", locale=locale)
        if not named:
            return self.env._("%(day)s, %(time)s", day=day, time=clock)
        zone = get_timezone_name(local, width="long", locale=locale)
        return self.env._("%(day)s, %(time)s (%(zone)s)", day=day, time=clock, zone=zone)

    def _customer_url(self):
        """The page of the case that opens without a login, in the customer's language: the token in it is the
        key."""
        self.ensure_one()
        # sudo: the token is made when it is first needed, whoever needs it
        token = self.sudo()._portal_ensure_token()
        languages = self.env["res.lang"]._get_frontend()
        theirs = languages.get(self._customer_lang())
        prefix = f"/{theirs.url_code}" if theirs and len(languages) > 1 else ""
        return f"{self.get_base_url()}{prefix}/complaints/case/{token}"

    def _agent_url(self):
        """The case for somebody of the staff."""
        return f"{self.get_base_url()}/odoo/complaints/{self.id}"

    def _sender_address(self):
        """Who a mail comes from: the address of the team, so that an answer finds its case."""
        alias, company = self.team_id.alias_id, self.company_id
        own = alias.alias_full_name if alias.alias_name and alias.alias_domain_id else False
        address = own or company.email or company.default_from_email or self.env.user.email
        return formataddr((company.name, address))

    # ------------------------------------------------------------------ what there is to tell

    def _told_result(self):
        """What came out, in words for the customer."""
        return self.settled_result

    def _told_reasons(self):
        """Why it came out so, or why it takes longer, in words for the customer."""
        return ""

    def _told_remedy(self):
        """What the customer gets, in words for the customer."""
        if not self.settled_remedy_id:
            return ""
        if not self.settled_amount:
            return self.settled_remedy_id.name
        amount = self.settled_currency_id.format(self.settled_amount)
        return f"{self.settled_remedy_id.name}: {amount}"
