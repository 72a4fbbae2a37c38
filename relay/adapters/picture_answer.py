"""A picture child's answer, believed only as far as it was checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from relay.domain.errors import PictureReason, PictureRefused
from relay.domain.picture import RENDITION_PX, SHARE, SHARE_PX, Rendition

_MAGIC = {
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "avif": re.compile(rb"....ftypavif", re.DOTALL),
}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_PLACEHOLDER = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/=]{1,377}")


@dataclass(frozen=True)
class Answer:
    """A child's answer, believed only as far as it was checked."""

    width: int
    height: int
    colour: str
    placeholder: str
    fingerprint: str
    renditions: tuple[Rendition, ...]


class Lost(Exception):
    """The child is of no more use because of this picture."""

    def __init__(self, reason: PictureReason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


def read_refusal(message: dict[str, Any]) -> PictureRefused | Lost:
    """Return why the child refused a picture, when it gives a reason of ours."""
    try:
        reason = PictureReason(message["refused"])
    except ValueError:
        return Lost(PictureReason.BROKEN, "refused without a reason")
    return PictureRefused(reason, str(message.get("detail", ""))[:200])


def check_answer(
    message: dict[str, Any], blobs: list[bytes], request: dict[str, Any]
) -> Answer:
    """Believe nothing of a child that hostile bytes may have taken over.

    Raises KeyError, TypeError, ValueError.
    """
    renditions = tuple(
        _check_rendition(name, form, width, height, data)
        for (name, form, width, height), data in zip(
            message["renditions"], blobs, strict=True
        )
    )
    wanted = [(name, f) for name, _, formats in request["renditions"] for f in formats]
    if request["portrait"]:
        wanted.append((SHARE, "jpeg"))
    if [(each.name, each.format) for each in renditions] != wanted:
        complaint = "other renditions than asked for"
        raise ValueError(complaint)
    return Answer(
        width=int(message["width"]),
        height=int(message["height"]),
        colour=_match(_COLOUR, message, "colour", request),
        placeholder=_match(_PLACEHOLDER, message, "placeholder", request),
        fingerprint=_match(_FINGERPRINT, message, "fingerprint", request),
        renditions=renditions,
    )


def _check_rendition(
    name: str, form: str, width: int, height: int, data: bytes
) -> Rendition:
    largest = max(*SHARE_PX, *RENDITION_PX.values())
    if not (0 < width <= largest and 0 < height <= largest):
        message = "no size of ours"
        raise ValueError(message)
    if not _MAGIC[form].match(data):
        message = f"not {form}"
        raise ValueError(message)
    return Rendition(name, form, width, height, data)


def _match(
    pattern: re.Pattern[str], message: dict[str, Any], key: str, request: dict[str, Any]
) -> str:
    if not request["portrait"]:
        return ""
    value = message[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        complaint = f"no {key}"
        raise ValueError(complaint)
    return value
