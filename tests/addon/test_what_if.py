from datetime import datetime

from freezegun import freeze_time
from odoo.tests import tagged

from ...complaint_management.models.release_sources import compile_sources
from .common import ComplaintCase, edited, files


@tagged("post_install", "-at_install")
class TestWhatIf(ComplaintCase):
    """Before a rule changes: what it would have made of the last cases, and makes of the open ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-02 08:00:00"):
            cls.quick, cls.slow, cls.late, cls.waiting = (
                cls.complaint(category="delay") for _index in range(4)
            )
        with freeze_time("2026-03-02 08:30:00"):
            cls.move(cls.quick + cls.slow + cls.late + cls.waiting, "acknowledged")
        with freeze_time("2026-03-03 08:00:00"):  # after 24 h
            cls.move(cls.quick, "proposed")
        with freeze_time("2026-03-04 20:00:00"):  # after 60 h
            cls.move(cls.slow, "proposed")
        with freeze_time("2026-03-05 20:00:00"):  # after 84 h
            cls.move(cls.late, "proposed")
            cls.move(cls.quick + cls.slow + cls.late, "communicated")
            cls.move(cls.quick + cls.slow + cls.late, "closed")
        with freeze_time("2026-03-06 08:00:00"):
            cls.fresh = cls.complaint(category="delay")
            cls.move(cls.waiting, "proposed")
        with freeze_time("2026-03-06 09:00:00"):
            cls.fresh.action_wait_for_customer()

    def what_if(self, *replacements, topic="sla", at="2026-03-06 10:00:00", **options):
        policy_files = edited(topic, *replacements) if replacements else files()
        compiled = compile_sources("small", policy_files, datetime(2026, 3, 6).date())
        with freeze_time(at):
            return self.env["complaint.release"]._what_if(
                compiled.normalised, self.company, options.pop("since", datetime(2026, 1, 1)), **options
            )

    def test_the_same_policy_changes_nothing(self):
        found = self.what_if()
        self.assertEqual((found["cases"], found["open"], found["late"]), (5, [], []))
        self.assertEqual(
            found["lines"],
            [
                "Cases received since 2026-01-01: 5.",
                "No time limit would have been kept or missed otherwise.",
                "No deadline of an open complaint would change.",
            ],
        )

    def test_a_shorter_limit_shows_who_would_have_been_late(self):
        found = self.what_if(("within: 72h", "within: 48h"))
        self.assertEqual(
            found["clocks"]["solution"], {"before_total": 5, "after_total": 5, "before": 2, "after": 3}
        )
        self.assertIn("Solution: late 2 → 3 of 5", found["lines"])
        self.assertEqual([(one["id"], one["late"]) for one in found["late"]], [(self.slow.id, True)])
        self.assertIn(self.slow.number, found["html"])
        self.assertIn("would have been late", found["html"])

    def test_what_does_not_change_is_folded_away(self):
        same = self.what_if()["html"]
        self.assertNotIn("<h4>Time limits</h4>", same)
        self.assertIn("<details", same)
        shorter = self.what_if(("within: 72h", "within: 48h"))["html"]
        shown, _fold, folded = shorter.partition("<details")
        self.assertIn("<td>Solution</td>", shown)
        self.assertNotIn("<td>Solution</td>", folded)

    def test_a_longer_limit_shows_who_would_have_been_in_time(self):
        found = self.what_if(("within: 72h", "within: 90h"))
        self.assertIn("Solution: late 2 → 1 of 5", found["lines"])
        self.assertEqual([(one["id"], one["late"]) for one in found["late"]], [(self.late.id, False)])

    def test_open_complaints_are_listed_with_old_and_new_deadline(self):
        found = self.what_if(("within: 15cd", "within: 10cd"))
        self.assertEqual(
            [(one["id"], one["clock"], one["before"], one["after"]) for one in found["open"]],
            [
                (self.waiting.id, "legal_answer", datetime(2026, 3, 17, 23), datetime(2026, 3, 12, 23)),
                (self.fresh.id, "legal_answer", datetime(2026, 3, 21, 23), datetime(2026, 3, 16, 23)),
            ],
        )
        self.assertIn(
            "Open complaints with other deadlines, once they are moved to the new release: 2", found["lines"]
        )
        self.assertIn(
            f"  {self.fresh.number} Legal answer: 2026-03-21 23:00 → 2026-03-16 23:00", found["lines"]
        )

    def test_a_clock_that_stands_still_is_listed_with_its_limit(self):
        found = self.what_if(("within: 72h", "within: 48h"))
        self.assertEqual([one["id"] for one in found["open"]], [self.fresh.id])
        self.assertIn(
            f"  {self.fresh.number} Solution: stands still (72h) → stands still (48h)", found["lines"]
        )

    def test_escalations_are_counted_under_both_policies(self):
        found = self.what_if(("{escalate: supervisor}]}\n", "{notify: [assignee]}]}\n"), topic="escalation")
        self.assertGreater(found["levels"]["supervisor"]["before"], 0)
        self.assertNotIn("after", found["levels"]["supervisor"])
        self.assertTrue(any(line.startswith("Escalations to Supervisor: ") for line in found["lines"]))

    def test_a_renamed_category_is_followed(self):
        replaced = (("name: delay,", "name: lateness, was: delay,"),)
        self.assertEqual(self.what_if(*replaced, topic="categories")["open"], [])
        rule = "  - name: complex\n"
        policy_files = edited("categories", *replaced) | {
            "small/sla.yaml": edited(
                "sla",
                (
                    rule,
                    "  - {name: slack, match: {category: lateness}, clocks: "
                    f"[{{name: solution, from: received, until: solution_proposed, within: 1h}}]}}\n{rule}",
                ),
            )["small/sla.yaml"]
        }
        compiled = compile_sources("small", policy_files, datetime(2026, 3, 6).date())
        found = self.env["complaint.release"]._what_if(
            compiled.normalised, self.company, datetime(2026, 1, 1)
        )
        self.assertEqual(found["clocks"]["solution"]["after"], 5)

    def test_older_cases_are_left_out_unless_they_are_open(self):
        found = self.what_if(("within: 15cd", "within: 10cd"), since=datetime(2026, 3, 5))
        self.assertEqual(found["cases"], 1)
        self.assertEqual({one["id"] for one in found["open"]}, {self.waiting.id, self.fresh.id})

    def test_it_writes_nothing(self):
        before = self.env["complaint.event"].search_count([])
        versions = (self.fresh + self.waiting).sudo().mapped("case_version")
        self.what_if(("within: 72h", "within: 48h"))
        self.assertEqual(self.env["complaint.event"].search_count([]), before)
        self.assertEqual((self.fresh + self.waiting).sudo().mapped("case_version"), versions)

    def test_a_company_without_policy_has_nothing_to_compare_with(self):
        other = self.env["res.company"].create({"name": "Other"})
        found = self.env["complaint.release"]._what_if(self.release.normalised, other)
        self.assertEqual(found["lines"], ["Other has no policy yet: nothing to compare with."])

    def test_it_takes_as_many_queries_for_fifty_cases_as_for_one(self):
        normalised = self.release.normalised
        self.env.flush_all()
        self.env["complaint.release"]._what_if(normalised, self.company, datetime(2026, 3, 6))
        start = self.cr.sql_log_count
        self.env["complaint.release"]._what_if(normalised, self.company, datetime(2026, 3, 6))
        few = self.cr.sql_log_count - start
        with freeze_time("2026-03-06 08:00:00"):
            for _index in range(50):
                self.complaint(category="delay")
        self.env.flush_all()
        start = self.cr.sql_log_count
        found = self.env["complaint.release"]._what_if(normalised, self.company, datetime(2026, 3, 6))
        self.assertEqual(found["cases"], 51)
        self.assertEqual(self.cr.sql_log_count - start, few)
