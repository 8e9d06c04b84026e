import ThroughlineEngine

/// A file that lies beside the segments while a log is closed in good order: how long the last one is, and where the
/// log ends. As long as it is there, what the end lacks is damage and not what a crash left behind; the marker is
/// removed, durably, before the log is written again.
///
/// Numbers are little-endian: magic, position of the last segment's first record, its bytes, the end (8 bytes each),
/// checksum of all before (4).
struct ClosedMarker: Equatable {
    static let name = "closed"
    static let newName = "closed.new"
    private static let bytes = 36
    private static let magic: UInt64 = 0x0A44_4553_4C43_0D8B

    /// The first record of the last segment; where there is none, the start, with no bytes.
    var segment: LogPosition
    var segmentBytes: Int
    var end: LogPosition

    /// Puts the marker under its name once its bytes are durable, so that no part of it is ever there.
    func write(to files: any LogFiles) throws(LogFileError) {
        var bytes: [UInt8] = []
        bytes.append(number: ClosedMarker.magic)
        bytes.append(number: segment.rawValue)
        bytes.append(number: UInt64(segmentBytes))
        bytes.append(number: end.rawValue)
        bytes.append(number: bytes.withUnsafeBytes { Checksum.of($0) })
        let file = try files.create(ClosedMarker.newName)
        try file.write(all: bytes, at: 0)
        try file.sync()
        try files.rename(ClosedMarker.newName, to: ClosedMarker.name)
        try files.syncFolder()
    }

    /// Nil where the file is not what was written.
    init?(readingFrom files: any LogFiles) throws(LogFileError) {
        let bytes = try files.open(ClosedMarker.name).bytes(ClosedMarker.bytes + 1, at: 0)
        guard bytes.count == ClosedMarker.bytes else { return nil }
        let fields = bytes.withUnsafeBytes { bytes -> (UInt64, UInt64, UInt64)? in
            let isWhole: Bool =
                bytes.number(at: 0) == ClosedMarker.magic
                && bytes.number(at: 32) == Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<32]))
            return isWhole ? (bytes.number(at: 8), bytes.number(at: 16), bytes.number(at: 24)) : nil
        }
        guard let fields, let size = Int(exactly: fields.1) else { return nil }
        self.init(segment: LogPosition(fields.0), segmentBytes: size, end: LogPosition(fields.2))
    }

    init(segment: LogPosition, segmentBytes: Int, end: LogPosition) {
        self.segment = segment
        self.segmentBytes = segmentBytes
        self.end = end
    }
}

extension ClosedMarker {
    /// What is to be said where a log is not as it was when it was closed; nil where it is.
    func difference(to closed: ClosedMarker) -> String? {
        if self == closed { return nil }
        return "\(SegmentHeader.name(of: segment)) at byte \(segmentBytes): the log ends here, before record "
            + "\(end.rawValue); it was closed at byte \(closed.segmentBytes) of "
            + "\(SegmentHeader.name(of: closed.segment)), before record \(closed.end.rawValue)"
    }
}

extension LogFile {
    func write(all bytes: [UInt8], at offset: Int) throws(LogFileError) {
        var failure: LogFileError?
        bytes.withUnsafeBytes { bytes in
            do throws(LogFileError) { try write(all: bytes, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
