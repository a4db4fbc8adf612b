"""Queues: elements in order or mixed, waiting for room and for elements, and how waiting ends."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import graphcore as tf

SOON = tf.RunOptions(timeout_in_ms=30)


class Beside:
    """A call in a thread of its own, whose result or error is asked for later."""

    def __init__(self, call):
        self._call = call
        self._result = None
        self._error = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            self._result = self._call()
        except Exception as error:
            self._error = error

    def result(self):
        self._thread.join(20)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error
        return self._result

    @property
    def waits(self) -> bool:
        return self._thread.is_alive()


def until(condition) -> None:
    """Waits for what other threads bring about."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


class TestOrder:
    def test_first_in_first_out(self, sess):
        queue = tf.FIFOQueue(10, tf.int32, [[]])
        sess.run(queue.enqueue_many([[1, 2, 3]]))
        sess.run(queue.enqueue(4))
        assert [sess.run(queue.dequeue()) for _ in range(4)] == [1, 2, 3, 4]

    def test_several_components(self, sess):
        queue = tf.FIFOQueue(10, [tf.string, tf.float32], [[], [2]])
        sess.run(queue.enqueue(["a", [1.0, 2.0]]))
        sess.run(queue.enqueue_many([["b", "c"], [[3.0, 4.0], [5.0, 6.0]]]))
        text, numbers = queue.dequeue()
        assert (numbers.get_shape().as_list(), text.dtype) == ([2], tf.string)
        assert sess.run(text) == b"a"
        texts, rows = queue.dequeue_many(2)
        assert rows.get_shape().as_list() == [2, 2]
        texts, rows = sess.run([texts, rows])
        assert texts.tolist() == [b"b", b"c"]
        assert rows.tolist() == [[3.0, 4.0], [5.0, 6.0]]
        assert sess.run(queue.size()) == 0

    def test_mixed(self, sess):
        queue = tf.RandomShuffleQueue(100, 0, tf.int32, [[]], seed=3)
        sess.run(queue.enqueue_many([list(range(50))]))
        values = sess.run(queue.dequeue_many(50)).tolist()
        assert sorted(values) == list(range(50))
        assert values != list(range(50))
        with tf.Session() as other:
            other.run(tf.get_default_graph().get_operation_by_name("random_shuffle_queue_EnqueueMany"))
            assert other.run("random_shuffle_queue_DequeueMany:0").tolist() == values

    def test_sizes_that_differ_are_padded(self, sess):
        queue = tf.PaddingFIFOQueue(10, [tf.int32, tf.string], [[None], [None]])
        for numbers, words in (([1], ["a", "b"]), ([2, 3, 4], []), ([5, 6], ["c"])):
            sess.run(queue.enqueue([np.array(numbers, np.int32), np.array(words, object)]))
        numbers, words = sess.run(queue.dequeue_many(3))
        assert numbers.tolist() == [[1, 0, 0], [2, 3, 4], [5, 6, 0]]
        assert words.tolist() == [[b"a", b"b"], [b"", b""], [b"c", b""]]

    def test_none_at_all(self, sess):
        queue = tf.FIFOQueue(3, tf.float32, [[2]])
        assert sess.run(queue.dequeue_many(0)).shape == (0, 2)

    def test_what_is_put_in_does_not_change_any_more(self, sess):
        x, queue = tf.placeholder(tf.float32, [2]), tf.FIFOQueue(3, tf.float32, [[2]])
        value = np.array([1.0, 2.0], np.float32)
        sess.run(queue.enqueue(x), {x: value})
        value[:] = 9
        assert sess.run(queue.dequeue()).tolist() == [1.0, 2.0]

    def test_sessions_have_queues_of_their_own_and_share_by_name_inside(self, sess):
        one, two = (tf.FIFOQueue(3, tf.int32, [[]], shared_name="both", name=name) for name in "ab")
        sess.run(one.enqueue(5))
        assert sess.run(two.size()) == 1
        with tf.Session() as other:
            assert other.run(one.size()) == 0
        assert sess.run(two.dequeue()) == 5


class TestWaiting:
    def test_for_elements(self, sess):
        queue = tf.FIFOQueue(3, tf.int32, [[]])
        enqueue, pair = queue.enqueue(7), queue.dequeue_many(2)
        beside = Beside(lambda: sess.run(pair))
        sess.run(enqueue)
        until(lambda: sess.run(queue.size()) == 0)
        assert beside.waits
        sess.run(enqueue)
        assert beside.result().tolist() == [7, 7]

    def test_for_room(self, sess):
        queue = tf.FIFOQueue(2, tf.int32, [[]])
        five, one = queue.enqueue_many([[1, 2, 3, 4, 5]]), queue.dequeue()
        beside = Beside(lambda: sess.run(five))
        until(lambda: sess.run(queue.size()) == 2)
        assert beside.waits
        assert [sess.run(one) for _ in range(5)] == [1, 2, 3, 4, 5]
        beside.result()

    def test_for_a_batch_larger_than_the_queue(self, sess):
        queue = tf.FIFOQueue(2, tf.int32, [[]])
        many, batch = queue.enqueue_many([[1, 2, 3, 4, 5]]), queue.dequeue_many(5)
        beside = Beside(lambda: sess.run(many))
        assert sess.run(batch).tolist() == [1, 2, 3, 4, 5]
        beside.result()

    def test_enough_stay_to_be_mixed_until_no_more_come(self, sess):
        queue = tf.RandomShuffleQueue(10, 2, tf.int32, [[]])
        one = queue.dequeue()
        sess.run(queue.enqueue_many([[1, 2, 3]]))
        sess.run(one)
        with pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(one, options=SOON)
        sess.run(queue.close())
        sess.run(one)
        sess.run(one)
        with pytest.raises(tf.errors.OutOfRangeError, match="RandomShuffleQueue 'random_shuffle_queue' is closed"):
            sess.run(one)

    def test_not_for_ever_if_the_session_says_so(self):
        queue = tf.FIFOQueue(2, tf.int32, [[]])
        with tf.Session(config=tf.ConfigProto(operation_timeout_in_ms=30)) as sess:
            with pytest.raises(tf.errors.DeadlineExceededError, match="Timed out") as raised:
                sess.run(queue.dequeue())
            assert raised.value.op.type == "QueueDequeue"

    def test_what_was_taken_for_a_batch_that_did_not_become_full_is_put_back(self, sess):
        queue = tf.FIFOQueue(5, tf.int32, [[]])
        sess.run(queue.enqueue_many([[1, 2]]))
        with pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(queue.dequeue_many(3), options=SOON)
        assert sess.run(queue.dequeue_many(2)).tolist() == [1, 2]


class TestClosing:
    def test_what_is_left_can_be_taken(self, sess):
        queue = tf.FIFOQueue(5, tf.int32, [[]])
        one, pair = queue.dequeue(), queue.dequeue_many(2)
        sess.run(queue.enqueue_many([[1, 2, 3]]))
        sess.run(queue.close())
        assert sess.run(pair).tolist() == [1, 2]
        message = r"FIFOQueue 'fifo_queue' is closed and has insufficient elements \(requested 2, current size 1\)"
        with pytest.raises(tf.errors.OutOfRangeError, match=message):
            sess.run(pair)
        assert sess.run(one) == 3
        with pytest.raises(tf.errors.OutOfRangeError, match=r"requested 1, current size 0"):
            sess.run(one)

    def test_nothing_comes_in_any_more(self, sess):
        queue = tf.FIFOQueue(5, tf.int32, [[]])
        sess.run(queue.close())
        with pytest.raises(tf.errors.CancelledError, match="Queue 'fifo_queue' is closed"):
            sess.run(queue.enqueue(1))

    def test_who_waits_for_elements_learns_of_it(self, sess):
        queue = tf.FIFOQueue(5, tf.int32, [[]])
        one, close = queue.dequeue(), queue.close()
        beside = Beside(lambda: sess.run(one))
        sess.run(close)
        with pytest.raises(tf.errors.OutOfRangeError):
            beside.result()

    def test_who_waits_for_room_may_still_come_in(self, sess):
        queue = tf.FIFOQueue(1, tf.int32, [[]])
        two, one, close = queue.enqueue_many([[1, 2]]), queue.dequeue(), queue.close()
        beside = Beside(lambda: sess.run(two))
        until(lambda: sess.run(queue.size()) == 1)
        sess.run(close)
        assert [sess.run(one), sess.run(one)] == [1, 2]
        beside.result()

    def test_or_is_refused_if_asked_for(self, sess):
        queue = tf.FIFOQueue(1, tf.int32, [[]])
        two, close = queue.enqueue_many([[1, 2]]), queue.close(cancel_pending_enqueues=True)
        beside = Beside(lambda: sess.run(two))
        until(lambda: sess.run(queue.size()) == 1)
        sess.run(close)
        with pytest.raises(tf.errors.CancelledError, match="Enqueue operation was cancelled"):
            beside.result()

    def test_closing_the_session_ends_all_waiting(self, fresh_graph):
        queue = tf.FIFOQueue(1, tf.int32, [[]])
        one = queue.dequeue()
        sess = tf.Session()
        assert sess.run(queue.size()) == 0
        beside = [Beside(lambda: sess.run(one)) for _ in range(3)]
        sess.close()
        for waiting in beside:
            with pytest.raises((tf.errors.CancelledError, RuntimeError)):
                waiting.result()


class TestRefusals:
    def test_shapes(self, sess):
        queue = tf.FIFOQueue(3, tf.float32, [[2]])
        with pytest.raises(ValueError, match="not compatible"):
            queue.enqueue([[1.0, 2.0, 3.0]])
        x = tf.placeholder(tf.float32)
        message = r"Shape mismatch in tuple component 0. Expected \[2\], got \[3\]"
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(queue.enqueue(x), {x: [1.0, 2.0, 3.0]})

    def test_numbers_of_components(self):
        queue = tf.FIFOQueue(3, [tf.float32, tf.int32])
        with pytest.raises(ValueError, match="takes 2 components, but 3 are given"):
            queue.enqueue([1.0, 2, 3])
        with pytest.raises(ValueError, match="same length as dtypes: 1 and 2"):
            tf.FIFOQueue(3, [tf.float32, tf.int32], [[]])

    def test_batches_without_shapes(self):
        with pytest.raises(ValueError, match="must have shapes, known in full, to be taken in batches"):
            tf.FIFOQueue(3, tf.float32).dequeue_many(2)
        with pytest.raises(ValueError, match="must have a shape of known rank"):
            tf.PaddingFIFOQueue(3, tf.float32, None)


def test_many_threads_lose_nothing(sess):
    """Four put in, four take out, one queue of three places."""
    queue = tf.FIFOQueue(3, tf.int32, [[]])
    x = tf.placeholder(tf.int32, [])
    enqueue, dequeue, close = queue.enqueue(x), queue.dequeue(), queue.close()
    taken = []

    def put(first):
        for i in range(first, first + 50):
            sess.run(enqueue, {x: i})

    def take():
        while True:
            try:
                taken.append(int(sess.run(dequeue)))
            except tf.errors.OutOfRangeError:
                return

    putting = [Beside(lambda first=first: put(first)) for first in (0, 50, 100, 150)]
    taking = [Beside(take) for _ in range(4)]
    for beside in putting:
        beside.result()
    sess.run(close)
    for beside in taking:
        beside.result()
    assert sorted(taken) == list(range(200))
