// The parameters that protoc passes on from `--lianshe_opt`.

internal import Foundation

/// How the plugin was asked to work.
struct Options {
  /// protobuf-c's plugin. Default: the first `protoc-gen-c` on the search path.
  var cPlugin: URL
  /// Module names that proto packages are given by hand, without the ending `Messages`.
  var moduleNames: [String: String] = ["google.protobuf": "WellKnown"]

  /// - Parameter parameter: `c_plugin=PATH` and `module=PACKAGE=NAME`, separated by commas.
  init(parameter: String, searchPath: String) throws {
    var plugin: String?
    for part in parameter.split(separator: ",") {
      let words = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      switch (words.first, words.count) {
      case ("c_plugin", 2):
        plugin = words[1]
      case ("module", 3):
        guard SwiftNames.isTypeName(words[2]) else {
          throw GeneratorError("module=\(words[1])=\(words[2]): the name is no Swift type name")
        }
        moduleNames[words[1]] = words[2]
      default:
        throw GeneratorError(
          "unknown option \(part); known are c_plugin=PATH and module=PACKAGE=NAME")
      }
    }
    cPlugin = try Self.locate(plugin, searchPath: searchPath)
  }

  private static func locate(_ path: String?, searchPath: String) throws -> URL {
    let candidates =
      path.map { [$0] } ?? searchPath.split(separator: ":").map { "\($0)/protoc-gen-c" }
    for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate) {
      return URL(fileURLWithPath: candidate)
    }
    throw GeneratorError(
      "\(path ?? "protoc-gen-c") is not there; Debian has it in protobuf-c-compiler")
  }
}
