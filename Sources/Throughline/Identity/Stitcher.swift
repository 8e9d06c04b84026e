/// Which identifiers are one person, by what events said of them: the simple rule of files, before an identity graph.
///
/// A user id is a person. An anonymous id that was seen with exactly one user id is that person; seen with none it is
/// a person of its own, and seen with several (a shared device) it is nobody's: it stays a person of its own.
/// Identifiers are numbers that the caller interned.
public struct Stitcher: Sendable {
    /// For each anonymous id the user it was seen with; ``shared`` for several.
    private var userOfAnonymous: [UInt32: UInt32] = [:]
    private static let shared = UInt32.max

    public init() {}

    /// Notes that one event carried both ids.
    public mutating func link(anonymous: UInt32, user: UInt32) {
        precondition(user != Stitcher.shared, "an identifier's number is below \(Stitcher.shared)")
        if let known = userOfAnonymous[anonymous], known != user {
            userOfAnonymous[anonymous] = Stitcher.shared
        } else {
            userOfAnonymous[anonymous] = user
        }
    }

    /// The user an anonymous id belongs to, or nil.
    public func user(of anonymous: UInt32) -> UInt32? {
        guard let user = userOfAnonymous[anonymous], user != Stitcher.shared else { return nil }
        return user
    }
}
