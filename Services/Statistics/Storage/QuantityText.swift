// Decoding of quantities that are stored as text.

internal import Measures
internal import Storage

extension QuantityText {
  func stored() throws(StorageError) -> Quantity {
    do {
      return try quantity()
    } catch {
      throw StorageError(.corrupt, "A stored quantity cannot be decoded.", cause: "\(error)")
    }
  }
}

extension CandidateText {
  func stored() throws(StorageError) -> Reading.Candidate {
    do {
      return try candidate()
    } catch {
      throw StorageError(.corrupt, "A stored candidate cannot be decoded.", cause: "\(error)")
    }
  }
}
