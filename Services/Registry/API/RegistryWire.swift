// Entities as the change feed and the audit have them: whole messages, the last state shown, the
// others beside it. What day it is must not change what a feed says.

internal import RegistryMessages
package import RegistryStorage
internal import Wire

/// Writes entities as messages of the wire.
package struct RegistryWire: RegistryEncoding {
  package init() {}

  package func payload(_ entity: RegistryEntity) throws -> [UInt8] {
    switch entity {
    case .place(let record): try PlaceMessage(record, on: nil).protobufBytes()
    case .federation(let record): try FederationMessage(record, on: nil).protobufBytes()
    case .enterprise(let record): try EnterpriseMessage(record, on: nil).protobufBytes()
    case .membership(let membership): try MembershipMessage(membership).protobufBytes()
    }
  }

  package func json(_ entity: RegistryEntity) throws -> String {
    let bytes =
      switch entity {
      case .place(let record): try PlaceMessage(record, on: nil).jsonUTF8()
      case .federation(let record): try FederationMessage(record, on: nil).jsonUTF8()
      case .enterprise(let record): try EnterpriseMessage(record, on: nil).jsonUTF8()
      case .membership(let membership): try MembershipMessage(membership).jsonUTF8()
      }
    return String(decoding: bytes, as: UTF8.self)
  }
}
