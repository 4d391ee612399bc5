"""One master key seals at a time, whoever else changes it and whatever the variable says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.accounts.vault import ApiCredentials, Vault, open_vault
from engine.cli.key_words import key_sentence
from engine.cli.workplace import open_workplace
from engine.secrets import find, os_keyring
from engine.secrets.key_record import KeyPlace
from engine.secrets.master_key import MasterKey, MasterKeyError
from engine.secrets.rotation import rotate
from engine.secrets.seal import Seal
from engine.settings import Settings, load_settings
from engine.telegram.sessions.file import SessionData, read_session, write_session
from engine.telegram.sessions.reseal import reseal_sessions

TOKEN = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZ0123456789"
AUTH_KEY = bytes(range(256))
A, B = MasterKey.generate(), MasterKey.generate()


class Keyring:
    """Keeps what it is given, for this process."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def write(self, entry: str, text: str, patience: float) -> None:
        self.kept[entry] = text

    def read(self, entry: str, patience: float) -> str | None:
        return self.kept.get(entry)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    kept = Keyring()
    monkeypatch.setattr(find, "write_keyring", kept.write)
    monkeypatch.setattr(find, "read_keyring", kept.read)
    return kept


def settings(directory: Path, given: str | None = None, *, keyring: bool = False) -> Settings:
    return load_settings(directory, TOKEN_ENCRYPTION_KEY=given, OS_KEYRING=keyring)


def rotate_all(directory: Path, given: str | None = None) -> None:
    """What `gavatcore accounts rotate-key` does, in another process."""
    vault = open_vault(directory, settings(directory, given))

    def reseal(seal: Seal) -> None:
        vault.accounts.reseal(seal)
        vault.secrets.reseal(seal)
        reseal_sessions(directory / "sessions", seal)

    rotate(directory, given, reseal)


def write(directory: Path, vault: Vault) -> None:
    path = directory / "sessions" / "late.session"
    path.parent.mkdir(exist_ok=True)
    write_session(path, SessionData(2, "127.0.0.1", 443, AUTH_KEY), 1, vault.seal)


SEALING: dict[str, Callable[[Path, Vault], object]] = {
    "add a bot": lambda _directory, vault: vault.accounts.add_bot("late", TOKEN, at=0),
    "add a person": lambda _directory, vault: vault.accounts.add_user("late", "+905550001", at=0),
    "renew": lambda _directory, vault: vault.accounts.set_token("first", f"{TOKEN}x"),
    "keep the api": lambda _directory, vault: vault.keep_api(ApiCredentials(1, "late")),
    "keep a provider's key": lambda _directory, vault: vault.secrets.set("provider/late", "sk"),
    "log in": write,
}


@pytest.mark.parametrize("what", SEALING)
def test_what_waited_at_its_prompt_while_the_key_was_changed_seals_with_the_new_one(
    tmp_path: Path, what: str
) -> None:
    waiting = open_vault(tmp_path, settings(tmp_path))
    waiting.accounts.add_bot("first", TOKEN.replace("1", "2"), at=0)
    if what == "renew":
        waiting.accounts.identify("first", 123456789, "first")
    rotate_all(tmp_path)
    SEALING[what](tmp_path, waiting)
    opened = open_vault(tmp_path, settings(tmp_path))
    assert set(opened.keys_in_use()) <= {opened.seal.found.keys[0].id}
    assert opened.accounts.credential("first")
    session = tmp_path / "sessions" / "late.session"
    if session.exists():
        assert read_session(session, 0, Seal(opened.seal.found.keys)).auth_key == AUTH_KEY


@pytest.mark.parametrize("what", SEALING)
def test_nothing_is_sealed_where_the_new_key_cannot_be_known(tmp_path: Path, what: str) -> None:
    waiting = open_vault(tmp_path, settings(tmp_path))
    waiting.accounts.add_bot("first", TOKEN.replace("1", "2"), at=0)
    rotate_all(tmp_path, B.text)  # into a variable that the waiting process does not have
    before = open_vault(tmp_path, settings(tmp_path, B.text)).keys_in_use()
    with pytest.raises(MasterKeyError, match="TOKEN_ENCRYPTION_KEY is missing"):
        SEALING[what](tmp_path, waiting)
    assert open_vault(tmp_path, settings(tmp_path, B.text)).keys_in_use() == before


def test_what_was_sealed_anew_meanwhile_still_opens(tmp_path: Path) -> None:
    waiting = open_vault(tmp_path, settings(tmp_path))
    waiting.accounts.add_bot("first", TOKEN, at=0)
    write(tmp_path, waiting)
    rotate_all(tmp_path)
    assert waiting.accounts.credential("first") == TOKEN
    session = tmp_path / "sessions" / "late.session"
    assert read_session(session, 0, waiting.seal).auth_key == AUTH_KEY


def test_a_key_that_was_removed_meanwhile_is_replaced_by_none(tmp_path: Path) -> None:
    waiting = open_vault(tmp_path, settings(tmp_path))
    (tmp_path / "master.key").unlink()
    with pytest.raises(MasterKeyError, match="was removed meanwhile"):
        waiting.accounts.add_bot("late", TOKEN, at=0)
    assert not (tmp_path / "accounts.json").exists()


SEALED = ("nothing", "one key", "two keys")
FIRST = ("file", "keyring", "variable")
NOW = {"unset": None, "A": A.text, "B": B.text, "B and A": f"{B.text} {A.text}"}


@pytest.mark.parametrize("sealed", SEALED)
@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("variable", NOW)
@pytest.mark.usefixtures("keyring")
def test_whatever_the_variable_says_there_is_one_key_that_seals_and_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed: str, first: str, variable: str
) -> None:
    now = NOW[variable]
    given = A.text if first == "variable" else None
    vault = open_vault(tmp_path, settings(tmp_path, given, keyring=first == "keyring"))
    in_use = vault.seal.found.keys[0]
    if sealed != "nothing":
        vault.accounts.add_bot("first", TOKEN, at=0)
    if sealed == "two keys":  # as an earlier version left it
        stray = Seal([B])
        stray_text = stray.seal_text("sk", "secrets/provider/x")
        (tmp_path / "secrets.json").write_text(f'{{"provider/x": "{stray_text}"}}')
    if sealed != "nothing" and first == "variable" and (now is None or now == B.text):
        with pytest.raises(MasterKeyError, match="TOKEN_ENCRYPTION_KEY is"):
            open_vault(tmp_path, settings(tmp_path, now))
        return
    opened = open_vault(tmp_path, settings(tmp_path, now))
    opened.secrets.set("provider/new", "sk")
    again = open_vault(tmp_path, settings(tmp_path, now))
    assert again.secrets.get("provider/new") == "sk"
    current = again.seal.found.keys[0]
    if sealed != "nothing":
        assert current == in_use
        assert again.accounts.credential("first") == TOKEN
        assert again.place is KeyPlace("environment" if first == "variable" else first)
    elif now is not None:
        assert (again.place, again.seal.found.waiting) == (KeyPlace.ENVIRONMENT, ())
        assert current == MasterKey.parse(now.split()[0]) or first == "variable"
    monkeypatch.setenv("OS_KEYRING", "false")
    if now is not None:
        monkeypatch.setenv("TOKEN_ENCRYPTION_KEY", now)
    said = key_sentence(open_workplace(tmp_path))
    assert said.startswith("Secrets are encrypted; the master key is ")
    assert ("rotate-key" in said) == bool(again.seal.found.waiting)
    strays = [
        key for key in again.keys_in_use() if key not in {k.id for k in again.seal.found.keys}
    ]
    assert ("not here" in said) == bool(strays)


@pytest.mark.parametrize("first", ["file", "keyring"])
@pytest.mark.usefixtures("keyring")
def test_rotating_moves_everything_to_the_variable_whatever_sealed_it(
    tmp_path: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os_keyring, "_may_exist", lambda: True)
    monkeypatch.setattr("engine.secrets.rotation.forget_in_keyring", lambda entry, _patience: None)
    vault = open_vault(tmp_path, settings(tmp_path, keyring=first == "keyring"))
    vault.accounts.add_bot("first", TOKEN, at=0)
    stray = Seal([B]).seal_text("sk", "secrets/provider/x")
    (tmp_path / "secrets.json").write_text(f'{{"provider/x": "{stray}"}}')
    rotate_all(tmp_path, B.text)
    opened = open_vault(tmp_path, settings(tmp_path, B.text))
    assert opened.accounts.credential("first") == TOKEN
    assert opened.secrets.get("provider/x") == "sk"
    assert set(opened.keys_in_use()) == {B.id}


def test_a_backup_keeps_its_key_from_being_replaced(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, settings(tmp_path))
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "gavatcore-20260101T000000Z.db.gz").touch()
    opened = open_vault(tmp_path, settings(tmp_path, A.text))
    assert opened.seal.found.keys[0] == vault.seal.found.keys[0]
    assert opened.seal.found.waiting == (A,)


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize("now", [None, B.text], ids=["unset", "another"])
def test_a_lost_master_key_is_replaced_by_none_while_secrets_need_it(
    tmp_path: Path, now: str | None
) -> None:
    vault = open_vault(tmp_path, settings(tmp_path))
    vault.accounts.add_bot("first", TOKEN, at=0)
    lost = (tmp_path / "master.key").read_bytes()
    (tmp_path / "master.key").unlink()
    with pytest.raises(MasterKeyError, match=r"master\.key is missing"):
        open_vault(tmp_path, settings(tmp_path, now))
    assert not (tmp_path / "master.key").exists()
    (tmp_path / "master.key").write_bytes(lost)
    assert open_vault(tmp_path, settings(tmp_path, now)).accounts.credential("first") == TOKEN


def test_a_lost_record_is_begun_anew_with_the_key_that_sealed_what_is_there(
    tmp_path: Path,
) -> None:
    open_vault(tmp_path, settings(tmp_path, A.text)).accounts.add_bot("first", TOKEN, at=0)
    (tmp_path / "master.key").unlink()
    assert open_vault(tmp_path, settings(tmp_path, A.text)).accounts.credential("first") == TOKEN
