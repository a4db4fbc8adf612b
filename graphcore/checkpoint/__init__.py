"""TensorFlow's checkpoint files: names and arrays in, one file of version 1 out; versions 1 and 2 in, arrays out.

::

    entry      ""                           the list of all tensors: name, shape, type, slices
               ordered(name, slice)         the elements of one slice (`ordered_code`, `entries`)
    table      blocks of entries, sorted by key, each with a checksum; an index of the blocks (`table`)
    file       written beside, then renamed: it is there whole or not at all (`writing`)
    directory  the text file `checkpoint` says which checkpoints there are, and which is the latest (`state`)

A tensor may lie in one file in slices, and in several files, which are then named by a pattern: `reader` puts it
together. Files of version 1 (`version_1`) are those of TensorFlow 0.8; those of version 2 (`version_2`), which it has
written since 1.0, are read only. The table is LevelDB's
(https://github.com/google/leveldb/blob/main/doc/table_format.md), as copied into tensorflow/core/lib/io; the entries
are those of tensorflow/core/util/saved_tensor_slice_util and tensor_slice_writer.
"""
