// What the generator tells the author of a proto file.

/// A proto file, or a way of calling the generator, that it does not accept.
struct GeneratorError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
