/// Operators, and functions of two values.
extension ConditionEvaluator {
    mutating func apply(
        _ function: ConditionFunction, _ one: ConditionValue, _ two: ConditionValue
    ) throws(ConditionFault) -> ConditionValue {
        switch function {
        case .equal: return .bool(try areEqual(one, two))
        case .notEqual: return .bool(try !areEqual(one, two))
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try compare(function, one, two)
        case .contained: return try contains(two, one)
        case .index: return try element(of: one, at: two)
        case .contains, .startsWith, .endsWith, .matches:
            guard case (.string(let text), .string(let part)) = (one, two) else { break }
            return .bool(try search(function, text, part))
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear, .getHours, .getMinutes,
            .getSeconds, .getMilliseconds:
            guard case (.timestamp(let moment), .string(let zone)) = (one, two) else { break }
            return try part(function, of: moment, in: zone)
        default:
            if let result = try calculate(function, one, two) { return result }
        }
        throw .notApplicable(function: function.rawValue, types: [one.kind, two.kind])
    }

    /// Sums, differences, products, quotients and remainders; nil where the values have none.
    private mutating func calculate(
        _ function: ConditionFunction, _ one: ConditionValue, _ two: ConditionValue
    ) throws(ConditionFault) -> ConditionValue? {
        switch (one, two) {
        case (.int(let one), .int(let two)): return .int(try ConditionEvaluator.whole(function, one, two))
        case (.uint(let one), .uint(let two)): return .uint(try ConditionEvaluator.whole(function, one, two))
        case (.double(let one), .double(let two)):
            switch function {
            case .add: return .double(one + two)
            case .subtract: return .double(one - two)
            case .multiply: return .double(one * two)
            case .divide: return .double(one / two)
            default: return nil
            }
        case (.string(let one), .string(let two)) where function == .add:
            try meter.spend(bytes: one.utf8.count + two.utf8.count)
            return .string(one + two)
        case (.bytes(let one), .bytes(let two)) where function == .add:
            try meter.spend(bytes: one.count + two.count)
            return .bytes(one + two)
        case (.list(let one), .list(let two)) where function == .add:
            try meter.spend(one.count + two.count)
            return .list(one + two)
        case (.duration(let duration), .timestamp(let moment)) where function == .add:
            return .timestamp(try moment.adding(duration))
        case (.timestamp, _), (.duration, _): return try time(function, one, two)
        default: return nil
        }
    }

    private func time(
        _ function: ConditionFunction, _ one: ConditionValue, _ two: ConditionValue
    ) throws(ConditionFault) -> ConditionValue? {
        switch (one, function, two) {
        case (.timestamp(let moment), .add, .duration(let duration)): return .timestamp(try moment.adding(duration))
        case (.timestamp(let moment), .subtract, .duration(let duration)):
            guard Duration.writable.contains(duration) else { throw .timeOutOfRange }
            return .timestamp(try moment.adding(.zero - duration))
        case (.timestamp(let one), .subtract, .timestamp(let two)): return .duration(try one.since(two))
        case (.duration(let one), .add, .duration(let two)), (.duration(let one), .subtract, .duration(let two)):
            // A value from outside may be so long that the sum would have no room.
            guard Duration.writable.contains(one), Duration.writable.contains(two) else { throw .timeOutOfRange }
            let result = function == .add ? one + two : one - two
            guard Duration.writable.contains(result) else { throw .timeOutOfRange }
            return .duration(result)
        default: return nil
        }
    }

    private static func whole<Whole: FixedWidthInteger>(
        _ function: ConditionFunction, _ one: Whole, _ two: Whole
    ) throws(ConditionFault) -> Whole {
        let result: (partialValue: Whole, overflow: Bool)
        switch function {
        case .add: result = one.addingReportingOverflow(two)
        case .subtract: result = one.subtractingReportingOverflow(two)
        case .multiply: result = one.multipliedReportingOverflow(by: two)
        default:
            guard two != 0 else { throw .divisionByZero }
            result =
                function == .divide
                ? one.dividedReportingOverflow(by: two) : one.remainderReportingOverflow(dividingBy: two)
        }
        guard !result.overflow else { throw .overflow }
        return result.partialValue
    }

    private mutating func contains(
        _ range: ConditionValue, _ element: ConditionValue
    ) throws(ConditionFault) -> ConditionValue {
        switch range {
        case .list(let values):
            for value in values where try areEqual(value, element) { return .bool(true) }
            return .bool(false)
        case .map(let map): return .bool(try find(element, in: map) != nil)
        default: throw .notApplicable(function: "in", types: [element.kind, range.kind])
        }
    }

    private mutating func element(
        of range: ConditionValue, at index: ConditionValue
    ) throws(ConditionFault) -> ConditionValue {
        switch range {
        case .map(let map):
            guard let value = try find(index, in: map) else { throw .noKey(index.keyText) }
            return value
        case .list(let values):
            let place: Int?
            switch index {
            case .int(let number): place = Int(exactly: number)
            case .uint(let number): place = Int(exactly: number)
            case .double(let number): place = Int(exactly: number)
            default: throw .notApplicable(function: "[]", types: [range.kind, index.kind])
            }
            guard let place, values.indices.contains(place) else { throw .indexOutOfRange(count: values.count) }
            return values[place]
        default: throw .notApplicable(function: "[]", types: [range.kind, index.kind])
        }
    }
}

// MARK: Texts and times

extension ConditionEvaluator {
    private mutating func search(
        _ function: ConditionFunction, _ text: String, _ part: String
    ) throws(ConditionFault) -> Bool {
        switch function {
        case .startsWith:
            try meter.spend(bytes: part.utf8.count)
            return text.utf8.starts(with: part.utf8)
        case .endsWith:
            try meter.spend(bytes: part.utf8.count)
            return text.utf8.count >= part.utf8.count
                && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
        case .contains:
            try meter.spend(bytes: text.utf8.count + part.utf8.count)
            return ConditionSearch.contains(Array(text.utf8), Array(part.utf8))
        default:
            // Reading a pattern that is none costs as well.
            try meter.spend(1 + part.utf8.count)
            let pattern: ConditionPattern
            do throws(ConditionPatternError) {
                pattern = try ConditionPattern(part)
            } catch {
                throw .badPattern(error.description)
            }
            try meter.spend(pattern.instructions.count)
            return try pattern.matches(text, &meter)
        }
    }

    private func part(
        _ function: ConditionFunction, of moment: ConditionTimestamp, in zone: String
    ) throws(ConditionFault) -> ConditionValue {
        let known = ConditionText.secondsAheadOfUTC(from: zone) ?? lookup.secondsAheadOfUTC(in: zone, at: moment)
        // A lookup that errs must not carry the date out of what can be reckoned with.
        guard let seconds = known, ConditionText.secondsAheadOfUTC.contains(seconds),
            let part = moment.part(function, secondsAheadOfUTC: seconds)
        else { throw .unknownZone(zone) }
        return .int(part)
    }
}

/// Finds bytes in bytes, by the method of Knuth, Morris and Pratt: no text makes it slow.
enum ConditionSearch {
    /// - Complexity: O(*n* + *m*).
    static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        guard part.count <= text.count else { return false }
        // How much of the part is still matched when the next byte does not fit.
        var kept = [Int](repeating: 0, count: part.count)
        var length = 0
        for place in part.indices.dropFirst() {
            while length > 0, part[place] != part[length] { length = kept[length - 1] }
            if part[place] == part[length] { length += 1 }
            kept[place] = length
        }
        length = 0
        for byte in text {
            while length > 0, byte != part[length] { length = kept[length - 1] }
            if byte == part[length] { length += 1 }
            if length == part.count { return true }
        }
        return false
    }
}
