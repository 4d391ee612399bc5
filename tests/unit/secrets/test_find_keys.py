"""Where the master key of a data directory comes from, and that there is never a second one."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from engine.secrets import find, os_keyring
from engine.secrets.find import find_keys
from engine.secrets.key_record import FILE_NAME, KeyPlace
from engine.secrets.master_key import MasterKey, MasterKeyError
from engine.secrets.rotation import rotate
from engine.secrets.seal import Seal


class MemoryKeyring(KeyringBackend):
    """A keyring that can be locked: it then waits for a person who never comes."""

    priority = 5

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own has no types
        self._monkeypatch = monkeypatch
        self.kept: dict[tuple[str, str], str] = {}
        self.unlocked = threading.Event()
        self.unlock()

    def lock(self) -> None:
        """Nobody waits long for it then; unlocked it may take its time, as all may here."""
        self.unlocked.clear()
        self._be_patient(0.05)

    def unlock(self) -> None:
        self.unlocked.set()
        self._be_patient(60.0)

    def _be_patient(self, seconds: float) -> None:
        for patience in ("PROMPTED", "_UNPROMPTED"):
            self._monkeypatch.setattr(find, patience, seconds)

    def get_password(self, service: str, username: str) -> str | None:
        self.unlocked.wait()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.unlocked.wait()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.unlocked.wait()
        del self.kept[service, username]


@pytest.fixture
def system_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    before, backend = keyring.get_keyring(), MemoryKeyring(monkeypatch)
    keyring.set_keyring(backend)
    monkeypatch.setattr(os_keyring, "_may_exist", lambda: True)
    yield backend
    backend.unlocked.set()
    keyring.set_keyring(before)


def test_a_key_lives_in_the_keyring_and_in_no_file(
    tmp_path: Path, system_keyring: MemoryKeyring
) -> None:
    found = find_keys(tmp_path)
    assert found.place is KeyPlace.KEYRING
    assert list(system_keyring.kept.values()) == [found.keys[0].text]
    assert find_keys(tmp_path).keys == found.keys
    for file in tmp_path.iterdir():
        assert found.keys[0].text.encode() not in file.read_bytes()


def test_without_a_keyring_the_key_is_in_a_file_only_the_user_can_read_and_that_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os_keyring, "_may_exist", lambda: False)
    with caplog.at_level(logging.WARNING):
        first, second = find_keys(tmp_path), find_keys(tmp_path)
    assert first.keys == second.keys
    assert (first.place, second.note) == (KeyPlace.FILE, None)
    assert first.note is not None
    assert caplog.messages == [first.note]
    file = tmp_path / FILE_NAME
    assert file.stat().st_mode & 0o077 == 0
    assert str(file) in first.note
    file.chmod(0o644)
    find_keys(tmp_path)
    assert file.stat().st_mode & 0o077 == 0


def test_a_locked_keyring_makes_a_first_start_fall_back_to_a_file(
    tmp_path: Path, system_keyring: MemoryKeyring
) -> None:
    system_keyring.lock()
    found = find_keys(tmp_path)
    assert found.place is KeyPlace.FILE
    assert found.note is not None
    assert found.note.startswith("The keyring does not answer: unlock it.")
    system_keyring.unlock()
    assert find_keys(tmp_path).keys == found.keys


def test_a_locked_keyring_that_has_the_key_is_never_passed_over(
    tmp_path: Path, system_keyring: MemoryKeyring
) -> None:
    found = find_keys(tmp_path)
    system_keyring.lock()
    with pytest.raises(MasterKeyError, match="does not answer: unlock it"):
        find_keys(tmp_path)
    system_keyring.unlock()
    assert find_keys(tmp_path).keys == found.keys
    system_keyring.kept.clear()
    with pytest.raises(MasterKeyError, match="has lost the master key"):
        find_keys(tmp_path)


def test_the_environment_gives_the_key_and_must_go_on_giving_it(tmp_path: Path) -> None:
    key = MasterKey.generate()
    found = find_keys(tmp_path, key.text)
    assert (found.keys, found.place) == ((key,), KeyPlace.ENVIRONMENT)
    with pytest.raises(MasterKeyError, match="TOKEN_ENCRYPTION_KEY is missing"):
        find_keys(tmp_path)
    with pytest.raises(MasterKeyError, match="is not the key"):
        find_keys(tmp_path, MasterKey.generate().text)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("in_keyring", [False, True])
def test_a_rotation_that_breaks_off_leaves_all_readable_and_can_be_ended(
    tmp_path: Path, system_keyring: MemoryKeyring, in_keyring: bool, fails: bool
) -> None:
    old = find_keys(tmp_path, keyring=in_keyring)
    kept = {"a": Seal(old.keys).seal(b"one", "a"), "b": Seal(old.keys).seal(b"two", "b")}

    def reseal(seal: Seal) -> None:
        kept["a"] = seal.seal(seal.open(kept["a"], "a"), "a")
        if fails and len(attempts) == 0:
            attempts.append(1)
            raise OSError("the disk is full")
        kept["b"] = seal.seal(seal.open(kept["b"], "b"), "b")

    attempts: list[int] = []
    if fails:
        with pytest.raises(OSError, match="full"):
            rotate(tmp_path, None, reseal)
        half = Seal(find_keys(tmp_path).keys)
        assert (half.open(kept["a"], "a"), half.open(kept["b"], "b")) == (b"one", b"two")
    rotate(tmp_path, None, reseal)

    new = find_keys(tmp_path)
    assert new.place is old.place
    assert not set(new.keys) & set(old.keys)
    assert len(new.keys) == 1
    seal = Seal(new.keys)
    assert (seal.open(kept["a"], "a"), seal.open(kept["b"], "b")) == (b"one", b"two")


@pytest.mark.parametrize("in_keyring", [False, True])
def test_a_rotation_moves_the_key_to_the_environment(
    tmp_path: Path, system_keyring: MemoryKeyring, in_keyring: bool
) -> None:
    old = find_keys(tmp_path, keyring=in_keyring).keys
    sealed = [Seal(old).seal(b"secret", "here")]
    given = MasterKey.generate()
    before = find_keys(tmp_path, given.text)
    assert (before.keys, before.waiting) == ((*old, given), (given,))  # one seals: the old one

    def reseal(seal: Seal) -> None:
        sealed[0] = seal.seal(seal.open(sealed[0], "here"), "here")

    assert rotate(tmp_path, given.text, reseal) is KeyPlace.ENVIRONMENT
    assert find_keys(tmp_path, given.text).keys == (given,)
    assert Seal([given]).open(sealed[0], "here") == b"secret"
    assert system_keyring.kept == {}
    assert old[0].text.encode() not in (tmp_path / FILE_NAME).read_bytes()


@pytest.mark.parametrize("in_keyring", [False, True])
def test_a_change_of_the_key_that_broke_off_is_told_to_who_lacks_the_new_key(
    tmp_path: Path, system_keyring: MemoryKeyring, in_keyring: bool
) -> None:
    old, given = find_keys(tmp_path, keyring=in_keyring).keys, MasterKey.generate()

    def fail(seal: Seal) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        rotate(tmp_path, given.text, fail)
    for other in (None, MasterKey.generate().text):
        with pytest.raises(MasterKeyError, match="has not ended"):
            find_keys(tmp_path, other)
        with pytest.raises(MasterKeyError, match="has not ended"):
            rotate(tmp_path, other, lambda seal: None)
    assert set(find_keys(tmp_path, given.text).keys) == {*old, given}
    rotate(tmp_path, given.text, lambda seal: None)
    assert find_keys(tmp_path, given.text).keys == (given,)


@pytest.mark.parametrize("content", [b'{"kept_in":"file","id":"00","keys":""}', b"[]", b"\xff"])
def test_a_record_without_a_key_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(MasterKeyError, match="is damaged"):
        find_keys(tmp_path)


def test_a_key_given_twice_is_no_new_one(tmp_path: Path) -> None:
    given = MasterKey.generate().text
    find_keys(tmp_path, given)
    with pytest.raises(MasterKeyError, match="is the key in use"):
        rotate(tmp_path, given, lambda seal: None)


def test_a_damaged_record_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"{")
    with pytest.raises(MasterKeyError, match="is damaged"):
        find_keys(tmp_path)
