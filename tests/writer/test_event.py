import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer import event
from writer.format.messages import Event


@given(
    st.floats(min_value=0, exclude_min=True, allow_nan=False, allow_infinity=False),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=300),
)
def test_bytes_equal_those_of_the_message_class(wall_time, step, payload):
    message = Event(wall_time=wall_time, step=step, graph_def=payload)
    assert event.encode(wall_time, step, event.GRAPH_DEF, payload) == message.SerializeToString()


@pytest.mark.parametrize(
    ("step", "expected"),
    [(None, 0), (7, 7), (-3, -3), (np.int32(7), 7), (np.array(7), 7), (np.array([7]), 7), (7.0, 7), (2**62, 2**62)],
)
def test_steps_of_every_integer_kind_are_taken(step, expected):
    assert event.as_step(step) == expected


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (1.5, ValueError, "integer, but got 1.5"),
        (float("nan"), ValueError, "integer, but got nan"),
        ("7", TypeError, "integer, but got '7' of type str"),
        (2**63, ValueError, "does not fit 64 bits"),
    ],
)
def test_a_step_that_is_no_integer_is_refused(step, error, message):
    with pytest.raises(error, match=message):
        event.as_step(step)
