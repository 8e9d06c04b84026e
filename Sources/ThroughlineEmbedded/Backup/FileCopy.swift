import Crypto
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Copies files durably, and says what was copied.
enum FileCopy {
    private static let chunkBytes = 1 << 20

    /// Copies a file; the copy is its owner's alone and on disk.
    ///
    /// - Returns: the bytes that were copied, and their SHA-256 in hexadecimal.
    static func copy(
        _ source: String, to target: String
    ) throws(BackupError) -> (bytes: Int, sha256: String) {
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .system(target, "make") }
        defer { close(output) }
        let copied = try scan(source) { bytes throws(BackupError) in
            try writeAll(bytes, to: output, target)
        }
        guard fsync(output) == 0 else { throw .system(target, "write") }
        return copied
    }

    /// Writes all of some bytes to an open file.
    ///
    /// - Parameter path: of the file, for errors.
    static func writeAll(_ bytes: some ContiguousBytes, to output: Int32, _ path: String) throws(BackupError) {
        let failed = bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(output, bytes.baseAddress! + written, bytes.count - written)
                guard count > 0 || errno == EINTR else { return true }
                written += max(0, count)
            }
            return false
        }
        if failed { throw .system(path, "write") }
    }

    /// The length of a file and its SHA-256 in hexadecimal.
    static func digest(of path: String) throws(BackupError) -> (bytes: Int, sha256: String) {
        try scan(path) { _ in }
    }

    private static func scan(
        _ path: String, _ body: (UnsafeRawBufferPointer) throws(BackupError) -> Void
    ) throws(BackupError) -> (bytes: Int, sha256: String) {
        var hash = SHA256()
        var total = 0
        try forEachChunk(of: path) { bytes throws(BackupError) in
            hash.update(bufferPointer: bytes)
            try body(bytes)
            total += bytes.count
        }
        let digest = hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return (total, digest)
    }

    /// Reads a file from its start, a mebibyte at a time; only the last piece has less.
    static func forEachChunk(
        of path: String, _ body: (UnsafeRawBufferPointer) throws(BackupError) -> Void
    ) throws(BackupError) {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .system(path, "open") }
        defer { close(input) }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        var filled = 0
        var isAtEnd = false
        while !isAtEnd {
            let count = read(input, chunk.baseAddress! + filled, chunkBytes - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path, "read") }
            filled += count
            isAtEnd = count == 0
            guard filled == chunkBytes || isAtEnd && filled > 0 else { continue }
            try body(UnsafeRawBufferPointer(rebasing: chunk[..<filled]))
            filled = 0
        }
    }

    /// Makes a folder that is its owner's alone.
    static func makeFolder(_ path: String) throws(BackupError) {
        guard mkdir(path, 0o700) == 0 else { throw .system(path, "make") }
    }

    /// Makes a file or folder durable.
    static func sync(_ path: String) throws(BackupError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path, "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(path, "sync") }
    }

    static func move(_ path: String, to newPath: String) throws(BackupError) {
        guard rename(path, newPath) == 0 else { throw .system(path, "rename") }
    }
}

extension BackupError {
    static func system(_ path: String, _ doing: String) -> BackupError {
        BackupError("\(path): cannot \(doing) it: \(String(cString: strerror(errno)))")
    }
}
