import Crypto

/// The people of an organization to whom nothing is sent, so that it can be seen what sending does.
///
/// Who is in it comes from the identifier that a profile is named after and from nothing else: it needs no table, two who are merged
/// are where the one is after whom they are named, and where the merge is taken back each is where she was.
public struct HoldoutGroup: Sendable, Equatable {
    /// No more than half of all people.
    public static let percentMax = 50

    /// Of a hundred people.
    public let percent: Int

    /// - Parameter percent: cut to 0...``percentMax``.
    public init(percent: Int) { self.percent = min(HoldoutGroup.percentMax, max(0, percent)) }

    /// Whether the person is in it whose profile is named after an identifier.
    ///
    /// A person stays in a group that grows.
    public func holds(_ identifier: Identifier) -> Bool {
        var hash = SHA256()
        hash.update(data: Array("holdout".utf8))
        withUnsafeBytes(of: identifier.organization.littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: [identifier.kind.rawValue])
        hash.update(data: Array(identifier.value.utf8))
        let bits = hash.finalize().withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
        return UInt64(bits) * 100 < UInt64(percent) << 32
    }
}
