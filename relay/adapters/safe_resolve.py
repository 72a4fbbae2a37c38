"""Names to addresses, once, in time, and only when every answer is public."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from itertools import chain, zip_longest
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from relay.domain.addresses import is_public
from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from relay.adapters.safe_deadline import Deadline
    from relay.domain.urls import Url

Resolver = Callable[[str, int], Sequence[str]]
"""Gives all addresses of a host; raises OSError when the name has none."""


def resolve_with_system(host: str, port: int) -> Sequence[str]:
    """Ask the machine's own resolver."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [_with_scope(answer[4]) for answer in answers]


def resolve(
    url: Url, *, resolver: Resolver, allow: AbstractSet[str], deadline: Deadline
) -> tuple[str, ...]:
    """Return the addresses that may be connected to, in the order to try them.

    Raises FetchFailed: DNS without an answer, BLOCKED_ADDRESS when any answer is not
    public. A place in `allow` may be anywhere: its operator named it exactly.
    """
    answers = _ask(url, resolver, deadline)
    if not answers:
        raise FetchFailed(FetchReason.DNS, f"{url.host} has no address")
    if url.place not in allow:
        closed = [each for each in answers if not is_public(each)]
        if closed:
            detail = f"{url.host} is at {closed[0]}"
            raise FetchFailed(FetchReason.BLOCKED_ADDRESS, detail)
    return _alternate(answers)


def _with_scope(address: tuple[object, ...]) -> str:
    scope = address[3] if len(address) > len(("address", "port", "flow")) else 0
    return f"{address[0]}%{scope}" if scope else str(address[0])


def _ask(url: Url, resolver: Resolver, deadline: Deadline) -> list[str]:
    """Run the resolver in a thread: the system's own knows no deadline."""
    if _is_literal(url.host):
        return [url.host]
    answer: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def work() -> None:
        try:
            answer.put(resolver(url.host, url.port))
        except (OSError, ValueError) as error:  # names of odd lengths are the latter
            answer.put(error)

    threading.Thread(target=work, name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=deadline.left("resolving"))
    except Empty:
        raise FetchFailed(FetchReason.TIMEOUT, f"resolving {url.host}") from None
    if isinstance(found, Exception):
        raise FetchFailed(FetchReason.DNS, f"{url.host}: {found}") from found
    return list(dict.fromkeys(found))


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _alternate(answers: Sequence[str]) -> tuple[str, ...]:
    """Take the families in turn (RFC 8305), the resolver's first choice first."""
    first = ":" in answers[0]
    chosen = [each for each in answers if (":" in each) is first]
    others = [each for each in answers if (":" in each) is not first]
    turns = chain.from_iterable(zip_longest(chosen, others))
    return tuple(each for each in turns if each is not None)
