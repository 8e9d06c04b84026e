import CSimdjson

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a text is not JSON, and where it goes wrong if that is known.
public struct JSONError: Error, Sendable, CustomStringConvertible {
    enum Fault: Sendable {
        case syntax, encoding, depth
    }

    let fault: Fault
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
    /// The document that is parsed in place of one with numbers that no machine holds.
    private var copy: [UInt8] = []

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
    /// - Parameters:
    ///   - text: followed in memory by ``padding`` readable bytes.
    ///   - depth: how deep nodes are listed; 0 is the root alone. What lies deeper is checked all the same.
    /// - Complexity: O(*n*).
    func nodes(
        of text: UnsafeBufferPointer<UInt8>, to depth: Int = JSONParser.depthMax
    ) throws(JSONError) -> UnsafeBufferPointer<csj_node> {
        do throws(JSONError) { return try parse(text, to: depth) } catch {
            // A number that no machine holds is valid JSON all the same: it counts as one that names nothing.
            guard error.message.contains("number"), let relieved = withoutVastNumbers(text) else { throw error }
            copy = relieved
            let count = text.count
            let base = copy.withUnsafeBufferPointer { $0.baseAddress! }  // Stays: the copy is kept until the next one.
            return try parse(UnsafeBufferPointer(start: base, count: count), to: depth)
        }
    }

    /// A copy in which numbers beyond 64 bits stand as a smaller one, with padding; nil where there is none.
    private func withoutVastNumbers(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var copy = [UInt8](text)
        var isInsideString = false
        var found = false
        var position = 0
        while position < copy.count {
            let byte = copy[position]
            if isInsideString {
                if byte == UInt8(ascii: "\\") {
                    position += 1
                } else if byte == UInt8(ascii: "\"") {
                    isInsideString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInsideString = true
            } else if byte == UInt8(ascii: "-") || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) {
                let start = position
                while position < copy.count, JSONParser.isNumberByte(copy[position]) { position += 1 }
                let number = String(decoding: copy[start..<position], as: UTF8.self)
                let isVast =
                    position - start >= 4 && (Double(number).map { !$0.isFinite || abs($0) >= 0x1p64 } ?? false)
                if isVast {
                    found = true
                    let vast = Array("1e99".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: position - start - 4)
                    copy.replaceSubrange(start..<position, with: vast)
                }
                continue
            }
            position += 1
        }
        guard found else { return nil }
        copy.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        return copy
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private func parse(
        _ text: UnsafeBufferPointer<UInt8>, to depth: Int
    ) throws(JSONError) -> UnsafeBufferPointer<csj_node> {
        var nodes: UnsafePointer<csj_node>?
        var count = 0
        let code = text.withMemoryRebound(to: CChar.self) {
            csj_parse(parser, $0.baseAddress, $0.count, UInt16(depth), &nodes, &count)
        }
        guard code == 0 else {
            let place = text.withMemoryRebound(to: CChar.self) { csj_locate(parser, $0.baseAddress, $0.count) }
            if let offset = invalidUTF8(in: text) {
                throw JSONError(fault: .encoding, message: "text that is not UTF-8", offset: offset)
            }
            throw JSONParser.error(for: Int(code), offset: place >= 0 ? place : nil)
        }
        return UnsafeBufferPointer(start: nodes, count: count)
    }

    /// The place of the first byte that is no UTF-8.
    private func invalidUTF8(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        // Nearly always there is none, and the whole is checked far sooner than one character after the other.
        if String(validating: text, as: UTF8.self) != nil { return nil }
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

    private static func error(for code: Int, offset: Int?) -> JSONError {
        let message = String(cString: csj_message(Int32(code)))
        // The library's sentence speaks of its own limit; say ours.
        if message.contains("nested") || message.contains("depth") {
            return JSONError(fault: .depth, message: "JSON nested deeper than \(depthMax) levels", offset: offset)
        }
        return JSONError(fault: .syntax, message: "not JSON: \(message)", offset: offset)
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

    /// The digits of a whole number below 2^64; nil for everything else.
    var digits: String? {
        if isInteger { return String(integer) }
        return isDouble && integer != 0 ? String(UInt64(bitPattern: integer)) : nil
    }
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
