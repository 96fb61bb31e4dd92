"""Suggestions to management: two clicks, really anonymous if wanted, answered in time (B11)."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import CheckViolation

from .common import SMALL_PACK, files
from .solution_pack import TOPICS, SolutionCase

ESCALATION = SMALL_PACK["small/escalation.yaml"] + "suggestions: {answer_within: 10bd}\n"
PRIVACY = "kind: privacy\nprivacy: {anonymous_suggestions: true}\n"


class SuggestionCase(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(**TOPICS, escalation=ESCALATION, privacy=PRIVACY))

    def tell(self, anonymous=False, user=None, **texts):
        """The suggestion that somebody sends, and what they are shown."""
        suggestions = self.env["complaint.suggestion"]
        before = suggestions.search([])
        shown = suggestions.with_user(user or self.employee).tell(
            texts.get("name", "Scanner at gate 3"), texts.get("body", "It is too slow."), anonymous
        )
        return suggestions.search([]) - before, shown


@tagged("post_install", "-at_install")
class TestSuggestions(SuggestionCase):
    def test_b11_an_employee_tells_management_and_reads_the_answer(self):
        one, shown = self.tell()
        self.assertEqual(shown, {})
        self.assertEqual((one.author_id, one.state, one.company_id), (self.employee, "new", self.company))
        told = self.env["mail.message"].search([("subject", "=", "To management: Scanner at gate 3")])
        self.assertEqual(
            told.notified_partner_ids & (self.decider | self.employee).partner_id, self.decider.partner_id
        )
        one.with_user(self.decider)._answer("accepted", "We buy two new ones.")
        seen = one.with_user(self.employee)
        self.assertEqual((seen.state, seen.answer), ("accepted", "We buy two new ones."))
        answer = self.env["mail.message"].search([("subject", "=", "Management answers: Scanner at gate 3")])
        self.assertEqual(answer.notified_partner_ids, self.employee.partner_id)

    def test_the_acceptance_is_kept_for_rewards_and_never_changes(self):
        one, _shown = self.tell()
        with freeze_time("2026-05-04 10:00:00"):
            one.with_user(self.decider)._answer("accepted", "Yes")
        self.assertEqual((str(one.accepted_at), one.accepted_by), ("2026-05-04 10:00:00", self.decider))
        for values in ({"accepted_at": False}, {"state": "new"}, {"author_id": self.agent.id}):
            with self.assertRaises(AccessError):
                one.sudo().write(values)
        with self.assertRaisesRegex(UserError, "answered already"):
            one.with_user(self.second)._answer("declined", "No")
        with self.assertRaises(UserError):
            one.sudo().unlink()

    def test_the_policy_says_by_when_it_is_answered(self):
        with freeze_time("2026-05-04 10:00:00"):
            one, _shown = self.tell()
        self.assertEqual(one.answer_by, date(2026, 5, 18))
        with freeze_time("2026-05-18 10:00:00"):
            self.assertFalse(one.overdue)
        with freeze_time("2026-05-19 10:00:00"):
            one.invalidate_recordset()
            self.assertTrue(one.overdue)
            found = self.env["complaint.suggestion"].with_user(self.decider).search([("overdue", "=", True)])
            self.assertIn(one.id, found.ids)

    def test_without_a_limit_in_the_policy_nothing_is_overdue(self):
        self.apply(files(**TOPICS))
        one, _shown = self.tell()
        self.assertFalse(one.answer_by)
        self.assertFalse(one.overdue)

    def test_an_accepted_one_becomes_an_improvement_action(self):
        one, _shown = self.tell()
        with self.assertRaisesRegex(UserError, "Accept the suggestion first"):
            one.with_user(self.decider).action_improve()
        one.with_user(self.decider)._answer("accepted", "Yes")
        context = one.with_user(self.decider).action_improve()["context"]
        action = self.env["mgmtsystem.action"].with_user(self.decider).with_context(**context).create({})
        self.assertEqual(action.suggestion_id.id, one.id)
        self.assertEqual(one.sudo().improvement_ids, action.sudo())
        with self.assertRaises(AccessError):
            action.with_user(self.agent).read(["suggestion_id"])

    # ------------------------------------------------------------------ who may what

    def test_only_management_and_the_author_read_it(self):
        one, _shown = self.tell()
        readers = {
            user: one.with_user(user).has_access("read")
            for user in (self.employee, self.decider, self.agent, self.leader, self.analyst)
        }
        wanted = {
            self.employee: True,
            self.decider: True,
            self.agent: False,
            self.leader: False,
            self.analyst: False,
        }
        self.assertEqual(readers, wanted)
        self.assertFalse(self.env["complaint.suggestion"].with_user(self.leader).search([]))

    def test_management_of_another_company_does_not_read_it(self):
        one, _shown = self.tell()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="complaint_management.group_decision",
            company_id=other.id,
            company_ids=other.ids,
        )
        theirs = one.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertNotIn(one.id, theirs.search([]).ids)
        with self.assertRaises(AccessError):
            theirs.read(["body"])

    def test_nobody_writes_one_past_the_button(self):
        values = {"name": "x", "body": "x", "company_id": self.company.id, "sent_on": fields.Date.today()}
        for user in (self.employee, self.decider):
            with self.assertRaises(AccessError):
                self.env["complaint.suggestion"].with_user(user).create(values)
        one, _shown = self.tell()
        for user in (self.employee, self.decider):
            with self.assertRaises(AccessError):
                one.with_user(user).write({"state": "accepted"})

    def test_only_management_answers_and_nobody_their_own(self):
        one, _shown = self.tell()
        for user in (self.employee, self.agent):
            with self.assertRaises(AccessError):
                one.with_user(user)._answer("accepted", "Yes")
        own, _shown = self.tell(user=self.decider)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            own.with_user(self.decider)._answer("accepted", "Yes")

    def test_customers_send_none(self):
        portal = new_test_user(self.env, "portal_tell", groups="base.group_portal")
        with self.assertRaisesRegex(AccessError, "for employees"):
            self.tell(user=portal)

    def test_an_empty_one_is_not_sent(self):
        with self.assertRaisesRegex(UserError, "in one line"):
            self.tell(body="  ")

    # ------------------------------------------------------------------ without a name

    def test_without_the_policy_s_leave_nobody_is_anonymous(self):
        self.apply(files(**TOPICS, escalation=ESCALATION))
        with self.assertRaisesRegex(UserError, "wants a name"):
            self.tell(anonymous=True)
        self.assertFalse(
            self.env["complaint.suggestion"].with_user(self.employee).tell_options()["anonymous"]
        )

    def traces(self, user):
        """{(table, column): rows} that name a user or their partner, in every column of the database that
        can: keys of users and partners, and all texts with the login, the name or the address."""
        self.env.flush_all()
        keys = self.env.execute_query(
            SQL(
                """
                SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text
                  FROM pg_constraint k
                  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 WHERE k.contype = 'f' AND k.confrelid IN ('res_users'::regclass, 'res_partner'::regclass)
                """
            )
        )
        # Columns such as mail_activity.create_uid have their key; these have none.
        keys += self.env.execute_query(
            SQL(
                "SELECT table_name, column_name, 'res_users' FROM information_schema.columns "
                "WHERE table_schema = 'public' AND data_type = 'integer' "
                "AND column_name IN ('create_uid', 'write_uid', 'user_id', 'author_id')"
            )
        )
        found = {}
        for table, column, of in keys:
            name = SQL.identifier(table.strip('"'))
            ident = user.id if of == "res_users" else user.partner_id.id
            query = SQL("SELECT count(*) FROM %s WHERE %s = %s", name, SQL.identifier(column), ident)
            found[table, column] = self.env.execute_query(query)[0][0]
        texts = self.env.execute_query(
            SQL(
                "SELECT table_name, string_agg(format('coalesce(%%I::text, '''')', column_name), ' || ') "
                "FROM information_schema.columns "
                "JOIN information_schema.tables USING (table_schema, table_name) "
                "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
                "AND data_type IN ('text', 'character varying', 'jsonb') GROUP BY table_name"
            )
        )
        for table, columns in texts:
            query = SQL(
                "SELECT count(*) FROM %s WHERE " + columns.replace("%", "%%") + " LIKE %s",
                SQL.identifier(table),
                f"%{user.login}%",
            )
            found[table, "texts"] = self.env.execute_query(query)[0][0]
        return found

    def test_b11_an_anonymous_one_leaves_no_trace_of_its_author_in_any_table(self):
        before = self.traces(self.employee)
        one, shown = self.tell(anonymous=True, name="Bribes at gate 3", body="I saw it.")
        self.assertTrue(one.anonymous)
        self.assertEqual(len(shown["code"]), 19)
        after = self.traces(self.employee)
        self.assertGreater(len(after), 500)
        self.assertEqual({key: rows for key, rows in after.items() if rows != before.get(key, 0)}, {})
        # The search finds what a suggestion with a name leaves behind, so it can fail.
        self.tell(name="With a name")
        named = self.traces(self.employee)
        self.assertGreater(
            named["complaint_suggestion", "author_id"], after["complaint_suggestion", "author_id"]
        )

    def test_an_anonymous_one_has_no_log_columns_no_time_of_day_and_no_readable_code(self):
        one, shown = self.tell(anonymous=True)
        columns = self.env.execute_query(
            SQL(
                "SELECT column_name, data_type FROM information_schema.columns "
                "WHERE table_name = 'complaint_suggestion'"
            )
        )
        names = {name for name, _type in columns}
        self.assertFalse(names & {"create_uid", "write_uid", "create_date", "write_date"})
        row = self.env.execute_query(
            SQL("SELECT row_to_json(s)::text FROM complaint_suggestion s WHERE id = %s", one.id)
        )[0][0]
        self.assertNotIn(shown["code"].replace("-", ""), row)
        self.assertNotRegex(row, r"\d\d:\d\d:\d\d")

    def test_who_wrote_the_notices_of_an_anonymous_one_is_the_system(self):
        self.tell(anonymous=True, name="Bribes at gate 3")
        message = self.env["mail.message"].search([("subject", "=", "To management: Bribes at gate 3")])
        self.assertEqual(message.create_uid.id, 1)
        self.assertEqual(message.author_id, self.env.ref("base.partner_root"))
        self.assertIn("Anonymous", message.body)

    def test_the_database_itself_refuses_an_author_on_an_anonymous_one(self):
        one, _shown = self.tell(anonymous=True)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.env.cr.execute(
                SQL("UPDATE complaint_suggestion SET author_id = %s WHERE id = %s", self.employee.id, one.id)
            )

    def test_the_author_of_an_anonymous_one_is_not_among_those_who_may_read_it(self):
        one, _shown = self.tell(anonymous=True)
        self.assertFalse(one.with_user(self.employee).has_access("read"))

    def test_the_code_opens_it_and_no_other_word_does(self):
        one, shown = self.tell(anonymous=True)
        suggestions = self.env["complaint.suggestion"]
        self.assertEqual(suggestions._of_code(shown["code"]).id, one.id)
        self.assertEqual(suggestions._of_code(shown["code"].lower().replace("-", " ")).id, one.id)
        for word in ("", False, "AAAA-AAAA-AAAA-AAAA", one.sudo().code_hash):
            self.assertFalse(suggestions._of_code(word), word)


@tagged("post_install", "-at_install")
class TestSuggestionPage(SuggestionCase, HttpCase):
    def test_the_anonymous_author_reads_the_answer_without_a_login(self):
        one, shown = self.tell(anonymous=True, name="Bribes at gate 3")
        self.authenticate(None, None)
        page = self.url_open("/complaints/suggestion")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        waiting = self.url_open("/complaints/suggestion", data={"code": shown["code"], "csrf_token": token})
        self.assertIn("Bribes at gate 3", waiting.text)
        self.assertIn("has not answered yet", waiting.text)
        one.with_user(self.decider)._answer("declined", "We looked into it.")
        answered = self.url_open(f"/complaints/suggestion/{shown['code']}")
        self.assertIn("We looked into it.", answered.text)
        self.assertNotIn(self.decider.name, answered.text)
        self.assertEqual(answered.headers["Cache-Control"], "no-store")

    def test_a_wrong_code_opens_nothing(self):
        self.tell(anonymous=True)
        page = self.url_open("/complaints/suggestion/AAAA-AAAA-AAAA-AAAA")
        self.assertEqual(page.status_code, 404)
        self.assertIn("No suggestion has this code", page.text)

    def test_a_suggestion_with_a_name_is_not_opened_by_any_code(self):
        one, _shown = self.tell()
        self.assertFalse(one.sudo().code_hash)
        self.assertFalse(self.env["complaint.suggestion"]._of_code("None"))

    def test_two_clicks_and_it_is_told(self):
        self.start_tour("/odoo/my-suggestions", "tell_management_tour", login=self.employee.login)
        one = self.env["complaint.suggestion"].search([("name", "=", "Bribes at gate 3")])
        self.assertTrue(one.anonymous)
        self.assertGreaterEqual(one.answer_by, fields.Date.today() + timedelta(days=10))
