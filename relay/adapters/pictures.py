"""Makes safe pictures of a stranger's bytes, in one limited child process."""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Self

from relay.adapters.picture_answer import Answer, Lost
from relay.adapters.picture_header import read_header
from relay.adapters.picture_process import Child, Killed
from relay.domain.errors import PictureReason, PictureRefused, Unavailable
from relay.domain.picture import PAGE_PX, RENDITION_PX, PictureSet

if TYPE_CHECKING:
    from types import TracebackType

# An honest picture takes well under a second; a shared machine may be busy.
PICTURE_SECONDS = 30.0
# How long a forking process waits for its child; it takes half a second.
LEND_SECONDS = 10.0

FORMATS = {"page": ("webp", "jpeg"), "wall": ("webp", "jpeg"), "small": ("webp",)}
PageFormat = Literal["webp", "jpeg", "png", "avif"]

# What the ending of a file's name asks for.
PAGE_FORMATS: dict[str, PageFormat] = {
    ".webp": "webp",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".avif": "avif",
}


class SafePictures:
    """Makes pictures in a child process that is kept, limited and replaced.

    One child serves one process: after a fork the new process starts its own, unless
    it was lent ours. Many threads may call; they take turns.
    """

    def __init__(self, *, seconds: float = PICTURE_SECONDS) -> None:
        self._seconds = seconds
        self._owner = os.getpid()
        self._turn = threading.RLock()
        self._child: Child | None = None
        self._is_lent = False

    def make(self, data: bytes) -> PictureSet:
        """Return all renditions of a picture; raises PictureRefused, Unavailable.

        A rendition that would be as large as a larger one (the original is small)
        keeps its name and shares that one's bytes, so it is stored once.
        """
        plan = [[name, px, FORMATS[name]] for name, px in RENDITION_PX.items()]
        answer = self._ask(data, plan, portrait=True)
        return PictureSet(
            digest=hashlib.sha256(data).hexdigest(),
            width=answer.width,
            height=answer.height,
            colour=answer.colour,
            placeholder=answer.placeholder,
            fingerprint=answer.fingerprint,
            renditions=answer.renditions,
        )

    def encode_page(self, data: bytes, form: PageFormat) -> bytes:
        """Return only the page rendition, in one format; raises PictureRefused."""
        answer = self._ask(data, [["page", PAGE_PX, [form]]], portrait=False)
        return answer.renditions[0].data

    @property
    def child_pid(self) -> int | None:
        """The process that makes the pictures now, for whoever watches it."""
        return None if self._child is None else self._child.pid

    def start(self) -> None:
        """Start the child already, so that it gets ready while a page is fetched."""
        with self._in_turn():
            self._require_child()

    def lend(self) -> None:
        """Let the process that is forked next use our child; Linux and its like only.

        One borrower at a time: `take_back` stands between two. If no child gets
        ready, nothing is lent, and the borrower meets the reason itself.
        """
        with self._in_turn():
            try:
                self._require_child().get_ready(LEND_SECONDS)
                self._is_lent = hasattr(os, "waitid")
            except (Killed, Unavailable):
                self._drop()

    def take_back(self) -> None:
        """Replace a child that its borrower lost, wore out or left in mid-picture."""
        with self._in_turn(), suppress(Unavailable):
            self._is_lent = False
            self._require_child()

    def tell_end(self) -> None:
        """Tell the borrower how our child ended: for the owner's SIGCHLD.

        It takes no turn, since a signal may come in the middle of one.
        """
        if self._child is not None:
            self._child.tell_end()

    def close(self) -> None:
        """End the child; the next picture would start another."""
        with self._in_turn():
            self._drop()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self.close()

    def _ask(self, data: bytes, plan: list[Any], *, portrait: bool) -> Answer:
        header = read_header(data)
        request = {"kind": header.kind, "renditions": plan, "portrait": portrait}
        with self._in_turn():
            for _ in range(2):
                try:
                    return self._require_child().ask(request, data, self._seconds)
                except Killed:
                    # Not the picture's doing for all we know (an operator, or the
                    # kernel short of memory): it gets a second child, not a third.
                    self._drop()
                except Lost as lost:
                    self._drop()
                    raise PictureRefused(lost.reason, lost.detail) from lost
        raise PictureRefused(PictureReason.BROKEN, "its process was killed twice")

    def _in_turn(self) -> threading.RLock:
        if self._owner != os.getpid():
            # After a fork: the child is not ours, or only for a while, and another
            # thread of the old process may have held the lock for ever.
            self._owner = os.getpid()
            self._turn = threading.RLock()
            if self._child is not None and not self._is_lent:
                self._child.forget()
                self._child = None
            self._is_lent = False
        return self._turn

    def _require_child(self) -> Child:
        if self._child is not None and not self._child.is_usable():
            self._drop()
        if self._child is None:
            self._child = Child()
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None
