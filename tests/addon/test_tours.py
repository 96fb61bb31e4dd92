"""Browser tours: what people do on the screens, under the company's general policy and without demo data."""

from odoo.tests import HttpCase, new_test_user, tagged


class TourCase(HttpCase):
    """An agent and a policy administrator of the main company, which follows the general policy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        release = cls.env["complaint.release"]._active(cls.company)
        if release.pack != "general":
            release = cls.env["complaint.release"]._apply_first_packaged()
        cls.release = release
        cls.agent = cls.new_user("tour_agent", "complaint_management.group_intake")
        cls.release._intake_team().user_ids += cls.agent

    @classmethod
    def new_user(cls, login, groups):
        return new_test_user(
            cls.env, login, groups=groups, company_id=cls.company.id, company_ids=cls.company.ids
        )

    def complaint(self):
        return self.env["helpdesk.ticket"].create(
            {
                "name": "Cup broken",
                "description": "<p>Two of six.</p>",
                "company_id": self.company.id,
                "case_type_id": self.release._refs()["case_type", "complaint"],
                "category_id": self.release._refs()["category", "product_quality"],
            }
        )


@tagged("post_install", "-at_install")
class TestTours(TourCase):
    def test_an_agent_enters_a_complaint_and_acknowledges_it(self):
        self.start_tour("/odoo", "complaint_entry_tour", login="tour_agent")
        case = self.env["helpdesk.ticket"].search([("name", "=", "Cup broken")])
        self.assertEqual(case.event_ids.mapped("kind"), ["received", "acknowledged"])
        self.assertEqual(case.create_uid, self.agent)

    def test_an_ordinary_ticket_shows_nothing_of_complaints(self):
        self.start_tour("/odoo", "ordinary_ticket_tour", login="tour_agent")
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "Printer is out of paper")])
        self.assertFalse(ticket.case_type_id)

    def test_a_policy_admin_reads_the_active_policy(self):
        self.new_user("tour_policy", "complaint_management.group_policy_admin")
        self.start_tour("/odoo", "active_policy_tour", login="tour_policy")

    def test_an_agent_waits_resumes_and_records_a_fact(self):
        case = self.complaint()
        self.start_tour(f"/odoo/complaints/{case.id}", "case_facts_tour", login="tour_agent")
        self.assertEqual(case.event_ids.mapped("kind"), ["received", "paused", "resumed", "first_feedback"])


@tagged("post_install", "-at_install")
class TestToursOnAPhone(TourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_an_agent_enters_a_complaint_and_acknowledges_it(self):
        self.start_tour("/odoo/complaints", "complaint_entry_on_a_phone_tour", login="tour_agent")
        case = self.env["helpdesk.ticket"].search([("name", "=", "Cup broken")])
        self.assertEqual(case.event_ids.mapped("kind"), ["received", "acknowledged"])
