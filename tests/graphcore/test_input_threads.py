"""Input that threads of its own bring: coordinators, runners of queues, producers and batches."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import graphcore as tf


def all_batches(sess, fetches, coord=None):
    """What is given until the input ends."""
    coord = coord or tf.train.Coordinator()
    sess.run(tf.initialize_all_variables())
    threads = tf.train.start_queue_runners(sess, coord)
    found = []
    try:
        while not coord.should_stop():
            found.append(sess.run(fetches))
    except tf.errors.OutOfRangeError:
        pass
    finally:
        coord.request_stop()
    coord.join(threads, stop_grace_period_secs=20)
    assert not any(thread.is_alive() for thread in threads)
    return found


class TestCoordinators:
    def test_all_threads_stop_when_one_does(self):
        coord = tf.train.Coordinator()

        def work(stops):
            while not coord.should_stop():
                time.sleep(0.001)
                if stops:
                    coord.request_stop()

        threads = [threading.Thread(target=work, args=(i == 2,)) for i in range(3)]
        for thread in threads:
            thread.start()
        coord.join(threads)
        assert coord.should_stop()
        assert coord.wait_for_stop(0)

    def test_what_went_wrong_is_raised_where_they_are_joined(self):
        coord = tf.train.Coordinator()

        def fail():
            with coord.stop_on_exception():
                raise KeyError("first")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        coord.request_stop(ValueError("second"))
        with pytest.raises(KeyError, match="first"):
            coord.join([thread])

    def test_the_end_of_the_input_is_no_error(self):
        coord = tf.train.Coordinator()
        coord.request_stop(tf.errors.OutOfRangeError(None, None, "done"))
        coord.join()

    def test_threads_that_do_not_stop_are_told_of(self):
        coord = tf.train.Coordinator()
        release = threading.Event()
        thread = threading.Thread(target=release.wait, name="stubborn", daemon=True)
        thread.start()
        coord.register_thread(thread)
        coord.request_stop()
        with pytest.raises(RuntimeError, match="Coordinator stopped with threads still running: stubborn"):
            coord.join(stop_grace_period_secs=0.01)
        release.set()

    def test_it_can_be_used_again(self):
        coord = tf.train.Coordinator()
        coord.request_stop()
        coord.clear_stop()
        assert not coord.should_stop()

    def test_a_looper_calls_until_it_is_stopped(self):
        coord = tf.train.Coordinator()
        calls = []

        def count():
            calls.append(1)
            if len(calls) == 5:
                coord.request_stop()

        looper = tf.train.LooperThread.loop(coord, None, count)
        coord.join([looper])
        assert len(calls) == 5
        with pytest.raises(ValueError, match="must be a Coordinator"):
            tf.train.LooperThread(None, 1)


class TestRunners:
    def test_they_fill_the_queue_until_the_input_ends(self, sess):
        v = tf.Variable(0)
        queue = tf.FIFOQueue(2, tf.int32, [[]])
        runner = tf.train.QueueRunner(queue, [queue.enqueue(v.count_up_to(5))])
        sess.run(v.initializer)
        one = queue.dequeue()
        threads = runner.create_threads(sess, start=True)
        assert [sess.run(one) for _ in range(5)] == [0, 1, 2, 3, 4]
        with pytest.raises(tf.errors.OutOfRangeError):
            sess.run(one)
        for thread in threads:
            thread.join()
        assert runner.exceptions_raised == []

    def test_threads_that_count_together_count_each_number_once(self, sess):
        v = tf.Variable(0)
        queue = tf.FIFOQueue(0, tf.int32, [[]])
        runner = tf.train.QueueRunner(queue, [queue.enqueue(v.count_up_to(400))] * 4)
        sess.run(v.initializer)
        for thread in runner.create_threads(sess, start=True):
            thread.join()
        assert sorted(sess.run(queue.dequeue_many(400)).tolist()) == list(range(400))

    def test_errors_reach_the_coordinator(self, sess):
        queue = tf.FIFOQueue(2, tf.int32, [[]])
        bad = queue.enqueue(tf.py_func(lambda: 1 // 0, [], tf.int32))
        tf.train.add_queue_runner(tf.train.QueueRunner(queue, [bad]))
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        with pytest.raises(tf.errors.UnknownError, match="ZeroDivisionError"):
            coord.join(threads)

    def test_or_are_kept_if_there_is_none(self, sess):
        queue = tf.FIFOQueue(2, tf.int32, [[]])
        runner = tf.train.QueueRunner(queue, [queue.enqueue(tf.py_func(lambda: 1 // 0, [], tf.int32))])
        for thread in runner.create_threads(sess, start=True):
            thread.join()
        assert isinstance(runner.exceptions_raised[0], tf.errors.UnknownError)

    def test_a_full_queue_does_not_keep_the_program_from_ending(self, sess):
        queue = tf.FIFOQueue(1, tf.int32, [[]])
        tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(1)] * 3))
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        coord.request_stop()
        coord.join(threads, stop_grace_period_secs=20)

    def test_threads_run_once_in_a_session(self, sess):
        queue = tf.FIFOQueue(1, tf.int32, [[]])
        runner = tf.train.QueueRunner(queue, [queue.enqueue(1)])
        runner.create_threads(sess)
        with pytest.raises(RuntimeError, match="Threads are already running"):
            runner.create_threads(sess)
        with pytest.raises(ValueError, match="Must provide queue and enqueue_ops"):
            tf.train.QueueRunner(queue)

    def test_they_go_along_with_the_graph(self):
        numbers = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue(name="number")
        assert numbers.name == "number:0"
        meta_graph = tf.train.export_meta_graph()
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.train.import_meta_graph(meta_graph)
            assert all_batches(sess, "number:0") == [0, 1, 2, 3]

    def test_a_session_is_needed(self):
        with pytest.raises(ValueError, match="Cannot start queue runners: No default session is registered"):
            tf.train.start_queue_runners()


class TestProducers:
    def test_strings_in_order(self, sess):
        queue = tf.train.string_input_producer(["a", "b"], num_epochs=2, shuffle=False)
        assert all_batches(sess, queue.dequeue()) == [b"a", b"b", b"a", b"b"]

    def test_numbers_mixed_anew_in_each_epoch(self, sess):
        queue = tf.train.range_input_producer(20, num_epochs=2, seed=1)
        values = [int(value) for value in all_batches(sess, queue.dequeue())]
        assert sorted(values[:20]) == sorted(values[20:]) == list(range(20))
        assert values[:20] != values[20:]

    def test_slices_stay_together(self, sess):
        x, y = tf.constant(np.arange(6.0)), tf.constant(np.arange(6) * 10)
        pairs = all_batches(sess, tf.train.slice_input_producer([x, y], num_epochs=1))
        assert sorted((float(a), int(b)) for a, b in pairs) == [(float(i), i * 10) for i in range(6)]

    def test_nothing_to_produce_from(self):
        with pytest.raises(ValueError, match="requires a non-null input tensor"):
            tf.train.string_input_producer([])
        with pytest.raises(ValueError, match="Expected at least one tensor"):
            tf.train.slice_input_producer([])
        with pytest.raises(ValueError, match="fully defined shape or `element_shape`"):
            tf.train.input_producer(tf.placeholder(tf.float32))

    def test_a_summary_tells_how_full_the_queue_is(self, sess):
        tf.train.string_input_producer(["a"], capacity=8)
        (summary,) = tf.get_collection("summaries")
        assert b"fraction_of_8_full" in sess.run(summary)


class TestBatches:
    def test_in_order(self, sess):
        number = tf.train.range_input_producer(7, num_epochs=1, shuffle=False).dequeue()
        numbers, squares = tf.train.batch([number, number * number], 3)
        assert numbers.get_shape().as_list() == [3]
        found = all_batches(sess, [numbers, squares])
        # The seventh would not fill a batch.
        assert [batch[0].tolist() for batch in found] == [[0, 1, 2], [3, 4, 5]]
        assert found[1][1].tolist() == [9, 16, 25]

    def test_of_batches(self, sess):
        number = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue()
        pairs = tf.train.batch([tf.pack([number, number + 100])], 4, enqueue_many=True)
        assert [b.tolist() for b in all_batches(sess, pairs)] == [[0, 100, 1, 101], [2, 102, 3, 103]]

    def test_by_several_threads(self, sess):
        number = tf.train.range_input_producer(60, num_epochs=1).dequeue()
        found = all_batches(sess, tf.train.batch([number], 6, num_threads=3))
        assert sorted(np.concatenate(found).tolist()) == list(range(60))

    def test_mixed(self, sess):
        number = tf.train.range_input_producer(40, num_epochs=1, shuffle=False).dequeue()
        found = all_batches(sess, tf.train.shuffle_batch([number], 8, capacity=30, min_after_dequeue=10, seed=2))
        values = np.concatenate(found).tolist()
        assert sorted(values) == list(range(40))
        assert values != sorted(values)

    def test_of_several_inputs(self, sess):
        inputs = [[tf.train.range_input_producer(6, num_epochs=1).dequeue() + first] for first in (0, 100)]
        found = all_batches(sess, tf.train.batch_join(inputs, 4))
        assert sorted(np.concatenate(found).tolist()) == [*range(6), *range(100, 106)]

    def test_of_several_inputs_mixed(self, sess):
        inputs = [[tf.train.range_input_producer(6, num_epochs=1).dequeue() + first] for first in (0, 100)]
        found = all_batches(sess, tf.train.shuffle_batch_join(inputs, 3, capacity=10, min_after_dequeue=2))
        assert sorted(np.concatenate(found).tolist()) == [*range(6), *range(100, 106)]

    def test_padded(self, sess):
        number = tf.train.range_input_producer(3, num_epochs=1, shuffle=False).dequeue()
        rows = tf.train.batch([tf.fill(tf.pack([number + 1]), number)], 3, dynamic_pad=True, shapes=[[None]])
        assert all_batches(sess, rows)[0].tolist() == [[0, 0, 0], [1, 1, 0], [2, 2, 2]]

    def test_what_is_refused(self):
        with pytest.raises(ValueError, match="batch needs at least one tensor"):
            tf.train.batch([], 3)
        with pytest.raises(TypeError, match="must have the same types"):
            tf.train.batch_join([[tf.constant(1)], [tf.constant(1.0)]], 2)
        with pytest.raises(ValueError, match="must have shapes, known in full"):
            tf.train.batch([tf.placeholder(tf.float32)], 2)
