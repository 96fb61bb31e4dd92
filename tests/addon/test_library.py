"""F10: cases to learn from, without anybody in them."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCase, files

PRIVACY = "kind: privacy\nprivacy: {keep: 30d, then: anonymise}\n"
TELLING = ("Chen Wei", "Wei", "chen.wei@example.com", "13800138000", "AB-778812", "Nanjing", "Agnes", "HT")


@tagged("post_install", "-at_install")
class TestCaseLibrary(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(privacy=PRIVACY))
        cls.quality = cls.new_user("quality", "complaint_management.group_quality", name="Quincy")
        cls.watch = cls.new_user("watch", "complaint_management.group_supervision", name="Watson")
        cls.agent.name = "Agnes Miller"
        cls.customer.write(
            {
                "name": "Chen Wei",
                "email": "chen.wei@example.com",
                "phone": "13800138000",
                "street": "Zhongshan Road 12",
                "city": "Nanjing",
            }
        )
        cls.case = cls.complaint(
            name="Parcel of Chen Wei broken",
            description="<p>Mr Chen from Nanjing (13800138000, chen.wei@example.com) says order AB-778812 "
            "came broken on 2026-03-02. Agnes promised a new one.</p>",
            category="damage",
            partner_id=cls.customer.id,
            order_reference="AB-778812",
            user_id=cls.agent.id,
        )
        cls.move(cls.case, "closed")

    def page(self, user=None, case=None):
        """The page on which a case becomes one of the library."""
        action = (case or self.case).with_user(user or self.quality).action_to_library()
        return self.env[action["res_model"]].with_user(user or self.quality).browse(action["res_id"])

    def published(self, **values):
        page = self.page()
        page.write({"learn": "Pack glass twice.", "sure": True, **values})
        return self.env["complaint.library.case"].browse(page.action_publish()["res_id"])

    def test_f10_nothing_personal_of_the_case_is_left_in_it(self):
        one = self.published(well="A new one was promised at once.")
        text = " ".join(one[name] or "" for name in ("name", "happened", "well", "badly", "learn"))
        for telling in TELLING:
            self.assertNotIn(telling.casefold(), text.casefold())
        self.assertIn("came broken on [date]", text)
        self.assertIn("[colleague] promised a new one", text)

    def test_f10_the_page_shows_what_was_found_beside_the_text(self):
        page = self.page()
        self.assertIn("<mark title='name'>", page.original.replace('"', "'"))
        self.assertIn("chen.wei@example.com", page.original)
        self.assertIn("phone number: 1", page.found_words)

    def test_f10_a_name_that_was_put_back_is_refused_with_the_name(self):
        for telling in ("Chen", "chen.wei@example.com", "AB-778812", "agnes", "somebody@else.example"):
            with self.assertRaisesRegex(UserError, f"(?i)still tells who it was.*{telling}"):
                self.published(badly=f"We forgot {telling}.")

    def test_f10_it_is_published_only_by_who_says_to_have_read_it(self):
        with self.assertRaisesRegex(UserError, "tick the box"):
            self.published(sure=False)
        with self.assertRaisesRegex(UserError, "what is to be learnt"):
            self.published(learn=" ")

    def test_f10_only_quality_and_supervision_publish(self):
        self.page(self.watch)
        for user in (self.agent, self.leader):
            with self.assertRaises(AccessError):
                self.page(user)
            with self.assertRaises(AccessError):
                self.env["complaint.library.publish"].with_user(user).create({"ticket_id": self.case.id})
        values = {"name": "x", "happened": "y", "learn": "z", "company_id": self.company.id}
        for user in (self.agent, self.quality):
            with self.assertRaises(AccessError):
                self.env["complaint.library.case"].with_user(user).create(values)

    def test_f10_agents_read_and_search_it_and_change_nothing(self):
        one = self.published().with_user(self.agent)
        found = one.search([("happened", "ilike", "broken"), ("company_id", "=", self.company.id)])
        self.assertEqual(found, one)
        self.assertEqual(one.learn, "Pack glass twice.")
        with self.assertRaises(AccessError):
            one.learn = "Nothing"
        with self.assertRaises(AccessError):
            one.action_withdraw()
        for name in ("origin", "published_by_id"):
            with self.assertRaises(AccessError):
                one.read([name])

    def test_f10_employees_outside_and_customers_do_not_read_it(self):
        one = self.published()
        clerk = self.new_user("clerk", "base.group_user")
        guest = self.new_user("guest", "base.group_portal")
        for user in (clerk, guest):
            with self.assertRaises(AccessError):
                one.with_user(user).read(["name"])

    def test_f10_it_is_withdrawn_and_published_again_at_any_time(self):
        one = self.published()
        one.with_user(self.watch).action_withdraw()
        self.assertFalse(one.with_user(self.agent).search([("id", "=", one.id)]))
        one.with_user(self.quality).action_publish_again()
        self.assertTrue(one.with_user(self.agent).search([("id", "=", one.id)]))
        with self.assertRaises(UserError):
            one.sudo().unlink()

    def test_f10_a_correction_brings_nobody_back(self):
        one = self.published().with_user(self.quality)
        one.learn = "Pack glass three times."
        with self.assertRaisesRegex(UserError, "still tells"):
            one.learn = "Ask Chen."

    def test_f10_the_way_back_is_for_those_who_read_the_case(self):
        one = self.published()
        self.assertTrue(one.with_user(self.quality).origin_open)
        self.assertFalse(one.with_user(self.agent).origin_open)
        with self.assertRaises(UserError):
            one.with_user(self.agent).action_origin()
        self.case.confidential = True
        self.env.invalidate_all()
        self.assertFalse(one.with_user(self.quality).origin_open)

    def test_f10_open_and_confidential_cases_are_no_examples(self):
        still_open = self.complaint(category="delay")
        with self.assertRaisesRegex(UserError, "closed"):
            self.page(case=still_open)
        self.case.write({"confidential": True, "user_id": self.quality.id})
        with self.assertRaisesRegex(UserError, "confidential"):
            self.page()

    def test_f10_it_outlives_the_anonymising_of_its_case(self):
        one = self.published()
        text = one.happened
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET over_since = now() - interval '60 days' WHERE id = %s", [self.case.id]
        )
        self.env.invalidate_all()
        self.case.with_user(self.watch)._anonymise()
        self.assertEqual((one.happened, one.sudo().origin), (text, 0))
        self.assertFalse(one.with_user(self.quality).origin_open)
        with self.assertRaisesRegex(UserError, "anonymised"):
            self.page()

    def test_f10_a_practice_case_for_examinations_comes_from_it(self):
        one = self.published().with_user(self.quality)
        context = one.action_practice_case()["context"]
        self.assertEqual(context["default_text"], one.happened)
        with self.assertRaises(AccessError):
            one.with_user(self.agent).action_practice_case()

    def test_f10_members_of_a_task_force_and_who_wrote_are_taken_out_too(self):
        member = self.new_user("member", "complaint_management.group_analysis", name="Zachary Quill")
        self.env["complaint.task.force"].create(
            {"ticket_id": self.case.id, "leader_id": self.leader.id, "member_ids": [Command.set(member.ids)]}
        )
        known = {one.text for one in self.case._known_people()}
        self.assertIn("Zachary Quill", known)
