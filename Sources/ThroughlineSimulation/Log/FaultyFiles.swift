import Synchronization
import ThroughlineEngine

/// Files in memory that fail as a disk does, from a seed.
///
/// What was written and not synced may be gone after a crash, whole or in sectors. ``restarted(seed:unsynced:)`` gives
/// the disk as it is found when the power is back.
public final class FaultyFiles: LogFiles {
    /// What can be asked of the files.
    public enum Call: Hashable, Sendable, CaseIterable {
        case lock, names, open, create, remove, rename, syncFolder, size, read, write, truncate, sync
    }

    /// What goes wrong.
    public struct Faults: Sendable {
        /// Bytes that all files may have together; beyond it the disk is full.
        public var bytesMax = Int.max
        /// One call of a kind that fails, counted from 0: a write after having written a part.
        public var failing: (call: Call, number: Int)?
        /// At this call of any kind, counted from 0, the power goes, in its middle; all from then on fail.
        public var crashAtCall = Int.max
        /// Whether reads and writes often do less than asked, and are interrupted.
        public var isShort = false

        public init() {}
    }

    /// What a crash does to that which was not synced.
    public enum Unsynced: CaseIterable, Sendable {
        case lost
        case kept
        /// Of each write some sectors are there and some are not.
        case torn
    }

    let disk: Mutex<FaultyDisk>

    public init(seed: UInt64, faults: Faults = Faults()) {
        disk = Mutex(FaultyDisk(seed: seed, faults: faults))
    }

    private init(_ disk: sending FaultyDisk) { self.disk = Mutex(disk) }

    /// The disk after the power was gone: another one, of which nobody has the lock.
    public func restarted(seed: UInt64, unsynced: Unsynced, faults: Faults = Faults()) -> FaultyFiles {
        FaultyFiles(disk.withLock { $0.restarted(seed: seed, unsynced: unsynced, faults: faults) })
    }

    /// From now on other things go wrong; calls are counted anew.
    public func setFaults(_ faults: Faults) { disk.withLock { $0.setFaults(faults) } }

    /// Whether the power is gone.
    public var isCrashed: Bool { disk.withLock { $0.isCrashed } }
    /// Calls so far, since the faults were set.
    public var calls: Int { disk.withLock { $0.calls } }
    public func calls(of call: Call) -> Int { disk.withLock { $0.callsByKind[call] ?? 0 } }

    /// What a file has, durable or not; nil where it is not there.
    public func content(of name: String) -> [UInt8]? { disk.withLock { $0.content(of: name) } }

    /// Puts other bytes in the place of a file's, durably, as a failing disk would.
    public func setContent(of name: String, to bytes: [UInt8]) { disk.withLock { $0.setContent(of: name, to: bytes) } }

    public func lock() throws(LogFileError) { try disk.withLock { disk throws(LogFileError) in try disk.lock() } }
    public func unlock() { disk.withLock { $0.unlock() } }

    public func names() throws(LogFileError) -> [String] {
        try disk.withLock { disk throws(LogFileError) in try disk.fileNames() }
    }

    public func open(_ name: String) throws(LogFileError) -> any LogFile {
        let number = try disk.withLock { disk throws(LogFileError) in try disk.open(name) }
        return FaultyFile(number: number, files: self)
    }

    public func create(_ name: String) throws(LogFileError) -> any LogFile {
        let number = try disk.withLock { disk throws(LogFileError) in try disk.create(name) }
        return FaultyFile(number: number, files: self)
    }

    public func remove(_ name: String) throws(LogFileError) {
        try disk.withLock { disk throws(LogFileError) in try disk.remove(name) }
    }

    public func rename(_ name: String, to newName: String) throws(LogFileError) {
        try disk.withLock { disk throws(LogFileError) in try disk.rename(name, to: newName) }
    }

    public func syncFolder() throws(LogFileError) {
        try disk.withLock { disk throws(LogFileError) in try disk.syncFolder() }
    }
}

private final class FaultyFile: LogFile {
    let number: Int
    let files: FaultyFiles

    init(number: Int, files: FaultyFiles) {
        self.number = number
        self.files = files
    }

    func size() throws(LogFileError) -> Int {
        try files.disk.withLock { disk throws(LogFileError) in try disk.size(of: number) }
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
        let part = try files.disk.withLock { disk throws(LogFileError) in
            try disk.read(bytes.count, of: number, at: offset)
        }
        bytes.copyBytes(from: part)
        return part.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
        let copy = Array(bytes)
        return try files.disk.withLock { disk throws(LogFileError) in try disk.write(copy, to: number, at: offset) }
    }

    func truncate(to size: Int) throws(LogFileError) {
        try files.disk.withLock { disk throws(LogFileError) in try disk.truncate(number, to: size) }
    }

    func sync() throws(LogFileError) {
        try files.disk.withLock { disk throws(LogFileError) in try disk.sync(number) }
    }
}
