"""PyPI connectrpc, set up for our services: HTTP/2 with prior knowledge."""

import gzip

from connectrpc.client import ConnectClientSync
from connectrpc.compat import google_protobuf_binary_codec, google_protobuf_json_codec
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from pyqwest import HTTPVersion, SyncClient, SyncHTTPTransport, SyncResponse


class Recorder:
    """A transport that keeps the headers of the last request and its response, as they went over the wire."""

    def __init__(self, transport):
        self.transport = transport
        self.sent = self.received = None

    def execute_sync(self, request):
        response = self.transport.execute_sync(request)
        self.sent, self.received = dict(request.headers.items()), dict(response.headers.items())
        if self.received.get("content-encoding") != "gzip":
            return response
        return SyncResponse(status=response.status, headers=response.headers,
                            content=gzip.decompress(b"".join(response.content)))

    def leave_gzip_to_me(self):
        """The usual transport opens what is compressed and removes the header that says so."""
        self.transport = SyncHTTPTransport(http_version=HTTPVersion.HTTP2, enable_gzip=False)


class Caller:
    """PyPI connectrpc over HTTP/2 with prior knowledge, in its default settings (gzip both ways).

    `tls`: what `SyncHTTPTransport` takes for a connection with TLS.
    """

    def __init__(self, protos, address, codec="proto", token=None, tls=None, **options):
        self.protos = protos
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        codec = google_protobuf_binary_codec() if codec == "proto" else google_protobuf_json_codec()
        self.wire = Recorder(SyncHTTPTransport(http_version=HTTPVersion.HTTP2, **(tls or {})))
        self.client = ConnectClientSync(address, codec=codec, **options, http_client=SyncClient(self.wire))

    def method(self, service, name):
        request, response, streams, safe = self.protos.method(service, name)
        return request, MethodInfo(
            name=name, service_name=service, input=request, output=response,
            idempotency_level=IdempotencyLevel.NO_SIDE_EFFECTS if safe else IdempotencyLevel.IDEMPOTENT,
            stream_type=StreamType.SERVER_STREAM if streams else StreamType.UNARY)

    def unary(self, service, name, timeout_ms=20_000, use_get=False, **fields):
        request, method = self.method(service, name)
        return self.client.execute_unary(request=request(**fields), method=method, headers=self.headers,
                                         timeout_ms=timeout_ms, use_get=use_get)

    def stream(self, service, name, timeout_ms=20_000, **fields):
        request, method = self.method(service, name)
        return self.client.execute_server_stream(request=request(**fields), method=method, headers=self.headers,
                                                 timeout_ms=timeout_ms)


def caller_for(protos, address, token=None, codec="proto"):
    return Caller(protos, address, codec=codec, token=token)
