"""The one wall clock that everything done for one link runs against."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from relay.domain.errors import FetchFailed, FetchReason


@dataclass
class Deadline:
    """So many `seconds` from now on, for resolving, connecting and reading alike."""

    seconds: float
    began: float = field(default_factory=time.monotonic)

    def left(self, doing: str) -> float:
        """Return the seconds left, always above zero; raises FetchFailed(TIMEOUT)."""
        left = self.seconds - (time.monotonic() - self.began)
        if left <= 0:
            raise FetchFailed(FetchReason.TIMEOUT, f"{doing}, {self.seconds:g} s")
        return left

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.began >= self.seconds

    @property
    def ms(self) -> float:
        """The milliseconds since it began."""
        return round((time.monotonic() - self.began) * 1000, 1)
