internal import ArgumentParser

struct DemoCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "demo",
      abstract: ambient("演示数据", "Demonstration data"),
      subcommands: [DemoLoadCommand.self])
  }
}

struct DemoLoadCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "load",
      abstract: ambient("装入广西演示数据", "Load the demonstration data of Guangxi"),
      discussion: ambient(
        """
        按 manifest.json 的顺序导入文件夹里的文件。可以再做一次：已有的内容不会重复。

        例：
          lianshe demo load
          lianshe demo load --directory /usr/share/lianshe/demo/guangxi
        """,
        """
        Imports the files of a folder in the order of its manifest.json. May be done again: what is
        there already is not stored twice.

        Examples:
          lianshe demo load
          lianshe demo load --directory /usr/share/lianshe/demo/guangxi
        """))
  }

  @Option(help: help("演示数据的文件夹", "folder of the data", name: "folder"))
  var directory: String = "deploy/demo/guangxi"

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let session = try connection.session(defaultTimeout: ImportFilesCommand.defaultTimeout)
    try await Running.command(session) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let manifest = try DemoManifest(folder: directory)
    let files = try manifest.files.map { try ImportFile(path: "\(directory)/\($0.file)") }
    let catalogue = try await KindCatalogue.load(session)
    let queue = ImportQueue(session: session, isDryRun: false, printsJSON: false)
    session.console.note(manifest.title)
    var isCopyCurrent = false
    for (file, entry) in zip(files, manifest.files) {
      let job = ImportJob(file: file, kind: try catalogue.kind(named: entry.kind))
      if job.kind.service == .statistics, !isCopyCurrent {
        try await RegisterCopy.waitUntilComplete(session)
      }
      isCopyCurrent = job.kind.service == .statistics
      try await queue.run(job)
    }
  }
}
