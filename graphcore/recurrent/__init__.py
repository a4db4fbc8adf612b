"""Recurrent networks: a cell, an input and a state in, an output and the next state out; and cells run over sequences.

`cell` has what all cells share and the simple ones, `lstm` the cells with a memory, `wrappers` cells made of cells.
`unrolled` runs a cell over a list of inputs, `dynamic` by a loop in the graph. `decoders` and `attention` write
sequences, `losses` compares them. `rnn_cell` and `seq2seq` are the public namespaces ``tf.nn.rnn_cell`` and
``tf.nn.seq2seq``.
"""
