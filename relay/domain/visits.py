"""Visits of people to a page, told from those of programs that look ahead for them."""

from __future__ import annotations

from dataclasses import dataclass

# What the programs call themselves by which messengers, mail filters and search engines
# look at a link. The apps' own browsers (MicroMessenger, Weibo, Line, FBAN, Instagram)
# are people's, and do not match.
PROGRAMS = (
    *("bot", "crawl", "spider", "preview", "scrap", "slurp", "fetch", "monitor"),
    *("facebookexternalhit", "facebot", "whatsapp", "vkshare", "line-poker"),
    *("pinterest/0.", "embedly", "headless", "lighthouse", "python", "curl", "wget"),
    *("okhttp", "go-http-client", "java/", "node-fetch", "axios", "mattermost"),
)


@dataclass(frozen=True)
class Asking:
    """What a request says of itself, in its headers, as they were sent."""

    method: str
    accept: str = ""
    agent: str = ""
    purpose: str = ""  # Sec-Purpose, Purpose or X-Moz, whichever is there
    mode: str = ""  # Sec-Fetch-Mode, which old browsers do not send


def is_visit(asking: Asking) -> bool:
    """Tell whether this is a person opening a page, as far as a request can tell."""
    agent = asking.agent.lower()
    return (
        asking.method == "GET"
        and "text/html" in asking.accept.lower()
        and not asking.purpose
        and asking.mode.lower() in {"", "navigate"}
        and bool(agent)
        and not any(each in agent for each in PROGRAMS)
    )
