/// A value that a condition reads or makes.
public enum ConditionValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([ConditionValue])
    case map(ConditionMap)
    case timestamp(ConditionTimestamp)
    case duration(Duration)
    case type(ConditionKind)

    public var kind: ConditionKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list
        case .map: .map
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        }
    }
}

/// What sort of value it is: a value of its own, `type(1) == int`. The raw value is its name in a condition.
public enum ConditionKind: String, Sendable, CaseIterable {
    case null = "null_type"
    case bool, int, uint, double, string, bytes, list, map
    case timestamp = "google.protobuf.Timestamp"
    case duration = "google.protobuf.Duration"
    case type
}

/// Gives the variables of a condition their values.
public protocol ConditionLookup {
    /// The value of a variable, nil where it has none.
    func value(of variable: String) -> ConditionValue?

    /// How far a time zone is ahead of UTC at a moment, nil where the name is not known.
    ///
    /// Only names are asked for, such as `Europe/Berlin`; `UTC` and offsets such as `+02:00` need no rules.
    func secondsAheadOfUTC(in zone: String, at moment: ConditionTimestamp) -> Int?
}

extension ConditionLookup {
    public func secondsAheadOfUTC(in zone: String, at moment: ConditionTimestamp) -> Int? { nil }
}

extension [String: ConditionValue]: ConditionLookup {
    public func value(of variable: String) -> ConditionValue? { self[variable] }
}
