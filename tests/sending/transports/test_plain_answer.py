"""Answers that are read without a parser are read as h11 reads them, byte by byte; the odd ones are left to it."""

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.sending.transports import AnswerTooLargeError, MalformedHeadError
from uploader.sending.transports.answers.awaited_answer import AwaitedAnswer
from uploader.sending.transports.answers.plain_answer import PlainAnswer, plain_answer

METHODS = [b"POST", b"GET", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"CONNECT"]


def by_h11(method: bytes, data: bytes) -> PlainAnswer | None:
    """What h11 makes of these bytes; None where no whole answer is in them."""
    parser = h11.Connection(h11.CLIENT)
    parser.send(h11.Request(method=method, target="/", headers=[("Host", "")]))
    parser.send(h11.EndOfMessage())
    parser.receive_data(data)
    status, headers, body = 0, [], bytearray()
    while True:
        try:
            event = parser.next_event()
        except h11.RemoteProtocolError:
            return None
        match event:
            case h11.Response():
                status, headers = event.status_code, list(event.headers)
            case h11.Data():
                body += event.data
            case h11.EndOfMessage():
                closes = parser.their_state is not h11.DONE
                return PlainAnswer(status, headers, body, parser.trailing_data[0], closes)
            case h11.InformationalResponse():
                pass
            case _:
                return None


TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=12).map(lambda text: text.encode("latin-1"))
BODY = st.binary(max_size=40)
LENGTHS = st.one_of(
    st.integers(0, 60).map(lambda number: b"%d" % number),
    st.sampled_from([b"", b"+1", b"-1", b"0x1", b"1, 1", b"1,2", b" 3 ", b"03", b"9999999999", "٣".encode()[:1]]),
)
HEADERS = st.one_of(
    LENGTHS.map(lambda length: b"Content-Length: " + length),
    st.sampled_from([
        b"Connection: close", b"connection:CLOSE , x", b"Connection: keep-alive", b"Transfer-Encoding: chunked",
        b"transfer-encoding: identity", b"Keep-Alive: timeout=5", b"Content-Type:application/json", b"X:  y \t", b"X:",
        b" folded", b"X : y", b"no header", b": y", b"X: \xf1and\xfa", b"X: \x00", b"Content-Length : 3",
    ]),
    st.tuples(TEXT, TEXT).map(lambda pair: pair[0] + b":" + pair[1]),
)  # fmt: skip
STATUS_LINES = st.one_of(
    st.integers(0, 999).map(lambda status: b"HTTP/1.1 %03d Whatever" % status),
    st.sampled_from([b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.0 200 OK", b"HTTP/2.0 200 OK", b"HTTP/1.1  200 OK", b"http/1.1 200 OK", b"HTTP/1.1 200\tOK", b"HTTP/1.1 20 OK", b"HTTP/1.1 2000"]),
    TEXT,
)  # fmt: skip
BREAKS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Bytes that look like an answer, more or less."""
    lines = [draw(STATUS_LINES), *draw(st.lists(HEADERS, max_size=5))]
    broken = draw(BREAKS)
    return b"".join(line + broken for line in lines) + draw(BREAKS) + draw(BODY)


@st.composite
def plain_ones(draw: st.DrawFn) -> bytes:
    """Answers as most servers write them, with something behind them or not."""
    body, more = draw(BODY), draw(st.sampled_from([b"", b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]))
    headers = draw(st.lists(st.sampled_from([b"Connection: close", b"Content-Type: x", b"A: b,c"]), max_size=3))
    lines = [b"HTTP/1.1 %d OK" % draw(st.integers(200, 599)), b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join([*lines, b"", b""]) + body + more


@given(st.sampled_from(METHODS), answers())
def test_what_is_read_without_a_parser_is_read_as_h11_reads_it(method: bytes, data: bytes) -> None:
    plain = plain_answer(method, data)
    assert plain is None or plain == by_h11(method, data)


@given(plain_ones())
def test_plain_answers_are_read_without_a_parser(data: bytes) -> None:
    plain = plain_answer(b"POST", data)
    assert plain == by_h11(b"POST", data) or data.startswith((b"HTTP/1.1 204", b"HTTP/1.1 304"))


@given(st.one_of(answers(), plain_ones()), st.data())
def test_it_makes_no_difference_in_how_many_parts_an_answer_comes(data: bytes, chance: st.DataObject) -> None:
    cut = chance.draw(st.integers(0, len(data)))
    assert heard(data) == heard(data[:cut], data[cut:])


def heard(*parts: bytes) -> object:
    """What is known of an answer that comes in these parts."""
    answer, came = AwaitedAnswer(b"POST"), b""
    for part in filter(None, parts):
        if answer.ended:
            came += part
            continue
        try:
            answer.part_of(part)
        except (AnswerTooLargeError, MalformedHeadError) as why:
            return type(why)
    if not answer.ended:
        return answer.is_broken
    return (
        answer.status,
        list(answer.headers),
        answer.body,
        answer.behind + came,
        answer.is_the_last,
        answer.kept_seconds,
    )


@pytest.mark.parametrize("length", [0, 1, 8_999])
def test_an_answer_with_a_long_head_is_left_to_the_parser(length: int) -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: " + b"y" * (length + 7_100) + b"\r\n\r\n{}"
    assert (plain_answer(b"POST", data) is None) is (length > 8_000)
    assert heard(data) == heard(data[:20], data[20:])
