"""A policy pack to start from, written from a helpdesk that has none: its teams, categories, stages,
channels, working times and, where OCA's SLAs are installed, its time limits.

    files = env["complaint.release"]._export_helpdesk(company)     {"helpdesk/stages.yaml": bytes, …}

What a helpdesk cannot say (which event a stage stands for, who escalates to whom) is written as the plainest
thing that is valid, with a comment where to go on. Nothing is read of the entries that a policy owns."""

from datetime import timedelta

import pytz
from odoo import api, fields, models

from .helpdesk_yaml import Names, clock_time, document, entry, week

PACK = "helpdesk"
# OCA's own stages that end a ticket without an answer.
SET_ASIDE = ("helpdesk_mgmt.helpdesk_ticket_stage_cancelled", "helpdesk_mgmt.helpdesk_ticket_stage_rejected")
# Events for stages in the middle that a time limit aims at, from early to late.
MIDDLE_EVENTS = ("acknowledged", "first_feedback", "solution_proposed", "communicated")
MOST_DAYS = 400  # of time off that are written


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _export_helpdesk(self, company):
        """The policy files of a pack that says what the helpdesk of a company is like."""
        return HelpdeskExport(self.env, company).files()


class HelpdeskExport:
    """One export. Every query is one for all records of a kind."""

    def __init__(self, env, company):
        # sudo: whoever may plan policies may know what the helpdesk looks like
        self.env = env(su=True, context={**env.context, "lang": "en_US", "active_test": True})
        self.company = company.with_env(self.env)
        self.languages = [code for code, _name in self.env["res.lang"].get_installed() if code != "en_US"]
        self.teams = self._ordinary("helpdesk.ticket.team")
        self.categories = self._ordinary("helpdesk.ticket.category")
        self.channels = self._ordinary("helpdesk.ticket.channel")
        self.stages = self._ordinary("helpdesk.ticket.stage").filtered(lambda one: not one.for_complaints)
        self.slas = self._ordinary("helpdesk.sla") if "helpdesk.sla" in self.env else []
        self.calendars = self._calendars()
        self.names = {
            kind: Names(reserved).of(records)
            for kind, records, reserved in (
                ("role", self.teams, ("assignee", "complainant")),
                ("category", self.categories, ()),
                ("channel", self.channels, ()),
                ("stage", self.stages, ()),
                ("calendar", self.calendars, ()),
                ("sla", self.slas, ()),
            )
        }

    def files(self) -> dict[str, bytes]:
        """The files of the pack."""
        parts = {
            "pack": self._pack(),
            "calendars": self._calendar_file(),
            "roles": self._role_file(),
            "channels": self._channel_file(),
            "case_types": document(
                "case_types",
                ["What kinds of case there are; a ticket without one stays an ordinary ticket."],
                "case_types",
                [entry({"name": "complaint", "title": {"en": "Complaint", "zh_CN": "投诉"}})],
            ),
            "categories": self._category_file(),
            "severity": self._severity_file(),
            "stages": self._stage_file(),
            "sla": self._sla_file(),
        }
        return {f"{PACK}/{kind}.yaml": text.encode() for kind, text in parts.items()}

    # ------------------------------------------------------------------ reading

    def _ordinary(self, model):
        """Active records of the company, or of no company in particular, that no policy owns."""
        domain = [("company_id", "in", [self.company.id, False])]
        if "policy_code" in self.env[model]._fields:
            domain.append(("policy_code", "=", False))
        return self.env[model].search(domain)

    def _calendars(self):
        """The company's working times first, then those of its teams."""
        found = self.company.resource_calendar_id
        if "resource_calendar_id" in self.teams._fields:
            found |= self.teams.resource_calendar_id
        return found

    def _title(self, record) -> dict[str, str]:
        """The name of a record in the active languages."""
        titles = {"en": record.name}
        if not record._fields["name"].translate:
            return titles
        for code in self.languages:
            name = record.with_context(lang=code).name
            if name and name != record.name:
                titles[code] = name
        return titles

    def _named(self, kind, record, **more):
        return {"name": self.names[kind][record.id], "title": self._title(record), **more}

    # ------------------------------------------------------------------ files

    def _pack(self):
        calendar = self.calendars[:1]
        lines = [
            f"# Written from the helpdesk of {self.company.name} to start from: read, change, apply it.",
            "kind: pack",
            f"name: {PACK}",
            entry({"title": {"en": self.company.name}}, indent=""),
            "status: draft",
        ]
        if calendar:
            lines.append(f"calendar: {self.names['calendar'][calendar.id]}")
        lines.append(f"currency: {self.company.currency_id.name}")
        return "\n".join(lines) + "\n"

    def _calendar_file(self):
        entries = []
        for calendar in self.calendars:
            hours = self._hours(calendar)
            data = {
                **self._named("calendar", calendar),
                "timezone": calendar.tz or "UTC",
                "hours": week(hours),
            }
            if closed := self._days_off(calendar):
                data["closed"] = closed
            comment = "of two alternating weeks the first" if calendar.two_weeks_calendar else ""
            entries.append(entry(data, comment))
        comments = ["When time counts as working time. `holidays: <country>` adds the public holidays."]
        return document("calendars", comments, "calendars", entries)

    def _hours(self, calendar):
        """Open hours of each weekday, Monday first, as texts."""
        days = [[] for _day in range(7)]
        for line in calendar.attendance_ids:
            works = not line.display_type and line.day_period != "lunch" and line.week_type in (False, "0")
            if works and line.hour_from < line.hour_to:
                days[int(line.dayofweek)].append((line.hour_from, line.hour_to))
        return [[f"{clock_time(begin)}-{clock_time(end)}" for begin, end in sorted(day)] for day in days]

    def _days_off(self, calendar):
        """Whole days off for everybody, from today on."""
        zone, days = pytz.timezone(calendar.tz or "UTC"), set()
        for leave in calendar.global_leave_ids:
            if leave.date_to < fields.Datetime.now():
                continue
            day, last = (
                pytz.utc.localize(instant).astimezone(zone).date()
                for instant in (leave.date_from, leave.date_to)
            )
            while day <= last and len(days) < MOST_DAYS:
                days.add(day.isoformat())
                day += timedelta(days=1)
        return sorted(days)

    def _role_file(self):
        entries = [
            entry(self._named("role", team, team=team.name), self._mailbox(team)) for team in self.teams
        ]
        entries += [
            entry({"name": "assignee", "title": {"en": "Person in charge", "zh_CN": "经办人"}, "of": "case"}),
            entry({"name": "complainant", "title": {"en": "Complainant", "zh_CN": "投诉人"}, "of": "case"}),
        ]
        return document("roles", ["Who a rule means."], "roles", entries)

    def _mailbox(self, team):
        alias = team.alias_id.alias_name
        return f"has the mailbox {alias}@; a channel's `mailbox` makes its mail cases" if alias else ""

    def _channel_file(self):
        entries = [entry(self._named("channel", channel)) for channel in self.channels]
        return document("channels", ["The ways in which a case can reach us."], "channels", entries)

    def _category_file(self):
        teams_of = {}
        for team in self.teams:
            for category in team.category_ids:
                teams_of.setdefault(category.id, team.name)
        children = {}
        for category in self.categories:
            parent = category.parent_id if category.parent_id in self.categories else category.browse()
            children.setdefault(parent.id, []).append(category)

        def written(category, indent):
            data = self._named("category", category)
            if category.id in teams_of:
                data["team"] = teams_of[category.id]
            lines = [entry(data, indent=indent)]
            if below := children.get(category.id):
                lines = [entry({**data, "children": None}, indent=indent, block=True)]
                lines += [written(child, f"{indent}    ") for child in below]
            return "\n".join(lines)

        tops = [written(category, "  ") for category in children.get(False, [])]
        return document("categories", ["What cases are about, and which team answers."], "categories", tops)

    def _severity_file(self):
        """What a helpdesk has in no other form than its stars."""
        return (
            "# How urgent and how serious a case is; the stars of a ticket follow from the severity.\n"
            "kind: severity\n"
            "urgencies: [normal, urgent]\n"
            "scopes: [one_customer, several_customers]\n"
            "complexities: [standard, complex]\n"
            "pauses: [waiting_customer]\n"
            "levels: [{name: low, priority: 0}, {name: normal, priority: 1}, {name: high, priority: 2}, "
            "{name: critical, priority: 3}]\n"
            "matrix: [{urgency: urgent, severity: high}]\n"
            "default: normal\n"
            "preset: {urgency: normal, scope: one_customer, complexity: standard}\n"
        )

    def _stage_file(self):
        stages = self.stages.sorted(lambda one: (one.closed, not one.unattended, one.sequence, one.id))
        if not stages.filtered("closed") or not stages.filtered(lambda one: not one.closed):
            return (
                "# The way of a case. The helpdesk has no stages of its own for it.\n"
                "kind: stages\nstages:\n"
                "  - {name: received, event: received, next: [closed]}\n"
                "  - {name: closed, event: closed, closes: true}\n"
            )
        events, owner = self._stage_events(), self.names["role"].get(self.teams[:1].id, "assignee")
        names, entries = [self.names["stage"][stage.id] for stage in stages], []
        for index, (stage, name) in enumerate(zip(stages, names, strict=True)):
            data = self._named("stage", stage)
            if event := events.get(stage.id):
                data["event"] = event
            if stage.closed:
                data["closes"] = True
                data["reopen"] = {"to": names[min(1, len(stages.filtered(lambda one: not one.closed)) - 1)]}
            else:
                data["owner"] = "assignee" if index else owner
                data["next"] = [other for other in names if other != name]
            entries.append(entry(data))
        comments = [
            "The way of a case. `event` is what entering a stage means; time limits run from event to event.",
            "The helpdesk lets every stage follow every other: take away from `next` what should not happen.",
        ]
        return document("stages", comments, "stages", entries)

    def _stage_events(self):
        """{stage id: event}: receipt and ends as the helpdesk marks them, and what time limits aim at."""
        is_open = self.stages.filtered(lambda one: not one.closed)
        first = is_open.sorted(lambda one: (not one.unattended, one.sequence, one.id))[:1]
        aside = [self.env.ref(xml_id, raise_if_not_found=False) for xml_id in SET_ASIDE]
        events = {stage.id: "withdrawn" if stage in aside else "closed" for stage in self.stages - is_open}
        events[first.id] = "received"
        aimed = {sla.stage_id.id for sla in self.slas}
        middle = (is_open - first).filtered(lambda one: one.id in aimed).sorted("sequence")
        events.update(zip(middle.ids, MIDDLE_EVENTS, strict=False))
        return events

    # ------------------------------------------------------------------ time limits

    def _sla_file(self):
        comments = [
            "Which time limits hold for which case; the first policy that fits holds.",
            "bh are hours of the calendar's open time, as the helpdesk counted them.",
        ]
        if not self.slas:
            comments.append("The helpdesk has no time limits yet. See the general pack for examples.")
        usable = [sla for sla in self.slas if self._clock(sla)]
        groups = {frozenset(sla.category_ids.ids) for sla in usable} | ({frozenset()} if usable else set())
        entries = []
        for group in sorted(groups, key=lambda ids: (not ids, len(ids), sorted(ids))):
            # In the helpdesk all limits that fit hold at once; here one policy says them all.
            slas = [
                sla
                for sla in usable
                if not sla.category_ids or (group and group <= set(sla.category_ids.ids))
            ]
            if slas:
                entries.append(self._policy(group, slas))
        return document("sla", comments, "policies", entries)

    def _policy(self, group, slas):
        data = {"name": "standard", "title": {"en": "Standard", "zh_CN": "一般"}}
        if group:
            names = [
                self.names["category"][ident] for ident in sorted(group) if ident in self.names["category"]
            ]
            data = {"name": "-".join(["only", *names])[:60], "match": {"category": names}}
        lines = [entry({**data, "clocks": None}, block=True)]
        lines += [entry(self._clock(sla), self._unsaid(sla), indent="      ") for sla in slas]
        return "\n".join(lines)

    def _clock(self, sla):
        """One of OCA's SLAs as a clock; None for one that aims at no stage we know or at once."""
        team = sla.team_ids[:1] or self.teams[:1]
        calendar = team.resource_calendar_id or self.calendars[:1]
        hours = round(sla.hours + sla.days * (calendar.hours_per_day or 8))
        until = self._stage_events().get(sla.stage_id.id)
        if not until or until == "received" or hours < 1:
            return None
        clock = {
            "name": self.names["sla"][sla.id],
            "title": {"en": sla.name},
            "from": "received",
            "until": until,
            "within": f"{hours}bh",
        }
        if calendar and calendar != self.calendars[:1]:
            clock["calendar"] = self.names["calendar"][calendar.id]
        if sla.ignore_stage_ids:
            clock["pause"] = ["waiting_customer"]
        return clock

    def _unsaid(self, sla):
        """What the clock does not say, for the reader."""
        parts = []
        if sla.team_ids:
            parts.append("only for " + ", ".join(sla.team_ids.mapped("name")))
        if sla.tag_ids:
            parts.append("only with the tags " + ", ".join(sla.tag_ids.mapped("name")))
        if sla.domain and sla.domain != "[]":
            parts.append("only where " + " ".join(sla.domain.split()))
        if sla.ignore_stage_ids:
            parts.append("stood still in " + ", ".join(sla.ignore_stage_ids.mapped("name")))
        return "; ".join(parts)
