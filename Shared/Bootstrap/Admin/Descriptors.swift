// What the service speaks, for tools that want to know it without the proto files.

internal import Synchronization

/// The descriptor sets of the proto packages that a process serves, for
/// `/descriptors/PACKAGE.binpb`.
package final class Descriptors: Sendable {
  static let folder = "/descriptors/"
  private static let ending = ".binpb"

  private let sets = Mutex<[String: [UInt8]]>([:])

  package init() {}

  /// - Parameter fileDescriptorSet: serialized, with everything that the package imports.
  package func add(_ package: String, _ fileDescriptorSet: [UInt8]) {
    sets.withLock { $0[package] = fileDescriptorSet }
  }

  /// The paths that have a set, in order.
  var paths: [String] {
    sets.withLock { $0.keys.sorted() }.map { Self.folder + $0 + Self.ending }
  }

  subscript(path path: some StringProtocol) -> [UInt8]? {
    guard path.hasPrefix(Self.folder), path.hasSuffix(Self.ending) else { return nil }
    let package = String(path.dropFirst(Self.folder.count).dropLast(Self.ending.count))
    return sets.withLock { $0[package] }
  }
}
