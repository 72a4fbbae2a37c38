"""The platforms of the wider world for posts and films, one row each."""

from __future__ import annotations

from relay.domain.errors import FetchReason
from relay.domain.platform_row import Ask, Platform, Refusal, Shape

GONE = FetchReason.GONE

WORLD = (
    Platform(
        key="youtube",
        names={"en": "YouTube", "ko": "유튜브", "he": "יוטיוב"},
        hosts=("youtube.com", "youtu.be", "youtube-nocookie.com"),
        shapes=(
            Shape(
                r"(?:music\.)?youtube(?:-nocookie)?\.com/watch",
                "https://www.youtube.com/watch?v={v}",
                query=("v",),
            ),
            Shape(r"youtu\.be/(?P<id>[\w-]+)", "https://www.youtube.com/watch?v={id}"),
            Shape(
                r"youtube(?:-nocookie)?\.com/(?:shorts|live|embed|v)/(?P<id>[\w-]+)",
                "https://www.youtube.com/watch?v={id}",
            ),
            Shape(r"youtube\.com/@(?P<handle>[^/]+)(?:/.*)?"),
        ),
        drop=("si", "feature", "ab_channel", "pp", "app", "t", "list", "index"),
        ask=Ask.OEMBED,
        oembed="https://www.youtube.com/oembed?format=json",
        refusals=(
            Refusal(
                titles=("YouTube", "Before you continue to YouTube", "- YouTube"),
                places=("consent.youtube.com/", "accounts.google.com/"),
            ),
        ),
    ),
    Platform(
        key="instagram",
        names={
            "en": "Instagram",
            "zh-Hans": "Instagram（照片墙）",
            "ko": "인스타그램",
            "he": "אינסטגרם",
        },
        hosts=("instagram.com", "instagr.am"),
        shapes=(
            Shape(
                r"instagr(?:am\.com|\.am)/(?:(?P<handle>[\w.]+)/)?"
                r"(?:p|reel|reels|tv)/(?P<id>[\w-]+)",
                "https://www.instagram.com/p/{id}/",
            ),
            Shape(r"instagram\.com/stories/(?P<handle>[\w.]+)/(?P<id>\d+)"),
            Shape(r"instagram\.com/(?P<handle>[\w.]+)"),
        ),
        drop=("hl", "img_index", "taken-by", "e", "g"),
        refusals=(
            Refusal(
                titles=(
                    "Instagram",
                    "Login • Instagram",
                    "Log in • Instagram",
                    "Log in to Instagram",
                    "登录 • Instagram",
                    "Connexion • Instagram",
                    "Restricted Photo • Instagram",
                    "Page couldn't load • Instagram",
                    "Page couldn't load",
                ),
                places=("instagram.com/accounts/", "instagram.com/challenge"),
            ),
            Refusal(
                GONE,
                titles=(
                    "Page not found • Instagram",
                    "Page Not Found • Instagram",
                    "Post isn't available • Instagram",
                ),
            ),
        ),
    ),
    Platform(
        key="facebook",
        names={
            "en": "Facebook",
            "zh-Hans": "Facebook（脸书）",
            "zh-Hant": "臉書",
            "ko": "페이스북",
            "he": "פייסבוק",
        },
        hosts=("facebook.com", "fb.com"),
        short_hosts=("fb.watch", "fb.me"),
        shapes=(
            Shape(
                r"(?:web\.)?facebook\.com/(?:permalink|story)\.php",
                "https://www.facebook.com/permalink.php?story_fbid={story_fbid}&id={id}",
                query=("story_fbid", "id"),
            ),
            Shape(
                r"(?:web\.)?facebook\.com/photo(?:\.php)?",
                "https://www.facebook.com/photo/?fbid={fbid}",
                query=("fbid",),
            ),
            Shape(
                r"facebook\.com/watch",
                "https://www.facebook.com/watch/?v={v}",
                query=("v",),
            ),
            Shape(
                r"facebook\.com/reel/(?P<id>\d+)", "https://www.facebook.com/reel/{id}"
            ),
            Shape(r"facebook\.com/share/(?:(?:p|r|v)/)?(?P<id>\w+)"),
            Shape(
                r"facebook\.com/groups/(?P<group>[^/]+)/(?:posts|permalink)/(?P<id>\d+)"
            ),
            Shape(
                r"facebook\.com/(?P<handle>[\w.-]+)/"
                r"(?:posts|videos|photos)/(?:[^/]+/)*(?P<id>[\w-]+)"
            ),
            Shape(r"facebook\.com/(?P<handle>[\w.]+)"),
        ),
        drop=(
            "rdid",
            "mibextid",
            "paipv",
            "eav",
            "rdc",
            "_rdr",
            "locale",
            "ref",
            "set",
            "refid",
            "sfnsn",
            "share_url",
            "comment_id",
            "type",
            "theater",
        ),
        refusals=(
            Refusal(
                titles=(
                    "Facebook",
                    "Log in to Facebook",
                    "Log into Facebook",
                    "Log In or Sign Up to View",
                    "Facebook – log in or sign up",
                    "Facebook - log in or sign up",
                    "Facebook – Anmelden oder registrieren",
                    "登录 Facebook",
                    "登入 Facebook",
                    "Error Facebook",
                ),
                places=(
                    "facebook.com/login",
                    "facebook.com/checkpoint",
                    "facebook.com/unsupportedbrowser",
                ),
            ),
            Refusal(
                FetchReason.RATE_LIMITED,
                titles=("You're Temporarily Blocked",),
            ),
            Refusal(
                GONE,
                titles=(
                    "This content isn't available right now",
                    "This content isn't available at the moment",
                ),
            ),
        ),
    ),
    Platform(
        key="threads",
        names={"en": "Threads", "ko": "스레드"},
        hosts=("threads.net", "threads.com"),
        shapes=(
            Shape(
                r"threads\.(?:net|com)/@(?P<handle>[\w.]+)/post/(?P<id>[\w-]+)",
                "https://www.threads.com/@{handle}/post/{id}",
            ),
            Shape(r"threads\.(?:net|com)/@(?P<handle>[\w.]+)"),
        ),
        drop=("xmt", "slof"),
        refusals=(
            Refusal(
                titles=("Threads", "Threads • Log in"),
                places=("threads.net/login", "threads.com/login"),
            ),
        ),
    ),
    Platform(
        key="x",
        names={"en": "X", "zh-Hans": "X（推特）", "zh-Hant": "X（推特）"},
        hosts=("x.com", "twitter.com"),
        short_hosts=("t.co",),
        shapes=(
            Shape(
                r"(?:x|twitter)\.com/(?:i/web|i)/status/(?P<id>\d+)",
                "https://x.com/i/status/{id}",
            ),
            Shape(
                r"(?:x|twitter)\.com/(?P<handle>\w+)/status(?:es)?/(?P<id>\d+)"
                r"(?:/(?:photo|video)/\d+)?",
                "https://x.com/{handle}/status/{id}",
            ),
            Shape(r"(?:x|twitter)\.com/(?P<handle>\w+)", "https://x.com/{handle}"),
        ),
        drop=("s", "t", "ref_src", "ref_url", "cxt", "lang"),
        ask=Ask.OEMBED,
        oembed="https://publish.twitter.com/oembed?omit_script=1",
        refusals=(
            Refusal(
                titles=(
                    "X",
                    "Log in to X / X",
                    "X. It's what's happening / X",
                    "X. It's what's happening",
                    "Twitter",
                    "JavaScript is not available.",
                ),
                places=("x.com/i/flow/", "twitter.com/i/flow/", "x.com/login"),
            ),
            Refusal(GONE, titles=("Page not found / X", "Page not found / Twitter")),
        ),
    ),
    Platform(
        key="tiktok",
        names={"en": "TikTok", "ko": "틱톡", "he": "טיקטוק"},
        hosts=("tiktok.com",),
        short_hosts=("vm.tiktok.com", "vt.tiktok.com"),
        shapes=(
            Shape(
                r"tiktok\.com/@(?P<handle>[\w.]+)/(?P<kind>video|photo)/(?P<id>\d+)",
                "https://www.tiktok.com/@{handle}/{kind}/{id}",
            ),
            Shape(r"tiktok\.com/@(?P<handle>[\w.]+)"),
        ),
        drop=(
            "_t",
            "_r",
            "_d",
            "lang",
            "is_from_webapp",
            "sender_device",
            "web_id",
            "is_copy_url",
            "sec_user_id",
            "share_app_id",
            "u_code",
            "refer",
        ),
        ask=Ask.OEMBED,
        oembed="https://www.tiktok.com/oembed",
        refusals=(
            Refusal(
                titles=(
                    "TikTok - Make Your Day",
                    "TikTok",
                    "Log in | TikTok",
                    "Security Check",
                ),
                places=("tiktok.com/login",),
            ),
        ),
    ),
    Platform(
        key="bluesky",
        names={"en": "Bluesky", "ko": "블루스카이", "he": "בלוסקיי"},
        hosts=("bsky.app",),
        short_hosts=("go.bsky.app",),
        shapes=(
            Shape(
                r"bsky\.app/profile/(?P<handle>[\w.:-]+)/post/(?P<id>\w+)",
                "https://bsky.app/profile/{handle}/post/{id}",
            ),
            Shape(r"bsky\.app/profile/(?P<handle>[\w.:-]+)"),
        ),
        ask=Ask.OEMBED,
        oembed="https://embed.bsky.app/oembed",
        refusals=(Refusal(titles=("Bluesky",)),),
    ),
    Platform(
        key="pinterest",
        names={"en": "Pinterest", "ko": "핀터레스트", "he": "פינטרסט"},
        hosts=tuple(
            f"pinterest.{ending}"
            for ending in (
                "com",
                "at",
                "ca",
                "ch",
                "cl",
                "co.kr",
                "co.uk",
                "com.au",
                "com.mx",
                "de",
                "dk",
                "es",
                "fr",
                "ie",
                "it",
                "jp",
                "nz",
                "ph",
                "pt",
                "ru",
                "se",
            )
        ),
        short_hosts=("pin.it",),
        shapes=(
            Shape(
                r"(?:[a-z]{2}\.)?pinterest\.[a-z.]+/pin/(?:[^/]*--)?(?P<id>\d+)(?:/sent)?",
                "https://www.pinterest.com/pin/{id}/",
            ),
            Shape(r"(?:[a-z]{2}\.)?pinterest\.[a-z.]+/(?P<handle>\w+)"),
        ),
        drop=("invite_code", "sender", "sfo", "nic_v3"),
        ask=Ask.OEMBED,
        oembed="https://www.pinterest.com/oembed.json",
        refusals=(
            Refusal(
                titles=("Pinterest", "Pinterest - Log in", "Log in"),
                places=("pinterest.com/login",),
            ),
        ),
    ),
    Platform(
        key="reddit",
        names={"en": "Reddit", "ko": "레딧", "he": "רדיט"},
        hosts=("reddit.com", "redd.it"),
        shapes=(
            Shape(
                r"(?:(?:old|new|np|sh)\.)?reddit\.com/r/(?P<group>\w+)/comments/"
                r"(?P<id>\w+)(?:/[^/]*)?",
                "https://www.reddit.com/r/{group}/comments/{id}/",
            ),
            Shape(
                r"(?:old\.)?reddit\.com/u(?:ser)?/(?P<handle>[\w-]+)/comments/"
                r"(?P<id>\w+)(?:/[^/]*)?",
                "https://www.reddit.com/user/{handle}/comments/{id}/",
            ),
            Shape(r"redd\.it/(?P<id>\w+)", "https://www.reddit.com/comments/{id}/"),
            Shape(r"reddit\.com/u(?:ser)?/(?P<handle>[\w-]+)"),
        ),
        drop=("share_id", "ref", "ref_source", "context", "rdt", "chainedPosts"),
        ask=Ask.OEMBED,
        oembed="https://www.reddit.com/oembed",
        refusals=(
            Refusal(
                titles=(
                    "Blocked",
                    "Reddit - Please wait for verification",
                    "Reddit - The heart of the internet",
                    "Reddit - Dive into anything",
                    "Log in",
                ),
                places=("reddit.com/login", "reddit.com/over18"),
            ),
        ),
    ),
    Platform(
        key="tumblr",
        names={"en": "Tumblr", "ko": "텀블러"},
        hosts=("tumblr.com",),
        short_hosts=("tmblr.co",),
        shapes=(
            Shape(
                r"(?P<handle>(?!www|at|media|assets)[\w-]+)\.tumblr\.com/"
                r"(?:post|image)/(?P<id>\d+)(?:/[^/]*)?",
                "https://www.tumblr.com/{handle}/{id}",
            ),
            Shape(
                r"tumblr\.com/(?:blog/view/)?(?P<handle>[\w-]+)/(?P<id>\d+)(?:/[^/]*)?",
                "https://www.tumblr.com/{handle}/{id}",
            ),
            Shape(r"(?P<handle>(?!www|at)[\w-]+)\.tumblr\.com"),
        ),
        drop=("source", "ref"),
        ask=Ask.OEMBED,
        oembed="https://www.tumblr.com/oembed/1.0",
        refusals=(Refusal(titles=("Tumblr",), places=("tumblr.com/login",)),),
    ),
    Platform(
        key="vimeo",
        names={"en": "Vimeo"},
        hosts=("vimeo.com",),
        shapes=(
            Shape(
                r"(?:player\.)?vimeo\.com/(?:video/)?(?P<id>\d+)",
                "https://vimeo.com/{id}",
            ),
            Shape(r"vimeo\.com/(?P<id>\d+)/\w+"),
            Shape(
                r"vimeo\.com/(?:channels/[\w-]+|groups/[\w-]+/videos|album/\d+/video)"
                r"/(?P<id>\d+)",
                "https://vimeo.com/{id}",
            ),
            Shape(r"vimeo\.com/(?P<handle>[A-Za-z]\w+)"),
        ),
        keep=("h",),
        drop=("share", "fl", "fe", "autoplay", "turnstile"),
        ask=Ask.OEMBED,
        oembed="https://vimeo.com/api/oembed.json",
        refusals=(Refusal(titles=("Vimeo", "Private Video on Vimeo")),),
    ),
    Platform(
        key="soundcloud",
        names={"en": "SoundCloud"},
        hosts=("soundcloud.com",),
        short_hosts=("on.soundcloud.com", "snd.sc", "soundcloud.app.goo.gl"),
        shapes=(
            Shape(
                r"soundcloud\.com/(?P<handle>[\w-]+)/(?P<id>sets/[\w-]+|[\w-]+)",
                "https://soundcloud.com/{handle}/{id}",
            ),
            Shape(r"soundcloud\.com/(?P<handle>[\w-]+)"),
        ),
        drop=("si", "in", "ref", "p", "c"),
        ask=Ask.OEMBED,
        oembed="https://soundcloud.com/oembed?format=json",
        refusals=(
            Refusal(titles=("SoundCloud", "SoundCloud - Hear the world's sounds")),
        ),
    ),
    Platform(
        key="spotify",
        names={"en": "Spotify", "ko": "스포티파이", "he": "ספוטיפיי"},
        hosts=("spotify.com",),
        short_hosts=("spotify.link", "spoti.fi"),
        shapes=(
            Shape(
                r"open\.spotify\.com/(?:intl-[a-z]+/)?(?:embed/)?"
                r"(?P<kind>track|album|playlist|artist|episode|show)/(?P<id>\w+)",
                "https://open.spotify.com/{kind}/{id}",
            ),
            Shape(r"open\.spotify\.com/user/(?P<handle>[\w.-]+)"),
        ),
        drop=("si", "context", "nd", "dlsi", "pt", "_branch_match_id"),
        ask=Ask.OEMBED,
        oembed="https://open.spotify.com/oembed",
        refusals=(Refusal(titles=("Spotify", "Spotify – Web Player")),),
    ),
    Platform(
        key="linkedin",
        names={
            "en": "LinkedIn",
            "zh-Hans": "领英",
            "zh-Hant": "領英",
            "ko": "링크드인",
            "he": "לינקדאין",
        },
        hosts=("linkedin.com", "linkedin.cn"),
        short_hosts=("lnkd.in",),
        shapes=(
            Shape(
                r"(?:[a-z]{2}\.)?linkedin\.com/posts/(?P<handle>[\w%-]+?)_(?P<id>.+)"
            ),
            Shape(
                r"linkedin\.com/feed/update/(?P<id>urn:li:[\w:]+)",
                "https://www.linkedin.com/feed/update/{id}",
            ),
            Shape(r"(?:[a-z]{2}\.)?linkedin\.com/(?:in|company)/(?P<handle>[\w%-]+)"),
        ),
        drop=("trk", "lipi", "rcm", "originalSubdomain", "midToken", "trkEmail"),
        refusals=(
            Refusal(
                titles=(
                    "Sign Up | LinkedIn",
                    "LinkedIn Login, Sign in | LinkedIn",
                    "LinkedIn",
                    "LinkedIn: Log In or Sign Up",
                    "Security Verification",
                ),
                places=(
                    "linkedin.com/authwall",
                    "linkedin.com/uas/",
                    "linkedin.com/login",
                    "linkedin.com/checkpoint",
                    "linkedin.com/signup",
                ),
            ),
        ),
    ),
    Platform(
        key="telegram",
        names={"en": "Telegram", "ko": "텔레그램", "he": "טלגרם"},
        hosts=("t.me", "telegram.me"),
        shapes=(
            Shape(
                r"(?:t|telegram)\.me/(?:s/)?(?P<handle>[A-Za-z]\w+)/(?P<id>\d+)",
                "https://t.me/{handle}/{id}",
            ),
            Shape(
                r"(?:t|telegram)\.me/(?:s/)?(?P<handle>[A-Za-z]\w+)",
                "https://t.me/{handle}",
            ),
        ),
        drop=("single", "embed", "comment", "thread", "mode"),
        refusals=(
            Refusal(titles=("Telegram – a new era of messaging", "Telegram Messenger")),
            # What stands where no such post or channel is.
            Refusal(GONE, openings=("Telegram: Contact @",)),
        ),
    ),
)
