"""Reading a raw message without ever failing: who wrote, to whom, whether a machine did, when it came in.

Python's modern parser raises on many messages that real mail servers let through. This one reads the headers
as they are, decodes what it can and replaces the rest, so that a message can be kept, shown and handled by a
person even if nothing else can be done with it. Pure functions: no database, no clock."""

import email
import email.policy
import hashlib
import re
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple

# What to try on bytes whose charset is unknown or wrong, strictest first; latin-1 reads everything.
GUESSES = ("utf-8", "gb18030", "latin-1")
AUTOMATIC = frozenset({"bulk", "junk", "list", "auto_reply"})
_RECIPIENTS = ("Delivered-To", "X-Original-To", "To", "Cc", "Resent-To", "Resent-Cc")
_IDENTS = re.compile(r"<[^<>\s]+>")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,180}")
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_HIDDEN = re.compile(r"<(script|style)\b[^>]*>[^<]*", re.IGNORECASE)
_BOUNCED = re.compile(rb"(?im)^(?:X-Microsoft-Original-)?Message-ID:\s*(<[^<>\s]{1,250}>)")
LOOP_HEADER = (
    "X-Complaint-Loop"  # on every mail of a case that leaves, with the name of the database that sent it
)
# Python's modern parser needs quadratic time on a header with many encoded words; no real one is this long.
_LONGEST = 50_000
_LONGEST_ID = 250  # longer ones do not fit into the index of a database


class Reading(NamedTuple):
    """The headers of a message as far as they can be read."""

    message_id: str
    sender: str  # the bare address in small letters; empty if there is none
    author: str  # name and address as written
    subject: str
    recipients: frozenset[str]  # bare addresses in small letters
    references: tuple[str, ...]  # oldest first, the message that was answered last
    sign: str  # the sign that a machine wrote it, see machine(); empty for a person
    loop: str  # which database sent it, if it is a mail of ours that came back
    unwieldy: bool  # a header is so long that reading it could take for ever


def read(raw: bytes) -> Reading:
    """Read the headers of a raw message."""
    message = headers(raw)
    author = _text(message, "From")
    replied = _text(message, "References") + " " + _text(message, "In-Reply-To")
    return Reading(
        message_id=ident(message, raw),
        sender=address(author),
        author=author,
        subject=_text(message, "Subject"),
        recipients=frozenset(one for name in _RECIPIENTS for one in _named(_text(message, name, ","))),
        references=tuple(dict.fromkeys(_IDENTS.findall(replied))),
        sign=machine(message),
        loop=_text(message, LOOP_HEADER).strip(),
        unwieldy=any(len(str(value)) > _LONGEST for value in message.values()),
    )


def headers(raw: bytes) -> Message:
    """The headers alone: a message with a thousand parts inside each other exhausts the parser."""
    return BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)


def bounced(raw: bytes) -> tuple[str, ...]:
    """The Message-IDs that a message quotes as those of the mails which could not be delivered."""
    return tuple(dict.fromkeys(one.decode("ascii", "replace") for one in _BOUNCED.findall(raw)[1:]))


def ident(message: Message, raw: bytes) -> str:
    """The Message-ID; one made from the content if there is none that can be used, so that the same message
    has the same each time."""
    written = "".join(_text(message, "Message-ID").split())
    if 0 < len(written) <= _LONGEST_ID:
        return written
    return f"<{hashlib.sha256(raw).hexdigest()[:32]}@without-id.invalid>"


def machine(message: Message) -> str:
    """The sign that no person wrote a message (RFC 3834, RFC 3464); empty if there is none."""
    submitted = _text(message, "Auto-Submitted").partition(";")[0].strip().lower()
    local = address(_text(message, "From")).partition("@")[0]
    if message.get_content_type() == "multipart/report" or local in ("mailer-daemon", "postmaster"):
        return "bounce"
    if _text(message, "Return-Path").strip() == "<>":
        return "null_sender"
    if submitted and submitted != "no":
        return "auto_submitted"
    if _text(message, "Precedence").strip().lower() in AUTOMATIC:
        return "precedence"
    if any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return "autoreply"
    return ""


def received(raw: bytes, trusted: list[str]):
    """When the first of the trusted hosts took a message in, as an aware datetime; None if none says so.

    Each server writes its Received line above the others. Reading from the top, lines count as long as they
    were written by a trusted host: whatever stands below may be made up."""
    message = headers(raw)
    endings = tuple(one.strip().lower().lstrip("*") for one in trusted)
    found = None
    for line in message.get_all("Received", []):
        line = decoded(line)
        host = _BY.search(line)
        if not endings or not host or not _ends_with(host[1].lower().rstrip("."), endings):
            break
        found = _moment(line) or found
    return found


def _ends_with(host: str, endings: tuple[str, ...]) -> bool:
    """Whether a host is one of the domains or below one: evil-example.com is not below example.com."""
    return any(host == one.lstrip(".") or host.endswith("." + one.lstrip(".")) for one in endings)


def _moment(line: str):
    try:
        moment = parsedate_to_datetime(line.rpartition(";")[2].strip())
        return moment if moment.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def addresses(text: str) -> list[str]:
    """The bare addresses in a header, in small letters."""
    try:
        found = getaddresses([text])
    except Exception:  # brackets inside each other exhaust it, and more
        found = [("", one) for one in _ADDRESS.findall(text)]
    return [one.strip().lower() for _name, one in found if "@" in one and len(one) <= _LONGEST_ID]


def _named(text: str) -> list[str]:
    """Every address that a header names, also where it is not written as it should be: rather one mailbox too
    many than a message that is nobody's."""
    return addresses(text) + [one.lower() for one in _ADDRESS.findall(text)]


def address(text: str) -> str:
    """The first bare address in a header; empty if there is none."""
    return next(iter(addresses(text)), "")


def decoded(value) -> str:
    """A header as text: encoded words decoded, what cannot be decoded replaced."""
    value = str(value)[:_LONGEST]
    try:
        parts = decode_header(value)
    except Exception:  # whatever it stumbles over: then the header is shown as it came
        return clean(value)
    return clean(
        "".join(part if isinstance(part, str) else text_of(part, charset) for part, charset in parts)
    )


def text_of(content: bytes, charset: str | None = None) -> str:
    """Bytes as text: in their charset if it is known and true, else by the first guess that fits."""
    for guess in (charset, *GUESSES):
        try:
            if guess:
                return content.decode(guess)
        except (LookupError, ValueError):  # an unknown charset, or not in that charset
            continue
    return content.decode("ascii", "replace")


def clean(text: str) -> str:
    """A text that a database takes: no NUL, no control signs, and undecodable bytes decoded by a guess."""
    if _SURROGATES.search(text):
        text = text_of(text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace"))
    return _CONTROL.sub("", text)


def _escaped(text: str) -> bool:
    """Whether all surrogates of a text stand for bytes; one made of \\ud800 stands for nothing."""
    return all("\udc80" <= sign <= "\udcff" for sign in _SURROGATES.findall(text))


def _text(message: Message, name: str, joint: str = " ") -> str:
    return joint.join(decoded(one) for one in message.get_all(name, []))


def body(raw: bytes) -> str:
    """The words of a message for a person who has to look at it: its plain text, else its HTML without tags;
    what comes after the headers if its parts cannot be told apart."""
    try:
        found = _texts(email.message_from_bytes(raw, policy=email.policy.compat32))
    except Exception:  # whatever is wrong with it, a person wants to see something
        found = {"text/plain": [clean(text_of(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]))]}
    html = re.sub(r"<[^<>]*>", " ", _HIDDEN.sub(" ", "\n".join(found.get("text/html", ()))))
    return "\n".join(one for one in found.get("text/plain", ()) if one.strip()) or html.strip()


def _texts(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in message.walk():
        if part.get_content_type() in found and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)  # None of a multipart
            found[part.get_content_type()].append(clean(text_of(content or b"", part.get_content_charset())))
    return found


def repair(message: EmailMessage) -> None:
    """Make each text part readable, in place: an unknown charset would raise, a wrong one lose letters."""
    for part in message.walk():
        if part.get_content_maintype() != "text" or part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        charset = str(part.get_param("charset", "utf-8"))  # an empty one is as unknown as a made-up one
        try:
            content.decode(charset)
        except (LookupError, ValueError, AttributeError):
            _rewrite(part, text_of(content if isinstance(content, bytes) else b"", charset))


def _rewrite(part: EmailMessage, text: str) -> None:
    """Replace the text of a part, written in UTF-8; the name of a file stays."""
    kind, name = part.get_content_type(), part.get_filename()
    for header in ("Content-Type", "Content-Transfer-Encoding"):
        del part[header]
    part["Content-Type"] = f'{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(text.encode("utf-8", "replace").decode("ascii", "surrogateescape"))
    if name and not part.get_filename():  # it stood in the header that had to go
        del part["Content-Disposition"]
        part.add_header("Content-Disposition", "attachment", filename=clean(name))
