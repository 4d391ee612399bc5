"""Readings of this very process."""

import asyncio
import math
import tempfile
import time
from types import SimpleNamespace

import psutil
import pytest

from engine.watch.lag import LagMeter
from engine.watch.sampler import Sampler, resident_set
from tests.support.clock import ManualClock


def idle_meter() -> LagMeter:
    loop = asyncio.new_event_loop()
    loop.close()  # a meter that was not started asks nothing of it
    return LagMeter(loop)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sampler(clock: ManualClock) -> Sampler:
    return Sampler(clock, idle_meter())


def test_the_first_reading_is_already_a_full_one(clock: ManualClock, sampler: Sampler) -> None:
    busy_until = time.process_time() + 0.05
    while time.process_time() < busy_until:
        pass
    clock.advance(1)
    sample = sampler.read()
    assert sample.at == clock.now()
    assert sample.process_cpu > 0
    assert sample.system_cpu > 0
    assert not math.isnan(sample.network_received)
    assert sample.threads >= 1


def test_memory_is_what_the_system_says(clock: ManualClock, sampler: Sampler) -> None:
    before = sampler.read().rss
    ballast = bytearray(b"x") * (64 << 20)
    grown = sampler.read().rss - before
    assert grown == pytest.approx(len(ballast), rel=0.1)
    assert sampler.read().rss == pytest.approx(resident_set(), rel=0.05)
    assert sampler.read().vms > before


def test_open_files_are_counted(sampler: Sampler) -> None:
    before = sampler.read().files
    with tempfile.TemporaryFile(), tempfile.TemporaryFile():
        assert sampler.read().files == before + 2


def counters(monkeypatch: pytest.MonkeyPatch, disk: object, network: object) -> None:
    monkeypatch.setattr(psutil.Process, "io_counters", lambda self: disk)
    monkeypatch.setattr(psutil, "net_io_counters", lambda: network)


def test_rates_are_per_second_of_the_time_that_went(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SimpleNamespace(read_bytes=1000, write_bytes=2000)
    network = SimpleNamespace(bytes_recv=3000, bytes_sent=4000)
    counters(monkeypatch, disk, network)
    sampler = Sampler(clock, idle_meter())
    clock.advance(2)
    disk.read_bytes += 200
    disk.write_bytes += 400
    network.bytes_recv += 600
    network.bytes_sent -= 100  # its network card went away
    sample = sampler.read()
    assert (sample.disk_read, sample.disk_written) == (100, 200)
    assert (sample.network_received, sample.network_sent) == (300, 0)
    network.bytes_sent += 50
    clock.advance(0.5)
    assert sampler.read().network_sent == 100


@pytest.mark.parametrize(
    "error", [psutil.AccessDenied(), PermissionError(), FileNotFoundError(), NotImplementedError()]
)
def test_a_system_that_does_not_tell_some_counters_is_still_read(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(psutil.Process, "io_counters", refuse)
    monkeypatch.setattr(psutil.Process, "num_fds", refuse)
    monkeypatch.setattr(psutil, "net_io_counters", lambda: None)
    sampler = Sampler(clock, idle_meter())
    clock.advance(1)
    sample = sampler.read()
    assert math.isnan(sample.disk_read)
    assert math.isnan(sample.network_sent)
    assert sample.files == 0
    assert sample.rss > 0


def test_a_counter_that_comes_back_is_read_again(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = SimpleNamespace(bytes_recv=0, bytes_sent=0)
    counters(monkeypatch, None, None)
    sampler = Sampler(clock, idle_meter())
    counters(monkeypatch, None, network)
    clock.advance(1)
    assert math.isnan(sampler.read().network_sent)
    network.bytes_sent = 7
    clock.advance(1)
    assert sampler.read().network_sent == 7


def test_a_platform_without_disk_counters_is_still_read(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(psutil.Process, "io_counters")
    sampler = Sampler(clock, idle_meter())
    clock.advance(1)
    assert math.isnan(sampler.read().disk_written)


def test_the_cost_of_readings_is_told(sampler: Sampler) -> None:
    assert sampler.mean_cost_ms == 0
    costs = []
    for _ in range(3):
        sampler.read()
        costs.append(sampler.cost_ms)
    assert min(costs) > 0
    assert sampler.mean_cost_ms == pytest.approx(sum(costs) / 3)


@pytest.mark.alone
def test_a_reading_costs_far_less_than_a_millisecond_of_cpu(sampler: Sampler) -> None:
    costs = []
    for _ in range(100):
        sampler.read()
        costs.append(sampler.cost_ms)
    assert sorted(costs)[50] < 1  # the dearer half is what the machine did beside it


async def test_the_worst_lag_travels_with_the_sample(clock: ManualClock) -> None:
    loop = asyncio.get_running_loop()
    lag = LagMeter(loop)
    sampler = Sampler(clock, lag)
    lag.start()
    held_until = loop.time() + 0.4
    while loop.time() < held_until:
        pass
    began = loop.time()
    assert sampler.read().lag_ms >= 190
    again = sampler.read().lag_ms
    assert again <= (loop.time() - began) * 1000  # no more than has come since
    lag.stop()
