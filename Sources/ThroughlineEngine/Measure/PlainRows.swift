import Dispatch
import Synchronization
import Throughline

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        /// From the earliest row to the latest; nil where there is none.
        var times: ClosedRange<Instant>?
    }

    /// Bytes of the row of column names.
    private static let headerBytesMax = 1 << 16

    private let path: String
    private let size: Int
    private let columns: Int
    private let user: Int
    private let event: Int
    private let time: Int
    /// Where the first row begins.
    private let start: Int
    private let rowBytesMax: Int
    private let pieceBytes: Int

    /// - Parameters:
    ///   - map: which columns are members of an event.
    ///   - size: of the file, in bytes.
    ///   - eventBytesMax: the longest event that may be made of a row.
    /// - Returns: nil where the file is not plain, as far as its first row tells.
    init?(path: String, map: CSVMap, size: Int64, eventBytesMax: Int, pieceBytes: Int = PlainRows.pieceBytes) {
        guard let source = try? PlainFile(path), let head = source.bytes(0..<min(Int(size), PlainRows.headerBytesMax)),
            let end = head.firstIndex(of: 0x0A), !head[..<end].contains(0x22), !head[..<end].contains(0x0D),
            !head.starts(with: [0xEF, 0xBB, 0xBF]), let line = String(validating: head[..<end], as: UTF8.self)
        else { return nil }
        let header = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        // Columns of every other target change what an event is.
        let allowed: Set<CSVMap.Target> = [.userId, .event, .timestamp, .channel]
        guard header.count <= CSVReader.columnsMax, let places = try? map.places(in: header),
            allowed.isSuperset(of: places.keys), let user = places[.userId], let event = places[.event],
            let time = places[.timestamp]
        else { return nil }
        (self.path, self.size, self.user, self.event, self.time) = (path, Int(size), user, event, time)
        columns = header.count
        start = end + 1
        // Of a row JSON is made: at most six bytes for one, and the names of its members.
        rowBytesMax = max(0, (eventBytesMax - line.utf8.count - 16 * header.count - 256) / 6)
        self.pieceBytes = pieceBytes
    }

    /// Reads everything.
    ///
    /// - Parameter workers: threads; their number changes nothing.
    /// - Returns: the pieces in the order of the file; nil where a row is not plain.
    func pieces(workers: Int) -> [Piece]? {
        let starts = Array(stride(from: start, to: size, by: pieceBytes))
        let pieces = Mutex([Piece?](repeating: nil, count: starts.count))
        let next = Atomic<Int>(0)
        let isPlain = Atomic<Bool>(true)
        DispatchQueue.concurrentPerform(iterations: min(workers, max(1, starts.count))) { _ in
            while case let number = next.add(1, ordering: .relaxed).oldValue, number < starts.count,
                isPlain.load(ordering: .relaxed)
            {
                let piece = piece(from: starts[number], to: min(size, starts[number] + pieceBytes))
                if piece == nil { isPlain.store(false, ordering: .relaxed) }
                pieces.withLock { $0[number] = piece }
            }
        }
        guard isPlain.load(ordering: .relaxed) else { return nil }
        return pieces.withLock { $0.map { $0! } }
    }

    /// The rows that begin between two places; nil where one is not plain, or is not there any more.
    private func piece(from first: Int, to last: Int) -> Piece? {
        // The byte before says whether a row begins here; the last row may go on behind.
        let before = first > start ? 1 : 0
        guard let file = try? PlainFile(path),
            let bytes = file.bytes(first - before..<min(size, last + rowBytesMax + 1))
        else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            rows(of: bytes, from: before, to: before + last - first, reachesEnd: last + rowBytesMax + 1 >= size)
        }
    }

    private func rows(of bytes: UnsafeBufferPointer<UInt8>, from first: Int, to last: Int, reachesEnd: Bool) -> Piece? {
        let base = bytes.baseAddress!
        func find(_ byte: Int32, from place: Int, to end: Int) -> Int? {
            guard place < end, let found = memchr(base + place, byte, end - place) else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
        var place = first
        // The row that began before is another's.
        if first > 0 {
            guard let end = find(0x0A, from: first - 1, to: bytes.count) else { return reachesEnd ? Piece() : nil }
            place = end + 1
        }
        var piece = Piece()
        piece.rows.reserveCapacity((last - first) / 32)
        while place < last {
            guard let end = find(0x0A, from: place, to: bytes.count) ?? (reachesEnd ? bytes.count : nil),
                find(0x22, from: place, to: end) == nil, find(0x0D, from: place, to: end) == nil
            else { return nil }
            let row = UnsafeBufferPointer(start: base + place, count: end - place)
            guard row.isEmpty || add(row, to: &piece) else { return nil }
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
        guard field == columns, !userField.isEmpty, userField.count <= Event.identifierBytesMax,
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
        piece.times = piece.times.map { min($0.lowerBound, instant)...max($0.upperBound, instant) } ?? instant...instant
        let activity = piece.names.number(of: UnsafeBufferPointer(rebasing: row[eventField]))
        piece.rows.append(
            Row(
                user: Int32(start)..<Int32(end), userHash: hash, activity: Int32(activity),
                milliseconds: instant.millisecondsSince1970))
        return true
    }
}

/// A file that is read at any place.
private final class PlainFile {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, "cannot open") }
    }

    deinit { close(descriptor) }

    /// The bytes of a range; nil where they are not all there.
    func bytes(_ range: Range<Int>) -> [UInt8]? {
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, count in
            while count < range.count {
                let read = pread(
                    descriptor, room.baseAddress! + count, range.count - count, off_t(range.lowerBound + count))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else {
                    isWhole = false
                    return
                }
                count += read
            }
        }
        return isWhole ? bytes : nil
    }
}
