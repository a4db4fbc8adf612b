"""Event files: what they are (`writer.format`) and how they are written.

    from writer import SummaryWriter

    with SummaryWriter("runs/first") as log:
        for step in range(100):
            log.add_scalar("loss", 0.9 ** step, step)

Files written here are read by ``board``, and by TensorBoard and everything else that reads TensorFlow's event
files.
"""

from writer.event_file import EventFileWriter
from writer.installation import install, uninstall
from writer.summary_writer import SummaryWriter

__all__ = ["EventFileWriter", "SummaryWriter", "install", "uninstall"]
