"""``python -m board``: the same as the command ``board``."""

from __future__ import annotations

import sys

from board.cli import main

sys.exit(main())
