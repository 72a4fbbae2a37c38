"""The platforms of Japan, Korea, Russia and its neighbours, one row each."""

from __future__ import annotations

from relay.domain.errors import FetchReason
from relay.domain.platform_row import Ask, Platform, Refusal, Shape

GONE = FetchReason.GONE

ASIA_AND_RUSSIA = (
    Platform(
        key="vk",
        names={"en": "VK", "ru": "ВКонтакте", "ko": "VK(브콘탁테)", "he": "VK"},
        hosts=("vk.com", "vk.ru", "vkvideo.ru"),
        short_hosts=("vk.cc",),
        shapes=(
            Shape(
                r"vk\.(?:com|ru)/(?P<id>(?:wall|photo|video|clip|album)-?\d+_\d+)",
                "https://vk.com/{id}",
            ),
            Shape(r"vk\.(?:com|ru)/(?P<handle>[A-Za-z][\w.]+)"),
        ),
        keep=("w", "z"),
        drop=("from", "trackcode", "ref"),
        refusals=(
            Refusal(
                titles=(
                    "Вход | ВКонтакте",
                    "Log in | VK",
                    "ВКонтакте | Вход",
                    "ВКонтакте | Добро пожаловать",
                    "Добро пожаловать",
                    "ВКонтакте",
                    "VK",
                ),
                places=("login.vk.com/", "id.vk.com/", "vk.com/login"),
            ),
            Refusal(GONE, titles=("Ошибка | ВКонтакте", "Error | VK", "404 Not Found")),
        ),
    ),
    Platform(
        key="ok",
        names={"en": "OK.ru", "ru": "Одноклассники"},
        hosts=("ok.ru", "odnoklassniki.ru"),
        shapes=(
            Shape(
                r"ok\.ru/(?P<kind>video|live)/(?P<id>\d+)", "https://ok.ru/{kind}/{id}"
            ),
            Shape(r"ok\.ru/(?P<handle>[\w.]+)/(?:topic|statuses|album)/(?P<id>\d+)"),
            Shape(
                r"ok\.ru/(?:profile|group)/(?P<handle>\d+)/"
                r"(?:topic|statuses|album)/(?P<id>\d+)"
            ),
            Shape(r"ok\.ru/(?:profile|group)/(?P<handle>\d+)"),
        ),
        drop=("st._aid", "_cl_id"),
        refusals=(
            Refusal(
                titles=("Одноклассники", "Социальная сеть Одноклассники. Вход"),
                places=("ok.ru/dk", "connect.ok.ru/"),
            ),
        ),
    ),
    Platform(
        key="line",
        names={"en": "LINE", "ja": "LINE", "ko": "라인"},
        hosts=("line.me", "linevoom.line.me", "line.naver.jp"),
        short_hosts=("lin.ee", "liff.line.me"),
        shapes=(
            Shape(r"linevoom\.line\.me/post/(?P<id>\w+)"),
            Shape(r"timeline\.line\.me/post/(?P<handle>[\w-]+)/(?P<id>\w+)"),
            Shape(r"store\.line\.me/stickershop/product/(?P<id>\d+)(?:/\w+)?"),
            Shape(r"page\.line\.me/(?P<handle>[\w@.-]+)"),
        ),
        refusals=(
            Refusal(
                titles=("LINE Login", "LINE Corporation"), places=("access.line.me/",)
            ),
        ),
    ),
    Platform(
        key="naver",
        names={
            "en": "Naver",
            "ko": "네이버",
            "ja": "NAVER",
            "zh-Hans": "NAVER",
            "zh-Hant": "NAVER",
        },
        hosts=("naver.com",),
        short_hosts=("naver.me",),
        shapes=(
            Shape(
                r"blog\.naver\.com/(?P<handle>[\w-]+)/(?P<id>\d+)",
                "https://blog.naver.com/{handle}/{id}",
            ),
            Shape(
                r"blog\.naver\.com/PostView\.(?:naver|nhn)",
                "https://blog.naver.com/{blogId}/{logNo}",
                query=("logNo", "blogId"),
            ),
            Shape(
                r"cafe\.naver\.com/(?P<handle>[\w-]+)/(?P<id>\d+)",
                "https://cafe.naver.com/{handle}/{id}",
            ),
            Shape(r"tv\.naver\.com/v/(?P<id>\d+)", "https://tv.naver.com/v/{id}"),
        ),
        refusals=(
            Refusal(
                titles=("네이버 : 로그인", "NAVER : 로그인", "Naver Sign in"),
                places=("nid.naver.com/",),
            ),
            Refusal(GONE, titles=("에러 : 네이버 블로그",)),
        ),
    ),
    Platform(
        key="kakaostory",
        names={"en": "KakaoStory", "ko": "카카오스토리", "ja": "カカオストーリー"},
        hosts=("story.kakao.com", "pf.kakao.com", "kakao.com"),
        short_hosts=("kko.to", "kko.kakao.com"),
        shapes=(
            Shape(
                r"story\.kakao\.com/(?P<handle>[\w-]+)/(?P<id>\w+)",
                "https://story.kakao.com/{handle}/{id}",
            ),
            Shape(r"pf\.kakao\.com/(?P<handle>\w+)(?:/(?P<id>\d+))?"),
        ),
        refusals=(
            Refusal(
                titles=("카카오스토리", "KakaoStory", "카카오계정"),
                places=("accounts.kakao.com/",),
            ),
        ),
    ),
    Platform(
        key="pixiv",
        names={"en": "pixiv", "ko": "픽시브"},
        hosts=("pixiv.net",),
        short_hosts=("pixiv.me",),
        shapes=(
            Shape(
                r"pixiv\.net/(?:[a-z]{2}/)?artworks/(?P<id>\d+)",
                "https://www.pixiv.net/artworks/{id}",
            ),
            Shape(r"pixiv\.net/i/(?P<id>\d+)", "https://www.pixiv.net/artworks/{id}"),
            Shape(
                r"pixiv\.net/member_illust\.php",
                "https://www.pixiv.net/artworks/{illust_id}",
                query=("illust_id",),
            ),
            Shape(r"pixiv\.net/(?:[a-z]{2}/)?users/(?P<handle>\d+)(?:/.*)?"),
        ),
        ask=Ask.OEMBED,
        oembed="https://embed.pixiv.net/oembed.php",
        refusals=(
            Refusal(
                titles=("pixiv", "Login | pixiv", "ログイン | pixiv"),
                places=("accounts.pixiv.net/", "pixiv.net/login.php"),
            ),
        ),
    ),
    Platform(
        key="note",
        names={"en": "note", "ja": "note"},
        hosts=("note.com", "note.mu"),
        shapes=(
            Shape(
                r"note\.(?:com|mu)/(?P<handle>\w+)/n/(?P<id>n\w+)",
                "https://note.com/{handle}/n/{id}",
            ),
            Shape(r"note\.com/(?P<handle>\w+)"),
        ),
        drop=("magazine_key", "sub_rt"),
        refusals=(
            Refusal(titles=("ログイン｜note", "note"), places=("note.com/login",)),
        ),
    ),
)
