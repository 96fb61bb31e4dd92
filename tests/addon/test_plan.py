from odoo.exceptions import UserError
from odoo.tests import tagged

from ...complaint_management.language.changes import Change, changes, week_hours
from ...complaint_management.models.plan import _shown
from .common import ComplaintCase, edited, files


@tagged("post_install", "-at_install")
class TestPlan(ComplaintCase):
    """The plan says what applying would change, and nothing else."""

    def plan(self, policy_files, **options):
        return self.env["complaint.release"]._plan(policy_files, "small", self.company, **options)

    def lines(self, *replacements, topic):
        return self.plan(edited(topic, *replacements)).lines

    def test_the_same_files_give_an_empty_plan(self):
        plan = self.plan(files())
        self.assertEqual((plan.lines, plan.notes, plan.refusals), ([], [], []))
        self.assertFalse(plan)

    def test_a_changed_limit_is_one_line(self):
        self.assertEqual(
            self.lines(("within: 72h", "within: 48h"), topic="sla"),
            ["~ sla standard/solution within 72h → 48h"],
        )

    def test_a_number_stands_in_the_plan_as_it_is_written(self):
        self.assertEqual([_shown(value) for value in (5, -4, 0.8, True)], ["5", "-4", "0.8", "true"])

    def test_new_dropped_and_changed_entries_are_grouped_by_kind(self):
        changed = edited(
            "categories",
            ("- {name: billing, title: {en: Billing, zh_CN: 账单}, team: Small intake}", "- {name: charges}"),
            ("zh_CN: 延误", "zh_CN: 晚到"),
            ("team: Small delivery", "team: Small road"),
        )
        changed |= {"small/tiers.yaml": b"kind: tiers\ntiers: [{name: vip}]\n"}
        self.complaint(category="billing")
        self.assertEqual(
            self.plan(changed).lines,
            [
                "~ category delivery team Small delivery → Small road",
                "~ category delay title.zh_CN 延误 → 晚到",
                "+ category charges",
                "- category billing (archived; 1 ticket keeps it)",
                "+ customer tier vip",
                "+ team Small road (new, without members)",
            ],
        )

    def test_order_is_a_change_because_stages_follow_one_another(self):
        lines = self.lines(
            (
                "  - {name: closed,",
                "  - {name: set_aside, event: withdrawn, closes: true}\n  - {name: closed,",
            ),
            (
                "30d, to: investigating}}\n  - {name: set_aside, event: withdrawn, closes: true}\n",
                "30d, to: investigating}}\n",
            ),
            topic="stages",
        )
        self.assertEqual(
            lines,
            [
                "~ stage order: received, acknowledged, investigating, proposed, communicated, set_aside, "
                "closed"
            ],
        )

    def test_a_rename_is_told_as_one(self):
        lines = self.lines(
            ("{name: proposed,", "{name: offered, was: proposed,"),
            ("next: [proposed, ", "next: [offered, "),
            topic="stages",
        )
        self.assertEqual(
            lines,
            [
                "~ stage investigating next proposed, closed → offered, closed",
                "~ stage proposed → offered (renamed)",
                "~ stage offered title.en Proposed → Offered",
            ],
        )

    def test_words_that_change_no_rule_are_told_as_such(self):
        plan = self.plan(edited("sla", ("kind: sla", "# Checked in May.\nkind: sla")))
        self.assertEqual(plan.lines, ["~ document small/sla.yaml (without effect)"])

    def test_what_somebody_changed_by_force_is_put_back(self):
        stage = self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", "proposed"))
        stage.sudo().write({"name": "Forced", "closed": True})
        plan = self.plan(files())
        edited = f"(edited by {self.env.user.name} on {stage.write_date:%Y-%m-%d})"
        self.assertEqual(plan.lines, [f"~ stage proposed put back in order: Closed, Stage Name {edited}"])
        self.apply(files())
        self.assertEqual((stage.name, stage.closed), ("Proposed", False))
        self.assertFalse(self.plan(files()))

    def test_a_closed_day_more_is_one_line(self):
        lines = self.lines(
            (
                'hours: {mon-fri: ["09:00-17:00"]}',
                'hours: {mon-fri: ["09:00-17:00"]}, closed: ["2031-05-01"]',
            ),
            topic="calendars",
        )
        self.assertEqual(lines, ["~ calendar office 2031-05-01 as usual → closed"])

    def test_many_closed_days_are_one_line_too(self):
        days = ", ".join(f'"2031-05-{day:02d}"' for day in range(1, 21))
        lines = self.lines(
            ('mon-fri: ["09:00-17:00"]}', f'mon-fri: ["09:00-17:00"]}}, closed: [{days}]'), topic="calendars"
        )
        self.assertEqual(
            lines, ["~ calendar office 20 days between 2031-05-01 and 2031-05-20 have other hours"]
        )

    def test_hours_are_readable(self):
        lines = self.lines(
            ('mon-fri: ["09:00-17:00"]', 'mon-thu: ["08:00-12:00", "13:00-17:00"], sat: ["10:00-12:00"]'),
            topic="calendars",
        )
        self.assertEqual(
            lines,
            [
                "~ calendar office hours mon-fri 09:00-17:00 → mon-thu 08:00-12:00 13:00-17:00, sat "
                "10:00-12:00"
            ],
        )

    def test_a_stage_with_open_complaints_in_it_is_not_archived(self):
        tickets = self.complaint() + self.complaint()
        self.move(tickets, "proposed")
        without = edited(
            "stages",
            (
                "  - {name: proposed, event: solution_proposed, owner: assignee, next: [communicated, "
                "investigating]}\n",
                "",
            ),
            ("next: [proposed, closed]", "next: [communicated, closed]"),
        )
        plan = self.plan(without)
        self.assertEqual(len(plan.refusals), 1)
        self.assertIn("“Proposed” cannot be archived while open complaints are in it (2)", plan.refusals[0])
        self.assertIn("was: proposed", plan.refusals[0])
        with self.assertRaisesRegex(UserError, "open complaints are in it"):
            self.apply(without)
        self.assertEqual(self.env["complaint.release"]._active(self.company), self.release)
        self.move(tickets, "investigating")
        plan = self.plan(without)
        self.assertFalse(plan.refusals)
        self.assertIn(
            "! stage proposed: open complaints that can still reach it under earlier releases: 2", plan.notes
        )

    def test_an_unknown_pack_is_a_sentence(self):
        with self.assertRaisesRegex(UserError, "no policy pack named large"):
            self.env["complaint.release"]._plan(files(), "large", self.company)

    def test_the_plan_speaks_a_language_that_is_not_active(self):
        self.assertFalse(self.env["res.lang"]._get_data(code="zh_CN"))
        plan = self.plan(edited("sla", ("within: 72h", "within: 48h")), lang="zh_CN")
        self.assertEqual(plan.lines, ["~ 时限规则 standard/solution within 72h → 48h"])


@tagged("post_install", "-at_install")
class TestChanges(ComplaintCase):
    """The comparison of two policies by itself."""

    def test_a_new_kind_is_its_entries(self):
        self.assertEqual(
            changes({}, {"sla": [{"name": "a", "clocks": []}]}),
            [Change("+", "sla", ("a",), after={"name": "a", "clocks": []})],
        )

    def test_categories_are_compared_wherever_they_stand(self):
        old = {"categories": [{"name": "a", "children": [{"name": "x"}]}, {"name": "b"}]}
        new = {"categories": [{"name": "a"}, {"name": "b", "children": [{"name": "x"}]}]}
        self.assertEqual(
            [
                (change.sign, change.path, change.key, change.before, change.after)
                for change in changes(old, new)
            ],
            [("~", ("x",), "parent", "a", "b"), ("~", (), "order", ["a", "x", "b"], ["a", "b", "x"])],
        )

    def test_bookkeeping_is_no_change(self):
        self.assertFalse(changes({"origin": {"a": 1}, "format": 1}, {"origin": {}, "format": 2}))

    def test_a_part_that_comes_or_goes_is_one_change(self):
        old = {"stages": [{"name": "a", "reopen": {"to": "b", "within": "1d"}}]}
        new = {"stages": [{"name": "a"}]}
        self.assertEqual(
            changes(old, new), [Change("~", "stages", ("a",), "reopen", {"to": "b", "within": "1d"}, None)]
        )

    def test_days_with_equal_hours_stand_together(self):
        day = [["09:00", "12:00"]]
        self.assertEqual(week_hours([day, day, [], day, [], [], []]), "mon-tue 09:00-12:00, thu 09:00-12:00")
