"""Passwords that an account may have: long enough, and none of the commonest."""

from __future__ import annotations

import unicodedata

# The least that NIST SP 800-63B allows; length is what makes a good password. The most
# is far above any phrase, so that nobody makes the server hash a book.
PASSWORD_MIN, PASSWORD_MAX = 8, 1024

# What is tried first, of eight characters and more. Rows of figures, one character
# over and over, and neighbouring keys are found by rule.
_COMMONEST = """
password passw0rd p@ssword p@ssw0rd password1 password12 password123 password!
passwort kennwort parola123 motdepasse contrasena contraseña iloveyou iloveyou1
princess sunshine football baseball superman starwars trustno1 whatever computer
internet michelle jennifer charlie1 jordan23 mustang1 letmein1 letmein123
welcome1 welcome123 welcome! changeme changeme1 administrator administrador
admin123 admin1234 administrator1 qwerty12 qwerty123 qwerty1234 qwertyui
qwertyuiop 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 zaq12wsx asdfghjk asdfghjkl
zxcvbnm1 zxcvbnm123 abcd1234 abc12345 abcdefgh abcdefg1 a1b2c3d4 aa123456
a1234567 aaa12345 woaini520 woaini1314 5201314520 wo123456 monkey12 dragon12
master12 shadow12 liverpool chelsea1 barcelona samsung1 nintendo pokemon1
minecraft blink182 test1234 testtest testing1 default1 guest123 secret12
secret123 letmeinnow openrelay forceofculture
"""
_REFUSED = frozenset(_COMMONEST.split())
_ROWS = (
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)


def find_password_fault(password: str, *, email: str = "") -> str | None:
    """Return what is wrong with a new password, as a code; None when it will do.

    `too_short`, `too_long`, `controls` (what no field of a browser sends), `common`, or
    `own_name` when it is the account's address.
    """
    # Control characters and halves of a character: nobody could sign in with them.
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password):
        return "controls"
    if len(password) < PASSWORD_MIN:
        return "too_short"
    if len(password) > PASSWORD_MAX:
        return "too_long"
    plain = password.casefold().strip()
    if plain in _REFUSED or _is_row(plain):
        return "common"
    address = email.strip().casefold()
    if address and plain in {address, address.partition("@")[0]}:
        return "own_name"
    return None


def _is_row(plain: str) -> bool:
    """Tell whether it is one short piece over and over, or a row of keys."""
    pieces = (plain[:size] for size in (1, 2, 3, 4))
    if any(piece * (len(plain) // len(piece)) == plain for piece in pieces):
        return True
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    return any(plain in row + row for row in rows)
