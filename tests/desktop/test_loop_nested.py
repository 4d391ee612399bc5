"""A Qt loop inside a callback, such as a modal dialog's, keeps everything else running."""

import asyncio
import socket

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from desktop.event_loop.loop import QtLoop


async def _tick(times: int, seen: list[int]) -> None:
    for n in range(times):
        await asyncio.sleep(0.001 if n % 2 else 0)
        seen.append(n)


def test_a_background_task_survives_a_dialog_opened_from_a_coroutine(loop: QtLoop) -> None:
    seen: list[int] = []

    async def main() -> int:
        dialog = QDialog()
        task = asyncio.create_task(_tick(20, seen))
        task.add_done_callback(lambda _: dialog.accept())
        opener = asyncio.current_task()
        result = dialog.exec()
        assert asyncio.current_task() is opener
        # And it goes on after the dialog.
        await asyncio.wait_for(_tick(20, seen), 10)
        return result

    assert loop.run_until_complete(main()) == QDialog.DialogCode.Accepted
    assert seen == [*range(20), *range(20)]


def test_a_task_that_was_already_asleep_wakes_up_under_a_dialog(loop: QtLoop) -> None:
    async def main() -> None:
        dialog = QDialog()
        asleep = asyncio.create_task(asyncio.sleep(0.01))
        asleep.add_done_callback(lambda _: dialog.accept())
        await asyncio.sleep(0)
        dialog.exec()
        assert asleep.done()

    loop.run_until_complete(main())


def test_a_background_task_survives_a_dialog_opened_from_a_slot(loop: QtLoop) -> None:
    seen: list[int] = []

    async def main() -> None:
        closed = asyncio.Event()

        def clicked() -> None:
            dialog = QDialog()
            task = asyncio.ensure_future(_tick(10, seen))
            task.add_done_callback(lambda _: dialog.accept())
            dialog.exec()
            closed.set()

        QTimer.singleShot(0, clicked)
        await asyncio.wait_for(closed.wait(), 10)

    loop.run_until_complete(main())
    assert seen == [*range(10)]


def test_dialogs_open_from_tasks_inside_each_other(loop: QtLoop) -> None:
    order: list[str] = []

    async def inner(outer_dialog: QDialog) -> None:
        dialog = QDialog()
        asyncio.get_running_loop().call_later(0.005, dialog.accept)
        dialog.exec()
        order.append("inner closed")
        task = asyncio.current_task()
        assert task is not None
        assert task.get_name() == "inner"
        await asyncio.sleep(0)
        outer_dialog.accept()

    async def main() -> None:
        dialog = QDialog()
        task = asyncio.create_task(inner(dialog), name="inner")
        dialog.exec()
        order.append("outer closed")
        await task

    loop.run_until_complete(main())
    assert order == ["inner closed", "outer closed"]


def test_events_processed_by_hand_run_the_other_tasks(loop: QtLoop, qapp: QApplication) -> None:
    async def main() -> None:
        task = asyncio.create_task(_tick(10, []))
        give_up = loop.time() + 10
        while not task.done() and loop.time() < give_up:
            qapp.processEvents()
        assert task.done()

    loop.run_until_complete(main())


def test_callbacks_still_queued_run_under_a_dialog_exactly_once(loop: QtLoop) -> None:
    ran: list[int] = []
    dialog = QDialog()
    loop.call_soon(dialog.exec)
    for n in range(5):
        loop.call_soon(ran.append, n)
    loop.call_later(0.005, dialog.accept)
    loop.call_later(0.01, loop.stop)
    loop.run_forever()
    assert ran == [*range(5)]


def test_stop_under_a_dialog_ends_dialog_and_loop(loop: QtLoop) -> None:
    closed: list[int] = []
    dialog = QDialog()
    loop.call_soon(lambda: closed.append(dialog.exec()))
    loop.call_later(0.005, loop.stop)
    loop.run_forever()
    assert closed == [QDialog.DialogCode.Rejected]


def test_an_exit_raised_under_a_dialog_ends_the_loop(loop: QtLoop) -> None:
    def leave() -> None:
        raise SystemExit(3)

    dialog = QDialog()
    loop.call_soon(dialog.exec)
    loop.call_later(0.005, leave)
    with pytest.raises(SystemExit) as caught:
        loop.run_forever()
    assert caught.value.code == 3


@pytest.mark.parametrize("hang_up", [False, True])
def test_a_reader_that_opens_a_dialog_is_not_called_again_under_it(
    loop: QtLoop, monkeypatch: pytest.MonkeyPatch, hang_up: bool
) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    depth = 0
    deepest = 0
    polls = 0
    poll = loop._poll

    def counted() -> None:
        nonlocal polls
        polls += 1
        poll()

    monkeypatch.setattr(loop, "_poll", counted)

    def readable() -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(depth, deepest)
        if not ours.recv(1):
            loop.stop()
        elif depth == 1:
            inside = QEventLoop()
            QTimer.singleShot(50, inside.quit)
            inside.exec()
        depth -= 1

    with ours, theirs:
        loop.add_reader(ours, readable)
        theirs.send(b"abc")
        if hang_up:
            theirs.close()
        else:
            loop.call_later(0.3, theirs.close)
        loop.run_forever()
        loop.remove_reader(ours)
    assert deepest == 1
    # Unread bytes must not keep the loop spinning while the dialog is open.
    assert polls < 100


def test_other_sockets_are_served_under_a_dialog(loop: QtLoop) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    async def ask(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return line

    async def main() -> bytes:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            task = asyncio.create_task(ask(server.sockets[0].getsockname()[1]))
            dialog = QDialog()
            task.add_done_callback(lambda _: dialog.accept())
            dialog.exec()
            return task.result()

    assert loop.run_until_complete(main()) == b"hello\n"
