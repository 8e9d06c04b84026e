import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineEmbedded

@Suite("the list of the erased")
struct ErasedListTests {
    private func withFile(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "erased-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "erased.ndjson").path)
    }

    private static func records(_ texts: [String]) -> LogRecords {
        var records = LogRecords()
        for text in texts { records.append { $0.append(contentsOf: Array(text.utf8)) } }
        return records
    }

    @Test("knows records again wherever they lie, says nothing of them, and what was begun outlives a crash")
    func knows() throws {
        try withFile { path in
            var list = try ErasedList(path: path)
            #expect(list.isEmpty && list.unfinished.isEmpty)
            let texts = ["anna bought", "otto bought", ""]
            try list.begin([LogPosition(4), LogPosition(9)]) { Array(texts[$0 == LogPosition(4) ? 0 : 2].utf8) }
            for _ in 0..<2 {
                #expect(list.unfinished.map(\.rawValue) == [4, 9] || list.unfinished.map(\.rawValue) == [4])
                #expect(list.places(in: Self.records(["otto bought", "", "anna bought", "anna bought"])) == [2, 3])
                list = try ErasedList(path: path)
            }
            try list.finish()
            #expect(list.unfinished.isEmpty)
            #expect(try ErasedList(path: path).unfinished.isEmpty)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!text.contains("anna"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("two lists know the same record by other digests")
    func salted() throws {
        var texts: [String] = []
        for _ in 0..<2 {
            try withFile { path in
                try ErasedList(path: path).begin([LogPosition(1)]) { _ in [1, 2, 3] }
                texts.append(String(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")[1]))
            }
        }
        #expect(texts[0] != texts[1])
    }

    @Test("cut short at any byte it has the lines that are whole, and takes more; altered it is refused")
    func cut() throws {
        try withFile { path in
            let whole = try ErasedList(path: path)
            try whole.begin([LogPosition(1), LogPosition(2)]) { [UInt8($0.rawValue)] }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            let head = bytes.firstIndex(of: 10)! + 1
            for count in head...bytes.count {
                try bytes[..<count].write(to: URL(fileURLWithPath: path))
                let lines = bytes[..<count].count { $0 == 10 } - 1
                let list = try ErasedList(path: path)
                #expect(list.unfinished.map(\.rawValue) == Array([1, 2][..<lines]))
                try list.finish()
                #expect(try ErasedList(path: path).unfinished.isEmpty)
            }
            for count in 0..<head {
                try bytes[..<count].write(to: URL(fileURLWithPath: path))
                #expect(throws: BackupError.self) { try ErasedList(path: path, isMade: false) }
                #expect(try ErasedList(path: path).isEmpty)
            }
        }
    }

    @Test("every flipped bit is found")
    func flipped() throws {
        try withFile { path in
            let list = try ErasedList(path: path)
            try list.begin([LogPosition(1), LogPosition(2)]) { [UInt8($0.rawValue)] }
            try list.finish()
            try list.begin([LogPosition(7)]) { [UInt8($0.rawValue)] }
            let url = URL(fileURLWithPath: path)
            let bytes = try Data(contentsOf: url)
            for place in 0..<bytes.count {
                for bit in 0..<8 {
                    var flipped = bytes
                    flipped[place] ^= 1 << bit
                    try flipped.write(to: url)
                    #expect(throws: BackupError.self, "byte \(place), bit \(bit)") {
                        _ = try ErasedList(path: path, isMade: false)
                    }
                }
            }
        }
    }

    @Test("one of the first version, without checksums, is read")
    func earlier() throws {
        try withFile { path in
            let list = try ErasedList(path: path)
            try list.begin([LogPosition(1)]) { _ in [1, 2, 3] }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing(/"crc32":"[0-9a-f]{8}",/, with: "").replacing("\"version\":2", with: "\"version\":1")
                .write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try ErasedList(path: path).places(in: Self.records(["\u{1}\u{2}\u{3}"])) == [0])
        }
    }
}
