"""What an event file is, byte by byte. No I/O happens here, and nothing of ours is imported.

An event file (its name contains ``tfevents``) is a row of records and nothing else::

    +----------------+---------------------+------------------+---------------------+
    | length: uint64 | CRC of the 8 bytes  | data             | CRC of the data     |
    | little-endian  | before: uint32      | (length bytes)   | uint32              |
    +----------------+---------------------+------------------+---------------------+

Both CRCs are CRC-32C, masked (`checksum`). ``data`` is one serialised `Event`::

    Event
    ├── wall_time, step
    └── one of
        ├── file_version        "brain.Event:2"; the first record of every file
        ├── summary             Summary
        │   └── value*          tag, metadata (plugin, display name, description), and one of
        │                       simple_value, image, histo, audio, tensor
        ├── graph_def           a serialised GraphDef
        ├── meta_graph_def      a serialised MetaGraphDef
        ├── tagged_run_metadata tag and a serialised RunMetadata
        ├── session_log         START, STOP or CHECKPOINT
        └── log_message

``checksum``, ``record``, ``messages``, ``tensors``, ``plugins`` and ``file_names`` each own one part of
this. Sources: the TFRecord format and the protocol buffers of TensorFlow (event, summary, graph, tensor)
as of 0.8 to 2.21; what those leave open was read off files that TensorFlow, TensorBoard, PyTorch and
tensorboardX wrote (``tests/data/``).
"""
