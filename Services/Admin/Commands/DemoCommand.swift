internal import ArgumentParser
internal import CommonMessages
internal import GatewayMessages

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

        --training 装入的不是文件，而是合成的训练数据：虚构的示例市 (890100)，400 家企业，2018—2020 年。
        令牌应属 890000 (lianshe token issue --organisation 890000)。

          lianshe demo load --training
          lianshe demo load --training --write training
        """,
        """
        Imports the files of a folder in the order of its manifest.json. May be done again: what is
        there already is not stored twice.

        Examples:
          lianshe demo load
          lianshe demo load --directory /usr/share/lianshe/demo/guangxi

        --training loads no folder but synthetic data to train on: an invented city (890100) with 400
        firms, 2018 to 2020. The token is one of 890000 (lianshe token issue --organisation 890000).

          lianshe demo load --training
          lianshe demo load --training --write training
        """))
  }

  @Option(help: help("演示数据的文件夹", "folder of the data", name: "folder"))
  var directory: String = Self.folder

  @Flag(help: help("装入合成的训练数据 (虚构的示例市)", "load synthetic data to train on (an invented city)"))
  var training = false

  @Option(
    help: help(
      "与 --training 同用：不导入，写入这个文件夹", "with --training: write to this folder, import nothing",
      name: "folder"))
  var write: String?

  static let folder = "deploy/demo/guangxi"

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !training || directory == Self.folder else {
      throw ValidationError(
        ambient("--training 不能与 --directory 同用", "--training and --directory exclude one another"))
    }
    guard training || write == nil else {
      throw ValidationError(ambient("--write 只与 --training 同用", "--write goes with --training"))
    }
  }

  func run() async throws {
    let session = try connection.session(defaultTimeout: ImportFilesCommand.defaultTimeout)
    try await Running.command(session) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    if let write { return try TrainingLoad.write(to: write, session.console) }
    if training { return try await TrainingLoad.run(session) }
    let manifest = try DemoManifest(folder: directory)
    let files = try manifest.files.map { try ImportFile(path: "\(directory)/\($0.file)") }
    let catalogue = try await KindCatalogue.load(session)
    let queue = ImportQueue(session: session, isDryRun: false, printsJSON: false)
    session.console.note(manifest.title)
    var isCopyCurrent = false
    for (file, entry) in zip(files, manifest.files) {
      if let kind = entry.textKind {
        try await put(file, entry, as: kind, session)
        continue
      }
      let job = ImportJob(file: file, kind: try catalogue.kind(named: entry.kind))
      if job.kind.service == .statistics, !isCopyCurrent {
        try await RegisterCopy.waitUntilComplete(session)
      }
      isCopyCurrent = job.kind.service == .statistics
      try await queue.run(job)
    }
  }

  /// A text of a report; one that is there already is not stored twice.
  private func put(
    _ file: ImportFile, _ entry: DemoManifest.Entry, as kind: DemoManifest.TextKind,
    _ session: Session
  ) async throws {
    let text = try TextFile.read(file.path)
    let report = ReportName(federation: entry.federation ?? "", year: entry.year ?? "")
    let put: PutText
    switch kind {
    case .template: put = try await session.putTemplate(text, of: report)
    case .narrative:
      put = try await session.putNarrative(
        Narrative(
          federationCode: report.federation, year: report.year, id: entry.id ?? "",
          title: entry.title ?? "", content: text,
          provenance: Provenance(document: entry.document ?? "")))
    }
    try session.console.print(put.words(file.name, isDryRun: false))
  }
}
