"""The garbage collector rests while anyone asks for it, and goes on as before when the last is done."""

from __future__ import annotations

import gc

import pytest

from board.garbage import collected_seldom


def test_it_rests_until_the_last_is_done():
    before = gc.get_threshold()
    first, second = collected_seldom(), collected_seldom()
    first.__enter__()
    resting = gc.get_threshold()
    assert resting[0] > before[0]
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == resting
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_a_failure_ends_its_rest():
    before = gc.get_threshold()
    with pytest.raises(KeyError), collected_seldom():
        raise KeyError
    assert gc.get_threshold() == before
