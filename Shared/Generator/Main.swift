// protoc-gen-lianshe: a plugin of protoc that writes what `Wire` and `RPC` need of a proto file.
//
// protoc hands it a request on standard input and takes the files from standard output.

internal import Foundation
internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

@main
enum Main {
  static func main() throws {
    let input = try FileHandle.standardInput.readToEnd() ?? Data()
    // Unknown fields are kept, so protobuf-c's plugin sees what protoc sent.
    let request = try Google_Protobuf_Compiler_CodeGeneratorRequest(serializedBytes: input)
    var response = Google_Protobuf_Compiler_CodeGeneratorResponse()
    response.supportedFeatures = UInt64(
      Google_Protobuf_Compiler_CodeGeneratorResponse.Feature.proto3Optional.rawValue)
    do {
      let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
      let options = try Options(parameter: request.parameter, searchPath: searchPath)
      response.file = try Plugin(request: request, options: options).files()
    } catch {
      // protoc prints it and fails.
      response.error = "\(error)"
    }
    let output: Data = try response.serializedBytes()
    try FileHandle.standardOutput.write(contentsOf: output)
  }
}
