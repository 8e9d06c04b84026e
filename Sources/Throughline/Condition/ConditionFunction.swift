/// What a condition can do with one value or with two. The raw value is how it is written.
enum ConditionFunction: String, Sendable, CaseIterable {
    case not = "!"
    case negate = "unary -"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case index = "[]"

    case size, matches
    case contains, startsWith, endsWith
    case int, uint, double, string, bytes, bool, timestamp, duration, type, dyn
    case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear
    case getHours, getMinutes, getSeconds, getMilliseconds

    /// How it may be called.
    enum Style { case mark, function, method, functionOrMethod }

    var style: Style {
        switch self {
        case .size, .matches: .functionOrMethod
        case .int, .uint, .double, .string, .bytes, .bool, .timestamp, .duration, .type, .dyn: .function
        case .contains, .startsWith, .endsWith, .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek,
            .getDayOfYear, .getHours, .getMinutes, .getSeconds, .getMilliseconds:
            .method
        default: .mark
        }
    }

    /// The function that a call names, nil where there is none of this name in this style.
    init?(named name: String, isMethod: Bool) {
        guard let function = ConditionFunction(rawValue: name) else { return nil }
        switch function.style {
        case .mark: return nil
        case .function: guard !isMethod else { return nil }
        case .method: guard isMethod else { return nil }
        case .functionOrMethod: break
        }
        self = function
    }

    /// How many values it takes, what it is called on counted.
    var arity: ClosedRange<Int> {
        switch self {
        case .not, .negate, .size, .int, .uint, .double, .string, .bytes, .bool, .timestamp, .duration, .type, .dyn:
            1...1
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear, .getHours, .getMinutes,
            .getSeconds, .getMilliseconds:
            1...2
        default: 2...2
        }
    }
}
