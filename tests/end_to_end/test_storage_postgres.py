"""The storage on a real PostgreSQL server: the same behaviour, and a server that is killed."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text

from engine.clock import SystemClock
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageError, StorageTrouble, TroubleError, TroubleKind
from engine.storage.database.postgres.pool import LEAST, PostgresPool, make_engine
from engine.storage.database.schema import REVISION
from engine.storage.database.statistics import DatabaseStatus
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import location_of
from engine.storage.locations.migration import migrate_location
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents
from tests.support.clock import ManualClock
from tests.support.migrating import as_restored, fill, restored_rows_of, rows_of
from tests.support.servers.postgres import PostgresServer
from tests.support.stored_samples import heard, said
from tests.unit.storage.test_consent_migration import *  # noqa: F403 - as below
from tests.unit.storage.test_messages import *  # noqa: F403 - the same tests on this database
from tests.unit.storage.test_person_data import *  # noqa: F403 - as above
from tests.unit.storage.test_repositories import *  # noqa: F403 - as above
from tests.unit.storage.test_restores import *  # noqa: F403 - as above
from tests.unit.storage.test_retention import *  # noqa: F403 - as above
from tests.unit.storage.test_retired_accounts import *  # noqa: F403 - as above
from tests.unit.storage.test_shared_history import *  # noqa: F403 - as above
from tests.unit.storage.test_subscriptions import *  # noqa: F403 - as above

_names = (f"test_{n}" for n in itertools.count())


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def url(server: PostgresServer) -> str:
    """A new database."""
    return server.create_database(next(_names))


@pytest.fixture
def troubles() -> list[StorageTrouble | None]:
    return []


@pytest.fixture
async def database(
    url: str, tmp_path: Path, troubles: list[StorageTrouble | None]
) -> AsyncIterator[Database]:
    database = await open_database(url, tmp_path, clock=SystemClock(), on_trouble=troubles.append)
    yield database
    await database.close()


async def test_no_confirmed_message_is_lost_when_the_server_is_killed_under_load(
    server: PostgresServer, database: Database, troubles: list[StorageTrouble | None]
) -> None:
    messages = Messages(database)
    confirmed: dict[int, int] = {}
    numbers = itertools.count(1)
    stop = asyncio.Event()
    enough = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            number = next(numbers)
            (stored,) = await messages.store_incoming([heard(number)])
            await messages.sent(await messages.plan(said(stored.id)), 5.0)
            confirmed[number] = stored.id
            if len(confirmed) % 200 == 0:
                enough.set()

    async with asyncio.TaskGroup() as writers:
        for _ in range(50):
            writers.create_task(write())
        for _ in range(2):
            enough.clear()
            await enough.wait()
            await asyncio.to_thread(server.kill)
            with pytest.raises(TroubleError):
                await messages.unsent("anna")
            await asyncio.to_thread(server.start)
        enough.clear()
        await enough.wait()
        stop.set()

    stored = await messages.store_incoming([heard(number) for number in confirmed])
    assert [one.id for one in stored] == list(confirmed.values())
    assert {one.state.name for one in stored} == {"ANSWERED"}
    assert await messages.unsent("anna") == ()
    begun, ended, begun_again, ended_again = troubles
    assert begun is not None
    assert begun.kind is TroubleKind.UNREACHABLE
    assert begun_again == begun
    assert ended is ended_again is None


async def test_a_reset_and_connections_closed_by_the_server_go_unnoticed(
    database: Database, url: str, tmp_path: Path, troubles: list[StorageTrouble | None]
) -> None:
    messages = Messages(database)
    await messages.store_incoming([heard(1)])
    await database.reset()
    await messages.store_incoming([heard(2)])
    assert await location_of(url, tmp_path).reset_pools() > 0
    await messages.store_incoming([heard(3)])
    assert len(await messages.unfinished_incoming("anna")) == 3
    assert troubles == []
    assert (await database.health()).status is DatabaseStatus.HEALTHY


async def test_the_pool_grows_with_demand_and_shrinks_again(url: str) -> None:
    pool = PostgresPool(make_engine(_asyncpg(url)), ManualClock())
    await pool.start()
    try:
        assert pool.connections().open == LEAST
        gate = asyncio.Event()
        taken: list[int] = []

        async def use() -> None:
            async with pool.connection() as connection:
                taken.append(await connection.fetchval("SELECT 1"))
                if len(taken) == 25:
                    gate.set()
                await gate.wait()

        await asyncio.gather(*(use() for _ in range(25)))
        assert pool.connections().open == 20  # those beyond are closed at once
        await pool.shrink()
        assert pool.connections().open == 20  # they were needed a moment ago
        await pool.shrink()
        assert pool.connections().open == LEAST
        async with pool.connection() as connection:
            assert await connection.fetchval("SELECT 1") == 1
        assert pool.connections().open == LEAST
    finally:
        await pool.close()


async def test_migrations_go_up_down_and_up_with_data(url: str, tmp_path: Path) -> None:
    location = location_of(url, tmp_path)
    await migrate_location(location, SystemClock())
    database = await open_database(url, tmp_path, clock=SystemClock(), on_trouble=lambda _: None)
    await fill(database)
    await database.close()
    await location.move_to("base", down=True)
    assert await location.revision() is None
    await location.move_to("0001", down=False)
    await migrate_location(location, SystemClock())
    assert await location.revision() == REVISION


async def test_a_backup_restored_on_a_clean_server_gives_the_same_rows(
    server: PostgresServer, database: Database, url: str, tmp_path: Path
) -> None:
    await fill(database)
    before = await rows_of(database)
    backups = Backups(location_of(url, tmp_path), tmp_path, SystemClock())
    made = await backups.make()
    assert (await backups.check(made.file)).rows["incoming"] == len(before["incoming"])

    clean = server.create_database(next(_names))
    await Backups(location_of(clean, tmp_path), tmp_path, SystemClock()).restore(made.file)
    other = await open_database(clean, tmp_path, clock=SystemClock(), on_trouble=lambda _: None)
    assert await restored_rows_of(other) == as_restored(before)
    await other.close()


async def test_a_backup_moves_a_database_from_one_kind_to_the_other(
    database: Database, url: str, tmp_path: Path
) -> None:
    await fill(database)
    before = await rows_of(database)
    made = await Backups(location_of(url, tmp_path), tmp_path, SystemClock()).make()
    await location_of(None, tmp_path).restore(made.file, SystemClock().now())
    other = await open_database(None, tmp_path, clock=SystemClock(), on_trouble=lambda _: None)
    assert await restored_rows_of(other) == as_restored(before)
    await other.close()


async def test_a_server_that_cannot_be_reached_is_named_without_its_password(
    tmp_path: Path,
) -> None:
    url = "postgresql://me:hunter2@127.0.0.1:1/nothing"
    with pytest.raises(StorageError, match=r"127\.0\.0\.1/nothing cannot be used") as raised:
        await open_database(url, tmp_path, clock=SystemClock(), on_trouble=lambda _: None)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("end", "said_of_it"),
    [
        ("?sslmode=disable", None),  # libpq's word, as hosts hand it out
        ("?sslmode=require", "."),  # this server speaks no TLS
        ("?colour=blue", "has a parameter that is not understood"),
    ],
)
async def test_parameters_of_an_address_are_understood_or_named(
    url: str, tmp_path: Path, end: str, said_of_it: str | None
) -> None:
    opening = open_database(url + end, tmp_path, clock=SystemClock(), on_trouble=lambda _: None)
    if said_of_it is None:
        await (await opening).close()
        return
    with pytest.raises(StorageError, match=said_of_it) as raised:
        await opening
    assert "Error" not in str(raised.value)


async def test_a_port_that_is_none_and_a_role_without_rights_are_said(
    server: PostgresServer, url: str, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="cannot be understood"):
        location_of("postgresql://me@127.0.0.1:99999/nothing", tmp_path)
    engine = make_engine(_asyncpg(url))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE ROLE weak LOGIN"))
        await connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    await engine.dispose()
    weak = url.replace("gavatcore@", "weak@")
    with pytest.raises(StorageError, match="grant it CREATE"):
        await open_database(weak, tmp_path, clock=SystemClock(), on_trouble=lambda _: None)


def _asyncpg(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+asyncpg")


async def test_what_was_withdrawn_in_a_file_stays_so_where_its_backup_goes_to_a_server(
    url: str, tmp_path: Path
) -> None:
    clock = SystemClock()
    file = await open_database(None, tmp_path, clock=clock, on_trouble=print, renew=True)
    for person in (42, 7):
        await Consents(file).give(person, "anna", person, "llm", Moment(clock.now()))
    made = await Backups(location_of(None, tmp_path), tmp_path, clock).make()
    await Consents(file).withdraw(42, "anna", 42, "llm", Moment(clock.now()))
    await file.close()
    await Backups(location_of(url, tmp_path), tmp_path, clock).restore(made.file)
    server = await open_database(url, tmp_path, clock=clock, on_trouble=print, renew=True)
    given = [await Consents(server).is_given(person, "anna", person, "llm") for person in (42, 7)]
    await server.close()
    assert given == [False, True]
