"""Uses the operating system's keyring in a thread, which may be abandoned.

A locked keyring opens its own window and answers only when a person does. On Linux there may be
none, which is checked before anything is imported.
"""

import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import GavatcoreError
from engine.language import _

_SERVICE = "Gavatcore"

T = TypeVar("T")


class KeyringUnavailableError(GavatcoreError):
    """The keyring is missing, or did not answer; `str()` says which."""


def read_keyring(entry: str, patience: float) -> str | None:
    """Return the text under `entry`, or None; waits at most `patience` seconds.

    Raises KeyringUnavailableError.
    """

    def read() -> str | None:
        import keyring  # noqa: PLC0415 - 200 ms, in this thread alone

        return keyring.get_password(_SERVICE, entry)

    return _ask(read, patience)


def write_keyring(entry: str, text: str, patience: float) -> None:
    """Store `text` under `entry` and read it back; raises KeyringUnavailableError."""

    def write() -> bool:
        import keyring  # noqa: PLC0415 - as above

        keyring.set_password(_SERVICE, entry, text)
        return keyring.get_password(_SERVICE, entry) == text

    if not _ask(write, patience):
        raise KeyringUnavailableError(_("The keyring does not keep what it is given."))


def forget_in_keyring(entry: str, patience: float) -> None:
    """Remove `entry`; raises KeyringUnavailableError."""

    def forget() -> None:
        import keyring  # noqa: PLC0415 - as above

        keyring.delete_password(_SERVICE, entry)

    _ask(forget, patience)


def _ask(action: Callable[[], T], patience: float) -> T:
    if not _may_exist():
        raise KeyringUnavailableError(_("This system has no keyring."))
    answers: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            _require_backend()
            answers.put((action(), None))
        except Exception as error:  # noqa: BLE001 - backends raise what they like
            answers.put((None, error))

    # A daemon thread: nothing can end a call that waits for an absent person.
    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        answer, error = answers.get(timeout=patience)
    except queue.Empty:
        raise KeyringUnavailableError(_("The keyring does not answer: unlock it.")) from None
    if isinstance(error, KeyringUnavailableError):
        raise error
    if error is not None:
        raise KeyringUnavailableError(
            _("The keyring cannot be used: {error}.").format(error=type(error).__name__)
        ) from error
    return answer  # type: ignore[return-value]  # None only where T allows it


def _may_exist() -> bool:
    """Return True if a keyring may exist; looking takes 200 ms."""
    if not sys.platform.startswith("linux") or os.environ.get("PYTHON_KEYRING_BACKEND"):
        return True
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or _user_bus().exists()


def _user_bus() -> Path:
    return Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent") / "bus"


def _require_backend() -> None:
    import keyring  # noqa: PLC0415 - as above
    from keyring.core import recommended  # noqa: PLC0415 - as above

    if not recommended(keyring.get_keyring()):  # none, or one that writes plain files
        raise KeyringUnavailableError(_("This system has no keyring."))
