"""What a killed process leaves behind."""

import mmap
import os
import random
import signal
import struct
import subprocess
import sys

import pytest

from writer.format.messages import Event
from writer.format.record import Incomplete, Record, next_record

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")

# Forks a trainer, kills it at a random instant, and so on: the modules are imported once. A trainer notes the last step
# whose flush returned where the kill cannot reach it.
KILLER = """
import mmap, os, random, signal, struct, sys, time
from writer import EventFileWriter, event
from writer.summary.scalars import scalar

directory, kills, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(seed)
notes = mmap.mmap(os.open(directory + "/notes", os.O_RDWR), 8 * kills)

def train(number, payload, every):
    writer = EventFileWriter(f"{directory}/{number}", flush_secs=0, max_queue=10)
    step = 0
    while True:
        step += 1
        writer.write(event.encode(1.0, step, event.SUMMARY, scalar("t" * payload, step)))
        if step % every == 0:
            assert writer.flush()
            notes[8 * number : 8 * number + 8] = struct.pack("<q", step)

for number in range(kills):
    child = os.fork()
    if not child:
        train(number, random.choice([1, 100, 60_000]), random.choice([1, 10, 1000]))
    time.sleep(random.uniform(0.0, 0.04))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def records_of(path):
    data, offset = path.read_bytes(), 0
    while offset < len(data):
        found = next_record(data, offset)
        if isinstance(found, Incomplete):  # a torn tail; behind damage elsewhere, a good record would be found
            return
        assert isinstance(found, Record), f"{path} at {offset}: {found}"
        yield Event.FromString(found.data)
        offset = found.end


def test_200_kills_at_random_instants_lose_nothing_that_was_flushed(tmp_path):
    kills, seed = 200, random.randrange(1 << 30)
    (tmp_path / "notes").write_bytes(bytes(8 * kills))
    subprocess.run([sys.executable, "-c", KILLER, str(tmp_path), str(kills), str(seed)], check=True, timeout=120)
    with open(tmp_path / "notes", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as notes:
        flushed = struct.unpack(f"<{kills}q", notes[:])
    assert sum(step > 0 for step in flushed) > kills / 4, "hardly a trainer came to a flush"
    for number, step in enumerate(flushed):
        directory = tmp_path / str(number)
        paths = list(directory.iterdir()) if directory.exists() else []
        assert len(paths) <= 1
        found = [item.step for path in paths for item in records_of(path) if item.HasField("summary")]
        assert found == list(range(1, len(found) + 1)), f"seed {seed}, kill {number}"
        assert len(found) >= step, f"seed {seed}, kill {number}"


TRAINER = """
import os, signal, sys, time
from writer import EventFileWriter, event
from writer.summary.scalars import scalar
{before}
writer = EventFileWriter(sys.argv[1], flush_secs=600, handle_sigterm={handles})
for step in range(100):
    writer.write(event.encode(1.0, step, event.SUMMARY, scalar("t", step)))
{after}
print("ready", flush=True)
while True:
    writer.write(event.encode(1.0, 1000, event.SUMMARY, scalar("t", 0.0)))
    {pause}
"""


def terminate(directory, handles=True, before="", after="", pause="time.sleep(0.01)"):
    script = TRAINER.format(handles=handles, before=before, after=after, pause=pause)
    with subprocess.Popen([sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        return process.wait(20), process.stdout.read().decode()


def logged(directory):
    return [item.step for path in directory.iterdir() for item in records_of(path) if item.HasField("summary")]


@pytest.mark.parametrize("pause", ["time.sleep(0.01)", ""])
def test_sigterm_writes_what_was_logged_and_the_process_dies_of_it(pause, tmp_path):
    code, _ = terminate(tmp_path, pause=pause)
    assert code == -signal.SIGTERM
    assert logged(tmp_path)[:100] == list(range(100))


def test_a_function_for_sigterm_that_was_there_before_runs_afterwards(tmp_path):
    code, said = terminate(tmp_path, before="signal.signal(signal.SIGTERM, lambda *_: (print('mine'), sys.exit(7)))")
    assert (code, said) == (7, "mine\n")
    assert logged(tmp_path)[:100] == list(range(100))


def test_sigterm_is_left_alone_on_request(tmp_path):
    code, _ = terminate(tmp_path, handles=False, after="assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL")
    assert code == -signal.SIGTERM


FORKS = """
import os, random, sys, threading
from writer import EventFileWriter, event
from writer.summary.scalars import scalar
random.seed(int(sys.argv[2]))
writer = EventFileWriter(sys.argv[1], flush_secs=0.001, max_queue=3)
def log(step):
    writer.write(event.encode(1.0, step, event.SUMMARY, scalar("t", 0.0)))
def train(thread):
    for step in range(thread * 100_000, thread * 100_000 + 3000):
        log(step)
        if step % 100 == 0:
            writer.flush()
threads = [threading.Thread(target=train, args=(number,)) for number in (1, 2)]
for thread in threads:
    thread.start()
for number in range(50):
    for step in range(random.randrange(50)):
        pass
    child = os.fork()
    if not child:
        log(1_000_000 + number)
        assert writer.flush()
        log(2_000_000 + number)
        if number % 2:
            writer.close()
        os._exit(0)
    log(number)
    assert os.waitpid(child, 0)[1] == 0
for thread in threads:
    thread.join()
writer.close()
"""


def test_forks_at_random_instants_log_each_point_once_in_files_of_their_own(tmp_path):
    seed = str(random.randrange(1 << 30))
    command = [sys.executable, "-W", "ignore", "-c", FORKS, str(tmp_path), seed]
    subprocess.run(command, check=True, timeout=120)
    steps = sorted(step for step in logged(tmp_path) if step < 2_000_000)
    expected = [*range(50), *range(100_000, 103_000), *range(200_000, 203_000), *range(1_000_000, 1_000_050)]
    assert steps == expected, f"seed {seed}"
    assert len(set(logged(tmp_path))) == len(logged(tmp_path))
    assert len(list(tmp_path.iterdir())) == 51


SAME_NAMES = """
import os, socket, sys, time
os.getpid, socket.gethostname = lambda: 1, lambda: "host"
from writer import SummaryWriter
while time.time() < float(sys.argv[3]):
    pass
for number in range(20):
    with SummaryWriter(sys.argv[1]) as log:
        log.add_scalar("t", 0.0, 20 * int(sys.argv[2]) + number)
"""


def test_processes_that_are_alike_in_host_process_id_and_second_never_share_a_file(tmp_path):
    import time

    begin = str(time.time() + 2)
    processes = [
        subprocess.Popen([sys.executable, "-c", SAME_NAMES, str(tmp_path), str(number), begin]) for number in range(8)
    ]
    assert [process.wait(60) for process in processes] == [0] * 8
    assert len(list(tmp_path.iterdir())) == 160
    assert sorted(logged(tmp_path)) == list(range(160))


MANY = """
import os, sys, threading
from writer import EventFileWriter, event
from writer.summary.scalars import scalar
writers = [EventFileWriter(f"{sys.argv[1]}/{number}") for number in range(200)]
for writer in writers:
    writer.write(event.encode(1.0, 1, event.SUMMARY, scalar("t", 0.0)))
for writer in writers:
    writer.flush()
print(threading.active_count(), len(os.listdir("/proc/self/fd")) < 80)
for writer in writers:
    writer.write(event.encode(1.0, 2, event.SUMMARY, scalar("t", 0.0)))
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="counts descriptors in /proc")
def test_many_writers_share_a_thread_and_hold_few_files_open(tmp_path):
    done = subprocess.run([sys.executable, "-c", MANY, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "2 True\n"
    assert all(logged(tmp_path / str(number)) == [1, 2] for number in range(200))
