"""Rows of tables: looked up, their gradients, changed in variables, summed by segment, dealt out and put together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf
from graphcore.rows import in_turns

TABLE = np.arange(12, dtype=np.float32).reshape(4, 3)


def test_rows_are_looked_up_in_the_shape_of_their_numbers(sess):
    found = tf.gather(TABLE, [[3, 0], [1, 1]])
    assert found.get_shape().as_list() == [2, 2, 3]
    np.testing.assert_array_equal(sess.run(found), TABLE[[[3, 0], [1, 1]]])
    assert sess.run(tf.gather(["a", "b"], 1)) == b"b"


@pytest.mark.parametrize(
    ("indices", "message"), [([0, 4], r"indices\[1\] = 4"), ([[-1]], r"indices\[0,0\] = -1"), (9, "indices = 9")]
)
def test_a_row_that_is_not_there_is_named(indices, message, sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message + r" is not in \[0, 4\)"):
        sess.run(tf.gather(TABLE, indices))


def test_the_gradient_of_a_look_up_is_the_rows_alone(sess):
    w = tf.Variable(TABLE, name="w")
    (grad,) = tf.gradients(tf.reduce_sum(tf.gather(w, [3, 1, 3]) * [[1.0], [2.0], [4.0]]), w.ref())
    assert isinstance(grad, tf.IndexedSlices)
    sess.run(tf.initialize_all_variables())
    value = sess.run(grad)
    assert isinstance(value, tf.IndexedSlicesValue)
    assert value.indices.tolist() == [3, 1, 3]
    assert value.values.tolist() == [[1, 1, 1], [2, 2, 2], [4, 4, 4]]
    assert value.dense_shape.tolist() == [4, 3]
    dense = tf.convert_to_tensor(grad)
    assert dense.get_shape().as_list() == [4, 3]
    assert sess.run(dense).tolist() == [[0, 0, 0], [2, 2, 2], [0, 0, 0], [5, 5, 5]]
    assert sess.run(-grad).values[1].tolist() == [-2, -2, -2]
    assert str(grad).startswith('IndexedSlices(indices=Tensor("gradients/Gather_grad/Reshape_1:0", shape=(3,)')


def test_look_ups_of_one_table_join_their_rows_and_other_uses_make_them_whole(sess):
    w = tf.Variable(TABLE)
    first, second = tf.gather(w, [0, 1]), tf.gather(w, np.array([1, 2], np.int64))
    sess.run(tf.initialize_all_variables())
    (rows,) = tf.gradients([first, second], w)
    assert isinstance(rows, tf.IndexedSlices)
    assert sess.run(rows.indices).tolist() == [0, 1, 1, 2]
    (whole,) = tf.gradients([first, tf.square(w)], w)
    assert isinstance(whole, tf.Tensor)
    np.testing.assert_array_equal(sess.run(whole), 2 * TABLE + [[1], [1], [0], [0]])


def test_a_look_up_in_what_was_computed_flows_on_through_it(sess):
    x = tf.constant(TABLE)
    (grad,) = tf.gradients(tf.gather(tf.square(x), [2, 2]), x)
    expected = np.zeros_like(TABLE)
    expected[2] = 4 * TABLE[2]
    np.testing.assert_array_equal(sess.run(grad), expected)


def test_gates_hold_rows_back_as_they_do_tensors(sess):
    w = tf.Variable(TABLE)
    optimizer = tf.train.GradientDescentOptimizer(1.0)
    loss = tf.reduce_sum(tf.gather(w, [1]))
    pairs = optimizer.compute_gradients(loss, gate_gradients=optimizer.GATE_GRAPH)
    step = optimizer.apply_gradients(pairs)
    sess.run(tf.initialize_all_variables())
    sess.run(step)
    assert sess.run(w)[1].tolist() == [2, 3, 4]


def test_slices_without_a_shape_are_no_tensor(raises):
    slices = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]))
    with pytest.raises(ValueError, match="Tensor conversion requested for IndexedSlices without dense_shape"):
        tf.convert_to_tensor(slices)


@given(st.lists(st.integers(0, 5), max_size=30))
def test_turns_take_each_row_once_and_keep_the_order_of_its_uses(indices):
    turns = [places.tolist() for places in in_turns(np.array(indices, np.int64))]
    assert sorted(place for turn in turns for place in turn) == list(range(len(indices)))
    for turn in turns:
        assert len({indices[place] for place in turn}) == len(turn)
    for row in set(indices):
        uses = [place for turn in turns for place in turn if indices[place] == row]
        assert uses == sorted(uses)
        assert [row in [indices[place] for place in turn] for turn in turns] == [
            turn < len(uses) for turn in range(len(turns))
        ]


def test_rows_of_a_variable_are_changed_one_after_another(sess):
    v = tf.Variable([1.0, 2.0, 3.0])
    reset = v.initializer
    for function, expected in [
        (tf.scatter_add, [1, 2 + 10 + 20, 3]),
        (tf.scatter_sub, [1, 2 - 10 - 20, 3]),
        (tf.scatter_update, [1, 20, 3]),
    ]:
        sess.run(reset)
        assert sess.run(function(v, [1, 1], [10.0, 20.0])).tolist() == expected
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[0\] = 3 is not in \[0, 3\)"):
        sess.run(tf.scatter_add(v, [3], [1.0]))
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(1,\) are not compatible"):
        tf.scatter_add(v, [0], [1.0, 2.0])


def test_what_has_read_a_variable_keeps_what_it_read(sess):
    v = tf.Variable([1.0, 2.0])
    sess.run(tf.initialize_all_variables())
    before = v * 1.0
    with tf.control_dependencies([before]):
        changed = tf.scatter_add(v, [0], [5.0])
    assert [value.tolist() for value in sess.run([before, changed])] == [[1, 2], [6, 2]]


def test_segments(sess):
    data, ids = [[1.0, 8.0], [3.0, 2.0], [5.0, 5.0]], [0, 0, 2]
    results = {
        tf.segment_sum: [[4, 10], [0, 0], [5, 5]],
        tf.segment_mean: [[2, 5], [0, 0], [5, 5]],
        tf.segment_prod: [[3, 16], [1, 1], [5, 5]],
        tf.segment_min: [[1, 2], [0, 0], [5, 5]],
        tf.segment_max: [[3, 8], [0, 0], [5, 5]],
    }
    for function, expected in results.items():
        made = function(data, ids)
        assert made.get_shape().as_list() == [3, 2]
        assert sess.run(made).tolist() == expected
        assert sess.run(function(np.zeros((0, 2)), np.zeros(0, np.int32))).shape == (0, 2)
    assert sess.run(tf.unsorted_segment_sum(data, [2, 0, 2], 4)).tolist() == [[3, 2], [0, 0], [6, 13], [0, 0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="segment ids must be sorted"):
        sess.run(tf.segment_sum([1.0, 2.0], [1, 0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"segment_ids\[1\] = 2 is not in \[0, 2\)"):
        sess.run(tf.unsorted_segment_sum([1.0, 2.0], [0, 2], 2))


def test_rows_that_share_an_extreme_share_its_gradient(sess):
    x = tf.constant([2.0, 2.0, 1.0])
    assert sess.run(tf.gradients(tf.segment_max(x, [0, 0, 0]), x)[0]).tolist() == [0.5, 0.5, 0.0]


def test_what_is_dealt_out_can_be_put_together_again(sess):
    parts = [2, 0, 2, 1]
    dealt = tf.dynamic_partition(TABLE, parts, 4)
    assert [value.tolist() for value in sess.run(dealt)] == [
        [TABLE[1].tolist()],
        [TABLE[3].tolist()],
        TABLE[[0, 2]].tolist(),
        [],
    ]
    places = tf.dynamic_partition(tf.range(4), parts, 4)
    np.testing.assert_array_equal(sess.run(tf.dynamic_stitch(places, dealt)), TABLE)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"partitions\[1\] = 4 is not in \[0, 4\)"):
        sess.run(tf.dynamic_partition([1.0, 2.0], [0, 4], 4))


@pytest.mark.parametrize("strategy", ["mod", "div"])
@pytest.mark.parametrize("rows", [9, 10, 11, 2])
def test_a_table_in_parts_is_looked_up_as_if_it_were_whole(strategy, rows, sess):
    whole = np.random.RandomState(0).randn(rows, 2, 3)
    each, longer = divmod(rows, 3)
    cuts = np.cumsum([each + (part < longer) for part in range(2)])
    parts = [whole[part::3] for part in range(3)] if strategy == "mod" else np.split(whole, cuts)
    tables = [tf.constant(part) for part in parts]
    ids = np.random.RandomState(1).randint(0, rows, (4, 5))
    found = tf.nn.embedding_lookup(tables, ids, partition_strategy=strategy)
    assert found.get_shape().as_list() == [4, 5, 2, 3]
    np.testing.assert_array_equal(sess.run(found), whole[ids])
    grads = tf.gradients(tf.reduce_sum(found), tables)
    counts = np.bincount(ids.ravel(), minlength=rows).astype(float)
    expected = [counts[part::3] for part in range(3)] if strategy == "mod" else np.split(counts, cuts)
    for grad, count in zip(sess.run([tf.convert_to_tensor(grad) for grad in grads]), expected):
        np.testing.assert_array_equal(grad, np.broadcast_to(count[:, None, None], grad.shape))


def test_a_look_up_is_one_operation_at_its_table(fresh_graph):
    tf.nn.embedding_lookup(tf.Variable(TABLE), [0])
    assert [op.type for op in fresh_graph.get_operations()][-2:] == ["Const", "Gather"]
    found = fresh_graph.get_operation_by_name("embedding_lookup")
    assert found.type == "Gather"
    assert found.get_attr("_class") == [b"loc:@Variable"]


def test_what_embedding_lookup_refuses(raises):
    with raises(ValueError, "embedding_lookup needs at least one tensor to look ids up in"):
        tf.nn.embedding_lookup([], [0])
    with raises(ValueError, "partition_strategy must be 'mod' or 'div', not 'hash'"):
        tf.nn.embedding_lookup([TABLE, TABLE], [0], partition_strategy="hash")
    with raises(ValueError, "embedding_lookup needs the number of rows of each part, but they are [4, None]"):
        tf.nn.embedding_lookup([TABLE, tf.placeholder(tf.float32, [None, 3])], [0], partition_strategy="div")
