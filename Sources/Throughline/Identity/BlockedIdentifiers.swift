/// Values that look like an identifier and are nobody's: whoever merges by them makes one person of thousands.
///
/// A blocked value stays in its event and is no identifier. No list is complete: what is shared all the same is found by
/// ``IdentityGraph``, and a merge that was wrong can be undone.
public struct BlockedIdentifiers: Sendable {
    /// Values that an organization adds.
    public static let addedMax = 10_000

    private let added: Set<String>

    /// - Parameter added: further values, compared as all are: case and white space do not count.
    /// - Precondition: at most ``addedMax``.
    public init(adding added: some Sequence<String> = []) {
        self.added = Set(added.map { BlockedIdentifiers.folded($0) })
        precondition(self.added.count <= BlockedIdentifiers.addedMax, "so many values are blocked at most")
    }

    /// - Complexity: O(*n*); no allocation for what is plainly somebody's.
    public func contains(_ kind: Identifier.Kind, _ value: String) -> Bool {
        if kind != .email, kind != .phone, added.isEmpty, BlockedIdentifiers.isPlain(value) { return false }
        let value = BlockedIdentifiers.folded(value)
        guard !added.contains(value), !BlockedIdentifiers.isFiller(value), !BlockedIdentifiers.isTemplate(value),
            !BlockedIdentifiers.words.contains(value)
        else { return true }
        return switch kind {
        case .email: BlockedIdentifiers.isRole(email: value)
        case .phone: BlockedIdentifiers.isFiller(phone: value)
        case .user, .anonymous, .device: false
        }
    }

    /// Whether a look at the bytes says that it is none of these: printable ASCII that begins like no template, is no word of
    /// the list and not one character over and over.
    private static func isPlain(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            var first: UInt8 = 0
            var isFiller = true
            for byte in bytes {
                guard byte > 0x20, byte < 0x7F else { return false }
                switch byte {
                case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"): break
                case UInt8(ascii: "{"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "*"), UInt8(ascii: "<"),
                    UInt8(ascii: "["):
                    return false
                default:
                    if first == 0 { first = byte | 0x20 } else if byte | 0x20 != first { isFiller = false }
                }
            }
            return !isFiller && !wordHashes.contains(StableHash.folded(bytes))
        }
    }

    private static let wordHashes = Set(words.map(StableHash.of))

    /// Without white space and marks that nobody sees at both ends, in small letters.
    private static func folded(_ value: String) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
                || scalar.properties.generalCategory == .control
        }
        let scalars = value.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last]).lowercased()
    }

    /// What programs and people write where they have nothing to say; the last two are ids that many devices share.
    private static let words: Set<String> = [
        "-1", "(none)", "(not set)", "(null)", "[object object]", "abc123", "admin", "anonymous", "anonymous user",
        "deadbeef", "default", "empty", "false", "guest", "missing", "n/a", "nan", "nil", "nobody", "none",
        "not set", "null", "test", "true", "undefined", "unknown", "user", "user_id", "userid", "void",
        "02:00:00:00:00:00", "9774d56d682e549c",
    ]

    /// Zeroes and marks alone, or one character over and over.
    private static func isFiller(_ value: String) -> Bool {
        let marks: Set<Character> = ["-", ".", "_", ":"]
        let said = value.filter { !marks.contains($0) }
        guard let first = said.first else { return true }
        return said.allSatisfy { $0 == first } && (first == "0" || said.count >= 8)
    }

    /// A place in a template that was never filled.
    private static func isTemplate(_ value: String) -> Bool {
        let brackets = [("{", "}"), ("${", "}"), ("%%", "%%"), ("*|", "|*"), ("<", ">"), ("[", "]")]
        return brackets.contains { value.hasPrefix($0) && value.hasSuffix($1) }
    }

    private static let roles: Set<String> = [
        "donotreply", "info", "kasse", "mailer-daemon", "no-reply", "nobody", "noreply", "postmaster", "webmaster",
    ]

    /// An address that machines or desks have, or one that was made up.
    private static func isRole(email: String) -> Bool {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let label = parts[1].split(separator: ".").first else { return false }
        var name = parts[0]
        while let last = name.last, last.isNumber { name.removeLast() }
        if roles.contains(String(name)) { return true }
        return parts[0] == label && (label.count == 1 || words.contains(String(label)))
    }

    /// A number that counts up, or ends in the same digit seven times.
    private static func isFiller(phone: String) -> Bool {
        let digits = phone.unicodeScalars.filter { ("0"..."9").contains($0) }.map { Int($0.value) - 48 }
        guard digits.count >= 7, let last = digits.last else { return false }
        if digits.suffix(7).allSatisfy({ $0 == last }) { return true }
        return zip(digits, digits.dropFirst()).allSatisfy { ($0 + 1) % 10 == $1 }
    }
}
