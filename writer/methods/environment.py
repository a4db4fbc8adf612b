"""What the training runs on, and how busy it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from writer import event
from writer.event_file import EventFileWriter
from writer.methods.base import Methods


class EnvironmentMethods(Methods):
    """Logs the environment once, and the load of the machine for as long as the writer is open."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._watch: Any = None

    def add_environment(
        self,
        *,
        git: bool = True,
        packages: bool = True,
        variables: Sequence[str] = (),
        max_diff_bytes: int = 100_000,
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Logs what the program runs on and from, as texts: ``environment/command``, ``environment/host``,
        ``environment/packages``, ``environment/git``, ``environment/git_diff``, ``environment/variables``.

        What looks like a secret is hidden: values of arguments and settings named like one, users in URLs, tokens of
        well-known services, private keys. Environment variables are logged only if they are named. It takes some
        tenths of a second, once, on the calling thread.

        Args:
            git: the commit checked out where the program lies, changed files, and the changes.
            packages: installed distributions and their versions.
            variables: names of environment variables.
            max_diff_bytes: the changes are cut after so many bytes.
        """
        from writer import environment

        texts = {"command": environment.command(), "host": environment.host()}
        if packages:
            texts["packages"] = environment.packages()
        if git:
            program = os.path.abspath(sys.argv[0]) if sys.argv and os.path.isfile(sys.argv[0]) else ""
            texts |= environment.git(os.path.dirname(program) or os.getcwd(), max_diff_bytes)
        if variables:
            texts["variables"] = environment.variables(variables, os.environ)
        for name, text in texts.items():
            self._log(event.SUMMARY, _text(f"environment/{name}", text), global_step, walltime)

    def watch_system(self, interval: float = 10.0) -> None:
        """Logs how busy the machine is every ``interval`` seconds, by a thread of its own, until the writer is closed.

        Scalars: ``system/cpu_percent`` and ``system/memory_percent`` of the whole machine,
        ``system/disk_read_MB_per_s``, ``system/disk_write_MB_per_s``, ``system/network_received_MB_per_s``,
        ``system/network_sent_MB_per_s``, ``system/process_cpu_percent`` (100 is one core),
        ``system/process_memory_MB``; and, where nvidia-ml-py finds GPUs, ``system/gpu0_percent``,
        ``system/gpu0_memory_percent``, ``system/gpu0_celsius`` and ``system/gpu0_watts`` of each. A call while one
        watches replaces it.

        Their step is the greatest that the training has logged by then: so they lie beside its curves, and where
        a resumed run supersedes those from some step on, it supersedes these alike. Seconds are on the wall-time axis.

        Raises:
            ImportError: psutil is not installed (the extra ``system`` has it).
            ValueError: the interval is not a positive number.
        """
        from writer.system_watch import SystemWatch

        if not interval > 0:
            raise ValueError(f"watch_system: interval is a positive number of seconds, but got {interval!r}")
        self._stop_watching()
        self._watch = SystemWatch(self, float(interval))

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _before_close(self, failed: bool) -> None:
        super()._before_close(failed)
        self._stop_watching()


def _text(tag: str, text: str) -> bytes:
    import numpy as np

    from writer.format.plugins import TEXT
    from writer.summary.metadata import metadata_of, tensor_summary

    return tensor_summary(tag, np.array(text, object), metadata_of(tag, TEXT))
