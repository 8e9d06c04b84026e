/// All that the log does with files: those of one folder, by name. The simulation has one that fails (`FaultyFiles`).
///
/// Implementations are thin: a call is tried once and does what the system does, short writes and interruptions
/// included. ``LogFile/write(all:at:)``, ``LogFile/read(all:at:)`` and ``LogFile/cut(to:)`` see it through.
public protocol LogFiles: Sendable {
    /// Takes the folder for this process alone, until ``unlock()`` or its end.
    ///
    /// - Throws: ``LogFileError/Code/locked`` where somebody has it.
    func lock() throws(LogFileError)
    func unlock()

    /// The names of the files, in any order.
    func names() throws(LogFileError) -> [String]
    func open(_ name: String) throws(LogFileError) -> any LogFile
    /// Makes an empty file, in place of one that is there.
    func create(_ name: String) throws(LogFileError) -> any LogFile
    func remove(_ name: String) throws(LogFileError)
    /// Puts a file in the place of another, or where none is: after a crash either the old or the new is there.
    func rename(_ name: String, to newName: String) throws(LogFileError)
    /// Makes durable which files there are.
    func syncFolder() throws(LogFileError)
}

/// An open file; it is closed when nobody holds it.
public protocol LogFile: AnyObject, Sendable {
    func size() throws(LogFileError) -> Int
    /// Reads at most as many bytes as there is room for, and returns how many; 0 only at the end of the file.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int
    /// Writes some of the bytes, one at least, and returns how many.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) -> Int
    func truncate(to size: Int) throws(LogFileError)
    /// Makes the content and the size durable. After an error nobody knows what is durable.
    func sync() throws(LogFileError)
}

/// Why something could not be done with a file.
public struct LogFileError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// A signal came in between; the call did nothing and may be tried again.
        case interrupted
        /// There is no room on the disk.
        case full
        /// Another process has the folder.
        case locked
        /// Anything else.
        case failed
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

extension LogFile {
    /// Writes all of the bytes, in as many calls as it takes.
    public func write(all bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) {
        var done = 0
        while done < bytes.count {
            do throws(LogFileError) {
                done += try write(UnsafeRawBufferPointer(rebasing: bytes[done...]), at: offset + done)
            } catch {
                guard error.code == .interrupted else { throw error }
            }
        }
    }

    /// Reads until there is no more room or no more file, and returns how many bytes it was.
    public func read(all bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
        var done = 0
        while done < bytes.count {
            do throws(LogFileError) {
                let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[done...]), at: offset + done)
                if count == 0 { break }
                done += count
            } catch {
                guard error.code == .interrupted else { throw error }
            }
        }
        return done
    }

    /// Truncates, however often a signal comes in between.
    public func cut(to size: Int) throws(LogFileError) {
        while true {
            do throws(LogFileError) {
                return try truncate(to: size)
            } catch {
                guard error.code == .interrupted else { throw error }
            }
        }
    }
}
