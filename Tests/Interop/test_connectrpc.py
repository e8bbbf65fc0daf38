"""PyPI connectrpc calls the running services: unary, server streaming and failing, proto and json."""

import dataclasses

import pytest
from connectrpc.code import Code
from connectrpc.errors import ConnectError
from stack import REGISTRY, STATISTICS


def test_unary_answers(loaded, caller):
    answer = caller(loaded.channel("registry")).unary(REGISTRY, "GetFederation", code="450000")
    assert answer.federation.code == "450000"
    assert "广西" in answer.federation.name


def test_unary_without_compression_answers_the_same(loaded, caller):
    plain = caller(loaded.channel("registry"), send_compression=None, accept_compression=[])
    zipped = caller(loaded.channel("registry"))
    fields = {"page_size": 200}
    assert plain.unary(REGISTRY, "ListPlaces", **fields) == zipped.unary(REGISTRY, "ListPlaces", **fields)


def test_the_default_is_gzip_both_ways(loaded, caller):
    """As the headers on the wire say, in both directions; and neither where it is turned off."""
    zipped = caller(loaded.channel("registry"))
    zipped.wire.leave_gzip_to_me()
    assert len(zipped.unary(REGISTRY, "ListPlaces", page_size=100).places) == 100
    assert zipped.wire.sent["content-encoding"] == zipped.wire.received["content-encoding"] == "gzip"
    plain = caller(loaded.channel("registry"), send_compression=None, accept_compression=[])
    plain.wire.leave_gzip_to_me()
    assert len(plain.unary(REGISTRY, "ListPlaces", page_size=100).places) == 100
    assert plain.wire.sent["content-encoding"] == "identity" and "content-encoding" not in plain.wire.received


def test_a_stream_is_compressed_by_default(loaded, caller):
    client = caller(loaded.channel("registry"))
    assert next(iter(client.stream(REGISTRY, "WatchChanges"))).WhichOneof("entity")
    assert client.wire.sent["connect-content-encoding"] == client.wire.received["connect-content-encoding"] == "gzip"


def test_reads_by_get_answer_as_by_post(loaded, caller):
    """Directly, and passed through by the gateway."""
    for name in ("registry", "gateway"):
        client = caller(loaded.channel(name))
        assert client.unary(REGISTRY, "GetFederation", code="450900", use_get=True) == client.unary(
            REGISTRY, "GetFederation", code="450900")
        client.unary(REGISTRY, "GetFederation", code="450900", use_get=True)
        assert client.wire.received["etag"] and client.wire.received["vary"] == "accept-encoding"
        with pytest.raises(ConnectError) as caught:
            client.unary(REGISTRY, "GetFederation", code="459999", use_get=True)
        assert caught.value.code == Code.NOT_FOUND and caught.value.details


def test_pages_cover_a_list_once(loaded, caller):
    client = caller(loaded.channel("registry"))
    codes, token = [], ""
    while True:
        page = client.unary(REGISTRY, "ListPlaces", page_size=17, page_token=token)
        codes += [place.code for place in page.places]
        token = page.next_page_token
        if not token:
            break
    assert len(codes) == len(set(codes)) == page.total_size
    assert codes == sorted(codes)


def test_a_figure_is_exact(loaded, caller):
    answer = caller(loaded.channel("statistics")).unary(
        STATISTICS, "GetFigure", key="total/450000/bureau/gross_output/2013")
    assert answer.figure.printed == "810" and answer.figure.printed_unit == "亿元"


def test_a_stream_brings_the_snapshot_and_stays_alive(loaded, caller):
    stream = caller(loaded.channel("registry")).stream(REGISTRY, "WatchChanges")
    seen, cursor = set(), None
    for change in stream:
        if change.WhichOneof("entity"):
            seen.add(change.WhichOneof("entity"))
        if change.kind == 2:  # CHANGE_KIND_SNAPSHOT_END
            cursor = change.cursor
            break
    assert cursor and {"place", "federation", "enterprise"} <= seen


def test_not_found_names_what_is_missing(loaded, caller, protos):
    with pytest.raises(ConnectError) as caught:
        caller(loaded.channel("registry")).unary(REGISTRY, "GetFederation", code="459999")
    error = caught.value
    assert error.code == Code.NOT_FOUND
    assert "459999" in error.message
    detail = next(detail for detail in error.details if detail.type_name == "lianshe.common.v1.ResourceInfo")
    info = protos.message("lianshe.common.v1.ResourceInfo").FromString(detail.message_bytes)
    assert info.resource_type == "federation" and info.resource_name == "459999"


def test_invalid_argument_carries_path_and_rule(loaded, caller, protos):
    with pytest.raises(ConnectError) as caught:
        caller(loaded.channel("registry")).unary(REGISTRY, "GetFederation", code="45O000")
    assert caught.value.code == Code.INVALID_ARGUMENT
    detail = next(detail for detail in caught.value.details if detail.type_name == "lianshe.common.v1.BadRequest")
    request = protos.message("lianshe.common.v1.BadRequest").FromString(detail.message_bytes)
    assert [violation.path for violation in request.violations] == ["code"]
    assert request.violations[0].rule and request.violations[0].value == "45O000"


def test_a_write_without_a_token_is_unauthenticated(loaded, caller):
    with pytest.raises(ConnectError) as caught:
        caller(loaded.channel("registry")).unary(REGISTRY, "CreateFederation", request_id="r")
    assert caught.value.code == Code.UNAUTHENTICATED


def test_a_failing_stream_ends_with_its_error(loaded, caller):
    stream = caller(loaded.channel("registry")).stream(REGISTRY, "WatchChanges", cursor="not a cursor")
    with pytest.raises(ConnectError) as caught:
        list(stream)
    assert caught.value.code == Code.INVALID_ARGUMENT


def test_a_stream_ends_at_the_deadline(loaded, caller):
    stream = caller(loaded.channel("registry")).stream(REGISTRY, "WatchChanges", timeout_ms=700)
    with pytest.raises(ConnectError) as caught:
        for _ in stream:
            pass
    assert caught.value.code == Code.DEADLINE_EXCEEDED


def test_an_unknown_method_is_unimplemented(loaded, caller):
    known, method = caller(loaded.channel("registry")).method(REGISTRY, "GetPlace")
    unknown = dataclasses.replace(method, name="NoSuchMethod")
    with pytest.raises(ConnectError) as caught:
        caller(loaded.channel("registry")).client.execute_unary(request=known(), method=unknown)
    assert caught.value.code == Code.UNIMPLEMENTED


def test_the_gateway_passes_calls_through(loaded, caller):
    through = caller(loaded.channel("gateway"))
    direct = caller(loaded.channel("registry"))
    assert through.unary(REGISTRY, "GetFederation", code="450900") == direct.unary(
        REGISTRY, "GetFederation", code="450900")
    with pytest.raises(ConnectError) as caught:
        through.unary(REGISTRY, "GetFederation", code="459999")
    assert caught.value.code == Code.NOT_FOUND and caught.value.details
    first = next(iter(through.stream(REGISTRY, "WatchChanges")))
    assert first.WhichOneof("entity")


def test_the_report_answers_over_the_channel(loaded, caller):
    answer = caller(loaded.channel("gateway")).unary(
        "lianshe.gateway.v1.ReportService", "GetAnnualReport", federation_code="450000", year="2013")
    figures = {span.figure.printed for section in answer.report.sections
               for paragraph in section.paragraphs for span in paragraph.spans if span.HasField("figure")}
    assert "810亿元" in figures
