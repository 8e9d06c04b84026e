import CZlib

/// Unpacks gzip bodies (RFC 1952, several members one after the other included) up to a limit.
///
/// Not shared between threads: one to a worker.
final class Gunzip {
    private var stream = z_stream()
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    init() {
        // 16 asks zlib for gzip framing.
        let code = inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib refused to start")
    }

    deinit { inflateEnd(&stream) }

    /// Appends what was packed.
    ///
    /// Never unpacks more than a chunk beyond the limit, whatever the body promises. Zeros behind the last member are
    /// padding; anything else there is a fault.
    ///
    /// - Complexity: O(*n*) in the packed bytes and in those unpacked.
    func unpack(_ packed: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8], bytesMax: Int) throws(IntakeFault) {
        guard let base = packed.baseAddress, !packed.isEmpty else { throw .badGzip(reason: "it is empty") }
        let start = bytes.count
        var offset = 0
        inflateReset(&stream)
        while true {
            // zlib counts in 32 bits; what it does not write it does not read.
            let given = min(packed.count - offset, Int(UInt32.max))
            stream.next_in = UnsafeMutablePointer(mutating: base + offset)
            stream.avail_in = UInt32(given)
            let (code, written) = chunk.withUnsafeMutableBufferPointer { chunk in
                stream.next_out = chunk.baseAddress!
                stream.avail_out = UInt32(chunk.count)
                let code = inflate(&stream, Z_NO_FLUSH)
                return (code, chunk.count - Int(stream.avail_out))
            }
            offset += given - Int(stream.avail_in)
            guard bytes.count - start + written <= bytesMax else { throw .tooLarge(bytesMax: bytesMax) }
            chunk.withUnsafeBufferPointer { bytes.append(contentsOf: $0[..<written]) }
            switch code {
            case Z_STREAM_END:
                if packed[offset...].allSatisfy({ $0 == 0 }) { return }
                inflateReset(&stream)
            case Z_OK where offset < packed.count || written == chunk.count: break
            case Z_OK, Z_BUF_ERROR: throw .badGzip(reason: "it ends in the middle")
            default:
                throw .badGzip(reason: stream.msg.map { String(cString: $0) } ?? "code \(code)")
            }
        }
    }
}
