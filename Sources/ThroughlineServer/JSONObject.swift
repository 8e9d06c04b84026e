import Hummingbird
import NIOCore
import Throughline

/// A JSON object that is written member by member, in the order given.
struct JSONObject: Sendable {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    enum Value: Sendable {
        case text(String)
        case number(Int)
        case bool(Bool)
        case null
        /// JSON as it stands.
        case raw([UInt8])
        case object(JSONObject)
        case array([JSONObject])
        case time(Instant)
    }

    init(_ members: KeyValuePairs<String, Value> = [:]) { for (key, value) in members { add(key, value) } }

    /// Adds a member behind the others.
    mutating func add(_ key: String, _ value: Value) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(json: key)
        bytes.append(UInt8(ascii: ":"))
        append(value)
    }

    private mutating func append(_ value: Value) {
        switch value {
        case .text(let text): bytes.append(json: text)
        case .number(let number): bytes.append(contentsOf: String(number).utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .raw(let raw): bytes.append(contentsOf: raw)
        case .object(let object): bytes.append(contentsOf: object.closed)
        case .array(let objects):
            bytes.append(UInt8(ascii: "["))
            for (index, object) in objects.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: object.closed)
            }
            bytes.append(UInt8(ascii: "]"))
        case .time(let instant): bytes.append(json: instant.rfc3339)
        }
    }

    var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    func response(status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: closed)))
    }
}
