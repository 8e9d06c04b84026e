/// Why a condition that was well read has no answer for the values at hand.
public enum ConditionFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It took more steps than ``ConditionLimits/stepsMax``. Nothing absorbs this one.
    case tooManySteps(most: Int)
    case noValue(variable: String)
    /// There is no such function, or not on values of these types.
    case notApplicable(function: String, types: [ConditionKind])
    case unknownFunction(String)
    /// Only maps have fields.
    case noField(String, of: ConditionKind)
    case noKey(String)
    case badKey(ConditionKind)
    case repeatedKey(String)
    case indexOutOfRange(count: Int)
    case divisionByZero
    case overflow
    /// A text, or a number, that is no value of the type it is made into.
    case notConvertible(to: ConditionKind)
    /// A moment or a duration beyond what can be written.
    case timeOutOfRange
    case unknownZone(String)
    case badPattern(String)
    /// Lists and maps nest deeper than ``ConditionLimits/valueNestingMax``.
    case valueTooDeep
    /// A condition is true or false.
    case notBool(ConditionKind)

    public var description: String {
        switch self {
        case .tooManySteps(let most): "it takes more than \(most) steps"
        case .noValue(let variable): "the variable \(variable) has no value"
        case .notApplicable(let function, let types):
            "\(function) does not take \(types.map(\.rawValue).joined(separator: " and "))"
        case .unknownFunction(let name): "there is no function \(name)"
        case .noField(let field, let kind): "a value of type \(kind.rawValue) has no field \(field)"
        case .noKey(let key): "the map has no key \(key)"
        case .badKey(let kind): "a value of type \(kind.rawValue) is no key of a map"
        case .repeatedKey(let key): "the map has the key \(key) twice"
        case .indexOutOfRange(let count): "the place is not in the list, which has \(count)"
        case .divisionByZero: "a number is divided by zero"
        case .overflow: "the number is too large for its type"
        case .notConvertible(let kind): "the value is not to be read as \(kind.rawValue)"
        case .timeOutOfRange: "the time is out of range"
        case .unknownZone(let name): "the time zone \(name) is not known"
        case .badPattern(let reason): "the pattern is not to be read: \(reason)"
        case .valueTooDeep: "lists and maps nest deeper than \(ConditionLimits.valueNestingMax)"
        case .notBool(let kind): "a condition is true or false, not of type \(kind.rawValue)"
        }
    }

    /// Whether `false && fault` is false: whether another answer may stand in for it.
    var isAbsorbed: Bool {
        if case .tooManySteps = self { return false }
        return true
    }
}

/// Counts the steps of one answer.
struct ConditionMeter {
    private let stepsMax: Int
    private var stepsLeft: Int

    init(stepsMax: Int) {
        self.stepsMax = stepsMax
        stepsLeft = stepsMax
    }

    var stepsTaken: Int { stepsMax - stepsLeft }

    mutating func spend(_ steps: Int = 1) throws(ConditionFault) {
        guard steps <= stepsLeft else {
            stepsLeft = 0
            throw .tooManySteps(most: stepsMax)
        }
        stepsLeft -= steps
    }

    /// One step, and as many more as so many bytes take.
    mutating func spend(bytes: Int) throws(ConditionFault) {
        try spend(1 + bytes / ConditionLimits.bytesOfStep)
    }

    /// What it takes to look up a key.
    mutating func spend(key: ConditionValue) throws(ConditionFault) {
        guard case .string(let text) = key else { return }
        try spend(bytes: text.utf8.count)
    }
}
