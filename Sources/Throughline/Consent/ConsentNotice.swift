/// What was shown to the person when she decided.
///
/// The id and version should be enough to find the text again; the text itself may be kept beside them. What is too long
/// is cut and never refused: a withdrawal must not fail because of what stood beside the button.
public struct ConsentNotice: Hashable, Sendable {
    public static let idBytesMax = 128
    public static let versionBytesMax = 64
    public static let textBytesMax = 2_048

    public let id: String
    /// Empty when it has none.
    public let version: String
    /// Empty when only the id was kept.
    public let text: String

    public init(id: String, version: String = "", text: String = "") {
        self.id = id.cut(toBytes: ConsentNotice.idBytesMax)
        self.version = version.cut(toBytes: ConsentNotice.versionBytesMax)
        self.text = text.cut(toBytes: ConsentNotice.textBytesMax)
    }
}

extension String {
    /// As much of its beginning as fits, ending between two scalars.
    func cut(toBytes most: Int) -> String {
        guard utf8.count > most else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: most)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
