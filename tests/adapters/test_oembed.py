"""The list of oEmbed providers: where it lies, whom it knows, how it is asked."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from relay.adapters.oembed import PROVIDERS, find_endpoint
from relay.domain.platforms import PLATFORMS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def providers(tmp_path: Path) -> Path:
    path = tmp_path / "providers.json"
    listed = [
        {
            "provider_name": "Clips",
            "endpoints": [
                {
                    "schemes": ["https://*.clips.example/see/*"],
                    "url": "https://clips.example/oembed.{format}",
                }
            ],
        },
        {
            "provider_name": "Prints",
            "endpoints": [
                {
                    "schemes": ["https://prints.example/*"],
                    "url": "https://prints.example/oembed?v=1",
                },
                {"url": "https://prints.example/never"},
                {
                    "schemes": ["https://xml.example/*"],
                    "url": "https://xml.example/o",
                    "formats": ["xml"],
                },
            ],
        },
    ]
    path.write_text(json.dumps(listed), encoding="utf-8")
    return path


def test_a_provider_of_the_list_is_asked_for_json(providers: Path) -> None:
    found = find_endpoint("https://a.clips.example/see/7?b=c", providers=providers)
    assert found == (
        "https://clips.example/oembed.json"
        "?url=https%3A%2F%2Fa.clips.example%2Fsee%2F7%3Fb%3Dc"
    )
    found = find_endpoint("https://prints.example/9", providers=providers)
    assert found is not None
    assert parse_qs(urlsplit(found).query) == {
        "v": ["1"],
        "format": ["json"],
        "url": ["https://prints.example/9"],
    }


@pytest.mark.parametrize(
    "link",
    [
        "https://clips.example.evil.example/see/7",
        "https://xml.example/1",
        "https://nobody.example/see/7",
    ],
)
def test_others_are_not_asked(link: str, providers: Path) -> None:
    assert find_endpoint(link, providers=providers) is None


def test_a_star_in_the_host_never_reaches_into_the_path(providers: Path) -> None:
    link = "https://evil.example/x.clips.example/see/7"
    assert find_endpoint(link, providers=providers) is None


def test_the_platforms_of_our_table_are_asked_with_the_links_canonical_form() -> None:
    found = find_endpoint("https://youtu.be/dQw4w9WgXcQ?si=tracking")
    assert found == (
        "https://www.youtube.com/oembed?format=json"
        "&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ"
    )


def test_platforms_known_to_want_a_key_are_not_asked(tmp_path: Path) -> None:
    everything = tmp_path / "all.json"
    everything.write_text(
        json.dumps([{"endpoints": [{"schemes": ["https://*/*"], "url": "https://x"}]}])
    )
    wanted = {each.key for each in PLATFORMS if each.oembed}
    assert {"instagram", "facebook", "threads"} & wanted == set()
    link = "https://www.instagram.com/p/C1aBcDeFgHi/"
    assert find_endpoint(link, providers=everything) is None


def test_the_list_is_read_where_packaging_puts_it() -> None:
    assert PROVIDERS.parent == ROOT / "relay" / "data"
    script = (ROOT / "packaging" / "build_assets.py").read_text(encoding="utf-8")
    assert f'DATA / "{PROVIDERS.name}"' in script
