"""The thread that keeps the store up to date with the log directory.

It walks the directory, gives every file its turns, rests, and begins again. Whatever goes wrong with one file
costs that file's turn, is reported, and is tried again in the next pass.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from board.logs import discovery
from board.logs.bulk import BulkReader
from board.logs.ingest import PATIENCE, Ingest
from board.store import Progress, Store, Unreadable

POLL_SECONDS = 0.5
# A large directory takes long to walk; resting for a multiple of that bounds the share of a core it costs.
_REST_PER_WORK = 3
_MAX_REST = 2.0
# A file has to be missing from this many listings in a row before it counts as deleted: listings of network file
# systems have gaps.
_MISSES = 2


class Loader:
    """Reads a log directory into a store, and goes on reading what is added to it.

    Args:
        logdir: the directory; it need not exist yet.
        say: takes a line of text for the console.
        patience: seconds that the end of a file may stay unreadable before it counts as damage.
    """

    def __init__(
        self, logdir: str, store: Store, say: Callable[[str], None] = lambda line: None, patience: float = PATIENCE
    ) -> None:
        self._logdir = logdir
        self._store = store
        self._say = say
        self._patience = patience
        self._bulk = BulkReader()
        self._files: dict[str, Ingest] = {}
        self._missed: dict[str, int] = {}
        self._said: set[Unreadable] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Ends the thread after the stretch it is reading."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stop.is_set():
            pass_begun = time.monotonic()
            first = self._store.progress.loading
            try:
                self.poll()
            except Exception as error:  # a walk that fails today may succeed in a moment
                self._say(f"reading {self._logdir} failed ({type(error).__name__}: {error}); trying again")
            if first and not self._store.progress.loading:
                self._say(self._summary(time.monotonic() - begun))
            worked = time.monotonic() - pass_begun
            self._stop.wait(min(max(POLL_SECONDS, _REST_PER_WORK * worked), _MAX_REST))

    def poll(self) -> None:
        """One pass: finds files, and reads every one to its present end."""
        listing = discovery.find(self._logdir)
        self._follow(listing)
        unreadable = {entry.path: entry for entry in listing.unreadable}
        self._publish(listing, unreadable, loading=self._store.progress.loading)
        # A stretch of each file in turn: a large one does not keep the others waiting.
        waiting = list(self._files.values())
        while waiting and not self._stop.is_set():
            waiting = [file for file in waiting if not self._stop.is_set() and self._turn(file, unreadable)]
            self._publish(listing, unreadable, loading=self._store.progress.loading)
        if not self._stop.is_set():
            self._publish(listing, unreadable, loading=False)
        for entry in unreadable.values():
            if entry not in self._said:
                self._say(f"cannot read {entry.path}: {entry.reason}; trying again from time to time")
        self._said = set(unreadable.values())

    def _follow(self, listing: discovery.Listing) -> None:
        """Takes up files that have appeared, lets go of those that have vanished."""
        listed = {source.path for source in listing.files}
        for source in listing.files:
            self._missed.pop(source.path, None)
            if source.path not in self._files:
                self._files[source.path] = Ingest(source, self._store, self._bulk, self._patience)
        # What lies in a directory that cannot be read now is not gone.
        hidden = tuple("" if entry.path == "." else f"{entry.path}/" for entry in listing.unreadable)
        missing = [path for path, file in self._files.items() if path not in listed]
        for path in missing:
            if self._files[path].source.name.startswith(hidden):
                continue
            self._missed[path] = self._missed.get(path, 0) + 1
            if self._missed[path] >= _MISSES:
                del self._missed[path]
                self._files.pop(path).close()

    def _turn(self, file: Ingest, unreadable: dict[str, Unreadable]) -> bool:
        """Whether the file has more to read at once."""
        name = file.source.name
        try:
            return file.turn()
        except FileNotFoundError:  # the next listings tell whether it is gone for good
            return False
        except OSError as error:
            unreadable[name] = Unreadable(name, discovery.reason(error))
        except Exception as error:  # whatever it is, the other files must not wait for it
            unreadable[name] = Unreadable(name, f"{type(error).__name__}: {error}")
        return False

    def _publish(self, listing: discovery.Listing, unreadable: dict[str, Unreadable], loading: bool) -> None:
        self._store.progress = Progress(
            loading=loading,
            logdir_exists=listing.exists,
            files=len(self._files),
            bytes_read=sum(file.tail.offset for file in self._files.values()),
            bytes_known=sum(file.tail.size for file in self._files.values()),
            last_scan=time.time(),
            unreadable=tuple(unreadable.values()),
        )

    def _summary(self, seconds: float) -> str:
        if not self._store.progress.logdir_exists:
            return f"{self._logdir} does not exist yet; waiting for it"
        totals = self._store.totals
        if not totals.runs:
            return f"no event files in {self._logdir} yet; waiting for them"
        counted = ", ".join(
            f"{number:,} {noun}{'' if number == 1 or noun == 'series' else 's'}"
            for number, noun in ((totals.runs, "run"), (totals.series, "series"), (totals.points, "point"))
        )
        return f"{counted} read in {seconds:.1f} s"
