// Which Swift module a proto package becomes, and what the packages of one run are.

internal import SwiftProtobufPluginLibrary

/// A proto package and the two targets that it becomes.
struct ProtoPackage {
  /// `lianshe.registry.v1`.
  let protoName: String
  /// `Registry`.
  let name: String
  /// The files of the package, by name.
  let files: [FileDescriptor]

  /// The Swift target, `RegistryMessages`.
  var module: String { "\(name)Messages" }
  /// The C target, `CRegistryMessages`.
  var cModule: String { "C\(name)Messages" }

  /// Every message of the package in the order of its files, map entries and nested ones included,
  /// each before those nested in it.
  var allMessages: [Descriptor] { files.flatMap { $0.messages.flatMap(Self.withNested) } }

  static func withNested(_ message: Descriptor) -> [Descriptor] {
    [message] + message.messages.flatMap(withNested)
  }
}

/// The packages of a request.
struct Modules {
  private let packages: [String: ProtoPackage]
  /// The packages to generate, by name.
  let generated: [ProtoPackage]

  init(set: DescriptorSet, generated: Set<String>, names: [String: String]) throws {
    let needed = Self.needed(of: set.files.filter { generated.contains($0.name) })
    var files: [String: [FileDescriptor]] = [:]
    for file in set.files where needed.contains(file.package) {
      guard !file.package.isEmpty else {
        throw GeneratorError("\(file.name): a package statement is needed; it names the module")
      }
      files[file.package, default: []].append(file)
    }
    var packages: [String: ProtoPackage] = [:]
    var owners: [String: String] = [:]
    // What holds nothing but extensions becomes no module, and needs no name.
    for (package, files) in files.sorted(by: { $0.key < $1.key })
    where !files.allSatisfy(\.isEmpty) {
      let name = names[package] ?? Self.name(of: package)
      if let owner = owners[name] {
        throw GeneratorError(
          "packages \(owner) and \(package) would both be module \(name)Messages; "
            + "name one with module=\(package)=NAME")
      }
      owners[name] = package
      packages[package] = ProtoPackage(
        protoName: package, name: name, files: files.sorted { $0.name < $1.name })
    }
    self.packages = packages
    let wanted = Set(set.files.filter { generated.contains($0.name) }.map(\.package))
    self.generated = packages.values.filter { wanted.contains($0.protoName) }
      .sorted { $0.protoName < $1.protoName }
    for package in self.generated {
      for file in package.files where !generated.contains(file.name) {
        throw GeneratorError(
          "\(file.name) belongs to package \(package.protoName) but was not named to protoc; "
            + "a package is generated as a whole")
      }
    }
  }

  /// The packages of files, and those that they import.
  private static func needed(of files: [FileDescriptor]) -> Set<String> {
    Set(files.map(\.package)).union(files.flatMap { $0.importsKept.map(\.package) })
  }

  /// The package of a file. Every file of a request is in one.
  func package(of file: FileDescriptor) throws -> ProtoPackage {
    guard let package = packages[file.package] else {
      throw GeneratorError("\(file.name): package \(file.package) is not in the request")
    }
    return package
  }

  /// The other packages that a package imports, by name.
  func dependencies(of package: ProtoPackage) -> [ProtoPackage] {
    var names = Set(package.files.flatMap { $0.importsKept.map(\.package) })
    names.remove(package.protoName)
    return names.sorted().compactMap { packages[$0] }
  }

  /// `lianshe.registry.v1` is `Registry`: the last part that is not a version.
  static func name(of package: String) -> String {
    let parts = package.split(separator: ".").map(String.init)
    let isVersion = { (part: String) in
      part.first == "v" && part.dropFirst().first?.isNumber == true
    }
    let part = parts.last { !isVersion($0) } ?? package
    return SwiftNames.upperCamel(part)
  }
}
