import CZstd
import ThroughlineEngine

/// Makes the bytes of blocks. A payload is the bytes of all records, then the length of each (4 bytes).
final class BlockPacker {
    /// The fastest of the ordinary levels: the log is written in the time that a caller waits.
    private static let level: Int32 = 1
    private let context = ZSTD_createCCtx()
    private var raw: [UInt8] = []
    private var header = BlockHeader.seal(at: .start)
    /// Header and payload of the last block packed.
    private(set) var block: [UInt8] = []

    deinit { ZSTD_freeCCtx(context) }

    /// Packs appends, in order; ``complete(salt:)`` puts the header before them.
    func pack(_ appends: [LogRecords], first: LogPosition) {
        raw.removeAll(keepingCapacity: true)
        for records in appends { raw.append(contentsOf: records.bytes) }
        var count = 0
        for records in appends {
            count += records.count
            var start = 0
            for end in records.ends {
                raw.append(number: UInt32(end - start))
                start = end
            }
        }
        block = raw.withUnsafeBytes { raw in
            let room = ZSTD_compressBound(raw.count)
            return [UInt8](unsafeUninitializedCapacity: BlockHeader.bytes + room) { bytes, used in
                let payload = UnsafeMutableRawBufferPointer(bytes)[BlockHeader.bytes...]
                let target = UnsafeMutableRawBufferPointer(rebasing: payload)
                var size = ZSTD_compressCCtx(
                    context, target.baseAddress, target.count, raw.baseAddress, raw.count, BlockPacker.level)
                if ZSTD_isError(size) != 0 || size >= raw.count {
                    target.copyMemory(from: raw)
                    size = raw.count
                }
                bytes[..<BlockHeader.bytes].initialize(repeating: 0)
                used = BlockHeader.bytes + size
            }
        }
        header = BlockHeader(
            kind: .records, diskBytes: block.count - BlockHeader.bytes, rawBytes: raw.count, count: count, first: first,
            payloadChecksum: block.withUnsafeBytes {
                Checksum.of(UnsafeRawBufferPointer(rebasing: $0[BlockHeader.bytes...]))
            })
    }

    func complete(salt: UInt32) {
        block.replaceSubrange(..<BlockHeader.bytes, with: header.encoded(salt: salt))
    }
}

/// Makes records of blocks again.
final class BlockUnpacker {
    private let context = ZSTD_createDCtx()

    deinit { ZSTD_freeDCtx(context) }

    /// Nil where the payload, whose checksum is right, is not what a packer makes.
    func records(of header: BlockHeader, payload: UnsafeRawBufferPointer) -> LogRecords? {
        var isWhole = payload.count == header.diskBytes
        var bytes = [UInt8](unsafeUninitializedCapacity: header.rawBytes) { bytes, used in
            if header.diskBytes == header.rawBytes {
                UnsafeMutableRawBufferPointer(bytes).copyMemory(from: payload)
                used = payload.count
            } else {
                let size = ZSTD_decompressDCtx(
                    context, bytes.baseAddress, header.rawBytes, payload.baseAddress, payload.count)
                used = ZSTD_isError(size) == 0 ? size : 0
            }
            isWhole = isWhole && used == header.rawBytes
        }
        guard isWhole else { return nil }
        let lengthsStart = bytes.count - header.count * LogLimits.recordBytesExtra
        var end = 0
        let ends = bytes.withUnsafeBytes { bytes in
            (0..<header.count).map { record in
                end += Int(bytes.number(at: lengthsStart + record * LogLimits.recordBytesExtra) as UInt32)
                return end
            }
        }
        guard end == lengthsStart else { return nil }
        bytes.removeLast(bytes.count - lengthsStart)
        return LogRecords(bytes: bytes, ends: ends)
    }
}

extension LogRecords {
    /// What counts against the ``LogLimits``, and what the records take in a block before it is compressed.
    var rawBytes: Int { bytes.count + count * LogLimits.recordBytesExtra }
}
