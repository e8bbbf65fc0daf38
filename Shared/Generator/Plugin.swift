// From the request to the files: sorts the protos into packages and asks each generator for its part.

internal import Foundation
internal import SwiftProtobufPluginLibrary

/// One run of the generator.
struct Plugin {
  typealias Request = Google_Protobuf_Compiler_CodeGeneratorRequest
  typealias OutputFile = Google_Protobuf_Compiler_CodeGeneratorResponse.File

  private let request: Request
  private let options: Options
  private let set: DescriptorSet
  private let modules: Modules

  init(request: Request, options: Options) throws {
    self.request = request
    self.options = options
    set = DescriptorSet(protos: request.protoFile)
    modules = try Modules(
      set: set, generated: Set(request.fileToGenerate), names: options.moduleNames)
  }

  /// The files of every package of which a file was named, ordered by path.
  func files() throws -> [OutputFile] {
    let packages = modules.generated
    for package in packages { try Rules.check(package) }
    var files: [OutputFile] = []
    let cFiles = try CPlugin(executable: options.cPlugin).run(request, files: set.files)
    for package in packages {
      let facts = CFactsGenerator(package: package, modules: modules)
      let folder = package.cModule
      files.append(.named("\(folder)/include/module.modulemap", facts.moduleMap()))
      files.append(.named("\(folder)/include/\(folder).h", facts.header()))
      files.append(.named("\(folder)/\(folder).c", facts.source()))
      files.append(.named("\(folder)/\(folder)Files.c", try facts.fileSet(request.protoFile)))
      for file in package.files {
        files += try Self.take(file, of: package, from: cFiles)
        files += try SwiftFileGenerator(file: file, package: package, modules: modules).files()
      }
      files.append(
        .named(
          "\(package.module)/\(package.name)Files.swift",
          SwiftFileGenerator.fileSetAccessor(of: package, modules: modules)))
    }
    return files.sorted { $0.name < $1.name }
  }

  /// Puts protobuf-c's files of one proto where the package's C target looks for them.
  private static func take(
    _ file: FileDescriptor, of package: ProtoPackage, from cFiles: [String: String]
  ) throws -> [OutputFile] {
    let stem = file.name.hasSuffix(".proto") ? String(file.name.dropLast(6)) : file.name
    guard let header = cFiles["\(stem).pb-c.h"], let source = cFiles["\(stem).pb-c.c"] else {
      throw GeneratorError("protoc-gen-c wrote nothing for \(file.name)")
    }
    return [
      .named("\(package.cModule)/include/\(stem).pb-c.h", header),
      .named("\(package.cModule)/\(stem).pb-c.c", source),
    ]
  }
}

extension Plugin.OutputFile {
  static func named(_ name: String, _ content: String) -> Self {
    var file = Self()
    file.name = name
    file.content = content
    return file
  }
}
