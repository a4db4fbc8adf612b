"""Records from the training thread to the writing one: a queue bounded in memory, whose `put` takes no lock.

What runs on the training thread is an append to a list, two comparisons and an addition. It takes no lock, because
a signal's function may interrupt it anywhere, and then has to be able to wait for the writing thread. What
needs more, such as waking the writing thread, is the slow path, a few times a second.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Literal

from writer.output.disk import Disk
from writer.output.gap import Gap

_logger = logging.getLogger("writer")
# What a record costs in memory beyond its bytes: the head of the object and a place in the list.
OVERHEAD = 64
# A disk that has taken nothing for so long, while it had something to write, is not slow but stuck.
STUCK_SECONDS = 1.0
_POLL_SECONDS = 0.001
_GAP_BYTES = 256  # about the size of its record
_NEVER = sys.maxsize

OnFull = Literal["wait", "drop"]


class RecordQueue:
    """Records that wait to be written.

    Args:
        limit: bytes of memory that waiting records may take.
        wake_records, wake_bytes: with so much waiting, the writing thread is woken before its time.
        on_full: "wait" for room, as long as records are written; or "drop" what comes.
        raise_faults: `put` raises what keeps records from being written. Those are kept all the same.
        disk: which the records go to; many queues may share one, and the thread that waits for it.
        wake: called with True to have the queue emptied now, with False to have it emptied in due time.
        after_close: called with a record that came after `close`, its count, and whether the queue holds it all the
            same (and the thread may or may not have taken it).
    """

    def __init__(
        self,
        limit: int,
        wake_records: int,
        wake_bytes: int,
        on_full: OnFull,
        raise_faults: bool,
        disk: Disk,
        wake: Callable[[bool], None],
        after_close: Callable[[bytes, int, bool], None],
    ) -> None:
        self._limit = limit
        self._wake_records = wake_records
        self._wake_bytes = min(wake_bytes, limit)
        self._on_full = on_full
        self._raise_faults = raise_faults
        self._wake = wake
        self._after_close = after_close
        self._records: list[bytes] = []
        # Bytes ever put, written by callers; and ever written, by the writing thread. Where two threads put at the same
        # moment the first may miss some; `release` mends that whenever the queue is empty.
        self._accepted = 0
        self._released = 0
        # The callers' slow path is taken with so many bytes ever put, or so many records waiting.
        self._attention = self._wake_bytes
        self._trigger = 1  # 1: the thread knows of nothing; `wake_records`: it will come; _NEVER: it comes at once
        self._closed = False
        self._gap: Gap | None = None
        self._gap_lock = threading.RLock()
        self.dropped = 0  # events, ever
        self.disk = disk
        self.fault: OSError | None = None  # why nothing is written at present, told by the writing thread

    def __len__(self) -> int:
        return len(self._records)

    def put(self, record: bytes, count: int = 1) -> None:
        """Takes a record, or several in one that count as ``count``.

        Raises:
            OSError: with ``raise_faults``.
        """
        accepted = self._accepted + len(record) + OVERHEAD
        if accepted > self._attention:
            self._put_slowly(record, count)
            return
        self._accepted = accepted
        records = self._records
        records.append(record)
        if len(records) >= self._trigger:
            if self._closed:
                self._after_close(record, count, True)
            else:
                self._tell()

    def take(self) -> list[bytes]:
        """All records that wait. They count as waiting until they are released."""
        self._trigger = 1  # before the records are counted: who puts one from now on tells the thread anew
        records = self._records
        count = len(records)
        taken = records[:count]
        del records[:count]
        return taken

    def release(self, size: int, count: int) -> None:
        """Records were written: ``count`` of them, with ``size`` bytes."""
        self._released += size + count * OVERHEAD
        self.settle()

    def refused(self, error: OSError) -> None:
        """Nothing was written, and why."""
        self.fault = error
        if self._raise_faults:
            self._attention = -1

    def settle(self) -> None:
        """Sets the callers' thresholds anew. Called by the writing thread."""
        if self._gap is None and not self._closed and not (self._raise_faults and self.fault):
            self._attention = self._released + self._wake_bytes

    def emptied(self) -> None:
        """Nothing taken is left to be written."""
        if not self._records:
            self._released = self._accepted
        self.settle()

    def close(self) -> None:
        """Lets nothing more in."""
        self._closed = True
        self._attention = -1
        self._trigger = 0

    def rescue(self) -> list[bytes]:
        """Records that came in while the queue was closing, after the last were taken."""
        left = []
        while self._records:
            try:
                left.append(self._records.pop(0))  # one caller gets each
            except IndexError:
                break
        return left

    def tell_gap(self, last: bool = False) -> None:
        """Puts the record of what was dropped, if there is room for it again, or this is the ``last`` chance."""
        with self._gap_lock:
            if not last and self._is_full(OVERHEAD + _GAP_BYTES):
                return
            gap, self._gap = self._gap, None
            if gap is not None:
                self.put_at_once(gap.record())

    def put_at_once(self, record: bytes) -> None:
        """Takes a record whether or not there is room for it: for what is small and comes seldom."""
        self._accepted += len(record) + OVERHEAD
        self._records.append(record)

    def stuck(self, seconds: float = STUCK_SECONDS) -> bool:
        """Whether the disk refuses, or has not answered for so long."""
        return self.fault is not None or self.disk.silent_for(seconds)

    def _put_slowly(self, record: bytes, count: int) -> None:
        if self._closed:
            self._after_close(record, count, False)
            return
        size = len(record) + OVERHEAD
        if self._is_full(size):
            self._wake(True)
            while self._on_full == "wait" and self._is_full(size) and not self.stuck():
                time.sleep(_POLL_SECONDS)
            if self._is_full(size):
                self._drop(record, count)
                if self._raise_faults:
                    raise self.fault or TimeoutError("the queue is full, and the disk takes nothing from it")
                return
        if self._closed:
            self._after_close(record, count, False)
            return
        self.tell_gap()
        self._accepted += size
        self._records.append(record)
        self._trigger = _NEVER
        if self._raise_faults and self.fault is not None:
            raise self.fault
        self._attention = self._released + self._limit
        self._wake(True)

    def _is_full(self, size: int) -> bool:
        waiting = self._accepted - self._released
        return waiting > 0 and waiting + size > self._limit  # what is too large by itself may pass alone

    def _drop(self, record: bytes, count: int) -> None:
        reason = str(self.fault or ("the disk does not answer" if self.stuck() else "the queue is full"))
        with self._gap_lock:
            if self._gap is None:
                self._gap = Gap()
                self._attention = -1  # what comes next tells the gap first
                _logger.warning(
                    "%d bytes wait to be written (%s): what is logged now is dropped, and counted",
                    self._accepted - self._released,
                    reason,
                )
            self._gap.add(count, len(record), reason)
            self.dropped += count

    def _tell(self) -> None:
        waiting = len(self._records)
        if self._trigger == 1 and waiting < self._wake_records:
            self._trigger = self._wake_records
            self._wake(False)
        elif self._trigger != _NEVER and waiting >= self._wake_records:
            self._trigger = _NEVER
            self._wake(True)
