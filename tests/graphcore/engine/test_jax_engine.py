"""Sessions that compile with JAX: what they compute, remember, refuse and leave alone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

import graphcore as tf
from writer.format.messages import Summary

jax = pytest.importorskip("jax")

RNG = np.random.RandomState(0)
ROWS, CLASSES = RNG.randn(12, 5).astype(np.float32), RNG.randint(0, 3, 12)


@pytest.fixture
def sess():
    with tf.Session(engine="jax") as session:
        yield session


@pytest.fixture
def compilations():
    """Names of programs compiled since the test began."""
    durations = []

    def note(event: str, duration: float, **more: object) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            durations.append(duration)

    jax.monitoring.register_event_duration_secs_listener(note)
    yield durations
    jax.monitoring.unregister_event_duration_listener(note)


def network(optimizer):
    """A small network with everything in it that training has: dropout, a regulariser, a summary, a step counter."""
    x, labels = tf.placeholder(tf.float32, [None, 5]), tf.placeholder(tf.int64, [None])
    with tf.name_scope("hidden"):
        hidden = tf.nn.relu(tf.matmul(x, tf.Variable(tf.truncated_normal([5, 8], seed=1))) + tf.Variable(tf.zeros([8])))
    out = tf.Variable(tf.random_uniform([8, 3], -0.5, 0.5, seed=2))
    logits = tf.matmul(tf.nn.dropout(hidden, 0.7, seed=3), out)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(logits, labels)
    loss = tf.reduce_mean(losses) + 0.01 * tf.nn.l2_loss(out)
    counter = tf.Variable(0, trainable=False)
    return x, labels, loss, optimizer.minimize(loss, global_step=counter), tf.scalar_summary("loss", loss), counter


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: tf.train.GradientDescentOptimizer(0.5),
        lambda: tf.train.MomentumOptimizer(0.1, 0.9),
        lambda: tf.train.AdamOptimizer(0.01),
        lambda: tf.train.FtrlOptimizer(0.1),
    ],
)
def test_training_takes_the_same_course_as_on_numpy(optimizer):
    x, labels, loss, step, summary, counter = network(optimizer())
    courses = []
    for engine in ("numpy", "jax"):
        with tf.Session(engine=engine) as sess:
            sess.run(tf.initialize_all_variables())
            course = []
            for first in (0, 3, 6, 0, 3):
                fetched = sess.run(
                    [loss, step, summary], {x: ROWS[first : first + 6], labels: CLASSES[first : first + 6]}
                )
                assert Summary.FromString(fetched[2]).value[0].simple_value == pytest.approx(fetched[0])
                course.append(fetched[0])
            assert sess.run(counter) == 5
            courses.append(course)
    np.testing.assert_allclose(courses[1], courses[0], rtol=1e-5)


def test_random_streams_are_those_of_numpy_to_the_bit():
    drawn = [
        tf.random_uniform([2, 3], seed=1),
        tf.truncated_normal([4], seed=2),
        tf.random_uniform([5], 0, 10, tf.int32, seed=3),
        tf.random_shuffle(tf.constant(ROWS), seed=4),
    ]
    with tf.Session() as plain, tf.Session(engine="jax") as compiled:
        for _ in range(2):
            for ours, numpys in zip(compiled.run(drawn), plain.run(drawn), strict=True):
                assert np.array_equal(ours, numpys)


def test_a_variable_is_read_and_assigned_to_in_the_order_of_the_graph(sess):
    w = tf.Variable([1.0, 2.0])
    before = w + 0.0
    with tf.control_dependencies([before]):
        change = tf.assign_add(w, [10.0, 10.0])
    with tf.control_dependencies([change]):
        after = w + 0.0
    sess.run(tf.initialize_all_variables())
    found = sess.run([before, after, change, w])
    assert [value.tolist() for value in found] == [[1, 2], [11, 12], [11, 12], [11, 12]]
    assert sess.run(w).tolist() == [11, 12]


def test_what_runs_after_the_program_gets_values_of_its_own_turn(sess):
    w = tf.Variable(1.0)
    before = tf.scalar_summary("before", w)
    with tf.control_dependencies([before]):
        after = tf.identity(w)
    with pytest.raises(tf.errors.UnimplementedError, match="ScalarSummary"), tf.control_dependencies([before]):
        sess.run(tf.assign_add(w, 1.0))
    sess.run(tf.initialize_all_variables())
    change = tf.assign_add(w, 1.0)
    first, _ = sess.run([before, change])
    assert Summary.FromString(first).value[0].simple_value == 1.0
    assert sess.run(after) == 2.0


def test_an_uninitialised_variable_is_told_as_on_numpy(sess):
    w = tf.Variable([1.0], name="w")
    y = w * 2.0
    messages = []
    for session in (sess, tf.Session()):
        with pytest.raises(
            tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value w"
        ) as raised:
            session.run(y)
        messages.append(raised.value.message)
    assert messages[0] == messages[1]
    assert not sess.run(tf.is_variable_initialized(w))
    sess.run(w.initializer)
    assert sess.run(tf.is_variable_initialized(w))


def test_shapes_that_do_not_fit_are_told_as_on_numpy(sess):
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    for made in (x + y, tf.matmul(x, y), tf.nn.bias_add(x, y), tf.reduce_sum(x, 5)):
        messages = []
        for session in (sess, tf.Session()):
            with pytest.raises(tf.errors.InvalidArgumentError) as raised:
                session.run(made, {x: np.ones((2, 3)), y: np.ones((2, 2))})
            messages.append(raised.value.message)
        assert messages[0] == messages[1]


def test_values_that_must_not_be_are_told_as_on_numpy_and_change_nothing(sess):
    table, rows = tf.Variable(ROWS), tf.placeholder(tf.int32, [None])
    grow = tf.scatter_add(table, rows, tf.gather(table, rows))
    sess.run(tf.initialize_all_variables())
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[1\] = 12 is not in \[0, 12\)"):
        sess.run(grow, {rows: [3, 12]})
    assert np.array_equal(sess.run(table), ROWS)
    sess.run(grow, {rows: [3]})
    assert np.array_equal(sess.run(table)[3], 2 * ROWS[3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Integer division by zero"):
        sess.run(rows // rows, {rows: [1, 0]})


def test_what_is_printed_and_asserted_is_as_on_numpy(sess, capfd):
    x = tf.placeholder(tf.float32, [2])
    w = tf.Variable([1.0, 1.0])
    with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), ["not all above zero:", x])]):
        step = tf.assign_add(w, tf.Print(x * 2, [x, w], "x and w: ", first_n=2))
    log = tf.check_numerics(tf.log(x), "the logarithm")
    told = []
    for session in (sess, tf.Session()):
        session.run(tf.initialize_all_variables())
        for _ in range(3):
            session.run(step, {x: [1.0, 2.0]})
        messages = []
        for fetch, given in ((step, [-1.0, 2.0]), (log, [0.0, 1.0])):
            with pytest.raises(tf.errors.InvalidArgumentError) as raised:
                session.run(fetch, {x: given})
            messages.append(raised.value.message)
        told.append((capfd.readouterr().err, messages, session.run(w).tolist()))
    assert told[0] == told[1]
    assert told[0][0].splitlines() == ["x and w: [1 2][1 1]", "x and w: [1 2][3 5]"]


def test_a_matrix_that_cannot_be_inverted_is_told_as_on_numpy(sess):
    matrix = tf.placeholder(tf.float64, [2, 2])
    for made in (tf.matrix_inverse(matrix), tf.cholesky(-matrix), tf.matrix_triangular_solve(matrix, matrix)):
        messages = []
        for session in (sess, tf.Session()):
            with pytest.raises(tf.errors.InvalidArgumentError) as raised:
                session.run(made, {matrix: [[0.0, 0.0], [0.0, 1.0]]})
            messages.append(raised.value.message)
        assert messages[0] == messages[1]


def test_a_program_is_compiled_once_for_each_set_of_shapes(sess, compilations):
    x = tf.placeholder(tf.float32, [None, 5])
    w = tf.Variable(tf.zeros([5, 2]))
    y = tf.matmul(x, w)
    sess.run(tf.initialize_all_variables())
    compilations.clear()
    for _ in range(3):
        sess.run(y, {x: ROWS})
    assert len(compilations) == 1
    for _ in range(3):
        sess.run(y, {x: ROWS[:7]})
    assert len(compilations) == 2


def test_a_fed_shape_becomes_part_of_the_program(sess):
    x, sizes = tf.placeholder(tf.float32), tf.placeholder(tf.int32, [2])
    y = tf.reduce_sum(tf.reshape(x, sizes) * 2, 1)
    for rows in (3, 4):
        found = sess.run(y, {x: np.arange(12.0), sizes: [rows, -1]})
        assert found.tolist() == (np.arange(12.0).reshape(rows, -1).sum(1) * 2).tolist()


def test_shapes_that_follow_from_values_of_the_program_are_refused_by_name(sess):
    w = tf.Variable(ROWS)
    sess.run(tf.initialize_all_variables())
    chosen = tf.where(w > 0)
    assert len(sess.run(chosen)) == (ROWS > 0).sum()  # after the program, numpy can
    count = tf.reduce_sum(tf.cast(w > 0, tf.int32))
    with pytest.raises(tf.errors.UnimplementedError, match=r"'named'.* \(Fill\).*input dims"):
        sess.run(tf.fill(tf.pack([count]), 1.0, name="named") * w[0, 0])
    places = tf.Variable(np.zeros((1, 2), np.int64))
    assigned = tf.assign(places, chosen, validate_shape=False, name="assigned")
    with pytest.raises(tf.errors.UnimplementedError, match=r"\(Where\), which operation 'assigned' \(Assign\) needs"):
        sess.run(assigned)


def test_candidates_are_drawn_for_the_labels_that_are_fed():
    labels = tf.placeholder(tf.int64, [None, 1])
    weights, biases = tf.Variable(RNG.randn(20, 5).astype(np.float32)), tf.Variable(tf.zeros([20]))
    tf.set_random_seed(1)
    loss = tf.reduce_mean(tf.nn.nce_loss(weights, biases, tf.constant(ROWS), labels, 4, 20))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    courses = []
    for engine in ("numpy", "jax"):
        with tf.Session(engine=engine) as sess:
            sess.run(tf.initialize_all_variables())
            courses.append([sess.run([loss, step], {labels: CLASSES[:, None]})[0] for _ in range(4)])
    np.testing.assert_allclose(courses[1], courses[0], rtol=1e-5)


def test_64_bits_stay_64_bits_and_other_users_of_jax_notice_nothing(sess):
    w = tf.Variable(np.array([1.0, 1 / 3]))
    sess.run(tf.initialize_all_variables())
    assert sess.run(w * 2).dtype == np.float64
    assert sess.run(w)[1] == 1 / 3
    assert sess.run(tf.constant(np.int64(2**40)) * tf.placeholder_with_default(np.int64(3), [])) == 3 * 2**40
    assert jax.numpy.arange(3.0).dtype == np.float32


def test_traced_runs_and_runs_in_parts_are_numpys_on_the_same_variables(sess):
    w, x = tf.Variable([1.0, 2.0]), tf.placeholder(tf.float32)
    grow, y = tf.assign_add(w, [1.0, 1.0]), w * x
    sess.run(tf.initialize_all_variables())
    metadata = tf.RunMetadata()
    sess.run(grow, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run_metadata=metadata)
    assert "AssignAdd" in {node.node_name for node in metadata.step_stats.dev_stats[0].node_stats}
    assert sess.run(y, {x: 2.0}).tolist() == [4.0, 6.0]
    handle = sess.partial_run_setup([grow, y], [x])
    sess.partial_run(handle, grow)
    assert sess.partial_run(handle, y, {x: 1.0}).tolist() == [3.0, 4.0]
    assert sess.run(grow).tolist() == [4.0, 5.0]


def test_checkpoints_go_from_one_engine_to_the_other(sess, tmp_path):
    w = tf.Variable([1.0, 2.0], name="w")
    saver = tf.train.Saver()
    sess.run(w.initializer)
    path = saver.save(sess, str(tmp_path / "model"))
    with tf.Session() as plain:
        saver.restore(plain, path)
        plain.run(tf.assign(w, [3.0, 4.0]))
        path = saver.save(plain, str(tmp_path / "next"))
    saver.restore(sess, path)
    assert sess.run(w).tolist() == [3.0, 4.0]


def test_queues_and_python_functions_feed_the_program_and_take_from_it(sess):
    queue, w, x = tf.FIFOQueue(10, [tf.float32], [[]]), tf.Variable(2.0), tf.placeholder(tf.float32, [])
    double = tf.py_func(lambda value: np.float32(2 * value), [x], [tf.float32])[0]
    grow, keep = tf.assign_add(w, queue.dequeue()), queue.enqueue([w * 10.0])
    sess.run(tf.initialize_all_variables())
    sess.run(queue.enqueue([x]), {x: 3.0})
    assert sess.run([grow, double * w], {x: 4.0})[0] == 5.0
    sess.run(keep)
    assert sess.run(queue.size()) == 1
    assert sess.run(queue.dequeue()) == 50.0
    circle = tf.assign(w, tf.py_func(lambda value: value, [w], [tf.float32])[0])
    with pytest.raises(tf.errors.UnimplementedError, match=r"\(PyFunc\), which operation '.*' \(Assign\) needs"):
        sess.run(circle)


def test_fetches_are_the_callers_own(sess):
    w = tf.Variable([1.0, 2.0])
    sess.run(tf.initialize_all_variables())
    fetched = sess.run(w)
    fetched[0] = 9.0
    kept = sess.run(w)
    sess.run(tf.assign_add(w, [1.0, 1.0]))
    assert kept.tolist() == [1.0, 2.0]
    assert sess.run(w).tolist() == [2.0, 3.0]


def test_threads_may_share_a_session(sess):
    w = tf.Variable(tf.zeros([100]))
    step = tf.assign_add(w, tf.ones([100]))
    sess.run(tf.initialize_all_variables())
    sess.run(step)
    threads = [threading.Thread(target=lambda: [sess.run(step) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sess.run(w).tolist() == [201.0] * 100


def run_python(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_batch_is_dealt_out_among_devices_and_the_result_is_the_same():
    program = """
        import jax
        import numpy as np
        import graphcore as tf

        rows, classes = np.random.RandomState(0).randn(12, 5), np.arange(12) % 3
        x, labels = tf.placeholder(tf.float32, [None, 5]), tf.placeholder(tf.int64, [None])
        w = tf.Variable(tf.truncated_normal([5, 3], seed=1))
        hidden = tf.nn.dropout(tf.matmul(x, w), 0.8, seed=2)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(hidden, labels))
        step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)

        courses = []
        for session in (tf.Session(), tf.Session(engine="jax", devices=2)):
            session.run(tf.initialize_all_variables())
            feeds = [{x: rows, labels: classes}, {x: rows[:5], labels: classes[:5]}, {x: rows, labels: classes}]
            courses.append([session.run([loss, step], feed)[0] for feed in feeds])
            if session._engine.__class__.__name__ == "JaxEngine":
                value = session._state.reference(w.op).value
                assert len(value.sharding.device_set) == 2 and value.sharding.is_fully_replicated
        np.testing.assert_allclose(courses[0], courses[1], rtol=1e-5)

        print("all-reduce" in max((plan.source for plan in session._plans.values()), key=len))
        try:
            tf.Session(engine="jax", devices=3)
        except ValueError as error:
            print(error)
    """
    told, refused = run_python(program, XLA_FLAGS="--xla_force_host_platform_device_count=2").splitlines()
    assert told == "True"  # each device had its part of the rows, and then they added up
    assert refused.startswith("devices=3, but JAX has 2")


def test_a_session_without_jax_installed_says_what_to_install():
    program = """
        import sys
        sys.modules["jax"] = None
        import graphcore as tf
        tf.Session().close()
        try:
            tf.Session(engine="jax")
        except ImportError as error:
            print(error)
    """
    assert "pip install 'graphboard[jax]'" in run_python(program)


def test_an_engine_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="engine must be 'numpy' or 'jax', not 'torch'"):
        tf.Session(engine="torch")
    with pytest.raises(ValueError, match="devices=2 needs engine='jax'"):
        tf.Session(devices=2)
