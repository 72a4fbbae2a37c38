"""How often one address may ask, counted where all web servers see it."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from flask import request
from flask_limiter import Limiter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

    from relay.settings import Settings

Limit = Literal["submit", "draft", "token", "sign_in", "api"]
View = TypeVar("View", bound="Callable[..., object]")

_MARK = "relay_limit"


def limited(limit: Limit, *, methods: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Mark a view as limited by the setting `limit_…`; no methods means all.

    Stands below the route's decorator.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, (limit, methods))
        return view

    return mark


def limit_views(app: Flask, settings: Settings) -> None:
    """Limit every marked view of an application whose blueprints are registered.

    Counts lie in the queue server, and in memory for as long as it is away.
    """
    limiter = Limiter(
        who_asks,
        app=app,
        storage_uri=_storage(settings.redis),
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
        in_memory_fallback_enabled=True,
        key_prefix="relay",
    )
    views: dict[str, Any] = app.view_functions
    for endpoint, view in views.items():
        marked: tuple[Limit, tuple[str, ...]] | None = getattr(view, _MARK, None)
        if marked:
            limit, methods = marked
            limit_view = limiter.shared_limit(
                getattr(settings, f"limit_{limit}"),
                scope=limit,
                methods=list(methods) or None,
                deduct_when=_is_sent if limit == "submit" else None,
            )
            views[endpoint] = limit_view(view)


def _is_sent(response: Response) -> bool:
    """Tell whether an entry came in: mistakes and smaller buttons are free."""
    return response.status_code in {HTTPStatus.CREATED, HTTPStatus.SEE_OTHER}


def who_asks() -> str:
    """Return the asking address; of IPv6 the /64 that one household has."""
    address = ip_address(request.remote_addr or "127.0.0.1")
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return address.exploded[:19]
    return str(address)


def _storage(url: str) -> str:
    """Return the address in the words of the `limits` library."""
    return url.replace("unix://", "redis+unix://", 1)
