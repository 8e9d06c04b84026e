import CModels
import Foundation
import Throughline
import ThroughlineEngine

/// What tests are given: the shipped table and model, and the labelled data where it is at hand.
enum Given {
    static let table = try! EmbeddingTable(
        UnsafeRawBufferPointer(start: throughline_embedding_bytes(), count: throughline_embedding_length()))
    static let model = try! DiscoveryModel(
        decoding: UnsafeRawBufferPointer(start: throughline_model_bytes(), count: throughline_model_length()))

    nonisolated(unsafe) static let embeddingBytes = UnsafeRawBufferPointer(
        start: throughline_embedding_bytes(), count: throughline_embedding_length())

    /// The root of the package.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Labelled data beside the project, or nil where there is none: such tests are skipped and say so.
    static let shared: URL? = {
        let folder = root.deletingLastPathComponent().appendingPathComponent("shared")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func sharedFile(_ path: String) -> String? {
        guard let file = shared?.appendingPathComponent(path).path, FileManager.default.fileExists(atPath: file) else {
            return nil
        }
        return file
    }

    /// A file in a folder of its own, removed by the caller.
    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("throughline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Parses lines of NDJSON.
    static func events(_ lines: [String]) throws -> [Event] {
        let parser = EventParser()
        return try lines.map { try event($0, parser: parser) }
    }

    static func event(
        _ line: String, parser: EventParser = EventParser(), part: EventParser.Part = .whole
    ) throws -> Event {
        var bytes = Array(line.utf8)
        let count = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        var event = Event()
        try bytes.withUnsafeBufferPointer {
            try parser.parse(UnsafeBufferPointer(rebasing: $0.prefix(count)), into: &event, part: part)
        }
        return event
    }

    /// Discovers one person's purposes.
    static func discover(_ lines: [String], model: DiscoveryModel = Given.model, repairs: Bool = true) throws
        -> DiscoveredPerson
    {
        let events = try events(lines)
        let discovery = PersonDiscovery(model: model, table: table, repairs: repairs, describes: true)
        for event in events { discovery.add(event) }
        return discovery.finish(person: "u", now: events.last!.timestamp)
    }
}

/// A seeded generator for properties; print the seed.
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mixed(state)
    }
}
