"""The pages of Lantern Street, the invented platform where the demo's makers post."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from relay.demo.makers import Page

if TYPE_CHECKING:
    from relay.demo.makers import Submission

NAME = "Lantern Street"
NOTICE = "Demo data. Lantern Street is invented, and so are its makers."
SUFFIXES = ("jpg", "png", "webp")
# Longest sides in pixels: posts on real platforms come in all sizes.
SIZES = (1280, 960, 1440, 800, 1120)
# Pages that tell their facts in Open Graph tags, beside what else is odd with them.
_WITH_TAGS = frozenset(Page) - {Page.JSON_LD, Page.BARE, Page.FORBIDDEN, Page.LOGIN}
_RTL = "he"

_STYLE = """
body{margin:0;background:#f4f4f8;color:#1d1730;font:1.05rem/1.6 system-ui,sans-serif}
header,main,footer{max-width:52rem;margin:auto;padding:1rem 1.25rem}
header{display:flex;gap:1rem;align-items:baseline;justify-content:space-between}
header a{font:600 1.2rem Georgia,serif;color:#8f1740;text-decoration:none}
article{background:#fff;border:1px solid #cfcadd;border-radius:.4rem;overflow:hidden}
article img{display:block;width:100%;height:auto}
article div{padding:1rem 1.5rem 1.5rem}
h1{font:600 1.8rem/1.25 Georgia,serif;margin:.3em 0}
ul{list-style:none;padding:0;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}
li a{color:#1d1730}
.soft{color:#4d4563}
"""


def suffix(entry: Submission) -> str:
    """Return the format of the post's picture, as its name ends."""
    return SUFFIXES[entry.n % len(SUFFIXES)]


def post_page(entry: Submission, *, site: str, day: str) -> str:
    """Return the page of one post as HTML; `day` is its date, ISO 8601."""
    picture = f"{site}/art/{entry.n}.{suffix(entry)}"
    if entry.page is Page.NO_PICTURE:
        picture = f"{site}/art/lost-{entry.n}.jpg"
    head = ""
    if entry.page in _WITH_TAGS:
        head = _tags(entry, site=site, picture=picture, day=day)
    if entry.page is Page.OEMBED:
        about = quote(f"{site}/post/{entry.n}", safe="")
        head += (
            '<link rel="alternate" type="application/json+oembed" '
            f'href="{site}/oembed?url={about}&amp;format=json">'
        )
    if entry.page is Page.JSON_LD:
        head += _json_ld(entry, picture=picture, day=day)
    dated = "" if entry.page is Page.BARE else f'<time datetime="{day}">{day}</time>'
    return _frame(
        entry.title if entry.page is Page.BARE else f"{entry.title} · {NAME}",
        f"""<article lang="{entry.lang}" dir="{_direction(entry)}">
<img src="{picture}" alt="{escape(entry.alt or "")}">
<div><h1>{escape(entry.title)}</h1>
<p class="soft">{escape(entry.name)} · {escape(entry.city_name)} {dated}</p>
<p>{escape(entry.description or "")}</p></div></article>""",
        lang=entry.lang,
        head=head,
    )


def oembed(entry: Submission, *, site: str, size: tuple[int, int]) -> dict[str, object]:
    """Return the oEmbed answer (https://oembed.com, section 2.3.4) for one post."""
    return {
        "version": "1.0",
        "type": "photo",
        "title": entry.title,
        "author_name": entry.name,
        "provider_name": NAME,
        "provider_url": f"{site}/",
        "url": f"{site}/art/{entry.n}.{suffix(entry)}",
        "width": size[0],
        "height": size[1],
    }


def front_page(entries: tuple[Submission, ...]) -> str:
    """Return the list of all posts."""
    rows = "".join(
        f'<li lang="{each.lang}" dir="{_direction(each)}">'
        f'<a href="/post/{each.n}">{escape(each.title)}</a><br>'
        f'<span class="soft">{escape(each.name)}</span></li>'
        for each in entries
    )
    return _frame(NAME, f"<h1>Newest artworks</h1><ul>{rows}</ul>")


def notice_page(title: str, words: str) -> str:
    """Return a page that says why there is nothing to see."""
    return _frame(title, f"<h1>{escape(title)}</h1><p>{escape(words)}</p>")


def login_page() -> str:
    """Return the wall that some platforms put up."""
    return _frame(
        f"Log in · {NAME}",
        '<h1>Log in to continue</h1><form method="post" action="/login">'
        '<p><label>Name <input name="name" autocomplete="username"></label></p>'
        '<p><label>Password <input name="password" type="password" '
        'autocomplete="current-password"></label></p>'
        "<p><button>Log in</button></p></form>",
    )


def _frame(title: str, body: str, *, lang: str = "en", head: str = "") -> str:
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="CHARSET">
<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>
{head}<style>{_STYLE}</style></head>
<body><header><a href="/">{NAME}</a></header><main>{body}</main>
<footer class="soft"><p lang="en" dir="ltr">{NOTICE}</p></footer></body></html>
"""


def _tags(entry: Submission, *, site: str, picture: str, day: str) -> str:
    facts = {
        "og:type": "article",
        "og:site_name": NAME,
        "og:title": entry.title,
        "og:description": entry.description,
        "og:url": f"{site}/post/{entry.n}",
        "og:image": picture,
        "og:image:alt": entry.alt,
        "og:locale": entry.lang.replace("-", "_"),
        "article:author": entry.name,
        "article:published_time": day,
    }
    lines = [
        f'<meta property="{name}" content="{escape(value)}">'
        for name, value in facts.items()
        if value
    ]
    lines.append(f'<meta name="author" content="{escape(entry.name)}">')
    return "\n".join(lines)


def _json_ld(entry: Submission, *, picture: str, day: str) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "VisualArtwork",
        "headline": entry.title,
        "name": entry.title,
        "description": entry.description or entry.alt,
        "image": {"@type": "ImageObject", "url": picture, "caption": entry.alt},
        "author": {"@type": "Person", "name": entry.name},
        "publisher": {"@type": "Organization", "name": NAME},
        "datePublished": day,
        "inLanguage": entry.lang,
    }
    # A "</script>" in a title must not end the script.
    text = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _direction(entry: Submission) -> str:
    return "rtl" if entry.lang == _RTL else "ltr"
