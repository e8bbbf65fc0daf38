// What a connection tells callers whose calls it ends by itself.

internal import RPC

extension RPCError {
  static var shuttingDown: RPCError {
    RPCError(.unavailable, "the server is shutting down")
  }

  static var tooMuchHeld: RPCError {
    RPCError(.resourceExhausted, "too much is held for the requests under way; try again")
  }

  static var tooManyWatches: RPCError {
    RPCError(.resourceExhausted, "too many streamed answers are under way; try again later")
  }

  static var unsendable: RPCError {
    RPCError(.internal, "the answer could not be sent")
  }
}
