import CZlib

/// CRC-32 (ISO 3309, the one of gzip): finds every error of up to 32 bits in a row, and others but for one in four
/// billion.
enum Checksum {
    /// The checksum of some bytes behind others that have one.
    ///
    /// - Complexity: O(*n*).
    static func of(_ bytes: UnsafeRawBufferPointer, behind start: UInt32 = 0) -> UInt32 {
        UInt32(crc32_z(UInt(start), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
