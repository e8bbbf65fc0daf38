// GetPlace, ListPlaces, CreatePlace, UpdatePlace.

package import RPC
internal import RegistryDomain
package import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
internal import Storage

extension RegistryAPI {
  package func getPlace(
    _ request: GetPlaceRequest, context: CallContext
  ) async throws -> GetPlaceResponse {
    try await answering {
      // A place without code is named by its id.
      let isID = UUIDv7.isValid(request.code)
      let moment = try moment(
        request.onDate, request.asOf, codes: isID ? [] : [("code", request.code)])
      try Self.require(request.code, "code")
      let store = store
      let place = try await reading(context) { transaction in
        try store.place(request.code, at: moment, transaction)
      }
      return GetPlaceResponse(place: PlaceMessage(place, on: moment.day))
    }
  }

  package func listPlaces(
    _ request: ListPlacesRequest, context: CallContext
  ) async throws -> ListPlacesResponse {
    try await answering {
      var violations: [Violation] = []
      let moment = moment(request.onDate, request.asOf, &violations)
      let order = OrderBy(
        request.orderBy, fields: ["code", "name", "update_time"], default: "code",
        violations: &violations)
      let level = RegistryDomain.PlaceLevel(request.level)
      if level == nil, request.level != .unspecified {
        violations.append(Self.unknown("level", request.level.rawValue))
      }
      Self.checkCodes([("parent_code", request.parentCode)], &violations)
      try refuse(violations)
      let wish = try await PageWish(
        self, context, size: request.pageSize, token: request.pageToken, order: order,
        query: [
          request.parentCode, "\(request.level.rawValue)", request.nameContains, request.onDate,
          request.asOf,
        ])
      let filter = PlaceFilter(parentCode: request.parentCode, level: level)
      let store = store
      let list = wish.list(moment, nameContains: request.nameContains)
      let found = try await reading(context) { try store.listPlaces(filter, list, $0) }
      let page = wish.answer(found.records)
      return ListPlacesResponse(
        places: page.items.map { PlaceMessage($0, on: moment.day, others: false) },
        nextPageToken: page.nextToken, totalSize: UInt64(clamping: found.total))
    }
  }

  package func createPlace(
    _ request: CreatePlaceRequest, context: CallContext
  ) async throws -> CreatePlaceResponse {
    try await answering {
      var violations: [Violation] = []
      let record = (request.place ?? PlaceMessage()).record(&violations)
      try refuse(violations)
      try await context.requireWrite(place: Self.scopePlace(of: record), scope)
      let (store, today) = (store, today)
      return try await changing(
        request, request.requestId, context, validateOnly: request.validateOnly
      ) { transaction in
        CreatePlaceResponse(
          place: PlaceMessage(try store.createPlace(record, transaction), on: today))
      }
    }
  }

  package func updatePlace(
    _ request: UpdatePlaceRequest, context: CallContext
  ) async throws -> UpdatePlaceResponse {
    try await answering {
      let message = request.place ?? PlaceMessage()
      let update = try Self.update(request, message)
      let naming = message.id.isEmpty ? message.code : message.id
      let (store, today) = (store, today)
      let current = try await reading(context) {
        try store.currentPlace(naming, today: today, $0)
      }
      try await context.requireWrite(place: Self.scopePlace(of: current), scope)
      return try await changing(
        request, request.requestId, context, validateOnly: request.validateOnly
      ) { transaction in
        let place = try store.updatePlace(
          naming, etag: message.etag, update, today: today, transaction)
        return UpdatePlaceResponse(place: PlaceMessage(place, on: today))
      }
    }
  }

  /// Where a writer of a place must be at home: in it, or above it where it has no code.
  static func scopePlace(of place: PlaceRecord) -> String {
    place.code.isEmpty ? place.timeline.last.state.parentCode : place.code
  }

  private static func update(
    _ request: UpdatePlaceRequest, _ message: PlaceMessage
  ) throws -> RecordUpdate<RegistryDomain.PlaceState> {
    var violations: [Violation] = []
    let mask = UpdateMask(
      request.updateMask, settable: message.settable, violations: &violations)
    checkNotEmpty(mask, &violations)
    var findings = Findings()
    let level = RegistryDomain.PlaceLevel(message.level)
    if mask.contains("level"), level == nil {
      findings.add(
        "level", "\(message.level.rawValue)", "place.level", zh: "级别必填",
        en: "the level is required")
    }
    let from = ValidTime.date(message.validFrom, path: "valid_from", into: &findings)
    let to = ValidTime.date(message.validTo, path: "valid_to", into: &findings)
    violations += findings.violations.map { Violation($0.inside("place")) }
    let effective = date(request.effectiveFrom, "effective_from", &violations)
    try refuse(violations)
    return RecordUpdate(
      state: RegistryDomain.PlaceState(
        name: message.name, level: level ?? .county, parentCode: message.parentCode,
        successorCode: message.successorCode),
      fields: Set(RegistryDomain.PlaceState.Field.allCases.filter { mask.contains($0.rawValue) }),
      validFrom: mask.contains("valid_from") ? .some(from) : nil,
      validTo: mask.contains("valid_to") ? .some(to) : nil, effectiveFrom: effective)
  }

  /// A field that must not be empty.
  static func require(_ text: String, _ path: String) throws {
    if text.isEmpty {
      throw RPCError.invalid(path, "", rule: "required", zh: "必填", en: "must not be empty")
    }
  }

  static func unknown(_ path: String, _ value: Int32) -> Violation {
    Violation(
      path: path, value: "\(value)", rule: "enum.unknown", zh: "未知的取值",
      en: "the value is not known")
  }
}
