"""Runs that are told how long they may take, and that tell what each operation took."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import board
import graphcore as tf

FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


def stats_of(metadata) -> dict:
    (device,) = metadata.step_stats.dev_stats
    assert device.device == "/job:localhost/replica:0/task:0/cpu:0"
    return {stats.node_name: stats for stats in device.node_stats}


@pytest.fixture
def traced(sess):
    x = tf.placeholder(tf.float32, [None, 300], name="x")
    w = tf.Variable(tf.ones([300, 200]), name="w")
    y = tf.matmul(x, w, name="y")
    _, index = tf.nn.top_k(y, 1, name="top")
    sess.run(tf.initialize_all_variables())
    metadata = tf.RunMetadata()
    before = time.time_ns() // 1000
    values = sess.run([y, index], {x: np.ones((100, 300))}, options=FULL, run_metadata=metadata)
    return metadata, values, before, time.time_ns() // 1000


class TestTraces:
    def test_the_values_are_those_of_any_run(self, traced):
        _, (y, index), *_ = traced
        assert y.shape == (100, 200)
        assert (y == 300.0).all()
        assert (index == 0).all()

    def test_each_operation_is_timed(self, traced):
        metadata, _, before, after = traced
        stats = stats_of(metadata)
        product, top = stats["y"], stats["top"]
        assert product.timeline_label == "y = MatMul(x, w/read)"
        assert before <= product.all_start_micros <= top.all_start_micros <= after
        assert product.all_start_micros + product.all_end_rel_micros <= after + 1
        assert product.op_end_rel_micros == product.all_end_rel_micros >= 1
        assert sum(s.all_end_rel_micros for s in stats.values()) <= after - before + len(stats)

    def test_and_weighed(self, traced):
        stats = stats_of(traced[0])
        (memory,) = stats["y"].memory
        assert memory.total_bytes == 100 * 200 * 4
        outputs = {out.slot: out.tensor_description for out in stats["top"].output}
        assert [dim.size for dim in outputs[1].shape.dim] == [100, 1]
        assert outputs[1].dtype == tf.int32.as_datatype_enum
        assert outputs[1].allocation_description.requested_bytes == 400

    def test_what_did_not_have_to_run_took_no_time(self, traced):
        stats = stats_of(traced[0])
        assert stats["w"].all_end_rel_micros == 0
        assert [dim.size for dim in stats["w"].output[0].tensor_description.shape.dim] == [300, 200]
        assert "w/Assign" not in stats

    def test_assignments_tell_of_the_variable(self, sess):
        v = tf.Variable([1.0, 2.0], name="v")
        metadata = tf.RunMetadata()
        sess.run(v.initializer, options=FULL, run_metadata=metadata)
        assert [d.size for d in stats_of(metadata)["v/Assign"].output[0].tensor_description.shape.dim] == [2]

    def test_a_message_that_is_used_again_holds_the_last_run(self, sess):
        a, b = tf.constant(1.0, name="a"), tf.exp(tf.random_uniform([]), name="b")
        metadata = tf.RunMetadata()
        sess.run(b, options=FULL, run_metadata=metadata)
        sess.run(a, options=FULL, run_metadata=metadata)
        assert set(stats_of(metadata)) == {"a"}

    def test_without_a_wish_nothing_is_measured(self, sess):
        a = tf.exp(tf.random_uniform([]))
        metadata = tf.RunMetadata()
        assert sess.run(a, run_metadata=metadata) >= 1.0
        assert not metadata.step_stats.dev_stats
        assert sess.run(a, options=FULL) >= 1.0

    def test_the_part_of_the_graph_that_ran(self, sess):
        a = tf.constant(1.0, name="a")
        tf.constant(2.0, name="b")
        metadata = tf.RunMetadata()
        sess.run(a, options=tf.RunOptions(output_partition_graphs=True), run_metadata=metadata)
        assert [node.name for node in metadata.partition_graphs[0].node] == ["a"]

    def test_threads_are_traced_apart(self, sess):
        x = tf.placeholder(tf.float32, [None])
        y = tf.exp(x, name="y")
        sizes = {}

        def run(size):
            for _ in range(20):
                metadata = tf.RunMetadata()
                sess.run(y, {x: np.zeros(size)}, options=FULL, run_metadata=metadata)
                sizes.setdefault(size, set()).add(
                    stats_of(metadata)["y"].output[0].tensor_description.shape.dim[0].size
                )

        threads = [threading.Thread(target=run, args=(size,)) for size in (3, 5, 7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sizes == {3: {3}, 5: {5}, 7: {7}}

    def test_they_are_logged_and_read_back(self, traced, sess, tmp_path):
        with tf.train.SummaryWriter(str(tmp_path), sess.graph) as log:
            log.add_run_metadata(traced[0], "step 7", 7)
        with board.open(tmp_path) as logs:
            read = logs.run_metadata(".", "step 7")
        assert stats_of(read)["y"].memory[0].total_bytes == 80000


class TestTimeouts:
    def test_a_run_that_takes_too_long_is_ended(self, sess):
        x = tf.placeholder(tf.float32, [None, None])
        y = x
        for _ in range(400):
            y = tf.matmul(y, y)
        with pytest.raises(tf.errors.DeadlineExceededError, match="Timed out waiting for notification") as raised:
            sess.run(y, {x: np.zeros((300, 300))}, options=tf.RunOptions(timeout_in_ms=2))
        assert raised.value.op.type == "MatMul"

    def test_one_that_does_not_is_not(self, sess):
        assert sess.run(tf.exp(tf.zeros([])), options=tf.RunOptions(timeout_in_ms=60_000)) == 1.0


class TestOptions:
    def test_something_else_is_refused(self, sess):
        a = tf.constant(1.0)
        with pytest.raises(TypeError, match=r"options must be a tf\.RunOptions, but got <class 'dict'>"):
            sess.run(a, options={})
        with pytest.raises(TypeError, match=r"run_metadata must be a tf\.RunMetadata, but got <class 'dict'>"):
            sess.run(a, run_metadata={})
        with pytest.raises(TypeError, match=r"config must be a tf\.ConfigProto, but got <class 'dict'>"):
            tf.Session(config={})

    def test_what_programs_for_tensorflow_set_is_taken(self):
        config = tf.ConfigProto(allow_soft_placement=True, gpu_options=tf.GPUOptions(allow_growth=True))
        config.gpu_options.per_process_gpu_memory_fraction = 0.3
        config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
        config.device_count["GPU"] = 0
        with tf.Session("", config=config) as sess:
            assert sess.run(tf.constant(1.0)) == 1.0

    def test_what_tensorflow_does_not_have_is_not(self):
        config = tf.ConfigProto()
        with pytest.raises(AttributeError):
            config.gpu_option = True
        with pytest.raises(TypeError):
            tf.RunOptions(timeout=3)
