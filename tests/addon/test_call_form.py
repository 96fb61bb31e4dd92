"""Taking a call: the customer is found, the promise is known before anything is saved (A1, A2, A4, A11)."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ...complaint_management.models.first_release import POLICIES
from .common import ComplaintCase, edited, files
from .test_tours import TourCase

SCRIPTED = """
kind: categories
categories:
  - name: delivery
    title: {en: Delivery, zh_CN: 配送}
    team: Small delivery
    script: {en: "Which parcel number?", zh_CN: "请问运单号是多少？"}
    children:
      - {name: delay, title: {en: Delay, zh_CN: 延误}, keywords: [late, 迟到]}
      - name: damage
        title: {en: Damage, zh_CN: 损坏}
        keywords: [broken]
        team: Small damage
        preset: {urgency: urgent, complexity: complex}
"""


@tagged("post_install", "-at_install")
class TestCallForm(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(categories=SCRIPTED))
        cls.customer.phone = "+49 151 2345678"

    def call(self):
        return Form(self.env["complaint.intake"].with_user(self.agent))

    def saved(self, form):
        action = form.save().action_save()
        return self.env["helpdesk.ticket"].browse(action["res_id"])

    def found(self, text):
        partners = self.env["res.partner"].with_user(self.agent).with_context(complaint_who=True)
        return [ident for ident, _name in partners.name_search(text)]

    # ------------------------------------------------------------------ who

    def test_a1_the_customer_is_found_by_name_mail_and_phone_in_any_notation(self):
        for text in ("Chen", "chen@example.com", "0151/234 56 78", "0049 151 2345678", "+491512345678"):
            with self.subTest(text):
                self.assertIn(self.customer.id, self.found(text))

    def test_zeros_in_a_number_are_no_international_prefix(self):
        for phone in ("+86 138 0013 8000", "+1 555 000 0000"):
            partner = self.env["res.partner"].create({"name": "Zeros", "phone": phone})
            with self.subTest(phone):
                self.assertEqual(self.found(phone[3:].replace(" ", "-")), partner.ids)

    def test_a1_the_customer_is_found_by_an_order_number(self):
        self.complaint(partner_id=self.customer.id, order_reference="SO-77", team_id=self.intake.id)
        self.assertEqual(self.found("so-77"), [self.customer.id])

    def test_elsewhere_contacts_are_searched_as_ever(self):
        partners = self.env["res.partner"].with_user(self.agent)
        self.assertFalse(partners.name_search("0151/234 56 78"))

    def test_a_number_typed_into_the_phone_box_finds_the_customer(self):
        form = self.call()
        form.partner_phone = "0151 2345678"
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.partner_name, "Chen")

    def test_a_new_customer_is_entered_by_an_agent_who_may_not_edit_contacts(self):
        form = self.call()
        form.partner_name = "Otto"
        form.partner_phone = "030 998877"
        form.description = "Nobody came"
        case = self.saved(form)
        self.assertEqual((case.partner_id.name, case.partner_id.phone), ("Otto", "030 998877"))
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.agent).create({"name": "by hand"})

    def test_somebody_else_with_the_same_phone_gets_an_own_file(self):
        form = self.call()
        form.partner_name = "Daughter Chen"
        form.partner_phone = "0151 2345678"
        form.description = "Nobody came"
        self.assertNotEqual(self.saved(form).partner_id, self.customer)

    def test_a1_earlier_complaints_stand_beside_with_the_open_ones_first(self):
        closed = self.complaint(partner_id=self.customer.id, team_id=self.intake.id)
        opened = self.complaint(
            partner_id=self.customer.id, team_id=self.intake.id, received_at=datetime(2026, 1, 1)
        )
        self.move(closed, "closed")
        form = self.call()
        form.partner_id = self.customer
        self.assertEqual(list(form.earlier_ids.ids), [opened.id, closed.id])

    def test_choosing_a_customer_with_open_complaints_shows_what_is_next_in_each(self):
        """As the browser asks: the complaints beside the form are records that are only being entered."""
        for _index in range(2):
            self.complaint(partner_id=self.customer.id, team_id=self.intake.id, user_id=self.agent.id)
        self.env.flush_all()
        self.env.invalidate_all()
        intake = self.env["complaint.intake"].with_user(self.agent)
        spec = {"earlier_ids": {"fields": {"number": {}, "closed": {}, "result_in_brief": {}}}}
        answer = intake.onchange({"partner_id": self.customer.id}, ["partner_id"], {"partner_id": {}, **spec})
        shown = [
            values["result_in_brief"]
            for command, _id, values in answer["value"]["earlier_ids"]
            if command == 4 or values
        ]
        self.assertEqual(len(shown), 2)
        self.assertTrue(all(shown))

    def test_a_number_that_only_ends_alike_is_somebody_elses(self):
        other = self.env["res.partner"].create({"name": "Amina", "phone": "+1 202 555 0100"})
        self.complaint(partner_id=other.id, partner_phone=other.phone, team_id=self.intake.id)
        form = self.call()
        form.partner_phone = "+1 555 0100"
        self.assertFalse(form.earlier_ids.ids)
        form.partner_phone = "+1 202 555 0100"
        self.assertEqual(len(form.earlier_ids.ids), 1)

    def test_about_one_of_these_leads_there_and_keeps_what_was_said(self):
        case = self.complaint(partner_id=self.customer.id, team_id=self.intake.id)
        told = case.with_user(self.agent).with_context(complaint_told="Still waiting")
        action = told.action_about_this()
        self.assertEqual(action["res_id"], case.id)
        self.assertEqual(self.facts(case)[-1], "customer_message")
        self.assertIn("Still waiting", case.message_ids[0].body)

    # ------------------------------------------------------------------ what

    def test_a4_the_words_propose_the_category_and_it_presets_the_rest(self):
        form = self.call()
        form.description = "The parcel is broken"
        self.assertEqual(form.category_id.policy_code, "damage")
        self.assertEqual(form.urgency_id.policy_code, "urgent")
        self.assertEqual(form.complexity_id.policy_code, "complex")
        self.assertEqual(form.severity_id.policy_code, "high")

    def test_a_category_that_the_agent_chose_is_not_proposed_away(self):
        form = self.call()
        form.category_id = self.env["helpdesk.ticket.category"].browse(self.ref_id("category", "delay"))
        form.description = "The parcel is broken"
        self.assertEqual(form.category_id.policy_code, "delay")

    def test_a11_the_script_of_the_category_is_at_hand_in_the_users_language(self):
        form = self.call()
        form.description = "It came late"
        self.assertEqual(form.script, "Which parcel number?")
        self.env["res.lang"]._activate_lang("zh_CN")
        case = self.complaint(category="delay")
        self.assertEqual(case.with_context(lang="zh_CN").script, "请问运单号是多少？")

    # ------------------------------------------------------------------ promise and save

    @freeze_time("2026-03-02 09:00:00")
    def test_a3_the_promise_is_read_aloud_before_anything_is_saved(self):
        before = self.env["helpdesk.ticket"].search_count([])
        form = self.call()
        form.partner_id = self.customer
        form.description = "It came late"
        self.assertEqual(form.promise, "“You will hear from us by 2026-03-03 09:00.”")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        case = self.saved(form)
        self.assertEqual(case.promised_at, datetime(2026, 3, 3, 9))

    @freeze_time("2026-03-05 09:00:00")
    def test_a2_a_letter_was_received_before_it_is_entered(self):
        form = self.call()
        form.description = "It came late"
        form.received_at = datetime(2026, 3, 2, 9)
        case = self.saved(form)
        self.assertEqual(case.received_at, datetime(2026, 3, 2, 9))
        self.assertEqual(case.promised_at, datetime(2026, 3, 3, 9))

    def test_a2_the_register_has_everything_that_was_said(self):
        form = self.call()
        form.partner_id = self.customer
        form.description = "It came late\nand wet"
        form.remedy_sought = "A new one"
        form.order_reference = " SO-1 "
        form.representative_id = self.env["res.partner"].create({"name": "Lawyer"})
        case = self.saved(form)
        self.assertEqual(case.name, "It came late")
        self.assertEqual(case.channel_id.policy_code, "phone")
        self.assertEqual(case.remedy_sought, "A new one")
        self.assertEqual(case.order_reference, "SO-1")
        self.assertEqual(case.representative_id.name, "Lawyer")
        self.assertEqual(case.team_id, self.delivery)
        self.assertEqual(case.create_uid, self.agent)
        self.assertEqual(self.facts(case), ["received"])
        self.assertStoredEqualsReplayed(case)

    def test_nothing_said_and_a_time_to_come_are_refused_with_a_sentence(self):
        with self.assertRaisesRegex(UserError, "What happened"):
            self.saved(self.call())
        form = self.call()
        form.description = "It came late"
        form.received_at = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "up to now"):
            self.saved(form)

    def test_a_policy_that_promises_nothing_promises_nothing(self):
        self.apply(edited("sla", ("until: first_feedback", "until: handed_over")))
        vals = {"case_type_id": self.ref_id("case_type", "inquiry"), "company_id": self.company.id}
        self.assertFalse(self.env["helpdesk.ticket"]._prospective_promise(vals))

    def test_the_call_form_is_for_agents(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"{groups}@small.example", groups=groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.env["complaint.intake"].with_user(user).create({})

    def test_earlier_complaints_cost_the_same_number_of_queries_at_1_and_at_50(self):
        counts = []
        for count in (1, 50):
            partner = self.env["res.partner"].create({"name": f"Customer {count}"})
            self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": f"x{index}",
                        "description": "y",
                        "company_id": self.company.id,
                        "case_type_id": self.ref_id("case_type", "complaint"),
                        "team_id": self.intake.id,
                        "partner_id": partner.id,
                    }
                    for index in range(count)
                ]
            )
            intake = self.env["complaint.intake"].create({"partner_id": partner.id})
            spec = {"number": {}, "result_in_brief": {}, "name": {}}
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                intake.earlier_ids.web_read(spec)
                self.assertEqual(len(intake.earlier_ids), count)
                after = self.env.cr.sql_log_count - before
            counts.append(after)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestCallFormTour(TourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.release._policy().categories["product_quality"].written.get("script"):
            # A database that was made before the general pack had scripts still follows its old release.
            paths = (POLICIES / "general").glob("*.yaml")
            texts = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in paths}
            cls.release = cls.release._apply(texts, "general", cls.company, message="for a test")

    def test_a1_a_call_is_taken_with_the_keyboard_alone(self):
        customer = self.env["res.partner"].create({"name": "Wang Fang", "phone": "+86 138 0013 8000"})
        self.start_tour("/odoo", "take_a_call_tour", login="tour_agent")
        case = self.env["helpdesk.ticket"].search([("name", "=", "My cup is broken")])
        self.assertEqual(case.partner_id, customer)
        self.assertEqual(case.category_id.policy_code, "product_quality")
        self.assertEqual(case.channel_id.policy_code, "phone")
        self.assertEqual(case.remedy_sought, "A new cup")
        self.assertEqual(case.create_uid, self.agent)
