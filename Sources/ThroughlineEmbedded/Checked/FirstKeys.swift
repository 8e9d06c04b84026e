import Foundation

/// The file with the keys that the first start made: lines for people to read, and at their end a CRC-32 of those before.
public enum FirstKeys {
    public static let writeKeyMark = "write key: "
    public static let apiKeyMark = "API key: "
    private static let checkMark = "CRC-32 of these lines: "

    /// The file, with the keys that there are.
    public static func file(writeKey: String?, apiKey: String?) -> [UInt8] {
        var text = ""
        if let writeKey { text += "\(writeKeyMark)\(writeKey)\n" }
        if let apiKey { text += "\(apiKeyMark)\(apiKey)\n" }
        return Array((text + check(of: Data(text.utf8))).utf8)
    }

    /// Whether a file is what was written. One of an earlier version has no checksum; of it nobody knows.
    public static func isWhole(_ file: Data) -> Bool {
        let lines = file.split(separator: 10, omittingEmptySubsequences: false).dropLast()
        if let last = lines.last, last.starts(with: Data(checkMark.utf8)) {
            let before = file.dropLast(last.count + 1)
            return file.dropFirst(before.count).elementsEqual(check(of: before).utf8)
        }
        let marks = [writeKeyMark, apiKeyMark].map { Data($0.utf8) }
        return file.range(of: Data(checkMark.utf8)) == nil && file.last == 10 && lines.count <= marks.count
            && lines.allSatisfy { line in marks.contains { line.starts(with: $0) } }
    }

    private static func check(of text: Data) -> String {
        checkMark + String(text.withUnsafeBytes { Checksum.of($0) }, radix: 16) + "\n"
    }
}
