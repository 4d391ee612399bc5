"""Telethon's classes that are made late are those of its own modules, each once."""

import subprocess
import sys

# Each in a fresh process: a module that is imported already stays as it is.
_SAME = """
import engine.telegram, pkgutil, telethon
from importlib.machinery import PathFinder
from types import CodeType
from telethon.tl import alltlobjects, functions, types

def parts(code):
    return {one.co_name: one for one in code.co_consts if isinstance(one, CodeType)}

def told(code):
    # Not its steps: compiled as one module, what is imported is loaded otherwise.
    constants = [told(one) if isinstance(one, CodeType) else one for one in code.co_consts]
    return code.co_names, code.co_varnames, code.co_argcount, constants

def before_patching(made):
    return made if made.__module__ != "telethon.tl.patched" else made.__bases__[1]

compared = 0
for room in (types, functions):
    package = telethon.tl.__path__, room.__path__
    rooms = [getattr(room, info.name) for info in pkgutil.iter_modules(room.__path__)]
    for module in [room, *rooms]:
        loader = PathFinder.find_spec(module.__name__, package[module is not room]).loader
        for name, body in parts(loader.get_code(module.__name__)).items():
            made = before_patching(getattr(module, name))
            assert made.__module__ == module.__name__, made
            for part, code in parts(body).items():
                function = getattr(vars(made)[part], "__func__", vars(made)[part])
                assert told(function.__code__) == told(code), (made, part)
            compared += 1
for number, made in alltlobjects.tlobjects.items():
    assert made.CONSTRUCTOR_ID == number, made
print(compared, len(alltlobjects.tlobjects), alltlobjects.LAYER)
"""

_FEW = """
import engine.telegram, telethon
from telethon.tl import alltlobjects, functions, types
for room in (types, functions, functions.messages):
    print(sum(isinstance(one, type) for one in vars(room).values()))
assert types.TypePeer == types.TypePeer and types.PeerUser in types.TypePeer.__args__
assert telethon.types.PeerUser is types.PeerUser
assert "DraftMessageEmpty" in dir(types)
assert alltlobjects.tlobjects.get(1) is None and 1 not in alltlobjects.tlobjects
assert not hasattr(types, "NoSuchType")
salts = types.FutureSalts(1, 2, [types.FutureSalt(3, 4, 5)])
assert type(salts.salts[0]) is types.FutureSalt
"""

_AT_ONCE = """
import engine.telegram, threading
from telethon.tl import types
barrier, got = threading.Barrier(8), []
def ask():
    barrier.wait()
    got.append(types.ChannelFull)
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(got) == 8 and len(set(got)) == 1
"""


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_class_is_that_of_telethons_own_module() -> None:
    compared, constructors, layer = map(int, _run(_SAME).split())
    assert compared == constructors > 2000
    assert layer > 200


def test_an_import_makes_few_of_them_and_the_others_when_asked_for() -> None:
    assert all(int(made) < 300 for made in _run(_FEW).split())


def test_threads_that_ask_at_once_get_one_class() -> None:
    _run(_AT_ONCE)


_ALL = """
import importlib, sys
if "ours" in sys.argv: import engine.telegram
for name in sys.argv[1].split(","):
    there = {}
    exec(f"from {name} import *", there)
    print(name, *sorted(there))
"""


def test_an_import_of_all_names_gets_those_that_telethon_itself_gives() -> None:
    modules = "telethon.tl.types.auth,telethon.tl.functions.auth,telethon.types,telethon.functions"
    ours, theirs = (
        subprocess.run(
            [sys.executable, "-c", _ALL, modules, whose],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for whose in ("ours", "theirs")
    )
    for our, their in zip(ours.splitlines(), theirs.splitlines(), strict=True):
        assert set(their.split()) <= set(our.split())
