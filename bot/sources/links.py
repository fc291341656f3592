"""One spelling for one web address, and the id of the article behind it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from bot.digest.model import ArticleId
from bot.sources.addresses import SCHEMES

_TRACKING = re.compile(
    r"(?:utm|ga|mc|pk|mtm|hsa|oly|vero|icid|ito|cmp|at|ns|s?cid|ncid|cmpid|fb|_hs|mkt)_\w+|(?:fb|g|dc|msc|y|tw|wbra|gbra)"
    r"l?clid|igshid|ocid|cmpid|smid|smtyp|sref|ref|ref_src|referrer|xtor|wt_mc|amp",
    re.IGNORECASE,
)  #: parameters that say who sent the reader, not what he reads
_MIRROR = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_HASH_DIGITS = 12


def tidy(url: str, base: str | None = None) -> str | None:
    """``url``, relative to ``base``, as the one spelling of its address; None when it is no http address.

    Host in lower case, no default port, no fragment, no tracking parameters, the others in order.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host, port = unicodedata.normalize("NFKC", parts.hostname or "").strip("."), parts.port
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
        if parts.scheme not in SCHEMES or not host or parts.username is not None:
            return None
        kept = sorted((name, value) for name, value in query if not _TRACKING.fullmatch(name))
        path = quote(unquote(parts.path or "/", errors="strict"), safe="/:@!$&'()*+,;=-._~")
        place = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
        place += f":{port}" if port not in {None, SCHEMES[parts.scheme]} else ""
        return urlunsplit((parts.scheme, place, path, urlencode(kept, errors="strict"), ""))
    except (ValueError, UnicodeError):
        return None


def site(url: str) -> str:
    """The host of an address, without what only tells the phone page from the desk page; empty for no address."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return _MIRROR.sub("", host)


def article_id(url: str) -> ArticleId:
    """The id of the article at ``url``: the same for every spelling of it, and for every version of the page."""
    known = tidy(url) or url
    bare = re.sub(r"^https?://", "", known)
    host = site(known)
    place = bare.replace(urlsplit(known).netloc, host, 1) if host else bare
    digest = hashlib.sha256(place.rstrip("/").encode("utf-8", "replace")).hexdigest()
    return ArticleId(f"{host or 'article'}-{digest[:_HASH_DIGITS]}")
