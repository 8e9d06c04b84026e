/// A map of a condition: keys are bools, ints, uints and strings, in the order they were given.
///
/// `1`, `1u` and `1.0` are the same key. Texts are the same key when they have the same code points.
public struct ConditionMap: Sendable {
    public private(set) var keys: [ConditionValue] = []
    public private(set) var values: [ConditionValue] = []
    private var places: [Key: Int] = [:]

    public init() {}

    /// - Parameter strings: the values of keys that are strings.
    public init(_ strings: KeyValuePairs<String, ConditionValue>) throws(ConditionFault) {
        for (key, value) in strings { try add(value, for: .string(key)) }
    }

    public var count: Int { keys.count }

    /// A map of the same keys with other values, in the order of the keys: no key is looked at.
    public func replacing(values: [ConditionValue]) -> ConditionMap {
        precondition(values.count == keys.count, "each key has a value")
        var map = self
        map.values = values
        return map
    }

    public mutating func add(_ value: ConditionValue, for key: ConditionValue) throws(ConditionFault) {
        // A double looks up a key but is none itself.
        guard let folded = Key(key), key.kind != .double else { throw .badKey(key.kind) }
        guard places.updateValue(keys.count, forKey: folded) == nil else { throw .repeatedKey(folded.text) }
        keys.append(key)
        values.append(value)
    }

    /// The value of a key; nil when there is none, or when such a value is never a key.
    public func value(for key: ConditionValue) -> ConditionValue? {
        Key(key).flatMap { places[$0] }.map { values[$0] }
    }

    /// A key as what it is equal to.
    private enum Key: Hashable {
        case bool(Bool)
        case int(Int64)
        /// Beyond what an int holds.
        case large(UInt64)
        case string(CodePoints)

        init?(_ value: ConditionValue) {
            switch value {
            case .bool(let flag): self = .bool(flag)
            case .int(let number): self = .int(number)
            case .uint(let number): self = Int64(exactly: number).map(Key.int) ?? .large(number)
            case .double(let number):
                if let whole = Int64(exactly: number) {
                    self = .int(whole)
                } else if let whole = UInt64(exactly: number) {
                    self = .large(whole)
                } else {
                    return nil
                }
            case .string(let text): self = .string(CodePoints(text))
            default: return nil
            }
        }

        var text: String {
            switch self {
            case .bool(let flag): "\(flag)"
            case .int(let number): "\(number)"
            case .large(let number): "\(number)"
            case .string(let points): points.text
            }
        }
    }

    /// A text that is equal to another only with the same code points; `String` also takes é for e and an accent.
    private struct CodePoints: Hashable {
        let text: String

        init(_ text: String) { self.text = text }

        static func == (one: CodePoints, other: CodePoints) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(0xFF as UInt8)
        }
    }
}

extension ConditionValue {
    /// How a key is told in a sentence.
    var keyText: String {
        switch self {
        case .bool(let flag): "\(flag)"
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)"
        case .double(let number): ConditionText.text(of: number)
        case .string(let text): text
        default: "of type \(kind.rawValue)"
        }
    }
}
