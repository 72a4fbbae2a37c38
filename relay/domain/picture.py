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

# Two pictures whose fingerprints differ in so few of 64 bits look alike. Measured on
# the 175 artworks of the demonstration: of halved, recompressed, lightened or slightly
# (1 %) cropped copies 98 to 100 % are found, cropped by 2 % 82 %, by 4 % 41 %, mirrored
# 100 %; of 14,878 pairs of different works none (the nearest differ in 8 bits).
NEAR_BITS = 7
# A picture without structure: each row tells its left half from its right.
PLAIN = "f0" * 8
# What is nearer to that is too plain to be compared (3 of the 175).
PLAIN_BITS = 6
# Fingerprints are looked up by four parts: of two that differ in at most 7 bits, one
# part differs in at most one.
BANDS = 4
BAND_BITS = 16


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


def is_plain(fingerprint: str) -> bool:
    """Whether a picture has so little structure that its fingerprint tells nothing."""
    return distance(fingerprint, PLAIN) <= PLAIN_BITS


def mirror(fingerprint: str) -> str:
    """Return the fingerprint that the same picture has when left and right change."""
    rows = (int(fingerprint[at : at + 2], 16) for at in range(0, 16, 2))
    return "".join(f"{int(f'{row:08b}'[::-1], 2) ^ 0xFF:02x}" for row in rows)


def bands(fingerprint: str) -> tuple[str, ...]:
    """Return the parts that fingerprints are looked up by, four digits each."""
    size = BAND_BITS // 4
    return tuple(fingerprint[at : at + size] for at in range(0, size * BANDS, size))


def near_bands(band: str) -> tuple[str, ...]:
    """Return a part and all those that differ from it in one bit."""
    value = int(band, 16)
    return tuple(f"{value ^ flip:04x}" for flip in (0, *_ONE_BIT))


_ONE_BIT = tuple(1 << bit for bit in range(BAND_BITS))
