/// A message of protocol buffers that holds one plain value, and is that value: `google.protobuf.Int32Value{value: 7}`.
enum ConditionWrapper: String {
    case bool = "BoolValue"
    case int32 = "Int32Value"
    case int64 = "Int64Value"
    case uint32 = "UInt32Value"
    case uint64 = "UInt64Value"
    case float = "FloatValue"
    case double = "DoubleValue"
    case string = "StringValue"
    case bytes = "BytesValue"

    init?(name: String) {
        let prefix = "google.protobuf."
        guard name.hasPrefix(prefix) else { return nil }
        self.init(rawValue: String(name.dropFirst(prefix.count)))
    }

    var type: ConditionType {
        switch self {
        case .bool: .bool
        case .int32, .int64: .int
        case .uint32, .uint64: .uint
        case .float, .double: .double
        case .string: .string
        case .bytes: .bytes
        }
    }

    /// What it is when nothing is given.
    var empty: ConditionValue {
        switch self {
        case .bool: .bool(false)
        case .int32, .int64: .int(0)
        case .uint32, .uint64: .uint(0)
        case .float, .double: .double(0)
        case .string: .string("")
        case .bytes: .bytes([])
        }
    }

    func holding(_ value: ConditionValue) throws(ConditionFault) -> ConditionValue {
        switch (self, value) {
        case (.int32, .int(let number)): guard Int32(exactly: number) != nil else { throw .overflow }
        case (.uint32, .uint(let number)): guard UInt32(exactly: number) != nil else { throw .overflow }
        case (.float, .double(let number)): return .double(Double(Float(number)))
        case (.bool, .bool), (.int64, .int), (.uint64, .uint), (.double, .double), (.string, .string),
            (.bytes, .bytes):
            break
        default: throw .notApplicable(function: rawValue, types: [value.kind])
        }
        return value
    }
}
