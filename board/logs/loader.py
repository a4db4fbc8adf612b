"""The thread that keeps the store up to date with the log directory.

It walks the directory, gives every file its turns, rests, and begins again. Files that grow are looked at twice a
second, silent ones less often, and a walk lists only directories whose time stamps have moved; how often it walks
depends on what that costs. Whatever goes wrong with one file costs that file's turn, is reported, and is tried again.

Notifications of the operating system are not used: network file systems send none, so that all of this would be
needed beside them, and one watch a directory meets limits at 10,000 runs.
"""

from __future__ import annotations

import contextlib
import gc
import heapq
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from board.garbage import collected_seldom
from board.logs import discovery, records, together
from board.logs.bulk import BulkReader
from board.logs.ingest import PATIENCE, Ingest
from board.logs.persistence import Persistence
from board.logs.tail import Stretch
from board.store import Index, IndexDamagedError, Progress, Source, Store, Unreadable

# A file that grows is looked at this often, seconds. One that is silent is looked at less and less often, and the
# less often the more files there are: a hundred cost nothing, ten thousand must not cost a core.
POLL_SECONDS = 0.5
_MAX_POLL_SECONDS = 6.0
_FILES_PER_SECOND = 200
_QUIET_PER_POLL = 120
# Within so many seconds of its last change, and while the state of its end is open, a file is opened to be looked at:
# on network file systems only that fetches fresh attributes.
_OPENED_SECONDS = 60.0
# A large directory takes long to walk, and many growing files to read; resting for a multiple of that bounds the share
# of a core it costs.
_WALK_REST = 200
_MAX_WALK_REST = 8.0
_REST_PER_WORK = 3
_MAX_REST = 2.0
# How far the reading has come is told this often, seconds; less often if that takes long, as with many files.
_PUBLISH_SECONDS = 0.2
_REST_PER_PUBLISH = 50
# What is new of so many files, or so many bytes of it, is decoded together; more bytes of one file are decoded alone.
_TOGETHER = 256
_TOGETHER_BYTES = 4 << 20
_SMALL = 1 << 17
# A file has to be missing from this many listings in a row before it counts as deleted: listings of network file
# systems have gaps.
_MISSES = 2


class Loader:
    """Reads a log directory into a store, and goes on reading what is added to it.

    Args:
        logdir: the directory; it need not exist yet.
        say: takes a line of text for the console.
        patience: seconds that the end of a file may stay unreadable before it counts as damage.
        index: keeps what was read from one start to the next; the loader closes it.
    """

    def __init__(
        self,
        logdir: str,
        store: Store,
        say: Callable[[str], None] = lambda line: None,
        patience: float = PATIENCE,
        index: Index | None = None,
    ) -> None:
        self._logdir = logdir
        self._store = store
        self._say = say
        self._patience = patience
        self._bulk = BulkReader()
        self._persistence = Persistence(logdir, store, index, say)
        self._files: dict[str, Ingest] = {}
        self._survey = discovery.Survey(logdir)
        self._listing = discovery.Listing(False, [], [])
        self._walk_at = 0.0  # time.monotonic()
        self._due: list[tuple[float, str]] = []  # a heap of when to look at which file next, time.monotonic() and path
        self._failing: dict[str, Unreadable] = {}  # files by path
        self._publish_at = 0.0  # time.monotonic()
        self._missed: dict[str, int] = {}
        self._said: set[Unreadable] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the thread after the stretch it is reading, and gives the index up."""
        self._stop.set()
        if self._thread.ident is None:
            self._close()
        else:
            self._thread.join(timeout)

    def _close(self) -> None:
        if self._persistence.due(at_once=True):
            self._persistence.save(self._files.values())
        self._persistence.close()

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stop.is_set():
            pass_begun = time.monotonic()
            first = self._store.progress.loading
            try:
                with self._collecting_seldom():
                    self._tick()
                    if first and not self._store.progress.loading:
                        gc.freeze()  # what was read stays; to look through it for garbage again and again costs seconds
            except Exception as error:  # a walk that fails today may succeed in a moment
                self._say(f"reading {self._logdir} failed ({type(error).__name__}: {error}); trying again")
            if first and not self._store.progress.loading:
                self._say(self._summary(time.monotonic() - begun))
            worked = time.monotonic() - pass_begun
            self._stop.wait(min(max(POLL_SECONDS, _REST_PER_WORK * worked), _MAX_REST))
        self._close()

    def poll(self) -> None:
        """One pass: finds files, and reads every one to its present end."""
        with self._collecting_seldom():
            self._walk(relist=True)
            self._renew_if_damaged()
            self._read(list(self._files))
            self._finish()
        if self._persistence.due(at_once=True):
            self._persistence.save(self._files.values())

    def _tick(self) -> None:
        """Walks if it is time to, and looks at the files whose turn it is."""
        if time.monotonic() >= self._walk_at:
            self._walk(relist=False)
        self._renew_if_damaged()
        now = time.monotonic()
        changed = []
        while self._due and self._due[0][0] <= now:
            path = heapq.heappop(self._due)[1]
            file = self._files.get(path)
            if file is None:
                continue
            quiet = file.tail.quiet_for
            opened = quiet < _OPENED_SECONDS + self._patience or path in self._failing
            if opened or file.tail.has_changed():
                changed.append(path)
            else:
                heapq.heappush(self._due, (now + self._rest(quiet), path))
        try:
            self._read(changed)
        finally:  # whatever went wrong, each has its next turn
            for path in changed:
                rest = self._rest(self._files[path].tail.quiet_for)
                heapq.heappush(self._due, (time.monotonic() + rest, path))
        self._finish()

    def _collecting_seldom(self) -> contextlib.AbstractContextManager[None]:
        """While everything is read for the first time, hardly any of the many objects that are made is garbage."""
        return collected_seldom() if self._store.progress.loading else contextlib.nullcontext()

    def _renew_if_damaged(self) -> None:
        """Reads everything anew if the index no longer gives back what was read."""
        if not self._persistence.damaged:
            return
        self._say("the index is set aside, and the log directory read anew")
        for file in self._files.values():
            file.read_anew()
        self._persistence.renew()
        self._publish(loading=True)
        self._read(list(self._files))

    def _rest(self, quiet: float) -> float:
        """Seconds until a file that has been quiet for so long is looked at again."""
        longest = min(len(self._files) / _FILES_PER_SECOND, _MAX_POLL_SECONDS)
        return max(POLL_SECONDS, min(quiet / _QUIET_PER_POLL, longest))

    def _walk(self, *, relist: bool) -> None:
        begun = time.monotonic()
        before, self._listing = self._listing, self._survey.find(relist=relist)
        if self._listing.files is not before.files or self._missed or self._listing.unreadable != before.unreadable:
            self._follow(self._listing)
        ended = time.monotonic()
        self._walk_at = ended + min(max(POLL_SECONDS, _WALK_REST * (ended - begun)), _MAX_WALK_REST)
        self._publish(loading=self._store.progress.loading)

    def _read(self, paths: Iterable[str]) -> None:
        # A stretch of each file in turn: a large one does not keep the others waiting.
        waiting = list(paths)
        while waiting and not self._stop.is_set():
            more: list[str] = []
            for begin in range(0, len(waiting), _TOGETHER):
                if self._stop.is_set():
                    return
                more += self._turns(waiting[begin : begin + _TOGETHER])
                if self._persistence.due():
                    self._persistence.save(self._files.values())
                more += self._appeared_meanwhile()
            waiting = more
            self._publish(loading=self._store.progress.loading)

    def _turns(self, paths: list[str]) -> list[str]:
        """A turn for each file; those that have more to read at once. What is small is decoded together."""
        more = []
        small: list[tuple[str, Ingest, Stretch]] = []
        waiting = 0
        for path in paths:
            file = self._files.get(path)
            if file is None or self._stop.is_set():
                continue
            if time.monotonic() >= self._publish_at:
                self._publish(loading=self._store.progress.loading)
            with self._minding(path):
                stretch = file.look()
                if stretch is not None and len(stretch.data) <= _SMALL and not stretch.more_follows:
                    small.append((path, file, stretch))
                    waiting += len(stretch.data)
                elif file.take(stretch):
                    more.append(path)
            if waiting >= _TOGETHER_BYTES:
                more += self._take_together(small)
                small, waiting = [], 0
        return more + self._take_together(small)

    def _take_together(self, small: list[tuple[str, Ingest, Stretch]]) -> list[str]:
        """Decodes and commits stretches; the files that have more to read at once."""
        more = []
        decoded = records.together([stretch.data for _, _, stretch in small], self._bulk)
        batches = together.staged([(file.staging, stretch.offset) for _, file, stretch in small], decoded)
        for (path, file, stretch), whole in zip(small, batches):
            with self._minding(path):
                if file.take(stretch, whole):
                    more.append(path)
        return more

    def _appeared_meanwhile(self) -> list[str]:
        """Files that came while the first pass reads others; it may take minutes. None if it is not time to look."""
        if not self._store.progress.loading or time.monotonic() < self._walk_at:
            return []
        known = set(self._files)
        self._walk(relist=False)
        return [path for path in self._files if path not in known]

    def _finish(self) -> None:
        if not self._stop.is_set():
            if self._store.progress.loading:
                self._persistence.settle()
                if self._persistence.due(at_once=True):
                    self._persistence.save(self._files.values())
                self._publish(loading=False)
            else:
                self._store.progress = self._store.progress._replace(last_scan=time.time())
        unreadable = self._unreadable()
        for entry in unreadable:
            if entry not in self._said:
                self._say(f"cannot read {entry.path}: {entry.reason}; trying again from time to time")
        self._said = set(unreadable)

    def _unreadable(self) -> tuple[Unreadable, ...]:
        return (*self._listing.unreadable, *self._failing.values())

    def _follow(self, listing: discovery.Listing) -> None:
        """Takes up files that have appeared, lets go of those that have vanished."""
        listed = {source.path for source in listing.files}
        for source in listing.files:
            self._missed.pop(source.path, None)
            if source.path not in self._files:
                self._files[source.path] = self._begin(source)
                heapq.heappush(self._due, (0.0, source.path))
        # What lies in a directory that cannot be read now is not gone.
        hidden = tuple("" if entry.path == "." else f"{entry.path}/" for entry in listing.unreadable)
        missing = [path for path, file in self._files.items() if path not in listed]
        for path in missing:
            if self._files[path].source.name.startswith(hidden):
                continue
            self._missed[path] = self._missed.get(path, 0) + 1
            if self._missed[path] >= _MISSES:
                del self._missed[path]
                self._failing.pop(path, None)
                self._files.pop(path).close()

    def _begin(self, source: Source) -> Ingest:
        try:
            saved = self._persistence.take(source)
            return Ingest(source, self._store, self._bulk, self._patience, saved)
        except IndexDamagedError as error:
            self._persistence.distrust(error)
            self._store.forget(source)  # of which half may have been taken over
            return Ingest(source, self._store, self._bulk, self._patience)

    @contextlib.contextmanager
    def _minding(self, path: str) -> Iterator[None]:
        """Whatever goes wrong with a file, the others must not wait for it."""
        name = self._files[path].source.name
        try:
            yield
        except FileNotFoundError:  # the next listings tell whether it is gone for good
            self._failing.pop(path, None)
        except OSError as error:
            self._failing[path] = Unreadable(name, discovery.reason(error))
        except Exception as error:
            self._failing[path] = Unreadable(name, f"{type(error).__name__}: {error}")
        else:
            self._failing.pop(path, None)

    def _publish(self, loading: bool) -> None:
        begun = time.monotonic()
        self._store.progress = Progress(
            loading=loading,
            logdir_exists=self._listing.exists,
            files=len(self._files),
            bytes_read=sum(file.tail.offset for file in self._files.values()),
            bytes_known=sum(file.tail.size for file in self._files.values()),
            last_scan=time.time(),
            unreadable=self._unreadable(),
        )
        ended = time.monotonic()
        self._publish_at = ended + max(_PUBLISH_SECONDS, _REST_PER_PUBLISH * (ended - begun))

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
        return f"{counted} read in {seconds:.{1 if seconds >= 1 else 2}f} s"
