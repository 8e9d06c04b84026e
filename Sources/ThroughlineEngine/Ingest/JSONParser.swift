import CSimdjson

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a text is not JSON, and where it goes wrong if that is known.
public struct JSONError: Error, Sendable, CustomStringConvertible {
    public let message: String
    /// Bytes before the fault.
    public let offset: Int?

    public var description: String { message }
}

/// Parses JSON documents one after the other, in memory that is kept (simdjson behind a C header).
///
/// Not shared between threads: one to a worker.
public final class JSONParser {
    /// Levels of nesting; a deeper document is refused.
    public static let depthMax = 64
    /// Bytes that must be readable after a document.
    public static let padding = csj_padding()

    private let parser: OpaquePointer

    /// - Parameter bytesMax: the longest document that can be parsed.
    public init(bytesMax: Int) {
        guard let parser = csj_parser_create(bytesMax, JSONParser.depthMax) else {
            preconditionFailure("no memory for a parser of \(bytesMax) bytes")
        }
        self.parser = parser
    }

    deinit { csj_parser_destroy(parser) }

    /// The nodes of a document, in document order, valid until the next call.
    ///
    /// - Parameter text: followed in memory by ``padding`` readable bytes.
    /// - Complexity: O(*n*).
    func nodes(of text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> UnsafeBufferPointer<csj_node> {
        var nodes: UnsafePointer<csj_node>?
        var count = 0
        let code = text.withMemoryRebound(to: CChar.self) {
            csj_parse(parser, $0.baseAddress, $0.count, &nodes, &count)
        }
        guard code == 0 else {
            let place = text.withMemoryRebound(to: CChar.self) { csj_locate(parser, $0.baseAddress, $0.count) }
            let offset = invalidUTF8(in: text) ?? (place >= 0 ? place : nil)
            throw JSONError(message: JSONParser.sentence(for: Int(code)), offset: offset)
        }
        return UnsafeBufferPointer(start: nodes, count: count)
    }

    /// The place of the first byte that is no UTF-8.
    private func invalidUTF8(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte < 0x80 {
                position += 1
                continue
            }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            guard byte >= 0xC2, byte <= 0xF4, position + length <= text.count,
                String(validating: text[position..<position + length], as: UTF8.self) != nil
            else { return position }
            position += length
        }
        return nil
    }

    private static func sentence(for code: Int) -> String {
        let message = String(cString: csj_message(Int32(code)))
        // The library's sentences speak of its own limits; say ours.
        if message.contains("nested") || message.contains("depth") {
            return "JSON nested deeper than \(depthMax) levels"
        }
        if message.contains("UTF-8") { return "text that is not UTF-8" }
        return "not JSON: \(message)"
    }
}

extension csj_node {
    var keyBytes: UnsafeBufferPointer<UInt8> { JSONText.bytes(key, Int(keyLength)) }
    var textBytes: UnsafeBufferPointer<UInt8> { JSONText.bytes(text, Int(textLength)) }
    var isString: Bool { kind == UInt8(CSJ_STRING.rawValue) }
    var isObject: Bool { kind == UInt8(CSJ_OBJECT.rawValue) }
    var isArray: Bool { kind == UInt8(CSJ_ARRAY.rawValue) }
    var isInteger: Bool { kind == UInt8(CSJ_INTEGER.rawValue) }
    var isNull: Bool { kind == UInt8(CSJ_NULL.rawValue) }
    var isDouble: Bool { kind == UInt8(CSJ_DOUBLE.rawValue) }
}

enum JSONText {
    static func bytes(_ start: UnsafePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: start.map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) },
            count: start == nil ? 0 : count)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are those of an ASCII text. No allocation.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && (count == 0 || memcmp(baseAddress!, text.utf8Start, count) == 0)
    }
}
