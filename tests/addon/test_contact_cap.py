"""D6: one cap on contacts over callbacks, surveys and samples together; consent and do-not-call respected."""

import random
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .planning_pack import CAP, PlanningCase, planned_pack

START = datetime(2027, 3, 1, 9)  # 10:00 in Berlin, a Monday


@tagged("post_install", "-at_install")
class TestContactCap(PlanningCase):
    CAP = CAP

    def row(self, file, plan="vip-care", occasion="x", opens=START, days=10, **values):
        return {
            "company_id": self.company.id,
            "release_id": self.release.id,
            "plan": plan,
            "partner_id": file.partner_id.id,
            "occasion": occasion,
            "opens_at": opens,
            "due_at": opens + timedelta(days=days),
            **values,
        }

    def plan(self, *rows, at=START):
        with freeze_time(at):
            return self.callbacks._plan(list(rows)).sorted("id")

    def made(self, callback, at, state="done"):
        over = {} if state == "waiting" else {"done_at": at}
        callback.write({"state": state, "first_attempt_at": at, "attempt_count": 1, **over})

    # ------------------------------------------------------------------ the cap

    def test_d6_what_is_one_too_many_is_left_out_with_the_reason(self):
        file = self.file("Vip", "vip")
        made = self.plan(*(self.row(file, occasion=name) for name in ("a", "b", "c")))
        self.assertEqual(made.mapped("state"), ["open", "open", "left_out"])
        self.assertEqual(made[2].left_out_reason, "cap")
        self.assertFalse(made[2].user_id | made[2].activity_ids.user_id)

    def test_d6_what_has_time_is_put_off_until_there_is_room(self):
        file = self.file("Vip", "vip")
        first, second = self.plan(self.row(file, occasion="a"), self.row(file, occasion="b"))
        self.made(first, START)
        self.made(second, START + timedelta(days=2))
        third = self.plan(self.row(file, occasion="c", days=40), at=START + timedelta(days=3))
        self.assertEqual((third.state, third.opens_at), ("planned", START + timedelta(days=30)))
        self.assertGreaterEqual(third.next_attempt_at, third.opens_at)

    def test_d6_people_of_one_firm_are_one_customer(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True, "phone": "030"})
        people = self.env["res.partner"].create(
            [{"name": f"Person {number}", "parent_id": firm.id, "phone": "030"} for number in range(3)]
        )
        file = self.customers._open_for(firm)
        made = self.plan(*(self.row(file, partner_id=one.id) for one in people))
        self.assertEqual(made.mapped("left_out_reason"), [False, False, "cap"])

    def test_d6_a_callback_about_a_case_goes_before_regular_contact(self):
        file = self.file("Vip", "vip")
        case = self.complaint(category="delay", partner_id=file.partner_id.id)
        self.plan(self.row(file, occasion="before"))
        rows = [self.row(file), self.row(file, "after-result", ticket_id=case.id, cycle=1, days=7)]
        made = self.plan(*rows)
        self.assertEqual(
            {one.plan: one.state for one in made}, {"vip-care": "left_out", "after-result": "open"}
        )

    def test_d6_a_link_counts_from_when_it_was_sent_and_who_was_never_reached_does_not(self):
        file = self.file("Vip", "vip")
        link, call = self.plan(self.row(file, "care", "a"), self.row(file, occasion="b"))
        link.write({"state": "waiting", "first_attempt_at": START})
        self.made(call, START, "unreachable")
        third, fourth = self.plan(self.row(file, occasion="c"), self.row(file, occasion="d"))
        self.assertEqual((third.state, fourth.left_out_reason), ("open", "cap"))

    def test_d6_it_is_looked_at_again_when_its_time_has_come(self):
        """Two are planned far apart; the first is made late, so the second has to wait."""
        with freeze_time(START):
            self.release = self.apply(planned_pack("contact_cap: {contacts: 1, per: 30d}\n"))
        file = self.file("Vip", "vip")
        first = self.plan(self.row(file, occasion="a", days=25))
        second = self.plan(self.row(file, occasion="b", opens=START + timedelta(days=31), days=40))
        self.made(first, START + timedelta(days=20))
        with freeze_time(START + timedelta(days=31, hours=1)):
            self.callbacks._open_batch(10)
        self.assertEqual((second.state, second.opens_at), ("planned", START + timedelta(days=50)))
        with freeze_time(START + timedelta(days=50, hours=1)):
            self.callbacks._open_batch(10)
        self.assertEqual(second.state, "open")

    def test_d6_the_cap_holds_under_every_combination(self):
        """Plans of every kind at random times, calls made early, late, or never, links at once."""
        for seed in range(3):
            chance, file = random.Random(seed), self.file(f"Vip{seed}", "vip")
            case = self.complaint(category="delay", partner_id=file.partner_id.id)
            moment = START
            for number in range(120):
                moment += timedelta(hours=chance.randrange(1, 120))
                with freeze_time(moment):
                    plan = chance.choice(["vip-care", "care", "after-result", "monthly"])
                    opens = moment + timedelta(hours=chance.randrange(0, 400))
                    values = {"ticket_id": case.id} if plan in ("after-result", "monthly") else {}
                    days = chance.randrange(1, 45)
                    self.callbacks._plan([self.row(file, plan, f"n{number}", opens, days, cycle=1, **values)])
                    self.callbacks._open_batch(100)
                    for callback in self.callbacks.search(
                        [("commercial_partner_id", "=", file.partner_id.id), ("state", "=", "open")]
                    ):
                        if chance.random() < 0.4:
                            outcomes = ["done", "refused", "unreachable"]
                            sent = callback.method == "mail"
                            self.made(callback, moment, "waiting" if sent else chance.choice(outcomes))
            self.assertCapHolds(file)

    def assertCapHolds(self, file):
        reached = self.callbacks.search(
            [
                ("commercial_partner_id", "=", file.partner_id.id),
                "|",
                ("state", "in", ("done", "refused")),
                ("state", "=", "waiting"),
            ]
        )
        times = sorted(one.first_attempt_at or one.done_at for one in reached)
        self.assertGreaterEqual(len(times), 6, "the test has something to look at")
        for first, third in zip(times, times[2:], strict=False):
            self.assertGreaterEqual(third - first, timedelta(days=30))

    def test_d6_without_a_cap_nothing_is_left_out(self):
        with freeze_time(START):
            self.release = self.apply(planned_pack())
        file = self.file("Vip", "vip")
        made = self.plan(*(self.row(file, occasion=str(number)) for number in range(5)))
        self.assertEqual(set(made.mapped("state")), {"open"})

    def test_two_planners_at_once_cannot_both_pass_the_cap(self):
        """Each raises the number on the customer's file: PostgreSQL lets the second one fail."""
        file = self.file("Vip", "vip")
        before = file.sudo().contact_version or 0
        self.plan(self.row(file))
        file.invalidate_recordset()
        self.assertEqual(file.sudo().contact_version, before + 1)
        stranger = self.env["res.partner"].create({"name": "Without a file", "phone": "030"})
        self.plan(self.row(file, partner_id=stranger.id))
        self.assertTrue(self.customers._of(stranger, self.company), "there is something to lock now")
        with self.assertRaises(AccessError):
            file.with_user(self.agent).contact_version = 7

    # ------------------------------------------------------------------ wishes

    def test_d6_who_refused_is_asked_only_about_a_case_of_their_own(self):
        file = self.file("Vip", "vip", consent="refused")
        case = self.complaint(category="delay", partner_id=file.partner_id.id)
        made = self.plan(
            self.row(file),
            self.row(file, "care"),
            self.row(file, "monthly", ticket_id=case.id, cycle=1),
            self.row(file, "after-result", ticket_id=case.id, cycle=1),
        )
        found = {one.plan: one.left_out_reason for one in made}
        self.assertEqual(
            found, {"vip-care": "consent", "care": "consent", "monthly": "consent", "after-result": False}
        )

    def test_d6_who_is_not_to_be_called_is_asked_in_writing_or_not_at_all(self):
        file = self.file("Vip", "vip", do_not_call=True)
        case = self.complaint(category="delay", partner_id=file.partner_id.id)
        care, result, sample = self.plan(
            self.row(file),  # no questions that could be sent
            self.row(file, "after-result", ticket_id=case.id, cycle=1),  # a case calls for it
            self.row(file, "monthly", ticket_id=case.id, cycle=1),  # no case calls for it, no consent
        )
        self.assertEqual((care.left_out_reason, sample.left_out_reason), ("do_not_call", "do_not_call"))
        self.assertEqual((result.method, result.state), ("mail", "open"))
        file.consent = "given"
        again = self.plan(self.row(file, "monthly", "y", ticket_id=case.id, cycle=1))
        self.assertEqual((again.method, again.state), ("mail", "open"))

    def test_d6_a_message_needs_an_address(self):
        file = self.file("Normal", "normal")
        file.partner_id.email = False
        self.assertEqual(self.plan(self.row(file, "care")).left_out_reason, "no_address")

    def test_d6_a_wish_holds_at_once_for_all_that_is_planned(self):
        file = self.file("Vip", "vip")
        call, link = self.plan(self.row(file), self.row(file, "care", opens=START + timedelta(days=5)))
        with freeze_time(START + timedelta(hours=1)):
            file.with_user(self.agent).do_not_call = True
            self.assertEqual((call.state, call.left_out_reason), ("left_out", "do_not_call"))
            self.assertEqual(link.state, "planned")
            file.with_user(self.agent).consent = "refused"
        self.assertEqual((link.state, link.left_out_reason), ("left_out", "consent"))

    def test_d6_what_was_left_out_is_a_list_with_the_reasons(self):
        file = self.file("Vip", "vip", consent="refused")
        callback = self.plan(self.row(file))
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.left_out_action")
        self.assertEqual(action["domain"], "[('state', 'in', ['left_out', 'cancelled'])]")
        found = self.callbacks.with_user(self.reviewer).search(
            [("state", "in", ["left_out", "cancelled"]), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found.sudo(), callback)
