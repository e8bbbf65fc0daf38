"""Lines of the checklist that are about the transport: windows, and callers that do not speak HTTP/2."""

import json
import ssl

import pytest
from h2.settings import SettingCodes
from requests_of_tables import END, SERVICE, envelope, envelopes
from wire import Client, Reply, connect

QUIET = 0.15  # seconds in which nothing more may come


def ask(client, codec, fields, window):
    """Opens a stream under a small window and gives nothing of it back.

    Returns: the number of the stream and what will be known of its answer.
    """
    client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: window})
    client.flush()
    while client.h2.local_settings.initial_window_size != window:
        client.receive(0, Reply())
    stream = client.h2.get_next_available_stream_id()
    client.h2.send_headers(stream, [
        (":method", "POST"), (":scheme", client.scheme), (":path", f"/{SERVICE}/Stream"),
        (":authority", client.address), ("content-type", f"application/connect+{codec}")])
    client.h2.send_data(stream, envelope(0, fields), end_stream=True)
    client.flush()
    return stream


@pytest.mark.parametrize("transport", ["direct", "through", "secure"])
@pytest.mark.parametrize("codec", ["proto", "json"])
def test_a_stream_goes_no_further_than_the_window(codec, transport, addresses, certificates, messages):
    """Every byte comes once it is asked for, and none before."""
    window, payload = 20_000, 20_000
    client = Client(addresses[transport], certificates.context("client") if transport == "secure" else None)
    fields = messages.encode(messages.request(messages=3, response_bytes=payload), codec)
    stream, body, ended = ask(client, codec, fields, window), b"", False
    while not ended:
        client.socket.settimeout(QUIET if len(body) % window == 0 else 30)
        try:
            data = client.socket.recv(65_536)
        except TimeoutError:
            data = None
        if data is None:
            assert len(body) % window == 0, "more was asked for than came"
            client.h2.increment_flow_control_window(window, stream)
            client.h2.increment_flow_control_window(window)
            client.flush()
            continue
        assert data, "the connection was closed"
        for event in client.h2.receive_data(data):
            body += getattr(event, "data", b"") if getattr(event, "stream_id", None) == stream else b""
            ended = ended or type(event).__name__ == "StreamEnded"
        client.flush()
    found = envelopes(body)
    assert len(found) == 4 and found[-1][0] & END
    assert json.loads(found[-1][1]) == {}
    client.close()


@pytest.mark.parametrize("request_line", ["GET / HTTP/1.1", f"POST /{SERVICE}/Unary HTTP/1.1", "GET / HTTP/1.0"])
def test_HTTP_1_is_told_what_is_spoken_here(request_line, addresses):
    with connect(addresses["direct"]) as opened:
        opened.sendall(f"{request_line}\r\nhost: x\r\ncontent-length: 0\r\n\r\n".encode())
        said = b""
        while part := opened.recv(65_536):
            said += part
    assert said.startswith(b"HTTP/1.1 505 ")
    assert b"HTTP/2 only; use --http2-prior-knowledge" in said


def test_HTTP_1_within_TLS_is_not_served(addresses, certificates):
    context = certificates.context("client")
    context.set_alpn_protocols(["http/1.1"])
    try:
        with connect(addresses["secure"], context) as opened:
            opened.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            said = b""
            while part := opened.recv(65_536):
                said += part
        assert b" 200 " not in said[:20]
    except (ssl.SSLError, ConnectionError) as error:
        said = str(error)
    assert said


def test_a_caller_without_a_certificate_is_not_served(addresses, certificates):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificates.path("ca.pem"))
    context.set_alpn_protocols(["h2"])
    with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
        reply = Client(addresses["secure"], context).request("GET", "/")
        assert reply.status, "the connection was ended"
