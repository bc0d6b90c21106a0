/// The JSON form of a result of the error analysis: its schema and itself.
struct ErrorDocument<Content: Encodable>: Encodable {
  let schema: String
  let results: Content

  static func text(_ schema: String, _ results: Content) throws -> String {
    try JSONText.encode(Self(schema: schema, results: results))
  }
}
