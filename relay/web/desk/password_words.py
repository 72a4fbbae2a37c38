"""What is wrong with a new password, in the reader's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

FAULTS: dict[str, object] = {
    "too_short": _l("Choose a password of at least 8 characters."),
    "too_long": _l("This password is too long: at most 1,024 characters."),
    "common": _l(
        "This is one of the passwords that are tried first. Choose another one."
    ),
    "own_name": _l("This is your own address. Choose another password."),
    "controls": _l("This password has characters that cannot be typed."),
}


def say_password_fault(fault: str | None, name: str = "password") -> dict[str, str]:
    """Return the sentence for a field of a form; nothing when nothing is wrong."""
    return {name: str(FAULTS[fault])} if fault else {}
