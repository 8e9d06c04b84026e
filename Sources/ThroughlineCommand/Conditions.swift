import ArgumentParser
import Foundation
import Throughline
import ThroughlineEngine

struct Conditions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work out conditions: for whoever writes some, and wants to see what they say.",
        discussion: """
            Reads lines of JSON from standard input, each with a condition and the values of its variables, and tells the \
            value and its type, or why it was refused, or why there is no value (fault):

              {"expr": "price > 100.0", "types": {"price": "double"}, "bindings": {"price": {"double": "120"}}}
              {"type":"bool","value":{"bool":true}}

            Values are written as {"int": "7"}, {"uint": "7"}, {"double": "2.5"}, {"string": "a"}, {"bytes": base64}, \
            {"bool": true}, {"null": null}, {"list": [...]}, {"map": [[key, value], ...]}, {"timestamp": seconds since 1970}, \
            {"duration": seconds}. The language is that of docs/conditions.md.
            """)

    /// The longest line, in bytes.
    static let lineBytesMax = 1 << 20

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let output = StandardOutput()
        let reader = LineReader(source: try ByteSource(path: "-"), lineBytesMax: Conditions.lineBytesMax)
        while let next = try reader.next() {
            guard case .line(let line, _) = next else {
                throw FileError(
                    "standard input", "line \(reader.lineNumber): longer than \(Conditions.lineBytesMax) bytes")
            }
            guard !line.isEmpty else { continue }
            let answer: [String: Any]
            do { answer = try Conditions.answer(Data(line)) } catch {
                throw FileError("standard input", "line \(reader.lineNumber): \(error)")
            }
            try output.write(Array(try JSONSerialization.data(withJSONObject: answer, options: .sortedKeys)) + [10])
        }
        try output.flush()
    }

    private static func answer(_ line: Data) throws -> [String: Any] {
        guard let input = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
            let text = input["expr"] as? String
        else { throw NotFound("no JSON object with \"expr\"") }
        var types: [String: ConditionType] = [:]
        for (name, type) in input["types"] as? [String: String] ?? [:] {
            guard let known = ConditionType(type) else { throw NotFound("there is no type \(type)") }
            types[name] = known
        }
        var values: [String: ConditionValue] = [:]
        for (name, object) in input["bindings"] as? [String: Any] ?? [:] {
            values[name] = try value(object, nesting: 0)
        }
        do throws(ConditionError) {
            let expression = try ConditionExpression(text, variables: ConditionVariables(types))
            do throws(ConditionFault) {
                return ["value": object(try expression.value(values)), "type": "\(expression.type)"]
            } catch { return ["fault": "\(error)"] }
        } catch { return ["refused": "\(error)"] }
    }

    /// Values within values.
    private static let nestingMax = 64

    private static func value(_ object: Any, nesting: Int) throws -> ConditionValue {
        guard let (kind, content) = (object as? [String: Any])?.first, nesting < nestingMax else {
            throw NotFound("a value says what it is: {\"int\": \"7\"}")
        }
        let text = content as? String ?? ""
        let found: ConditionValue? =
            switch kind {
            case "null": .null
            case "bool": (content as? Bool).map(ConditionValue.bool)
            case "int": Int64(text).map(ConditionValue.int)
            case "uint": UInt64(text).map(ConditionValue.uint)
            case "double": Double(text).map(ConditionValue.double)
            case "string": .string(text)
            case "bytes": Data(base64Encoded: text).map { .bytes(Array($0)) }
            case "list": try (content as? [Any]).map { .list(try $0.map { try value($0, nesting: nesting + 1) }) }
            case "map": try (content as? [[Any]]).map { .map(try map($0, nesting: nesting + 1)) }
            case "timestamp":
                Int64(text).flatMap { ConditionTimestamp(secondsSince1970: $0) }.map(ConditionValue.timestamp)
            case "duration": Int64(text).map { .duration(.seconds($0)) }
            default: nil
            }
        guard let found else { throw NotFound("\(content) is no \(kind)") }
        return found
    }

    private static func map(_ entries: [[Any]], nesting: Int) throws -> ConditionMap {
        var map = ConditionMap()
        for entry in entries {
            guard entry.count == 2 else { throw NotFound("a map is a list of pairs") }
            try map.add(try value(entry[1], nesting: nesting), for: try value(entry[0], nesting: nesting))
        }
        return map
    }

    private static func object(_ value: ConditionValue) -> Any {
        switch value {
        case .null: ["null": NSNull()]
        case .bool(let flag): ["bool": flag]
        case .int(let number): ["int": "\(number)"]
        case .uint(let number): ["uint": "\(number)"]
        case .double(let number): ["double": "\(number)"]
        case .string(let text): ["string": text]
        case .bytes(let bytes): ["bytes": Data(bytes).base64EncodedString()]
        case .list(let values): ["list": values.map(object)]
        case .map(let map): ["map": zip(map.keys, map.values).map { [object($0), object($1)] }]
        case .timestamp(let moment): ["timestamp": ["\(moment.secondsSince1970)", "\(moment.nanoseconds)"]]
        case .duration(let duration):
            ["duration": ["\(duration.components.seconds)", "\(duration.components.attoseconds / 1_000_000_000)"]]
        case .type(let kind): ["type": kind.rawValue]
        }
    }
}
