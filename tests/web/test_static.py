"""Files of the front end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from relay.web.static import BUILT, SOURCES

CSS = SOURCES / "css"
# Those that packaging/build_assets.py builds.
BUNDLES = {
    "main.css",
    "desk.css",
    "certificate.css",
    "baton-card-a4.css",
    "baton-card-a6.css",
}

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_every_file_that_a_page_names_is_there(client: FlaskClient) -> None:
    html = client.get("/en/").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert len(named) >= 3
    for path in named:
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_a_built_file_is_kept_for_ever(client: FlaskClient) -> None:
    built = sorted(BUILT.glob("*.css"))
    if not built:
        pytest.skip("the front end has not been built here")
    with client.get(f"/static/dist/{built[0].name}") as answer:
        assert answer.cache_control.immutable
        assert answer.cache_control.max_age == 365 * 24 * 3600
        assert answer.content_type.startswith("text/css")


@pytest.mark.parametrize(
    "path", ["/static/dist/../../settings.py", "/static/front/..%2f..%2fsettings.py"]
)
def test_nothing_beside_the_folder_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_sheet_is_part_of_a_bundle() -> None:
    sheets = {each.name: each.read_text("utf-8") for each in CSS.glob("*.css")}
    imported = {
        part
        for text in sheets.values()
        for part in re.findall(r'@import url\("([^"]+)"\)', text)
    }
    assert imported <= sheets.keys()
    assert sheets.keys() - imported == BUNDLES
