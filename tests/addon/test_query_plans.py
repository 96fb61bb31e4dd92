"""What the jobs and lists ask for again and again is found through a partial index, however long the register
is."""

from datetime import datetime, timedelta, timezone

from odoo.tests import tagged
from odoo.tools import SQL

from .common import ComplaintCase, files
from .solution_pack import STAGES, TOPICS

MANY = 5000
TABLES = (
    "helpdesk_ticket",
    "complaint_message",
    "complaint_notice",
    "complaint_solution",
    "complaint_mail_message",
)
ARCHIVING = STAGES.replace(
    "{name: closed, event: closed, closes: true, ",
    "{name: closed, event: closed, closes: true, archive_after: 1y, next: [archive], ",
).replace("  - {name: set_aside", "  - {name: archive, event: archived, closes: true}\n  - {name: set_aside")


@tagged("post_install", "-at_install")
class TestQueryPlans(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cr = cls.env.cr
        cls.apply(files(**{**TOPICS, "stages": ARCHIVING}))
        model = cls.complaint(category="delay")
        cls.env.flush_all()
        cls.filled("helpdesk_ticket", model.id, number="'Q' || n", next_act_at="now() + interval '9 days'")
        cls.filled("complaint_message", cls.message(model), name="'m' || n", state="'sent'")
        cls.filled("complaint_notice", cls.notice(model), state="'done'")
        cls.filled("complaint_solution", cls.solution(model), state="'refused'")
        cls.filled("complaint_mail_message", cls.mail(), digest="'m' || n", state="'done'")
        for table in TABLES:
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
    def solution(cls, ticket):
        values = {"ticket_id": ticket.id, "remedy_id": cls.ref_id("remedy", "apology"), "description": "x"}
        solution = cls.env["complaint.solution"].sudo().create(values)
        cls.env.flush_all()
        cls.cr.execute("UPDATE complaint_solution SET state = 'refused' WHERE id = %s", [solution.id])
        return solution.id

    @classmethod
    def mail(cls):
        cls.cr.execute(
            "INSERT INTO complaint_mail_message (digest, state, arrived_at) VALUES ('m', 'done', now()) "
            "RETURNING id"
        )
        return cls.cr.fetchone()[0]

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

    def test_the_job_that_looks_for_surges_finds_what_came_lately_through_the_index_of_the_register(self):
        surges = self.env["complaint.surge"].sudo()  # sudo: a job
        now = datetime.now(timezone.utc)
        self.cr.execute(
            "INSERT INTO complaint_event "
            "(ticket_id, company_id, kind, occurred_at, recorded_at, user_id, cycle) "
            "SELECT ticket_id, company_id, kind, occurred_at - n * interval '1 hour', now(), user_id, cycle "
            "FROM complaint_event, generate_series(1, %s) AS n WHERE kind = 'received' AND company_id = %s",
            [MANY, self.company.id],
        )
        self.cr.execute("ANALYZE complaint_event")
        spans = [(now - timedelta(hours=2), now)]
        plan = self.plan(lambda: surges._tally(self.release, ["category"], spans))
        self.assertIn("complaint_event_company_kind", plan)
        self.assertNotIn("Seq Scan on helpdesk_ticket t", plan)

    def test_the_job_that_archives_finds_what_is_over_through_its_index(self):
        # nearly all cases are over, and none of them for long enough
        self.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = %s, over_since = now() WHERE company_id = %s",
            [self.ref_id("stage", "closed"), self.company.id],
        )
        self.cr.execute("ANALYZE helpdesk_ticket")
        plan = self.plan(self.env["helpdesk.ticket"]._archive_due)
        self.assertIn("helpdesk_ticket_over_since", plan)
        self.assertNotIn("Seq Scan on helpdesk_ticket ", plan)

    def test_the_job_that_settles_silence_finds_proposals_through_its_index(self):
        plan = self.plan(self.env["complaint.solution"]._cron_silence)
        self.assertRegex(plan, "complaint_solution_(silent|_state_index)")
        self.assertNotIn("Seq Scan on complaint_solution", plan)

    def test_the_job_that_asks_approvers_finds_what_waits_through_its_index(self):
        plan = self.plan(self.env["complaint.solution"]._cron_reviewers)
        self.assertIn("complaint_solution_submitted", plan)
        self.assertNotIn("Seq Scan on complaint_solution", plan)

    def test_the_morning_digest_finds_who_has_to_answer_through_its_index(self):
        plan = self.plan(lambda: self.env["complaint.digest"]._leaders(self.company))
        self.assertIn("complaint_notice_to_answer", plan)
        self.assertNotIn("Seq Scan on complaint_notice", plan)

    def test_a_morning_digest_looks_at_no_case_but_those_of_its_reader(self):
        digest = self.env["complaint.digest"]._as_reader(self.agent)
        plan = self.plan(lambda: digest.env["complaint.notice"].search(self.told_me(digest), order="at"))
        self.assertNotIn("Seq Scan on complaint_notice", plan)

    def told_me(self, digest):
        return digest.env["helpdesk.ticket"]._told_me()

    def test_the_job_that_reads_kept_mail_finds_it_through_its_index(self):
        left_over = [("state", "=", "new")]
        plan = self.plan(lambda: self.env["complaint.mail.message"].sudo().search(left_over, order="id"))
        self.assertIn("complaint_mail_message_left_over", plan)
        self.assertNotIn("Seq Scan on complaint_mail_message", plan)

    def test_a_mail_that_leaves_is_looked_for_through_indexes(self):
        mail = self.env["mail.mail"].create({"subject": "x", "body_html": "y", "email_to": "x@example.com"})
        plan = self.plan(lambda: mail._postprocess_sent_message([], ["x@example.com"]))
        self.assertNotIn("Seq Scan on complaint_notice", plan)
        self.assertNotIn("Seq Scan on complaint_message", plan)

    def test_what_is_confidential_is_found_through_its_index(self):
        activities = self.env["mail.activity"].with_user(self.agent)
        domain = [("res_model", "=", "helpdesk.ticket"), ("res_id", "in", [1, 2, 3])]
        plan = self.plan(lambda: activities.search(domain))
        self.assertNotIn("Seq Scan on helpdesk_ticket", plan)

    def test_a_list_by_deadline_needs_no_look_at_every_case(self):
        tickets = self.env["helpdesk.ticket"].sudo()  # sudo: the plan of the question itself
        plan = self.plan(lambda: tickets.search([("next_due_at", "<", "2020-01-01 00:00:00")]))
        self.assertIn("helpdesk_ticket_next_due", plan)
