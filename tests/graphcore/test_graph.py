"""Graphs under construction: names, scopes, control dependencies, colocation, look-ups, collections."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf
from graphcore.naming import Namespace


def inputs_of(tensor):
    return list(tensor.op.node_def.input)


class TestNames:
    def test_taken_names_get_a_number(self):
        names = Namespace()
        assert [names.unique_name(name) for name in ("a", "a", "a", "a_1", "A")] == ["a", "a_1", "a_2", "a_1_1", "A"]

    @given(st.lists(st.sampled_from(["a", "a_1", "a_1_1", "a_2", "b", "b_1"])))
    def test_no_name_is_given_twice(self, wished):
        names = Namespace()
        given_names = [names.unique_name(name) for name in wished]
        assert len(set(given_names)) == len(given_names)

    def test_scopes_prefix_and_are_unique(self):
        with tf.name_scope("s") as first:
            a = tf.constant(1.0, name="a")
            with tf.name_scope("t"):
                inner = tf.constant(1.0, name="a")
        with tf.name_scope("s") as second:
            pass
        with tf.name_scope(first):
            again = tf.constant(1.0, name="a")
            with tf.name_scope(None) as root:
                outside = tf.constant(1.0, name="b")
        named_as_scope = tf.constant(1.0, name=second)
        assert (first, second, root) == ("s/", "s_1/", "")
        assert [t.op.name for t in (a, inner, again, outside, named_as_scope)] == ["s/a", "s/t/a", "s/a_1", "b", "s_1"]

    def test_a_scope_is_left_when_its_block_fails(self):
        with pytest.raises(RuntimeError), tf.name_scope("s"):
            raise RuntimeError
        assert tf.constant(1.0, name="a").op.name == "a"

    @pytest.mark.parametrize("name", ["_a", "-a", "a b", "a\n", "a:0", "ä"])
    def test_names_with_other_characters_are_refused(self, name):
        with pytest.raises(ValueError, match="is not a valid node name"):
            tf.constant(1.0, name=name)

    def test_op_scope_needs_a_name(self):
        with (
            pytest.raises(
                ValueError, match=r"At least one of name \(None\) and default_name \(None\) must be provided."
            ),
            tf.op_scope([], None),
        ):
            pass

    def test_op_scope_adds_to_the_graph_of_its_values(self):
        other = tf.Graph()
        with other.as_default():
            c = tf.constant(1.0)
        with tf.op_scope([c], None, "scope"):
            assert tf.get_default_graph() is other


class TestDefaultGraph:
    def test_blocks_nest(self, fresh_graph):
        inner = tf.Graph()
        with inner.as_default() as graph:
            assert tf.get_default_graph() is inner is graph
            c = tf.constant(1.0)
        assert tf.get_default_graph() is fresh_graph
        assert c.graph is inner
        assert fresh_graph.get_operations() == []

    def test_a_reset_begins_a_new_graph(self):
        before = tf.get_default_graph()
        tf.reset_default_graph()
        assert tf.get_default_graph() is not before
        assert tf.constant(1.0).op.name == "Const"

    def test_blocks_hold_for_their_thread_only(self):
        seen = []
        with tf.Graph().as_default() as mine:
            thread = threading.Thread(target=lambda: seen.append(tf.get_default_graph()))
            thread.start()
            thread.join()
        assert seen[0] is not mine

    def test_inputs_of_two_graphs_do_not_mix(self):
        a = tf.constant(1.0)
        with tf.Graph().as_default():
            b = tf.constant(1.0)
        with pytest.raises(ValueError, match="must be from the same graph as"):
            tf.add(a, b)

    def test_a_finalized_graph_does_not_grow(self, fresh_graph):
        tf.constant(1.0)
        fresh_graph.finalize()
        assert fresh_graph.finalized
        with pytest.raises(RuntimeError, match=r"^Graph is finalized and cannot be modified.$"):
            tf.constant(1.0)
        assert fresh_graph.version == 1


class TestControlDependencies:
    def test_they_are_inputs_with_a_caret(self):
        a = tf.constant(1.0, name="a")
        b = tf.constant(1.0, name="b")
        with tf.control_dependencies([a, b.op]):
            c = tf.constant(1.0, name="c")
            d = tf.identity(a, name="d")
        assert inputs_of(c) == ["^a", "^b"]
        assert inputs_of(d) == ["a", "^b"]
        assert [op.name for op in c.op.control_inputs] == ["a", "b"]

    def test_an_input_from_within_the_block_makes_the_outer_ones_needless(self):
        a = tf.constant(1.0, name="a")
        b = tf.constant(1.0, name="b")
        with tf.control_dependencies([a]):
            c = tf.constant(1.0, name="c")
            with tf.control_dependencies([b]):
                d = tf.identity(c)
                e = tf.constant(1.0)
                with tf.control_dependencies(None):
                    f = tf.constant(1.0)
        assert inputs_of(d) == ["c", "^b"]
        assert inputs_of(e) == ["^a", "^b"]
        assert inputs_of(f) == []

    def test_variables_are_made_outside_of_them(self):
        a = tf.constant(1.0)
        with tf.control_dependencies([a]):
            v = tf.Variable(1.0)
        assert inputs_of(v.initializer.outputs[0]) == ["Variable", "Variable/initial_value"]

    def test_group_and_tuple(self):
        a, b = tf.constant(1.0, name="a"), tf.constant(2.0, name="b")
        grouped = tf.group(a, b.op)
        assert (grouped.name, grouped.type) == ("group_deps", "NoOp")
        assert list(grouped.node_def.input) == ["^a", "^b"]
        assert tf.group(name="nothing").control_inputs == []
        first, none, second = tf.tuple([a, None, b])
        assert none is None
        assert inputs_of(first) == ["a", "^tuple/group_deps"]
        assert second.op.name == "tuple/control_dependency_1"
        assert second.op.get_attr("_class") == [b"loc:@b"]
        with pytest.raises(ValueError, match="Must have at least one Tensor"):
            tf.tuple([None])


class TestColocation:
    def test_it_is_noted_and_handed_on(self):
        a = tf.constant(1.0, name="a")
        with tf.colocate_with(a):
            b = tf.constant(1.0, name="b")
        c = tf.constant(1.0, name="c")
        with tf.colocate_with(b.op), tf.colocate_with(c):
            d = tf.constant(1.0, name="d")
        assert b.op.get_attr("_class") == [b"loc:@a"]
        assert d.op.get_attr("_class") == [b"loc:@a", b"loc:@c"]
        assert a.op.colocation_groups() == [b"loc:@a"]


class TestLookUp:
    def test_by_name(self, fresh_graph):
        c = tf.constant(1.0, name="c1")
        assert fresh_graph.get_operation_by_name("c1") is c.op
        assert fresh_graph.get_tensor_by_name("c1:0") is c
        assert fresh_graph.as_graph_element("c1") is c.op
        assert fresh_graph.as_graph_element(c) is c
        v = tf.Variable(1.0)
        assert fresh_graph.as_graph_element(v) is v.ref()

    @pytest.mark.parametrize(
        ("look_up", "error", "message"),
        [
            (
                lambda g: g.get_operation_by_name("zz"),
                KeyError,
                "The name 'zz' refers to an Operation not in the graph.",
            ),
            (
                lambda g: g.get_operation_by_name("c1:0"),
                ValueError,
                "Name 'c1:0' appears to refer to a Tensor, not a Operation.",
            ),
            (
                lambda g: g.get_tensor_by_name("c1"),
                ValueError,
                "The name 'c1' refers to an Operation, not a Tensor. "
                'Tensor names must be of the form "<op_name>:<output_index>".',
            ),
            (
                lambda g: g.get_tensor_by_name("zz"),
                ValueError,
                "The name 'zz' looks like an (invalid) Operation name, not a Tensor. "
                'Tensor names must be of the form "<op_name>:<output_index>".',
            ),
            (
                lambda g: g.get_tensor_by_name("zz:0"),
                KeyError,
                "The name 'zz:0' refers to a Tensor which does not exist. The operation, 'zz', does not exist in the "
                "graph.",
            ),
            (
                lambda g: g.get_tensor_by_name("c1:1"),
                KeyError,
                "The name 'c1:1' refers to a Tensor which does not exist. The operation, 'c1', exists but only has 1 "
                "outputs.",
            ),
            (
                lambda g: g.get_tensor_by_name("a:b:c"),
                ValueError,
                "The name 'a:b:c' looks a like a Tensor name, but is not a valid one. "
                'Tensor names must be of the form "<op_name>:<output_index>".',
            ),
            (lambda g: g.as_graph_element(1), TypeError, "Can not convert a int into a Tensor or Operation."),
            (
                lambda g: g.as_graph_element(1, allow_operation=False),
                TypeError,
                "Can not convert a int into a Tensor.",
            ),
            (lambda g: g.get_tensor_by_name(1), TypeError, "Tensor names are strings (or similar), not int."),
        ],
    )
    def test_what_is_not_there(self, look_up, error, message, fresh_graph, raises):
        tf.constant(1.0, name="c1")
        with raises(error, message):
            look_up(fresh_graph)

    def test_an_element_of_another_graph(self, raises):
        c = tf.constant(1.0)
        message = 'Tensor Tensor("Const:0", shape=(), dtype=float32) is not an element of this graph.'
        with raises(ValueError, message):
            tf.Graph().as_graph_element(c)


class TestCollections:
    def test_values_are_filed_and_found_by_scope(self, fresh_graph):
        with tf.name_scope("s"):
            a = tf.constant(1.0, name="a")
        b = tf.constant(1.0, name="b")
        tf.add_to_collection("key", a)
        fresh_graph.add_to_collections(["key", "other", "key"], b)
        assert tf.get_collection("key") == [a, b]
        assert tf.get_collection("key", "s/") == [a]
        assert tf.get_collection("none") == []
        tf.get_collection("key").clear()
        assert tf.get_collection("key") == [a, b]
        tf.get_collection_ref("key").clear()
        assert tf.get_collection("key") == []
        assert set(fresh_graph.get_all_collection_keys()) == {"key", "other"}


class TestOperationsAndTensors:
    def test_what_they_know_of_each_other(self, fresh_graph):
        a = tf.constant([1.0, 2.0], name="a")
        b = tf.add(a, a, name="b")
        assert (b.name, b.value_index, b.dtype, b.graph) == ("b:0", 0, tf.float32, fresh_graph)
        assert (b.op.type, b.op.outputs, b.op.values()) == ("Add", [b], (b,))
        assert len(b.op.inputs) == 2
        assert list(b.op.inputs) == [a, b.op.inputs[1]]
        assert b.op.inputs
        assert not a.op.inputs
        assert a.consumers() == [b.op, b.op]
        assert b.get_shape() == b.shape == [2]
        assert fresh_graph.version == 2
        assert str(b.op) == str(b.op.node_def)
        assert b.op.get_attr("T") == tf.float32 == 1
        with pytest.raises(ValueError, match="No attr named 'zz' in name"):
            b.op.get_attr("zz")

    def test_where_an_operation_was_made(self):
        c = tf.zeros_like(tf.constant(1.0))
        here = [frame for frame in c.op.traceback if frame[0] == __file__]
        assert [frame[2:] for frame in here] == [
            ("test_where_an_operation_was_made", "c = tf.zeros_like(tf.constant(1.0))")
        ]
        # The frames of the library are no news to its user.
        assert c.op.traceback[-1] == here[-1]

    def test_how_they_print(self):
        x = tf.placeholder(tf.float32, name="x")
        assert str(x) == 'Tensor("x:0", dtype=float32)'
        assert repr(x) == "<tf.Tensor 'x:0' shape=<unknown> dtype=float32>"
        y = tf.placeholder(tf.int64, [None, 3], name="y")
        assert str(y) == 'Tensor("y:0", shape=(?, 3), dtype=int64)'
        assert repr(tf.Variable([1.0, 2.0]).ref()) == "<tf.Tensor 'Variable:0' shape=(2,) dtype=float32_ref>"

    def test_a_tensor_is_no_truth_value_and_no_sequence(self):
        x = tf.constant([1.0, 2.0])
        with pytest.raises(TypeError, match=r"^Using a `tf\.Tensor` as a Python `bool` is not allowed"):
            bool(x)
        with pytest.raises(TypeError, match=r"'Tensor' object is not iterable\.$"):
            iter(x)
        with pytest.raises(TypeError, match=r"'Variable' object is not iterable\.$"):
            iter(tf.Variable(1.0))

    def test_shapes_can_be_told(self):
        x = tf.placeholder(tf.float32)
        x.set_shape([None, 3])
        x.set_shape([2, None])
        assert x.get_shape().as_list() == [2, 3]
        with pytest.raises(ValueError, match=r"Shapes \(2, 3\) and \(3, 3\) are not compatible"):
            x.set_shape([3, 3])

    def test_an_operation_that_could_not_be_made_leaves_no_trace(self, fresh_graph):
        a = tf.constant([[1.0]])
        with pytest.raises(ValueError, match="must have rank 2"):
            tf.matmul(a, tf.constant([1.0]))
        assert a.consumers() == []
        assert [op.type for op in fresh_graph.get_operations()] == ["Const", "Const"]


def test_part_of_a_graph_can_be_exported(fresh_graph):
    tf.constant(1.0)
    version = fresh_graph.version
    tf.constant(2.0)
    assert [node.name for node in fresh_graph.as_graph_def(from_version=version).node] == ["Const_1"]
    assert fresh_graph.graph_def_versions.producer == 9


def test_the_input_of_a_later_output_is_named_with_its_number(fresh_graph):
    first, second = tf.unpack(tf.constant([1.0, 2.0]))
    _ = first + second
    assert list(fresh_graph.get_operation_by_name("add").node_def.input) == ["unpack", "unpack:1"]
