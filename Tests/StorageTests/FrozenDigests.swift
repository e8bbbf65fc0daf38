// Digests of released migrations: added to, never changed.

enum FrozenDigests {
  static let storage = [
    "storage/0001_base sqlite 44289a220047ca3676954aa45da7f1ccb20256954c10843f5a27699336398380",
    "storage/0001_base postgres 8396a6b1fb1600e3e42577978c4e7027100ecab85e798a3577ea7e94ba30cb85",
  ]
}
