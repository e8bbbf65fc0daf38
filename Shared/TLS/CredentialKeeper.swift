// The context that new connections get, and how it is replaced while the process runs.

internal import Logging
internal import NIOSSL
internal import Synchronization

/// Keeps a context, and makes a new one when the files change.
///
///   loaded ──files changed, good──▶ loaded (new)
///     └──files changed, broken──▶ loaded (old), told once for each broken content
final class CredentialKeeper: Sendable {
  private struct State {
    var context: NIOSSLContext
    var expiry: Int64?
    var content: [[UInt8]]
    var stamps: [CredentialFile.Stamp?]
    /// What was last found wrong, so that it is not said at each look.
    var complaint: TLSError?
    var reloads = 0
    var failedReloads = 0
  }

  private let role: TLSRole
  private let files: TLSFiles
  private let limits: TLSLimits
  private let logger: Logger
  private let state: Mutex<State>

  init(_ role: TLSRole, _ files: TLSFiles, limits: TLSLimits, logger: Logger) throws(TLSError) {
    self.role = role
    self.files = files
    self.limits = limits
    self.logger = logger
    let stamps = Self.stamps(files)
    let credentials = try Credentials(files, limits: limits, now: secondsNow())
    let context = try credentials.context(role, files, limits: limits)
    state = Mutex(
      State(
        context: context, expiry: credentials.expiry, content: credentials.content, stamps: stamps))
  }

  var context: NIOSSLContext { state.withLock { $0.context } }
  var expiry: Int64? { state.withLock { $0.expiry } }
  var reloads: (done: Int, failed: Int) { state.withLock { ($0.reloads, $0.failedReloads) } }

  private static func stamps(_ files: TLSFiles) -> [CredentialFile.Stamp?] {
    [files.certificate, files.key, files.authorities].map { path in
      path.flatMap { CredentialFile.Stamp(path: $0) }
    }
  }

  /// Looks at the files until the task is cancelled.
  func watch() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: limits.reloadInterval)
      } catch {
        return
      }
      look()
    }
  }

  /// Looks at the files now. Reads them only when one of them has another stamp, or when what they
  /// held last was of no use: the certificate and its key are two files, and may have been met
  /// between the two.
  ///
  /// - Returns: whether there is a new context.
  @discardableResult
  func look() -> Bool {
    let stamps = Self.stamps(files)
    let (known, hasComplaint) = state.withLock { ($0, $0.complaint != nil) }
    guard stamps != known.stamps || hasComplaint else { return false }
    do throws(TLSError) {
      let credentials = try Credentials(files, limits: limits, now: secondsNow())
      guard credentials.content != known.content else {
        state.withLock { state in
          state.stamps = stamps
          state.complaint = nil
        }
        return false
      }
      let context = try credentials.context(role, files, limits: limits)
      state.withLock { state in
        state.context = context
        state.expiry = credentials.expiry
        state.content = credentials.content
        state.stamps = stamps
        state.complaint = nil
        state.reloads += 1
      }
      logger.info(
        "certificates were read anew", metadata: ["file": "\(files.certificate ?? "")"])
      return true
    } catch {
      let isNew = state.withLock { state in
        state.stamps = stamps
        defer { state.complaint = error }
        guard state.complaint != error else { return false }
        state.failedReloads += 1
        return true
      }
      if isNew {
        logger.error(
          "new certificates are of no use; the old ones stay", metadata: ["error": "\(error)"])
      }
      return false
    }
  }
}
