"""What the policy did, as the register tells it to people: which rule, about what, up to which level, and
since when it was due if the job came late."""

from datetime import datetime, timezone

from odoo import api, models

from ..engine.rules import base_name
from .release_reading import naive

TOLD_BY_RULE = frozenset({"acted", "escalated"})


class ComplaintEvent(models.Model):
    _inherit = "complaint.event"

    @api.depends("kind", "data")
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        told = self.filtered(lambda event: event.kind in TOLD_BY_RULE and "rule" in (event.data or {}))
        for event in told:
            event.summary = " · ".join(event._consequence_words())
        return super(ComplaintEvent, self - told)._compute_summary()

    def _consequence_words(self):
        """The parts of the sentence about a consequence."""
        release, data = (
            # sudo: the words of the policy are no secret
            self.ticket_id.sudo().release_id,
            self.data,
        )
        yield self._rule_words(release, data["rule"])
        yield self._subject_words(release, data.get("subject") or "")
        if data.get("level"):
            yield release._level_title(data["level"])
        if data.get("planned"):
            planned = naive(datetime.fromtimestamp(data["planned"], timezone.utc))
            yield self.env._("was due on %(when)s", when=self.ticket_id._in_words(planned))

    def _rule_words(self, release, rule):
        kind, _colon, name = rule.partition(":")
        if kind != "message" or not name:
            return release._rule_title(rule)
        messages = (release._policy().raw.get("messages") or {}).get("messages") or ()
        titles = next((one.get("title") for one in messages if one["name"] == name), None)
        words = release._in_language(titles) if titles else name
        return self.env._("Message: %(title)s", title=words)

    def _subject_words(self, release, subject):
        """A clock by its title, or an event by its name."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for spec in release._policy().clocks():
            if spec.name == base_name(subject):
                return release._clock_title(spec.sla, spec.name)
        return kinds.get(subject, subject)
