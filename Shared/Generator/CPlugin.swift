// Calls protobuf-c's own plugin, so that the C structs and descriptors are the ones its library was
// written for.

internal import Foundation
internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// protoc-gen-c as a function from a request to files.
struct CPlugin {
  let executable: URL

  /// - Parameter files: the files of the request.
  /// - Returns: the contents by the names that protoc-gen-c gives.
  func run(_ request: Plugin.Request, files: [FileDescriptor]) throws -> [String: String] {
    let input: Data = try Self.accepted(request, files: files).serializedBytes()
    let response = try Google_Protobuf_Compiler_CodeGeneratorResponse(
      serializedBytes: try output(of: input))
    guard !response.hasError else { throw GeneratorError("protoc-gen-c: \(response.error)") }
    var files: [String: String] = [:]
    for file in response.file { files[file.name] = file.content }
    return files
  }

  /// The request in the form that protoc-gen-c accepts.
  ///
  /// It refuses proto3 `optional`, though it writes right code for what protoc makes of it: a oneof
  /// with that one field. So the mark is taken away, and the oneof stays. Published descriptors
  /// keep the mark.
  ///
  /// It writes an include for every import, needed or not, and declares extensions that nothing
  /// reads: so imports that do not count are taken away, and extensions too. Services as well:
  /// theirs are functions whose names can be those of other methods, and nobody calls them.
  static func accepted(_ request: Plugin.Request, files: [FileDescriptor]) -> Plugin.Request {
    var request = request
    request.parameter = ""
    let imports = Dictionary(
      files.map { ($0.name, $0.importsKept.map(\.name)) }, uniquingKeysWith: { first, _ in first })
    var needed: Set<String> = []
    func need(_ name: String) {
      if needed.insert(name).inserted { imports[name]?.forEach(need) }
    }
    request.fileToGenerate.forEach(need)
    request.protoFile.removeAll { !needed.contains($0.name) }
    for file in request.protoFile.indices {
      // Comments would be copied into C, where nobody reads them.
      request.protoFile[file].clearSourceCodeInfo()
      request.protoFile[file].dependency = imports[request.protoFile[file].name] ?? []
      request.protoFile[file].publicDependency = []
      request.protoFile[file].weakDependency = []
      request.protoFile[file].extension = []
      request.protoFile[file].service = []
      for message in request.protoFile[file].messageType.indices {
        simplify(&request.protoFile[file].messageType[message])
      }
    }
    return request
  }

  private static func simplify(_ message: inout Google_Protobuf_DescriptorProto) {
    message.extension = []
    for field in message.field.indices { message.field[field].clearProto3Optional() }
    for nested in message.nestedType.indices { simplify(&message.nestedType[nested]) }
  }

  /// Runs the plugin over files instead of pipes, which could fill up on both sides.
  private func output(of input: Data) throws -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("protoc-gen-lianshe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let request = folder.appendingPathComponent("request")
    let response = folder.appendingPathComponent("response")
    try input.write(to: request)
    try Data().write(to: response)
    let process = Process()
    process.executableURL = executable
    process.standardInput = try FileHandle(forReadingFrom: request)
    process.standardOutput = try FileHandle(forWritingTo: response)
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw GeneratorError("\(executable.path) failed with status \(process.terminationStatus)")
    }
    return try Data(contentsOf: response)
  }
}
