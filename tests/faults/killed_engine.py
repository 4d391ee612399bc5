"""Runs headless engines that are killed, one after the other, each forked from this process.

Everything is imported once, so that a start costs what the engine itself does. Orders come as
lines of JSON on stdin (tokens are never in the arguments), events go as lines of JSON to stdout.
"""

import asyncio
import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

from engine.cli.headless import run_headless
from engine.cli.wanted import Headless
from tests.support.kill_points import arm

_LONGEST_LIFE = 120.0  # s, should nobody kill it


def _live(order: dict[str, Any], events: int) -> None:
    """Be the engine until killed or told to stop."""

    def say(**event: object) -> None:
        os.write(events, json.dumps(event).encode() + b"\n")

    arm(order["point"], order["passages"], order["flush_interval"], say)
    wanted = Headless(
        data_directory=Path(order["directory"]),
        exit_after=_LONGEST_LIFE,
        overrides=order["settings"],
    )
    asyncio.run(run_headless(wanted))


def main() -> None:
    events = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            status = 1
            try:
                _live(order, events)
                status = 0
            except BaseException:  # noqa: BLE001 - nothing of the parent's may go on in here
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(status)
        os.write(events, json.dumps({"started": child}).encode() + b"\n")
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        os.write(events, json.dumps({"ended": ended}).encode() + b"\n")


if __name__ == "__main__":
    main()
