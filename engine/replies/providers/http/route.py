"""Determines how a provider is reached: by which proxy, and with which certificates.

The environment says so (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR),
on macOS and Windows also the system. An unusable value counts as that provider's failure.
"""

import os
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from engine.replies.providers.configuration.base_url import has_local_name, is_near
from engine.replies.providers.failure import Failure, ProviderError

_WELL_KNOWN = (  # certificate files of Linux distributions, for a Python built elsewhere
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True)
class Route:
    """The route to one provider."""

    proxy: str | None
    certificates: ssl.SSLContext | None  # None: the connection is not encrypted


def route_to(base_url: str) -> Route:
    """Read the environment and the certificate files; blocks some 20 ms.

    Raises ProviderError if the proxy or the certificates cannot be used.
    """
    url = urlsplit(base_url)
    return Route(_proxy(url), _certificates() if url.scheme == "https" else None)


def ignore_unusable_key_log() -> None:
    """Unset an unwritable SSLKEYLOGFILE, with which ssl cannot create any context.

    Importing aiohttp creates one, so not even a local provider could be asked.
    """
    file = os.environ.get("SSLKEYLOGFILE")
    if not file:
        return
    try:
        with Path(file).open("ab"):
            pass
    except (OSError, ValueError):
        os.environ.pop("SSLKEYLOGFILE", None)


def _proxy(url: SplitResult) -> str | None:
    """Return the proxy for `url`; None for this machine and its own network."""
    host = url.hostname or ""
    if is_near(host) or has_local_name(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or _is_exempt(host):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    try:
        parsed = urlsplit(proxy)
        is_usable = parsed.scheme in {"http", "https"} and parsed.hostname and parsed.port != 0
    except ValueError:  # invalid port or address
        is_usable = False
    if not is_usable:
        raise ProviderError(Failure.PROXY, is_charged=False)
    return proxy


def _is_exempt(host: str) -> bool:
    try:
        return bool(proxy_bypass(host))
    except (OSError, ValueError):
        return False


def _certificates() -> ssl.SSLContext:
    try:
        context = _of_the_environment() or _of_the_system()
    except OSError:  # includes ssl.SSLError
        raise ProviderError(Failure.CERTIFICATE, is_charged=False) from None
    context.set_alpn_protocols(("http/1.1",))
    return context


def _of_the_environment() -> ssl.SSLContext | None:
    file, directory = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not directory:
        return None
    if directory and not file and not Path(directory.split(os.pathsep)[0]).is_dir():
        raise OSError("SSL_CERT_DIR names no directory")
    return ssl.create_default_context(cafile=file or None, capath=directory or None)


def _of_the_system() -> ssl.SSLContext:
    if sys.platform == "darwin":  # its certificates are in no file
        import truststore  # noqa: PLC0415 - there alone

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    if sys.platform == "win32" or paths.cafile or _holds_files(paths.capath):
        return ssl.create_default_context()
    known = next((file for file in _WELL_KNOWN if Path(file).is_file()), None)
    return ssl.create_default_context(cafile=known)


def _holds_files(directory: str | None) -> bool:
    return directory is not None and any(Path(directory).iterdir())
