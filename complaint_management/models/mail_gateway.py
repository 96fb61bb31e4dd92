"""The door through which mail comes in: Odoo's `message_process`, called by the mail server, by fetchmail and
by whoever hands one in over RPC. What is for a mailbox of the policy is kept first and handled after."""

import logging
import xmlrpc.client
from ast import literal_eval

import psycopg2
from lxml import etree
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from . import mail_reading
from .mail_handling import Kept

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """Keep what is for a mailbox of the policy and handle it in a transaction of its own: whatever
        happens to it, neither the caller nor the next message notices. All else goes Odoo's way, and is kept
        if Odoo cannot read it."""
        given = {
            "model": model,
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        if self._complaint_kept():
            return super().message_process(message=message, **given)
        raw = _raw(message)
        place = self._complaint_place(raw)
        mails = self.env["complaint.mail.message"]
        if place:
            self._check_gateway()
            try:
                ident = mails._keep(raw, given, place)
            except Exception:  # then it is read at once, as without this addon
                _logger.exception("An incoming mail could not be kept before it is read.")
            else:
                return mails._process(ident)
        try:
            return super().message_process(message=raw, **given)
        except psycopg2.OperationalError:  # two at once: Odoo tries again
            raise
        except Exception as error:
            if not place:
                _logger.info("An incoming mail that is for no complaint could not be read.", exc_info=True)
            mails._keep(raw, given, place, f"{type(error).__name__}: {mail_reading.clean(str(error))}")
            raise

    def _check_gateway(self):
        """A message says itself who wrote it. Handing one in is for the mail server's user, not for everybody
        with a login."""
        allowed = ("base.group_system", "complaint_management.group_mail_gateway")
        if not self.env.su and not any(self.env.user.has_group(group) for group in allowed):
            raise AccessError(
                self.env._(
                    "%(user)s may not hand in mail. Give the user the group “Mail gateway”.",
                    user=self.env.user.name,
                )
            )

    def _complaint_kept(self):
        """The kept message that is being handled, if any."""
        kept = self.env.context.get("complaint_mail")
        return kept if isinstance(kept, Kept) else None

    @api.model
    def _complaint_place(self, raw):
        """{"alias_id": …, "company_id": …} of a message for a mailbox of the policy, or in answer to a mail
        about a case; empty for all other mail."""
        reading = mail_reading.read(raw)
        alias = self._complaint_aliases(reading.recipients)[:1]
        if alias:
            case_type = literal_eval(alias.alias_defaults)["case_type_id"]
            company = self.env["complaint.term"].sudo().browse(case_type).company_id  # sudo: see below
            return {"alias_id": alias.id, "company_id": company.id}
        ticket = (
            self.env["complaint.mail.message"].sudo()._ticket_of(*reading.references[-32:])
        )  # sudo: see below
        return {"company_id": ticket.company_id.id} if ticket.case_type_id else {}

    @api.model
    def _complaint_aliases(self, recipients):
        """The aliases of the policy among addresses; of other mail domains only where Odoo allows it."""
        local = [one.partition("@")[0] for one in recipients]
        # sudo: who hands mail in need not be allowed to read aliases, teams and messages
        aliases = self.env["mail.alias"].sudo()
        named = Domain("alias_full_name", "in", list(recipients))
        named |= Domain("alias_incoming_local", "=", True) & Domain("alias_name", "in", local)
        found = aliases.search(Domain("alias_model_id.model", "=", "helpdesk.ticket") & named, order="id")
        return found.filtered(lambda alias: "case_type_id" in literal_eval(alias.alias_defaults or "{}"))

    # ------------------------------------------------------------------ reading

    @api.model
    def message_parse(self, message, save_original=False):
        kept = self._complaint_kept()
        if kept:
            mail_reading.repair(message)
            del message["Message-ID"]
            message["Message-ID"] = kept.message_id
        parsed = super().message_parse(message, save_original=save_original)
        return _cleaned(parsed) if kept else parsed

    def _message_parse_extract_payload_postprocess(self, message, payload_dict):
        try:
            return super()._message_parse_extract_payload_postprocess(message, payload_dict)
        except (etree.LxmlError, ValueError):  # an empty or broken page: its words are what counts
            if not self._complaint_kept():
                raise
            return payload_dict

    # ------------------------------------------------------------------ routing

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        kept = self._complaint_kept()
        return self.env["helpdesk.ticket"]._complaint_routes(routes, kept) if kept else routes

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """The policy's own limit keeps what is too much; Odoo's would drop it."""
        kept = self._complaint_kept()
        return False if kept and kept.limited else super()._detect_loop_sender(message, message_dict, routes)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Mark what leaves for a case, so that it is known when it comes back."""
        result = super()._prepare_outgoing_list(*args, **kwargs)
        if self.model == "helpdesk.ticket":
            # sudo: the name of the database is no secret
            own = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
            for values in result:
                values["headers"].setdefault(mail_reading.LOOP_HEADER, own)
        return result


def _raw(message):
    """What Odoo accepts as a message, as bytes."""
    if isinstance(message, xmlrpc.client.Binary):
        return bytes(message.data)
    return message.encode("utf-8", "surrogateescape") if isinstance(message, str) else message


def _cleaned(parsed):
    """Parsed values that a database takes."""
    result = {name: _clean(value) for name, value in parsed.items()}
    result["attachments"] = [
        one._replace(fname=_clean(one.fname), content=_clean(one.content))
        for one in parsed.get("attachments", ())
    ]
    return result


def _clean(value):
    return type(value)(mail_reading.clean(value)) if isinstance(value, str) else value
