"""What the jobs and lists ask for again and again is found through a partial index, however long the register
is."""

from odoo.tests import tagged
from odoo.tools import SQL

from .common import ComplaintCase

MANY = 5000


@tagged("post_install", "-at_install")
class TestQueryPlans(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cr = cls.env.cr
        model = cls.complaint(category="delay")
        cls.env.flush_all()
        cls.filled("helpdesk_ticket", model.id, number="'Q' || n", next_act_at="now() + interval '9 days'")
        cls.filled("complaint_message", cls.message(model), name="'m' || n", state="'sent'")
        cls.filled("complaint_notice", cls.notice(model), state="'done'")
        for table in ("helpdesk_ticket", "complaint_message", "complaint_notice"):
            cls.cr.execute(f"ANALYZE {table}")

    @classmethod
    def message(cls, ticket):
        cls.cr.execute(
            "INSERT INTO complaint_message (ticket_id, company_id, cycle, name, role, subject, revision, "
            "state, queued_at) VALUES (%s, %s, 1, 'm', 'complainant', 's', 0, 'sent', now()) RETURNING id",
            [ticket.id, ticket.company_id.id],
        )
        return cls.cr.fetchone()[0]

    @classmethod
    def notice(cls, ticket):
        values = {"ticket_id": ticket.id, "company_id": ticket.company_id.id, "user_id": cls.agent.id}
        notice = (
            cls.env["complaint.notice"].sudo().create({**values, "rule": "r", "at": "2026-03-02 09:00:00"})
        )
        cls.env.flush_all()
        return notice.id

    @classmethod
    def filled(cls, table, ident, **own):
        """Many copies of a row, with values of their own."""
        cls.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND column_name != 'id'",
            [table],
        )
        names = [name for (name,) in cls.cr.fetchall()]
        values = ", ".join(own.get(name, f'"{name}"') for name in names)
        names = ", ".join(f'"{name}"' for name in names)
        cls.cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, %s) AS n "
            "WHERE id = %s",
            [MANY, ident],
        )

    def plan(self, action):
        """The plans of the queries on our own tables that an action makes."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.cr.execute("SHOW enable_seqscan")
        self.assertEqual(self.cr.fetchone()[0], "on")
        queries, execute = [], type(self.cr).execute

        def listening(cr, query, params=None, log_exceptions=True):
            plain = (query.code, query.params) if isinstance(query, SQL) else (query, params)
            text = cr._obj.mogrify(*plain).decode()
            if text.lstrip().startswith("SELECT"):
                queries.append(text)
            return execute(cr, query, params, log_exceptions)

        self.patch(type(self.cr), "execute", listening)
        action()
        self.patch(type(self.cr), "execute", execute)
        plans = []
        for query in queries:
            self.cr._obj.execute("EXPLAIN " + query)
            plans.append("\n".join(line for (line,) in self.cr._obj.fetchall()))
        return "\n".join(plans)

    def test_the_job_that_acts_finds_what_is_due_through_its_index(self):
        plan = self.plan(lambda: self.env["helpdesk.ticket"]._act_due(100))
        self.assertIn("helpdesk_ticket_next_act", plan)
        self.assertNotIn("Seq Scan on helpdesk_ticket", plan)

    def test_the_job_that_sends_messages_finds_them_through_its_index(self):
        plan = self.plan(self.env["complaint.message"]._claimed)
        self.assertIn("complaint_message_to_send", plan)
        self.assertNotIn("Seq Scan on complaint_message", plan)

    def test_the_job_that_tells_people_finds_notices_through_its_index(self):
        plan = self.plan(self.env["complaint.notice"]._claim)
        self.assertIn("complaint_notice_waiting", plan)
        self.assertNotIn("Seq Scan on complaint_notice", plan)

    def test_what_is_confidential_is_found_through_its_index(self):
        activities = self.env["mail.activity"].with_user(self.agent)
        domain = [("res_model", "=", "helpdesk.ticket"), ("res_id", "in", [1, 2, 3])]
        plan = self.plan(lambda: activities.search(domain))
        self.assertNotIn("Seq Scan on helpdesk_ticket", plan)

    def test_a_list_by_deadline_needs_no_look_at_every_case(self):
        tickets = self.env["helpdesk.ticket"].sudo()  # sudo: the plan of the question itself
        plan = self.plan(lambda: tickets.search([("next_due_at", "<", "2020-01-01 00:00:00")]))
        self.assertIn("helpdesk_ticket_next_due", plan)
