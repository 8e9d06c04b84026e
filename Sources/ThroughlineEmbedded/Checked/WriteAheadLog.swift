import CPageSums
import Foundation
import ThroughlineEngine

/// The bytes of the log that SQLite keeps beside a file until it works them into it (sqlite.org/fileformat2.html, 4).
enum WriteAheadLog {
    private static let header = 32
    private static let frameHeader = 24
    private static let page = Int(page_sums_page)
    private static let magic: UInt32 = 0x377F_0682

    /// What is to be said where a log is not what was written. SQLite reads a log to the first frame that is not whole and takes it
    /// for the end; so it is, where the program was ended there. Where a commit lies behind it, something was altered, or the power went
    /// before all was on disk.
    static func finding(beside path: String) throws -> String? {
        let path = path + "-wal"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // All zeros: it was made and not written to yet.
        guard bytes.contains(where: { $0 != 0 }) else { return nil }
        return bytes.withUnsafeBytes { finding(in: $0) }.map { "\(path)\($0)" }
    }

    private static func finding(in bytes: UnsafeRawBufferPointer) -> String? {
        var sum: [UInt32] = [0, 0]
        if bytes.count >= header { add(bytes[..<24], to: &sum) }
        guard bytes.count >= header, bytes.number(0) & ~1 == magic, sum == [bytes.number(24), bytes.number(28)] else {
            return ": its header is not what was written"
        }
        var broken: Int?
        for (place, start) in stride(from: header, through: bytes.count - frameHeader - page, by: frameHeader + page)
            .enumerated()
        {
            // What lies behind the end is left from before the log was begun anew, under another salt.
            let isOfThisLog =
                bytes.number(start + 8) == bytes.number(16) && bytes.number(start + 12) == bytes.number(20)
            if let broken {
                let isCommit = bytes.number(start + 4) != 0
                if isOfThisLog, isCommit {
                    return
                        ", frame \(broken + 1): it is not what was written, or the power went before it was; a server that starts over "
                        + "it goes on from the commit before, then verify again"
                }
                continue
            }
            add(bytes[start..<start + 8], to: &sum)
            add(bytes[start + frameHeader..<start + frameHeader + page], to: &sum)
            if !isOfThisLog || sum != [bytes.number(start + 16), bytes.number(start + 20)] { broken = place }
        }
        return nil
    }

    private static func add(_ bytes: Slice<UnsafeRawBufferPointer>, to sum: inout [UInt32]) {
        page_sums_wal(UnsafeRawBufferPointer(rebasing: bytes).baseAddress, bytes.count, &sum)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func number(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
