"""Readings of GPUs, from a stand-in for NVIDIA's library; `tests/conformance/test_gpus.py` has the library itself."""

from __future__ import annotations

import sys
import time
from types import ModuleType, SimpleNamespace

import pytest

import board
from writer import SummaryWriter
from writer.system_watch import LoadMeter

pytest.importorskip("psutil")


class NVMLError(Exception):
    """What the library raises, whatever happened."""


def library(watts=(250_500, 70_000), initialises=True, gone=()):
    """A module with the names and the answers of nvidia-ml-py for two devices; ``watts`` of None: not supported."""
    module = ModuleType("pynvml")

    def init():
        if not initialises:
            raise NVMLError("NVML Shared Library Not Found")

    def power(device):
        if watts[device] is None or device in gone:
            raise NVMLError("Not Supported")
        return watts[device]

    def or_gone(answer):
        def ask(device, *arguments):
            if device in gone:
                raise NVMLError("GPU is lost")
            return answer(device, *arguments)

        return ask

    vars(module).update(
        NVMLError=NVMLError,
        NVML_TEMPERATURE_GPU=0,
        nvmlInit=init,
        nvmlDeviceGetCount=lambda: 2,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetUtilizationRates=or_gone(lambda device: SimpleNamespace(gpu=97 - device, memory=12)),
        nvmlDeviceGetMemoryInfo=or_gone(lambda device: SimpleNamespace(total=16 << 30, free=12 << 30, used=4 << 30)),
        nvmlDeviceGetTemperature=or_gone(lambda device, sensor: {0: 61 + device}[sensor]),
        nvmlDeviceGetPowerUsage=power,
    )
    return module


def gpu_readings(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "pynvml", module)
    return {name: value for name, value in LoadMeter().read().items() if name.startswith("gpu")}


def test_load_memory_temperature_and_power_of_each_device_are_read(monkeypatch):
    assert gpu_readings(monkeypatch, library()) == {
        "gpu0_percent": 97,
        "gpu0_memory_percent": 25,
        "gpu0_celsius": 61,
        "gpu0_watts": 250.5,
        "gpu1_percent": 96,
        "gpu1_memory_percent": 25,
        "gpu1_celsius": 62,
        "gpu1_watts": 70,
    }


def test_what_a_device_does_not_tell_is_left_out_and_the_rest_is_read(monkeypatch):
    found = gpu_readings(monkeypatch, library(watts=(None, 70_000)))
    assert "gpu0_watts" not in found
    assert found["gpu0_percent"] == 97
    assert found["gpu1_watts"] == 70


def test_a_device_that_is_lost_costs_its_own_readings_alone(monkeypatch):
    gone: list[int] = []
    monkeypatch.setitem(sys.modules, "pynvml", library(gone=gone))
    meter = LoadMeter()
    assert "gpu0_percent" in meter.read()
    gone.append(0)
    found = meter.read()
    assert [name for name in found if name.startswith("gpu0")] == []
    assert found["gpu1_percent"] == 96
    assert "cpu_percent" in found


@pytest.mark.parametrize("module", [None, library(initialises=False)], ids=["no package", "no driver"])
def test_without_package_or_driver_there_are_no_gpus_and_no_error(monkeypatch, module):
    assert gpu_readings(monkeypatch, module) == {}


def test_the_readings_are_scalars_of_the_run(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", library())
    with SummaryWriter(tmp_path) as log:
        log.watch_system(0.01)
        deadline = time.monotonic() + 20
        while not log.flush() or "system/gpu1_watts" not in [one.tag for one in board.open(tmp_path).series()]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert set(board.open(tmp_path).scalars(".", "system/gpu1_watts").values.tolist()) == {70.0}
