"""Lists the benchmarks, or runs those named, or all: `python -m tests.performance [NAME...]`."""

import argparse
import importlib
import inspect
import pkgutil
import sys
import time
from types import ModuleType

import tests.performance
from tests.performance.machine import describe
from tests.performance.table import Table


def benchmarks() -> dict[str, ModuleType]:
    """Every module here that has a NAME, by it."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(tests.performance.__path__):
        if info.name == "__main__" or info.ispkg:
            continue
        module = importlib.import_module(f"tests.performance.{info.name}")
        if hasattr(module, "NAME"):
            found[module.NAME] = module
    return found


def main() -> int:
    found = benchmarks()
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(sorted(found))}")
    parser.add_argument("--list", action="store_true", help="say what there is, and stop")
    parser.add_argument(
        "--peers", action="store_true", help="measure Debian's peers beside it, where it can be"
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(found):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if options.list:
        for name, module in sorted(found.items()):
            print(f"{name:12} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    print(describe(), end="\n\n", flush=True)
    started = time.monotonic()
    for name in options.names or sorted(found):
        print(_run(found[name], peers=options.peers).markdown(), end="\n\n", flush=True)
    print(f"Took {time.monotonic() - started:.0f} s.")
    return 0


def _run(benchmark: ModuleType, *, peers: bool) -> Table:
    """Run one, beside the peers if that is wanted and it knows how."""
    takes_peers = "peers" in inspect.signature(benchmark.run).parameters
    table: Table = benchmark.run(peers=peers) if takes_peers else benchmark.run()
    return table


if __name__ == "__main__":
    sys.exit(main())
