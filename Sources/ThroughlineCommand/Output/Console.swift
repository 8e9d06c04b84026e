import Foundation
import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The program's own words to the person before it, and whole small files.
enum Console {
    /// A line on standard error.
    static func note(_ line: String) {
        // Names of columns and files may come from a stranger.
        raw(forTerminal(line, width: 0) + "\n")
    }

    /// Text on standard error as it is.
    static func raw(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw FileError(path, "cannot be read") }
        return [UInt8](data)
    }

    /// From now on what this process writes is its owner's alone.
    static func keepPrivate() { umask(0o077) }

    /// Writes a file whole or not at all.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw FileError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Writes a file that only its owner can read.
    static func writeSecret(_ bytes: [UInt8], to path: String) throws {
        unlink(path)  // What an earlier start left that did not come to its end.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.system(path, "make") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do { try file.write(contentsOf: Data(bytes)) } catch { throw FileError.system(path, "write") }
        guard fsync(descriptor) == 0 else { throw FileError.system(path, "write") }
    }
}
