"""What changes where Invoicing, Sales, Time Off and Live Chat are installed too: `scripts/test apps`.

They run in a database of their own; every other test runs without these apps (A1 A6 A8)."""

from freezegun import freeze_time
from odoo import Command, fields
from odoo.tests import Form, HttpCase, JsonRpcException, tagged

from ..addon.common import SMALL_PACK, ComplaintCase, files
from ..addon.test_assignment import ASSIGNMENT
from ..addon.test_customer_file import TIERS

MONDAY = "2026-03-02 09:00:00"
CHANNELS = SMALL_PACK["small/channels.yaml"] + "  - {name: chat, title: {en: Chat, zh_CN: 在线客服}}\n"


class TiersCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(tiers=TIERS))
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.Customer = cls.env["complaint.customer"]

    def tier_after_the_job(self):
        """The code of the customer's tier once the job has reckoned."""
        self.env.flush_all()
        self.Customer._open_for(self.customer)
        self.Customer._cron_reckon_tiers()
        return self.Customer._open_for(self.customer).tier_id.policy_code


@tagged("post_install", "-at_install")
class TestInvoicing(TiersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"].create(
            [
                {"code": f"{number}", "name": kind, "account_type": kind, "company_ids": cls.company.ids}
                for number, kind in ((110000, "asset_receivable"), (400000, "income"))
            ]
        )
        cls.receivable, cls.income = accounts
        cls.customer.with_company(cls.company).property_account_receivable_id = cls.receivable
        cls.journal = cls.env["account.journal"].create(
            {"name": "Sales", "code": "S", "type": "sale", "company_id": cls.company.id}
        )

    def invoiced(self, amount, move_type="out_invoice"):
        line = {"name": "Cups", "price_unit": amount, "account_id": self.income.id, "tax_ids": False}
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_date": fields.Date.today(),
                "journal_id": self.journal.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def test_a8_posted_invoices_less_credit_notes_make_the_tier(self):
        self.invoiced(1000)
        self.assertEqual(self.tier_after_the_job(), "senior_vip")
        self.invoiced(500, "out_refund")
        self.assertEqual(self.tier_after_the_job(), "vip")

    def test_a8_a_draft_and_a_cancelled_invoice_count_for_nothing(self):
        self.invoiced(1000).button_draft()
        self.assertEqual(self.tier_after_the_job(), "normal")


@tagged("post_install", "-at_install")
class TestSales(TiersCase):
    def ordered(self, amount, **values):
        product = self.env["product.product"].create({"name": "Cups", "taxes_id": False})
        line = {"product_id": product.id, "price_unit": amount, "product_uom_qty": 1, "tax_ids": False}
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    def test_a1_the_caller_is_found_by_the_number_of_an_order(self):
        order = self.ordered(5, client_order_ref="THEIRS-9")
        for said in (order.name, order.name.lower(), "THEIRS-9"):
            with self.subTest(said):
                form = Form(self.env["complaint.intake"].with_user(self.agent))
                form.order_reference = said
                self.assertEqual(form.partner_id, self.customer)
                partners = self.env["res.partner"].with_user(self.agent).with_context(complaint_who=True)
                self.assertEqual([ident for ident, _name in partners.name_search(said)], self.customer.ids)

    def test_an_order_of_another_company_tells_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        order = self.ordered(5, company_id=other.id)
        partners = self.env["res.partner"].with_user(self.agent).with_context(complaint_who=True)
        self.assertFalse(partners._with_order(order.name))

    def test_a8_confirmed_orders_make_the_tier_and_quotations_do_not(self):
        order = self.ordered(1000)
        self.assertEqual(self.tier_after_the_job(), "normal")
        order.action_confirm()
        self.assertEqual(self.tier_after_the_job(), "senior_vip")


@tagged("post_install", "-at_install")
class TestTimeOff(ComplaintCase):
    @freeze_time(MONDAY)
    def test_a6_who_is_on_leave_gets_nothing_and_is_back_afterwards(self):
        second = self.new_user("second", "complaint_management.group_intake")
        self.apply(files(assignment=ASSIGNMENT))
        self.delivery.user_ids += second
        employee = self.env["hr.employee"].create(
            {"name": "Agent", "user_id": self.agent.id, "company_id": self.company.id}
        )
        kind = self.env["hr.leave.type"].create(
            {"name": "Holiday", "requires_allocation": False, "company_id": self.company.id}
        )
        leave = self.env["hr.leave"].create(
            {
                "name": "Skiing",
                "employee_id": employee.id,
                "holiday_status_id": kind.id,
                "request_date_from": "2026-03-02",
                "request_date_to": "2026-03-03",
            }
        )
        leave.action_approve()
        self.env.invalidate_all()
        self.assertEqual({self.complaint(category="delay").user_id for _index in range(3)}, {second})
        with freeze_time("2026-03-05 09:00:00"):
            self.env.invalidate_all()
            self.assertEqual(
                self.complaint(category="delay").user_id, self.agent, "fewer cases than the other"
            )


@tagged("post_install", "-at_install")
class TestLiveChatOfAVisitor(ComplaintCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(channels=CHANNELS))
        cls.agent.group_ids += cls.env.ref("im_livechat.im_livechat_group_user")
        cls.site = cls.env["im_livechat.channel"].create(
            {"name": "Shop", "user_ids": [Command.set(cls.agent.ids)]}
        )

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        Site = type(self.env["im_livechat.channel"])

        def all_are_there(sites):
            for site in sites:
                site.available_operator_ids = site.user_ids

        self.patch(Site, "_compute_available_operator_ids", all_are_there)

    def opened(self):
        """The chat that a visitor of the shop opens, with what they say first."""
        data = self.make_jsonrpc_request("/im_livechat/get_session", {"channel_id": self.site.id})
        chat = self.env["discuss.channel"].browse(data["channel_id"])
        guest = chat.channel_member_ids.guest_id
        cookies = {guest._cookie_name: guest._format_auth_cookie()}
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "discuss.channel",
                "thread_id": chat.id,
                "post_data": {
                    "body": "My parcel came broken",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
            cookies=cookies,
        )
        return chat, cookies

    def test_a1_the_agent_makes_a_complaint_of_it_and_the_visitor_reads_the_number(self):
        chat, cookies = self.opened()
        chat.with_user(self.agent).message_post(
            body="I am sorry", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.authenticate(self.agent.login, self.agent.login)
        self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "discuss.channel",
                "method": "execute_command_complaint",
                "args": [chat.ids],
                "kwargs": {"body": "/complaint"},
            },
        )
        case = self.env["helpdesk.ticket"].search([("name", "=", "My parcel came broken")])
        self.assertEqual(case.channel_id.policy_code, "chat")
        self.assertIn("I am sorry", case.description)
        self.assertEqual(case.partner_name, chat.channel_member_ids.guest_id.name)
        self.assertEqual(self.facts(case)[0], "received")
        self.authenticate(None, None)
        read = self.make_jsonrpc_request(
            "/discuss/channel/messages", {"channel_id": chat.id}, cookies=cookies
        )
        self.assertIn(case.number, str(read))

    def test_the_visitor_cannot_make_one(self):
        chat, cookies = self.opened()
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": "discuss.channel",
                    "method": "execute_command_complaint",
                    "args": [chat.ids],
                    "kwargs": {},
                },
                cookies=cookies,
            )
        self.assertFalse(self.env["helpdesk.ticket"].search([("name", "=", "My parcel came broken")]))
