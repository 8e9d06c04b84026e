import Throughline

/// Records of the log, one after the other: those of one person often lie close together.
final class ReadAhead {
    private let log: (LogPosition) throws(LogError) -> LogRecords
    private var start = LogPosition.start
    private var records = LogRecords()

    init(_ log: @escaping (LogPosition) throws(LogError) -> LogRecords) { self.log = log }

    /// What is made of the record at a position; nil where there is none, or another kind.
    func record<Record>(
        at position: LogPosition, _ make: (UnsafeBufferPointer<UInt8>) -> Record?
    ) throws -> Record? {
        if position < start || position.rawValue - start.rawValue >= UInt64(records.count) {
            records = try log(position)
            start = position
        }
        return records.isEmpty ? nil : records.withRecord(Int(position.rawValue - start.rawValue), make)
    }
}
