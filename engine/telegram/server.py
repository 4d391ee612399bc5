"""Selects the MTProto server that accounts connect to: Telegram, or a stand-in."""

from dataclasses import dataclass
from pathlib import Path

import rsa
from telethon.crypto.rsa import add_key

from engine.errors import SettingsError
from engine.files.small_files import SmallFileError, read_bytes
from engine.language import _
from engine.settings import Settings

_LEAST_BITS = 512  # of an RSA key


@dataclass(frozen=True, slots=True)
class DataCentre:
    """The address of one data centre."""

    host: str
    port: int
    dc: int


def server_from(settings: Settings) -> DataCentre | None:
    """Return the server of TELEGRAM_SERVER and register its key; None stands for Telegram.

    Raises SettingsError when the key cannot be read.
    """
    if settings.telegram_server is None:
        return None
    host, _, port = settings.telegram_server.rpartition(":")
    if settings.telegram_server_key is not None:
        _trust(settings.telegram_server_key)
    return DataCentre(host.strip("[]"), int(port), settings.telegram_dc)


def _trust(file: Path) -> None:
    """Let Telethon accept the server that proves to hold the key in `file` (PKCS#1 or X.509)."""
    try:
        key = _public_key(read_bytes(file))
    except FileNotFoundError as error:
        raise SettingsError(
            _("TELEGRAM_SERVER_KEY cannot be used: there is no file {file}.").format(file=file)
        ) from error
    except SmallFileError as error:
        raise SettingsError(
            _("TELEGRAM_SERVER_KEY cannot be used. {reason}").format(reason=error)
        ) from error
    except Exception as error:  # ASN.1 readers raise errors of any type
        raise SettingsError(
            _(
                "TELEGRAM_SERVER_KEY cannot be used: {file} holds no public RSA key in PEM form."
            ).format(file=file)
        ) from error
    add_key(key.save_pkcs1(), old=False)


def _public_key(pem: bytes) -> rsa.PublicKey:
    if b"BEGIN PUBLIC KEY" in pem:
        key = rsa.PublicKey.load_pkcs1_openssl_pem(pem)
    else:
        key = rsa.PublicKey.load_pkcs1(pem)
    if key.n.bit_length() < _LEAST_BITS or key.e < 3:
        raise ValueError("no RSA key is that small")
    return key
