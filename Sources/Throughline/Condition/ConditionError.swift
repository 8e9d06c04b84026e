/// Why a text is not a condition, and where.
public struct ConditionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, the first is 1.
    public let line: Int
    /// The character of the line, the first is 1.
    public let column: Int
    /// A plain sentence without its end: `there is no variable trait; did you mean traits?`
    public let reason: String

    public var description: String { "line \(line), column \(column): \(reason)" }
}

/// The text of a condition as bytes, which tells where in it a byte is.
struct ConditionSource: Sendable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    func error(at offset: Int, _ reason: String) -> ConditionError {
        let before = bytes[..<min(offset, bytes.count)]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        return ConditionError(
            line: line, column: 1 + String(decoding: before[lineStart...], as: UTF8.self).count, reason: reason)
    }
}
