"""What a picture becomes: one fingerprint, one colour and a set of renditions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

# Longest side in pixels of each rendition; a picture is never enlarged or cropped.
WALL_PX = 640
PAGE_PX = 1280
SMALL_PX = 320

# Largest first: each is made from the one before it.
RENDITION_PX = {"page": PAGE_PX, "wall": WALL_PX, "small": SMALL_PX}

# The card that social platforms show: the whole picture, framed by its main colour.
SHARE = "share"
SHARE_PX = (1200, 630)

CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
SUFFIXES = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}

# Two pictures whose fingerprints differ in so few of 64 bits look alike.
NEAR_BITS = 6


@dataclass(frozen=True)
class Rendition:
    """One encoded size of a picture. `format` is avif, webp or jpeg."""

    name: str
    format: str
    width: int
    height: int
    data: bytes

    @property
    def content_type(self) -> str:
        """The media type that goes with the bytes."""
        return CONTENT_TYPES[self.format]


@dataclass(frozen=True)
class PictureSet:
    """One picture, decoded once: its oriented size in pixels and its renditions.

    `digest` is the SHA-256 of the original bytes in hex, `colour` the dominant
    colour as #rrggbb, `placeholder` a tiny data: URI to show while loading, and
    `fingerprint` a 64-bit perceptual hash in hex for finding near-duplicates.

    Every name of RENDITION_PX is there in WebP, page and wall in JPEG too, and
    `share` in JPEG. When the original is small, names share the same bytes.
    """

    digest: str
    width: int
    height: int
    colour: str
    placeholder: str
    fingerprint: str
    renditions: tuple[Rendition, ...]

    def find(self, name: str, form: str) -> Rendition | None:
        """Return the rendition of this name and format, when there is one."""
        for each in self.renditions:
            if (each.name, each.format) == (name, form):
                return each
        return None


def media_key(rendition: Rendition) -> str:
    """Return the name a rendition is kept under: made of nothing but its bytes.

    The same bytes have the same name, whoever sent them and however often, so what
    stands under a name never changes and may be cached for ever.
    """
    digest = hashlib.sha256(rendition.data).hexdigest()
    return f"{digest[:2]}/{digest[2:42]}.{SUFFIXES[rendition.format]}"


def distance(one: str, other: str) -> int:
    """Return in how many of their 64 bits two fingerprints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def look_alike(one: str, other: str) -> bool:
    """Whether two fingerprints belong to pictures that look alike."""
    return distance(one, other) <= NEAR_BITS
