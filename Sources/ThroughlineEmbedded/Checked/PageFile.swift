import CPageSums
import Foundation
import GRDB
import ThroughlineEngine

/// The bytes of a SQLite file every page of which has a sum.
struct PageFile {
    enum Kind {
        case absent
        /// Its pages have sums.
        case summed
        /// Of an earlier version, whose pages have none.
        case unsummed
        /// Its first page is neither.
        case altered
    }

    private static let page = Int(page_sums_page)
    /// Where the header of a file says how many bytes of each page are not SQLite's (sqlite.org/fileformat2.html, 1.3).
    private static let reservedOffset = 20

    static func kind(of path: String) throws -> Kind {
        guard FileManager.default.fileExists(atPath: path) else { return .absent }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let bytes = [UInt8](try file.read(upToCount: page) ?? Data())
        guard !bytes.isEmpty else { return .absent }
        guard bytes.count == page else { return .altered }
        if bytes[reservedOffset] == page_sums_reserved { return .summed }
        var asSummed = bytes
        asSummed[reservedOffset] = UInt8(page_sums_reserved)
        return bytes[reservedOffset] == 0 && !page_sums_holds(asSummed, 1) ? .unsummed : .altered
    }

    /// What of a database is not as it was written: each page, the write-ahead log beside it, and what SQLite itself says; nothing
    /// where it is sound. Nobody else may have it open. Of one of an earlier version only SQLite says something.
    ///
    /// - Parameter limit: how many findings are enough.
    static func findings(in path: String, limit: Int) throws -> [String] {
        switch try kind(of: path) {
        case .absent: return []
        case .unsummed: return try told(of: path, limit) { try DatabaseQueue(path: path) }
        case .summed, .altered: break
        }
        var found: [String] = []
        var number: UInt32 = 0
        try FileCopy.forEachChunk(of: path) { bytes throws(BackupError) in
            for start in stride(from: 0, to: bytes.count, by: page) where found.count < limit {
                number += 1
                let isWhole = bytes.count - start >= page
                if isWhole, page_sums_holds(bytes.baseAddress! + start, number) { continue }
                found.append("\(path), page \(number): it is not what was written")
            }
        }
        if let finding = try WriteAheadLog.finding(beside: path) { found.append(finding) }
        guard found.isEmpty else { return found }
        return try told(of: path, limit) { try CheckedDatabase.queue(path) }
    }

    /// What SQLite itself says of a file.
    private static func told(of path: String, _ limit: Int, _ open: () throws -> DatabaseQueue) throws -> [String] {
        do {
            return try StoreError.translating("\(path) cannot be read") {
                let queue = try open()
                defer { try? queue.close() }
                let told = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(\(limit))") }
                return told == ["ok"] ? [] : told.map { "\(path): \($0)" }
            }
        } catch {
            guard error.code == .damaged else { throw error }
            return [error.message]
        }
    }
}
