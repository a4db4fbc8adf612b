"""Variables found by name: scopes, sharing, how they begin, and what goes wrong."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def names(graph):
    return [op.name for op in graph.get_operations()]


def test_a_layer_used_twice_shares_its_weights(sess):
    def layer(x):
        return tf.matmul(x, tf.get_variable("w", [2, 1], initializer=tf.constant_initializer([1.0, 2.0])))

    x = tf.constant([[3.0, 4.0]])
    with tf.variable_scope("model"):
        first = layer(x)
    with tf.variable_scope("model", reuse=True):
        second = layer(2.0 * x)
    assert [v.name for v in tf.all_variables()] == ["model/w:0"]
    sess.run(tf.initialize_all_variables())
    assert sess.run([first, second]) == [[[11.0]], [[22.0]]]


def test_names_of_variables_depend_on_variable_scopes_alone(fresh_graph):
    with tf.name_scope("outside"), tf.variable_scope("a") as a:
        with tf.name_scope("n"):
            v = tf.get_variable("v", [1])
            total = v + 1.0
        with tf.variable_scope("b") as b:
            u = tf.get_variable("u", [1])
    assert (v.name, u.name, total.op.name) == ("a/v:0", "a/b/u:0", "outside/a/n/add")
    assert (a.name, b.name) == ("a", "a/b")
    assert tf.get_variable_scope().name == ""
    with tf.variable_scope(b, reuse=True) as again:
        assert again.name == "a/b"
        assert tf.get_variable("u") is u
        assert tf.identity(u).op.name == "b/Identity"
    with tf.variable_scope("a"):
        assert tf.identity(u).op.name == "a/Identity"


def test_operations_come_in_the_order_of_tensorflow(fresh_graph):
    with tf.variable_scope("a"):
        tf.get_variable("v", [2, 3], regularizer=lambda v: tf.identity(v))
    drawn = [f"a/v/Initializer/random_uniform{part}" for part in ("/shape", "/min", "/max", "/RandomUniform")]
    scaled = [f"a/v/Initializer/random_uniform{part}" for part in ("/sub", "/mul", "")]
    assert names(fresh_graph) == ["a/v", *drawn, *scaled, "a/v/Assign", "a/v/read", "a/v/Regularizer/Identity"]


def test_reuse_holds_inside_and_from_the_call_on():
    with tf.variable_scope("a") as scope:
        v = tf.get_variable("v", [])
        with tf.variable_scope("b"):
            u = tf.get_variable("u", [])
        assert scope.reuse is False
        scope.reuse_variables()
        assert tf.get_variable("v", []) is v
        with tf.variable_scope("b", reuse=False) as inner:
            assert inner.reuse
            assert tf.get_variable("u") is u
    with tf.variable_scope("a"), tf.variable_scope("b", reuse=True):
        assert tf.get_variable("u") is u


def test_variables_may_be_there_or_not():
    def weights():
        with tf.variable_scope("a", reuse=tf.AUTO_REUSE) as scope, tf.variable_scope("b"):
            assert scope.reuse is tf.AUTO_REUSE
            return tf.get_variable("w", [2])

    assert weights() is weights()
    assert [v.op.name for v in tf.all_variables()] == ["a/b/w"]
    with tf.variable_scope(None, default_name="c", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("w", []).op.name == "c/w"
    with (
        tf.variable_scope("a/b", reuse=tf.AUTO_REUSE),
        pytest.raises(ValueError, match=r"but specified shape \(3,\) and found shape \(2,\)"),
    ):
        tf.get_variable("w", [3])


def test_what_a_scope_says_holds_inside_until_it_is_said_otherwise(sess):
    with tf.variable_scope("a", initializer=tf.constant_initializer(3.0), regularizer=tf.identity) as a:
        first = tf.get_variable("first", [])
        with tf.variable_scope("b", initializer=tf.ones_initializer):
            second = tf.get_variable("second", [])
            third = tf.get_variable("third", [], initializer=tf.zeros_initializer(), regularizer=tf.no_regularizer)
        a.set_initializer(tf.constant_initializer(5.0))
        a.set_regularizer(None)
        fourth = tf.get_variable("fourth", [])
    with tf.variable_scope(a, caching_device="/cpu:0") as again:
        assert again.caching_device == "/cpu:0"
        fifth = tf.get_variable("fifth", [])
    sess.run(tf.initialize_all_variables())
    assert sess.run([first, second, third, fourth, fifth]) == [3.0, 1.0, 0.0, 5.0, 5.0]
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert [loss.op.name for loss in losses] == ["a/first/Regularizer/Identity", "a/b/second/Regularizer/Identity"]


def test_a_penalty_on_weights_is_part_of_the_loss(sess):
    w = tf.get_variable("w", [2], initializer=tf.constant_initializer(2.0), regularizer=tf.nn.l2_loss)
    loss = tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    train = tf.train.GradientDescentOptimizer(0.25).minimize(loss)
    sess.run(tf.initialize_all_variables())
    sess.run(train)
    assert sess.run(w).tolist() == [1.5, 1.5]


def test_functions_that_are_not_named_have_variables_of_their_own():
    def layer(x, scope=None):
        with tf.variable_op_scope([x], scope, "layer") as opened:
            return opened.name, tf.get_variable("w", []), x + 1.0

    x = tf.constant(1.0)
    (name, w, y), (name_1, w_1, y_1), named = layer(x), layer(x), layer(x, "mine")
    assert [name, name_1, named[0]] == ["layer", "layer_1", "mine"]
    assert [w.op.name, w_1.op.name, named[1].op.name] == ["layer/w", "layer_1/w", "mine/w"]
    assert [y.op.name, y_1.op.name] == ["layer/add", "layer_1/add"]
    with tf.variable_scope(None, default_name="layer") as opened:
        assert opened.name == "layer_2"


def test_initializers(sess):
    shape = [50, 40]
    made = {
        "constant": tf.constant_initializer(0.5),
        "uniform": tf.random_uniform_initializer(-2.0, 4.0, seed=1),
        "normal": tf.random_normal_initializer(1.0, 2.0, seed=1),
        "truncated": tf.truncated_normal_initializer(0.0, 2.0, seed=1),
        "scaling": tf.uniform_unit_scaling_initializer(factor=2.0, seed=1),
        "default": None,
    }
    variables = {name: tf.get_variable(name, shape, initializer=initializer) for name, initializer in made.items()}
    sess.run(tf.initialize_all_variables())
    values = {name: sess.run(v) for name, v in variables.items()}
    assert np.all(values["constant"] == 0.5)
    assert -2 <= values["uniform"].min() < -1.9
    assert 3.9 < values["uniform"].max() <= 4
    assert abs(values["normal"].mean() - 1) < 0.2
    assert abs(values["normal"].std() - 2) < 0.2
    assert 3.5 < np.abs(values["truncated"]).max() < 4
    limit = np.sqrt(3 / 50)
    assert 1.9 * limit < np.abs(values["scaling"]).max() <= 2 * limit
    assert 0.9 * limit < np.abs(values["default"]).max() <= limit


def test_initializers_make_the_type_that_is_asked_for(sess):
    doubles = tf.get_variable("doubles", [3], tf.float64, tf.random_normal_initializer())
    whole = tf.get_variable("whole", [3], tf.int64)
    fives = tf.get_variable("fives", [2], tf.int32, tf.constant_initializer(5))
    assert [v.dtype.base_dtype for v in (doubles, whole, fives)] == [tf.float64, tf.int64, tf.int32]
    sess.run(tf.initialize_all_variables())
    assert [value.tolist() for value in sess.run([whole, fives])] == [[0, 0, 0], [5, 5]]
    with pytest.raises(ValueError, match=r"Expected floating point type, got <dtype: 'int32'>\."):
        tf.random_uniform_initializer(dtype=tf.int32)
    with pytest.raises(ValueError, match=r"Expected floating point type, got <dtype: 'int64'>\."):
        tf.get_variable("other", [3], tf.int64, tf.random_normal_initializer())


def test_a_value_may_stand_for_the_initializer(sess):
    from_list = tf.get_variable("from_list", initializer=[1.0, 2.0])
    from_array = tf.get_variable("from_array", [2, 2], initializer=np.eye(2))
    from_tensor = tf.get_variable("from_tensor", initializer=tf.constant([7.0]))
    sess.run(tf.initialize_all_variables())
    values = [value.tolist() for value in sess.run([from_list, from_array, from_tensor])]
    assert values == [[1.0, 2.0], [[1.0, 0.0], [0.0, 1.0]], [7.0]]
    with pytest.raises(ValueError, match=r"Variable bad: shape \(2,\) was specified, but the initial value has \(1,\)"):
        tf.get_variable("bad", [2], initializer=tf.constant([7.0]))


def test_what_is_refused(raises):
    with tf.variable_scope("a"):
        tf.get_variable("v", [2])
        with pytest.raises(ValueError, match="Variable a/v already exists, disallowed") as raised:
            tf.get_variable("v", [2])
        assert "Did you mean to set reuse=True in VarScope? Originally defined at:\n\n" in str(raised.value)
        assert f'File "{__file__}"' in str(raised.value)
        assert 'tf.get_variable("v", [2])' in str(raised.value)
    with tf.variable_scope("a", reuse=True):
        with raises(
            ValueError, "Variable a/zz does not exist, disallowed. Did you mean to set reuse=None in VarScope?"
        ):
            tf.get_variable("zz", [2])
        with raises(ValueError, "Trying to share variable a/v, but specified shape (3,) and found shape (2,)."):
            tf.get_variable("v", [3])
        with raises(ValueError, "Trying to share variable a/v, but specified dtype int32 and found dtype float32."):
            tf.get_variable("v", [2], tf.int32)
    for shape in (None, [None, 2]):
        with pytest.raises(ValueError, match=r"Shape of a new variable \(u\) must be fully defined, but instead was "):
            tf.get_variable("u", shape)
    with pytest.raises(TypeError, match=r"VariableScope: name_scope must be a string or VariableScope\."):
        tf.variable_scope(3).__enter__()
    with pytest.raises(TypeError, match="default_name cannot be None"):
        tf.variable_op_scope([], "a", None).__enter__()
    with pytest.raises(ValueError, match="reuse=True cannot be used without a name_or_scope"):
        tf.variable_op_scope([], None, "a", reuse=True).__enter__()


def test_each_graph_has_variables_of_its_own():
    first = tf.get_variable("v", [])
    with tf.Graph().as_default():
        second = tf.get_variable("v", [])
    assert second is not first
    assert second.name == first.name
    assert second.graph is not first.graph


def test_a_template_makes_variables_once(sess):
    def scale(x, by):
        return x * tf.get_variable("factor", [], initializer=tf.constant_initializer(by))

    triple = tf.make_template("triple", scale, by=3.0)
    assert triple.var_scope is None
    first, second = triple(2.0), triple(x=5.0)
    other = tf.make_template("triple", scale, by=3.0)(1.0)
    # triple_1 is the name scope of the first one's second call.
    assert [v.op.name for v in tf.all_variables()] == ["triple/factor", "triple_2/factor"]
    assert triple.var_scope.name == "triple"
    sess.run(tf.initialize_all_variables())
    assert sess.run([first, second, other]) == [6.0, 15.0, 3.0]
    careless = tf.make_template("careless", lambda: tf.Variable(1.0, name="v"))
    careless()
    with pytest.raises(ValueError, match=r"Trainable variable created .* meant tf.get_variable: \['careless_1/v:0'\]"):
        careless()
