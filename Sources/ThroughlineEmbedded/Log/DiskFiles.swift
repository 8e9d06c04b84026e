import Synchronization
import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The files of a real folder.
public final class DiskFiles: LogFiles {
    /// The file whose lock says that somebody has the folder.
    static let lockName = "lock"

    public let folder: String
    private let lockHeld = Mutex<DiskFile?>(nil)

    /// - Parameter isMade: whether a folder that is not there is made; the one above it must be there.
    public init(folder: String, isMade: Bool = true) throws(LogFileError) {
        self.folder = folder
        if isMade, mkdir(folder, 0o700) == 0 {
            try DiskFile(folder + "/..", O_RDONLY | O_DIRECTORY).sync()
        }
        _ = try DiskFile(folder, O_RDONLY | O_DIRECTORY)
    }

    public func lock() throws(LogFileError) {
        try lockHeld.withLock { held throws(LogFileError) in
            let file = try DiskFile(path(DiskFiles.lockName), O_RDWR | O_CREAT)
            guard held == nil, flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
                guard held != nil || errno == EWOULDBLOCK else { throw .system(file.path, "lock") }
                throw LogFileError(.locked, "\(folder): another process has it open")
            }
            held = file
        }
    }

    public func unlock() { lockHeld.withLock { $0 = nil } }

    public func names() throws(LogFileError) -> [String] {
        guard let stream = opendir(folder) else { throw .system(folder, "list") }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != "..", name != DiskFiles.lockName { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .system(folder, "list") }
        return names
    }

    public func open(_ name: String) throws(LogFileError) -> any LogFile { try DiskFile(path(name), O_RDWR) }

    public func create(_ name: String) throws(LogFileError) -> any LogFile {
        try DiskFile(path(name), O_RDWR | O_CREAT | O_TRUNC)
    }

    public func remove(_ name: String) throws(LogFileError) {
        guard unlink(path(name)) == 0 else { throw .system(path(name), "remove") }
    }

    public func rename(_ name: String, to newName: String) throws(LogFileError) {
        guard systemRename(path(name), path(newName)) == 0 else { throw .system(path(name), "rename") }
    }

    public func syncFolder() throws(LogFileError) { try DiskFile(folder, O_RDONLY | O_DIRECTORY).sync() }

    private func path(_ name: String) -> String { folder + "/" + name }
}

/// The function of the system, which the method of the same name hides.
private func systemRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }

private final class DiskFile: LogFile {
    let path: String
    let descriptor: Int32

    init(_ path: String, _ flags: Int32) throws(LogFileError) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path, "open") }
    }

    deinit { close(descriptor) }

    func size() throws(LogFileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path, "tell the size of") }
        return Int(status.st_size)
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
        let count = pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
        guard count >= 0 else { throw .system(path, "read") }
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
        let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
        guard count >= 0 else { throw .system(path, "write") }
        return count
    }

    func truncate(to size: Int) throws(LogFileError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system(path, "cut") }
    }

    func sync() throws(LogFileError) {
        #if canImport(Glibc)
            guard fdatasync(descriptor) == 0 else { throw .system(path, "sync") }
        #else
            // Only this call asks the disk itself.
            guard fcntl(descriptor, F_FULLFSYNC) == 0 else { throw .system(path, "sync") }
        #endif
    }
}

extension LogFileError {
    /// With the system's word for its last error.
    fileprivate static func system(_ path: String, _ doing: String) -> LogFileError {
        let code: Code =
            switch errno {
            case EINTR: .interrupted
            case ENOSPC, EDQUOT: .full
            default: .failed
            }
        return LogFileError(code, "\(path): cannot \(doing) it: \(String(cString: strerror(errno)))")
    }
}
