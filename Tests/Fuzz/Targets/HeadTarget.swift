// Heads of requests: paths, header fields and what the protocol reads from them.

@testable internal import RPC

func fuzzHead(_ input: [UInt8]) {
  var choices = Choices(input)
  let head = head(&choices)
  let body = choices.rest()
  let answer = EchoCalls.send(head, body, cut: 64)
  require((200...599).contains(answer.head.status), "status \(answer.head.status)")
  if head.verb == "HEAD", answer.head.status >= 400 {
    require(answer.body.isEmpty, "the answer of HEAD has a body")
  }
  for field in head.fields.fields { checkValue(field.value) }
  let metadata = Metadata(received: head.fields)
  for entry in metadata {
    require(!Metadata.isReserved(entry.key), "\(entry.key) is given to the application")
    _ = metadata.bytes(for: entry.key)
    var copy = Metadata()
    if (try? copy.add(entry.value, for: entry.key)) != nil {
      require(copy[entry.key] == entry.value, "metadata has changed")
    }
  }
}

private let names = [
  "content-type", "content-length", "content-encoding", "accept-encoding",
  "connect-content-encoding", "connect-accept-encoding", "connect-timeout-ms",
  "connect-protocol-version", "traceparent", "x-name", "x-name-bin", "trailer-x",
]
private let verbs = ["POST", "GET", "HEAD", "PUT"]
private let paths = ["GetEcho", "WatchEcho", "PutEcho", "GetEcho?"]

private func head(_ choices: inout Choices) -> RequestHead {
  let shape = choices.byte()
  var path = EchoCalls.service + paths[Int(shape & 3)]
  switch shape >> 2 & 3 {
  case 0: break
  case 1: path = "/raw" + text(&choices)
  case 2: path += text(&choices)
  default: path = text(&choices)
  }
  var fields = HeaderFields()
  // A good type, so that fields after it are looked at.
  if shape & 0x40 == 0 {
    fields.append("content-type", shape & 1 == 0 ? "application/json" : "application/connect+proto")
  }
  for _ in 0..<Int(choices.byte() & 7) {
    let choice = Int(choices.byte())
    let name = choice < 0xC0 ? names[choice % names.count] : text(&choices).lowercased()
    fields.append(name, text(&choices))
  }
  return RequestHead(verb: verbs[Int(shape >> 4 & 3)], path: path, fields: fields)
}

private func text(_ choices: inout Choices) -> String {
  String(decoding: choices.bytes(Int(choices.byte())), as: UTF8.self)
}

/// One value as everything that a value can be.
private func checkValue(_ value: String) {
  if let type = ContentType(value) {
    require(ContentType(type.text) == type, "\(value) is not the type that it says")
  }
  _ = try? ContentCoding(named: value)
  _ = ContentCoding(accepting: value)
  if let trace = TraceContext(traceparent: value.utf8) {
    let again = TraceContext(traceparent: trace.child().traceparent.utf8)
    require(again?.traceID == trace.traceID, "a trace has changed on its way")
    require(trace.traceID.count == 32 && trace.spanID.count == 16, "lengths of a trace")
  }
  let bytes = Array(value.utf8)
  require(Base64.decode(Base64.encode(bytes).utf8) == bytes, "base64 changes bytes")
  if let decoded = Base64.decode(bytes) {
    require(Base64.decode(Base64.encode(decoded).utf8) == decoded, "base64 is read in two ways")
  }
  var fields = HeaderFields()
  fields.append("connect-timeout-ms", value)
  if let timeout = try? ProtocolFields(fields).timeout() {
    require(timeout >= .zero && timeout < .seconds(10_000_000), "a timeout of \(timeout)")
    _ = CallInstant.now.advanced(by: timeout)
  }
}
