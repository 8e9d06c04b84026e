/// What holds of one use on one channel. A later case is stricter.
///
/// Being a total order makes ``stricter(_:_:)`` the greater one of two. So it does not matter in which order the strands of
/// a profile are joined, nor how often.
public enum ConsentState: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    /// Nothing was said.
    case unknown
    /// A source that is not trusted said yes. That is enough for somebody unknown, and nothing for a known person.
    case provisional
    case granted
    case refused
    case withdrawn

    /// The one of two that allows less. Nothing said is not stricter than a yes: silence on one side takes nothing away.
    public static func stricter(_ a: ConsentState, _ b: ConsentState) -> ConsentState { max(a, b) }

    public static func < (a: ConsentState, b: ConsentState) -> Bool { a.rawValue < b.rawValue }

    /// Whether the use is allowed in this state.
    public func permits(_ use: Use) -> Bool {
        switch self {
        case .unknown: use.isAllowedByDefault
        case .provisional, .granted: true
        case .refused, .withdrawn: false
        }
    }

    init(_ decision: ConsentDecision) {
        switch decision {
        case .granted: self = .granted
        case .refused: self = .refused
        case .withdrawn: self = .withdrawn
        }
    }
}
