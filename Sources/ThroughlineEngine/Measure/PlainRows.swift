import Dispatch
import Foundation
import Synchronization
import Throughline

/// The steps of a CSV file that is as plain as can be, read by all cores at once: no quotes, a user, an event and a time in every
/// row. Whatever else is in the file, or only might be, is nothing for it: it says so and nothing has been taken, so that the
/// usual reader finds what is wrong and where.
struct PlainRows {
    /// Bytes that one thread reads at a time.
    static let pieceBytes = 4 << 20

    /// One row: where the bytes of its user begin among those of the piece, and what was worked out of the rest.
    struct Row {
        var user: Range<Int32>
        var userHash: Int
        /// A place among the names of the piece.
        var activity: Int32
        var milliseconds: Int64
    }

    /// Rows that one thread read, in their order.
    struct Piece {
        var rows: [Row] = []
        var users: [UInt8] = []
        var names = KeyInterner()
    }

    private let content: Data
    private let header: [String]
    private let user: Int
    private let event: Int
    private let time: Int
    private let start: Int
    private let rowBytesMax: Int
    private let pieceBytes: Int

    /// - Parameter map: which columns are members of an event.
    /// - Returns: nil where the file is not plain, as far as its header and a first look tell.
    init?(path: String, map: CSVMap, rowBytesMax: Int, pieceBytes: Int = PlainRows.pieceBytes) {
        guard let content = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped), !content.isEmpty
        else { return nil }
        let isPlain = content.withUnsafeBytes { bytes in
            bytes.starts(with: [0xEF, 0xBB, 0xBF]) == false && memchr(bytes.baseAddress!, 0x22, bytes.count) == nil
                && memchr(bytes.baseAddress!, 0x0D, bytes.count) == nil
        }
        guard isPlain, let end = content.firstIndex(of: 0x0A) else { return nil }
        let header = String(decoding: content[..<end], as: UTF8.self).split(
            separator: ",", omittingEmptySubsequences: false
        ).map(String.init)
        func column(_ target: CSVMap.Target) -> Int? {
            header.firstIndex(of: map.columns[target] ?? target.rawValue)
        }
        let others = CSVMap.Target.allCases.filter { ![.userId, .event, .timestamp, .channel, .name].contains($0) }
        guard Set(header).count == header.count, !header.contains(""), others.allSatisfy({ column($0) == nil }),
            let user = column(.userId), let event = column(.event), let time = column(.timestamp),
            Set([user, event, time]).count == 3, header.count <= CSVReader.columnsMax
        else { return nil }
        (self.content, self.header, self.user, self.event, self.time) = (content, header, user, event, time)
        start = end + 1
        self.rowBytesMax = rowBytesMax
        self.pieceBytes = pieceBytes
    }

    /// Reads everything.
    ///
    /// - Parameter workers: threads; their number changes nothing.
    /// - Returns: the pieces in the order of the file; nil where a row is not plain.
    func pieces(workers: Int) -> [Piece]? {
        let starts = Array(stride(from: start, to: content.count, by: pieceBytes))
        let pieces = Mutex([Piece?](repeating: nil, count: starts.count))
        let next = Atomic<Int>(0)
        let isPlain = Atomic<Bool>(true)
        DispatchQueue.concurrentPerform(iterations: min(workers, max(1, starts.count))) { _ in
            while case let number = next.add(1, ordering: .relaxed).oldValue, number < starts.count,
                isPlain.load(ordering: .relaxed)
            {
                let end = min(content.count, starts[number] + pieceBytes)
                let piece: Piece? = content.withUnsafeBytes { self.piece(of: $0, from: starts[number], to: end) }
                if piece == nil { isPlain.store(false, ordering: .relaxed) }
                pieces.withLock { $0[number] = piece }
            }
        }
        guard isPlain.load(ordering: .relaxed) else { return nil }
        return pieces.withLock { $0.map { $0! } }
    }

    /// The rows that begin between two places.
    private func piece(of bytes: UnsafeRawBufferPointer, from first: Int, to last: Int) -> Piece? {
        let base = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        var place = first
        if first > start {
            // The row that began before is another's.
            guard let end = memchr(base + first - 1, 0x0A, bytes.count - first + 1) else { return Piece() }
            place = UnsafeRawPointer(end) - UnsafeRawPointer(base) + 1
        }
        var piece = Piece()
        piece.rows.reserveCapacity((last - first) / 32)
        while place < last {
            let end =
                memchr(base + place, 0x0A, bytes.count - place).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
                ?? bytes.count
            guard end == place || add(UnsafeBufferPointer(start: base + place, count: end - place), to: &piece) else {
                return nil
            }
            place = end + 1
        }
        return piece
    }

    /// - Returns: whether the row is plain.
    private func add(_ row: UnsafeBufferPointer<UInt8>, to piece: inout Piece) -> Bool {
        guard row.count <= rowBytesMax else { return false }
        var field = 0
        var begin = 0
        var (userField, eventField, timeField) = (0..<0, 0..<0, 0..<0)
        var isASCII = true
        for place in 0...row.count {
            if place < row.count {
                let byte = row[place]
                if byte >= 0x80 { isASCII = false }
                guard byte == 0x2C else { continue }
            }
            if field == user { userField = begin..<place }
            if field == event { eventField = begin..<place }
            if field == time { timeField = begin..<place }
            field += 1
            begin = place + 1
        }
        guard field == header.count, !userField.isEmpty, userField.count <= Event.identifierBytesMax,
            !eventField.isEmpty,
            isASCII || (try? UTF8Span(validating: row.span)) != nil,
            let instant = try? Instant(rfc3339: UnsafeBufferPointer(rebasing: row[timeField]))
        else { return false }
        let start = piece.users.count
        piece.users.append(UInt8(ascii: "u"))
        piece.users.append(contentsOf: UnsafeBufferPointer(rebasing: row[userField]))
        let end = piece.users.count
        let hash = piece.users.withUnsafeBufferPointer {
            KeyInterner.hash(of: UnsafeBufferPointer(rebasing: $0[start..<end]))
        }
        let activity = piece.names.number(of: UnsafeBufferPointer(rebasing: row[eventField]))
        piece.rows.append(
            Row(
                user: Int32(start)..<Int32(end), userHash: hash, activity: Int32(activity),
                milliseconds: instant.millisecondsSince1970))
        return true
    }
}
