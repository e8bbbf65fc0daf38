internal import GatewayAPI
internal import Testing

struct NegotiationTests {
  @Test(arguments: [
    ([], Representation.json), ([""], .json), (["*/*"], .json), (["text/*"], .markdown),
    (["text/html"], .html), (["text/html;q=0.5, text/markdown"], .markdown),
    (["text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"], .html),
    (["application/json;q=0.2, text/html;q=0.3"], .html), (["TEXT/HTML"], .html),
    (["text/html ; q=0.1 , application/json ; q=0.05"], .html),
    (["application/json;q=0, */*"], .markdown),
    (["text/html;q=0.999", "text/markdown;q=1.000"], .markdown),
    (["text/*;q=0.9, text/html;q=0.1"], .markdown), (["application/json;charset=utf-8"], .json),
    (["text/html;level=1"], .html),
  ])
  func theBestRangeWins(_ accept: [String], _ expected: Representation) {
    #expect(Negotiation.choose(accept: accept, from: [.json, .markdown, .html]) == expected)
  }

  @Test(arguments: [
    ["text/csv"], ["application/json;q=0"], ["*/*;q=0"], ["text/html;q=0, text/csv"],
    ["image/*, text/plain"],
  ])
  func nothingAcceptableIsNoChoice(_ accept: [String]) {
    #expect(Negotiation.choose(accept: accept, from: [.json, .html]) == nil)
  }

  @Test(arguments: [
    "text/html;q=2", "text/html;q=-1", "text/html;q=0.1234", "text/html;q=", "*/html", "html",
  ])
  func aMalformedRangeCountsForNothing(_ element: String) {
    #expect(
      Negotiation.choose(accept: [element + ", text/markdown"], from: [.html, .markdown])
        == .markdown)
  }

  @Test func moreRangesThanTheLimitAreNotRead() {
    let many = Array(repeating: "text/csv", count: 64).joined(separator: ",")
    #expect(Negotiation.choose(accept: [many + ",text/html"], from: [.html]) == nil)
  }
}

struct JSONValueTests {
  @Test func textsAreEscaped() {
    let value = JSONValue.object(["a\"": "\\\n\t\r\u{1}好", "b": nil, "c": [1, true, .null]])
    #expect(
      String(decoding: value.utf8, as: UTF8.self)
        == #"{"a\"":"\\\n\t\r\u0001好","c":[1,true,null]}"#)
  }
}
