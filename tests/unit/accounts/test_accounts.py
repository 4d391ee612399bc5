"""The list of accounts: sealed on disk, unharmed by others who change it too."""

import contextlib
import threading
from pathlib import Path

import pytest

from engine.accounts.account_record import AccountError, AccountKind, AccountRecord
from engine.accounts.accounts import FILE_NAME, Accounts
from engine.files.file_lock import LockHeldError
from engine.files.typed_files import DamagedFileError
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal, SealBrokenError
from engine.secrets.store import SecretStore

TOKEN = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZ0123456789"
PHONE = "+905550000001"


@pytest.fixture
def seal() -> Seal:
    return Seal([MasterKey.generate()])


@pytest.fixture
def accounts(tmp_path: Path, seal: Seal) -> Accounts:
    return Accounts(tmp_path, seal)


def test_a_token_and_a_phone_are_kept_and_lie_in_no_file(
    accounts: Accounts, tmp_path: Path
) -> None:
    accounts.add_bot("support", TOKEN, at=1.0)
    accounts.add_user("ada", "+90 (555) 000-00-01", at=2.0)
    assert accounts.credential("support") == TOKEN
    assert accounts.credential("ada") == PHONE
    assert accounts.list() == (
        AccountRecord("ada", AccountKind.USER, None, None, 2.0),
        AccountRecord("support", AccountKind.BOT, 123456789, None, 1.0),
    )
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert TOKEN.partition(":")[2].encode() not in everything
    assert b"5550000001" not in everything
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


def test_credentials_cannot_be_swapped_between_accounts(accounts: Accounts, tmp_path: Path) -> None:
    accounts.add_bot("support", TOKEN, at=0)
    file = tmp_path / FILE_NAME
    file.write_text(file.read_text().replace('"support"', '"thief"'))
    with pytest.raises(SealBrokenError):
        accounts.credential("thief")


@pytest.mark.parametrize("name", ["", "../x", "a b", "ş", "x" * 65, "-x", "a.session", "7000001"])
def test_a_name_that_is_no_file_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError):
        accounts.add_bot(name, TOKEN, at=0)


@pytest.mark.parametrize("token", ["", "12:short", f"x{TOKEN}", f"{TOKEN} "])
def test_what_is_no_token_is_refused_without_repeating_it(accounts: Accounts, token: str) -> None:
    with pytest.raises(AccountError) as refused:
        accounts.add_bot("support", token, at=0)
    assert not token or token not in str(refused.value)


def test_no_name_and_no_bot_is_there_twice(accounts: Accounts) -> None:
    accounts.add_bot("support", TOKEN, at=0)
    with pytest.raises(AccountError, match="called support already"):
        accounts.add_user("Support", PHONE, at=0)
    with pytest.raises(AccountError, match="here already: support"):
        accounts.add_bot("other", TOKEN, at=0)


def test_a_new_token_must_be_the_same_bots(accounts: Accounts) -> None:
    accounts.add_bot("support", TOKEN, at=0)
    accounts.set_token("support", TOKEN[:-1] + "x")
    assert accounts.credential("support") == TOKEN[:-1] + "x"
    with pytest.raises(AccountError, match="another bot"):
        accounts.set_token("support", "9" + TOKEN)


def test_accounts_added_at_the_same_time_are_all_kept(tmp_path: Path, seal: Seal) -> None:
    def add(number: int) -> None:
        token = f"{10_000 + number}:{'x' * 30}"
        while True:  # where the disk is slow, some are told to come again
            with contextlib.suppress(LockHeldError):
                Accounts(tmp_path, seal).add_bot(f"bot-{number}", token, at=0)
                return

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Accounts(tmp_path, seal).list()) == 12


def test_a_damaged_list_is_one_sentence(accounts: Accounts, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"{")
    with pytest.raises(DamagedFileError, match=r"accounts\.json is damaged \(line 1\)"):
        accounts.list()


def test_an_account_that_stands_twice_is_not_lost_in_silence(
    accounts: Accounts, tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'{"ada": {"kind": "bot"}, "ada": {"kind": "user"}}')
    with pytest.raises(DamagedFileError, match="ada is there twice"):
        accounts.list()


def test_a_damaged_record_concerns_no_other_account(accounts: Accounts, tmp_path: Path) -> None:
    accounts.add_bot("support", TOKEN, at=1.0)
    file, whole = tmp_path / FILE_NAME, '"kind":"robot","added":[1]'
    file.write_text(file.read_text().rstrip()[:-1] + ',"broken":{' + whole + "}}")
    broken, support = accounts.list()
    assert "The record of broken is damaged" in (broken.problem or "")
    assert (support.problem, accounts.credential("support")) == (None, TOKEN)
    with pytest.raises(AccountError, match="broken is damaged"):
        accounts.credential("broken")
    accounts.add_bot("other", TOKEN.replace("123", "321"), at=2.0)
    assert whole in file.read_text().replace(" ", "").replace("\n", "")
    accounts.remove("broken")
    assert [one.name for one in accounts.list()] == ["other", "support"]


def test_a_record_whose_name_is_no_file_name_is_damaged(accounts: Accounts, tmp_path: Path) -> None:
    accounts.add_bot("support", TOKEN, at=1.0)
    file = tmp_path / FILE_NAME
    file.write_text(file.read_text().replace('"support"', '"../../support"'))
    (record,) = accounts.list()
    assert "is damaged" in (record.problem or "")


def test_named_secrets_are_kept_sealed(tmp_path: Path, seal: Seal) -> None:
    store = SecretStore(tmp_path, seal)
    store.set("openai", "sk-0123456789abcdef")
    assert store.get("openai") == "sk-0123456789abcdef"
    assert store.names() == ("openai",)
    assert b"sk-0123" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.remove("openai")
    assert store.get("openai") is None
