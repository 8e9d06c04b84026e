import CZlib

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file could not be read.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let message: String
    /// Nothing is wrong: the input has no more to give just now, and whoever read it did not want to wait.
    let isPause: Bool

    public init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
        isPause = false
    }

    private init(pauseOf path: String) {
        self.path = path
        message = "has no more to give just now"
        isPause = true
    }

    static func pause(_ path: String) -> FileError { FileError(pauseOf: path) }

    /// With the system's word for its last error.
    package static func system(_ path: String, _ doing: String) -> FileError {
        FileError(path, "cannot \(doing): \(String(cString: strerror(errno)))")
    }

    public var description: String { "\(path): \(message)" }
}

/// The bytes of a file or of standard input (`-`), unpacked where they are gzip (RFC 1952, by its two magic bytes,
/// several members one after the other included).
public final class ByteSource {
    static let chunkBytes = 1 << 18

    public let path: String
    public let isStandardInput: Bool
    /// Bytes taken from the file so far, packed ones where it is packed.
    public private(set) var bytesRead: Int64 = 0
    /// Whether a read waits for bytes that are not there yet; one that does not throws a pause, and can be tried again.
    var waits = true
    /// Runs before the source waits for more bytes: the moment to tell what is known so far.
    public var willRead: () -> Void = {}
    fileprivate let descriptor: Int32
    private var head: [UInt8] = []
    private var inflater: Inflater?

    public init(path: String) throws(FileError) {
        self.path = path == "-" ? "standard input" : path
        isStandardInput = path == "-"
        if isStandardInput {
            descriptor = 0
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.system(path, "open") }
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                close(descriptor)
                throw FileError(path, "is a folder")
            }
        }
        // Two bytes tell gzip; a pipe may give them one at a time.
        while head.count < 2 {
            var byte: UInt8 = 0
            let got = try readDescriptor(&byte, 1)
            if got == 0 { break }
            head.append(byte)
        }
        if head == [0x1F, 0x8B] { inflater = Inflater() }
    }

    deinit { if !isStandardInput { close(descriptor) } }

    public var isCompressed: Bool { inflater != nil }

    /// The file's size in bytes as it lies on disk; nil for a pipe.
    public var size: Int64? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    /// Reads up to `capacity` bytes; 0 at the end.
    public func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(FileError) -> Int {
        guard let inflater else { return try readPlain(into: buffer, capacity: capacity) }
        return try inflater.read(into: buffer, capacity: capacity, path: path) {
            (target, room) throws(FileError) in try self.readPlain(into: target, capacity: room)
        }
    }

    private func readPlain(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(FileError) -> Int {
        guard head.isEmpty else {
            let count = min(capacity, head.count)
            for index in 0..<count { buffer[index] = head[index] }
            head.removeFirst(count)
            return count
        }
        return try readDescriptor(buffer, capacity)
    }

    private func readDescriptor(_ buffer: UnsafeMutablePointer<UInt8>, _ capacity: Int) throws(FileError) -> Int {
        if waits { willRead() } else if !hasBytes { throw FileError.pause(path) }
        while true {
            let count = systemRead(descriptor, buffer, capacity)
            if count >= 0 {
                bytesRead += Int64(count)
                return count
            }
            guard errno == EINTR else { throw FileError.system(path, "read") }
        }
    }
}

extension ByteSource {
    /// Whether a read would be answered at once.
    private var hasBytes: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) != 0
    }
}

/// Unpacks a gzip stream.
private final class Inflater {
    private var stream = z_stream()
    private var packed = [UInt8](repeating: 0, count: ByteSource.chunkBytes)
    private var available = 0
    private var offset = 0
    private var isEnded = false
    private var isInsideMember = false

    init() {
        // 16 asks zlib for gzip framing.
        let code = inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib refused to start")
    }

    deinit { inflateEnd(&stream) }

    func read(
        into buffer: UnsafeMutablePointer<UInt8>, capacity: Int, path: String,
        refill: (UnsafeMutablePointer<UInt8>, Int) throws(FileError) -> Int
    ) throws(FileError) -> Int {
        while !isEnded {
            if available == 0 {
                offset = 0
                var count = 0
                var failure: FileError?
                packed.withUnsafeMutableBufferPointer { packed in
                    do throws(FileError) { count = try refill(packed.baseAddress!, packed.count) } catch {
                        failure = error
                    }
                }
                if let failure { throw failure }
                available = count
                if !isInsideMember { skipPadding() }
                if count > 0, available == 0 { continue }
                if count == 0 {
                    guard !isInsideMember else { throw FileError(path, "ends in the middle of its gzip stream") }
                    isEnded = true
                    return 0
                }
            }
            isInsideMember = true
            let (code, written) = packed.withUnsafeMutableBufferPointer { packed in
                stream.next_in = packed.baseAddress! + offset
                stream.avail_in = UInt32(available)
                stream.next_out = buffer
                stream.avail_out = UInt32(capacity)
                let code = inflate(&stream, Z_NO_FLUSH)
                offset += available - Int(stream.avail_in)
                available = Int(stream.avail_in)
                return (code, capacity - Int(stream.avail_out))
            }
            switch code {
            case Z_STREAM_END:
                isInsideMember = false
                inflateReset(&stream)
                skipPadding()
            case Z_OK, Z_BUF_ERROR: break
            default:
                let reason = stream.msg.map { String(cString: $0) } ?? "code \(code)"
                throw FileError(path, "is damaged gzip: \(reason)")
            }
            if written > 0 { return written }
        }
        return 0
    }

    /// Zeros behind a member are padding, as tapes and blocks leave them.
    private func skipPadding() {
        while available > 0, packed[offset] == 0 {
            offset += 1
            available -= 1
        }
    }
}

/// `read(2)`, out of the shadow of the methods that are called read here.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
