import ThroughlineEngine

/// Reads durable records, one reader at a time; whoever reads on finds the block of before still unpacked.
struct SegmentReader {
    private let files: any LogFiles
    private let catalog: SegmentCatalog
    private let unpacker = BlockUnpacker()
    private var segment: Segment?
    /// The last block read.
    private var block: (header: BlockHeader, records: LogRecords, offset: Int)?

    init(files: any LogFiles, catalog: SegmentCatalog) {
        self.files = files
        self.catalog = catalog
    }

    /// Lets go of a segment that another file takes the place of.
    mutating func forget(_ first: LogPosition) {
        catalog.forgetBlocks(of: first)
        guard segment?.header.first == first else { return }
        segment = nil
        block = nil
    }

    /// Records from a position up to an end, as many as fit into so many bytes, but one at least.
    mutating func records(from start: LogPosition, to end: LogPosition, bytesMax: Int) throws(LogError) -> LogRecords {
        var found = LogRecords()
        var position = start
        while position < end, found.count < LogRecords.countMax {
            do throws(LogError) {
                try load(position)
            } catch {
                // What was read is good; whoever asks for more is told.
                if found.isEmpty { throw error }
                break
            }
            guard let block else { break }
            let first = Int(position.rawValue - block.header.first.rawValue)
            let last = block.records.count(from: first, bytesMax: bytesMax - found.bytes.count)
            let count = min(max(last, found.isEmpty ? 1 : 0), LogRecords.countMax - found.count)
            found.append(first..<(first + count), of: block.records)
            position = position.advanced(by: count)
            if position < block.header.end { break }
        }
        return found
    }

    /// Makes ``block`` the one with this position.
    private mutating func load(_ position: LogPosition) throws(LogError) {
        if let block, block.header.first <= position, position < block.header.end { return }
        guard let place = catalog.place(of: position) else {
            throw LogError(.damaged, "the log has no segment with record \(position.rawValue)")
        }
        let before = segment?.header.first == place.segment ? block : nil
        block = nil
        let segment = try opened(place.segment)
        var offset = place.block.offset
        // Mostly the block behind the last one is wanted.
        if let before, before.header.end <= position { offset = max(offset, before.offset + before.header.wholeBytes) }
        block = try find(position, in: segment, from: offset)
    }

    private mutating func opened(_ first: LogPosition) throws(LogError) -> Segment {
        if let segment, segment.header.first == first { return segment }
        let name = SegmentHeader.name(of: first)
        do throws(LogFileError) {
            segment = try Segment(opening: name, in: files)
        } catch {
            throw LogError(.failed, error.message)
        }
        guard let segment else {
            throw LogError(.damaged, "\(name) at byte 0: the header of the file is not what was written")
        }
        return segment
    }

    private func find(_ position: LogPosition, in segment: Segment, from start: Int) throws(LogError) -> (
        BlockHeader, LogRecords, Int
    ) {
        var offset = start
        while true {
            let damage: String
            do throws(LogFileError) {
                if let header = try segment.blockHeader(at: offset), header.kind == .records, header.first <= position {
                    catalog.note(header.first, at: offset, in: segment.header.first)
                    if header.end <= position {
                        offset += header.wholeBytes
                        continue
                    }
                    if let payload = try segment.payload(of: header, at: offset),
                        let records = payload.withUnsafeBytes({ unpacker.records(of: header, payload: $0) })
                    {
                        return (header, records, offset)
                    }
                    damage = "the records of the block are not what was written"
                } else {
                    damage = "here should be a block on the way to record \(position.rawValue)"
                }
            } catch {
                throw LogError(.failed, error.message)
            }
            throw LogError(.damaged, "\(segment.name) at byte \(offset): \(damage)")
        }
    }
}

extension LogRecords {
    /// How many records from one on fit into so many bytes.
    fileprivate func count(from first: Int, bytesMax: Int) -> Int {
        let start = range(of: first).lowerBound
        var low = first
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] - start <= bytesMax { low = middle + 1 } else { high = middle }
        }
        return low - first
    }
}
