"""The customer's list of cases, languages, the code in the message, the pages on a phone (B9)."""

from time import perf_counter

from odoo.fields import Domain
from odoo.tests import tagged

from .common import ComplaintCase, files
from .customer_pages import CustomerPageCase
from .public_pages import web_files


@tagged("post_install", "-at_install")
class TestCustomerList(CustomerPageCase):
    def rows(self, user=None, address="/my/tickets"):
        self.log_in(user or self.owner)
        response = self.url_open(address)
        self.assertEqual(response.status_code, 200)
        return self.words(response)

    def test_b9_the_list_says_where_each_case_stands_and_what_comes_next_by_when(self):
        page = self.rows()
        self.assertIn(self.case.number, page)
        self.assertIn("Parcel broken", page)
        promised = self.case._customer_time(self.case.promised_at)
        self.assertIn(f"You will hear from us by {promised}", page)
        solution = self.propose()
        page = self.rows()
        self.assertIn("Our proposal waits for you", page)
        self.assertIn(f"Please answer by {self.case._customer_time(solution.answer_by)}", page)

    def test_b9_open_cases_come_first_and_filters_and_search_narrow_the_list(self):
        old = self.case
        new = self.complaint(name="Second one", partner_id=self.owner.partner_id.id)
        new.sudo().write({"stage_id": self.ref_id("stage", "closed")})
        page = self.rows()
        self.assertLess(page.index(old.number), page.index(new.number), "the closed one is younger and below")
        self.assertNotIn(new.number, self.rows(address="/my/tickets?filterby=open"))
        self.assertNotIn(old.number, self.rows(address="/my/tickets?filterby=closed"))
        self.assertIn("Nothing fits.", self.rows(address="/my/tickets?filterby=turn"))
        self.propose()
        self.assertIn(old.number, self.rows(address="/my/tickets?filterby=turn"))
        found = self.rows(address=f"/my/tickets?search={new.number}&search_in=all")
        self.assertIn("Second one", found)
        self.assertNotIn(old.number, found)
        for odd in ("filterby=99", "sortby=secret", "search_in=%27", "search=%25%27", "sortby=stage"):
            self.rows(address=f"/my/tickets?{odd}")

    def test_the_list_goes_on_on_further_pages_and_none_is_lost(self):
        self.make(24)
        closed = self.env["helpdesk.ticket"].search([("partner_id", "=", self.owner.partner_id.id)], limit=3)
        closed.sudo().write({"stage_id": self.ref_id("stage", "closed")})
        numbers = set()
        tickets = self.env["helpdesk.ticket"].with_user(self.owner)
        for offset in (0, 10, 20):
            page = tickets._customer_page(Domain.TRUE, "create_date desc, id desc", 10, offset)
            numbers |= set(page.mapped("number"))
        self.assertEqual(len(numbers), 25)
        self.assertIn("/my/tickets/page/2", self.url_of_list())

    def url_of_list(self):
        self.log_in(self.owner)
        return self.url_open("/my/tickets").text

    def make(self, count):
        self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Parcel {index}",
                    "description": "<p>It broke.</p>",
                    "company_id": self.company.id,
                    "case_type_id": self.ref_id("case_type", "complaint"),
                    "partner_id": self.owner.partner_id.id,
                }
                for index in range(count)
            ]
        )
        self.env.flush_all()

    def queries(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.owner)

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets._customer_page(Domain.TRUE, "create_date desc", 20, 0)._customer_rows()
            return self.env.cr.sql_log_count - before

        read()
        return read()

    def test_g1_the_list_costs_the_same_for_one_case_and_for_fifty(self):
        few = self.queries()
        self.make(50)
        self.assertLessEqual(
            self.queries(), few + 1, "a second search where the page reaches the closed ones"
        )

    def test_b9_five_hundred_complaints_open_in_a_second(self):
        self.make(500)
        self.log_in(self.owner)
        self.url_open("/my/tickets")
        started = perf_counter()
        self.assertEqual(self.url_open("/my/tickets").status_code, 200)
        self.assertLess(perf_counter() - started, 1)

    def test_the_home_page_counts_what_the_customer_sees(self):
        self.assertEqual(self.env["helpdesk.ticket"].with_user(self.owner).search_count([]), 1)
        stranger = self.portal_user("otto")
        self.assertEqual(self.env["helpdesk.ticket"].with_user(stranger).search_count([]), 0)

    # ------------------------------------------------------------------ whose case it is

    def test_g1_who_acts_for_the_complainant_sees_the_case_and_strangers_do_not(self):
        helper, stranger = self.portal_user("helper"), self.portal_user("stranger")
        self.case.representative_id = helper.partner_id
        self.assertIn(self.case.number, self.rows(helper))
        self.assertIn("Where it stands", self.rows(helper, f"/my/ticket/{self.case.id}"))
        self.assertNotIn(self.case.number, self.rows(stranger))
        self.assertNotIn(self.case.number, self.rows(stranger, f"/my/ticket/{self.case.id}"))

    def test_g1_colleagues_of_the_same_customer_company_see_it_as_oca_has_it(self):
        buyer = self.env["res.partner"].create({"name": "Buyer Ltd", "is_company": True})
        mine, colleague = self.portal_user("mine"), self.portal_user("colleague")
        (mine.partner_id + colleague.partner_id).parent_id = buyer
        self.case.partner_id = mine.partner_id
        self.assertIn(self.case.number, self.rows(mine))
        self.assertIn(self.case.number, self.rows(colleague), "a complaint of a company is its own affair")

    def test_deeds_in_the_account_lead_back_there(self):
        solution = self.propose()
        self.log_in(self.owner)
        address = f"/my/ticket/{self.case.id}"
        page = self.url_open(address)
        data = {**self.hidden(page), "proposal": solution.id, "answer": "accept"}
        here = f"{self.base_url()}{address}"
        answer = self.url_open(f"{self.link}/answer", data=data, headers={"Referer": here})
        self.assertIn(address, answer.url)
        self.assertIn("You have accepted our proposal", self.words(answer))


@tagged("post_install", "-at_install")
class TestCustomerLanguage(CustomerPageCase):
    def test_the_link_in_a_message_opens_in_the_customers_language(self):
        self.owner.partner_id.lang = "zh_CN"
        url = self.case._customer_url()
        self.assertIn("/zh_CN/complaints/case/", url)
        self.assertIn('lang="zh-CN"', self.url_open(url[url.index("/zh_CN") :]).text)
        self.owner.partner_id.lang = "en_US"
        self.assertIn("/en/complaints/case/", self.case._customer_url())

    def test_times_are_in_the_customers_zone_and_name_it(self):
        self.owner.partner_id.tz = "Asia/Shanghai"
        self.assertIn("(China Standard Time)", self.page())


ACKNOWLEDGEMENT = """
kind: messages
messages:
  - name: acknowledgement
    on: acknowledged
    template: acknowledgement
    by: [mail, sms]
    state: [number, next_promise, link, hotline]
"""


@tagged("post_install", "-at_install")
class TestCodeInTheAcknowledgement(ComplaintCase):
    def message(self, policy_files):
        self.apply(policy_files)
        case = self.complaint(partner_id=self.customer.id)
        return case, self.env["complaint.message"].search([("ticket_id", "=", case.id)])

    def test_a3_the_acknowledgement_tells_the_code_that_opens_the_case(self):
        case, message = self.message(web_files(messages=ACKNOWLEDGEMENT))
        self.assertIn(case._customer_code(), message.facts)
        self.assertIn(f"Code: {case._customer_code()}", message.said)

    def test_where_nothing_can_be_looked_up_there_is_no_code(self):
        case, message = self.message(files(messages=ACKNOWLEDGEMENT))
        self.assertNotIn(case._customer_code(), message.facts)


@tagged("post_install", "-at_install")
class TestCustomerTours(CustomerPageCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_b5_a_customer_refuses_with_a_reason_on_a_phone(self):
        solution = self.propose()
        self.start_tour("/my/tickets", "portal_case_tour", login=self.owner.login)
        self.assertEqual(solution.state, "refused")
        self.assertEqual(solution.answer_words, "I would rather have a new cup")
        self.assertIn("customer_message", self.facts(self.case))

    def test_b5_the_same_in_chinese(self):
        self.owner.lang = "zh_CN"
        solution = self.propose()
        self.start_tour("/zh_CN/my/tickets", "portal_case_tour", login=self.owner.login)
        self.assertEqual(solution.state, "refused")

    def test_b5_a_customer_accepts_by_the_link_without_a_login(self):
        solution = self.propose()
        self.start_tour(self.link, "portal_accept_tour")
        self.assertEqual(solution.state, "accepted")
