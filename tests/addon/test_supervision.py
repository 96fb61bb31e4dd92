"""F5: where the process was not followed. Each finding with a case that is found and one that is not, counted
by hand; who may see them; and that many cases ask no more queries than few."""

from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import files
from .supervision_pack import MONDAY, PACK, WAY, SupervisionCase


@tagged("-at_install", "post_install")
class TestFindings(SupervisionCase):
    # ------------------------------------------------------------------ the way of a case

    def test_f5_a_case_closed_without_a_step_is_found_and_one_that_went_the_whole_way_is_not(self):
        self.went(*WAY)
        short = self.went("acknowledged", "investigating", "closed")
        one = self.assertFound("steps", 1, 2, short)
        self.assertEqual((one["title"], one["met"], one["text"]), ("Steps left out", False, "50 %"))
        departure = self.env["complaint.departure"].search(one["domain"])
        self.assertEqual(departure.words, "Left out: Proposed, Told")
        self.assertEqual((departure.user_id, departure.team_id), (self.agent, short.team_id))

    def test_f5_settled_on_the_spot_is_no_skipped_step(self):
        self.went("settled")
        self.assertFound("steps", 0, 1)

    def test_f5_a_case_counts_where_it_ended(self):
        self.went("acknowledged", "closed", at=MONDAY - timedelta(days=20))
        self.assertFound("steps", 0, 0)
        self.assertEqual(self.findings()["steps"]["previous"]["count"], 1)

    def test_f5_a_stage_that_is_not_meant_for_such_a_case(self):
        self.went("settled")
        complex_one = self.went("settled", category="damage")
        self.assertFound("wrong", 1, 2, complex_one)

    def test_f5_required_information_was_missing(self):
        self.went(*WAY)
        bare = self.went(*WAY, category_id=False)
        self.assertFalse(bare.category_id)
        one = self.assertFound("entries", 1, 2, bare)
        words = self.env["complaint.departure"].search(one["domain"]).words
        self.assertEqual(words, "Was missing: Category (Under investigation)")

    def test_f5_moved_backwards(self):
        self.went(*WAY)
        back = self.went(*WAY[:3], "investigating", *WAY[2:])
        one = self.assertFound("back", 1, 2, back)
        self.assertFalse(one["met"])  # one of two is more than 40 %

    def test_f5_a_deadline_kept_only_by_waiting(self):
        self.went(*WAY)
        waited = self.went(*WAY[:2])
        self.fact(waited, MONDAY + timedelta(hours=2), "paused", reason="waiting_customer")
        self.fact(waited, MONDAY + timedelta(hours=72), "resumed", reason="waiting_customer")
        for place, stage in enumerate(WAY[2:]):
            with freeze_time(MONDAY + timedelta(hours=100 + place)):
                self.move(waited, stage)
        one = self.assertFound("waiting", 1, 2, waited)
        self.assertIn("at least 50 %", one["sentence"])

    def test_f5_a_shorter_pause_than_the_policy_looks_for_is_not_found(self):
        waited = self.went(*WAY[:2])
        self.fact(waited, MONDAY + timedelta(hours=2), "paused", reason="waiting_customer")
        self.fact(waited, MONDAY + timedelta(hours=32), "resumed", reason="waiting_customer")
        for place, stage in enumerate(WAY[2:]):
            with freeze_time(MONDAY + timedelta(hours=80 + place)):
                self.move(waited, stage)
        ours = [("company_id", "=", self.company.id)]
        self.assertEqual(self.env["complaint.departure"].search_count(ours), 0)
        self.assertFound("waiting", 0, 1)
        self.assertEqual(self.env["complaint.departure"].search(ours).what, "saved_by_pause")

    # ------------------------------------------------------------------ approvals

    def test_f5_proposed_without_the_approval(self):
        self.went(*WAY)  # a standard case needs none
        case = self.went(*WAY, category="damage")
        asked = self.went(*WAY[:2], category="damage")
        self.fact(asked, MONDAY + timedelta(hours=1), "solution_approved", role="supervision")
        with freeze_time(MONDAY + timedelta(hours=2)):
            self.move(asked, "proposed")
        self.assertFound("approvals", 1, 3, case)

    def test_f5_nobody_decides_about_their_own_case(self):
        case, other = self.went(*WAY[:2]), self.went(*WAY[:2])
        self.extension(case, self.leader, self.supervisor)
        self.assertFound("own", 0, 1)
        self.extension(other, self.leader, self.leader)
        self.assertFound("own", 1, 2, other)

    def test_f5_extensions_and_who_approved_them(self):
        case, other = self.went(*WAY[:2]), self.went(*WAY[:2])
        self.extension(case, self.agent, self.supervisor)
        self.extension(other, self.agent, self.supervisor, state="refused")
        self.extension(other, self.agent, self.supervisor, at="2026-02-10 08:00:00")
        one = self.assertFound("time", 1, 2, case)
        self.assertIsNone(one["met"])  # no target
        check = next(one for one in self.supervision._checks(self.company) if one["name"] == "time")
        groups = self.supervision._breakdown(check, self.company, *self.march)
        approvers = {row["title"]: row["count"] for row in groups[0]["rows"]}
        self.assertEqual(approvers, {self.supervisor.name: 1})

    # ------------------------------------------------------------------ deadlines

    def test_f5_not_acknowledged_in_time(self):
        self.went(*WAY)
        late = self.went(*WAY, hours=2)
        one = self.assertFound("acknowledged", 1, 2, late)
        self.assertTrue(one["met"])  # half of them is what the policy lets

    def test_f5_deadlines_legal_ones_apart(self):
        self.went(*WAY)  # keeps all four
        self.went("acknowledged")  # misses first feedback, solution and the legal answer
        legal = self.findings()["legal"]
        self.assertEqual((legal["count"], legal["of"]), (1, 2))
        own = self.findings()["deadlines"]
        self.assertEqual((own["count"], own["of"]), (2, 6))
        self.assertEqual(own["role"], "Supervision")

    # ------------------------------------------------------------------ escalations

    def test_f5_an_escalation_that_nobody_answered_in_time(self):
        good, bad = self.went(*WAY[:2]), self.went(*WAY[:2])
        for case, hours in ((good, 3), (bad, 5)):
            self.fact(case, MONDAY + timedelta(hours=1), "escalated", level="supervisor", rule="late")
            at = MONDAY + timedelta(hours=1 + hours)
            self.fact(case, at, "escalation_answered", level="supervisor")
        self.assertFound("unanswered", 1, 2, bad)

    def test_f5_open_escalations_that_lie_for_long(self):
        old, new = self.went(*WAY[:2]), self.went(*WAY[:2])
        self.fact(old, "2026-03-20 08:00:00", "escalated", level="supervisor", rule="late")
        self.fact(new, "2026-03-31 20:00:00", "escalated", level="supervisor", rule="late")
        one = self.assertFound("open", 1, 2, old)
        self.assertTrue(one["as_of_now"])
        self.assertIsNone(one["previous"])
        self.assertIn("2 days", one["sentence"])

    # ------------------------------------------------------------------ the rest

    def test_f5_open_cases_that_nobody_answers_for(self):
        self.went(*WAY[:2])
        orphan = self.went(*WAY[:2])
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_ticket SET accountable_id = NULL WHERE id = %s", [orphan.id])
        self.env.invalidate_all()
        self.assertFound("nobody", 1, 2, orphan)

    def test_f5_callbacks_that_were_not_made(self):
        made, missed = self.went(*WAY), self.went(*WAY)
        self.callback(made, state="done", done_at="2026-03-09 08:00:00")
        self.callback(missed)
        self.assertFound("calls", 1, 2, missed)

    def test_f5_changed_after_closing(self):
        self.went(*WAY)
        case = self.went(*WAY)
        with freeze_time("2026-03-20 08:00:00"):
            case.with_user(self.leader).category_id = self.ref_id("category", "billing")
        one = self.assertFound("afterwards", 1, 2, case)
        departure = self.env["complaint.departure"].search(one["domain"])
        self.assertEqual(departure.by_id, self.leader)
        self.assertEqual(departure.words, "Recorded after the closing: Classified")

    def test_f5_what_is_entered_afterwards_as_if_it_had_happened_before(self):
        case = self.went("acknowledged", "closed")
        with freeze_time("2026-03-20 08:00:00"):
            case._record_fact("communicated", at=MONDAY + timedelta(minutes=20))
        self.assertFound("afterwards", 1, 1, case)

    def test_f5_closed_and_reopened(self):
        self.went(*WAY)
        case = self.went(*WAY, "investigating")
        one = self.assertFound("again", 1, 2, case)
        self.assertTrue(one["met"])  # one is allowed

    # ------------------------------------------------------------------ as a whole

    march = (MONDAY.date().replace(day=1), MONDAY.date().replace(month=4, day=1))

    def test_f5_every_finding_explains_itself(self):
        for one in self.findings().values():
            self.assertTrue(one["sentence"].endswith("."), one["name"])
            self.assertTrue(one["title"], one["name"])

    def test_f5_without_the_file_nothing_is_supervised(self):
        self.apply(files(**{topic: text for topic, text in PACK.items() if topic != "supervision"}))
        self.assertEqual(self.findings(), {})

    def test_f5_what_is_counted_anew_from_the_register_is_the_same(self):
        self.went("acknowledged", "closed")
        before = {name: (one["count"], one["of"]) for name, one in self.findings().items()}
        departures = self.env["complaint.departure"].search([]).read(["what", "at", "about", "times"])
        case = self.env["complaint.departure"].search([]).ticket_id
        self.env["complaint.fact.mark"]._set(case)
        self.assertEqual({n: (o["count"], o["of"]) for n, o in self.findings().items()}, before)
        again = self.env["complaint.departure"].search([]).read(["what", "at", "about", "times"])
        self.assertEqual([{**one, "id": 0} for one in again], [{**one, "id": 0} for one in departures])

    def test_f5_a_filter_leaves_other_cases_out(self):
        self.went("acknowledged", "closed")
        self.went("acknowledged", "closed", type="inquiry")
        inquiry = [("type_id", "=", self.ref_id("case_type", "inquiry"))]
        for one in self.findings(domain=inquiry).values():
            self.assertLessEqual(one["of"], 1, one["name"])
        self.assertFound("steps", 1, 1, domain=inquiry)
        self.assertFound("steps", 2, 2)

    def test_f5_the_worst_come_first_on_the_dashboard(self):
        self.went(*WAY)
        self.went("acknowledged", "closed")
        self.count()
        with freeze_time("2026-04-01 08:00:00"):
            worst = self.supervision._not_followed(self.company, *self.march)
            everything = self.supervision._findings(self.company, *self.march)
        self.assertEqual(worst[0]["name"], "steps")
        missed = [one["name"] for one in everything if one["met"] is False]
        self.assertLessEqual(len(worst), 3)
        self.assertLessEqual({one["name"] for one in worst}, set(missed))

    def test_f5_the_panel_of_the_dashboard_says_where_the_process_was_not_followed(self):
        self.went(*WAY)
        self.went("acknowledged", "closed")
        self.count()
        options = {"period": "own", "since": "2026-03-01", "until": "2026-03-31"}

        def panel(user):
            with freeze_time("2026-04-01 08:00:00"):
                dashboard = self.env["complaint.dashboard"].with_user(user)
                page = dashboard.with_context(allowed_company_ids=self.company.ids).read_page(options)
            cards = [card for section in page["sections"] for card in section["cards"]]
            return next((card for card in cards if card["key"] == "process"), None)

        card = panel(self.supervisor)
        self.assertEqual(
            (card["items"][0]["title"], card["items"][0]["tag"]), ("Steps left out", "1 of 2 (50 %)")
        )
        self.assertLessEqual(len(card["items"]), 3)
        analyst = self.new_user("analyst", "complaint_management.group_data_analysis")
        self.assertIsNone(panel(analyst))


@tagged("-at_install", "post_install")
class TestPage(SupervisionCase):
    MARCH = {"period": "own", "since": "2026-03-01", "until": "2026-03-31"}

    def page(self, user=None, options=None):
        self.count()
        model = self.supervision.with_user(user or self.supervisor)
        with freeze_time("2026-04-01 08:00:00"):
            return model.read_page(options or self.MARCH)

    def test_f5_the_page_says_how_many_checks_are_beyond_their_target(self):
        self.went("acknowledged", "closed")
        page = self.page()
        rows = {row["name"]: row for row in page["rows"]}
        self.assertEqual((rows["steps"]["state"], rows["steps"]["target"]), ("bad", "0"))
        self.assertEqual(rows["wrong"]["state"], "good")
        self.assertEqual(rows["time"]["state"], "none")
        bad = sum(row["state"] == "bad" for row in page["rows"])
        self.assertIn(f"{bad} of 16 checks", page["summary"])
        self.assertIn("March 2026", page["period_text"])

    def test_f5_every_number_opens_as_many_records_as_it_says(self):
        self.went(*WAY)
        self.went("acknowledged", "closed", hours=2)
        with freeze_time("2026-04-01 08:00:00"):
            for row in self.page()["rows"]:
                opens = row["open"]
                found = self.env[opens["model"]].with_user(self.supervisor).search_count(opens["domain"])
                self.assertEqual(found, row["count"], row["name"])

    def test_f5_what_is_behind_a_row_adds_up_to_it(self):
        self.went("acknowledged", "closed")
        self.went("acknowledged", "closed", category="billing", user_id=self.leader.id)
        self.count()
        with freeze_time("2026-04-01 08:00:00"):
            groups = self.supervision.read_breakdown("steps", self.MARCH)
            titles = {group["title"]: group for group in groups}
            people = {row["title"]: row["count"] for row in titles["In charge"]["rows"]}
            self.assertEqual(people, {self.agent.name: 1, self.leader.name: 1})
            for group in groups:
                self.assertEqual(sum(row["count"] for row in group["rows"]), 2, group["title"])
                for row in group["rows"]:
                    opens = row["open"]
                    found = self.env[opens["model"]].search_count(opens["domain"])
                    self.assertEqual(found, row["count"])

    def test_f5_nonsense_from_a_caller_is_no_error(self):
        for options in (
            {"period": "x", "team": "1 OR 1=1"},
            {"period": "own", "since": []},
            None,
            {"team": -1},
        ):
            self.assertIn("rows", self.page(options=options or {"period": 3}))
        self.assertEqual(self.supervision.read_breakdown("no such check", {}), [])

    # ------------------------------------------------------------------ access

    def test_f5_agents_and_portal_users_are_refused(self):
        case = self.went("acknowledged", "closed")
        self.count()
        departure = self.env["complaint.departure"].search([("ticket_id", "=", case.id)])
        portal = self.new_user("portal", "base.group_portal")
        for user in (self.agent, self.leader, portal):
            with self.assertRaises(AccessError):
                self.page(user)
            with self.assertRaises(AccessError):
                self.supervision.with_user(user).read_breakdown("steps", self.MARCH)
            with self.assertRaises(AccessError):
                departure.with_user(user).read(["words"])

    def test_f5_departures_are_written_by_nobody(self):
        self.went("acknowledged", "closed")
        self.count()
        departure = self.env["complaint.departure"].search([]).with_user(self.supervisor)
        for attempt in (
            lambda: departure.write({"times": 0}),
            departure.unlink,
            lambda: departure.create({"what": "skipped_step", "ticket_id": departure.ticket_id.id}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_f5_another_company_is_not_found(self):
        self.went("acknowledged", "closed")
        self.count()
        other = self.env["res.company"].create({"name": "Other Company"})
        stranger = self.new_user("stranger", "complaint_management.group_supervision")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        theirs = (
            self.env["complaint.departure"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        )
        self.assertFalse(theirs.search([]))
        with freeze_time("2026-04-01 08:00:00"):
            page = theirs.env["complaint.supervision"].read_page(self.MARCH)
        self.assertEqual((page["rows"], page["policy"]), ([], False))

    def test_f5_a_confidential_case_is_in_no_number_of_who_may_not_see_it(self):
        self.went("acknowledged", "closed")
        secret = self.went("acknowledged", "closed")
        self.assertFound("steps", 2, 2)
        secret.sudo().confidential = True
        self.env.flush_all()
        self.assertFound("steps", 1, 1)

    # ------------------------------------------------------------------ as many queries for many as for few

    def queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        return self.env.cr.sql_log_count - before

    def test_f5_the_page_asks_no_more_queries_for_many_cases(self):
        def read():
            with freeze_time("2026-04-01 08:00:00"):
                self.supervision.read_page(self.MARCH)

        self.went("acknowledged", "closed", hours=2)
        self.count()
        self.queries(read)
        few = self.queries(read)
        for _more in range(50):
            self.went("acknowledged", "closed", hours=2)
        self.count()
        self.assertEqual(self.queries(read), few)

    def test_f5_the_list_of_departures_asks_no_more_queries_for_many(self):
        def read():
            self.env["complaint.departure"].with_user(self.supervisor).search([]).read(["words", "number"])

        self.went("acknowledged", "closed")
        self.count()
        self.queries(read)
        few = self.queries(read)
        for _more in range(50):
            self.went("acknowledged", "closed")
        self.count()
        self.assertLessEqual(self.queries(read), few)
