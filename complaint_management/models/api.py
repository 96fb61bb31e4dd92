"""The way in for other systems: one idempotent method over Odoo's /json/2 with an API key (docs/api.md)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tools import plaintext2html
from psycopg2.errors import UniqueViolation

# Field of the call -> (kind of policy entry, field of the ticket).
CODES = {
    "type": ("case_type", "case_type_id"),
    "category": ("category", "category_id"),
    "channel": ("channel", "channel_id"),
    "urgency": ("urgency", "urgency_id"),
    "scope": ("scope", "scope_id"),
    "complexity": ("complexity", "complexity_id"),
}
REQUIRED = frozenset({"channel"})
TEXTS = ("title", "text", "order_reference", "remedy_sought", "external_ref")
CUSTOMER = ("name", "email", "phone")
KNOWN = {*CODES, *TEXTS, "customer", "received_at"}


class ComplaintApi(models.AbstractModel):
    _name = "complaint.api"
    _description = "Complaints of other systems"

    @api.model
    def open_complaint(self, values):
        """Enter a complaint, or find the one that was entered with this `external_ref`.

        Returns {"number", "url", "promised_at", "created"}; see docs/api.md for the values."""
        self._allow()
        self._refuse_unknown(values)
        reference = self._text(values, "external_ref", required=True)
        ticket = self._with_reference(reference)
        if ticket:
            return {**self._answer(ticket), "created": False}
        vals = self._ticket_values(values, reference)
        try:
            with self.env.cr.savepoint():
                ticket = self.env["helpdesk.ticket"].create(vals)
        except UniqueViolation as error:
            # The same call came twice at once and the other one won. This transaction cannot see its case:
            # Odoo runs the call again in a new one, which finds it.
            raise ConcurrencyError(f"complaint {reference} is being entered by another call") from error
        return {**self._answer(ticket), "created": True}

    @api.model
    def complaint_status(self, external_ref=None, number=None):
        """How far a complaint is. Returns {"number", "stage", "closed", "promised_at", "url"}."""
        self._allow()
        domain = [("case_type_id", "!=", False), ("company_id", "=", self.env.company.id)]
        if external_ref:
            domain.append(("external_ref", "=", external_ref))
        elif number:
            domain.append(("number", "=", number))
        else:
            raise UserError(self.env._("Say which complaint: give external_ref or number."))
        ticket = self.env["helpdesk.ticket"].search(domain, limit=1)
        if not ticket:
            raise UserError(
                self.env._("No complaint %(name)s is in the register.", name=external_ref or number)
            )
        stage = ticket.release_id._refs().get(("stage", ticket.stage_id.id))
        return {**self._answer(ticket), "stage": stage, "closed": ticket.closed}

    # ------------------------------------------------------------------ checks

    def _allow(self):
        if not self.env.user.has_group("complaint_management.group_intake"):
            raise AccessError(
                self.env._("Complaints are entered by users of the group Agent. This API key's user is none.")
            )

    def _refuse_unknown(self, values):
        if not isinstance(values, dict):
            raise UserError(self.env._("values must be an object with the fields of the complaint."))
        customer = values.get("customer") or {}
        if not isinstance(customer, dict):
            raise UserError(self.env._("customer must be an object with name, email and phone."))
        for given, known in ((values, KNOWN), (customer, CUSTOMER)):
            unknown = sorted(set(given) - set(known))
            if unknown:
                raise UserError(
                    self.env._(
                        "Unknown field %(name)s. There are: %(known)s.",
                        name=unknown[0],
                        known=", ".join(sorted(known)),
                    )
                )

    def _text(self, values, name, required=False):
        text = values.get(name)
        if text is not None and not isinstance(text, str):
            raise UserError(self.env._("%(name)s must be a text.", name=name))
        if required and not (text or "").strip():
            raise UserError(self.env._("%(name)s is missing.", name=name))
        return (text or "").strip() or False

    def _code(self, release, values, name):
        """The id of the policy entry that a field names; False where it is not given."""
        kind, _field = CODES[name]
        code, refs = self._text(values, name), release._refs()
        if not code and name not in REQUIRED:
            return False
        if code and (kind, code) in refs:
            return refs[kind, code]
        known = ", ".join(sorted(one for what, one in refs if what == kind and isinstance(one, str)))
        if not code:
            raise UserError(self.env._("%(name)s is missing. There are: %(known)s.", name=name, known=known))
        raise UserError(
            self.env._(
                "%(code)s is no %(kind)s of the policy. There are: %(known)s.",
                code=code,
                kind=name,
                known=known,
            )
        )

    def _received(self, values):
        text = self._text(values, "received_at")
        if not text:
            return False
        try:
            received = fields.Datetime.to_datetime(text.replace("T", " ").removesuffix("Z"))
        except ValueError:
            received = None
        if not received:
            raise UserError(
                self.env._(
                    "received_at must be a time in UTC like 2026-11-21T14:30:00Z, not %(text)s.", text=text
                )
            )
        if received > fields.Datetime.now():
            raise UserError(self.env._("received_at lies in the future."))
        return received

    # ------------------------------------------------------------------ values

    def _with_reference(self, reference):
        return self.env["helpdesk.ticket"].search(
            [("external_ref", "=", reference), ("company_id", "=", self.env.company.id)], limit=1
        )

    def _ticket_values(self, values, reference):
        company = self.env.company
        release = self.env["complaint.release"]._active_or_explain(company)
        text = self._text(values, "text", required=True)
        vals = {
            field: ident
            for name, (_kind, field) in CODES.items()
            if (ident := self._code(release, values, name))
        }
        guess = release._classify_text(text)
        vals.setdefault(
            "case_type_id", release._refs()["case_type", release._policy().raw["case_types"][0]["name"]]
        )
        if guess["category_id"]:
            vals.setdefault("category_id", guess["category_id"])
        customer = values.get("customer") or {}
        name, email, phone = (self._text(customer, part) for part in CUSTOMER)
        if not (name or email or phone):
            raise UserError(self.env._("customer is missing: give at least one of name, email and phone."))
        partner = self.env["res.partner"]._complainant(name, email, phone)
        vals.update(
            name=self._text(values, "title") or text.splitlines()[0],
            description=plaintext2html(text),
            company_id=company.id,
            partner_id=partner.id,
            partner_name=name or partner.name,
            partner_email=email or partner.email,
            external_ref=reference,
            order_reference=self._text(values, "order_reference"),
            remedy_sought=self._text(values, "remedy_sought"),
        )
        if phone:
            vals["partner_phone"] = phone
        received = self._received(values)
        if received:
            vals["received_at"] = received
        return vals

    def _answer(self, ticket):
        promised = ticket.promised_at
        return {
            "number": ticket.number,
            "url": self._url(ticket),
            "promised_at": f"{promised:%Y-%m-%dT%H:%M:%SZ}" if promised else False,
        }

    def _url(self, ticket):
        """The page on which the customer follows the complaint."""
        return ticket._customer_url()
