from datetime import datetime

from odoo.tests import tagged

from ...complaint_management.language.library import load
from ...complaint_management.models.helpdesk_yaml import flow, week
from ...complaint_management.models.release_sources import compile_sources
from .test_cli import CommandCase

TODAY = datetime(2026, 3, 2).date()


@tagged("post_install", "-at_install")
class TestHelpdeskExport(CommandCase):
    """A helpdesk without policy is written as a pack that can be applied at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["res.company"].create({"name": 'Corner "Shop": & Söhne'})
        cls.env.user.company_ids += cls.shop
        calendar = cls.env["resource.calendar"].create(
            {"name": "Shop hours", "tz": "Europe/Paris", "company_id": cls.shop.id}
        )
        calendar.attendance_ids.unlink()
        calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": "x",
                    "dayofweek": str(day),
                    "hour_from": 8.5,
                    "hour_to": 16.5,
                    "day_period": "morning",
                },
            )
            for day in range(5)
        ]
        cls.shop.resource_calendar_id = calendar
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Stocktaking",
                "calendar_id": calendar.id,
                "company_id": cls.shop.id,
                "date_from": "2099-12-30 23:00:00",
                "date_to": "2099-12-31 22:59:59",
            }
        )
        own = {"company_id": cls.shop.id}
        Category = cls.env["helpdesk.ticket.category"]
        cls.parcel = Category.create({"name": "Parcel: lost, or late?", **own})
        cls.lost = Category.create({"name": "丢件", "parent_id": cls.parcel.id, **own})
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Shop desk", "category_ids": [(6, 0, cls.parcel.ids)], **own}
        )
        cls.env["helpdesk.ticket.channel"].create({"name": "no", **own})

    def files(self):
        return self.env["complaint.release"]._export_helpdesk(self.shop)

    def policy(self):
        return compile_sources("helpdesk", self.files(), TODAY).normalised

    def test_it_is_valid_and_can_be_applied(self):
        files = self.files()
        _normalised, problems = load(files).compile("helpdesk", TODAY)
        self.assertFalse([problem for problem in problems if problem.severity == "error"])
        release = self.env["complaint.release"]._apply(files, "helpdesk", self.shop)
        self.assertEqual(release.name, "helpdesk 1")
        case = self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "y",
                "company_id": self.shop.id,
                "case_type_id": release._refs()["case_type", "complaint"],
                "category_id": release._refs()["category", "parcel_lost_or_late"],
            }
        )
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(self.facts(case), ["received"])
        again = self.env["complaint.release"]._plan(release._export(), "helpdesk", self.shop)
        self.assertEqual(again.lines, [])

    def test_working_times_and_days_off_are_kept(self):
        calendar = self.policy()["calendars"]["shop_hours"]
        self.assertEqual(calendar["timezone"], "Europe/Paris")
        self.assertEqual(calendar["week"][0], [["08:30", "16:30"]])
        self.assertIn('closed: ["2099-12-31"]', self.files()["helpdesk/calendars.yaml"].decode())

    def test_the_tree_of_categories_and_the_teams_are_kept(self):
        tree = self.policy()["categories"]
        top = next(entry for entry in tree if entry["name"] == "parcel_lost_or_late")
        self.assertEqual((top["title"]["en"], top["team"]), ("Parcel: lost, or late?", "Shop desk"))
        self.assertEqual([child["title"]["en"] for child in top["children"]], ["丢件"])
        self.assertIn("Shop desk", [role.get("team") for role in self.policy()["roles"]])

    def test_stages_keep_their_order_and_their_ends(self):
        stages = self.policy()["stages"]
        self.assertEqual(stages[0]["event"], "received")
        by_name = {stage["name"]: stage for stage in stages}
        self.assertEqual((by_name["done"]["event"], by_name["done"]["closes"]), ("closed", True))
        self.assertEqual(by_name["rejected"]["event"], "withdrawn")
        self.assertIn("done", by_name["in_progress"]["next"])

    def test_nothing_that_a_policy_owns_is_written(self):
        main = self.env.ref("base.main_company")
        text = b"".join(self.env["complaint.release"]._export_helpdesk(main).values()).decode()
        self.assertNotIn("set_aside", text)
        self.assertNotIn("product_quality", text)

    def test_names_in_all_active_languages_are_written(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.team.with_context(lang="zh_CN").name = "门店客服"
        role = next(role for role in self.policy()["roles"] if role["name"] == "shop_desk")
        self.assertEqual(role["title"], {"en": "Shop desk", "zh_CN": "门店客服"})

    def test_time_limits_of_the_oca_sla_addon_become_clocks(self):
        if "helpdesk.sla" not in self.env:
            self.assertNotIn("clocks", self.files()["helpdesk/sla.yaml"].decode())
            return
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        awaiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        own = {"company_id": self.shop.id}
        self.env["helpdesk.sla"].create(
            [
                {"name": "Taken up", "hours": 2, "stage_id": stage.id, **own},
                {
                    "name": "Done: parcel",
                    "days": 2,
                    "hours": 1,
                    "stage_id": done.id,
                    "category_ids": [(6, 0, self.lost.ids)],
                    "ignore_stage_ids": [(6, 0, awaiting.ids)],
                    "domain": "[('priority', '=', '3')]",
                    **own,
                },
            ]
        )
        policies = self.policy()["sla"]
        own = [policy for policy in policies if policy.get("match")]
        self.assertEqual(len(own), 1)
        clocks = {clock["name"]: clock for clock in own[0]["clocks"]}
        self.assertEqual(
            (clocks["taken_up"]["until"], clocks["taken_up"]["within"]), (["acknowledged"], "2bh")
        )
        self.assertEqual(
            (clocks["done_parcel"]["until"], clocks["done_parcel"]["within"]), (["closed"], "17bh")
        )
        self.assertEqual(clocks["done_parcel"]["pause"], ["waiting_customer"])
        text = self.files()["helpdesk/sla.yaml"].decode()
        self.assertIn("only where [('priority', '=', '3')]; stood still in Awaiting", text)
        self.assertEqual(list(clocks), list(dict.fromkeys(clocks)))
        standard = policies[-1]
        self.assertIn("taken_up", [clock["name"] for clock in standard["clocks"]])

    def test_the_command_writes_the_files(self):
        code, printed, _said = self.run_verb("export", "--from-helpdesk", self.folder / "out")
        self.assertEqual(code, 0)
        self.assertIn(f"A pack to start from is in {self.folder / 'out' / 'helpdesk'}.", printed)
        self.assertTrue((self.folder / "out" / "helpdesk" / "stages.yaml").exists())
        self.assertEqual(self.run_verb("plan", self.folder / "out" / "helpdesk")[0], 2)

    def test_words_that_yaml_would_take_for_something_else_are_quoted(self):
        for text in ("no", "17:00", "1e3", "null", "a: b", "# x", "-", "", 'say "yes"', "08", "*x"):
            self.assertTrue(flow(text).startswith('"'), text)
        self.assertEqual(flow({"name": "a_b", "closes": True}), "{name: a_b, closes: true}")
        self.assertEqual(flow("门店 客服"), "门店 客服")
        self.assertEqual(week([["a"]] * 5 + [[], ["b"]]), {"mon-fri": ["a"], "sun": ["b"]})
