"""The work of `faults.py`: cases whose ladder is due, in a company of their own, and what comes of them."""

from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta

import psycopg2
from odoo import api, sql_db
from odoo.modules.registry import Registry

CRONS = (
    "complaint_management.cron_act_1",
    "complaint_management.cron_act_2",
    "complaint_management.cron_act_3",
    "complaint_management.cron_notices",
    "complaint_management.cron_messages",
    "mail.ir_cron_mail_scheduler_action",
)
# Table of what hangs on a record of any kind -> its column that names the kind.
OF_TICKETS = {"mail_message": "model", "mail_activity": "res_model", "mail_followers": "res_model"}
PARAMETERS = ("job_batch", "mail_again_after")
AGENTS = 4
PACK = {
    "faults/pack.yaml": "kind: pack\nname: faults\ntitle: Faults\ncalendar: always\ncurrency: EUR\n",
    "faults/calendars.yaml": "kind: calendars\ncalendars:\n"
    '  - {name: always, timezone: UTC, hours: {daily: ["00:00-24:00"]}}\n',
    "faults/roles.yaml": "kind: roles\nroles:\n"
    "  - {name: intake, team: Faults intake}\n  - {name: assignee, of: case}\n"
    "  - {name: team_leader, of: team}\n",
    "faults/channels.yaml": "kind: channels\nchannels: [{name: phone}]\n",
    "faults/case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}]\n",
    "faults/categories.yaml": "kind: categories\ncategories: [{name: delivery, team: Faults intake}]\n",
    "faults/severity.yaml": "kind: severity\nlevels:\n"
    "  - {name: normal, priority: 1}\n  - {name: high, priority: 2}\n"
    "default: normal\n",
    "faults/stages.yaml": "kind: stages\nstages:\n"
    "  - {name: received, event: received, owner: intake, next: [communicated, closed]}\n"
    "  - {name: communicated, event: communicated, owner: assignee, next: [closed]}\n"
    "  - {name: closed, event: closed, closes: true}\n",
    "faults/sla.yaml": "kind: sla\npolicies:\n  - name: standard\n    match: {type: complaint}\n    clocks:\n"
    "      - {name: answer, from: received, until: communicated, within: 24h}\n",
    "faults/escalation.yaml": "kind: escalation\nlevels:\n"
    "  - {name: supervisor, notify: [team_leader]}\nrules:\n"
    "  - {name: warn, when: {clock: answer, at: 80%}, do: [{notify: [assignee]}]}\n"
    "  - {name: late, when: {clock: answer, at: 100%}, do: [{escalate: supervisor}]}\n"
    "  - {name: later, when: {clock: answer, after_due: 1h},\n"
    "     do: [{raise_severity: 1}, {notify: [assignee]}]}\n",
    "faults/messages.yaml": "kind: messages\nmessages:\n"
    "  - {name: acknowledgement, on: acknowledged, template: acknowledgement, by: [mail], state: [number]}\n"
    "  - {name: delay, before_due: 2h, clocks: [answer], new_date: 24h, template: new_date, by: [mail],\n"
    "     state: [number, new_date]}\n",
}


class Work:
    """Cases of one company whose ladder is due, and what has to come of them."""

    def __init__(self, database, cases, batch):
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            parameters = env["ir.config_parameter"]
            self.before = {name: parameters.get_param(f"complaint_management.{name}") for name in PARAMETERS}
            parameters.set_param("complaint_management.job_batch", str(batch))
            parameters.set_param("complaint_management.mail_again_after", "0")
            cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")  # only our own cases are due
            self.crons = [env.ref(name).id for name in CRONS]
            self.company = self._company(env)
            tickets = self._cases(env, cases)
            env.flush_all()
            self.tickets = tickets.ids
            self.expected = self._expected(tickets)
            self.numbers = {ticket.number: ticket.id for ticket in tickets}
        self.total = self.left()

    def _company(self, env):
        name = f"Faults {datetime.now():%Y-%m-%d %H:%M:%S.%f}"
        company = env["res.company"].create({"name": name, "email": "desk@faults.example"})
        files = {path: text.encode() for path, text in PACK.items()}
        env["complaint.release"]._apply(files, "faults", company, message="faults")
        people = env["res.users"].with_context(no_reset_password=True).create(
            [
                {
                    "name": f"Agent {number}",
                    "login": f"agent{number}@faults{company.id}.example",
                    "email": f"agent{number}@faults{company.id}.example",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [(6, 0, env.ref("complaint_management.group_senior").ids)],
                }
                for number in range(AGENTS + 1)
            ]
        )  # fmt: skip
        team = env["helpdesk.ticket.team"].search(
            [("name", "=", "Faults intake"), ("company_id", "=", company.id)]
        )
        team.write({"user_id": people[0].id, "user_ids": [(6, 0, people.ids)]})
        self.leader, self.agents = people[0].id, people[1:].ids
        return company.id

    def _cases(self, env, count):
        refs = env["complaint.release"]._active(env["res.company"].browse(self.company))._refs()
        customers = env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"customer{number}@outside.example"}
                for number in range(20)
            ]
        )
        self.customers = customers.ids
        received = datetime.now() - timedelta(hours=30)
        return env["helpdesk.ticket"].create(
            [
                {
                    "name": "It broke",
                    "description": "It broke.",
                    "company_id": self.company,
                    "case_type_id": refs["case_type", "complaint"],
                    "partner_id": customers[number % len(customers)].id,
                    "user_id": self.agents[number % AGENTS],
                    "received_at": received + timedelta(seconds=number),
                }
                for number in range(count)
            ]
        )

    def _expected(self, tickets):
        """{kind of consequence: every one that has to be there once}."""
        facts, notices, activities, messages = set(), set(), set(), set()
        for ticket in tickets:
            ident, agent = ticket.id, ticket.user_id.id
            for rule in ("warn", "late", "later", "message:delay"):
                facts.add((ident, rule, "answer"))
            notices |= {(ident, "warn", agent), (ident, "later", agent), (ident, "late", self.leader)}
            activities |= {(ident, agent), (ident, self.leader)}
            messages |= {(ident, "acknowledgement"), (ident, "delay")}
        return {"facts": facts, "notices": notices, "activities": activities, "messages": messages}

    def found(self, cr):
        """The same, as the database has it, each as often as it is there."""
        here = [tuple(self.tickets)]
        queries = {
            "facts": "SELECT ticket_id, data ->> 'rule', data ->> 'subject' FROM complaint_event "
            "WHERE ticket_id IN %s AND kind IN ('acted', 'escalated')",
            "notices": "SELECT ticket_id, rule, user_id FROM complaint_notice WHERE ticket_id IN %s",
            "activities": "SELECT res_id, user_id FROM mail_activity "
            "WHERE res_model = 'helpdesk.ticket' AND res_id IN %s",
            "messages": "SELECT ticket_id, name FROM complaint_message WHERE ticket_id IN %s",
        }
        result = {}
        for kind, query in queries.items():
            cr.execute(query, here)
            result[kind] = Counter(cr.fetchall())
        return result

    def left(self):
        """How much there is still to do: cases due, notices and messages that have not left."""
        with (
            closing(psycopg2.connect(**dsn(self.registry.db_name))) as connection,
            connection.cursor() as cr,
        ):
            cr.execute(
                "SELECT (SELECT count(*) FROM helpdesk_ticket WHERE company_id = %(company)s "
                "AND next_act_at <= now() AT TIME ZONE 'UTC') "
                "+ (SELECT count(*) FROM complaint_notice WHERE company_id = %(company)s "
                "AND (state = 'waiting' OR mail_id IS NOT NULL)) "
                "+ (SELECT count(*) FROM complaint_message WHERE company_id = %(company)s "
                "AND state IN ('queued', 'leaving', 'failed'))",
                {"company": self.company},
            )
            return cr.fetchone()[0]

    def finish(self):
        """What the run changed in the settings is as before."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            for name, value in self.before.items():
                env["ir.config_parameter"].set_param(f"complaint_management.{name}", value)

    def clean(self):
        """Take the cases away again, with their register; who worked on them has left."""
        with self.registry.cursor() as cr:
            cr.execute("ALTER TABLE complaint_event DISABLE TRIGGER USER")
            cr.execute("DELETE FROM complaint_event WHERE company_id = %s", [self.company])
            cr.execute("ALTER TABLE complaint_event ENABLE TRIGGER USER")
            for table, column in OF_TICKETS.items():
                cr.execute(
                    f"DELETE FROM {table} WHERE {column} = 'helpdesk.ticket' AND res_id IN %s",
                    [tuple(self.tickets)],
                )
            cr.execute("DELETE FROM helpdesk_ticket WHERE id IN %s", [tuple(self.tickets)])
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env.invalidate_all()
            teams = env["helpdesk.ticket.team"].search([("company_id", "=", self.company)])
            teams.alias_id.alias_name = False  # the address is free for others
            people = env["res.users"].browse([self.leader, *self.agents])
            people.active = False
            env["res.partner"].browse(self.customers).active = False


def dsn(database):
    _name, info = sql_db.connection_info_for(database)
    return {key: value for key, value in info.items() if key != "application_name"}
