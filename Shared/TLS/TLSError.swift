// What can be wrong with the files.

/// Certificates or a key that cannot be used.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// The file is not there, may not be read, or is too large.
    case unreadable
    /// A private key that every user of the machine may read.
    case exposed
    /// The file is not PEM, or holds nothing of the kind that is wanted.
    case malformed
    /// The key belongs to another certificate.
    case mismatched
    /// The certificate is not valid any more.
    case expired
    /// Files that go together, of which one is missing.
    case incomplete
  }

  public let code: Code
  /// The file at fault.
  public let path: String
  /// What is wrong with it, in Chinese and in English.
  public let chinese: String
  public let english: String

  public init(_ code: Code, _ path: String, zh chinese: String, en english: String) {
    self.code = code
    self.path = path
    self.chinese = chinese
    self.english = english
  }

  public var description: String { "\(path): \(chinese) / \(english)" }
}
