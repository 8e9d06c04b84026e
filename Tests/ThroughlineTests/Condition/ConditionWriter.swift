@testable import Throughline

/// Writes the syntax of a condition as text, with just the brackets that it needs.
enum ConditionWriter {
    static func text(of syntax: ConditionSyntax) -> String { written(syntax).text }

    /// How tightly a text holds together; what is looser needs brackets around it.
    private enum Level: Int, Comparable {
        case conditional, or, and, relation, sum, product, unary, member

        static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
        var next: Level { Level(rawValue: rawValue + 1) ?? .member }
    }

    private static func written(_ syntax: ConditionSyntax) -> (text: String, level: Level) {
        func text(_ part: ConditionSyntax, _ level: Level) -> String {
            let (text, own) = written(part)
            return own < level ? "(\(text))" : text
        }
        func list(_ parts: [ConditionSyntax]) -> String {
            parts.map { text($0, .conditional) }.joined(separator: ", ")
        }
        switch syntax.kind {
        case .literal(let value): return literal(value)
        case .name(let name, let isAbsolute): return ((isAbsolute ? "." : "") + name, .member)
        case .field(let target, let field): return (text(target, .member) + "." + quoted(field), .member)
        case .hasField(let target, let field): return ("has(\(text(target, .member)).\(quoted(field)))", .member)
        case .call(let name, let target, let arguments):
            return ((target.map { text($0, .member) + "." } ?? "") + "\(name)(\(list(arguments)))", .member)
        case .operation(.index, let parts): return ("\(text(parts[0], .member))[\(list([parts[1]]))]", .member)
        case .operation(let function, let parts) where parts.count == 1:
            return unary(function, text(parts[0], .unary), parts[0])
        case .operation(let function, let parts):
            let level = level(of: function)
            return ("\(text(parts[0], level)) \(function.rawValue) \(text(parts[1], level.next))", level)
        case .logic(let isAnd, let parts):
            let level: Level = isAnd ? .and : .or
            return (parts.map { text($0, level.next) }.joined(separator: isAnd ? " && " : " || "), level)
        case .conditional(let condition, let then, let otherwise):
            return ("\(text(condition, .or)) ? \(text(then, .or)) : \(text(otherwise, .conditional))", .conditional)
        case .list(let parts): return ("[\(list(parts))]", .member)
        case .map(let entries):
            let texts = entries.map { "\(text($0.key, .conditional)): \(text($0.value, .conditional))" }
            return ("{\(texts.joined(separator: ", "))}", .member)
        case .message(let name, let isAbsolute, let fields):
            let texts = fields.map { "\(quoted($0.field)): \(text($0.value, .conditional))" }
            return ((isAbsolute ? "." : "") + "\(name){\(texts.joined(separator: ", "))}", .member)
        case .each(let macro, let range, let element, let bodies):
            return ("\(text(range, .member)).\(macro.rawValue)(\(element), \(list(bodies)))", .member)
        }
    }

    private static func unary(
        _ function: ConditionFunction, _ text: String, _ part: ConditionSyntax
    ) -> (String, Level) {
        let mark = function == .not ? "!" : "-"
        // Signs of two kinds do not follow each other, and a sign before a number is part of the number.
        let startsWithOther = text.hasPrefix(function == .not ? "-" : "!")
        let startsWithNumber = text.first.map { $0.isNumber || $0 == "." || $0 == "-" } ?? false
        let needsBrackets = function == .not ? startsWithOther : startsWithOther || startsWithNumber
        return (needsBrackets ? "\(mark)(\(text))" : mark + text, .unary)
    }

    private static func level(of function: ConditionFunction) -> Level {
        switch function {
        case .add, .subtract: .sum
        case .multiply, .divide, .remainder: .product
        default: .relation
        }
    }

    private static func quoted(_ name: String) -> String { name.utf8.allSatisfy(\.isNamePart) ? name : "`\(name)`" }

    private static func literal(_ value: ConditionValue) -> (String, Level) {
        switch value {
        case .null: return ("null", .member)
        case .bool(let flag): return ("\(flag)", .member)
        // A negative number holds together as well as a positive one does, but reads better in brackets.
        case .int(let number): return ("\(number)", number < 0 ? .unary : .member)
        case .uint(let number): return ("\(number)u", .member)
        case .double(let number):
            let text = ConditionText.text(of: number)
            return (text.contains { ".e".contains($0) } ? text : text + ".0", number.sign == .minus ? .unary : .member)
        case .string(let text): return ("\"" + text.unicodeScalars.map(escaped).joined() + "\"", .member)
        case .bytes(let bytes): return ("b\"" + bytes.map(escaped).joined() + "\"", .member)
        default: return ("null", .member)
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        guard scalar.isASCII else { return String(scalar) }
        return escaped(UInt8(ascii: scalar))
    }

    private static func escaped(_ byte: UInt8) -> String {
        guard byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
            return String(Unicode.Scalar(byte))
        }
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count < 2 ? "0" + digits : digits)
    }

    /// The tree with a bracket for every node, so that two trees with the same outline are the same.
    static func outline(of syntax: ConditionSyntax) -> String {
        let parts = syntax.kind.parts.map(outline)
        let head =
            switch syntax.kind {
            case .literal(let value): "\(value)"
            case .name(let name, let isAbsolute): "name \(isAbsolute) \(name)"
            case .field(_, let field): "field \(field)"
            case .call(let name, let target, _): "call \(name) \(target != nil)"
            case .operation(let function, _): function.rawValue
            case .logic(let isAnd, _): isAnd ? "&&" : "||"
            case .conditional: "?"
            case .list: "list"
            case .map: "map"
            case .message(let name, let isAbsolute, let fields): "message \(isAbsolute) \(name) \(fields.map(\.field))"
            case .hasField(_, let field): "has \(field)"
            case .each(let macro, _, let element, _): "\(macro) \(element)"
            }
        return "(" + ([head] + parts).joined(separator: " ") + ")"
    }
}
