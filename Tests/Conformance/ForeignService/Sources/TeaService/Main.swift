// tea-service: serves the shelf, calls it, or writes its descriptors.
//
//   tea-service serve             listens on a free port of 127.0.0.1 and prints the address
//   tea-service call ADDRESS      puts a tea and reads it again, in both codecs
//   tea-service descriptors       prints the FileDescriptorSet, for buf curl --schema

internal import Foundation
internal import GeoMessages
internal import OtherTeaMessages
internal import RPC
internal import TeaMessages
internal import Transport
internal import WellKnownMessages
internal import Wire

@main
enum Main {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch (arguments.first, arguments.count) {
    case ("serve", 1): try await serve()
    case ("call", 2): try await call(try Endpoint(arguments[2]))
    case ("descriptors", 1):
      try FileHandle.standardOutput.write(contentsOf: Data(TeaFiles.fileDescriptorSet))
    default:
      try FileHandle.standardError.write(
        contentsOf: Data("usage: tea-service serve | call ADDRESS | descriptors\n".utf8))
      exit(64)
    }
  }

  private static func serve() async throws {
    var router = RPC.Router()
    router.registerTeaService(TeaShelf())
    router.registerOdd(Mirror())
    let server = ChannelServer(router: router)
    let address = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
    try FileHandle.standardOutput.write(contentsOf: Data("\(address)\n".utf8))
    try await server.run()
  }

  private static func call(_ server: Endpoint) async throws {
    let channel = HTTP2Channel(endpoints: [server])
    defer { channel.close() }
    let client = TeaServiceClient(channel: channel)
    let place = Place(name: "梧州", latitude: 23.5, level: .county)
    let tea = Tea(
      name: "六堡", age: 0, kind: .dark, origin: place, stock: ["仓": .max],
      extra: AnyMessage(
        typeUrl: "type.googleapis.com/\(Place.schema.name)", value: try place.protobufBytes()),
      price: .voucher(Certificate(number: "1", seal: [0, 255])))
    for codec in Codec.allCases {
      let options = CallOptions(timeout: .seconds(60), codec: codec)
      let stored = try await client.putTea(tea, options: options)
      var listed = 0
      for try await other in try await client.listTeas(ListTeasRequest(), options: options)
      where other == stored {
        listed += 1
      }
      let same = try await client.getTea(GetTeaRequest(name: tea.name), options: options) == stored
      let line = "\(codec) same=\(same) listed=\(listed) attachments=\(stored.attachments.count)\n"
      try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
    }
  }
}
