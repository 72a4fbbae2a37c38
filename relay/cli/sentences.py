"""What an operator reads on stderr when a command could not do its work."""

from __future__ import annotations

from relay.domain.errors import (
    FetchFailed,
    FetchReason,
    FieldError,
    Invalid,
    PictureReason,
    PictureRefused,
    RelayError,
)

FETCH = {
    FetchReason.BAD_URL: "This is no web address that can be fetched",
    FetchReason.BLOCKED_ADDRESS: "This address is not on the public internet",
    FetchReason.DNS: "The name of the site was not found",
    FetchReason.UNREACHABLE: "The site cannot be reached",
    FetchReason.TLS: "The site has no valid certificate",
    FetchReason.TIMEOUT: "The site took too long",
    FetchReason.TOO_LARGE: "The site sent too much",
    FetchReason.BAD_RESPONSE: "The site's answer cannot be read",
    FetchReason.BAD_REDIRECT: "The site leads to where we do not follow",
    FetchReason.NOT_A_PAGE: "There is no page that can be shown",
    FetchReason.LOGIN_WALL: "The site shows this page only to those who sign in",
    FetchReason.FORBIDDEN: "The site refuses to show this page",
    FetchReason.GONE: "There is no such page",
    FetchReason.RATE_LIMITED: "The site asks us to come back later",
    FetchReason.SERVER_ERROR: "The site has a fault of its own",
    FetchReason.NOT_ASKED: "This platform lets no program ask, so it was not asked",
}

PICTURE = {
    PictureReason.UNKNOWN_FORMAT: "This is no picture of a format that can be read",
    PictureReason.TOO_LARGE: "The picture is too large; 10 MiB is the most",
    PictureReason.TOO_MANY_PIXELS: "The picture has too many pixels",
    PictureReason.TOO_MUCH_MEMORY: "The picture needs too much memory to open",
    PictureReason.BROKEN: "The picture is broken",
    PictureReason.TOO_SLOW: "The picture takes too long to read",
    PictureReason.TOO_SMALL: "The picture is too small",
}

FIELD = {
    ("email", "not_an_address"): "This is no email address",
    ("email", "taken"): "There is an account with this email address already",
    ("closes", "before_opening"): "The season cannot close before it opens",
}


def sentence_of(error: RelayError) -> str:
    """Return one English line: what is wrong, and in brackets what was found."""
    if isinstance(error, FetchFailed):
        return _told(FETCH[error.reason], error.detail)
    if isinstance(error, PictureRefused):
        return _told(PICTURE[error.reason], error.detail)
    if isinstance(error, Invalid):
        return " ".join(_field(each) for each in error.fields)
    return str(error)


def _field(fault: FieldError) -> str:
    known = FIELD.get((fault.field, fault.code))
    return f"{known}." if known else f"Please correct {fault.field}: {fault.code}."


def _told(words: str, detail: str) -> str:
    """Put the detail into one line: a stranger's site may have written it."""
    line = "".join(each if each.isprintable() else " " for each in detail)
    return f"{words} ({line})." if line.strip() else f"{words}."
