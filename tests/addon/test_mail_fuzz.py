"""Damaged, odd and endless mail (A1): loses nothing, opens nothing it should not, never blocks the next.

Some hundred messages each time; `scripts/fuzz_mail` sends in thousands."""

import os
import time
from collections import Counter
from hashlib import sha256

from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_fuzz import MAILBOX, Mails
from .mail_messages import MailIntakeCase

MESSAGES = int(os.environ.get("COMPLAINT_FUZZ_MAILS", "300"))
SEED = int(os.environ.get("COMPLAINT_FUZZ_SEED", "1"))
SLOW = 20.0  # seconds for one message; the machine may be busy with other things


@tagged("post_install", "-at_install")
class TestMailFuzz(MailIntakeCase):
    @mute_logger("odoo.addons.mail.models.mail_thread", "odoo.addons.base.models.ir_attachment")
    def test_a1_no_message_is_lost_none_opens_too_much_and_none_blocks_the_next(self):
        mails, seen, slowest = Mails(SEED), Counter(), (0.0, 0)
        for number in range(MESSAGES):
            one = mails.one(number)
            before, start = len(self.cases()), time.monotonic()
            ticket = self.hand_in(one.raw)
            slowest = max(slowest, (time.monotonic() - start, number))
            with self.subTest(number=number, shape=one.shape):
                kept = self.mails(digest=sha256(one.raw).hexdigest())
                self.assertEqual(kept._content(), one.raw, "kept as it came")
                self.assertIn(kept.state, ("processed", "ignored", "failed"))
                opened = len(self.cases()) - before
                self.assertEqual(opened, {"opens": 1}.get(one.must, opened if one.must == "kept" else 0))
                self.assertLessEqual(opened, 1)
                if one.must == "joins":
                    self.assertEqual(
                        ticket, self.mails(message_id=_first(number), state="processed").ticket_id
                    )
                if one.must == "ignored":
                    self.assertEqual(kept.state, "ignored")
                seen[f"{one.shape}: {kept.state}" + (f", {kept.reason}" if kept.reason else "")] += 1
        opened = self.cases()
        self.assertEqual(len(set(opened.mapped("opened_by"))), len(opened), "no message opened twice")
        self.assertLess(slowest[0], SLOW, f"message {slowest[1]}")
        self._say(seen, len(opened), slowest)

    def _say(self, seen, opened, slowest):
        # pylint: disable=print-used
        print(f"\n{MESSAGES} messages, {opened} cases, the slowest {slowest[0]:.2f} s (number {slowest[1]})")
        for what, count in sorted(seen.items()):
            print(f"{count:>8}  {what}")

    def test_a_loop_ends_by_itself(self):
        """Two programs that answer each other: the policy's limit stops what no header gives away."""
        self.limits()
        ticket = self.hand_in(self.message())
        for number in range(30):
            ours = ticket.message_post(body="Thank you.", subtype_xmlid="mail.mt_comment")
            self.hand_in(self.message(Message_ID=f"<{number}@robot>", In_Reply_To=ours.message_id))
        self.assertEqual(self.cases(), ticket)
        self.assertLessEqual(self.facts(ticket).count("customer_message"), 3)
        self.assertEqual(len(self.mails(state="failed")), 28)

    def test_twenty_megabytes_are_kept_and_the_case_says_that_they_are_too_large(self):
        self.limits()
        message = self.message()
        content = os.urandom(20 * 2**20)
        message.add_attachment(content, maintype="image", subtype="png", filename="photo.png")
        ticket = self.hand_in(message)
        self.assertFalse(ticket.attachment_ids)
        self.assertIn("photo.png", ticket.description)
        self.assertEqual(self.mails(ticket_id=ticket.id)._content(), message.as_bytes())

    def test_a_message_to_many_mailboxes_of_ours_opens_one_case(self):
        other = MAILBOX.replace("small-", "Small-")
        self.hand_in(self.message(To=f"{MAILBOX}, {other}", Cc=MAILBOX))
        self.assertEqual(len(self.cases()), 1)


def _first(number):
    return f"<{number - number % 10}@customer.example>"
