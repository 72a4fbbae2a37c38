"""What a picture becomes: one fingerprint, one colour and a set of renditions."""

from __future__ import annotations

from dataclasses import dataclass

# Longest side in pixels of each rendition; a picture is never enlarged or cropped.
WALL_PX = 640
PAGE_PX = 1280
SMALL_PX = 320

RENDITION_PX = {"page": PAGE_PX, "wall": WALL_PX, "small": SMALL_PX}


@dataclass(frozen=True)
class Rendition:
    """One encoded size of a picture. `format` is avif, webp or jpeg."""

    name: str
    format: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class PictureSet:
    """One picture, decoded once: its oriented size in pixels and its renditions.

    `digest` is the SHA-256 of the original bytes in hex, `colour` the dominant
    colour as #rrggbb, `placeholder` a tiny data: URI to show while loading, and
    `fingerprint` a 64-bit perceptual hash in hex for finding near-duplicates.
    """

    digest: str
    width: int
    height: int
    colour: str
    placeholder: str
    fingerprint: str
    renditions: tuple[Rendition, ...]
