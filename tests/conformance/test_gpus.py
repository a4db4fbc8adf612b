"""The load of GPUs through NVIDIA's library itself; runs where nvidia-ml-py is installed (`make conformance`)."""

from __future__ import annotations

import inspect

import pytest

pynvml = pytest.importorskip("pynvml")
pytest.importorskip("psutil")

from writer.system_watch import LoadMeter  # noqa: E402


def test_the_library_has_what_is_asked_of_it():
    asked = {
        "nvmlInit": 0,
        "nvmlDeviceGetCount": 0,
        "nvmlDeviceGetHandleByIndex": 1,
        "nvmlDeviceGetUtilizationRates": 1,
        "nvmlDeviceGetMemoryInfo": 1,
        "nvmlDeviceGetTemperature": 2,
        "nvmlDeviceGetPowerUsage": 1,
    }
    for name, arguments in asked.items():
        inspect.signature(getattr(pynvml, name)).bind(*range(arguments))
    assert {"gpu"} <= {field for field, _ in pynvml.c_nvmlUtilization_t._fields_}
    assert {"used", "total"} <= {field for field, _ in pynvml.c_nvmlMemory_t._fields_}
    assert issubclass(pynvml.NVMLError_NotSupported, pynvml.NVMLError)
    assert isinstance(pynvml.NVML_TEMPERATURE_GPU, int)


def test_readings_are_plausible_or_there_is_no_driver():
    found = {name: value for name, value in LoadMeter().read().items() if name.startswith("gpu")}
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        assert found == {}
        return
    assert all(0 <= value <= (100 if name.endswith("percent") else 2000) for name, value in found.items())
