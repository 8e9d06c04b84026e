/// What a journey map is called where a program names it: "home-and-money". What people call it stands in the map itself.
public struct MapName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Characters of a name.
    public static let lengthMax = 64

    public let rawValue: String

    /// - Returns: nil unless the text has 1 to ``lengthMax`` small letters, digits and hyphens, and begins with none of these last.
    public init?(_ text: String) {
        guard (1...MapName.lengthMax).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-"),
            text.utf8.allSatisfy(MapName.isAllowed)
        else { return nil }
        rawValue = text
    }

    public var description: String { rawValue }

    public static func < (one: MapName, other: MapName) -> Bool { one.rawValue < other.rawValue }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
