/// The name by which an organization is known in consent: a short one that does not change, such as its domain.
///
/// Capitals do not count. How an organization is called on a page is another thing and kept elsewhere.
public struct OrganizationName: Hashable, Comparable, Sendable {
    public static let bytesMax = FoldedName.bytesMax

    public let rawValue: String

    public init(_ text: String) throws(ConsentError) { rawValue = try FoldedName.folding(text) }

    public static func < (a: OrganizationName, b: OrganizationName) -> Bool { a.rawValue < b.rawValue }
}
