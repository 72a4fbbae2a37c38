from __future__ import annotations

from dataclasses import replace

import pytest

from relay.domain.visits import Asking, is_visit

PHONE = Asking(
    method="GET",
    accept="text/html,application/xhtml+xml,*/*;q=0.8",
    agent="Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile",
    mode="navigate",
)


@pytest.mark.parametrize(
    "agent",
    [
        PHONE.agent,
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile MicroMessenger/8.0.50",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Weibo (iPhone17,1__weibo__14.1.1)",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/500.0]",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Lynx/2.9.2 libwww-FM/2.14",
    ],
)
def test_people_are_counted_in_whatever_they_read(agent: str) -> None:
    assert is_visit(replace(PHONE, agent=agent))
    assert is_visit(replace(PHONE, agent=agent, mode=""))


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "WhatsApp/2.23.20.0 A",
        "TelegramBot (like TwitterBot)",
        "facebookexternalhit/1.1",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (Windows NT 10.0) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
        "facebookexternalhit/1.1; kakaotalk-scrap/1.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "python-requests/2.34",
        "curl/8.5.0",
    ],
)
def test_programs_that_look_ahead_are_not(agent: str) -> None:
    assert not is_visit(replace(PHONE, agent=agent))


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"accept": "image/avif,*/*"},
        {"accept": ""},
        {"purpose": "prefetch;prerender"},
        {"purpose": "preview"},
        {"mode": "no-cors"},
        {"mode": "cors"},
    ],
)
def test_what_is_no_opened_page_is_not(changed: dict[str, str]) -> None:
    assert not is_visit(replace(PHONE, **changed))
