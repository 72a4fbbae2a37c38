"""Which addresses are public, at the edges of every block."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.addresses import is_public


def words(text: str) -> list[str]:
    return text.split()


# The first and last address of each closed block, and its open neighbours.
CLOSED_4 = words("""
0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0
127.255.255.255 168.63.129.16 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0
172.31.255.255 192.0.0.0 192.0.0.192 192.0.0.255 192.0.2.0 192.0.2.255 192.88.99.1
192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255
203.0.113.0 203.0.113.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255
100.100.100.200
""")
OPEN_4 = words("""
1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0
191.255.255.255 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255
198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
""")
CLOSED_6 = words("""
:: ::1 ::7f00:1 ::ffff:8.8.8.8 ::ffff:0:808:808 64:ff9b::808:808 64:ff9b:1::1 100::1
100:0:0:1::1 1fff:ffff:: 2000:: 2001:: 2001:0:ffff::1 2001:2::1 2001:4:112::1
2001:10::1 2001:1f:ffff:: 2001:20::1 2001:2f:ffff:: 2001:30::1 2001:1ff:ffff::
2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2001:6000:: 2001:7fff:ffff::
2001:c000:: 2002:: 2002:808:808:: 2002:ffff:ffff:: 2003:4000:: 2420:: 25ff:: 2614::
2620:4f:8000::1 2622:: 2640:: 2810:: 29ff:: 2a20:: 2bff:: 2c10:: 2d00:: 3000::
3ffe::1 3fff:: 3fff:fff:ffff:: 4000:: 5f00:: 5fff:: 8000:: fc00:: fd00:ec2::254
fdff:ffff:: fe80::1 febf:: fec0:: feff:: ff00:: ff02::1 ffff::
fe80::1%eth0 2606:4700::1%eth0
""")
OPEN_6 = words("""
2001:200:: 2001:5ff:ffff:: 2001:67c:2e8::1 2001:db7:ffff:: 2001:db9:: 2001:1200::
2001:4860:4860::8888 2001:5000:: 2001:bfff:ffff:: 2003:: 2003:3fff:ffff:: 2400::
241f:ffff:: 2600:: 260f:ffff:: 2610:: 2610:1ff:ffff:: 2620:4f:7fff:ffff:: 2620:4f:8001::
2620:1ff:ffff:: 2630:: 263f:ffff:: 2800:: 280f:ffff:: 2a00:: 2a1f:ffff:: 2c00::
2c0f:ffff::
""")


@pytest.mark.parametrize("address", CLOSED_4 + CLOSED_6)
def test_it_is_closed(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OPEN_4 + OPEN_6)
def test_it_is_open(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "1.2.3", "0x7f.0.0.1", "08.8.8.8", "8.8.8.8 ", "::1]", "1"],
)
def test_what_is_no_address_is_closed(text: str) -> None:
    assert not is_public(text)


@given(number=st.integers(0, 2**128 - 1))
def test_outside_of_global_unicast_nothing_is_open(number: int) -> None:
    address = IPv6Address(number)
    if number >> 125 != 1:
        assert not is_public(str(address))
