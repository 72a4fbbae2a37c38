"""What a link turned out to be: the facts of its page and the states of the work."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class PreviewState(StrEnum):
    """How far the machines have come with one link."""

    QUEUED = "queued"
    FETCHING = "fetching"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


FINAL_STATES = frozenset(
    {
        PreviewState.READY,
        PreviewState.REFUSED,
        PreviewState.FAILED,
        PreviewState.GONE,
    }
)


@dataclass(frozen=True)
class PageFacts:
    """What one page says of itself; None means that it says nothing.

    `date` is ISO 8601, `lang` a BCP 47 tag, `image` and `url` absolute.
    """

    title: str | None = None
    description: str | None = None
    image: str | None = None
    image_alt: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    lang: str | None = None
    url: str | None = None
    oembed: str | None = None


@dataclass(frozen=True)
class Step:
    """One thing that was done to read a link, for the operator who asks why."""

    name: str
    detail: str
    ms: float


@dataclass(frozen=True)
class LinkPreview:
    """The whole preview of one link: facts, the picture's bytes, and how it went.

    `image` holds the original bytes of the picture that the page names, or None;
    `image_reason` says why there is none although one was named.
    """

    asked: str
    final_url: str
    platform: str
    facts: PageFacts
    image: bytes | None = None
    image_reason: str | None = None
    steps: tuple[Step, ...] = field(default=())
