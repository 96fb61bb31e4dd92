"""Complaints by e-mail (A1): nothing gets lost, machines open nothing, answers join their case."""

from contextlib import suppress
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import files
from .mail_messages import MailIntakeCase

UNKNOWN_CHARSET = (
    b"From: Li Wei <li@customer.example>\r\nTo: small-complaints@small.example\r\nSubject: broken\r\n"
    b"Message-ID: <charset@customer.example>\r\nContent-Type: text/plain; charset=x-martian\r\n\r\n"
    + "两个杯子碎了".encode("gb18030")
)


@tagged("post_install", "-at_install")
class TestMailIntake(MailIntakeCase):
    def test_a1_the_message_is_kept_as_it_came_and_points_to_its_case(self):
        message = self.message()
        ticket = self.hand_in(message)
        mail = self.mails(message_id="<one@customer.example>")
        self.assertEqual(mail.ticket_id, ticket)
        self.assertEqual((mail.state, mail.company_id), ("processed", self.company))
        self.assertEqual(mail._content(), message.as_bytes())
        self.assertEqual((mail.sender, mail.subject), ("li@customer.example", "包裹"))
        self.assertEqual(mail.alias_id, self.intake.alias_id)

    def test_a_message_in_an_unknown_charset_is_read_as_well_as_possible(self):
        ticket = self.hand_in(UNKNOWN_CHARSET)
        self.assertIn("两个杯子碎了", ticket.description)

    def test_an_error_leaves_the_message_in_the_inbox_and_the_next_one_goes_through(self):
        Ticket = type(self.env["helpdesk.ticket"])
        with patch.object(Ticket, "_values_from_mail", side_effect=RuntimeError("no such thing")):
            self.assertFalse(self.hand_in(self.message()))
        mail = self.mails(message_id="<one@customer.example>")
        self.assertEqual((mail.state, mail.reason), ("failed", "unreadable"))
        self.assertIn("no such thing", mail.error)
        self.assertFalse(self.cases())
        self.assertTrue(self.hand_in(self.message(Message_ID="<two@customer.example>")))
        self.assertNotEqual(self.intake.alias_id.alias_status, "invalid", "the mailbox is not to blame")

    def test_the_team_is_told_once_that_mail_waits(self):
        for number in range(3):
            self.hand_in(self.message(From=None, Message_ID=f"<{number}@x>"))
        told = self.env["mail.message"].search([("subject", "=", "Mail waits for a person")])
        self.assertEqual(len(told), 1)
        self.assertEqual(told.notified_partner_ids or told.partner_ids, self.leader.partner_id)

    def test_what_failed_can_be_tried_again(self):
        Ticket = type(self.env["helpdesk.ticket"])
        with patch.object(Ticket, "_values_from_mail", side_effect=RuntimeError("no such thing")):
            self.hand_in(self.message())
        mail = self.mails(message_id="<one@customer.example>").with_user(self.agent)
        action = mail.action_try_again()
        mail.invalidate_recordset()
        self.assertEqual((mail.state, mail.ticket_id.id), ("processed", action["res_id"]))
        with self.assertRaisesRegex(UserError, "on .* already"):
            mail.action_try_again()

    def test_what_failed_can_be_made_a_complaint_by_hand(self):
        mail = self.failed()
        action = mail.with_user(self.agent).action_make_complaint()
        ticket = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertEqual((ticket.name, ticket.partner_email), ("包裹", "li@customer.example"))
        self.assertEqual(ticket.channel_id.policy_code, "email")
        self.assertEqual(ticket.received_at, mail.arrived_at)
        self.assertIn("两个杯子坏了", ticket.description)
        self.assertEqual((mail.state, mail.ticket_id, mail.user_id), ("processed", ticket, self.agent))
        self.assertEqual(
            ticket.message_ids.attachment_ids.raw, mail._content(), "the message itself is there"
        )

    def failed(self):
        Ticket = type(self.env["helpdesk.ticket"])
        with patch.object(Ticket, "_values_from_mail", side_effect=RuntimeError("no such thing")):
            self.hand_in(self.message())
        return self.mails(message_id="<one@customer.example>")

    def test_what_failed_can_be_set_aside_with_a_reason(self):
        mail = self.failed()
        wizard = self.env["complaint.mail.ignore"].with_user(self.agent)
        wizard.create({"mail_ids": mail.ids, "note": "Advertising"}).action_ignore()
        self.assertEqual((mail.state, mail.reason, mail.note), ("ignored", "by_hand", "Advertising"))
        self.assertEqual(mail.user_id, self.agent)

    def test_the_same_message_twice_is_one_case(self):
        ticket = self.hand_in(self.message())
        self.hand_in(self.message())
        self.assertEqual(self.mails(message_id="<one@customer.example>").copies, 2)
        self.hand_in(self.message(Received="from a by b; Mon, 02 Mar 2026 09:00:00 +0100"))
        self.assertEqual(self.mails(message_id="<one@customer.example>", state="ignored").reason, "duplicate")
        self.assertEqual(self.cases(), ticket)
        self.assertEqual(self.facts(ticket), ["received"])

    def test_a_message_without_message_id_opens_once(self):
        ticket = self.hand_in(self.message(Message_ID=None))
        self.hand_in(self.message(Message_ID=None))
        self.assertEqual(self.cases(), ticket)

    def test_a_message_that_was_kept_but_never_handled_is_taken_up_by_the_job(self):
        Mail = self.env["complaint.mail.message"]
        with patch.object(type(Mail), "_process", return_value=False):  # the server stops in between
            self.hand_in(self.message())
        self.assertEqual(self.mails(message_id="<one@customer.example>").state, "new")
        self.job()
        self.assertEqual(self.mails(message_id="<one@customer.example>").ticket_id, self.cases())

    def test_a_message_that_stops_the_server_each_time_is_put_into_the_inbox(self):
        Mail = self.env["complaint.mail.message"]
        with patch.object(type(Mail), "_process", return_value=False):
            self.hand_in(self.message())
            for _attempt in range(10):
                self.job()
        mail = self.mails(message_id="<one@customer.example>")
        self.assertEqual((mail.state, mail.reason), ("failed", "cut_off"))

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_mail_for_nobody_is_refused_as_ever_and_kept_for_the_administrator(self):
        with suppress(ValueError):  # assertRaises would take back what was kept
            self.hand_in(self.message(To="nobody@small.example"))
            self.fail("the mail server has to know that nobody has this address")
        mail = self.mails(message_id="<one@customer.example>")
        self.assertEqual((mail.state, mail.company_id.id), ("failed", False))
        self.assertFalse(mail.with_user(self.agent).search([("id", "=", mail.id)]), "not for the agents")

    # ------------------------------------------------------------------ machines

    def test_what_a_machine_sends_opens_no_case_and_is_kept_with_the_reason(self):
        signs = {
            "auto_submitted": {"Auto-Submitted": "auto-replied"},
            "precedence": {"Precedence": "bulk"},
            "autoreply": {"X-Autoreply": "yes"},
            "null_sender": {"Return-Path": "<>"},
            "bounce": {"From": "MAILER-DAEMON@mx.customer.example"},
            "own_mail": {"From": "small-complaints@small.example"},
        }
        for reason, headers in signs.items():
            self.hand_in(self.message(**{"Message-ID": f"<{reason}@x>", **headers}))
            mail = self.mails(message_id=f"<{reason}@x>")
            self.assertEqual((mail.state, mail.reason), ("ignored", reason))
        self.assertFalse(self.cases())
        self.assertFalse(self.env["mail.mail"].search([("email_to", "like", "customer.example")]))

    def test_a_person_may_say_auto_submitted_no(self):
        self.assertTrue(self.hand_in(self.message(**{"Auto-Submitted": "no"})))

    def test_an_out_of_office_reply_is_a_note_and_no_answer(self):
        ticket = self.hand_in(self.message())
        ours = ticket.message_post(body="We are on it.", subtype_xmlid="mail.mt_comment")
        before = self.facts(ticket)
        self.hand_in(
            self.message(
                "I am on holiday",
                **{
                    "Message-ID": "<away@customer.example>",
                    "In-Reply-To": ours.message_id,
                    "Auto-Submitted": "auto-replied",
                },
            )
        )
        self.assertEqual(self.facts(ticket), before)
        note = ticket.message_ids[0]
        self.assertIn("I am on holiday", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(self.mails(message_id="<away@customer.example>").ticket_id, ticket)

    def test_our_own_mail_that_comes_back_is_known_by_its_header(self):
        ticket = self.hand_in(self.message())
        mail = self.env["mail.mail"].create(
            {
                "model": "helpdesk.ticket",
                "res_id": ticket.id,
                "email_to": "li@customer.example",
                "body_html": "x",
            }
        )
        loop = mail._prepare_outgoing_list()[0]["headers"]["X-Complaint-Loop"]
        self.hand_in(self.message(**{"Message-ID": "<back@relay.example>", "X-Complaint-Loop": loop}))
        self.assertEqual(self.mails(message_id="<back@relay.example>").reason, "own_mail")
        self.assertEqual(self.cases(), ticket)

    def test_a_flood_from_one_sender_waits_for_a_person(self):
        self.limits()
        for number in range(5):
            self.hand_in(self.message(Message_ID=f"<{number}@customer.example>"))
        self.assertEqual(len(self.cases()), 3)
        held = self.mails(state="failed")
        self.assertEqual(held.mapped("reason"), ["flood", "flood"])
        other = self.hand_in(self.message(From="other@customer.example", Message_ID="<other@x>"))
        self.assertTrue(other, "others are not kept waiting")
        held[0].with_user(self.agent).action_try_again()
        self.assertEqual(len(self.cases()), 5)

    # ------------------------------------------------------------------ what the mailbox says

    @freeze_time("2026-03-02 10:00:00")
    def test_the_time_of_receipt_is_when_our_own_server_took_it_in(self):
        self.limits()
        message = self.message()
        for line in (
            "from x by in.relay.example with ESMTP id 1; Mon, 02 Mar 2026 09:40:00.7 +0100",
            "from y by mx.small.example (Postfix) id 2; Mon, 02 Mar 2026 09:30:00 +0100",
            "from z by mail.customer.example; Mon, 01 Mar 2021 09:30:00 +0100",
        ):
            message["Received"] = line
        self.assertEqual(str(self.hand_in(message).received_at), "2026-03-02 08:30:00")

    @freeze_time("2026-03-02 10:00:00")
    def test_an_untrusted_or_future_time_of_receipt_does_not_count(self):
        self.limits()
        made_up = self.message(Received="from x by evil-mx.small.example; Mon, 01 Mar 2021 09:30:00 +0100")
        self.assertEqual(str(self.hand_in(made_up).received_at), "2026-03-02 10:00:00")
        future = self.message(
            Message_ID="<two@x>", Received="from x by mx.small.example; Mon, 02 Mar 2099 09:30:00 +0100"
        )
        self.assertEqual(str(self.hand_in(future).received_at), "2026-03-02 10:00:00")

    def test_a1_complaint_or_inquiry_by_rule_and_the_category_by_keyword(self):
        self.limits()
        inquiry = self.hand_in(self.message("请问几点开门？", From="a@x.example", Message_ID="<a@x>"))
        self.assertEqual(inquiry.case_type_id.policy_code, "inquiry")
        self.assertEqual((inquiry.channel_id.policy_code, inquiry.team_id), ("email", self.intake))
        damage = self.hand_in(self.message("杯子碎了", From="b@x.example", Message_ID="<b@x>"))
        self.assertEqual(damage.case_type_id.policy_code, "complaint")
        self.assertEqual((damage.category_id.policy_code, damage.team_id), ("damage", self.damage))
        self.assertEqual(damage.company_id, self.company)

    def test_files_that_the_policy_does_not_take_stay_in_the_stored_message(self):
        self.limits()
        message = self.message()
        for name, size in (("a.png", 10), ("big.png", 2**20 + 1), ("run.exe", 5), ("b.PNG", 5), ("c.png", 5)):
            message.add_attachment(b"x" * size, maintype="application", subtype="octet-stream", filename=name)
        ticket = self.hand_in(message)
        self.assertEqual(sorted(ticket.attachment_ids.mapped("name")), ["a.png", "b.PNG"])
        self.assertIn("big.png, run.exe, c.png", ticket.description)
        self.assertEqual(self.mails(ticket_id=ticket.id)._content(), message.as_bytes())

    # ------------------------------------------------------------------ answers

    def test_an_answer_that_names_the_number_joins_if_it_is_from_the_customer(self):
        ticket = self.hand_in(self.message())
        named = {"Subject": f"Re: [{ticket.number}]"}
        again = self.hand_in(self.message(Message_ID="<two@customer.example>", **named))
        self.assertEqual(again, ticket)
        self.assertEqual(self.facts(ticket), ["received", "customer_message"])
        stranger = self.hand_in(self.message(From="x@stranger.example", Message_ID="<x@stranger>", **named))
        self.assertNotEqual(stranger, ticket, "a number that somebody knows opens no door")

    def test_an_answer_of_the_representative_joins(self):
        ticket = self.hand_in(self.message())
        ticket.representative_id = self.env["res.partner"].create(
            {"name": "Law", "email": "law@office.example"}
        )
        answer = self.message(From="law@office.example", Subject=ticket.number, Message_ID="<law@office>")
        self.assertEqual(self.hand_in(answer), ticket)

    def test_an_answer_to_a_closed_case_joins_while_it_may_be_reopened(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.hand_in(self.message())
        with freeze_time("2026-03-03 08:00:00"):
            self.move(ticket, "closed")
        answer = {"In-Reply-To": "<one@customer.example>"}
        with freeze_time("2026-03-20 08:00:00"):
            self.assertEqual(self.hand_in(self.message(**{"Message-ID": "<two@x>", **answer})), ticket)
        self.assertEqual(self.facts(ticket)[-1], "customer_message")
        with freeze_time("2026-06-20 08:00:00"):
            late = self.hand_in(self.message(**{"Message-ID": "<three@x>", **answer}))
        self.assertNotEqual(late, ticket)
        self.assertEqual((late.case_type_id, late.company_id), (ticket.case_type_id, self.company))
        self.assertIn(ticket.number, late.message_ids.mapped("body")[0] + late.message_ids.mapped("body")[-1])

    # ------------------------------------------------------------------ who may what

    def test_the_gateway_needs_its_group_and_nothing_else(self):
        gateway = self.new_user("gateway", "complaint_management.group_mail_gateway,base.group_portal")
        thread = self.env["mail.thread"].with_user(gateway)
        raw = self.message().as_bytes()
        ident = thread.message_process(False, raw)
        self.assertEqual(thread.message_process(False, raw), ident)
        thread.message_process(
            False, self.message(Received="x by y; Mon, 02 Mar 2026 09:30:00 +0100").as_bytes()
        )
        self.assertEqual(self.cases().ids, [ident])
        with self.assertRaises(AccessError):
            self.env["complaint.mail.message"].with_user(gateway).search([])

    def test_nobody_else_may_hand_in_mail(self):
        portal = new_test_user(self.env, "portal@customer.example", groups="base.group_portal")
        for user in (portal, self.agent):
            with self.assertRaisesRegex(AccessError, "may not hand in mail"):
                self.env["mail.thread"].with_user(user).message_process(False, self.message().as_bytes())
        self.assertFalse(self.cases())

    def test_incoming_mail_is_read_by_intake_and_changed_by_nobody(self):
        mail = self.failed()
        self.assertEqual(mail.with_user(self.agent).subject, "包裹")
        self.assertTrue(mail.with_user(self.agent).raw)
        with self.assertRaises(AccessError):
            mail.with_user(self.agent).write({"state": "ignored"})
        with self.assertRaises(AccessError):
            mail.with_user(self.agent).unlink()
        with self.assertRaises(AccessError):
            mail.with_user(self.agent).create({"digest": "x", "raw": b"eA=="})
        portal = new_test_user(self.env, "portal@customer.example", groups="base.group_portal")
        employee = new_test_user(self.env, "employee@small.example", groups="base.group_user")
        for user in (portal, employee):
            with self.assertRaises(AccessError):
                mail.with_user(user).read(["subject"])
            with self.assertRaises(AccessError):
                mail.with_user(user).action_make_complaint()

    def test_another_company_does_not_see_it(self):
        mail = self.failed()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger@other.example",
            groups="complaint_management.group_senior",
            company_id=other.id,
            company_ids=other.ids,
        )
        theirs = mail.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]) & mail)
        with self.assertRaises(AccessError):
            theirs.read(["subject"])

    def test_mail_of_a_case_is_for_those_who_may_read_the_case(self):
        ticket = self.hand_in(self.message())
        ticket.team_id = self.damage
        mail = self.mails(ticket_id=ticket.id)
        outsider = self.new_user("outsider", "complaint_management.group_intake")
        self.assertFalse(
            self.env["complaint.mail.message"].with_user(outsider).search([("id", "=", mail.id)])
        )
        with self.assertRaises(AccessError):
            mail.with_user(outsider).read(["raw"])
        self.assertEqual(mail.with_user(self.leader).subject, "包裹")

    def test_raw_mail_is_forgotten_after_the_time_of_the_policy(self):
        self.apply(files(privacy="kind: privacy\nprivacy: {keep_raw_mail: 90d}\n"))
        with freeze_time("2026-03-02 08:00:00"):
            ticket, failed = self.hand_in(self.message()), self.message(Message_ID="<two@x>", From=None)
            self.hand_in(failed)
        mails = self.mails(company_id=self.company.id)
        with freeze_time("2026-05-30 08:00:00"):
            mails._gc_raw_mail()
            self.assertEqual(len(mails.exists()), 2)
        with freeze_time("2026-06-01 08:00:00"):
            mails._gc_raw_mail()
        self.assertEqual(mails.exists().mapped("reason"), ["no_sender"], "what waits for a person stays")
        self.assertTrue(ticket.exists())
