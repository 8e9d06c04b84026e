/// What a variable may hold, as it is declared.
public indirect enum ConditionType: Hashable, Sendable {
    case null, bool, int, uint, double, string, bytes, timestamp, duration, type
    /// Anything; it is looked at only when the condition is asked.
    case dyn
    case list(ConditionType)
    case map(key: ConditionType, value: ConditionType)
    /// The element of `[]`, whose type nothing tells yet.
    case open
}

extension ConditionType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .type: "type"
        case .dyn, .open: "dyn"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        }
    }

    /// Reads a type as it is written: `map(string, list(int))`. Nil for a text that is none.
    public init?(_ text: String) {
        guard text.utf8.count <= ConditionType.textBytesMax, let type = ConditionType.read(text[...]) else {
            return nil
        }
        self = type
    }

    /// Bytes of the text of a type.
    public static let textBytesMax = 512

    private static func read(_ text: Substring) -> ConditionType? {
        if let plain = plain[text] { return plain }
        if let inner = inside("list", text) { return read(inner).map(ConditionType.list) }
        guard let inner = inside("map", text), let comma = inner.firstIndex(of: ",") else { return nil }
        // A key has no type with a comma in it.
        guard let key = read(inner[..<comma]), keyTypes.contains(key) else { return nil }
        return read(inner[inner.index(after: comma)...].drop { $0 == " " }).map { .map(key: key, value: $0) }
    }

    private static func inside(_ word: String, _ text: Substring) -> Substring? {
        guard text.hasPrefix(word + "("), text.hasSuffix(")") else { return nil }
        return text.dropFirst(word.count + 1).dropLast()
    }

    private static let keyTypes: Set<ConditionType> = [.bool, .int, .uint, .string, .dyn]

    private static let plain: [Substring: ConditionType] = [
        "null_type": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string,
        "bytes": .bytes, "timestamp": .timestamp, "duration": .duration, "type": .type, "dyn": .dyn,
    ]
}

extension ConditionType {
    /// Whether values of both types may be the same.
    func agrees(with other: ConditionType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn), (.open, _), (_, .open): true
        case (.null, .timestamp), (.null, .duration), (.timestamp, .null), (.duration, .null): true
        case (.list(let one), .list(let two)): one.agrees(with: two)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            key.agrees(with: otherKey) && value.agrees(with: otherValue)
        default: self == other
        }
    }

    /// The type of what is of one type or the other.
    func joined(with other: ConditionType) -> ConditionType {
        switch (self, other) {
        case (.open, _): other
        case (_, .open): self
        case (.list(let one), .list(let two)): .list(one.joined(with: two))
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            .map(key: key.joined(with: otherKey), value: value.joined(with: otherValue))
        case (.null, .timestamp), (.null, .duration): other
        case (.timestamp, .null), (.duration, .null): self
        default: self == other ? self : .dyn
        }
    }
}

/// The variables that conditions may name, with their types.
///
/// A name may have dots: `person.tier`. The longest name that is declared wins.
public struct ConditionVariables: Sendable {
    let types: [String: ConditionType]
    /// Names are also looked up with this prefix, and first: `y` is `shop.y` in the namespace `shop`.
    let namespace: String

    public init(_ types: [String: ConditionType] = [:], namespace: String = "") {
        self.types = types
        self.namespace = namespace
    }

    /// What a name may stand for, most special first.
    func candidates(for name: String, isAbsolute: Bool) -> [String] {
        guard !isAbsolute, !namespace.isEmpty else { return [name] }
        var parts = namespace.split(separator: ".")
        var names: [String] = []
        while !parts.isEmpty {
            names.append(parts.joined(separator: ".") + "." + name)
            parts.removeLast()
        }
        return names + [name]
    }
}
