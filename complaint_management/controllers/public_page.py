"""What the public pages share: whose page it is, who asks, how often, and answers that no cache keeps."""

import ipaddress
import unicodedata
from zoneinfo import available_timezones

from odoo import http
from odoo.http import request
from werkzeug.exceptions import NotFound

from ..models.file_types import named_type, real_type

# No cache keeps these pages, no search engine lists a case, no link gives the address of the page away.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "SAMEORIGIN",
}

# Networks in which a proxy of ours can stand: no visitor comes from them over the internet.
_OUR_OWN = tuple(
    map(
        ipaddress.ip_network,
        (
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)


class PublicPage(http.Controller):
    """Methods only; the routes are in the controllers of the pages."""

    def _release_of(self, path, with_form=True):
        """The release whose page was asked for; empty where the visitor has to choose.

        NotFound if there is no such page."""
        self._in_their_zone()
        releases = request.env["complaint.release"]._public(with_form)
        if path:
            found = releases.filtered(lambda release: release._web().get("path") == path)
        else:
            own = releases.filtered(lambda release: release.company_id == request.env.company)
            found = own or releases
        if not found:
            raise NotFound()
        return self._for_company(found) if len(found) == 1 else found.browse()

    def _in_their_zone(self):
        """Tell times in the zone of the visitor's browser, which Odoo's pages note down; else in ours."""
        zone = request.httprequest.cookies.get("tz")
        if zone in available_timezones() and not request.env.user.tz:
            request.update_context(tz=zone)

    def _for_company(self, release):
        return release.with_company(release.company_id)

    def _choices(self, page, with_form=True):
        """The companies to choose from, where several share a site: dicts with name and url."""
        releases = request.env["complaint.release"]._public(with_form)
        named = releases.filtered(lambda release: release._web().get("path"))
        return [{"name": one.company_id.name, "url": one._web_url(page)} for one in named]

    def _page(self, template, values, status=200):
        """A page of a company, or of a case, as a response that stays private."""
        release = values.get("release")
        if release:
            values.setdefault("res_company", release.company_id)
        response = request.render(f"complaint_management.{template}", values, status=status)
        response.headers.update(PRIVATE)
        return response

    def _choose(self, page, with_form=True):
        choices = self._choices(page, with_form)
        if not choices:
            raise NotFound()
        return self._page("public_choose", {"choices": choices})

    # ------------------------------------------------------------------ who, and how often

    def _network(self, web):
        """The visitor's network, as the policy cuts it."""
        return network_of(request.httprequest, web.get("network") or {})

    def _may(self, what, limit, count, names, web):
        """Count one use by this network and under each of names; False when the limit is reached. Without a
        limit in the policy nothing is limited."""
        if not limit:
            return True
        keys = [f"{what}:network:{self._network(web)}", *(f"{what}:{name}" for name in names if name)]
        return request.env["complaint.rate"]._take(keys, limit[count], limit["per"])

    # ------------------------------------------------------------------ what people send

    def _typed(self, post, name, longest=None):
        """A field of a form as text: line ends of one kind, no control characters, no more than `longest`."""
        value = post.get(name)
        value = value if isinstance(value, str) else ""
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
        return value.strip()[:longest]

    def _files(self, web):
        """([(name, content)], problem): the files that were sent, or the first reason to refuse them."""
        allowed, files = web.get("attachments") or {}, []
        sent = [one for one in request.httprequest.files.getlist("files") if one.filename]
        if not sent:
            return [], None
        if not allowed:
            return [], request.env._("Files cannot be sent here. Please describe what they show.")
        if len(sent) > allowed["count"]:
            return [], request.env._(
                "You chose %(chosen)d files; at most %(count)d can be sent at a time.",
                chosen=len(sent),
                count=allowed["count"],
            )
        for one in sent:
            content = one.read(allowed["megabytes"] * 1024 * 1024 + 1)
            problem = self._file_problem(one.filename, content, allowed)
            if problem:
                return [], problem
            files.append((one.filename, content))
        return files, None

    def _file_problem(self, name, content, allowed):
        types = ", ".join(allowed["types"])
        if named_type(name) not in allowed["types"]:
            return request.env._(
                "“%(name)s” was not taken: files of these types can be sent: %(types)s.",
                name=name,
                types=types,
            )
        if len(content) > allowed["megabytes"] * 1024 * 1024:
            return request.env._(
                "“%(name)s” was not taken: it is larger than %(size)d MB.",
                name=name,
                size=allowed["megabytes"],
            )
        if real_type(content) != named_type(name):
            return request.env._(
                "“%(name)s” was not taken: its content is not what its name says. "
                "Please save it as one of %(types)s and choose it again.",
                name=name,
                types=types,
            )
        return None


def network_of(httprequest, bits):
    """The network of a visitor: the address that Odoo tells, else what our own proxy wrote down.

    Odoo reads X-Forwarded-For only in proxy mode. If that was forgotten, everybody seems to come from the
    proxy, an address of our own network, and the first busy hour would lock all customers out. What stands
    last in the header then is what that proxy saw; anybody else's header is not believed."""
    address = _address(httprequest.remote_addr)
    forwarded = httprequest.environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    if forwarded and address and any(address in network for network in _OUR_OWN):
        address = _address(forwarded) or address
    if address is None:
        return "unknown"
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = bits.get(f"ipv{address.version}", address.max_prefixlen)
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _address(text):
    try:
        return ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
