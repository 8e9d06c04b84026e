#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the lines of all inputs can be read a second time: plain files in place, everything else (standard input, gzip,
/// CSV) from a temporary file that has no name and goes with the program.
public final class LineStore: @unchecked Sendable {  // Unchecked: read from several threads only after all is written.
    /// A line: which file, where, how long.
    public struct Place: Sendable {
        var offset: UInt64
        var length: UInt32
        var file: UInt32
    }

    private var descriptors: [Int32] = []
    private var paths: [String] = []
    private var spool: Int32 = -1
    private var spoolFile: UInt32 = 0
    private var pending: [UInt8] = []
    private var spoolEnd: UInt64 = 0
    private static let pendingBytesMax = 1 << 20

    public init() {}

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// Makes a plain file readable by place and says its number.
    func open(_ path: String) throws(FileError) -> UInt32 {
        let descriptor = systemOpen(path)
        guard descriptor >= 0 else { throw FileError.system(path, "open") }
        descriptors.append(descriptor)
        paths.append(path)
        return UInt32(descriptors.count - 1)
    }

    /// Keeps a line in the temporary file.
    func append(_ line: UnsafeBufferPointer<UInt8>) throws(FileError) -> Place {
        if spool < 0 { try startSpool() }
        let place = Place(offset: spoolEnd, length: UInt32(line.count), file: spoolFile)
        pending.append(contentsOf: line)
        spoolEnd += UInt64(line.count)
        if pending.count >= LineStore.pendingBytesMax { try flush() }
        return place
    }

    /// Writes what is pending, before the first line is read back.
    func flush() throws(FileError) {
        var written = 0
        while written < pending.count {
            let count = pending.withUnsafeBytes { write(spool, $0.baseAddress! + written, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError.system("the temporary file", "write") }
            written += count
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func startSpool() throws(FileError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
        var template = Array("\(folder)/throughline-XXXXXX".utf8CString)
        spool = mkstemp(&template)
        guard spool >= 0 else { throw FileError.system(folder, "make a temporary file in") }
        unlink(template)
        descriptors.append(spool)
        paths.append("the temporary file")
        spoolFile = UInt32(descriptors.count - 1)
    }

    /// Reads a line into a buffer that has room for it.
    func read(_ place: Place, into buffer: UnsafeMutablePointer<UInt8>) throws(FileError) {
        var done = 0
        while done < Int(place.length) {
            let count = pread(
                descriptors[Int(place.file)], buffer + done, Int(place.length) - done, off_t(place.offset) + done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw FileError(paths[Int(place.file)], "became shorter while it was being read")
            }
            done += count
        }
    }
}

/// `open(2)` for reading, out of the shadow of the method that is called open here.
private func systemOpen(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
