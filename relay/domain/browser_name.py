"""Which browser somebody uses, in two words that they know it by."""

from __future__ import annotations

NAME_MAX = 80

# The first that is found counts: most browsers also give the names of others.
_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def name_browser(agent: str) -> str:
    """Return a short name for what a browser says of itself, such as Firefox, Linux.

    An unknown one keeps its own first words, without what cannot be read.
    """
    found = [
        next((name for sign, name in table if sign in agent), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    known = ", ".join(each for each in found if each)
    plain = "".join(each for each in agent if each.isprintable()).strip()
    return known or plain[:NAME_MAX]
