"""The load of the machine to scalars, at intervals, by a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from writer.methods.base import Methods

_logger = logging.getLogger("writer")
_MEGABYTE = 1e6


class SystemWatch:
    """Logs what a `LoadMeter` reads until `stop` is called or the writer is collected.

    Raises:
        ImportError: psutil is not installed.
    """

    def __init__(self, methods: Methods, interval: float) -> None:
        self._stopped = threading.Event()
        meter = LoadMeter()
        # The thread must not keep the writer alive.
        arguments = (weakref.ref(methods), meter, interval, self._stopped)
        self._thread = threading.Thread(target=_watch, args=arguments, name="watch_system", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when nothing more will be logged."""
        self._stopped.set()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5.0)

    def __reduce__(self) -> Any:
        # A writer that is unpickled elsewhere does not watch there.
        return (type(None), ())


def _watch(methods: weakref.ref[Methods], meter: LoadMeter, interval: float, stopped: threading.Event) -> None:
    from writer import event
    from writer.summary.scalars import scalar

    told = False
    while not stopped.wait(interval):
        writer = methods()
        if writer is None:
            break
        step = writer._latest_step
        try:
            for name, value in meter.read().items():
                writer._log(event.SUMMARY, scalar(f"system/{name}", value), step, None)
        except Exception as error:  # of the system or of a driver: no reason to end the training
            if not told:
                told = True
                _logger.warning("watch_system: %s; not told again", error)
        del writer


class LoadMeter:
    """Reads the load of the machine, of this process and of GPUs; rates are those since the reading before."""

    def __init__(self) -> None:
        try:
            import psutil
        except ImportError:
            raise ImportError("watch_system needs psutil: install graphboard[system]") from None
        self._psutil = psutil
        self._process = psutil.Process()
        self._gpus = _Gpus()
        self._counters: dict[str, float] = {}
        self._read_at = time.monotonic()
        self.read()

    def read(self) -> dict[str, float]:
        """Names to numbers; what the system does not tell is left out."""
        psutil = self._psutil
        values: dict[str, float] = {
            "cpu_percent": psutil.cpu_percent(),
            "memory_percent": psutil.virtual_memory().percent,
            "process_cpu_percent": self._process.cpu_percent(),
            "process_memory_MB": self._process.memory_info().rss / _MEGABYTE,
        }
        now = time.monotonic()
        elapsed, self._read_at = now - self._read_at, now
        disk, network = psutil.disk_io_counters(), psutil.net_io_counters()
        totals: dict[str, float] = {}
        if disk is not None:  # none in some containers
            totals |= {"disk_read": disk.read_bytes, "disk_write": disk.write_bytes}
        if network is not None:
            totals |= {"network_received": network.bytes_recv, "network_sent": network.bytes_sent}
        for name, total in totals.items():
            if name in self._counters and elapsed > 0:
                values[f"{name}_MB_per_s"] = max(0.0, total - self._counters[name]) / elapsed / _MEGABYTE
        self._counters = totals
        return values | self._gpus.read()


class _Gpus:
    """The GPUs that NVIDIA's management library knows; none if nvidia-ml-py or a driver is missing."""

    def __init__(self) -> None:
        self._devices: list[Any] = []
        try:
            import pynvml

            pynvml.nvmlInit()
            self._nvml = pynvml
            self._devices = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
        except Exception:  # no package, no driver, no device
            return

    def read(self) -> dict[str, float]:
        values: dict[str, float] = {}
        for number, device in enumerate(self._devices):
            for name, reading in (
                ("percent", self._percent),
                ("memory_percent", self._memory_percent),
                ("celsius", self._celsius),
                ("watts", self._watts),
            ):
                # Some devices do not tell all of it: laptops no watts, those that share the machine's memory none.
                with contextlib.suppress(self._nvml.NVMLError):
                    values[f"gpu{number}_{name}"] = reading(device)
        return values

    def _percent(self, device: Any) -> float:
        return float(self._nvml.nvmlDeviceGetUtilizationRates(device).gpu)

    def _memory_percent(self, device: Any) -> float:
        memory = self._nvml.nvmlDeviceGetMemoryInfo(device)
        return 100.0 * memory.used / memory.total

    def _celsius(self, device: Any) -> float:
        return float(self._nvml.nvmlDeviceGetTemperature(device, self._nvml.NVML_TEMPERATURE_GPU))

    def _watts(self, device: Any) -> float:
        return float(self._nvml.nvmlDeviceGetPowerUsage(device)) / 1000.0  # milliwatts
