"""What a page says of itself in JSON-LD, read kindly and within bounds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SCRIPT_CHARS = 1_000_000
_MOST_THINGS = 2_000
_DEEPEST = 12
_MOST_VALUES = 50
# Kinds of schema.org whose author, date and picture are those of the page's subject.
_ARTICLE_ENDINGS = ("Article", "Posting", "Post", "Report", "Work")
_WORKS = frozenset(
    {
        "Book", "Course", "Episode", "Event", "Game", "HowTo", "ImageGallery",
        "Movie", "MusicAlbum", "MusicRecording", "Painting", "Photograph", "Play",
        "PodcastEpisode", "Poster", "Product", "Recipe", "Review", "Sculpture",
        "ShortStory", "SoftwareApplication", "TVEpisode", "Drawing", "Thesis",
        "ExhibitionEvent", "VideoObject", "VisualArtwork", "Collection", "Comic",
    }
)  # fmt: skip
_PAGES = frozenset(
    {"WebPage", "ItemPage", "AboutPage", "ProfilePage", "FAQPage", "CollectionPage"}
)
# What careless templates leave: wrappers from XHTML days and a comma too many.
_WRAPPER = re.compile(r"^\s*(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*$")
_EXTRA_COMMA = re.compile(r",(\s{0,1000}[}\]])")

_PLAIN_PAIR = re.compile(
    r'"(datePublished|dateCreated|dateModified|uploadDate|inLanguage)"\s{0,9}:'
    r'\s{0,9}"([^"\\]{4,60})"'
)
_AUTHOR_NAME = re.compile(
    r'"author"\s{0,9}:[\s\[]{0,20}\{[^{}]{0,300}?"name"\s{0,9}:\s{0,9}"([^"\\]{1,100})"'
)


@dataclass(frozen=True)
class Thing:
    """One described thing: its types without their vocabulary, and its properties."""

    types: frozenset[str]
    properties: Mapping[str, Any]
    by_id: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def values(self, *names: str) -> Iterator[Any]:
        """Yield the values of these properties, lists unrolled, references followed."""
        for name in names:
            value = self.properties.get(name)
            for each in value[:_MOST_VALUES] if isinstance(value, list) else [value]:
                if each is not None:
                    yield self._followed(each)

    def texts(self, *names: str) -> Iterator[str]:
        """Yield the values of these properties that are words."""
        for value in self.values(*names):
            if isinstance(value, dict):
                value = value.get("@value") or value.get("name")  # noqa: PLW2901 -- one value, seen closer
            if isinstance(value, str) and value.strip():
                yield value

    def _followed(self, value: Any) -> Any:  # noqa: ANN401 -- JSON holds anything
        if isinstance(value, dict) and len(value) <= 2:  # noqa: PLR2004 -- @id, perhaps @type
            return self.by_id.get(str(value.get("@id")), value)
        return value


def rank(thing: Thing) -> int:
    """Return how likely a thing is the page's subject: 1 is best, 0 is never."""
    best = 0
    for name in thing.types:
        if name.endswith(_ARTICLE_ENDINGS) or name in _WORKS:
            return 1
        if name in _PAGES:
            best = 2
    return best


def things_in(scripts: Iterable[str]) -> tuple[Thing, ...]:
    """Return all things that these scripts describe, outer before inner."""
    nodes: list[Mapping[str, Any]] = []
    for script in scripts:
        if len(script) <= _SCRIPT_CHARS:
            _collect(_parsed(script), nodes, 0)
    by_id = {
        str(each["@id"]): each
        for each in reversed(nodes)
        if len(each) > 1 and "@id" in each
    }
    return tuple(Thing(_types(each), each, by_id) for each in nodes)


def _parsed(script: str) -> Any:  # noqa: ANN401 -- JSON holds anything
    for repair in (str.strip, _repaired):
        try:
            return json.loads(repair(script), strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(script)


def _salvaged(script: str) -> dict[str, Any] | None:
    """Return the few facts that can be told from JSON too broken to parse."""
    found: dict[str, Any] = {"@type": "CreativeWork"}
    for name, value in _PLAIN_PAIR.findall(script):
        found.setdefault(name, value)
    for value in _AUTHOR_NAME.findall(script)[:1]:
        found["author"] = value
    return found if len(found) > 1 else None


def _repaired(script: str) -> str:
    return _EXTRA_COMMA.sub(r"\1", _WRAPPER.sub("", script)).strip().rstrip(";")


def _collect(value: Any, nodes: list[Mapping[str, Any]], depth: int) -> None:  # noqa: ANN401 -- JSON holds anything
    if depth > _DEEPEST or len(nodes) >= _MOST_THINGS:
        return
    if isinstance(value, list):
        for each in value:
            _collect(each, nodes, depth + 1)
    elif isinstance(value, dict):
        nodes.append(value)
        for each in value.values():
            if isinstance(each, (dict, list)):
                _collect(each, nodes, depth + 1)


def _types(node: Mapping[str, Any]) -> frozenset[str]:
    said = node.get("@type")
    names = said if isinstance(said, list) else [said]
    return frozenset(
        each.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for each in names
        if isinstance(each, str)
    )
