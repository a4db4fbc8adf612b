"""Variables: what they add to a graph, when they are read, whose their values are."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def test_a_variable_is_known_by_its_parts(fresh_graph):
    v = tf.Variable([1.0, 2.0], name="v")
    assert [op.name for op in fresh_graph.get_operations()] == ["v/initial_value", "v", "v/Assign", "v/read"]
    assert (v.name, v.op.name, v.dtype, v.graph) == ("v:0", "v", tf.float32.as_ref, fresh_graph)
    assert v.get_shape() == v.shape == [2]
    assert v.value() is v.value()
    assert v.value().name == "v/read:0"
    assert v.ref().name == "v:0"
    assert v.initial_value.name == "v/initial_value:0"
    assert v.initializer.name == "v/Assign"
    assert tf.all_variables() == tf.trainable_variables() == [v]
    assert bool(v)


def test_which_collections_it_is_in():
    a = tf.Variable(1.0, trainable=False)
    b = tf.Variable(1.0, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    assert tf.all_variables() == [a]
    assert tf.trainable_variables() == [b]
    assert tf.local_variables() == [b]
    assert list(tf.initialize_local_variables().node_def.input) == ["^Variable_1/Assign"]


def test_what_cannot_begin_a_variable(raises):
    with raises(ValueError, "initial_value must be specified."):
        tf.Variable()
    x = tf.placeholder(tf.float32, name="x")
    with raises(ValueError, 'initial_value must have a shape specified: Tensor("x:0", dtype=float32)'):
        tf.Variable(x)
    with pytest.raises(ValueError, match="dtype must be given"):
        tf.Variable(lambda: 1.0)
    v = tf.Variable(1.0)
    with raises(
        ValueError, "Incompatible type conversion requested to type 'int32' for variable of type 'float32_ref'"
    ):
        tf.convert_to_tensor(v, tf.int32)
    with raises(TypeError, "Input 'ref' of 'Assign' Op requires l-value input"):
        tf.assign(tf.constant(1.0), 2.0)


def test_reading_before_initialising_names_who_reads(sess):
    weight = tf.Variable(0.8, name="weight")
    with pytest.raises(tf.errors.FailedPreconditionError) as raised:
        sess.run(weight * 2.0)
    assert raised.value.message == (
        "Attempting to use uninitialized value weight\n"
        '\t [[Node: weight/read = Identity[T=DT_FLOAT, _class=["loc:@weight"], '
        '_device="/job:localhost/replica:0/task:0/cpu:0"](weight)]]'
    )
    assert raised.value.op.name == "weight/read"
    assert raised.value.error_code == 9


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda v: v, "Attempting to use uninitialized value v"),
        (lambda v: tf.identity(v), "Attempting to use uninitialized value v"),
        (lambda v: v.assign_add(1.0), "Attempting to use uninitialized value v"),
        (lambda v: v.assign_sub(1.0), "Attempting to use uninitialized value v"),
        (lambda v: tf.reshape(v.ref(), []), "Attempting to use uninitialized value v"),
        (
            lambda v: tf.train.GradientDescentOptimizer(0.1).apply_gradients([(tf.constant(1.0), v)]),
            "Attempting to use uninitialized variables: v",
        ),
    ],
)
def test_every_use_before_initialising_is_an_error(use, message, sess):
    v = tf.Variable(1.0, name="v")
    fetch = use(v)
    with pytest.raises(tf.errors.FailedPreconditionError) as raised:
        sess.run(fetch)
    assert raised.value.message.split("\n")[0] == message


def test_even_one_whose_value_nobody_wants(sess):
    v = tf.Variable(1.0, name="v")
    with tf.control_dependencies([v.value()]):
        after_read = tf.constant(1.0)
    with tf.control_dependencies([tf.log(v)]):
        after_log = tf.constant(1.0)
    for tensor in (after_read, after_log, v.value().op):
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
            sess.run(tensor)
    sess.run(v.initializer)
    assert sess.run([after_read, after_log]) == [1.0, 1.0]


def test_whether_it_has_been_initialised(sess):
    v = tf.Variable(1.0)
    known = tf.is_variable_initialized(v)
    assert not sess.run(known)
    sess.run(v.initializer)
    assert sess.run(known)


def test_values_belong_to_the_session(fresh_graph):
    v = tf.Variable(1.0)
    first, second = tf.Session(), tf.Session()
    first.run(v.initializer)
    first.run(v.assign(5.0))
    with pytest.raises(tf.errors.FailedPreconditionError):
        second.run(v)
    second.run(v.initializer)
    assert (first.run(v), second.run(v)) == (5.0, 1.0)


def test_an_initializer_made_early_does_not_know_later_variables(sess):
    a = tf.Variable(1.0)
    early = tf.initialize_all_variables()
    b = tf.Variable(1.0, name="b")
    sess.run(early)
    assert sess.run(a) == 1.0
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value b"):
        sess.run(b)


def test_nothing_to_initialise():
    assert tf.initialize_all_variables().type == "NoOp"


def test_one_variable_can_begin_with_another(sess):
    a = tf.Variable(tf.random_normal([3]))
    b = tf.Variable(a.initialized_value() * 2.0)
    sess.run(tf.initialize_all_variables())
    first, second = sess.run([a, b])
    np.testing.assert_array_equal(second, first * 2)


def test_assignments(sess):
    v = tf.Variable([1.0, 2.0])
    sess.run(v.initializer)
    np.testing.assert_array_equal(sess.run(v.assign([3.0, 4.0])), [3, 4])
    np.testing.assert_array_equal(sess.run(tf.assign_add(v, [1.0, 1.0])), [4, 5])
    np.testing.assert_array_equal(sess.run(v.assign_sub([1.0, 2.0])), [3, 3])
    assert v.assign([0.0, 0.0]).dtype == tf.float32.as_ref
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(3,\) are not compatible"):
        v.assign([1.0, 2.0, 3.0])


def test_an_assignment_may_change_the_shape_if_it_says_so(sess):
    v = tf.Variable([1.0, 2.0])
    total, sizes = tf.reduce_sum(v), tf.shape(v)
    sess.run(v.initializer)
    assert sess.run(total) == 3.0
    sess.run(tf.assign(v, [[1.0, 2.0, 3.0]], validate_shape=False))
    assert sess.run(sizes).tolist() == [1, 3]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Assign requires shapes of both tensors to match"):
        sess.run(v.initializer)


class TestWhenAVariableIsRead:
    """A read passes on the variable, and whoever uses it sees the value it has then."""

    @pytest.fixture
    def v(self, sess):
        v = tf.Variable(1.0, name="v")
        sess.run(v.initializer)
        return v

    def test_after_what_the_user_waits_for(self, v, sess):
        with tf.control_dependencies([v.assign(5.0)]):
            y = v + 1.0
        assert sess.run(y) == 6.0

    def test_at_the_end_when_it_is_fetched(self, v, sess):
        assert sess.run([v, v.assign(5.0)]) == [5.0, 5.0]
        assert sess.run([v, v.value(), v.assign_add(1.0)]) == [6.0, 6.0, 6.0]

    def test_before_an_update_that_depends_on_it(self, v, sess):
        loss = v * v
        train = tf.train.GradientDescentOptimizer(0.25).minimize(loss)
        assert sess.run([loss, train, v]) == [1.0, None, 0.5]
        assert sess.run([v, train, loss]) == [0.25, None, 0.25]

    def test_a_step_that_counts(self, v, sess):
        step = tf.Variable(0, trainable=False)
        train = tf.train.GradientDescentOptimizer(0.25).minimize(v * v, global_step=step)
        sess.run(step.initializer)
        for _ in range(3):
            sess.run(train)
        assert sess.run([step, v]) == [3, 0.125]


def test_operators_use_the_value():
    v = tf.Variable(2.0, name="v")
    assert (v + 1.0).op.inputs[0] is v.value()
    assert (1.0 - v).op.inputs[1] is v.value()
    assert (-v).op.inputs[0] is v.value()
    assert (v < 1.0).op.inputs[0] is v.value()
    assert (v + v).op.name == "add_1"
    assert isinstance(np.ones(2, np.float32) * v, tf.Tensor)


def test_counting_ends_at_the_limit(sess):
    for v in (tf.Variable(1), tf.Variable(np.int64(1), name="count")):
        sess.run(v.initializer)
        count = v.count_up_to(3)
        assert count.dtype == v.dtype.base_dtype
        assert [sess.run(count), sess.run(count)] == [1, 2]
        with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 3"):
            sess.run(count)
        assert sess.run(v) == 3
    assert sess.run(tf.count_up_to(v, 4)) == 3
    with pytest.raises(TypeError, match="DataType float32 for attr 'T' not in list of allowed values: int32, int64"):
        tf.Variable(1.0).count_up_to(3)


def test_some_rows_are_subtracted(sess):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    change = v.scatter_sub(tf.IndexedSlices(tf.constant([[1.0, 1.0]]), tf.constant([1])))
    sess.run(v.initializer)
    assert sess.run(change).tolist() == [[1.0, 2.0], [2.0, 3.0]]
    with pytest.raises(ValueError, match=r"sparse_delta is not IndexedSlices: 1\.0"):
        v.scatter_sub(1.0)


def test_loading_a_value_adds_nothing_to_the_graph(sess):
    v = tf.Variable(tf.random_normal([2]))
    before = len(sess.graph.get_operations())
    v.load([3.0, 4.0], sess)
    assert sess.run(v).tolist() == [3.0, 4.0]
    assert len(sess.graph.get_operations()) == before
    with pytest.raises(ValueError, match="Cannot feed value of shape"):
        v.load([3.0], sess)


def test_which_variables_are_not_initialised(sess):
    assert sess.run(tf.report_uninitialized_variables()).tolist() == []
    assert tf.assert_variables_initialized() is None
    a, b = tf.Variable([1.0], name="a"), tf.Variable(1.0, name="b", collections=[tf.GraphKeys.LOCAL_VARIABLES])
    report, check = tf.report_uninitialized_variables(), tf.assert_variables_initialized()
    only_a = tf.assert_variables_initialized([a])
    sess.run(a.initializer)
    assert sess.run(report).tolist() == [b"b"]
    assert sess.run(only_a) == 1
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value b"):
        sess.run(check)
    sess.run(b.initializer)
    assert sess.run(report).tolist() == []
    assert sess.run(check).tolist() == [1, 0]
