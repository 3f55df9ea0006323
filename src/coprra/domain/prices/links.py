"""Links: where an article is sold, without what only follows the visitor."""

import re

from coprra.domain.kernel.errors import Invalid

LINK_LENGTH = 2_000
"""Characters; what browsers and shops are known to bear."""

_FAMILIES = ("utm_", "mtm_", "pk_", "hsa_", "gad_")
_TRACKING = frozenset(
    "_ga _gl _hsenc _hsmi cjevent dclid epik fbclid gbraid gclid gclsrc igsh igshid irclickid li_fat_id mc_cid mc_eid "
    "mkt_tok msclkid oly_anon_id oly_enc_id rb_clickid s_kwcid srsltid ttclid twclid vero_id wbraid wickedid yclid "
    "ysclid".split()
)
"""Parameters that tell a shop from which advertisement, mail or search a visitor came, and change nothing else."""

_LINK = re.compile(r"(?i)https?://[^\s/?#@\\%]+(?:[/?#]\S*)?")


class InvalidLink(Invalid):
    """A text that is no address of a page in the web."""

    code = "invalid_link"


def read_link(text: str) -> str:
    """The http or https address in the text, without blanks around it and without tracking.

    Blanks within are written %20, as browsers do it for shops that forget to.

    Raises: InvalidLink for another scheme, no host, a user or password in it, control characters, or more than 2,000
    characters.
    """
    link = text.strip().replace(" ", "%20")
    if len(link) > LINK_LENGTH:
        raise InvalidLink(f"The link has {len(link)} characters, more than {LINK_LENGTH}.")
    if not link.isprintable() or not _LINK.fullmatch(link):
        raise InvalidLink("The link is no address such as https://shop.example/milk.")
    return strip_tracking(link)


def strip_tracking(link: str) -> str:
    """The same address without tracking parameters, in its query and in a fragment written like one.

    Everything else stays as it is, letter by letter: shops tell variants apart by parameters of their own.
    """
    address, _, fragment = link.partition("#")
    base, _, query = address.partition("?")
    kept_query, kept_fragment = _without_tracking(query), _without_tracking(fragment)
    if kept_query == query and kept_fragment == fragment:
        return link
    return base + (f"?{kept_query}" if kept_query else "") + (f"#{kept_fragment}" if kept_fragment else "")


def host_of(link: str) -> str | None:
    """The host of an http or https address, in small letters, without port and leading ``www.``; None without one."""
    match = re.match(r"(?i)https?://(?:[^\s/?#@]*@)?([^\s/?#:]+)", link.strip())
    return match[1].casefold().removeprefix("www.") if match else None


def _without_tracking(parameters: str) -> str:
    return "&".join(part for part in parameters.split("&") if not _tracks(part))


def _tracks(parameter: str) -> bool:
    """Some shops escape their links twice, so that a name begins with "amp;"."""
    name = parameter.partition("=")[0].casefold().removeprefix("amp;")
    return "=" in parameter and (name in _TRACKING or name.startswith(_FAMILIES))
