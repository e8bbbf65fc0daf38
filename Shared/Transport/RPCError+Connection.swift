// What a connection tells callers whose calls it ends by itself.

internal import RPC

extension RPCError {
  static var shuttingDown: RPCError {
    RPCError(.unavailable, "the server is shutting down")
  }

  static var unsendable: RPCError {
    RPCError(.internal, "the answer could not be sent")
  }
}
