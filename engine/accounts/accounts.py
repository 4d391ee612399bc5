"""Stores the accounts of one data directory in a file, with sealed tokens and phone numbers.

A file, so that accounts can be added before a database exists; backups hold a copy of it.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.accounts.account_record import (
    AccountError,
    AccountKind,
    AccountRecord,
    check_name,
    check_phone,
    check_token,
    is_name,
)
from engine.files.locked_file import locked, replace_file
from engine.files.typed_files import read_json
from engine.language import _
from engine.secrets.seal import Seal, key_of_text
from engine.telemetry.redaction import hide

FILE_NAME = "accounts.json"
_LARGEST = 1 << 24  # bytes: some 50,000 accounts


class _Stored(msgspec.Struct, omit_defaults=True):
    """One account in the file; `credential` is the sealed token or phone number."""

    kind: AccountKind
    number: int | None = None
    username: str | None = None
    added: float = 0.0
    credential: str = ""


_Book = dict[str, _Stored | msgspec.Raw]
"""Records by name; one that is damaged stays as it is, and concerns no other account."""


def list_accounts(directory: Path) -> tuple[AccountRecord, ...]:
    """Return all accounts sorted by name, without the master key; raises SmallFileError."""
    book = _read(directory / FILE_NAME)
    return tuple(_record(name, stored) for name, stored in sorted(book.items()))


class Accounts:
    """Reads the file at every call, so that changes by other processes are seen.

    Blocking; every call raises SmallFileError if the file cannot be read.
    """

    def __init__(self, directory: Path, seal: Seal) -> None:
        self._file = directory / FILE_NAME
        self._seal = seal

    def list(self) -> tuple[AccountRecord, ...]:
        """Return all accounts sorted by name; raises SmallFileError if the file is damaged."""
        return list_accounts(self._file.parent)

    def get(self, name: str) -> AccountRecord:
        """Return the account called `name`; raises AccountError."""
        return _record(name, _find(self._read(), name))

    def credential(self, name: str) -> str | None:
        """Return a bot's token or a user's phone; None if the account was imported without it.

        Raises AccountError or SealBrokenError.
        """
        sealed = _find(self._read(), name).credential
        if not sealed:
            return None
        credential = self._seal.open_text(sealed, _place(name))
        hide(credential)
        return credential

    def add_bot(self, name: str, token: str, *, at: float) -> AccountRecord:
        """Add a bot, `at` in seconds since the epoch; raises AccountError or OSError."""
        hide(token)
        return self._add(AccountRecord(name, AccountKind.BOT, check_token(token), None, at), token)

    def add_user(self, name: str, phone: str, *, at: float) -> AccountRecord:
        """Add a user account; raises AccountError or OSError."""
        hide(phone)
        return self._add(AccountRecord(name, AccountKind.USER, None, None, at), check_phone(phone))

    def add_imported(self, record: AccountRecord) -> AccountRecord:
        """Add an account that is already logged in and has no token or phone here."""
        return self._add(record, None)

    def set_token(self, name: str, token: str) -> None:
        """Set a bot's token; raises AccountError or OSError."""
        hide(token)
        number = check_token(token)
        with self._seal.settled(), locked(self._file):
            book = self._read()
            stored = _find(book, name)
            if stored.kind is not AccountKind.BOT or stored.number not in {None, number}:
                raise AccountError(_("That token belongs to another bot."))
            stored.credential, stored.number = self._seal.seal_text(token, _place(name)), number
            self._write(book)

    def identify(self, name: str, number: int, username: str | None) -> AccountRecord:
        """Store the account's id and username after a login; raises AccountError or OSError."""
        with locked(self._file):
            book = self._read()
            stored = _find(book, name)
            stored.number, stored.username = number, username
            self._write(book)
        return _record(name, stored)

    def remove(self, name: str) -> AccountRecord:
        """Delete an account and its token, and return it; raises AccountError or OSError."""
        with locked(self._file):
            book = self._read()
            if name not in book:
                raise _unknown(name)
            stored = book.pop(name)
            self._write(book)
        return _record(name, stored)

    def reseal(self, seal: Seal) -> None:
        """Seal every token and phone number with the current key of `seal`."""
        with locked(self._file):
            book = self._read()
            for name, stored in book.items():
                if isinstance(stored, _Stored) and stored.credential:
                    credential = seal.open_text(stored.credential, _place(name))
                    stored.credential = seal.seal_text(credential, _place(name))
            if book:
                self._write(book)

    def keys_in_use(self) -> Iterator[bytes]:
        """Yield the id of the key that sealed each token and phone number."""
        whole = (stored for stored in self._read().values() if isinstance(stored, _Stored))
        keys = (key_of_text(stored.credential) for stored in whole)
        return (key for key in keys if key is not None)

    def require_new(self, record: AccountRecord) -> None:
        """Raise AccountError if the name is invalid or taken, or the bot has been added already."""
        _require_new(self._read(), record)

    def _add(self, record: AccountRecord, credential: str | None) -> AccountRecord:
        with self._seal.settled(), locked(self._file):
            book = self._read()
            _require_new(book, record)
            book[record.name] = _Stored(
                record.kind,
                record.number,
                record.username,
                record.added,
                self._seal.seal_text(credential, _place(record.name)) if credential else "",
            )
            self._write(book)
        return record

    def _read(self) -> _Book:
        return _read(self._file)

    def _write(self, book: _Book) -> None:
        replace_file(self._file, msgspec.json.format(msgspec.json.encode(book)))


def _read(file: Path) -> _Book:
    try:
        book = read_json(file, dict[str, msgspec.Raw], _LARGEST)
    except FileNotFoundError:
        return {}
    return {name: _stored(raw) for name, raw in book.items()}


def _stored(raw: msgspec.Raw) -> _Stored | msgspec.Raw:
    try:
        return msgspec.json.decode(raw, type=_Stored)
    except msgspec.MsgspecError:
        return raw


def _place(name: str) -> str:
    return f"accounts/{name}/credential"


def _record(name: str, stored: _Stored | msgspec.Raw) -> AccountRecord:
    if not (isinstance(stored, _Stored) and is_name(name)):
        return AccountRecord(name, AccountKind.BOT, problem=str(_damaged(name)))
    return AccountRecord(name, stored.kind, stored.number, stored.username, stored.added)


def _find(book: _Book, name: str) -> _Stored:
    stored = book.get(name)
    if stored is None:
        raise _unknown(name)
    if not isinstance(stored, _Stored):
        raise _damaged(name)
    return stored


def _unknown(name: str) -> AccountError:
    return AccountError(_("There is no account called {name}.").format(name=name))


def _damaged(name: str) -> AccountError:
    return AccountError(
        _("The record of {name} is damaged: remove that account and add it again.").format(
            name=name
        )
    )


def _require_new(book: _Book, record: AccountRecord) -> None:
    check_name(record.name)
    for name, stored in book.items():
        if name.casefold() == record.name.casefold():
            raise AccountError(_("There is an account called {name} already.").format(name=name))
        number = stored.number if isinstance(stored, _Stored) else None
        if record.number is not None and number == record.number:
            raise AccountError(_("That account is here already: {name}.").format(name=name))
