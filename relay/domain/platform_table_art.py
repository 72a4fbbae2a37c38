"""Places for art, museums, and what is known by its shape on any host."""

from __future__ import annotations

from relay.domain.errors import FetchReason
from relay.domain.platform_row import Ask, Platform, Refusal, Shape

GONE = FetchReason.GONE

ART = (
    Platform(
        key="flickr",
        names={"en": "Flickr", "ko": "플리커", "he": "פליקר"},
        hosts=("flickr.com",),
        short_hosts=("flic.kr",),
        shapes=(
            Shape(
                r"flickr\.com/photos/(?P<handle>[\w@-]+)/(?P<id>\d+)(?:/.*)?",
                "https://www.flickr.com/photos/{handle}/{id}/",
            ),
            Shape(r"flickr\.com/(?:photos|people)/(?P<handle>[\w@-]+)"),
        ),
        ask=Ask.OEMBED,
        oembed="https://www.flickr.com/services/oembed/?format=json",
        refusals=(
            Refusal(
                titles=("Flickr Login", "Flickr"),
                places=("identity.flickr.com/", "flickr.com/signin"),
            ),
        ),
    ),
    Platform(
        key="behance",
        names={"en": "Behance"},
        hosts=("behance.net",),
        short_hosts=("be.net",),
        shapes=(
            Shape(
                r"be(?:hance)?\.net/gallery/(?P<id>\d+)(?:/[^/]*)?",
                "https://www.behance.net/gallery/{id}",
            ),
            Shape(r"behance\.net/(?P<handle>[\w-]+)"),
        ),
        drop=("tracking_source", "l"),
        ask=Ask.OEMBED,
        oembed="https://www.behance.net/services/oembed?format=json",
        refusals=(Refusal(titles=("Behance", "Adobe Behance")),),
    ),
    Platform(
        key="deviantart",
        names={"en": "DeviantArt"},
        hosts=("deviantart.com",),
        short_hosts=("fav.me", "sta.sh"),
        shapes=(
            Shape(
                r"deviantart\.com/(?P<handle>[\w-]+)/art/(?P<id>[\w%-]+)",
                "https://www.deviantart.com/{handle}/art/{id}",
            ),
            Shape(
                r"(?P<handle>(?!www)[\w-]+)\.deviantart\.com/art/(?P<id>[\w%-]+)",
                "https://www.deviantart.com/{handle}/art/{id}",
            ),
            Shape(r"deviantart\.com/(?P<handle>[\w-]+)(?:/gallery.*)?"),
        ),
        ask=Ask.OEMBED,
        oembed="https://backend.deviantart.com/oembed",
        refusals=(Refusal(places=("deviantart.com/users/login",)),),
    ),
    Platform(
        key="artstation",
        names={"en": "ArtStation"},
        hosts=("artstation.com",),
        short_hosts=("artstn.co",),
        shapes=(
            Shape(
                r"(?:(?P<handle>(?!www)[\w-]+)\.)?artstation\.com/"
                r"(?:artwork|projects)/(?P<id>\w+)",
                "https://www.artstation.com/artwork/{id}",
            ),
            Shape(r"artstation\.com/(?P<handle>\w+)"),
        ),
        drop=("album_id",),
    ),
    Platform(
        key="museum",
        names={
            "en": "Museum",
            "zh-Hans": "博物馆",
            "zh-Hant": "博物館",
            "fr": "Musée",
            "ru": "Музей",
            "ja": "美術館・博物館",
            "ko": "박물관·미술관",
            "de": "Museum",
            "it": "Museo",
            "he": "מוזיאון",
            "es": "Museo",
        },
        hosts=(
            "museum",
            "artsandculture.google.com",
            "britishmuseum.org",
            "capitalmuseum.org.cn",
            "centrepompidou.fr",
            "chnmuseum.cn",
            "dpm.org.cn",
            "europeana.eu",
            "getty.edu",
            "hermitagemuseum.org",
            "imj.org.il",
            "khm.at",
            "louvre.fr",
            "metmuseum.org",
            "mmca.go.kr",
            "moma.org",
            "musee-orsay.fr",
            "museodelprado.es",
            "museum.go.kr",
            "namoc.org",
            "nga.gov",
            "nationalgallery.org.uk",
            "njmuseum.com",
            "npm.gov.tw",
            "pushkinmuseum.art",
            "rijksmuseum.nl",
            "shanghaimuseum.net",
            "si.edu",
            "smb.museum",
            "tate.org.uk",
            "tnm.jp",
            "tretyakovgallery.ru",
            "uffizi.it",
            "vam.ac.uk",
            "vangoghmuseum.nl",
        ),
        shapes=(
            Shape(r"metmuseum\.org/art/collection/search/(?P<id>\d+)"),
            Shape(r"rijksmuseum\.nl/(?:en|nl)/collection/(?P<id>[\w.-]+)"),
            Shape(r"britishmuseum\.org/collection/object/(?P<id>[\w-]+)"),
        ),
    ),
)

# Known by the shape of the address on whatever host, because anyone may run one.
ANYWHERE = (
    Platform(
        key="picture",
        names={
            "en": "Picture",
            "zh-Hans": "图片",
            "zh-Hant": "圖片",
            "fr": "Image",
            "ru": "Изображение",
            "ja": "画像",
            "ko": "이미지",
            "de": "Bild",
            "it": "Immagine",
            "he": "תמונה",
            "es": "Imagen",
        },
        shapes=(
            Shape(r"(?i:.+/(?P<id>[^/]+\.(?:jpe?g|png|webp|gif|avif|heic|heif)))"),
        ),
    ),
    Platform(
        key="mastodon",
        names={
            "en": "Mastodon",
            "zh-Hans": "长毛象",
            "zh-Hant": "長毛象",
            "ko": "마스토돈",
            "he": "מסטודון",
        },
        hosts=("mastodon.social", "mastodon.online", "mastodon.art", "mstdn.jp"),
        shapes=(
            Shape(r"[^/]+/@(?P<handle>[\w.]+(?:@[\w.-]+)?)/(?P<id>\d{15,20})"),
            Shape(r"[^/]+/users/(?P<handle>[\w.]+)/statuses/(?P<id>\d{15,20})"),
        ),
    ),
    Platform(
        key="pixelfed",
        names={"en": "Pixelfed"},
        hosts=("pixelfed.social", "pixelfed.art", "pixelfed.de"),
        shapes=(
            Shape(r"[^/]+/p/(?P<handle>[\w.]+)/(?P<id>\d{15,20})"),
            Shape(r"[^/]+/i/web/post/(?P<id>\d{15,20})"),
        ),
    ),
    Platform(
        key="peertube",
        names={"en": "PeerTube"},
        hosts=("framatube.org", "peertube.tv", "peertube.social"),
        shapes=(
            Shape(r"[^/]+/w/(?P<id>[1-9A-HJ-NP-Za-km-z]{22})"),
            Shape(
                r"[^/]+/(?:videos/watch|w)/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
            ),
        ),
    ),
)

WEB = Platform(
    key="web",
    names={
        "en": "Web page",
        "zh-Hans": "网页",
        "zh-Hant": "網頁",
        "fr": "Page web",
        "ru": "Веб-страница",
        "ja": "ウェブページ",
        "ko": "웹 페이지",
        "de": "Webseite",
        "it": "Pagina web",
        "he": "דף אינטרנט",
        "es": "Página web",
    },
)
