/// Functions of one value.
extension ConditionEvaluator {
    mutating func apply(
        _ function: ConditionFunction, _ value: ConditionValue
    ) throws(ConditionFault) -> ConditionValue {
        if case .string(let text) = value { try meter.spend(bytes: text.utf8.count) }
        switch function {
        case .dyn: return value
        case .type: return .type(value.kind)
        case .size: if let size = size(of: value) { return size }
        case .not: if case .bool(let flag) = value { return .bool(!flag) }
        case .negate:
            if case .double(let number) = value { return .double(-number) }
            guard case .int(let number) = value else { break }
            guard number != .min else { throw .overflow }
            return .int(-number)
        case .int: if let number = try int(from: value) { return .int(number) }
        case .uint: if let number = try uint(from: value) { return .uint(number) }
        case .double: if let number = try double(from: value) { return .double(number) }
        case .bool: if let flag = try bool(from: value) { return .bool(flag) }
        case .string: if let text = try string(from: value) { return .string(text) }
        case .bytes: if let bytes = bytes(from: value) { return .bytes(bytes) }
        case .timestamp: if let moment = try timestamp(from: value) { return .timestamp(moment) }
        case .duration: if let duration = try duration(from: value) { return .duration(duration) }
        default: if let part = part(function, of: value) { return part }
        }
        throw .notApplicable(function: function.rawValue, types: [value.kind])
    }

    /// Code points of a text, bytes, elements or keys.
    private func size(of value: ConditionValue) -> ConditionValue? {
        switch value {
        case .string(let text): return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let values): return .int(Int64(values.count))
        case .map(let map): return .int(Int64(map.count))
        default: return nil
        }
    }

    private func part(_ function: ConditionFunction, of value: ConditionValue) -> ConditionValue? {
        switch value {
        case .timestamp(let moment): return moment.part(function).map(ConditionValue.int)
        case .duration(let duration):
            let (seconds, attoseconds) = duration.components
            switch function {
            case .getHours: return .int(seconds / 3600)
            case .getMinutes: return .int(seconds / 60)
            case .getSeconds: return .int(seconds)
            case .getMilliseconds: return .int(attoseconds / 1_000_000_000_000_000)
            default: return nil
            }
        default: return nil
        }
    }
}

// MARK: Conversions. Nil where a value of that type is never converted; a fault where this value cannot be.

extension ConditionEvaluator {
    private func int(from value: ConditionValue) throws(ConditionFault) -> Int64? {
        switch value {
        case .int(let number): return number
        case .uint(let number):
            guard let number = Int64(exactly: number) else { throw .overflow }
            return number
        case .double(let number):
            // Both ends are left out, the lowest int as well.
            guard number > -0x1p63, number < 0x1p63 else { throw .overflow }
            return Int64(number)
        case .string(let text):
            guard let number = Int64(text) else { throw .notConvertible(to: .int) }
            return number
        case .timestamp(let moment): return moment.secondsSince1970
        default: return nil
        }
    }

    private func uint(from value: ConditionValue) throws(ConditionFault) -> UInt64? {
        switch value {
        case .uint(let number): return number
        case .int(let number):
            guard let number = UInt64(exactly: number) else { throw .overflow }
            return number
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw .overflow }
            return UInt64(number)
        case .string(let text):
            guard text.utf8.first != UInt8(ascii: "-"), let number = UInt64(text) else {
                throw .notConvertible(to: .uint)
            }
            return number
        default: return nil
        }
    }

    private func double(from value: ConditionValue) throws(ConditionFault) -> Double? {
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        case .uint(let number): return Double(number)
        case .string(let text):
            guard let number = ConditionText.double(from: text) else { throw .notConvertible(to: .double) }
            return number
        default: return nil
        }
    }

    private func bool(from value: ConditionValue) throws(ConditionFault) -> Bool? {
        switch value {
        case .bool(let flag): return flag
        case .string(let text):
            guard let flag = ConditionText.bool(from: text) else { throw .notConvertible(to: .bool) }
            return flag
        default: return nil
        }
    }

    private mutating func string(from value: ConditionValue) throws(ConditionFault) -> String? {
        switch value {
        case .string(let text): return text
        case .int(let number): return "\(number)"
        case .uint(let number): return "\(number)"
        case .double(let number): return ConditionText.text(of: number)
        case .bool(let flag): return "\(flag)"
        case .timestamp(let moment): return ConditionText.text(of: moment)
        case .duration(let duration): return ConditionText.text(of: duration)
        case .bytes(let bytes):
            try meter.spend(bytes: bytes.count)
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .notConvertible(to: .string) }
            return text
        default: return nil
        }
    }

    private func bytes(from value: ConditionValue) -> [UInt8]? {
        switch value {
        case .bytes(let bytes): return bytes
        case .string(let text): return Array(text.utf8)
        default: return nil
        }
    }

    private func timestamp(from value: ConditionValue) throws(ConditionFault) -> ConditionTimestamp? {
        switch value {
        case .timestamp(let moment): return moment
        case .int(let seconds):
            guard let moment = ConditionTimestamp(secondsSince1970: seconds) else { throw .timeOutOfRange }
            return moment
        case .string(let text):
            guard let moment = ConditionText.timestamp(from: text) else { throw .notConvertible(to: .timestamp) }
            return moment
        default: return nil
        }
    }

    private func duration(from value: ConditionValue) throws(ConditionFault) -> Duration? {
        switch value {
        case .duration(let duration): return duration
        case .string(let text):
            guard let duration = ConditionText.duration(from: text) else { throw .notConvertible(to: .duration) }
            return duration
        default: return nil
        }
    }
}
