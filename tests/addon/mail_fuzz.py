"""Messages as they should never be, made from real ones: the same number always gives the same message."""

import random
from base64 import b64encode
from typing import NamedTuple

MAILBOX = "small-complaints@small.example"
TEXTS = (
    "Two cups are broken.",
    "两个杯子碎了，请换新的。",
    "Wann kommt das Paket? Grüße",
    "カップが割れていました。",
    "",
)
CHARSETS = (
    "utf-8",
    "gb18030",
    "big5",
    "latin-1",
    "utf-7",
    "x-martian",
    "cp-9999",
    "unicode-1-1-utf-7",
    "",
    "\x00",
    "8bit",
)
MACHINES = (
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: AUTO-GENERATED; x=y",
    "Precedence: bulk",
    "Precedence: auto_reply",
    "X-Autoreply: yes",
    "Return-Path: <>",
    "Return-Path: <>\r\nContent-Type: multipart/report; boundary=none",
)
SHAPES = ("plain", "charset", "machine", "again", "answer", "damaged", "odd")


class Mail(NamedTuple):
    """A message, and what has to come of it: opens, ignored, joins, nothing new, or anything but a loss."""

    number: int
    shape: str
    raw: bytes
    must: str


class Mails:
    """One message after the other; some refer to an earlier one."""

    def __init__(self, seed=1):
        self.seed = seed

    def one(self, number):
        dice = random.Random(f"{self.seed}/{number}")
        shape = "plain" if number % 10 == 0 else dice.choice(SHAPES)
        return getattr(self, f"_{shape}")(number, dice)

    def _plain(self, number, dice):
        return Mail(number, "plain", _message(number, dice), "opens")

    def _charset(self, number, dice):
        content = dice.choice(TEXTS).encode(dice.choice(("utf-8", "gb18030")), "replace")
        content += bytes(dice.randrange(128, 256) for _index in range(dice.randrange(20)))
        kind = f'text/plain; charset="{dice.choice(CHARSETS)}"'
        subject = f"=?{dice.choice(CHARSETS)}?b?{b64encode(content).decode()}?="
        return Mail(number, "charset", _message(number, dice, content, kind, subject=subject), "opens")

    def _machine(self, number, dice):
        return Mail(number, "machine", _message(number, dice, extra=dice.choice(MACHINES)), "ignored")

    def _again(self, number, dice):
        """The same message as an earlier one, perhaps by another way."""
        before = self.one(number - number % 10)
        other_way = b"Received: from a.example by b.example; Mon, 02 Mar 2026 09:00:00 +0100\r\n"
        return Mail(number, "again", (other_way if dice.random() < 0.5 else b"") + before.raw, "nothing new")

    def _answer(self, number, dice):
        header = f"In-Reply-To: {_ident(number - number % 10)}"
        return Mail(number, "answer", _message(number, dice, extra=header), "joins")

    def _damaged(self, number, dice):
        """A message with some bytes changed, lost, doubled or cut off, in the envelope of our server."""
        envelope = f"Delivered-To: {MAILBOX}\r\n".encode()
        raw = bytearray(_message(number, dice))
        for _wound in range(dice.randint(1, 40)):
            at = dice.randrange(len(raw))
            how = dice.random()
            if how < 0.5:
                raw[at] = dice.randrange(256)
            elif how < 0.7:
                del raw[at : at + dice.randint(1, 12)]
            elif how < 0.95:
                raw[at:at] = raw[dice.randrange(len(raw)) :][: dice.randint(1, 80)]
            else:
                del raw[at:]
                break
            raw = raw or bytearray(b"x")
        return Mail(number, "damaged", envelope + bytes(raw or b"x"), "kept")

    def _odd(self, number, dice):
        """What no mail program writes."""
        head = f"Delivered-To: {MAILBOX}\r\nMessage-ID: {_ident(number)}\r\n".encode()
        sender = f"From: p{number}@customer.example\r\n".encode()
        deep = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
            for depth in range(400)
        )
        odd = (
            head,
            head + b"\r\n",
            head + sender + b"\r\n" + bytes(dice.randrange(256) for _index in range(2000)),
            head + sender + b"Content-Type: text/html\r\n\r\n<!-- nothing -->",
            head + sender + b"Content-Type: text/html\r\n\r\n<?xml version='1.0' encoding='x'?><p>hi",
            head + sender + deep,
            head + sender + b"Subject: " + b"=?utf-8?q?=41?= " * 6000 + b"\r\n\r\ntext",
            head + sender + b"References: " + b"<a@b> " * 3000 + b"\r\n\r\ntext",
            head + sender + b"To: " + b"a@b.example, " * 2000 + b"\r\n\r\ntext",
            head + b"From: " + b"(" * 500 + b"\r\n\r\ntext",
            head + sender + b"Content-Type: message/rfc822\r\n\r\n\r\n",
            head + sender + b"Content-Type: multipart/mixed\r\n\r\nno boundary",
            head + sender + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
            head
            + sender
            + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin\r\n\xff",
            head + sender + b"Subject: a\x00b\r\nDate: Mon, 99 Foo 99999\r\n\r\n\x00\x01\x02",
            head + sender + b"Content-Disposition: attachment; filename*=x-y''%ff%fe\r\n\r\nx",
            head.replace(b"Message-ID: <", b"Message-ID: <" + b"x" * 5000) + sender + b"\r\ntext",
        )
        return Mail(number, "odd", dice.choice(odd), "kept")


def _ident(number):
    return f"<{number}@customer.example>"


def _message(number, dice, content=None, kind="text/plain; charset=utf-8", subject="Parcel", extra=""):
    content = dice.choice(TEXTS).encode() if content is None else content
    lines = [
        f"From: =?utf-8?b?5p2O5Lyf?= <p{number}@customer.example>",
        f"To: {MAILBOX}",
        f"Subject: {subject}",
        f"Message-ID: {_ident(number)}",
        "Date: Mon, 02 Mar 2026 09:00:00 +0100",
        "MIME-Version: 1.0",
        *([extra] if extra else []),
        "Content-Type: multipart/mixed; boundary=part",
        "",
        "--part",
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        "",
        b64encode(content).decode(),
        "--part",
        'Content-Type: text/csv; name="=?utf-8?b?54Wn54mHLmNzdg==?="',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "a=3Bb=FF",
        "--part--",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8")
