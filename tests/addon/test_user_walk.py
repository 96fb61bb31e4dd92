"""What people met who clicked through all of it: a test for each thing that was in their way, or that
somebody could do who should not."""

from freezegun import freeze_time
from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ComplaintCase, edited
from .planning_pack import PlanningCase


@tagged("post_install", "-at_install")
class TestWalk(ComplaintCase):
    def case(self, **values):
        return self.complaint(
            partner_id=self.customer.id, category="delay", user_id=self.agent.id, **values
        ).with_user(self.agent)

    # ------------------------------------------------------------------ who writes what

    def test_g1_nobody_names_another_person_as_accountable_past_the_policy(self):
        case = self.case()
        accountable = case.accountable_id
        with self.assertRaises(AccessError):
            case.write({"accountable_id": self.leader.id})
        self.assertEqual(case.accountable_id, accountable)
        case.sudo().user_id = self.leader
        self.assertEqual(case.accountable_id, self.leader, "the policy does, when the case changes hands")

    def test_b4_a_case_does_not_lose_the_severity_by_which_others_have_to_agree(self):
        case = self.case()
        with self.assertRaisesRegex(UserError, "Choose another one"):
            case.write({"severity_id": False})
        case.write({"severity_id": self.ref_id("severity", "high")})
        self.assertEqual(case.severity_id.policy_code, "high")

    def test_the_stars_of_a_case_are_those_of_its_severity(self):
        case = self.case()
        with self.assertRaisesRegex(UserError, "follow from its severity"):
            case.write({"priority": "0" if case.priority != "0" else "3"})
        case.write({"priority": case.priority})  # a form may send what is there
        ordinary = self.env["helpdesk.ticket"].create({"name": "Printer", "description": "<p>x</p>"})
        ordinary.priority = "3"
        self.assertEqual(ordinary.priority, "3")

    # ------------------------------------------------------------------ what one sees

    def test_lists_that_begin_in_groups_begin_open(self):
        for name in ("ticket_view_list", "statement_view_list"):
            arch = self.env.ref(f"complaint_management.{name}").arch
            self.assertIn('expand="1"', arch, name)

    def test_my_deadlines_is_a_calendar_and_what_i_have_to_do_a_list(self):
        actions = {
            name: self.env["ir.actions.actions"]._for_xml_id(f"complaint_management.{name}")["views"][0][1]
            for name in ("my_deadlines_action", "landing_intake_action")
        }
        self.assertEqual(actions, {"my_deadlines_action": "calendar", "landing_intake_action": "list"})

    def test_the_calendar_shows_graver_cases_in_warmer_colors(self):
        levels = self.env["complaint.term"].search(
            [("kind", "=", "severity"), ("company_id", "=", self.company.id)], order="priority"
        )
        self.assertEqual(len(set(levels.mapped("calendar_color"))), len(levels))
        case = self.case()
        self.assertEqual(case.severity_color, case.severity_id.calendar_color)
        case.severity_id.sudo().color = 9
        self.assertEqual(case.severity_color, 9, "the one that somebody chose")

    def test_handing_several_over_says_how_many(self):
        cases = self.case() | self.case()
        wizard = (
            self.env["complaint.handover.wizard"]
            .with_user(self.leader)
            .with_context(active_model="helpdesk.ticket", active_ids=cases.ids)
        )
        form = Form(wizard)
        self.assertEqual(form.case_count, 2)

    def test_a_dialog_holds_the_record_that_it_speaks_of(self):
        """Else all that is shown of that record is empty: the browser sends only what stands in the form."""
        missing = []
        for view in self.env["ir.ui.view"].search([("type", "=", "form"), ("model", "=like", "complaint.%")]):
            model = self.env[view.model]
            if not model._transient:
                continue
            names = set(etree.fromstring(view.get_combined_arch()).xpath("//field/@name"))
            missing += [
                f"{view.model}: {name} of {model._fields[name].related.split('.')[0]}"
                for name in names & set(model._fields)
                if model._fields[name].related and model._fields[name].related.split(".")[0] not in names
            ]
        self.assertFalse(missing)

    def test_a_plan_of_points_is_readable(self):
        """Numbers stood there as yaml writes them alone: with three dots behind."""
        plan = self.env["complaint.release"]._plan(
            edited("sla", ("within: 72h", "within: 48h")), "small", self.company
        )
        self.assertFalse([line for line in plan.lines if "..." in line])


@tagged("post_install", "-at_install")
class TestQuickRatings(PlanningCase):
    """The faces that customers press stand on the page Satisfaction, beside the answers to questions."""

    def page(self, user):
        return self.env["complaint.satisfaction"].with_user(user).page("month", "category")

    def test_d4_quick_ratings_are_shown_beside_the_answers_and_not_among_them(self):
        reader = self.new_user("reads-quick", "complaint_management.group_supervision")
        with freeze_time("2027-03-03 11:00"):
            self.assertFalse(self.page(reader)["quick"])
            cases = self.env["helpdesk.ticket"]
            for score in (5, 5, 1):
                case = self.complaint(category="delay", partner_id=self.customer.id)
                case._rate(score)
                cases |= case
            page = self.page(reader)
            self.assertEqual(page["quick"]["n"], 3)
            self.assertTrue(page["quick"]["text"].startswith("66.7"), page["quick"]["text"])
            self.assertEqual(page["quick"]["domain"], [("id", "in", cases.ids)])
            self.assertEqual([card["n"] for card in page["cards"]], [0, 0, 0])

    def test_a_rating_that_somebody_writes_into_the_database_counts_for_nothing(self):
        reader = self.new_user("reads-quick", "complaint_management.group_supervision")
        with freeze_time("2027-03-03 11:00"):
            case = self.complaint(category="delay", partner_id=self.customer.id)
            self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": case.id,
                    "rating": 5,
                    "consumed": True,
                }
            )
            self.assertFalse(self.page(reader)["quick"])

    def test_quick_ratings_of_cases_that_the_reader_may_not_see_are_not_counted(self):
        reader = self.new_user("reads-quick", "complaint_management.group_data_analysis")
        with freeze_time("2027-03-03 11:00"):
            case = self.complaint(category="delay", partner_id=self.customer.id)
            case._rate(5)
            case.sudo().write({"confidential": True})
            self.assertFalse(self.page(reader)["quick"])
