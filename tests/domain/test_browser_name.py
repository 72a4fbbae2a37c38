from __future__ import annotations

import pytest

from relay.domain.browser_name import NAME_MAX, name_browser

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/120 Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17 Safari/605"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604"
ANDROID = f"Mozilla/5.0 (Linux; Android 13; V2055A) {KHTML} Chrome/116 Safari/537.36"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/120.0.0.0", "Edge, Windows"),
        (LINUX, "Firefox, Linux"),
        (MAC, "Safari, macOS"),
        (IPHONE, "Safari, iPhone"),
        (f"{ANDROID} MicroMessenger/8.0.49", "WeChat, Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("\x1b[31m\u202eevil", "[31mevil"),
        ("", ""),
    ],
)
def test_a_browser_has_the_name_that_people_know(agent: str, name: str) -> None:
    assert name_browser(agent) == name


def test_a_strange_name_is_cut() -> None:
    assert name_browser("x" * 500) == "x" * NAME_MAX
