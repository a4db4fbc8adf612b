"""A dashboard for event files: ``board --logdir=DIR`` shows everything logged under DIR in a browser.

Bytes travel one way: ``logs`` finds and reads event files into ``store``; ``query`` turns what is stored into
answers; ``dashboards`` declares which page shows what; ``web`` speaks HTTP; ``cli`` puts them together.
"""

from __future__ import annotations

from importlib import metadata

try:
    __version__ = metadata.version("graphboard")
except metadata.PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
