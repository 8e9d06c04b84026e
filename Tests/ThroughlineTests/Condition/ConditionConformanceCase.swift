import Foundation

@testable import Throughline

/// One line of the conformance cases of the language.
struct ConditionConformanceCase: Sendable {
    let file: String
    let name: String
    let expression: String
    let variables: ConditionVariables
    let values: ConditionConformanceValues
    let checksTypes: Bool
    /// The value that is expected, nil where a fault or a refusal is.
    let expected: ConditionValue?
    let expectsFault: Bool
    /// The type that a checker finds out, where the case says it.
    let expectedType: String?
    /// What lies outside the plain language.
    let needs: [String]

    /// How an expression ends.
    enum Ending {
        case value(ConditionValue)
        case refusal(ConditionError)
        case fault(ConditionFault)
    }

    var ending: Ending {
        do throws(ConditionError) {
            let expression = try ConditionExpression(expression, variables: variables, checksTypes: checksTypes)
            do throws(ConditionFault) { return .value(try expression.value(values)) } catch { return .fault(error) }
        } catch {
            return .refusal(error)
        }
    }

    var deducedType: String? { try? ConditionExpression(expression, variables: variables).type.description }

    var passes: Bool {
        switch (ending, expected) {
        case (.value(let value), let expected?): ConditionConformanceCase.areSame(value, expected)
        case (.value, nil): false
        case (.fault(.tooManySteps), _): false
        case (.refusal, nil), (.fault, nil): true
        default: false
        }
    }

    /// Of the same type and the same value; NaN is the same as NaN, and the order of a map does not count.
    static func areSame(_ one: ConditionValue, _ other: ConditionValue) -> Bool {
        switch (one, other) {
        case (.double(let one), .double(let other)):
            one.isNaN ? other.isNaN : one == other && one.sign == other.sign
        case (.list(let one), .list(let other)):
            one.count == other.count && zip(one, other).allSatisfy { areSame($0, $1) }
        case (.map(let one), .map(let other)):
            one.count == other.count
                && zip(one.keys, one.values).allSatisfy { key, value in
                    guard let match = other.value(for: key) else { return false }
                    return areSame(value, match)
                }
        default: one.kind == other.kind && areEqual(one, other)
        }
    }

    private static func areEqual(_ one: ConditionValue, _ other: ConditionValue) -> Bool {
        var evaluator = ConditionEvaluator(lookup: [:] as [String: ConditionValue], stepsMax: .max)
        return (try? evaluator.areEqual(one, other)) ?? false
    }
}

/// Values of a case, with the zones that the system knows.
struct ConditionConformanceValues: ConditionLookup, Sendable {
    var values: [String: ConditionValue] = [:]

    func value(of variable: String) -> ConditionValue? { values[variable] }

    func secondsAheadOfUTC(in zone: String, at moment: ConditionTimestamp) -> Int? {
        TimeZone(identifier: zone)?.secondsFromGMT(
            for: Date(timeIntervalSince1970: TimeInterval(moment.secondsSince1970)))
    }
}

// MARK: Reading

extension ConditionConformanceCase {
    private struct Unreadable: Error { let line: String }

    static func all(at path: String) throws -> [ConditionConformanceCase] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let read = ConditionConformanceCase(object)
            else { throw Unreadable(line: String(line)) }
            return read
        }
    }

    private init?(_ object: [String: Any]) {
        guard let file = object["file"] as? String, let section = object["section"] as? String,
            let name = object["name"] as? String, let expression = object["expr"] as? String,
            let needs = object["needs"] as? [String], let expect = object["expect"] as? [String: Any]
        else { return nil }
        self.file = file
        self.name = section + "/" + name
        self.expression = expression
        self.needs = needs
        checksTypes = object["disable_check"] as? Bool != true
        var types: [String: ConditionType] = [:]
        for declaration in object["declare"] as? [[String: Any]] ?? [] {
            guard let name = declaration["name"] as? String, let text = declaration["type"] as? String,
                let type = ConditionType(text)
            else { continue }
            types[name] = type
        }
        variables = ConditionVariables(types, namespace: object["container"] as? String ?? "")
        values = ConditionConformanceValues(
            values: (object["bindings"] as? [String: Any] ?? [:]).compactMapValues(ConditionConformanceCase.value))
        expected = expect["value"].flatMap(ConditionConformanceCase.value)
        expectsFault = expect["error"] != nil
        expectedType = expect["type"] as? String
        guard expected != nil || expect["error"] != nil || !needs.isEmpty else { return nil }
    }

    private static func value(_ object: Any) -> ConditionValue? {
        guard let (kind, content) = (object as? [String: Any])?.first else { return nil }
        let text = content as? String ?? ""
        switch kind {
        case "null": return .null
        case "bool": return (content as? Bool).map(ConditionValue.bool)
        case "int": return Int64(text).map(ConditionValue.int)
        case "uint": return UInt64(text).map(ConditionValue.uint)
        case "double": return Double(text).map(ConditionValue.double)
        case "string": return .string(text)
        case "bytes": return Data(base64Encoded: text).map { .bytes(Array($0)) }
        case "type": return ConditionKind(rawValue: text).map(ConditionValue.type)
        case "list": return (content as? [Any]).map { .list($0.compactMap(value)) }
        case "map": return map(content as? [[Any]] ?? [])
        case "timestamp", "duration": return time(kind, content as? [String: Any] ?? [:])
        default: return nil
        }
    }

    private static func map(_ entries: [[Any]]) -> ConditionValue? {
        var map = ConditionMap()
        for entry in entries {
            guard let key = value(entry[0]), let value = value(entry[1]) else { return nil }
            try? map.add(value, for: key)
        }
        return .map(map)
    }

    private static func time(_ kind: String, _ content: [String: Any]) -> ConditionValue? {
        guard let seconds = Int64(content["seconds"] as? String ?? "0") else { return nil }
        let nanoseconds = content["nanos"] as? Int ?? 0
        guard kind == "timestamp" else { return .duration(.seconds(seconds) + .nanoseconds(nanoseconds)) }
        return ConditionTimestamp(secondsSince1970: seconds, nanoseconds: Int32(nanoseconds))
            .map(ConditionValue.timestamp)
    }
}
