"""Any employee hands in a complaint and follows what became of it, and sees nothing else (A12)."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ComplaintCase
from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestHandIn(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.new_user("driver", "base.group_user")
        cls.colleague = cls.new_user("cook", "base.group_user")

    def handed_in(self, **values):
        wizard = (
            self.env["complaint.hand.in"]
            .with_user(self.employee)
            .create(
                {"who": "Mrs Chen", "what": "Parcel broken\nand late", "reach": "chen@example.com", **values}
            )
        )
        wizard.action_hand_in()
        entry = self.env["complaint.handed.in"].with_user(self.employee).search([], limit=1)
        return wizard, entry, entry.sudo().ticket_id

    def test_a12_any_employee_hands_in_what_reached_them(self):
        wizard, entry, case = self.handed_in()
        self.assertEqual(wizard.number, case.number)
        self.assertEqual(entry.number, case.number)
        self.assertEqual((case.name, case.partner_name), ("Parcel broken", "Mrs Chen"))
        self.assertEqual(case.partner_id, self.customer)  # known by the e-mail address
        self.assertEqual(case.partner_email, "chen@example.com")
        self.assertEqual(case.team_id, self.intake)
        self.assertEqual(self.facts(case), ["received"])
        self.assertEqual(case.event_ids.user_id, self.employee)

    def test_a_phone_number_is_a_way_to_reach_somebody_too(self):
        _wizard, _entry, case = self.handed_in(who="Otto", reach="030 998877")
        self.assertEqual((case.partner_phone, case.partner_email), ("030 998877", False))

    def test_files_come_along(self):
        photo = (
            self.env["ir.attachment"]
            .with_user(self.employee)
            .create({"name": "a.txt", "datas": base64.b64encode(b"x"), "res_model": "complaint.hand.in"})
        )
        _wizard, _entry, case = self.handed_in(attachment_ids=[(6, 0, photo.ids)])
        self.assertEqual(case.attachment_ids, photo)

    def test_the_files_of_others_do_not(self):
        foreign = self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "datas": base64.b64encode(b"x"),
                "res_model": "res.partner",
                "res_id": self.customer.id,
            }
        )
        wizard = (
            self.env["complaint.hand.in"]
            .with_user(self.employee)
            .create({"who": "x", "what": "x", "reach": "x"})
        )
        wizard.sudo().attachment_ids = foreign
        wizard.action_hand_in()
        self.assertEqual(foreign.res_model, "res.partner")

    def test_they_follow_number_stage_and_result_in_plain_words(self):
        _wizard, entry, case = self.handed_in()
        self.assertEqual((entry.stage, entry.result), ("Received", "Being handled"))
        self.move(case, "closed")
        self.assertEqual((entry.stage, entry.result), ("Closed", "Dealt with"))

    def test_and_nothing_else(self):
        _wizard, entry, case = self.handed_in()
        with self.assertRaises(AccessError):
            entry.read(["ticket_id"])
        with self.assertRaises(AccessError):
            case.with_user(self.employee).read(["name"])
        with self.assertRaises(AccessError):
            entry.write({"number": "x"})
        with self.assertRaises(AccessError):
            entry.create({"number": "x"})
        with self.assertRaises(AccessError):
            entry.unlink()

    def test_a_colleague_sees_nothing_of_it(self):
        _wizard, entry, _case = self.handed_in()
        self.assertFalse(self.env["complaint.handed.in"].with_user(self.colleague).search([]))
        with self.assertRaises(AccessError):
            entry.with_user(self.colleague).read(["number"])

    def test_a_customer_hands_in_nothing_this_way(self):
        portal = new_test_user(self.env, "portal@small.example", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["complaint.hand.in"].with_user(portal).create({"who": "x", "what": "x", "reach": "x"})
        with self.assertRaises(AccessError):
            self.env["complaint.handed.in"].with_user(portal).search([])

    def test_the_list_costs_the_same_number_of_queries_at_1_and_at_50(self):
        cases = self.env["helpdesk.ticket"].create(
            [
                {"name": "x", "description": "y", "company_id": self.company.id}
                | {"case_type_id": self.ref_id("case_type", "complaint")}
                for _index in range(50)
            ]
        )
        entries = self.env["complaint.handed.in"].create(
            [
                {
                    "ticket_id": case.id,
                    "company_id": self.company.id,
                    "user_id": self.employee.id,
                    "handed_in_at": case.received_at,
                    "number": case.number,
                }
                for case in cases
            ]
        )
        counts = []
        for some in (entries[:1], entries[:1], entries):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.employee).read(["number", "stage", "result"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestHandInTour(TourCase):
    def test_a12_handing_in_takes_two_clicks_to_the_form(self):
        self.new_user("tour_driver", "base.group_user")
        self.start_tour("/odoo", "hand_in_tour", login="tour_driver")
        case = self.env["helpdesk.ticket"].search([("name", "=", "The cup was broken")])
        self.assertEqual(case.partner_name, "Mrs Chen")
