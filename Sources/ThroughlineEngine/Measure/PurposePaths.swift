import Throughline

/// Cases that are purposes: what each was made of, told by ``FileDiscovery`` and gathered here in the order of the people.
public struct PurposePaths {
    private var names = KeyInterner()
    private var cases: [[PathCounts.Step]] = []

    public init() {}

    public var activities: [String] { (0..<min(names.count, PathCounts.activitiesMax)).map { names.text(UInt32($0)) } }

    /// Writes the steps of a person's purposes, of one type or of all, for ``take(_:)``.
    ///
    /// - Parameter type: the name of the type; nil for purposes of every one. Routine is never told.
    public static func render(_ person: DiscoveredPerson, type: String?, to output: inout [UInt8]) {
        var members = [[Int]](repeating: [], count: person.purposes.count)
        for (index, event) in person.events.enumerated() { members[event.purpose].append(index) }
        for (purpose, events) in members.enumerated() {
            guard !person.purposes[purpose].isRoutine, !events.isEmpty else { continue }
            guard type == nil || person.typeName(ofPurpose: purpose) == type else { continue }
            append(UInt32(events.count), to: &output)
            for index in events {
                let event = person.events[index]
                append(event.timestamp.millisecondsSince1970, to: &output)
                append(UInt32(event.name.count), to: &output)
                output.append(contentsOf: person.texts[event.name])
            }
        }
    }

    private static func append(_ number: some FixedWidthInteger, to output: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { output.append(contentsOf: $0) }
    }

    /// Takes what ``render(_:type:to:)`` wrote of some people.
    public mutating func take(_ bytes: [UInt8]) throws(FileError) {
        var place = 0
        func number<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            defer { place += MemoryLayout<Number>.size }
            return bytes.withUnsafeBytes {
                Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
            }
        }
        while place < bytes.count {
            var steps: [PathCounts.Step] = []
            for _ in 0..<number(UInt32.self) {
                let milliseconds = number(Int64.self)
                let length = Int(number(UInt32.self))
                let activity = bytes.withUnsafeBufferPointer {
                    names.number(of: UnsafeBufferPointer(rebasing: $0[place..<place + length]))
                }
                place += length
                guard activity < PathCounts.activitiesMax else { throw PathReader.tooManyActivities("the input") }
                steps.append(PathCounts.Step(activity: Int32(activity), milliseconds: milliseconds))
            }
            cases.append(steps)
        }
    }

    public var counts: PathCounts {
        var counts = PathCounts(activityCount: min(names.count, PathCounts.activitiesMax))
        for steps in cases { steps.withUnsafeBufferPointer { counts.add($0) } }
        return counts
    }
}
