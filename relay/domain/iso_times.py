"""Times of ISO 8601 that are written alike, read as one column.

NumPy reads them too, but a wrong one among a few hundred ends the whole process there
(2.4.6: it reports what is wrong without the interpreter's lock).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from relay.domain.forest_sums import Ints

SECONDS = "9999-99-99T99:99:99"  # as a form: 9 is any digit, all else is itself
MONTHS_TO_1970 = 1970 * 12
_ZERO, _MOST = np.uint8(ord("0")), 9  # digits
# How far each part goes, and between which two numbers it must lie.
_PARTS = ((0, 4, 1, 9999), (5, 7, 1, 12), (8, 10, 1, 31))
_CLOCK = ((11, 13, 0, 23), (14, 16, 0, 59), (17, 19, 0, 59))


def read_times(text: str, form: str) -> Ints:
    """Return times in microseconds since 1970 in UTC, written one after the other.

    `form` is how each is written: as SECONDS, with or without a fraction of up to six
    digits, and with whatever is the same in all, such as a zone, which is taken for
    UTC. Raises ValueError where one is written otherwise, or is no time.
    """
    letters = np.frombuffer(text.encode("ascii"), np.uint8).reshape(-1, len(form))
    # Column by column, each in one piece: in rows it would take five times as long.
    letters = np.ascontiguousarray(letters.T)
    digits = letters - _ZERO  # unsigned: what stands before "0" is far above 9
    for letter, column, digit in zip(form, letters, digits, strict=True):
        is_right = digit <= _MOST if letter == "9" else column == ord(letter)
        if not is_right.all():
            message = "A time is written otherwise."
            raise ValueError(message)
    year, month, day = (_read_part(digits, *each) for each in _PARTS)
    hour, minute, second = (_read_part(digits, *each) for each in _CLOCK)
    months = year * 12 + month - 1 - MONTHS_TO_1970
    begins, ends = _find_month(months)
    if (begins + day > ends).any():
        message = "A month has no such day."
        raise ValueError(message)
    places = form.count("9", len(SECONDS))
    end = len(SECONDS) + 1 + places
    fraction = _read_part(digits, len(SECONDS) + 1, end, 0, 10**6) * 10 ** (6 - places)
    minutes = ((begins + day - 1) * 24 + hour) * 60 + minute
    times: Ints = (minutes * 60 + second) * 10**6 + fraction
    return times


def _read_part(
    digits: npt.NDArray[np.uint8], first: int, end: int, least: int, most: int
) -> Ints:
    """Return the numbers that stand between two columns of digits."""
    value = np.zeros(digits.shape[1], np.int64)
    for column in digits[first:end]:
        value *= 10
        value += column
    if ((value < least) | (value > most)).any():
        message = "A time has a part that no time can have."
        raise ValueError(message)
    return value


def _find_month(months: Ints) -> tuple[Ints, Ints]:
    """Return the days on which months begin and the next ones do, all since 1970.

    Years have four digits, so that the months between the first and the last are few.
    """
    first = months.min(initial=12 * 9999)
    some = np.arange(first, months.max(initial=first) + 2)
    days = some.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days[months - first], days[months + 1 - first]
