/// The list of records that were erased, by which a backup that has them yet loses them when it is put back. It names nobody:
/// a record is known by a salted digest of its bytes.
public protocol ErasedRecords: Sendable {
    /// Notes records that are about to be erased. They are durable when it returns.
    ///
    /// - Parameter record: the bytes of a record that is not erased yet; empty for one that is.
    func begin(_ positions: [LogPosition], record: (LogPosition) throws -> [UInt8]) throws

    /// Notes that the log has none of those any more that were begun.
    func finish() throws

    /// Those that were begun and not finished: the program ended in between.
    var unfinished: [LogPosition] { get }
}
