"""What a policy says about mail: its mailboxes with their limits, and how long raw messages are kept."""

from odoo import fields, models

from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .release_reading import aware, naive


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _mailbox(self, alias=None):
        """The mailbox with an address, else the first one, as the policy writes it; empty without one."""
        boxes = [channel["mailbox"] for channel in self._mail_channels()]
        named = [box for box in boxes if alias and box["alias"] == alias]
        return next(iter(named or boxes), {})

    def _mail_channel_id(self, box):
        """The channel of a mailbox; False without one."""
        names = [channel["name"] for channel in self._mail_channels() if channel["mailbox"] == box]
        return self._refs().get(("channel", names[0]), False) if names else False

    def _mail_channels(self):
        if not self:
            return []
        return [one for one in self._policy().raw.get("channels") or [] if one.get("mailbox")]

    def _raw_mail_since(self):
        """Raw messages from before this time are to be forgotten; False if they are kept for ever."""
        keep = (self._policy().raw.get("privacy") or {}).get("keep_raw_mail")
        if not keep:
            return False
        return naive(Calendar.always_open().before(aware(fields.Datetime.now()), Duration.parse(keep)))

    def _reopens_until(self, stage, closed_at):
        """Until when a case that was closed in a stage may be reopened; None if the policy sets no end."""
        policy = self._policy()
        known = policy.stages.get(stage)
        within = ((known.written.get("reopen") or {}) if known else {}).get("within")
        if not within:
            return None
        return (policy.calendar or Calendar.always_open()).due(closed_at, Duration.parse(within))[0]
