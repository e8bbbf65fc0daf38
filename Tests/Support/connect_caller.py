"""PyPI connectrpc, set up for our services: HTTP/2 with prior knowledge."""

from connectrpc.client import ConnectClientSync
from connectrpc.compat import google_protobuf_binary_codec, google_protobuf_json_codec
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from pyqwest import HTTPVersion, SyncClient, SyncHTTPTransport


class Caller:
    """PyPI connectrpc over HTTP/2 with prior knowledge, in its default settings (gzip both ways)."""

    def __init__(self, protos, address, codec="proto", token=None, **options):
        self.protos = protos
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        codec = google_protobuf_binary_codec() if codec == "proto" else google_protobuf_json_codec()
        self.client = ConnectClientSync(address, codec=codec, **options, http_client=SyncClient(
            SyncHTTPTransport(http_version=HTTPVersion.HTTP2)))

    def method(self, service, name):
        request, response, streams, safe = self.protos.method(service, name)
        return request, MethodInfo(
            name=name, service_name=service, input=request, output=response,
            idempotency_level=IdempotencyLevel.NO_SIDE_EFFECTS if safe else IdempotencyLevel.IDEMPOTENT,
            stream_type=StreamType.SERVER_STREAM if streams else StreamType.UNARY)

    def unary(self, service, name, timeout_ms=20_000, **fields):
        request, method = self.method(service, name)
        return self.client.execute_unary(request=request(**fields), method=method, headers=self.headers,
                                         timeout_ms=timeout_ms)

    def stream(self, service, name, timeout_ms=20_000, **fields):
        request, method = self.method(service, name)
        return self.client.execute_server_stream(request=request(**fields), method=method, headers=self.headers,
                                                 timeout_ms=timeout_ms)


def caller_for(protos, address, token=None, codec="proto"):
    return Caller(protos, address, codec=codec, token=token)
