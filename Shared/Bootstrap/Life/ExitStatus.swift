// How the process ends, for scripts and supervisors.

/// Exit codes.
package enum ExitStatus: Int32, Sendable {
  /// Stopped as asked.
  case success = 0
  /// Could not start (address in use, database unusable), or a part of it failed while running. Of
  /// a verb: the bad answer, such as a broken chain.
  case failure = 1
  /// Stopped as asked, but some work did not end in time and was abandoned.
  case abandoned = 3
  /// The command line is wrong. The number is sysexits' EX_USAGE.
  case usage = 64
  /// A verb could not be carried out. The number is sysexits' EX_UNAVAILABLE.
  case unavailable = 69
  /// The configuration is wrong. The number is sysexits' EX_CONFIG.
  case configuration = 78
}
