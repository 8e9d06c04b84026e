/// Which of two values comes first, and whether they are the same.
extension ConditionEvaluator {
    /// Values of different types are different, but numbers are compared as numbers: `1`, `1u` and `1.0` are the same.
    mutating func areEqual(
        _ one: ConditionValue, _ other: ConditionValue, depth: Int = 0
    ) throws(ConditionFault) -> Bool {
        try meter.spend()
        guard depth <= ConditionLimits.valueNestingMax else { throw .valueTooDeep }
        switch (one, other) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.string(let one), .string(let other)):
            guard one.utf8.count == other.utf8.count else { return false }
            try meter.spend(bytes: one.utf8.count)
            return one.utf8.elementsEqual(other.utf8)
        case (.bytes(let one), .bytes(let other)):
            try meter.spend(bytes: min(one.count, other.count))
            return one == other
        case (.timestamp(let one), .timestamp(let other)): return one == other
        case (.duration(let one), .duration(let other)): return one == other
        case (.type(let one), .type(let other)): return one == other
        case (.list(let one), .list(let other)): return try areEqual(one, other, depth: depth)
        case (.map(let one), .map(let other)): return try areEqual(one, other, depth: depth)
        default: return ConditionNumber.order(one, other) == .same
        }
    }

    private mutating func areEqual(
        _ one: [ConditionValue], _ other: [ConditionValue], depth: Int
    ) throws(ConditionFault) -> Bool {
        guard one.count == other.count else { return false }
        for (left, right) in zip(one, other) where try !areEqual(left, right, depth: depth + 1) { return false }
        return true
    }

    private mutating func areEqual(
        _ one: ConditionMap, _ other: ConditionMap, depth: Int
    ) throws(ConditionFault) -> Bool {
        guard one.count == other.count else { return false }
        for (key, value) in zip(one.keys, one.values) {
            guard let match = try find(key, in: other) else { return false }
            guard try areEqual(value, match, depth: depth + 1) else { return false }
        }
        return true
    }

    mutating func compare(
        _ function: ConditionFunction, _ one: ConditionValue, _ other: ConditionValue
    ) throws(ConditionFault) -> ConditionValue {
        let order: ConditionNumber.Order?
        switch (one, other) {
        case (.bool(let one), .bool(let other)):
            order = one == other ? .same : other ? .before : .after
        case (.string(let one), .string(let other)):
            try meter.spend(bytes: min(one.utf8.count, other.utf8.count))
            // The order of bytes in UTF-8 is the order of code points.
            order = ConditionEvaluator.order(one.utf8, other.utf8)
        case (.bytes(let one), .bytes(let other)):
            try meter.spend(bytes: min(one.count, other.count))
            order = ConditionEvaluator.order(one, other)
        case (.timestamp(let one), .timestamp(let other)): order = ConditionNumber.order(one, other)
        case (.duration(let one), .duration(let other)): order = ConditionNumber.order(one, other)
        default:
            guard one.isNumber, other.isNumber else {
                throw .notApplicable(function: function.rawValue, types: [one.kind, other.kind])
            }
            order = ConditionNumber.order(one, other)
        }
        // What is not a number is neither before nor after.
        guard let order else { return .bool(false) }
        switch function {
        case .less: return .bool(order == .before)
        case .lessOrEqual: return .bool(order != .after)
        case .greater: return .bool(order == .after)
        default: return .bool(order != .before)
        }
    }

    private static func order(
        _ one: some Sequence<UInt8>, _ other: some Sequence<UInt8>
    ) -> ConditionNumber.Order {
        one.elementsEqual(other) ? .same : one.lexicographicallyPrecedes(other) ? .before : .after
    }
}

extension ConditionValue {
    fileprivate var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }
}

/// The order of numbers of different types, on one line of numbers and without rounding.
enum ConditionNumber {
    enum Order { case before, same, after }

    /// Nil where one of them is no number.
    static func order(_ one: ConditionValue, _ other: ConditionValue) -> Order? {
        switch (one, other) {
        case (.int(let one), .int(let other)): order(one, other)
        case (.uint(let one), .uint(let other)): order(one, other)
        case (.double(let one), .double(let other)): one.isNaN || other.isNaN ? nil : order(one, other)
        case (.int(let one), .uint(let other)): one < other ? .before : one == other ? .same : .after
        case (.uint(let one), .int(let other)): one < other ? .before : one == other ? .same : .after
        case (.int(let one), .double(let other)): order(one, other)
        case (.uint(let one), .double(let other)): order(one, other)
        case (.double(let one), .int(let other)): order(other, one)?.reversed
        case (.double(let one), .uint(let other)): order(other, one)?.reversed
        default: nil
        }
    }

    static func order<Value: Comparable>(_ one: Value, _ other: Value) -> Order {
        one < other ? .before : one == other ? .same : .after
    }

    private static func order<Whole: FixedWidthInteger>(_ whole: Whole, _ number: Double) -> Order? {
        guard !number.isNaN else { return nil }
        let down = number.rounded(.down)
        // Both ends are exact: the lowest is 0 or a power of two, and one more than the highest is.
        guard down >= Double(Whole.min) else { return .after }
        guard let floor = Whole(exactly: down) else { return .before }
        return whole == floor && number > down ? .before : order(whole, floor)
    }
}

extension ConditionNumber.Order {
    fileprivate var reversed: ConditionNumber.Order {
        switch self {
        case .before: .after
        case .same: .same
        case .after: .before
        }
    }
}
