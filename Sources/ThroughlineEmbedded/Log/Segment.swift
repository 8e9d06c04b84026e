import ThroughlineEngine

/// A segment file that can be read: its header is whole and its own.
struct Segment {
    let name: String
    let file: any LogFile
    let header: SegmentHeader

    /// A file with its header just written.
    init(file: any LogFile, header: SegmentHeader) {
        name = header.name
        self.file = file
        self.header = header
    }

    /// Nil where the header is not whole or belongs to another name.
    init?(opening name: String, in files: any LogFiles) throws(LogFileError) {
        self.name = name
        file = try files.open(name)
        let bytes = try file.bytes(SegmentHeader.bytes, at: 0)
        guard let header = bytes.withUnsafeBytes({ SegmentHeader($0) }), header.name == name else { return nil }
        self.header = header
    }

    /// Nil where there is no header that is whole.
    func blockHeader(at offset: Int) throws(LogFileError) -> BlockHeader? {
        let bytes = try file.bytes(BlockHeader.bytes, at: offset)
        return bytes.withUnsafeBytes { BlockHeader($0, salt: header.salt) }
    }

    /// The payload of a block, as it is on the disk; nil where it is not what was written.
    func payload(of block: BlockHeader, at offset: Int) throws(LogFileError) -> [UInt8]? {
        let bytes = try file.bytes(block.diskBytes, at: offset + BlockHeader.bytes)
        let isRight =
            bytes.count == block.diskBytes && bytes.withUnsafeBytes { Checksum.of($0) } == block.payloadChecksum
        return isRight ? bytes : nil
    }
}

/// How reading the blocks of a segment one by one came to an end.
enum SegmentEnd: Equatable {
    /// Behind a block there is nothing more.
    case open(at: Int)
    /// There is a seal, and behind it, where the file ends, nothing.
    case sealed(at: Int)
    /// Behind the last good block there is something else. A write that a crash cut short may look like that, or not.
    case broken(at: Int, why: String, mayBeCutShort: Bool)

    var offset: Int {
        switch self {
        case .open(let offset), .sealed(let offset), .broken(let offset, _, _): offset
        }
    }
}

extension Segment {
    /// Goes through the blocks from one on, as long as they are what was written, and counts the position on.
    ///
    /// - Parameters:
    ///   - position: of the first record; then of the one behind the last.
    ///   - visit: is given each block's header, offset and payload; says what else is wrong with it.
    func scan(
        from start: Int, _ position: inout LogPosition,
        _ visit: (BlockHeader, Int, [UInt8]) throws(LogFileError) -> String?
    ) throws(LogFileError) -> SegmentEnd {
        let size = try file.size()
        var offset = start
        while offset < size {
            guard let block = try blockHeader(at: offset) else {
                return .broken(
                    at: offset, why: "the header of the block is not what was written", mayBeCutShort: true)
            }
            guard block.first == position else {
                return .broken(
                    at: offset,
                    why: "the block begins at record \(block.first.rawValue) and not at \(position.rawValue)",
                    mayBeCutShort: false)
            }
            if block.kind == .seal {
                let end = offset + BlockHeader.bytes
                if end == size { return .sealed(at: end) }
                return .broken(at: end, why: "there is something behind the seal", mayBeCutShort: false)
            }
            guard let payload = try payload(of: block, at: offset) else {
                return .broken(
                    at: offset, why: "the records of the block are not what was written", mayBeCutShort: true)
            }
            if let why = try visit(block, offset, payload) {
                return .broken(at: offset, why: why, mayBeCutShort: false)
            }
            offset += block.wholeBytes
            position = block.end
        }
        return .open(at: offset)
    }

    /// Where the next whole header of a block lies behind a broken one. As each block is durable before the next is
    /// written, what is broken before it was whole once.
    ///
    /// - Complexity: O(*n*) in the bytes to the end of the file, which are held in memory.
    func headerBehind(_ broken: Int) throws(LogFileError) -> Int? {
        let start = broken + 1
        let bytes = try file.bytes(max(0, file.size() - start), at: start)
        return bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + BlockHeader.bytes <= bytes.count {
                if BlockHeader.Kind(rawValue: bytes.number(at: offset)) != nil,
                    BlockHeader(UnsafeRawBufferPointer(rebasing: bytes[offset...]), salt: header.salt) != nil
                {
                    return start + offset
                }
                offset += 1
            }
            return nil
        }
    }
}

extension LogFile {
    /// As many bytes as there are from an offset, at most `count`.
    func bytes(_ count: Int, at offset: Int) throws(LogFileError) -> [UInt8] {
        // Nobody asks for room for what the file does not have.
        let room = count <= 4096 ? count : max(0, min(count, try size() - offset))
        var failure: LogFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { bytes, used in
            do throws(LogFileError) {
                used = try read(all: UnsafeMutableRawBufferPointer(bytes), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
