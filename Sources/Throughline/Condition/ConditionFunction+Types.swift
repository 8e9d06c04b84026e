extension ConditionFunction {
    /// What it gives for values of these types; nil where it does not take them.
    func result(on types: [ConditionType]) -> ConditionType? {
        switch (self, types.count) {
        case (.equal, 2), (.notEqual, 2): types[0].agrees(with: types[1]) ? .bool : nil
        case (.contained, 2): ConditionFunction.contains(types[1], types[0]) ? .bool : nil
        case (.index, 2): ConditionFunction.element(of: types[0], at: types[1])
        case (.size, 1): ConditionFunction.hasSize(types[0]) ? .int : nil
        case (.type, 1): .type
        case (.dyn, 1): .dyn
        default: ConditionFunction.listSum(self, types) ?? plainResult(on: types)
        }
    }

    private static func contains(_ range: ConditionType, _ element: ConditionType) -> Bool {
        switch range {
        case .list(let type): type.agrees(with: element)
        case .map(let key, _): key.agrees(with: element)
        default: range.isUntold
        }
    }

    private static func element(of range: ConditionType, at index: ConditionType) -> ConditionType? {
        switch range {
        case .list(let type): index.agrees(with: .int) ? type : nil
        case .map(let key, let value): key.agrees(with: index) ? value : nil
        default: range.isUntold ? .dyn : nil
        }
    }

    private static func hasSize(_ type: ConditionType) -> Bool {
        switch type {
        case .string, .bytes, .list, .map: true
        default: type.isUntold
        }
    }

    private static func listSum(_ function: ConditionFunction, _ types: [ConditionType]) -> ConditionType? {
        guard function == .add, types.count == 2, types[0].agrees(with: types[1]) else { return nil }
        switch (types[0], types[1]) {
        case (.list, .list): return types[0].joined(with: types[1])
        case (.list, _), (_, .list): return .list(.dyn)
        default: return nil
        }
    }

    /// The result where each way to call it has fixed types; dyn where several ways are possible.
    private func plainResult(on types: [ConditionType]) -> ConditionType? {
        let results = ways.filter { way in
            way.takes.count == types.count && zip(way.takes, types).allSatisfy { $0.agrees(with: $1) }
        }.map(\.gives)
        guard let first = results.first else { return nil }
        return results.allSatisfy { $0 == first } ? first : .dyn
    }

    private struct Way {
        let takes: [ConditionType]
        let gives: ConditionType

        init(_ takes: [ConditionType], _ gives: ConditionType) {
            self.takes = takes
            self.gives = gives
        }
    }

    private var ways: [Way] {
        switch self {
        case .not: [Way([.bool], .bool)]
        case .negate: [Way([.int], .int), Way([.double], .double)]
        case .add:
            ConditionFunction.numbers.map { Way([$0, $0], $0) }
                + [
                    Way([.string, .string], .string), Way([.bytes, .bytes], .bytes),
                    Way([.duration, .duration], .duration), Way([.timestamp, .duration], .timestamp),
                    Way([.duration, .timestamp], .timestamp),
                ]
        case .subtract:
            ConditionFunction.numbers.map { Way([$0, $0], $0) }
                + [
                    Way([.duration, .duration], .duration), Way([.timestamp, .duration], .timestamp),
                    Way([.timestamp, .timestamp], .duration),
                ]
        case .multiply, .divide: ConditionFunction.numbers.map { Way([$0, $0], $0) }
        case .remainder: [Way([.int, .int], .int), Way([.uint, .uint], .uint)]
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            ConditionFunction.ordered.map { Way([$0, $0], .bool) }
        case .contains, .startsWith, .endsWith, .matches: [Way([.string, .string], .bool)]
        case .int, .uint, .double, .string, .bytes, .bool, .timestamp, .duration: conversions
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear:
            [Way([.timestamp], .int), Way([.timestamp, .string], .int)]
        case .getHours, .getMinutes, .getSeconds, .getMilliseconds:
            [Way([.timestamp], .int), Way([.timestamp, .string], .int), Way([.duration], .int)]
        case .equal, .notEqual, .contained, .index, .size, .type, .dyn: []
        }
    }

    private static let numbers: [ConditionType] = [.int, .uint, .double]
    private static let ordered: [ConditionType] = numbers + [.bool, .string, .bytes, .timestamp, .duration]

    private var conversions: [Way] {
        let (types, result): ([ConditionType], ConditionType) =
            switch self {
            case .int: ([.int, .uint, .double, .string, .timestamp], .int)
            case .uint: ([.int, .uint, .double, .string], .uint)
            case .double: ([.int, .uint, .double, .string], .double)
            case .string: ([.int, .uint, .double, .string, .bytes, .bool, .timestamp, .duration], .string)
            case .bytes: ([.bytes, .string], .bytes)
            case .bool: ([.bool, .string], .bool)
            case .timestamp: ([.int, .string, .timestamp], .timestamp)
            default: ([.string, .duration], .duration)
            }
        return types.map { Way([$0], result) }
    }
}

extension ConditionType {
    fileprivate var isUntold: Bool { self == .dyn || self == .open }
}
