import Foundation

/// A line of JSON that begins with the CRC-32 of the rest of it: `{"crc32":"00c0ffee",…}`.
public enum CheckedLine {
    private static let start = Array(#"{"crc32":""#.utf8)
    private static let middle = Array(#"","#.utf8)
    private static let digits = 8

    /// The line of an object that has something in it, without an end.
    public static func of(_ object: Data) -> Data {
        let rest = object.dropFirst()
        return Data(start + crc(of: rest) + middle) + rest
    }

    /// Whether a line is what was written.
    public static func isWhole(_ line: Data) -> Bool {
        let rest = line.dropFirst(start.count + digits + middle.count)
        return !rest.isEmpty && line.dropLast(rest.count).elementsEqual(start + crc(of: rest) + middle)
    }

    private static func crc(of bytes: Data) -> [UInt8] {
        let text = String(bytes.withUnsafeBytes { Checksum.of($0) }, radix: 16)
        return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
    }
}
