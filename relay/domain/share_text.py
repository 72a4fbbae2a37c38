"""The words that apps put around a shared link, and what is left without them."""

from __future__ import annotations

import re

# One pattern a phrase. They are said by apps, not by makers, so they go wherever they
# stand. The platforms they come from are named for whoever looks after the list.
_PHRASES = tuple(
    re.compile(each, re.IGNORECASE)
    for each in (
        # Douyin says a number, how to open the app, a date and a code.
        r"^\s*\d{1,2}\.\d{1,2}\s+(?:[a-z]{3}:/?\s+)?",
        r"长按复制此条消息，打开\S{1,6}搜索，?\S{0,12}",
        r"复制打开\S{1,6}?[，,]\s*(?:看看|查看)?",
        r"复制(?:此|本|这)?(?:链接|条?信息|条?消息|内容)[，,]?\s*(?:去|打开)?.{0,40}$",
        r"\b\d{1,2}/\d{1,2}\b(?=\s|$)",
        r"(?<!\S)[A-Za-z]{2,4}:/(?!/)",
        r"(?<!\S)[A-Za-z]@[A-Za-z]\.[A-Za-z]{2}(?!\S)",
        r":\d(?:am|pm)(?!\S)",
        # Xiaohongshu says a number, who published, and a code between two smileys.
        r"^\s*\d{1,3}\s*(?=\S{1,40}发布了)",
        r"\S{1,40}?发布了一?[篇个条]?\S{0,8}?(?:笔记|作品|视频|动态)",
        r"[，,]?\s*快来看(?:看)?吧?[！!]?",
        r"[\U0001F300-\U0001FAFF]\s*[A-Za-z0-9]{8,24}\s*[\U0001F300-\U0001FAFF]",
        r"[，,]?\s*打开【?小红书】?\s*app\S*",
        r"把这段话复制下来.{0,40}$",
        # Weibo, Zhihu, Douban, WeChat
        r"[(（]?(?:分享自|来自|来源)[:：]?\s*@?[^\s)）]{1,20}[)）]?\s*$",
        r"[(（]想看更多.{0,40}$",
        r"我(?:在|刚刚在)\S{1,12}(?:发现|分享|看到)了?[^，,：:]{0,20}[：:，,]",
        # In other languages
        r"(?:check out|look at|see|watch) (?:this|my|the) \w+(?: \w+)? (?:on|at) \w+:?",
        r"(?:shared|sent) (?:via|from) [\w ]{2,20}$",
        r"^(?:via|by|link|url|链接|網址|地址)\s*[:：]\s*",
    )
)

# Names that sites put at the end of their titles, after a dash or a bar.
_SITE = re.compile(
    r"\s*[-–—_|｜·•]\s*(?:哔哩哔哩(?:_bilibili)?|bilibili|抖音|小红书|微博|知乎|豆瓣|"
    r"小红书\s*-\s*你的生活指南|你的生活指南|youtube|instagram|facebook|tiktok|pixiv|"
    r"pinterest|flickr|behance|deviantart|artstation|vimeo|soundcloud|weibo)\s*$",
    re.IGNORECASE,
)
_BRACKETS = (
    ("【", "】"),
    ("《", "》"),
    ("「", "」"),
    ("『", "』"),
    ("[", "]"),
    ("(", ")"),
    ("（", "）"),
    ('"', '"'),
    ("“", "”"),
)
_EMPTY = re.compile(r"\(\s*\)|（\s*）|\[\s*\]|【\s*】|《\s*》|<\s*>|\"\s*\"")
_EDGES = " \t\r\n\u3000,，;；:：、。.!！|｜-–—_~*<>"


def clean_rest(text: str) -> str:
    """Return what the maker may have meant as a title; empty when nothing is left."""
    rest = text
    for phrase in _PHRASES:
        rest = phrase.sub(" ", rest)
    rest = _EMPTY.sub(" ", rest)
    rest = _drop_sites(" ".join(rest.split()).strip(_EDGES))
    inner = _unwrap(rest)
    return " ".join(_drop_sites(inner).split())


def _drop_sites(text: str) -> str:
    while (shorter := _SITE.sub("", text)) != text:
        text = shorter
    return text


def _unwrap(text: str) -> str:
    """Take off brackets that hold the whole text, and only these."""
    for opening, closing in _BRACKETS:
        inner = text[1:-1]
        if (
            text.startswith(opening)
            and text.endswith(closing)
            and inner
            and opening not in inner
            and closing not in inner
        ):
            return inner.strip(_EDGES)
    return text
