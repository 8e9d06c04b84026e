/// The durable, append-only record of everything that the fold reads: events with when they were received, and later
/// ticks, corrections and settings. All else can be derived from it. What is in it is never changed, but for the records
/// of a person who asks to be erased.
///
/// Records are bytes to the log; ``EventRecord`` says what is in them.
public protocol EventLog: Sendable {
    /// Where the next record will lie; all before it are durable.
    var end: LogPosition { get }

    /// Appends records behind all others, in order and together, and returns where the first lies, once they are on disk.
    ///
    /// Several callers share one sync. Where it throws, none of the records is in the log, unless the error is
    /// ``LogError/Code/unknown``: then the records may be in it.
    func append(_ records: LogRecords) async throws(LogError) -> LogPosition

    /// Durable records from a position on, in order: as many as fit into so many bytes, but one at least where there is
    /// one, and ``LogRecords/countMax`` at most.
    func records(from position: LogPosition, bytesMax: Int) throws(LogError) -> LogRecords

    /// Takes the bytes of some records away for good, and returns when nothing of the log has them any more, also after a
    /// crash.
    ///
    /// Each is an erased record from then on (``LogRecords/isErased(_:)``); all keep their positions, and the others their
    /// bytes. The positions may come in any order, and those of records that are erased already. Others read and append
    /// meanwhile.
    ///
    /// Where it throws, each of the records is as it was or erased, and whoever erases again completes it. The log goes on
    /// unless the error is ``LogError/Code/unknown``, or `failed` and it takes nothing more.
    ///
    /// - Throws: `missing` where there is no such record; then nothing was erased.
    func erase(_ positions: [LogPosition]) async throws(LogError)

    /// Returns when there is a record at or behind a position, or when the task is cancelled or the log closed.
    func wait(for position: LogPosition) async

    /// Finishes what was taken, then takes no more.
    func close() async
}

/// How many records lie before one in the log.
public struct LogPosition: Hashable, Comparable, Sendable {
    public static let start = LogPosition(0)
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (a: LogPosition, b: LogPosition) -> Bool { a.rawValue < b.rawValue }

    public func advanced(by records: Int) -> LogPosition { LogPosition(rawValue + UInt64(records)) }
}

/// Some records, one after the other in one buffer. A record without bytes is one that was erased.
public struct LogRecords: Sendable, Equatable {
    /// What a log gives at once: erased records take no bytes, and still some memory.
    public static let countMax = 1 << 16

    public private(set) var bytes: [UInt8] = []
    /// By record, the bytes up to its end.
    public private(set) var ends: [Int] = []

    public init() {}

    /// - Precondition: the ends never fall, and the last is that of the bytes.
    package init(bytes: [UInt8], ends: [Int]) {
        precondition((ends.last ?? 0) == bytes.count, "records are all of their bytes")
        self.bytes = bytes
        self.ends = ends
    }

    public var count: Int { ends.count }
    public var isEmpty: Bool { ends.isEmpty }

    /// Makes room for so many more, so that adding them moves nothing.
    public mutating func reserveCapacity(records: Int, bytes count: Int) {
        ends.reserveCapacity(ends.count + records)
        bytes.reserveCapacity(bytes.count + count)
    }

    /// Adds a record.
    ///
    /// - Parameter write: appends its bytes, and nothing else.
    public mutating func append(_ write: (inout [UInt8]) -> Void) {
        write(&bytes)
        ends.append(bytes.count)
    }

    /// Adds the records of another buffer.
    public mutating func append(contentsOf other: LogRecords) {
        let start = bytes.count
        bytes.append(contentsOf: other.bytes)
        ends.append(contentsOf: other.ends.lazy.map { start + $0 })
    }

    /// Adds some records of another buffer.
    public mutating func append(_ records: Range<Int>, of other: LogRecords) {
        if records.isEmpty { return }
        let first = other.range(of: records.lowerBound).lowerBound
        let start = bytes.count
        bytes.append(contentsOf: other.bytes[first..<other.ends[records.upperBound - 1]])
        ends.append(contentsOf: other.ends[records].lazy.map { start + $0 - first })
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// The same records, some of them without their bytes.
    ///
    /// - Parameter erased: which, in order; one may come twice.
    /// - Complexity: O(*n*) in bytes.
    package func erasing(_ erased: some Sequence<Int>) -> LogRecords {
        var left = LogRecords()
        left.reserveCapacity(records: count, bytes: bytes.count)
        for record in erased where record >= left.count {
            left.append(left.count..<record, of: self)
            left.append { _ in }
        }
        left.append(left.count..<count, of: self)
        return left
    }

    /// Whether a record was erased.
    public func isErased(_ record: Int) -> Bool { range(of: record).isEmpty }

    /// How many of the records were erased.
    ///
    /// - Complexity: O(*n*) in records.
    public var erasedCount: Int { (0..<count).count(where: isErased) }

    /// Where a record lies in ``bytes``.
    public func range(of record: Int) -> Range<Int> { (record == 0 ? 0 : ends[record - 1])..<ends[record] }

    /// The bytes of a record, for as long as `body` runs.
    public func withRecord<Result>(_ record: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range(of: record)])) }
    }
}

/// Why the log did not take records or give them.
public struct LogError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// More is waiting to be written than there is room for. Nothing was taken; later it may be.
        case busy
        /// The disk is full. Nothing was taken; later it may be.
        case full
        /// The disk failed. Nothing was taken, and nothing will be until the program is started again.
        case failed
        /// The disk failed in the middle: the records may be in the log or not.
        case unknown
        /// There is no such record.
        case missing
        /// What is on the disk is not what was written.
        case damaged
        /// More at once than the log ever takes.
        case tooLarge
        /// The log is closed.
        case closed
        /// Another process has the log open.
        case inUse
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

extension LogError {
    /// Somebody wants a record erased that is not there.
    package init(erasing position: LogPosition, behind end: LogPosition) {
        self.init(
            .missing,
            "nothing was erased: there is no record \(position.rawValue), the log ends before \(end.rawValue)")
    }
}
