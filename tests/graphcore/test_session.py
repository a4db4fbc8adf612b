"""Sessions: fetches, feeds, defaults, and what they say when something is wrong."""

from __future__ import annotations

import collections
import pickle
import re
import threading

import numpy as np
import pytest

import graphcore as tf


class TestFetches:
    def test_structures_come_back_as_they_are(self, sess):
        a, b = tf.constant(1.0), tf.constant([2.0, 3.0])
        Pair = collections.namedtuple("Pair", "x y")
        fetched = sess.run({"list": [a, (b, a)], "pair": Pair(a, "Const_1:0"), "op": a.op, "name": "Const"})
        assert fetched["list"][0] == 1.0
        assert isinstance(fetched["list"][1], tuple)
        np.testing.assert_array_equal(fetched["list"][1][0], [2.0, 3.0])
        assert isinstance(fetched["pair"], Pair)
        np.testing.assert_array_equal(fetched["pair"].y, [2.0, 3.0])
        assert fetched["op"] is None
        assert fetched["name"] is None
        assert sess.run([]) == []
        assert sess.run([a, a]) == [1.0, 1.0]

    def test_types_of_values(self, sess):
        values = sess.run(
            [
                tf.constant(1.5),
                tf.constant(2),
                tf.constant(True),
                tf.constant("text"),
                tf.constant(["a", "b"]),
                tf.constant([1, 2], tf.int64),
            ]
        )
        assert [type(value).__mro__[1 if i < 2 else 0] for i, value in enumerate(values)] == [
            np.float32,
            np.int32,
            np.bool_,
            bytes,
            np.ndarray,
            np.ndarray,
        ]
        assert values[3] == b"text"
        assert values[4].tolist() == [b"a", b"b"]
        assert values[5].dtype == np.int64

    def test_fetched_arrays_are_the_callers_own(self, sess):
        c, v = tf.constant([1.0, 2.0]), tf.Variable([1.0, 2.0])
        sess.run(v.initializer)
        for tensor in (c, v, tf.reshape(v, [2])):
            sess.run(tensor)[:] = 7
            np.testing.assert_array_equal(sess.run(tensor), [1.0, 2.0])

    @pytest.mark.parametrize(
        ("fetch", "error", "message"),
        [
            (
                1.5,
                TypeError,
                "Fetch argument 1.5 of 1.5 has invalid type <class 'float'>, must be a string or Tensor. "
                "(Can not convert a float into a Tensor or Operation.)",
            ),
            (
                None,
                TypeError,
                "Fetch argument None of None has invalid type <class 'NoneType'>, must be a string or Tensor. "
                "(Can not convert a NoneType into a Tensor or Operation.)",
            ),
            (
                "zz",
                ValueError,
                "Fetch argument 'zz' of 'zz' cannot be interpreted as a Tensor. "
                "(The name 'zz' refers to an Operation not in the graph.)",
            ),
        ],
    )
    def test_what_cannot_be_fetched(self, fetch, error, message, sess):
        tf.constant(1.0)
        for fetches in (fetch, [fetch], {"a": fetch}):
            with pytest.raises(error) as raised:
                sess.run(fetches)
            assert str(raised.value) == message

    def test_a_tensor_of_another_graph(self, sess, raises):
        tf.constant(1.0)
        with tf.Graph().as_default():
            other = tf.constant(1.0, name="c2")
        message = (
            "Fetch argument <tf.Tensor 'c2:0' shape=() dtype=float32> of <tf.Tensor 'c2:0' shape=() dtype=float32> "
            'cannot be interpreted as a Tensor. (Tensor Tensor("c2:0", shape=(), dtype=float32) is not an element of '
            "this graph.)"
        )
        with raises(ValueError, message):
            sess.run(other)

    def test_an_empty_graph(self, sess):
        with pytest.raises(RuntimeError, match=r"^The Session graph is empty.  Add operations to the graph before"):
            sess.run([])

    def test_a_graph_that_grows_between_runs(self, sess):
        x = tf.constant(2.0)
        assert sess.run(x) == 2.0
        assert sess.run(x * x) == 4.0
        assert sess.run(x) == 2.0


class TestFeeds:
    def test_placeholders_and_whatever_else(self, sess):
        x = tf.placeholder(tf.float32, [None, 2])
        c = tf.constant(1.0)
        y = tf.reduce_sum(x) + c
        assert sess.run(y, {x: [[1, 2], [3, 4]]}) == 11
        assert sess.run(y, {x.name: np.ones((3, 2)), c: 5.0}) == 11
        assert sess.run(y, {y.op.inputs[0]: 3.0}) == 4.0
        assert sess.run(y, {y: 3.0}) == 3.0
        assert sess.run([c, y], {c: 7.0, x: np.zeros((0, 2))}) == [7.0, 7.0]

    def test_a_fed_constant_is_not_the_constant_even_where_something_waits_for_it(self, sess):
        c = tf.constant(1.0)
        with tf.control_dependencies([c]):
            y = tf.constant(10.0) + tf.identity(c)
        assert sess.run(y, {c: 5.0}) == 15.0
        assert sess.run(y) == 11.0

    def test_a_fed_variable(self, sess):
        v = tf.Variable(1.0)
        assert sess.run(v * 2.0, {v: 3.0}) == 6.0
        assert sess.run(v * 2.0, {v.value(): 3.0}) == 6.0
        sess.run(v.initializer)
        assert sess.run(v * 2.0) == 2.0

    def test_values_are_converted_to_the_type_of_the_tensor(self, sess):
        n = tf.placeholder(tf.int32)
        s = tf.placeholder(tf.string)
        assert sess.run(n + 1, {n: 5.7}) == 6
        assert sess.run(tf.identity(s), {s: "text"}) == b"text"
        assert sess.run(tf.identity(s), {s: ["a", b"b"]}).tolist() == [b"a", b"b"]

    def test_a_value_that_changes_after_the_run_does_not_change_a_variable(self, sess):
        x = tf.placeholder(tf.float32, [2])
        v = tf.Variable([0.0, 0.0])
        value = np.array([1.0, 2.0], np.float32)
        sess.run(tf.assign(v, x), {x: value})
        value[:] = 9
        np.testing.assert_array_equal(sess.run(v), [1.0, 2.0])

    @pytest.mark.parametrize(
        ("key", "value", "error", "message"),
        [
            (
                "ph:0",
                [1, 2, 3],
                ValueError,
                "Cannot feed value of shape (3,) for Tensor 'ph:0', which has shape '(2,)'",
            ),
            (
                "zz:0",
                1,
                KeyError,
                "Cannot interpret feed_dict key as Tensor: The name 'zz:0' refers to a Tensor which does not exist. "
                "The operation, 'zz', does not exist in the graph.",
            ),
            (
                1.5,
                1,
                TypeError,
                "Cannot interpret feed_dict key as Tensor: Can not convert a float into a Tensor.",
            ),
            (
                "ph:0",
                None,
                TypeError,
                "Cannot feed None for Tensor 'ph:0': a value of type float32 is wanted",
            ),
            (
                "ph:0",
                ["one", "two"],
                ValueError,
                "Cannot feed value for Tensor 'ph:0', which has type float32: could not convert string to float: 'one'",
            ),
        ],
    )
    def test_what_cannot_be_fed(self, key, value, error, message, sess):
        x = tf.placeholder(tf.float32, [2], name="ph")
        with pytest.raises(error) as raised:
            sess.run(x, {key: value})
        assert raised.value.args[0] == message

    def test_values_that_numpy_refuses_are_told_with_the_tensor(self, sess):
        x = tf.placeholder(tf.float32, name="ph")
        with pytest.raises(ValueError, match=r"^Cannot feed value for Tensor 'ph:0', which has type float32: "):
            sess.run(x, {x: [[1], [1, 2]]})
        with pytest.raises(TypeError, match=r"^Cannot feed value for Tensor 'ph:0', which has type float32: "):
            sess.run(x, {x: object()})

    def test_feeds_are_a_dict(self, sess):
        x, y = tf.placeholder(tf.float32), tf.constant(1.0)
        for wrong in ([x, 1.0], y, []):
            with pytest.raises(
                TypeError, match=r"^feed_dict must be a dict of tensors and their values, but got <class"
            ):
                sess.run(y, wrong)
        assert sess.run(y, {}) == sess.run(y, None) == 1.0

    def test_a_tensor_is_no_value(self, sess):
        x = tf.placeholder(tf.float32)
        with pytest.raises(TypeError, match=r"^The value of a feed cannot be a tf\.Tensor object\."):
            sess.run(x, {x: tf.constant(1.0)})

    def test_a_tensor_whose_value_gave_a_shape(self, sess):
        shape = tf.constant([2, 3])
        y = tf.reshape(tf.range(6), shape)
        with pytest.raises(ValueError, match=r'Tensor Tensor\("Const:0", shape=\(2,\), dtype=int32\) may not be fed.'):
            sess.run(y, {shape: [3, 2]})
        with pytest.raises(ValueError, match=r"Cannot feed value of shape \(1,\) for Tensor 'Const:0'"):
            sess.run(y, {shape: [6]})

    @pytest.mark.parametrize(
        ("dtype", "shape", "message"),
        [
            (tf.float32, [2], "You must feed a value for placeholder tensor 'ph' with dtype float and shape [2]"),
            (tf.float64, [], "You must feed a value for placeholder tensor 'ph' with dtype double"),
            (tf.int32, None, "You must feed a value for placeholder tensor 'ph' with dtype int32"),
        ],
    )
    def test_a_placeholder_without_a_value(self, dtype, shape, message, sess):
        x = tf.placeholder(dtype, shape, name="ph")
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            sess.run(tf.identity(x))
        assert raised.value.message.split("\n")[0] == message
        assert raised.value.op is x.op
        assert "\n\t [[Node: ph = Placeholder[dtype=" in raised.value.message


class TestDefaults:
    def test_eval_and_run_use_the_default_session(self, fresh_graph):
        v = tf.Variable(2.0)
        with tf.Session() as sess:
            assert tf.get_default_session() is sess
            v.initializer.run()
            assert v.eval() == 2.0
            assert (v * 2.0).eval() == 4.0
            assert (v * 2.0).eval(feed_dict={v: 5.0}) == 10.0
        assert tf.get_default_session() is None

    def test_or_the_one_given(self):
        c = tf.constant(1.0)
        sess = tf.Session()
        assert c.eval(session=sess) == 1.0
        assert c.op.run(session=sess) is None
        with sess.as_default():
            assert c.eval() == 1.0
        assert c.eval(session=sess) == 1.0  # as_default does not close

    def test_an_interactive_session_is_the_default_until_it_is_closed(self):
        c = tf.constant(1.0)
        sess = tf.InteractiveSession()
        assert tf.get_default_session() is sess
        assert c.eval() == 1.0
        sess.close()
        assert tf.get_default_session() is None

    def test_an_interactive_session_makes_its_graph_the_default(self):
        graph = tf.Graph()
        sess = tf.InteractiveSession(graph=graph)
        assert tf.get_default_graph() is graph
        sess.close()
        assert tf.get_default_graph() is not graph

    def test_without_any(self, raises):
        c = tf.constant(1.0)
        message = (
            "Cannot evaluate tensor using eval(): No default session is registered. Use `with sess.as_default()` or "
            "pass an explicit session to eval(session=sess)"
        )
        with raises(ValueError, message):
            c.eval()
        message = (
            "Cannot execute operation using Run(): No default session is registered. Use 'with default_session(sess)' "
            "or pass an explicit session to Run(session=sess)"
        )
        with raises(ValueError, message):
            c.op.run()

    def test_of_another_graph(self):
        c = tf.constant(1.0)
        other = tf.Session(graph=tf.Graph())
        with pytest.raises(ValueError, match="Cannot use the given session to evaluate tensor: the tensor's graph is"):
            c.eval(session=other)
        with (
            other.as_default(),
            pytest.raises(ValueError, match=r"Cannot use the default session to execute operation: the operation's"),
        ):
            c.op.run()


class TestClosing:
    def test_a_closed_session_says_so(self):
        c = tf.constant(1.0)
        with tf.Session() as sess:
            sess.run(c)
        with pytest.raises(RuntimeError, match=r"^Attempted to use a closed Session.$"):
            sess.run(c)

    def test_a_block_that_fails_closes_the_session(self, fresh_graph):
        with pytest.raises(KeyError), tf.Session() as sess:
            raise KeyError
        assert tf.get_default_session() is None
        assert tf.get_default_graph() is fresh_graph
        with pytest.raises(RuntimeError):
            sess.run([])

    def test_a_graph_given_for_the_target_is_not_ignored(self):
        with pytest.raises(TypeError, match=r"^target must be a string, but got .*Graph'>; a graph is given as graph="):
            tf.Session(tf.Graph())

    def test_a_graph_is_wanted(self):
        with pytest.raises(TypeError, match=r"^graph must be a tf\.Graph"):
            tf.Session(graph="graph")


class TestErrors:
    def test_an_error_names_the_operation_and_where_it_was_made(self, sess):
        x = tf.placeholder(tf.float32)
        y = tf.add(x, [1.0, 2.0], name="sum")
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            sess.run(y, {x: [1, 2, 3]})
        error = raised.value
        assert error.op is y.op
        assert error.node_def.name == "sum"
        assert error.error_code == tf.errors.INVALID_ARGUMENT == 3
        assert error.message == (
            "Incompatible shapes: [3] vs. [2]\n\t [[Node: sum = Add[T=DT_FLOAT, "
            '_device="/job:localhost/replica:0/task:0/cpu:0"](x, sum/y)]]'.replace("(x,", "(Placeholder,")
        )
        assert str(error).startswith(error.message + "\nCaused by op 'sum', defined at:\n")
        assert 'y = tf.add(x, [1.0, 2.0], name="sum")' in str(error)
        assert isinstance(error, tf.OpError)

    def test_an_error_in_a_gradient_names_the_operation_derived(self, sess):
        x = tf.placeholder(tf.float32)
        y = tf.placeholder(tf.float32)
        grad = tf.gradients(tf.matmul(x, y, name="product"), [x], grad_ys=[[[1.0, 2.0]]])[0]
        with pytest.raises(tf.OpError, match=r"(?s)originally created as op 'product', defined at:"):
            sess.run(grad, {y: [[1.0, 2.0, 3.0]]})

    def test_errors_can_be_sent_to_another_process(self, sess):
        x = tf.placeholder(tf.float32)
        with pytest.raises(tf.OpError) as raised:
            sess.run(x)
        copy = pickle.loads(pickle.dumps(raised.value))
        assert copy.error_code == 3
        assert "You must feed" in str(copy)

    @pytest.mark.parametrize(
        ("compute", "feeds", "message"),
        [
            (
                lambda a, b: tf.matmul(a, b),
                ([[1.0, 2.0, 3.0]] * 2,) * 2,
                "Matrix size-compatible: In[0]: [2,3], In[1]: [2,3]",
            ),
            (
                lambda a, b: tf.reshape(a, tf.cast(b, tf.int32)),
                ([1.0] * 6, [4]),
                "Input to reshape is a tensor with 6 values, but the requested shape has 4",
            ),
            (lambda a, b: tf.cast(a, tf.int32) // tf.cast(b, tf.int32), ([1], [0]), "Integer division by zero"),
            (lambda a, b: tf.add_n([a, b]), ([1, 2], [1, 2, 3]), "Inputs to operation AddN must have the same size"),
            (
                lambda a, b: tf.concat(0, [a, b]),
                ([[1, 2]], [[1, 2, 3]]),
                "ConcatOp : Dimensions of inputs should match",
            ),
            (lambda a, b: tf.slice(a, [0], [5]), ([1, 2], 0), r"Expected size[0] in [0, 2], but got 5"),
            (
                lambda a, b: tf.transpose(a, [0]),
                ([[1, 2]], 0),
                "transpose expects a vector of size 2. But input(1) is a",
            ),
            (lambda a, b: tf.fill(tf.cast(a, tf.int32), b), ([-1], 0), "Fill dimensions must be >= 0"),
            (lambda a, b: tf.unpack(a, 3), ([1, 2], 0), "Input shape axis 0 must equal 3, got shape [2]"),
            (lambda a, b: tf.reduce_sum(a, 1), ([1.0], 0), "Invalid reduction dimension"),
            (lambda a, b: tf.argmax(a, 1), ([1.0], 0), "dim must be in [0, 1), but got 1"),
            (lambda a, b: tf.range(0, 5, tf.cast(b, tf.int32)), (0, 0), "Requires delta != 0: 0"),
            (lambda a, b: tf.tile(a, [2]), ([[1]], 0), "Expected multiples argument to be a vector of length 2"),
            (
                lambda a, b: tf.select(tf.cast(a, tf.bool), b, b),
                ([1, 1, 0], [1, 2]),
                "'condition' is [3], which does not fit 'then', [2]",
            ),
            (
                lambda a, b: tf.nn.softmax_cross_entropy_with_logits(a, b),
                ([[1, 2]], [[1, 2, 3]]),
                "logits and labels must be 2-dimensional and of the same size: logits_size=[1,2] labels_size=[1,3]",
            ),
            (
                lambda a, b: tf.nn.sparse_softmax_cross_entropy_with_logits(a, tf.cast(b, tf.int32)),
                ([[1, 2]], [2]),
                "Received a label value of 2 which is outside the valid range of [0, 2)",
            ),
        ],
    )
    def test_values_that_do_not_fit(self, compute, feeds, message, sess):
        a, b = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
        result = compute(a, b)
        with pytest.raises(tf.errors.InvalidArgumentError, match=re.escape(message)):
            sess.run(result, {a: feeds[0], b: feeds[1]})


class TestSeveralSessions:
    def test_each_has_its_own_variables_and_streams(self, fresh_graph):
        v = tf.Variable(1.0)
        noise = tf.random_uniform([], seed=1)
        one, two = tf.Session(), tf.Session()
        one.run(v.initializer)
        with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value Variable"):
            two.run(v)
        two.run(v.initializer)
        one.run(v.assign(5.0))
        assert (one.run(v), two.run(v)) == (5.0, 1.0)
        assert one.run(noise) == two.run(noise)
        one.close()
        assert two.run(v) == 1.0

    def test_all_are_closed_by_a_reset(self):
        c = tf.constant(1.0)
        sessions = [tf.Session(), tf.Session()]
        tf.Session.reset("")
        for session in sessions:
            with pytest.raises(RuntimeError, match=r"Attempted to use a closed Session\."):
                session.run(c)

    def test_an_initialiser_that_is_older_than_a_variable_does_not_know_it(self, sess):
        a = tf.Variable(1.0, name="a")
        init = tf.initialize_all_variables()
        b = tf.Variable(2.0, name="b")
        sess.run(init)
        assert sess.run(a) == 1.0
        with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value b"):
            sess.run(b)


class TestThreads:
    def test_one_session_serves_many(self, sess):
        """First runs, too, whose plans several threads then make at once."""
        x = tf.placeholder(tf.float32, [None])
        w = tf.Variable(tf.ones([1]))
        sess.run(w.initializer)
        ys = [tf.reduce_sum(x * w) * float(i) for i in range(8)]
        noise = tf.random_uniform([100], seed=3)
        drawn, wrong = [], []

        def work(number):
            for i, y in enumerate(ys):
                for size in (1, 5, 50):
                    if sess.run(y, {x: np.full(size, number)}) != size * number * i:
                        wrong.append((number, i, size))
            drawn.append(sess.run(noise))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        # One stream for all: no two threads draw the same numbers.
        assert len({values.tobytes() for values in drawn}) == 6

    def test_the_default_session_is_each_threads_own(self, sess):
        c = tf.constant(1.0)
        errors = []

        def work():
            try:
                c.eval()
            except ValueError as error:
                errors.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert "No default session is registered" in str(errors[0])
