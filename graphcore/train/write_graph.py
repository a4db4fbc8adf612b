"""A graph in, a file with it out."""

from __future__ import annotations

import os
from typing import Any

from graphcore.graph import Graph


def write_graph(graph_def: Any, logdir: str, name: str, as_text: bool = True) -> str:
    """Writes a graph to a file, for other programs to import.

    Args:
        graph_def: a GraphDef message, such as ``sess.graph_def``, or a `Graph`.
        logdir: the directory; made if it is not there.
        name: of the file, ``train.pbtxt`` say.
        as_text: the protocol buffer text format; else the binary one.

    Returns: the path of the file.

    Raises:
        OSError: the file cannot be written.
    """
    from graphcore.checkpoint.writing import write_whole
    from graphcore.graph_def import text_format

    message = graph_def.as_graph_def() if isinstance(graph_def, Graph) else graph_def
    os.makedirs(logdir, exist_ok=True)
    path = os.path.join(logdir, name)
    write_whole(path, [text_format(message).encode() if as_text else message.SerializeToString()])
    return path
