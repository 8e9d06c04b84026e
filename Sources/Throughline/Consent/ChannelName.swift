/// The name of a channel: `web`, `app`, `branch`, `call`, `email`, `sms`, `push`, `social`, `pos`, `chat`, or another one
/// that an organization has.
///
/// Capitals do not count: `Email` is `email`. A withdrawal whose channel cannot be read as a name should be taken for
/// every channel, never dropped.
public struct ChannelName: Hashable, Comparable, Sendable {
    public static let bytesMax = FoldedName.bytesMax

    public let rawValue: String

    public init(_ text: String) throws(ConsentError) { rawValue = try FoldedName.folding(text) }

    public static func < (a: ChannelName, b: ChannelName) -> Bool { a.rawValue < b.rawValue }
}
