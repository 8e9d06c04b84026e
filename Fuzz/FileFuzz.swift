import Throughline
import ThroughlineEngine

/// A CSV file behind a line with its map and one with the sizes it is read in. Read in one piece or in many, it is the
/// same file; every record becomes JSON.
enum CSVFuzz {
    private static let recordBytesMax = 512
    nonisolated(unsafe) private static let parser = EventParser(eventBytesMax: 1 << 16)

    /// What came of one record.
    private enum Answer: Equatable {
        case json([UInt8], line: Int)
        case refused(CSVError, raw: [UInt8])
    }

    static func take(_ bytes: UnsafeRawBufferPointer) {
        let parts = bytes.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let text = String(validating: parts[0], as: UTF8.self) else { return }
        let map: CSVMap
        do throws(CSVMapError) { map = try CSVMap(text) } catch { return require(!error.description.isEmpty) }
        let sizes = parts[1].map { Int($0) % 23 + 1 }
        let file = Array(parts[2])
        let whole = read(file, map, sizes: [file.count + 1])
        if !sizes.isEmpty { require(read(file, map, sizes: sizes) == whole, "a file depends on how it is read") }
        var event = Event()
        for case .json(let json, _) in whole ?? [] {
            withPadded(json) { text in
                do throws(EventError) {
                    try parser.parse(text, into: &event)
                    EventsFuzz.check(event)
                } catch {
                    require(!error.message.hasPrefix("not JSON"), "a record became \(error.message)")
                    require(!error.message.hasPrefix("text that"), "a record became \(error.message)")
                }
            }
        }
    }

    /// All records; nil where the file or its map is refused.
    private static func read(_ file: [UInt8], _ map: CSVMap, sizes: [Int]) -> [Answer]? {
        var place = 0
        var turn = 0
        let reader: CSVReader
        let writer: CSVEventWriter
        do {
            reader = try CSVReader(path: "it", recordBytesMax: recordBytesMax) { (target, room) throws(FileError) in
                let count = min(room, sizes[turn % sizes.count], file.count - place)
                for index in 0..<count { target[index] = file[place + index] }
                place += count
                turn += 1
                return count
            }
            writer = try map.eventWriter(for: reader.header)
        } catch { return nil }
        var answers: [Answer] = []
        do throws(FileError) {
            while let record = try reader.next() {
                switch record {
                case .fields(let fields, let line):
                    var json: [UInt8] = []
                    writer.appendJSON(of: fields, to: &json)
                    answers.append(.json(json, line: line))
                case .refused(let error, let raw, let isLast):
                    // Parts of one refused line are one answer.
                    if case .refused(let before, let begun) = answers.last, isInsideRefusal, before == error {
                        answers[answers.count - 1] = .refused(error, raw: begun + raw)
                    } else {
                        answers.append(.refused(error, raw: Array(raw)))
                    }
                    isInsideRefusal = !isLast
                }
            }
        } catch { fatalError("memory cannot fail") }
        return answers
    }

    nonisolated(unsafe) private static var isInsideRefusal = false
}

/// A file that may be gzip, read in pieces of two sizes: the same bytes and the same end.
enum GzipFuzz {
    private static let bytesMax = 1 << 20

    static func take(_ bytes: UnsafeRawBufferPointer) {
        withFile(bytes) { path in
            let large = read(path, capacity: 1 << 16)
            let small = read(path, capacity: 7)
            require(large.failure == small.failure, "a file ends as it is read")
            let shared = min(large.bytes.count, small.bytes.count)
            require(large.bytes[..<shared] == small.bytes[..<shared], "a file depends on how it is read")
            require(large.failure != nil || large.bytes == small.bytes, "a file depends on how it is read")
        }
    }

    private static func read(_ path: String, capacity: Int) -> (bytes: [UInt8], failure: String?) {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: capacity)
        do throws(FileError) {
            let source = try ByteSource(path: path)
            while bytes.count < bytesMax {
                let count = try room.withUnsafeMutableBufferPointer { room throws(FileError) in
                    try source.read(into: room.baseAddress!, capacity: capacity)
                }
                guard count > 0 else { return (bytes, nil) }
                require(count <= capacity, "more than there is room for")
                bytes += room[..<count]
            }
        } catch { return (bytes, error.message) }
        return (Array(bytes[..<bytesMax]), "cut")
    }
}

/// Texts that may be dates and times: what is read can be told, and read again.
enum InstantsFuzz {
    static func take(_ bytes: UnsafeRawBufferPointer) {
        let text = bytes.bindMemory(to: UInt8.self)
        do throws(InstantError) {
            let instant = try Instant(rfc3339: text)
            let told = instant.rfc3339
            guard let again = try? Instant(rfc3339: told) else {
                fatalError("\(String(decoding: text, as: UTF8.self)) was read and told as \(told)")
            }
            require(again == instant, "\(told) is another moment")
        } catch { require(!error.description.isEmpty) }
    }
}
