// An import that a service keeps, found by its id.

internal import CommonMessages

struct StoredImport: Sendable {
  let service: ServiceName
  let `import`: Import

  /// Asks the services that take files: an id does not tell whose it is.
  static func find(_ id: String, _ session: Session) async throws -> StoredImport {
    var obstacle: Failure?
    for service in Session.importServices {
      do {
        let port = try session.imports(of: service)
        let found = try await session.calling(service) { try await port.get(id) }
        return StoredImport(service: service, import: found)
      } catch let failure as Failure where failure.exitCode == .notFound {
        continue
      } catch let failure as Failure {
        obstacle = obstacle ?? failure
      }
    }
    // The one that did not answer may be the one that keeps it.
    if let obstacle { throw obstacle }
    throw Failure(
      .notFound,
      [
        Phrase("没有编号为 \(id) 的导入", "there is no import \(id)"),
        Phrase(
          "  只能看到本机构的导入；编号在写入后印出",
          "  only imports of your own organisation are seen; the id is printed after an import"),
      ])
  }

  var lines: [Phrase] {
    var lines = [
      Phrase("\(`import`.id)  \(state.zh)", "\(`import`.id)  \(state.en)"),
      Phrase(
        "  文件：\(`import`.fileName) (\(service.rawValue)/\(`import`.kind)，\(`import`.declaredBytes) 字节)",
        "  file: \(`import`.fileName) (\(service.rawValue)/\(`import`.kind), \(`import`.declaredBytes) bytes)"
      ),
      Phrase(
        "  行数 \(`import`.rowCount)：新增 \(`import`.insertedCount)，修订 \(`import`.revisedCount)，"
          + "未变 \(`import`.unchangedCount)，隔离待核 \(`import`.quarantinedCount)，"
          + "错误 \(`import`.errorCount)",
        "  rows \(`import`.rowCount): \(`import`.insertedCount) inserted, "
          + "\(`import`.revisedCount) revised, \(`import`.unchangedCount) unchanged, "
          + "\(`import`.quarantinedCount) quarantined, \(`import`.errorCount) errors"),
    ]
    for (name, time) in [
      (Phrase("收到", "received"), `import`.createTime),
      (Phrase("入库", "stored"), `import`.commitTime),
    ] where !time.isEmpty {
      let moment = BeijingTime.phrase(time)
      lines.append(Phrase("  \(name.zh)：\(moment.zh)", "  \(name.en): \(moment.en)"))
    }
    if `import`.state == .committed {
      lines.append(
        Phrase(
          "  撤回：lianshe import revert \(`import`.id) --reason 理由",
          "  to take it back: lianshe import revert \(`import`.id) --reason WHY"))
    }
    return lines
  }

  private var state: Phrase {
    switch `import`.state {
    case .receiving: Phrase("接收中", "receiving")
    case .validated: Phrase("已校验，未入库", "checked, not stored")
    case .refused: Phrase("已拒绝", "refused")
    case .committed: Phrase("已入库", "stored")
    case .reverted: Phrase("已撤回", "taken back")
    case .unspecified, .unrecognized: Phrase("?", "?")
    }
  }
}
