"""A company with limits on workload and wanted cover, for tests: cases of past days, shifts and people."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command

from .common import files
from .figure_case import KPIS, FigureCase

LIMITS = """
kind: workload
workload:
  average_per_agent_and_day: 50
  warn_at: 90%
  weeks: 2
"""
COVER = (
    LIMITS
    + """
  cover:
    - {channel: chat, hours: {mon-fri: ["09:00-11:00", "14:00-17:00"]}, agents: 2}
    - {channel: [chat, phone], hours: {daily: ["00:00-24:00"]}, agents: 1}
"""
)
CHANNELS = """
kind: channels
channels:
  - {name: phone, title: {en: Phone, zh_CN: 电话}}
  - {name: chat, title: {en: Live chat, zh_CN: 在线客服}}
  - {name: email, title: {en: E-mail, zh_CN: 电子邮件}}
"""
ASSIGNMENT = """
kind: assignment
assignment: {by: least_loaded, weight: {severity: {low: 0.5, normal: 1, high: 2, critical: 4}}}
"""
SUNDAY, MONDAY = date(2026, 3, 8), date(2026, 3, 9)
NOON = "2026-03-08 11:00:00"  # of that Sunday, in Berlin
BERLIN = ZoneInfo("Europe/Berlin")


def utc(day, hour, minute=0, zone=BERLIN):
    """A time of the clock on the wall, as Odoo keeps it."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=hour, minutes=minute)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


class WorkloadCase(FigureCase):
    workload = COVER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.with_policy()
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.delivery.user_ids = cls.agent
        cls.supervisor = cls.new_user("supervisor", "complaint_management.group_supervision")
        cls.manager = cls.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.workloads = cls.seen_by(cls.analyst, "complaint.workload")

    @classmethod
    def with_policy(cls, **changed):
        given = {"kpis": KPIS, "channels": CHANNELS, "assignment": ASSIGNMENT, "workload": cls.workload}
        given = {topic: text for topic, text in {**given, **changed}.items() if text}
        return cls.apply(files(**given))

    @classmethod
    def seen_by(cls, user, model):
        return cls.env[model].with_user(user).with_context(allowed_company_ids=cls.company.ids)

    @classmethod
    def cases(cls, day, count, **values):
        """So many cases that were received on a day, in figures too."""
        values = {"user_id": cls.agent.id, "category": "delay", "team_id": cls.delivery.id, **values}
        tickets = cls.env["helpdesk.ticket"].union(*(cls.complaint(**values) for _one in range(count)))
        cls.keep([cls.fact(ticket, day) for ticket in tickets])
        return tickets

    @classmethod
    def shift(cls, user, day, first, last, **values):
        return cls.env["complaint.shift"].create(
            {
                "company_id": cls.company.id,
                "team_id": cls.delivery.id,
                "user_id": user.id,
                "begin": utc(day, first),
                "end": utc(day, last),
                **values,
            }
        )

    @classmethod
    def channel(cls, code):
        return cls.ref_id("channel", code)

    @classmethod
    def employee(cls, user, **values):
        return cls.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": cls.company.id, **values}
        )

    @classmethod
    def many_agents(cls, count):
        """So many more agents of the team, each an employee."""
        group = cls.env.ref("complaint_management.group_intake")
        users = cls.env["res.users"].create(
            [
                {
                    "name": f"Agent {number}",
                    "login": f"many{number}@small.example",
                    "company_id": cls.company.id,
                    "company_ids": cls.company.ids,
                    "group_ids": group.ids,
                }
                for number in range(count)
            ]
        )
        cls.env["hr.employee"].create(
            [{"name": user.name, "user_id": user.id, "company_id": cls.company.id} for user in users]
        )
        cls.join(*users)
        return users

    @classmethod
    def join(cls, *users):
        cls.delivery.user_ids = [Command.link(user.id) for user in users]
