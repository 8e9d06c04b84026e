import ThroughlineEngine

/// Writes blocks behind one another, each durable before the next, and begins new segments.
///
/// After an error that is not ``LogError/Code/full`` nothing more may be written: only opening the log again finds out
/// what is durable.
struct SegmentWriter {
    private let files: any LogFiles
    private let limits: LogLimits
    private let catalog: SegmentCatalog
    private let packer = BlockPacker()
    /// The one written to; nil where the next block begins a new one.
    private var segment: Segment?
    private var last: LogPosition
    private var bytes: Int
    private(set) var end: LogPosition

    /// Goes on behind what was found.
    init(behind found: RecoveredLog, files: any LogFiles, limits: LogLimits) {
        self.files = files
        self.limits = limits
        catalog = found.catalog
        segment = found.isSealed ? nil : found.segment
        last = found.segment?.header.first ?? .start
        bytes = found.segmentBytes
        end = found.end
    }

    /// Writes appends as one block and returns when it is durable.
    mutating func write(_ appends: [LogRecords]) throws(LogError) {
        packer.pack(appends, first: end)
        if segment != nil, bytes > SegmentHeader.bytes,
            bytes + packer.block.count + BlockHeader.bytes > limits.segmentBytesMax
        {
            try seal()
        }
        if segment == nil { try begin() }
        guard let segment else { preconditionFailure("a segment was begun") }
        packer.complete(salt: segment.header.salt)
        try write(packer.block, to: segment)
        do throws(LogFileError) {
            try segment.file.sync()
        } catch {
            // Once more would tell nothing: the system may have thrown away what it could not write.
            throw LogError(.unknown, "the records may be in the log or not: \(error.message)")
        }
        catalog.note(end, at: bytes, in: segment.header.first)
        bytes += packer.block.count
        end = end.advanced(by: appends.reduce(0) { $0 + $1.count })
    }

    /// Sees to it that the segment with a record is not the one written to: seals it and begins the next.
    ///
    /// Where it throws `full`, the seal may be there and the next segment not; then the next block begins it.
    mutating func endSegment(with position: LogPosition) throws(LogError) {
        guard position >= last else { return }
        do throws(LogError) {
            try seal()
            try begin()
        } catch {
            throw LogError(error.code, "no segment can be begun behind the one to be written anew: \(error.message)")
        }
    }

    /// Says that all is well at the end. Nothing is written behind it.
    func close() throws(LogFileError) {
        try ClosedMarker(segment: last, segmentBytes: bytes, end: end).write(to: files)
    }

    /// Writes behind the durable bytes, or leaves things as they were.
    private func write(_ block: [UInt8], to segment: Segment) throws(LogError) {
        do throws(LogFileError) {
            try segment.file.write(all: block, at: bytes)
        } catch let failure {
            do throws(LogFileError) {
                try segment.file.cut(to: bytes)
            } catch {
                throw LogError(.unknown, "the records may be in the log or not: \(failure.message); \(error.message)")
            }
            throw LogError(nothingTaken: failure)
        }
    }

    /// Says that nothing comes behind the last block of the segment.
    private mutating func seal() throws(LogError) {
        guard let segment else { return }
        do throws(LogError) {
            try write(BlockHeader.seal(at: end).encoded(salt: segment.header.salt), to: segment)
        } catch {
            // The seal may be there or not; the records are not.
            throw error.code == .full ? error : LogError(.failed, error.message)
        }
        do throws(LogFileError) {
            try segment.file.sync()
        } catch {
            throw LogError(.failed, error.message)
        }
        bytes += BlockHeader.bytes
        self.segment = nil
    }

    private mutating func begin() throws(LogError) {
        let header = SegmentHeader(salt: .random(in: .min ... .max), first: end)
        do throws(LogFileError) {
            let file = try files.create(header.name)
            do throws(LogFileError) {
                try file.write(all: header.encoded(), at: 0)
            } catch let failure {
                try files.remove(header.name)
                throw failure
            }
            do throws(LogFileError) {
                try file.sync()
                try files.syncFolder()
            } catch {
                throw LogFileError(.failed, error.message)
            }
            segment = Segment(file: file, header: header)
        } catch {
            throw LogError(nothingTaken: error)
        }
        last = header.first
        bytes = SegmentHeader.bytes
        catalog.add(header.first)
    }
}

extension LogError {
    fileprivate init(nothingTaken error: LogFileError) {
        self.init(error.code == .full ? .full : .failed, "nothing was taken: \(error.message)")
    }
}
