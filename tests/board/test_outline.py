from hypothesis import given, settings
from hypothesis import strategies as st

from board.logs.outline import outlined
from writer.format.messages import Event

LONG = st.sampled_from([0, 1, 4000, 4096, 5000, 200_000]).map(lambda size: b"x" * size)


@st.composite
def events(draw):
    event = Event(wall_time=draw(st.floats(0, 2e9)), step=draw(st.integers(-5, 2**62)))
    kind = draw(st.sampled_from(["summary"] * 4 + ["graph_def", "meta_graph_def", "run_metadata"]))
    if kind == "run_metadata":
        event.tagged_run_metadata.tag = "t" * draw(st.sampled_from([1, 5000]))
        event.tagged_run_metadata.run_metadata = draw(LONG)
    elif kind != "summary":
        setattr(event, kind, draw(LONG))
    else:
        for _ in range(draw(st.integers(0, 3))):
            value = event.summary.value.add(tag="t" * draw(st.sampled_from([1, 5000])))
            value.metadata.plugin_data.content = draw(LONG)
            field = draw(st.sampled_from(["image", "audio", "histo", "strings", "content", "old"]))
            if field == "image":
                value.image.encoded_image_string = draw(LONG)
            elif field == "audio":
                value.audio.encoded_audio_string = draw(LONG)
            elif field == "histo":
                value.histo.bucket.extend([0.5] * draw(st.sampled_from([0, 3, 1000])))
            elif field == "old":
                value.obsolete_old_style_histogram = draw(LONG)
            elif field == "strings":
                value.tensor.string_val.extend([draw(LONG), draw(LONG)])
            else:
                value.tensor.tensor_content = draw(LONG)
    return event


def without_long_payloads(event):
    """What `outlined` promises, done on the parsed message."""

    def emptied(message, field):
        if len(getattr(message, field)) >= 4096:
            setattr(message, field, b"")

    what = event.WhichOneof("what")
    if what in ("graph_def", "meta_graph_def"):
        emptied(event, what)
    elif what == "tagged_run_metadata":
        emptied(event.tagged_run_metadata, "run_metadata")
    for value in event.summary.value if what == "summary" else ():
        kind = value.WhichOneof("value")
        if kind == "image":
            emptied(value.image, "encoded_image_string")
        elif kind == "audio":
            emptied(value.audio, "encoded_audio_string")
        elif kind == "obsolete_old_style_histogram":
            emptied(value, kind)
        elif kind == "tensor":
            kept = [b"" if len(text) >= 4096 else text for text in value.tensor.string_val]
            value.tensor.ClearField("string_val")
            value.tensor.string_val.extend(kept)
    return event


@given(events())
@settings(max_examples=200, deadline=None)
def test_an_outline_is_the_event_with_long_payloads_empty_and_nothing_else_changed(event):
    outline_of = Event.FromString(outlined(memoryview(event.SerializeToString())))
    assert outline_of == without_long_payloads(event)


@given(events(), st.data())
@settings(max_examples=200, deadline=None)
def test_bytes_are_an_event_without_their_payloads_exactly_if_they_are_one_with_them(event, data):
    buffer = bytearray(event.SerializeToString())
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, min(60, len(buffer) - 1)))
        buffer[place] = data.draw(st.integers(0, 255))
    assert parses(bytes(buffer)) == parses(outlined(bytes(buffer)))


def parses(data):
    try:
        Event.FromString(data)
    except Exception:
        return False
    return True
