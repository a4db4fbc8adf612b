from __future__ import annotations

import numpy as np
import pytest

from writer.summary import boxes


def test_a_box_is_an_outline_two_pixels_wide():
    drawn = boxes.draw(np.zeros((20, 30, 3), np.uint8), np.array([[5.0, 4.0, 14.0, 12.0]]))
    red = (drawn == [255, 0, 0]).all(axis=2)
    expected = np.zeros((20, 30), bool)
    expected[4:13, 5:15] = True
    expected[6:11, 7:13] = False
    np.testing.assert_array_equal(red, expected)


def test_what_lies_outside_is_not_drawn():
    blank = np.full((20, 30, 3), 7, np.uint8)
    around = boxes.draw(blank, np.array([[-50.0, -50.0, 100.0, 100.0], [40.0, 40.0, 50.0, 50.0]]))
    np.testing.assert_array_equal(around, blank)
    across = boxes.draw(blank, np.array([[10.0, -50.0, 100.0, 10.0]]))
    red = (across == [255, 0, 0]).all(axis=2)
    assert red[:, :10].sum() == 0
    assert red[0].tolist() == [False] * 10 + [True] * 2 + [False] * 18
    assert red[10, 10:].all()


@pytest.mark.parametrize(("channels", "drawn"), [(1, 3), (2, 4), (3, 3), (4, 4)])
def test_gray_becomes_colour_and_the_picture_given_stays(channels, drawn):
    pixels = np.full((9, 9, channels), 100, np.uint8)
    canvas = boxes.draw(pixels, np.array([[2.0, 2.0, 6.0, 6.0]]))
    assert canvas.shape == (9, 9, drawn)
    assert canvas[2, 2].tolist() == [255, 0, 0, 255][:drawn]
    assert canvas[0, 0].tolist() == [100] * drawn
    assert (pixels == 100).all()


def test_labels_are_written_inside_the_picture():
    blank = np.full((60, 90, 3), 255, np.uint8)
    corners = np.array([[10.0, 10.0, 70.0, 40.0], [80.0, 50.0, 300.0, 300.0]])
    labelled = boxes.draw(blank, corners, ["cat", "a dog"])
    plain = boxes.draw(blank, corners)
    changed = (labelled != plain).any(axis=2)
    assert changed[20:41, 10:40].any()
    assert not changed[:20].any()
    assert labelled[changed][:, 0].min() < 128  # dark letters on red


def test_a_picture_may_be_stored_larger():
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[:, 10:] = 200
    large = boxes.rescaled(pixels, 2)
    assert large.shape == (20, 40, 3)
    assert large[:, 0].max() == 0
    assert large[:, -1].min() == 200
