import Hummingbird
import NIOCore
import Throughline

/// A JSON value on its way out. Members of an object are written in the order given.
enum JSON: Sendable {
    case text(String)
    case number(Int)
    case bool(Bool)
    case null
    case array([JSON])
    case object([(key: String, value: JSON)])
    /// JSON as it stands.
    case raw([UInt8])

    static func time(_ instant: Instant) -> JSON { .text(instant.rfc3339) }

    static func text(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }

    /// A number with three places behind the point.
    static func thousandths(_ number: Int) -> JSON { .raw(Array("\(Double(number) / 1_000)".utf8)) }

    /// Adds a member to an object.
    mutating func add(_ key: String, _ value: JSON) {
        guard case .object(let members) = self else { preconditionFailure("only objects have members") }
        self = .object(members + [(key, value)])
    }

    /// Adds a member to an object where there is a value.
    mutating func add(_ key: String, ifPresent value: String?) {
        if let value { add(key, .text(value)) }
    }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .text(let text): bytes.append(json: text)
        case .number(let number): bytes.append(contentsOf: String(number).utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .raw(let raw): bytes.append(contentsOf: raw)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(json: member.key)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    func response(status: HTTPResponse.Status = .ok, type: String = "application/json") -> Response {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral number: Int) { self = .number(number) }
    init(booleanLiteral bool: Bool) { self = .bool(bool) }
    init(arrayLiteral values: JSON...) { self = .array(values) }
    init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { (key: $0.0, value: $0.1) }) }
}
