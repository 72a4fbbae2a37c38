"""Where on a page an element stands: in the work, or beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_ANCESTORS = 25
_BESIDE_TAGS = frozenset({"nav", "aside", "form", "select", "button"})
_END_TAGS = frozenset({"body", "html", "main"})
# Words in class and id that mark what belongs to the site, not to this work. Not
# after "with-", "has-", "no-": those describe the work's own frame.
_BESIDE = re.compile(
    r"(?<!with)(?<!has)(?<!no)(?:^|[\s_-])(?:comments?|respond|related|sidebar|recommend\w*|"
    r"site-footer|page-footer|widgets?(?!\sblog)|recirc\w*|teasers?|promo|popular|trending|latest|newsletter|"
    r"breadcrumbs?|nav|menu|most-?read|more-?stories|carousel|recent\w*|also-?read|"
    r"next-?post|previous-?post|reply|replies|copyright|banner|ad|ads|advert\w*)"
    r"(?:$|[\s_-])"
)


def is_beside(node: LexborNode) -> bool:
    """Whether an element stands in comments, lists of other works or site furniture."""
    place: LexborNode | None = node
    in_footer = False
    in_address = False
    for _ in range(_MOST_ANCESTORS):
        if place is None or place.tag in _END_TAGS:
            return in_footer and (place is None or place.tag != "main")
        if place.tag in _BESIDE_TAGS:
            return not in_address
        in_address = in_address or place.tag == "address"
        if place.tag == "article":
            # An article's own footer holds its byline; the site's stands outside.
            in_footer = False
        elif place.tag == "footer":
            in_footer = True
        attributes = place.attributes
        words = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if len(words) > 1 and _BESIDE.search(words.lower()[:300]):
            return True
        place = place.parent
    return False
