"""What an earlier run of the demo did, so that a later one does not do it again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Holds the private links of invented people; still, only the owner reads it.
MODE = 0o600


@dataclass(frozen=True)
class Sent:
    """An entry that was sent in."""

    ref: str
    token: str
    baton: str


class Memory:
    """A file of facts, one a line, that is only added to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sent: dict[int, Sent] = {}
        self.decided: set[int] = set()
        self.site_port = 0
        self.began: datetime | None = None
        self.size = "small"
        self.grown = False
        if path.exists():
            kept = path.read_text(encoding="utf-8")
            for line in kept.splitlines():
                self._learn(line)
            if kept and not kept.endswith("\n"):
                # The next fact must not be glued to a line that was cut short.
                with path.open("a", encoding="utf-8") as file:
                    file.write("\n")
        else:
            path.touch(mode=MODE)

    def remember_sent(self, n: int, sent: Sent) -> None:
        """Note the receipt of entry `n`."""
        self.sent[n] = sent
        self._add(sent=n, ref=sent.ref, token=sent.token, baton=sent.baton)

    def remember_decided(self, n: int) -> None:
        """Note that nothing is left to do for entry `n`."""
        self.decided.add(n)
        self._add(decided=n)

    def remember_site(self, port: int) -> None:
        """Note where the sister site was: its links should work next time too."""
        if port != self.site_port:
            self.site_port = port
            self._add(site_port=port)

    def remember_began(self, at: datetime) -> datetime:
        """Note when the demo was first played, once; return that time."""
        if self.began is None:
            self.began = at
            self._add(began=at.isoformat())
        return self.began

    def remember_size(self, size: str) -> None:
        """Note how large a relay is wanted; one that is large stays so."""
        if size != self.size and self.size == "small":
            self.size = size
            self._add(size=size)

    def remember_grown(self) -> None:
        """Note that the large relay's other entries are there."""
        self.grown = True
        self._add(grown=True)

    def number_of(self, ref: str) -> int | None:
        """Return which entry has this reference."""
        return next((n for n, sent in self.sent.items() if sent.ref == ref), None)

    def _add(self, **fact: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(fact) + "\n")

    def _learn(self, line: str) -> None:
        try:
            fact: dict[str, Any] = json.loads(line)
        except ValueError:
            return  # cut short when an earlier run was ended
        if "sent" in fact:
            self.sent[fact["sent"]] = Sent(fact["ref"], fact["token"], fact["baton"])
        elif "decided" in fact:
            self.decided.add(fact["decided"])
        elif "began" in fact:
            self.began = datetime.fromisoformat(fact["began"])
        else:
            self.site_port = fact.get("site_port", self.site_port)
            self.size = fact.get("size", self.size)
            self.grown = fact.get("grown", self.grown)
