/// How far an event brings its purpose: four stages on the way, then how it ends.
///
/// A raw value is a place in the table of a ``StageModel`` and in the state that is kept: cases are appended, never moved.
public enum Stage: UInt8, Sendable, CaseIterable, Comparable {
    /// She looks around, asks, says what she needs.
    case explore
    /// She looks at what there is, and weighs one against another.
    case compare
    /// She settles on one of them.
    case choose
    /// She acts on it: orders, applies, pays, signs; what is asked of her until it is decided.
    case commit
    case fulfilled
    case declined
    case cancelled

    public static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }

    /// The word for it, in every output.
    public var name: String { Stage.names[Int(rawValue)] }

    private static let names = allCases.map { String(describing: $0) }

    /// How it ends a purpose, if it does.
    public var outcome: Outcome? {
        switch self {
        case .explore, .compare, .choose, .commit: nil
        case .fulfilled: .fulfilled
        case .declined: .declined
        case .cancelled: .cancelled
        }
    }

    /// The stage of an event that ends a purpose so.
    public init(_ outcome: Outcome) {
        switch outcome {
        case .fulfilled: self = .fulfilled
        case .declined: self = .declined
        case .cancelled, .lapsed: self = .cancelled
        }
    }

    /// The stage of a word in a file of labels; nil for a word that is none.
    ///
    /// The steps of an application (`apply`, `qualify`, `offer`, `return`), as logs of banks have them, are steps of somebody
    /// who commits.
    public init?(label: String) {
        switch label {
        case "apply", "qualify", "offer", "return": self = .commit
        default:
            guard let known = Stage.allCases.first(where: { $0.name == label }) else { return nil }
            self = known
        }
    }
}

/// What stage an event was read as, and how sure that is.
public struct StageReading: Sendable, Equatable {
    public var stage: Stage
    /// By the model's own score, not calibrated.
    public var probability: Float

    /// As far as it goes where nobody who is believed says it: what a browser tells fulfils nothing.
    public var provisional: StageReading {
        stage == .fulfilled ? StageReading(stage: .commit, probability: probability) : self
    }
}
