"""A8: the customer's file: tier by rule or by hand, named agent, history, preferences."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ComplaintCase, files

TIERS = """
kind: tiers
tiers:
  - name: senior_vip
    title: {en: Senior VIP, zh_CN: 高级贵宾}
    when: {spend_12_months: {min: 1000}}
    priority_up: 2
    named_agent: true
  - {name: vip, when: {spend_12_months: {min: 200}}, named_agent: true}
  - {name: frequent, when: {complaints_90_days: {min: 3}}, named_agent: true}
  - {name: normal}
"""


@tagged("post_install", "-at_install")
class TestCustomerFile(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(tiers=TIERS))
        cls.Customer = cls.env["complaint.customer"]

    def tier(self, code):
        return self.env["complaint.term"].browse(self.ref_id("tier", code))

    def spent(self, amount, partner=None):
        file = self.Customer._open_for(partner or self.customer)
        file.spend_elsewhere = amount
        self.Customer._cron_reckon_tiers()
        return file

    def days_ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    # ------------------------------------------------------------------ tiers

    def test_a8_the_tier_follows_from_what_the_customer_spent(self):
        self.assertEqual(self.spent(999.99).tier_id, self.tier("vip"))
        self.assertEqual(self.spent(1000).tier_id, self.tier("senior_vip"))
        self.assertEqual(self.spent(0).tier_id, self.tier("normal"))

    def test_a8_posted_invoices_count_where_invoicing_is_installed(self):
        if "account.move" not in self.env:
            self.assertEqual(self.Customer._invoiced(self.customer.ids, self.days_ago(1)), {})
        else:
            self.assertIn("amount_total_signed", self.env["account.move"]._fields)

    def test_a8_who_complains_often_is_found_and_complaints_long_ago_do_not_count(self):
        self.complaint(partner_id=self.customer.id, received_at=self.days_ago(91))
        self.complaint(partner_id=self.customer.id, received_at=self.days_ago(89))
        second = self.complaint(partner_id=self.customer.id)
        self.Customer._cron_reckon_tiers()
        file = self.Customer._open_for(self.customer)
        self.assertEqual((second.tier_id, file.tier_id), (self.tier("normal"),) * 2)
        self.assertNotIn(file, self.Customer.search([("frequent", "=", True)]))
        third = self.complaint(partner_id=self.customer.id)
        self.assertEqual(third.tier_id, self.tier("frequent"), "the one that comes in counts itself")
        self.Customer._cron_reckon_tiers()
        self.assertEqual(file.tier_id, self.tier("frequent"))
        self.assertIn(file, self.Customer.search([("frequent", "=", True)]))

    def test_a8_joined_duplicates_make_nobody_a_frequent_complainer(self):
        first = self.complaint(partner_id=self.customer.id)
        twins = self.complaint(partner_id=self.customer.id) + self.complaint(partner_id=self.customer.id)
        twins.duplicate_id = first
        self.Customer._cron_reckon_tiers()
        self.assertEqual(self.Customer._open_for(self.customer).tier_id, self.tier("normal"))

    def test_a8_contacts_of_a_firm_share_its_file(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        one, two = self.env["res.partner"].create(
            [{"name": name, "parent_id": firm.id, "type": "contact"} for name in ("One", "Two")]
        )
        file = self.Customer._open_for(one)
        self.assertEqual((file.partner_id, self.Customer._open_for(two)), (firm, file))
        self.spent(5000, two)
        self.assertEqual(self.complaint(partner_id=one.id).tier_id, self.tier("senior_vip"))

    def test_a8_the_tier_raises_the_priority_and_is_an_attribute_of_the_case(self):
        self.spent(5000)
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertEqual((ticket.severity_id.policy_code, ticket.priority), ("normal", "3"))
        received = ticket.event_ids.filtered(lambda event: event.kind == "received")
        self.assertEqual(received.data["set"]["tier"], "senior_vip")
        self.assertIn("Senior VIP", received.summary)
        self.assertStoredEqualsReplayed(ticket)

    def test_rules_can_ask_for_the_tier(self):
        sla = """
kind: sla
policies:
  - name: important
    match: {tier: [vip, senior_vip]}
    clocks: [{name: quick, from: received, until: first_feedback, within: 1h}]
  - {name: rest, clocks: [{name: slow, from: received, until: first_feedback, within: 9h}]}
"""
        self.apply(files(tiers=TIERS, sla=sla, escalation=None))
        self.spent(200)
        self.assertEqual(list(self.clocks(self.complaint(partner_id=self.customer.id))), ["quick"])
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        ticket = self.complaint(partner_id=stranger.id)
        self.assertEqual(list(self.clocks(ticket)), ["slow"])
        ticket.partner_id = self.customer
        self.assertEqual(ticket.tier_id, self.tier("vip"), "another customer brings another tier")
        self.assertIn("running", self.clocks(ticket)["quick"])

    def test_a8_a_tier_set_by_hand_needs_a_reason_and_stays(self):
        file = self.spent(0).with_user(self.leader)
        with self.assertRaisesRegex(ValidationError, "Please say why Chen gets another tier"):
            file.tier_id = self.tier("vip")
        file.write({"tier_id": self.tier("vip").id, "tier_reason": "Our oldest customer"})
        self.Customer._cron_reckon_tiers()
        self.assertEqual(file.tier_id, self.tier("vip"))
        self.assertEqual(self.complaint(partner_id=self.customer.id).tier_id, self.tier("vip"))
        file.action_by_rule()
        self.assertEqual((file.tier_id, file.tier_by_hand), (self.tier("normal"), False))

    def test_a_tier_set_by_hand_is_kept_in_the_chatter(self):
        file = self.spent(0).with_user(self.leader).with_context(tracking_disable=False)
        self.cr.precommit.run()  # a file just made is not tracked yet
        file.write({"tier_id": self.tier("vip").id, "tier_reason": "Our oldest customer"})
        self.env.flush_all()
        self.cr.precommit.run()
        file.invalidate_recordset()
        tracked = file.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertEqual(sorted(tracked), ["tier_id", "tier_reason"])

    # ------------------------------------------------------------------ named agent

    def test_a8_important_customers_get_the_senior_agent_with_the_fewest_customers(self):
        second = self.new_user("second", "complaint_management.group_senior")
        others = self.env["res.partner"].create([{"name": f"Rich {n}"} for n in range(4)])
        for partner in others:
            self.Customer._open_for(partner).spend_elsewhere = 5000
        self.Customer._cron_reckon_tiers()
        agents = self.Customer.search([("partner_id", "in", others.ids)]).mapped("agent_id")
        self.assertLessEqual(agents, self.env.ref("complaint_management.group_senior").all_user_ids)
        served = self.Customer._read_group(
            [("agent_id", "in", (self.leader + second).ids)], ["agent_id"], ["__count"]
        )
        self.assertEqual(sorted(count for _agent, count in served), [2, 2])

    def test_a_named_agent_chosen_by_hand_stays(self):
        file = self.spent(0)
        file.with_user(self.leader).agent_id = self.leader
        self.Customer._cron_reckon_tiers()
        self.assertEqual(file.agent_id, self.leader)
        self.assertEqual(self.customer.with_company(self.company).complaint_agent_id, self.leader)

    # ------------------------------------------------------------------ what is shown

    def test_a8_the_case_shows_earlier_and_open_complaints_of_the_customer(self):
        first = self.complaint(partner_id=self.customer.id)
        second = self.complaint(partner_id=self.customer.id)
        self.move(second, "closed")
        third = self.complaint(partner_id=self.customer.id)
        self.assertEqual((third.earlier_count, third.earlier_open_count), (2, 1))
        found = self.env["helpdesk.ticket"].search(third.action_open_earlier()["domain"])
        self.assertEqual(found, first + second)
        partner = self.customer.with_company(self.company)
        self.assertEqual((partner.complaint_count, partner.complaint_open_count), (3, 2))
        self.assertEqual(self.complaint().earlier_count, 0, "nobody has no history")

    def test_a8_how_the_customer_wants_to_be_reached_stands_on_the_case(self):
        file = self.spent(0).with_user(self.agent)
        file.write(
            {
                "preferred_way": "phone",
                "contact_times": "after 17:00",
                "do_not_call": True,
                "consent": "given",
            }
        )
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertEqual(ticket.customer_notes, "Phone, after 17:00")
        self.assertTrue(ticket.customer_do_not_call)
        self.assertEqual(file.consent_at, fields.Date.today())

    def test_showing_many_costs_as_much_as_showing_one(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(50)])
        tickets = self.env["helpdesk.ticket"]
        for partner in partners:
            tickets += self.complaint(partner_id=partner.id)
        self.Customer._cron_reckon_tiers()
        shown = ("earlier_count", "earlier_open_count", "customer_notes", "customer_agent_id", "tier_id")

        def queries(records, names):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            for name in names:
                records.mapped(name)
            return self.cr.sql_log_count - before

        for records, names in (
            (tickets, shown),
            (partners, ("complaint_count", "complaint_tier_id", "complaint_agent_id")),
        ):
            queries(records, names)
            self.assertEqual(queries(records[:1], names), queries(records, names))

    def test_the_nightly_job_asks_as_often_for_one_customer_as_for_fifty(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(50)])

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Customer._reckon(some.ids)
            return self.cr.sql_log_count - before

        queries(partners)
        self.assertEqual(queries(partners[:1]), queries(partners))

    def test_the_job_changes_nothing_when_nothing_changed(self):
        file = self.spent(5000)
        self.env.flush_all()
        self.cr.execute("SELECT xmin FROM complaint_customer WHERE id = %s", [file.id])
        before = self.cr.fetchone()
        self.Customer._cron_reckon_tiers()
        self.cr.execute("SELECT xmin FROM complaint_customer WHERE id = %s", [file.id])
        self.assertEqual(self.cr.fetchone(), before)

    # ------------------------------------------------------------------ what is refused

    def test_an_agent_decides_neither_tier_nor_named_agent(self):
        file = self.spent(0).with_user(self.agent)
        for values in (
            {"tier_id": self.tier("vip").id, "tier_reason": "friend"},
            {"agent_id": self.agent.id},
            {"figures": {"spend_12_months": 9999}},
            {"tier_by_hand": True},
        ):
            with self.assertRaises(AccessError, msg=str(values)):
                file.write(values)
        with self.assertRaises(AccessError):
            self.complaint(partner_id=self.customer.id).with_user(self.agent).write(
                {"tier_id": self.tier("vip").id}
            )

    def test_the_customer_reads_nothing_of_the_file(self):
        file = self.spent(5000)
        portal = new_test_user(
            self.env, "chen@small.example", groups="base.group_portal", partner_id=self.customer.id
        )
        with self.assertRaises(AccessError):
            file.with_user(portal).read(["tier_id"])
        for name in ("complaint_tier_id", "complaint_agent_id", "complaint_count", "complaint_customer_id"):
            with self.assertRaises(AccessError, msg=name):
                self.customer.with_user(portal).read([name])
        ticket = self.complaint(partner_id=self.customer.id)
        ticket.message_subscribe(self.customer.ids)
        for name in ("tier_id", "earlier_count", "customer_notes", "customer_agent_id"):
            with self.assertRaises(AccessError, msg=name):
                ticket.with_user(portal).read([name])

    def test_another_company_has_a_file_of_its_own(self):
        file = self.spent(5000)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger@other.example",
            groups="complaint_management.group_senior",
            company_id=other.id,
            company_ids=other.ids,
        )
        theirs = {"allowed_company_ids": other.ids}
        files = self.Customer.with_user(stranger).with_context(**theirs)
        self.assertFalse(files.search([("id", "=", file.id)]))
        with self.assertRaises(AccessError):
            files.browse(file.id).read(["tier_id"])
        self.assertFalse(self.customer.with_user(stranger).with_context(**theirs).complaint_tier_id)

    def test_without_tiers_in_the_policy_nothing_is_reckoned(self):
        self.apply(files())
        self.Customer._cron_reckon_tiers()
        self.assertFalse(self.complaint(partner_id=self.customer.id).tier_id)
