"""How often the public pages may be used: counted in the database, so that it holds for all servers together.

One row for each use and no counter that is raised: rows of two visitors never wait for each other, and the
time looked back on slides. Who used what is kept as a keyed hash only."""

import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.duration import Duration


class ComplaintRate(models.Model):
    _name = "complaint.rate"
    _description = "Use of the public complaint pages"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    used_at = fields.Datetime(required=True, readonly=True)
    forget_at = fields.Datetime(required=True, readonly=True, index=True)

    _use = models.Index("(key, used_at)")

    @api.model
    def _take(self, keys, count, per):
        """Count one use under each of keys (texts that name who does what).

        False, and nothing is counted, if one of them has been used `count` times in the last `per`
        (1h, 30m, 1d) already."""
        hashed = sorted({self._hashed(key) for key in keys})
        if not hashed:
            return True
        now = fields.Datetime.now()
        span = timedelta(seconds=Duration.parse(per).seconds)
        most_used = SQL(
            "SELECT count(*) FROM complaint_rate WHERE key IN %s AND used_at > %s GROUP BY key "
            "ORDER BY 1 DESC LIMIT 1",
            tuple(hashed),
            now - span,
        )
        used = self.env.execute_query(most_used)
        if used and used[0][0] >= count:
            return False
        rows = SQL(", ").join(SQL("%s", (key, now, now + span)) for key in hashed)
        self.env.cr.execute(SQL("INSERT INTO complaint_rate (key, used_at, forget_at) VALUES %s", rows))
        return True

    @api.model
    def _hashed(self, key):
        # sudo: the secret of the database; without it a list of all addresses would give the hashes away
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""
        return hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest()

    @api.autovacuum
    def _forget(self):
        self.env.cr.execute(SQL("DELETE FROM complaint_rate WHERE forget_at < %s", fields.Datetime.now()))
