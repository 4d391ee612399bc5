"""Checks a provider's address, and tells whether it is in the local network.

A key must not travel unencrypted over the internet, and a request must not reach the addresses
where clouds keep their machines' secrets.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from engine.language import _

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
_OF_CLOUDS = frozenset(  # Amazon, Alibaba, Oracle, Azure
    map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"))
)
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 through a translator (NAT64)
_LOCAL_NAMES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


def wrong_address(base_url: str, *, allow_plain_http: bool = False) -> str | None:
    """Return what is wrong with the address, as the rest of a sentence; None if it is valid.

    The sentence repeats nothing of the address, because somebody may have put a password there.
    """
    url = _split(base_url)
    if url is None or url.scheme not in {"http", "https"} or not url.hostname:
        return _("must look like https://host/v1")
    if "@" in url.netloc:
        return _(
            "must hold no name or password: remove them and keep the key with "
            "“gavatcore providers add NAME”"
        )
    if url.query or url.fragment:
        return _("must end with its path, as https://host/v1 does")
    if is_link_local(url.hostname):
        return _("must not be an address where clouds keep the secrets of their machines")
    if url.scheme == "http" and not (allow_plain_http or is_near(url.hostname)):
        return _(
            "must begin with https://, or your key could be read on its way; http:// is for "
            "this machine and private addresses, and for a name in your own network together "
            "with allow_plain_http = true"
        )
    return None


def is_near(host: str) -> bool:
    """Return True if `host` is certainly this machine or an address of its own network."""
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or any(address in network for network in _PRIVATE)


def has_local_name(host: str) -> bool:
    """Return True if `host` is a local name, which no distant proxy can know."""
    return _address(host) is None and ("." not in host or host.endswith(_LOCAL_NAMES))


def is_link_local(host: str) -> bool:
    """Return True if `host` is a link-local address, or one of a cloud's machine data."""
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = inner if address in _TRANSLATED else address.sixtofour or address
    return address is not None and (address.is_link_local or address in _OF_CLOUDS)


def _address(host: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _split(base_url: str) -> SplitResult | None:
    """Return None for an invalid address; the standard library's error would repeat parts of it."""
    if not (base_url.isascii() and base_url.isprintable()) or " " in base_url:
        return None
    try:
        url = urlsplit(base_url)
        is_sound = url.port != 0
    except ValueError:
        return None
    return url if is_sound else None
