import ThroughlineEngine

extension SegmentedLog {
    /// What ``verify(files:)`` found.
    public struct Verification: Sendable, Equatable {
        public internal(set) var segments = 0
        /// In blocks that are whole.
        public internal(set) var records = 0
        /// Of the records, those that were erased.
        public internal(set) var erased = 0
        public internal(set) var bytes = 0
        /// In the order of the files; none where all is well.
        public internal(set) var findings: [Finding] = []
    }

    /// A place where the log is not what was written.
    public struct Finding: Sendable, Equatable, CustomStringConvertible {
        public enum Kind: Sendable {
            case damage
            /// The end of a log that was not closed: a write that a crash cut short, never acknowledged. Opening the log
            /// cuts it off.
            case cutShort
        }

        public let kind: Kind
        public let file: String
        public let offset: Int
        public let message: String

        public var description: String { "\(file) at byte \(offset): \(message)" }
    }

    /// Goes through every byte of every segment and changes nothing.
    ///
    /// - Throws: `inUse` where the log is open, `failed` where it cannot be read.
    /// - Complexity: O(*n*) in bytes; the memory is that of one block, behind damage that of one segment.
    public static func verify(files: any LogFiles) throws(LogError) -> Verification {
        try files.take()
        defer { files.unlock() }
        var verifier = Verifier(files: files)
        do throws(LogFileError) {
            try verifier.run()
        } catch {
            throw LogError(.failed, error.message)
        }
        return verifier.result
    }
}

private struct Verifier {
    let files: any LogFiles
    let unpacker = BlockUnpacker()
    var result = SegmentedLog.Verification()
    /// Where the next record should lie.
    var end = LogPosition.start

    init(files: any LogFiles) { self.files = files }

    mutating func run() throws(LogFileError) {
        let names = try files.names().sorted()
        let isClosed = names.contains(ClosedMarker.name)
        let segments = names.filter { SegmentHeader.first(ofName: $0) != nil }
        let known = Set(segments).union([ClosedMarker.name, ClosedMarker.newName])
        // What an erasure left that did not come to its end is removed when the log is opened.
        for name in names where !known.contains(name) && !SegmentHeader.isNewName(name) {
            find(name, 0, "the log has no such file")
        }
        var last = ClosedMarker(segment: .start, segmentBytes: 0, end: .start)
        for name in segments {
            let size = try verify(name, isLast: name == segments.last, isClosed: isClosed)
            last = ClosedMarker(segment: SegmentHeader.first(ofName: name) ?? .start, segmentBytes: size, end: end)
        }
        guard isClosed else { return }
        guard let marker = try ClosedMarker(readingFrom: files) else {
            return find(ClosedMarker.name, 0, "the file is not what was written")
        }
        if let difference = last.difference(to: marker) { find(ClosedMarker.name, 0, difference) }
    }

    /// Returns the bytes of the file.
    private mutating func verify(_ name: String, isLast: Bool, isClosed: Bool) throws(LogFileError) -> Int {
        let size = try files.open(name).size()
        result.segments += 1
        result.bytes += size
        guard let segment = try Segment(opening: name, in: files) else {
            let mayBeCutShort = isLast && !isClosed && size <= SegmentHeader.bytes
            find(name, 0, "the header of the file is not what was written", mayBeCutShort ? .cutShort : .damage)
            return size
        }
        if segment.header.first != end {
            find(name, 0, "the file begins at record \(segment.header.first.rawValue) and not at \(end.rawValue)")
            end = segment.header.first
        }
        var start = SegmentHeader.bytes
        while true {
            var position = end
            var records = 0
            var erased = 0
            let ending = try segment.scan(from: start, &position) { block, _, payload in
                guard let unpacked = payload.withUnsafeBytes({ unpacker.records(of: block, payload: $0) }) else {
                    return "the records of the block cannot be unpacked"
                }
                records += block.count
                erased += unpacked.erasedCount
                return nil
            }
            end = position
            result.records += records
            result.erased += erased
            guard case .broken(let offset, let why, let mayBeCutShort) = ending else {
                if case .open = ending, !isLast { find(name, size, "the file has no seal at its end") }
                return size
            }
            let next = try segment.headerBehind(offset)
            let isCutShort = mayBeCutShort && next == nil && isLast && !isClosed
            find(name, offset, why, isCutShort ? .cutShort : .damage)
            guard let next, let header = try segment.blockHeader(at: next) else { return size }
            // Goes on with what can be read.
            start = next
            end = header.first
        }
    }

    private mutating func find(
        _ file: String, _ offset: Int, _ message: String, _ kind: SegmentedLog.Finding.Kind = .damage
    ) {
        result.findings.append(SegmentedLog.Finding(kind: kind, file: file, offset: offset, message: message))
    }
}
