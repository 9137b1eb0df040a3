import os

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality import pipe
from chalicelib.primality.pipe import LENGTH, Messages, send


def bytes_of(message: tuple[str, object]) -> bytes:
    pickled = pipe.pickle.dumps(message)
    return LENGTH.pack(len(pickled)) + pickled


@given(st.lists(st.integers(1, 40), max_size=10))
def test_messages_that_arrive_in_pieces_are_read_in_order_once_they_are_whole(sizes: list[int]) -> None:
    read_end, write_end = os.pipe()
    messages, sent, start = Messages(read_end), [("steps", 1), ("result", "x" * 100)], 0
    whole = b"".join(map(bytes_of, sent))
    received = messages.read()
    for size in [*sizes, len(whole)]:
        os.write(write_end, whole[start : start + size])
        start += size
        received += messages.read()
    assert received == sent
    assert not messages.ended
    os.close(read_end)
    os.close(write_end)


def test_the_end_of_the_pipe_is_seen() -> None:
    read_end, write_end = os.pipe()
    send(write_end, "result", 7)
    os.close(write_end)
    messages = Messages(read_end)
    assert messages.read() == [("result", 7)]
    assert messages.read() == []
    assert messages.ended
    os.close(read_end)
