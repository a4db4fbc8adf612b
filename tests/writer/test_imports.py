"""What `import writer` costs the programs that log: the modules it loads."""

from __future__ import annotations

import json
import subprocess
import sys

import google.protobuf

LIST = "import json, sys; before = set(sys.modules); {}; print(json.dumps(sorted(set(sys.modules) - before)))"
# Of the standard library, but slow to import, or with an effect on the program.
SLOW = {"asyncio", "concurrent", "ctypes", "http", "multiprocessing", "sqlite3", "ssl", "subprocess", "unittest", "xml"}


def loaded_by(statements, directory):
    done = subprocess.run(
        [sys.executable, "-c", LIST.format(statements)], cwd=directory, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def packages(modules):
    return {name.partition(".")[0] for name in modules}


def test_importing_the_writer_loads_no_package_but_checksums_and_protobuf(tmp_path):
    modules = loaded_by("import writer", tmp_path)
    strangers = packages(modules) - sys.stdlib_module_names
    assert strangers == {"writer", "google", "crc32c"}
    theirs = {"ctypes"} if google.protobuf.__version__.startswith("4.") else set()
    assert packages(modules) & SLOW <= theirs
    # Kinds, object stores, graphs and resuming are loaded by those who use them.
    seldom = ("writer.graphs", "writer.output.remote", "writer.resume", "writer.summary.", "writer.environment")
    assert {name for name in modules if name.startswith(seldom)} == {"writer.summary.scalars", "writer.summary.tags"}


def test_a_program_that_logs_only_numbers_never_loads_numpy(tmp_path):
    program = "import writer; log = writer.SummaryWriter('run'); log.add_scalar('loss', 0.5, 1); log.close()"
    assert packages(loaded_by(program, tmp_path)) - sys.stdlib_module_names == {"writer", "google", "crc32c"}
