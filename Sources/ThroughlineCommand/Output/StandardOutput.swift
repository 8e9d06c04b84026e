import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output as bytes. A reader that goes away (`| head`) ends the program quietly.
final class StandardOutput {
    private var pending: [UInt8] = []
    private static let pendingBytesMax = 1 << 16

    func write(_ bytes: [UInt8]) throws {
        if pending.isEmpty, bytes.count >= StandardOutput.pendingBytesMax {
            var written = 0
            defer { if written < bytes.count { pending.append(contentsOf: bytes[written...]) } }
            return try StandardOutput.write(bytes, from: &written)
        }
        pending.append(contentsOf: bytes)
        if pending.count >= StandardOutput.pendingBytesMax { try flush() }
    }

    func flush() throws {
        var written = 0
        defer { pending.removeFirst(written) }
        try StandardOutput.write(pending, from: &written)
    }

    private static func write(_ bytes: [UInt8], from written: inout Int) throws {
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(1, $0.baseAddress! + written, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE { exit(0) }
            guard count > 0 else {
                throw FileError("standard output", "cannot be written: \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }

    /// Writes what is pending without throwing: what could not be written stays pending, and the next write says why.
    func flushBeforeWaiting() { try? flush() }

    /// Lets a closed pipe be an error of writing, not a signal that ends the program with one.
    static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }
}

/// `write(2)`, out of the shadow of the methods that are called write here.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
