"""PHP warnings and other text among an answer's headers: the row may have arrived, and the line is named."""

import pytest

from tests.sending.transports.test_conformance import answer, one, says
from uploader.model.http import Arrival, Response, SendFailure
from uploader.sending.transports import opening
from uploader.sending.transports.answers.malformed_head import malformed_line

WARNING = (
    b"<br />\n<b>Warning</b>:  Cannot modify header information - headers already sent by "
    b"(output started at /var/www/api.php:12) in <b>/var/www/api.php</b> on line <b>20</b><br />\n"
)
SHOWN = (
    "<br /> <b>Warning</b>: Cannot modify header information - headers already sent by "
    "(output started at /var/www/api.php:12) in <b>/var/www/api.php</b> on line <b>20</b><br />"
)
STATUS, HEADERS, BODY = b"HTTP/1.1 200 OK\r\n", b"Content-Type: application/json\r\nContent-Length: 2\r\n", b"\r\n{}"

MALFORMED = {
    "among the headers": (STATUS + WARNING + HEADERS + BODY, SHOWN),
    "behind the headers": (STATUS + HEADERS + WARNING + BODY, SHOWN),
    "before the status": (WARNING + STATUS + HEADERS + BODY, SHOWN),
    "before the status, behind an empty line": (b"\n" + WARNING + STATUS + HEADERS + BODY, SHOWN),
    "behind an interim answer": (b"HTTP/1.1 103 X\r\nLink: </x>\r\n\r\n" + STATUS + WARNING + HEADERS + BODY, SHOWN),
    "as text": (STATUS + b"PHP Warning:  Cannot modify\r\n" + HEADERS + BODY, "PHP Warning: Cannot modify"),
    "as text before the status": (b"Warning: Cannot\r\n" + STATUS + HEADERS + BODY, "Warning: Cannot"),
    "no colon": (STATUS + b"X-Half\r\n" + HEADERS + BODY, "X-Half"),
    "a space before the colon": (STATUS + b"X-Ref : 1\r\n" + HEADERS + BODY, "X-Ref : 1"),
    "an accent in the name": (STATUS + "X-Año: 1\r\n".encode() + HEADERS + BODY, "X-Año: 1"),
    "latin-1": (STATUS + "X-Año: 1\r\n".encode("latin-1") + HEADERS + BODY, "X-Año: 1"),
    "a zero byte": (STATUS + b"X-Ref: a\0b\r\n" + HEADERS + BODY, "X-Ref: a b"),
    "a length that is no number": (STATUS + b"Content-Length: <br />\r\n\r\n{}", "Content-Length: <br />"),
    "no HTTP at all": (b"<html>\r\n\r\n", "<html>"),
    "a wrong status": (b"HTTP/1.1 OK\r\n" + HEADERS + BODY, "HTTP/1.1 OK"),
}


@pytest.mark.parametrize(("said", "line"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_line_is_named(said: bytes, line: str) -> None:
    failure = one(opening.opened, says(said))
    assert isinstance(failure, SendFailure)
    assert (failure.arrival, failure.detail.code) == (Arrival.MAYBE, "failure.malformed_head")
    assert failure.quoted == line
    assert line not in repr(failure)  # it may hold a secret, which is masked where it is shown


def test_where_the_server_just_breaks_off_no_line_is_to_blame() -> None:
    for said in (b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"\x15\x03\x03\x00\x02\x02\x46", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"):  # fmt: skip
        failure = one(opening.opened, says(said))
        assert isinstance(failure, SendFailure)
        assert (failure.detail.code, failure.quoted) == ("failure.broken_answer", "")


def test_a_warning_behind_the_head_is_a_body_like_any_other() -> None:
    reply = one(opening.opened, says(answer(200, WARNING)))
    assert isinstance(reply, Response)
    assert reply.body == WARNING


@pytest.mark.parametrize(
    "head",
    [
        b"",
        STATUS,
        STATUS + HEADERS + b"\r\n",
        STATUS + b"X-Folded: a\r\n b\r\n\tc\r\n" + HEADERS + b"\r\nbody: <br />\n",
        b"HTTP/1.0 404\r\nx-y_z!: \r\n\r\n",
        STATUS + "X: señal\r\n\r\n".encode("latin-1"),
        STATUS + b"X-Not-Whole-Yet",
    ],
)
def test_a_good_head_has_no_malformed_line(head: bytes) -> None:
    assert malformed_line(head) == ""
