import Crypto
import Foundation
import Synchronization
import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The list of the erased in a file of lines: first the salt, then a line for each record, its place in the log and a salted
/// digest of its bytes; behind each batch a line that it is done. Each line begins with the CRC-32 of the rest of it.
///
/// A line that a crash cut short is none, and is taken away at the next opening.
public final class ErasedList: ErasedRecords {
    /// 128 bits of a record's HMAC-SHA256 under the salt of the list.
    struct Digest: Hashable {
        let high: UInt64
        let low: UInt64

        init(of record: some ContiguousBytes, salt: SymmetricKey) {
            var code = HMAC<SHA256>(key: salt)
            record.withUnsafeBytes { code.update(data: $0) }
            (high, low) = code.finalize().withUnsafeBytes {
                (
                    $0.loadUnaligned(as: UInt64.self).bigEndian,
                    $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
                )
            }
        }

        init?(_ text: String) {
            guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
                let low = UInt64(text.suffix(16), radix: 16)
            else { return nil }
            (self.high, self.low) = (high, low)
        }

        var text: String { [high, low].map { String($0, radix: 16).leftPadded(to: 16) }.joined() }
    }

    private enum Line: Codable {
        case list(version: Int, salt: String)
        case record(position: UInt64, digest: String)
        case done
    }

    private struct State {
        var digests: Set<Digest> = []
        var begun: [LogPosition] = []
    }

    /// Of the first version no line had a checksum.
    private static let versions = 1...2
    private static let saltBytes = 32

    private let path: String
    private let salt: SymmetricKey
    private let state: Mutex<State>

    /// Opens a list.
    ///
    /// - Parameter isMade: whether it is made where there is none.
    public init(path: String, isMade: Bool = true) throws {
        self.path = path
        let known = FileManager.default.contents(atPath: path)
        // One that was made when the program ended has no whole line yet.
        if isMade, known.map({ !$0.contains(10) }) ?? !FileManager.default.fileExists(atPath: path) {
            if known != nil, truncate(path, 0) != 0 { throw BackupError.system(path, "write") }
            let salt = SymmetricKey(size: SymmetricKeySize(bitCount: 8 * ErasedList.saltBytes))
            let text = salt.withUnsafeBytes { Data($0).base64EncodedString() }
            try ErasedList.write([.list(version: ErasedList.versions.upperBound, salt: text)], to: path)
            try FileCopy.sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BackupError("\(path) is not there, or cannot be read")
        }
        let whole = data.lastIndex(of: 10).map { $0 + 1 } ?? 0
        var salt: SymmetricKey?
        var state = State()
        var version = ErasedList.versions.upperBound
        for (number, bytes) in data[..<whole].split(separator: 10).enumerated() {
            guard let line = try? JSONDecoder().decode(Line.self, from: bytes) else {
                throw BackupError("\(path):\(number + 1) is not what was written")
            }
            if case .list(let its, _) = line {
                guard ErasedList.versions ~= its else {
                    throw BackupError("\(path) was written by a later version of throughline")
                }
                version = its
            }
            guard version == 1 || CheckedLine.isWhole(bytes) else {
                throw BackupError("\(path):\(number + 1) is not what was written")
            }
            switch line {
            case .list(_, let text):
                salt = Data(base64Encoded: text).map { SymmetricKey(data: $0) }
            case .record(let position, let text):
                guard let digest = Digest(text) else {
                    throw BackupError("\(path):\(number + 1) is not what was written")
                }
                state.digests.insert(digest)
                state.begun.append(LogPosition(position))
            case .done: state.begun = []
            }
        }
        guard let salt else { throw BackupError("\(path) is no list of the erased") }
        // A whole line that lacks its end alone was not cut short.
        guard version == 1 || !CheckedLine.isWhole(data[whole...].dropLast()) else {
            throw BackupError("\(path): its last line is not what was written")
        }
        self.salt = salt
        self.state = Mutex(state)
        if isMade, whole < data.count, truncate(path, off_t(whole)) != 0 { throw BackupError.system(path, "write") }
    }

    public var unfinished: [LogPosition] { state.withLock { $0.begun } }

    public var isEmpty: Bool { state.withLock { $0.digests.isEmpty } }

    public func begin(_ positions: [LogPosition], record: (LogPosition) throws -> [UInt8]) throws {
        var lines: [Line] = []
        var digests: [Digest] = []
        for position in positions {
            let bytes = try record(position)
            guard !bytes.isEmpty else { continue }
            let digest = Digest(of: bytes, salt: salt)
            digests.append(digest)
            lines.append(.record(position: position.rawValue, digest: digest.text))
        }
        try ErasedList.write(lines, to: path)
        state.withLock { state in
            state.digests.formUnion(digests)
            state.begun += positions
        }
    }

    public func finish() throws {
        try ErasedList.write([.done], to: path)
        state.withLock { $0.begun = [] }
    }

    /// Which of some records are on the list.
    func places(in records: LogRecords) -> [Int] {
        state.withLock { state in
            guard !state.digests.isEmpty else { return [] }
            return (0..<records.count).filter { place in
                !records.isErased(place)
                    && records.withRecord(place) { state.digests.contains(Digest(of: $0, salt: salt)) }
            }
        }
    }

    /// Appends lines and makes them durable; where that fails, none of them is there.
    private static func write(_ lines: [Line], to path: String) throws {
        guard !lines.isEmpty else { return }
        var bytes: [UInt8] = []
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for line in lines { bytes += CheckedLine.of(try encoder.encode(line)) + [10] }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BackupError.system(path, "open") }
        defer { close(descriptor) }
        let before = lseek(descriptor, 0, SEEK_END)
        do {
            try FileCopy.writeAll(bytes, to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw BackupError.system(path, "sync") }
        } catch {
            _ = ftruncate(descriptor, before)
            throw error
        }
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - self.count)) + self
    }
}
