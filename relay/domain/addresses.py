"""Which internet addresses are public, so that a stranger's link may lead there."""

from __future__ import annotations

from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
)

# IANA IPv4 special-purpose registry, whatever it says of reachability, and Azure's
# metadata and wire server, the one public-looking address that is not public.
_CLOSED_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)

# What IANA has given to the registries inside 2000::/3. Everything else (mapped,
# compatible, translated, NAT64, link-local, site-local, unallocated) stays closed.
_OPEN_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001:200::/23",
        "2001:400::/22",
        "2001:800::/21",
        "2001:1200::/23",
        "2001:1400::/22",
        "2001:1800::/21",
        "2001:2000::/19",
        "2001:4000::/21",
        "2001:4800::/22",
        "2001:4c00::/23",
        "2001:5000::/20",
        "2001:8000::/18",
        "2003::/18",
        "2400::/11",
        "2600::/12",
        "2610::/23",
        "2620::/23",
        "2630::/12",
        "2800::/12",
        "2a00::/11",
        "2c00::/12",
    )
)

_CLOSED_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001:db8::/32",
        "2620:4f:8000::/48",
    )
)


def is_public(address: str) -> bool:
    """Whether `address`, as the resolver or a URL writes it, is global unicast."""
    try:
        return _is_public_4(IPv4Address(address))
    except AddressValueError:
        pass
    try:
        return _is_public_6(IPv6Address(address))
    except AddressValueError:
        return False


def _is_public_4(address: IPv4Address) -> bool:
    return not any(address in block for block in _CLOSED_4)


def _is_public_6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    return any(address in block for block in _OPEN_6) and not any(
        address in block for block in _CLOSED_6
    )
