"""The tables server.tsv and get.tsv against our server, by frames of PyPI h2: directly, passed through, and with TLS."""

import dataclasses

import pytest
from requests_of_tables import Request, check
from tables import cases

CANCEL = 8  # RST_STREAM's code
COLUMNS = ("name", "axes", "by", "call", "headers", "message", "body", "status", "answer's headers", "answer")
CASES = [case for table in ("server", "get") for case in cases(table, COLUMNS, by="r")]


@pytest.mark.parametrize("transport", ["direct", "through", "secure"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_server_answers_as_the_table_says(case, transport, raw, messages, executed):
    etag = None
    if "{etag}" in case["headers"] + case["answer's headers"]:
        request = Request(case, messages)
        known = raw(transport, request.verb, request.path)
        assert known.status == 200
        etag = known.first("etag")
        assert etag
    request = Request(case, messages, etag)
    reply = raw(transport, request.verb, request.path, request.headers, request.pieces, request.trailers)
    if transport == "through" and "t" in case["by"] and reply.reset == CANCEL:
        return  # the nearer of two clocks struck between the head of the farther one's answer and its body
    check(request, reply)
    for spoiled in spoil(reply):
        with pytest.raises(Exception):
            check(request, spoiled)
    executed.add(("h2", case.table, case.id, transport))


def spoil(reply):
    """Answers that are wrong, of which every line of a table must say so."""
    yield dataclasses.replace(reply, status=reply.status + 1)
    yield dataclasses.replace(reply, body=reply.body + b"\xff")
    yield dataclasses.replace(reply, trailers=[("x-t", "1")])
    yield dataclasses.replace(reply, reset=8)
    if reply.body:
        yield dataclasses.replace(reply, body=reply.body[:-1])
        yield dataclasses.replace(reply, headers=[("content-type", "text/plain")])
