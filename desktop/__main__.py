"""Runs `gavatcore`: the desktop, or one of the commands; Qt is imported only for a window."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType

from engine.cli.light_process import OPTION, prepare


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status. Nothing ends in a traceback."""
    with _interruptible(signal.SIGINT):
        from engine.language import use_language  # noqa: PLC0415 - an interrupt ends it as well
        from engine.telemetry.last_words import (  # noqa: PLC0415 - likewise
            finish_output,
            prepare_streams,
            replace_tracebacks,
            say_last_words,
        )

        is_program = arguments is None  # not called by another program
        if arguments is None:
            arguments = sys.argv[1:]
            replace_tracebacks()
        prepare_streams()
        use_language()
    try:
        status = _run(arguments)
    except SystemExit as exit_:  # argparse's --help
        status = exit_.code if isinstance(exit_.code, int) else 2
    except KeyboardInterrupt:
        status = 130
    except Exception as error:  # noqa: BLE001 - the last place to say it
        say_last_words(error)
        status = 2
    if is_program:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # only Python's own exit remains
    return finish_output(status)


def _run(arguments: Sequence[str]) -> int:
    if len(arguments) == 2 and arguments[0] == OPTION:
        return _run_engine(arguments[1])
    if _is_command(arguments):
        with _interruptible(signal.SIGINT):  # SIGTERM ends a command anyway, without success
            from engine.cli.app import main as run_command  # noqa: PLC0415 - the window needs none

        return run_command(arguments)
    with _interruptible(signal.SIGINT, signal.SIGTERM):
        from desktop.start import start_desktop  # noqa: PLC0415 - a command does not need it

        return start_desktop(arguments)


def _run_engine(wanted: str) -> int:
    """Do what `gavatcore run` understood, in the process that it left for this."""
    with _interruptible(signal.SIGINT, signal.SIGTERM):
        import asyncio  # noqa: PLC0415 - an interrupt ends it as well

        run = prepare(wanted)
    asyncio.run(run)
    return 0


def _is_command(arguments: Sequence[str]) -> bool:
    from engine.cli.shells import COMPLETION, OF_SHELLS  # noqa: PLC0415 - an interrupt ends it

    if COMPLETION in os.environ:
        return True
    first = arguments[0] if arguments else "-"
    return not first.startswith("-") or first.partition("=")[0] in OF_SHELLS


@contextlib.contextmanager
def _interruptible(*numbers: signal.Signals) -> Iterator[None]:
    """Let these signals end the process at once: nothing that needs an orderly end has begun."""
    before = {number: signal.getsignal(number) for number in numbers}
    for number in before:
        signal.signal(number, _give_up)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _give_up:
                signal.signal(number, handler)


def _give_up(number: int, _frame: FrameType | None) -> None:
    # An exception would not do: imports swallow it, or turn it into an ImportError.
    os._exit(0 if number == signal.SIGTERM else 130)


if __name__ == "__main__":
    sys.exit(main())
