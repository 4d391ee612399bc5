"""What programs expect of asyncio holds on this loop: streams, locks, groups, timeouts, sockets."""

import asyncio
import os
import socket
import ssl
from pathlib import Path

import pytest

from desktop.event_loop.loop import READ_SIZE, QtLoop


def test_streams_carry_more_than_one_read_both_ways(loop: QtLoop) -> None:
    sent = os.urandom(3 * READ_SIZE + 17)

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(READ_SIZE):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def main() -> bytes:
        async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            reader, writer = await asyncio.open_connection(*address)
            writer.write(sent)
            writer.write_eof()
            received = await reader.read()
            writer.close()
            await writer.wait_closed()
            return received

    assert loop.run_until_complete(main()) == sent


def test_two_hundred_connections_are_all_served(loop: QtLoop, tmp_path: Path) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    async def ask(path: Path, n: int) -> int:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"%d\n" % n)
        answer = int(await reader.readline())
        writer.close()
        await writer.wait_closed()
        return answer

    async def main() -> list[int]:
        path = tmp_path / "echo"
        async with await asyncio.start_unix_server(echo, path, backlog=256):
            return await asyncio.gather(*(ask(path, n) for n in range(200)))

    assert loop.run_until_complete(main()) == [*range(200)]


def test_a_reader_and_a_writer_share_a_socket(loop: QtLoop) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    seen: list[bytes] = []

    def readable() -> None:
        seen.append(ours.recv(10))
        loop.stop()

    def writable() -> None:
        ours.send(b"ping")
        assert loop.remove_writer(ours)
        theirs.send(theirs.recv(10))

    with ours, theirs:
        loop.add_reader(ours, readable)
        loop.add_writer(ours, writable)
        loop.run_forever()
        assert loop.remove_reader(ours)
        assert not loop.remove_reader(ours)
    assert seen == [b"ping"]


def test_plain_sockets_are_awaited(loop: QtLoop) -> None:
    async def main() -> object:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            theirs.setblocking(False)
            waiting = asyncio.create_task(loop.sock_recv(ours, 10))
            await asyncio.sleep(0)
            await loop.sock_sendall(theirs, b"hello")
            return await waiting

    assert loop.run_until_complete(main()) == b"hello"


def test_datagrams_arrive(loop: QtLoop) -> None:
    async def main() -> bytes:
        arrived: asyncio.Future[bytes] = loop.create_future()

        class Receiver(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: object) -> None:
                arrived.set_result(data)

        receiver, _ = await loop.create_datagram_endpoint(Receiver, ("127.0.0.1", 0))
        sender, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=receiver.get_extra_info("sockname")
        )
        sender.sendto(b"hello")
        data = await asyncio.wait_for(arrived, 10)
        sender.close()
        receiver.close()
        await asyncio.sleep(0)
        return data

    assert loop.run_until_complete(main()) == b"hello"


def test_names_are_resolved(loop: QtLoop) -> None:
    found = loop.run_until_complete(loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
    assert found[0][4] == ("127.0.0.1", 80)


def test_a_refused_connection_raises(loop: QtLoop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            loop.run_until_complete(asyncio.open_connection(*taken.getsockname()))


def test_tls_without_a_certificate_is_refused(loop: QtLoop) -> None:
    async def main() -> None:
        async with await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection(*address, ssl=ssl.create_default_context())

    loop.run_until_complete(main())


def test_a_group_cancels_the_siblings_of_a_failed_task(loop: QtLoop) -> None:
    cancelled: list[str] = []

    async def sibling() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append("sibling")
            raise

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("on purpose")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sibling())
            group.create_task(fail())

    with pytest.raises(ExceptionGroup) as caught:
        loop.run_until_complete(main())
    assert caught.group_contains(ValueError)
    assert cancelled == ["sibling"]


def test_a_timeout_cancels_what_takes_too_long(loop: QtLoop) -> None:
    async def main() -> None:
        async with asyncio.timeout(0.005):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        loop.run_until_complete(main())


def test_locks_queues_and_conditions_hand_over_in_order(loop: QtLoop) -> None:
    order: list[int] = []

    async def worker(n: int, lock: asyncio.Lock, queue: "asyncio.Queue[int]") -> None:
        async with lock:
            await asyncio.sleep(0)
            order.append(await queue.get())
            queue.task_done()

    async def main() -> None:
        lock, queue = asyncio.Lock(), asyncio.Queue[int](maxsize=2)
        workers = [asyncio.create_task(worker(n, lock, queue)) for n in range(10)]
        for n in range(10):
            await queue.put(n)
        await queue.join()
        await asyncio.gather(*workers)

    loop.run_until_complete(main())
    assert order == [*range(10)]


def test_a_shielded_task_survives_its_waiter(loop: QtLoop) -> None:
    async def main() -> str:
        inner = asyncio.create_task(asyncio.sleep(0.01, "saved"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(inner), 0.001)
        return await inner

    assert loop.run_until_complete(main()) == "saved"
