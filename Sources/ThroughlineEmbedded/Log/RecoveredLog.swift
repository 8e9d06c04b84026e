import ThroughlineEngine

/// What was found in a folder, brought in order: ready to be read and to be written behind.
struct RecoveredLog {
    let catalog = SegmentCatalog()
    /// The last one.
    private(set) var segment: Segment?
    private(set) var segmentBytes = 0
    private(set) var isSealed = false
    private(set) var end = LogPosition.start
    /// Where the last block of the last segment begins, or its header where it has no block.
    private var lastWritten = 0

    /// Looks at the ends of all segments and every block of the last.
    ///
    /// Nothing is changed unless all is well: then what a crash left behind the last block is cut off, what is there is made
    /// durable, and what an erasure left that did not come to its end is removed.
    ///
    /// - Parameter least: where the log ends at least, as somebody remembers.
    /// - Complexity: O(*n*) in the bytes of the last segment.
    init(openingIn files: any LogFiles, atLeast least: LogPosition) throws(LogError) {
        let damage: String?
        do throws(LogFileError) {
            damage = try recover(files, atLeast: least)
        } catch {
            throw LogError(.failed, "the log cannot be opened: \(error.message)")
        }
        if let damage { throw LogError(.damaged, "the log cannot be opened: \(damage)") }
    }

    /// Says what is damaged.
    private mutating func recover(_ files: any LogFiles, atLeast least: LogPosition) throws(LogFileError) -> String? {
        let names = try files.names()
        let isClosed = names.contains(ClosedMarker.name)
        var firsts = names.compactMap { SegmentHeader.first(ofName: $0) }.sorted()
        let begun = isClosed ? nil : try RecoveredLog.onlyBegun(firsts.last, in: files)
        if begun != nil { firsts.removeLast() }

        if let damage = try readHeaders(firsts, in: files) { return damage }
        if let damage = try readLastBlocks(isClosed: isClosed) { return damage }
        if let begun, begun != end || (segment != nil && !isSealed) {
            return "\(SegmentHeader.name(of: begun)): the file is empty, and what is before it does not end there"
        }
        if isClosed, let damage = try differenceToMarker(in: files) { return damage }
        guard least <= end else {
            return "it ends before record \(end.rawValue), and everything before record \(least.rawValue) was read "
                + "from it once: records that were acknowledged are missing"
        }

        if let begun { try files.remove(SegmentHeader.name(of: begun)) }
        if !isClosed { try settle() }
        let markers = [ClosedMarker.name, ClosedMarker.newName]
        for name in names where markers.contains(name) || SegmentHeader.isNewName(name) { try files.remove(name) }
        try files.syncFolder()
        return nil
    }

    /// The first record of a segment that was made but has no header yet: it never had a record.
    private static func onlyBegun(_ first: LogPosition?, in files: any LogFiles) throws(LogFileError) -> LogPosition? {
        guard let first else { return nil }
        let name = SegmentHeader.name(of: first)
        guard try files.open(name).size() <= SegmentHeader.bytes else { return nil }
        return try Segment(opening: name, in: files) == nil ? first : nil
    }

    private mutating func readHeaders(_ firsts: [LogPosition], in files: any LogFiles) throws(LogFileError) -> String? {
        for (index, first) in firsts.enumerated() {
            let name = SegmentHeader.name(of: first)
            if index == 0, first != .start { return "\(name) is the first file: those before it are missing" }
            guard let segment = try Segment(opening: name, in: files) else {
                return "\(name) at byte 0: the header of the file is not what was written"
            }
            catalog.add(first)
            self.segment = segment
            guard index + 1 < firsts.count else { break }
            let sealOffset = try max(SegmentHeader.bytes, segment.file.size() - BlockHeader.bytes)
            guard try segment.blockHeader(at: sealOffset) == .seal(at: firsts[index + 1]) else {
                return "\(name) at byte \(sealOffset): the file does not end with a seal before record "
                    + "\(firsts[index + 1].rawValue), where the next begins"
            }
        }
        return nil
    }

    private mutating func readLastBlocks(isClosed: Bool) throws(LogFileError) -> String? {
        guard let segment else { return nil }
        end = segment.header.first
        var lastBlock = 0
        let ending = try segment.scan(from: SegmentHeader.bytes, &end) { block, offset, _ in
            catalog.note(block.first, at: offset, in: segment.header.first)
            lastBlock = offset
            return nil
        }
        lastWritten = lastBlock
        segmentBytes = ending.offset
        switch ending {
        case .open: return nil
        case .sealed:
            isSealed = true
            return nil
        case .broken(let offset, let why, let mayBeCutShort):
            let damage = "\(segment.name) at byte \(offset): \(why)"
            if isClosed || !mayBeCutShort { return damage }
            return try segment.headerBehind(offset).map { "\(damage), and a block lies behind it at byte \($0)" }
        }
    }

    private func differenceToMarker(in files: any LogFiles) throws(LogFileError) -> String? {
        guard let marker = try ClosedMarker(readingFrom: files) else {
            return "\(ClosedMarker.name) at byte 0: the file is not what was written"
        }
        let found = ClosedMarker(segment: segment?.header.first ?? .start, segmentBytes: segmentBytes, end: end)
        return found.difference(to: marker)
    }

    /// Cuts off what is behind the last block, and writes that one again: where a sync failed, the system may still show
    /// it and not have it on the disk, and a sync of what it takes for clean does nothing.
    private func settle() throws(LogFileError) {
        guard let segment else { return }
        if try segment.file.size() > segmentBytes { try segment.file.cut(to: segmentBytes) }
        let bytes = try segment.file.bytes(segmentBytes - lastWritten, at: lastWritten)
        try segment.file.write(all: bytes, at: lastWritten)
        try segment.file.sync()
    }
}
