// What `lianshe demo load --training` does with the training set: imports it, or writes it down.

private import Foundation

enum TrainingLoad {
  /// Imports every file, as if it had come from a manifest.
  static func run(_ session: Session) async throws {
    let files = TrainingSet().files
    let catalogue = try await KindCatalogue.load(session)
    // All kinds are known before the first row is stored.
    let jobs = try files.map { file in
      ImportJob(
        file: ImportFile(path: file.name, content: file.content),
        kind: try catalogue.kind(named: file.kind))
    }
    let queue = ImportQueue(session: session, isDryRun: false, printsJSON: false)
    session.console.note(TrainingSet.title)
    var isCopyCurrent = false
    for (number, job) in zip(1..., jobs) {
      if job.kind.service == .statistics, !isCopyCurrent {
        try await RegisterCopy.waitUntilComplete(session)
        isCopyCurrent = true
      }
      session.console.note("[\(number)/\(jobs.count)] \(job.kind.qualifiedName)")
      try await queue.run(job)
    }
  }

  /// Writes the files and their manifest into a folder, which is made where there is none.
  static func write(to folder: String, _ console: Console) throws {
    let set = TrainingSet()
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in set.files {
        try Data(file.content).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
      }
      try Data(set.manifest.utf8).write(
        to: URL(fileURLWithPath: "\(folder)/\(DemoManifest.fileName)"))
    } catch {
      throw Failure(.failure, "无法写入文件夹 \(folder)", "cannot write to the folder \(folder)")
    }
    let count = set.files.count
    try console.print(
      Phrase(
        "已写入 \(folder)：\(count) 个文件和 \(DemoManifest.fileName)",
        "wrote \(count) files and \(DemoManifest.fileName) to \(folder)"))
  }
}
