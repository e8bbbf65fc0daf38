// What a channel to another service exports.

internal import RPC
internal import Testing
internal import Transport

@testable internal import Bootstrap

@Suite("Channel metrics")
struct ChannelMetricsTests {
  @Test("calls and endpoints are exported by the service they go to")
  func exported() async throws {
    let metrics = MetricsRegistry()
    let server = ChannelServer(router: Router())
    let endpoint = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
    let channel = HTTP2Channel(endpoints: [endpoint])
    ChannelMetrics.register(
      channel, to: ChannelMetrics.service("LIANSHE_REGISTRY_URL"), in: metrics)
    let request = RawRequest(path: "/nowhere", fields: HeaderFields(), body: [])
    let answer = try await channel.send(request, maximumBytes: 1_024)
    #expect(answer.head.status == 404)
    let page = String(decoding: metrics.exposition(), as: UTF8.self)
    for line in [
      #"lianshe_client_calls_total{to="registry"} 1"#,
      #"lianshe_client_attempts_total{to="registry"} 1"#,
      #"lianshe_client_retries_total{to="registry"} 0"#,
      #"lianshe_client_endpoints{to="registry",state="ready"} 1"#,
      #"lianshe_client_endpoints{to="registry",state="ejected"} 0"#,
      #"lianshe_client_calls_waiting{to="registry"} 0"#,
      #"lianshe_client_retry_tokens{to="registry"} 3"#,
    ] {
      #expect(page.contains(line), "\(line)\n\(page)")
    }
    channel.close()
    await server.drain(grace: .zero)
  }

  @Test("addresses may be lists and names; what is listened on may not be a name")
  func addresses() throws {
    let key = StandardKeys.registryURL()
    let list = key.parse("http://10.0.0.1:7401, dns:registry.lianshe.internal:7401")
    #expect(list?.map(\.isName) == [false, true])
    #expect(list?.map(\.description) == ["10.0.0.1:7401", "dns:registry.lianshe.internal:7401"])
    #expect(StandardKeys.listen(default: "127.0.0.1:0").parse("dns:localhost:7401") == nil)
  }
}
