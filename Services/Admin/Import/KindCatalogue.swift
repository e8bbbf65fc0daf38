// Which kind of rows a file holds, and which service takes them. The services say what they take;
// the name of the file, or the user, says which of it this is.

internal import CommonMessages

/// A kind of rows at a service.
struct QualifiedKind: Sendable, Equatable {
  let service: ServiceName
  let kind: ImportKind

  /// How a user names it without doubt: `statistics/reports`.
  var qualifiedName: String { "\(service.rawValue)/\(kind.name)" }
}

/// Every kind of every service.
struct KindCatalogue: Sendable {
  let kinds: [QualifiedKind]
  /// Services that did not answer, and whose kinds are therefore missing.
  var gaps: [Gap] = []

  /// A service that did not answer, and why.
  struct Gap: Sendable {
    let service: ServiceName
    let failure: Failure

    var line: Phrase {
      let reason = failure.lines.first ?? Phrase("", "")
      return Phrase(
        "  \(service.rawValue) 没有答复，它的文件种类不在其中 (\(reason.zh))",
        "  \(service.rawValue) did not answer, its kinds are left out (\(reason.en))")
    }
  }

  /// Asks the services. One that does not answer is left out as long as another does.
  static func load(_ session: Session) async throws -> KindCatalogue {
    var kinds: [QualifiedKind] = []
    var gaps: [Gap] = []
    for service in Session.importServices {
      do {
        let port = try session.imports(of: service)
        kinds += try await session.calling(service) { try await port.kinds() }
          .map { QualifiedKind(service: service, kind: $0) }
      } catch let failure as Failure {
        gaps.append(Gap(service: service, failure: failure))
      }
    }
    if kinds.isEmpty, let gap = gaps.first { throw gap.failure }
    return KindCatalogue(kinds: kinds, gaps: gaps)
  }

  /// The kind that a user names: `reports`, `statistics/reports` or its title.
  func kind(named name: String) throws -> QualifiedKind {
    let found = kinds.filter {
      $0.qualifiedName == name || $0.kind.name == name || $0.kind.title == name
    }
    return try one(
      of: found, unknown: Phrase("没有“\(name)”这种文件", "there is no kind \"\(name)\""))
  }

  /// The kind that a file's name tells: `reports.csv`, `05-reports-2013.csv`,
  /// `registry-stated_figures.csv`, `报表数据2013.csv`.
  func kind(ofFileNamed fileName: String) throws -> QualifiedKind {
    var stem = Substring(fileName)
    if let dot = stem.lastIndex(of: ".") { stem = stem[..<dot] }
    stem = stem.drop { $0.isNumber || "-_. ".contains($0) }
    var candidates = kinds
    for service in Session.importServices where stem.hasPrefix("\(service.rawValue)-") {
      stem = stem.dropFirst(service.rawValue.count + 1)
      candidates = kinds.filter { $0.service == service }
    }
    let matches = candidates.compactMap { candidate -> (length: Int, kind: QualifiedKind)? in
      let names = [candidate.kind.name, candidate.kind.title].filter { Self.begins(stem, with: $0) }
      return names.map(\.count).max().map { ($0, candidate) }
    }
    let longest = matches.map(\.length).max()
    return try one(
      of: matches.filter { $0.length == longest }.map(\.kind),
      unknown: Phrase(
        "从文件名 \(fileName) 看不出是哪种文件，请用 --kind 指明",
        "the name \(fileName) does not tell the kind; name it with --kind"))
  }

  /// Whether a name begins with a word: `reports-2013` does with `reports`, `reportsold` does not.
  private static func begins(_ stem: Substring, with word: String) -> Bool {
    guard !word.isEmpty, stem.hasPrefix(word) else { return false }
    guard let next = stem.dropFirst(word.count).first else { return true }
    return !(next.isLetter && next.isASCII) && next != "_"
  }

  private func one(of found: [QualifiedKind], unknown: Phrase) throws -> QualifiedKind {
    guard let first = found.first else {
      // The file may well be right: nobody could ask the service that takes it.
      if let gap = gaps.first { throw Self.unasked(gap, unknown) }
      let names = kinds.map(\.qualifiedName)
      throw Failure(
        .invalid,
        [
          unknown,
          Phrase(
            "  可用：\(names.joined(separator: "、"))", "  known: \(names.joined(separator: ", "))"),
        ])
    }
    guard found.count == 1 else {
      let names = found.map { "--kind \($0.qualifiedName)" }
      throw Failure(
        .invalid, "不止一个服务有这种文件，请写明 \(names.joined(separator: " 或 "))",
        "more than one service has this kind; say \(names.joined(separator: " or "))")
    }
    return first
  }

  /// As the service's own failure, since that is what stands in the way.
  private static func unasked(_ gap: Gap, _ unknown: Phrase) -> Failure {
    let reason = gap.failure.lines
    let first = reason.first ?? Phrase("", "")
    return Failure(
      gap.failure.exitCode,
      [
        Phrase(
          "\(gap.service.title.zh)服务没有答复，不知它是否接受这种文件：\(first.zh)",
          "\(gap.service.title.en) did not answer, so it is not known whether it takes this file: "
            + first.en),
        Phrase("  其他服务：\(unknown.zh)", "  the other services: \(unknown.en)"),
      ] + reason.dropFirst())
  }
}
