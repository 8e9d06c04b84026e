import ThroughlineEngine

/// Writes sealed segments anew, beside the old ones, without the bytes of some records.
///
/// A block that has none of these is copied as it is; only its header is made for the salt of the new file. All others are
/// packed again, and each has the records that it had. What is copied is checked, as at each read: damage is not passed on.
struct SegmentRewriter {
    /// What is gathered before it is written, besides one block: a block may have far less.
    private static let writeBytes = 1 << 20

    private let files: any LogFiles
    private let packer = BlockPacker()
    private let unpacker = BlockUnpacker()

    init(files: any LogFiles) { self.files = files }

    /// Makes the new file, durable, under ``SegmentHeader/newName(of:)``. The old one is as it was.
    ///
    /// - Parameters:
    ///   - first: of the segment, behind which there is another.
    ///   - positions: of records of the segment, in order.
    /// - Throws: `full`, `failed`, or `damaged` where the old file is not what was written; then there is no new one.
    /// - Complexity: O(*n*) in the bytes of the segment; the memory is that of a few blocks.
    func rewrite(_ first: LogPosition, without positions: ArraySlice<LogPosition>) throws(LogError) {
        let damage: String?
        do throws(LogFileError) {
            damage = try copy(first, without: positions)
        } catch {
            discard(first)
            throw LogError(nothingErased: error)
        }
        guard let damage else { return }
        discard(first)
        throw LogError(.damaged, "\(SegmentHeader.name(of: first)) \(damage); nothing was erased of it")
    }

    /// Removes the new file. One that stays is never read; it goes when the segment is written anew or the log opened.
    func discard(_ first: LogPosition) { try? files.remove(SegmentHeader.newName(of: first)) }

    /// Says what is damaged, and where.
    private func copy(
        _ first: LogPosition, without positions: ArraySlice<LogPosition>
    ) throws(LogFileError) -> String? {
        guard let old = try Segment(opening: SegmentHeader.name(of: first), in: files) else {
            return "at byte 0: the header of the file is not what was written"
        }
        let header = SegmentHeader(salt: .random(in: .min ... .max), first: first)
        let file = try files.create(SegmentHeader.newName(of: first))
        var gathered = header.encoded()
        var written = 0
        func write() throws(LogFileError) {
            try file.write(all: gathered, at: written)
            written += gathered.count
            gathered.removeAll(keepingCapacity: true)
        }

        var rest = positions
        var end = first
        let ending = try old.scan(from: SegmentHeader.bytes, &end) { block, _, payload throws(LogFileError) in
            let own = rest.prefix { $0 < block.end }
            rest = rest[own.endIndex...]
            if own.isEmpty {
                gathered += block.encoded(salt: header.salt)
                gathered += payload
            } else {
                guard let records = payload.withUnsafeBytes({ unpacker.records(of: block, payload: $0) }) else {
                    return "the records of the block cannot be unpacked"
                }
                let places = own.lazy.map { Int($0.rawValue - block.first.rawValue) }
                packer.pack([records.erasing(places)], first: block.first)
                packer.complete(salt: header.salt)
                gathered += packer.block
            }
            if gathered.count >= SegmentRewriter.writeBytes { try write() }
            return nil
        }
        switch ending {
        case .sealed: break
        case .open(let offset): return "at byte \(offset): the file has no seal at its end"
        case .broken(let offset, let why, _): return "at byte \(offset): \(why)"
        }
        gathered += BlockHeader.seal(at: end).encoded(salt: header.salt)
        try write()
        try file.sync()
        return nil
    }
}

extension LogError {
    /// The old file is in its place.
    init(nothingErased error: LogFileError) {
        self.init(error.code == .full ? .full : .failed, "the records are not all erased: \(error.message)")
    }
}
