/// What is wrong with the file of a map, and where.
public struct MapFault: Sendable, Equatable, CustomStringConvertible {
    /// The line, the first is 1.
    public let line: Int
    /// The character of the line, the first is 1.
    public let column: Int
    /// A plain sentence without its end, which also says what would be right.
    public let reason: String

    public var description: String { "line \(line), column \(column): \(reason)" }
}

/// Why a file is no journey map: all that is wrong with it, up to a number.
public struct MapError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Faults of one reading that are kept; what comes behind them is counted.
    public static let faultsMax = 50

    /// In the order of the file; at least one.
    public let faults: [MapFault]
    /// Faults that were found beyond ``faultsMax``.
    public let furtherCount: Int

    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Gathers what is wrong while a map is read.
struct MapFaults {
    private var faults: [MapFault] = []
    private var furtherCount = 0

    mutating func note(_ reason: String, at place: MapPlace) {
        guard faults.count < MapError.faultsMax else {
            furtherCount += 1
            return
        }
        faults.append(MapFault(line: place.line, column: place.column, reason: reason))
    }

    /// All of them; nil where nothing is wrong.
    var error: MapError? {
        guard !faults.isEmpty else { return nil }
        let sorted = faults.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }
        return MapError(faults: sorted.map(\.element), furtherCount: furtherCount)
    }
}

/// A place in the file of a map, both counted from 1.
struct MapPlace: Equatable {
    var line = 1
    var column = 1
}
