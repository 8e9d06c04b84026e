import Throughline
import ThroughlineEngine

/// A model file: what is read can be written again, and events can be placed by it.
enum ModelFuzz {
    nonisolated(unsafe) private static let parser = EventParser()
    private static let events: [Event] = ["Loan Viewed", "Loan Applied", "Login", "Loan Viewed"].enumerated().map {
        (number, name) in
        let line =
            #"{"type":"track","event":"\#(name)","userId":"u","messageId":"m\#(number)","#
            + #""timestamp":"2026-03-0\#(number + 1)T09:30:00Z","properties":{"title":"home loan \#(number % 2)"}}"#
        var event = Event()
        withPadded(Array(line.utf8)) { try! parser.parse($0, into: &event) }
        return event
    }

    static func take(_ bytes: UnsafeRawBufferPointer) {
        let model: DiscoveryModel
        do throws(ModelFileError) { model = try DiscoveryModel(decoding: bytes) } catch {
            return require(!error.description.isEmpty)
        }
        require(model.encoded().elementsEqual(bytes), "a model is written otherwise than it was read")
        let discovery = PersonDiscovery(model: model, table: Carried.table, repairs: true, describes: true)
        for event in events { discovery.add(event) }
        let person = discovery.finish(person: "u", now: events[3].timestamp)
        require(person.events.count == events.count, "an event was lost")
        for event in person.events { require((0...1).contains(event.confidence), "a confidence that is none") }
    }
}

/// An embedding table: what is read can be asked for any text.
enum EmbeddingsFuzz {
    private static let text = Array("A home loan, unaffordable: héllo 家 x9".utf8)

    static func take(_ bytes: UnsafeRawBufferPointer) {
        // The table points at its bytes; a copy of just their size shows a step beyond them.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyMemory(from: bytes)
        defer { copy.deallocate() }
        let table: EmbeddingTable
        do throws(EmbeddingTableError) { table = try EmbeddingTable(UnsafeRawBufferPointer(copy)) } catch {
            return require(!error.description.isEmpty)
        }
        var pieces = WordPiece(table: table)
        var tokens: [UInt32] = []
        text.withUnsafeBufferPointer { pieces.tokenize($0, into: &tokens) }
        for token in tokens + [table.unknownToken] {
            _ = table.weight(of: token)
            _ = table.text(of: token)
        }
        _ = TextEncoder(table: table).features(of: "A home loan")
    }
}

/// Any bytes as a text for the table that the program carries.
enum WordPieceFuzz {
    nonisolated(unsafe) private static var pieces = WordPiece(table: Carried.table)
    nonisolated(unsafe) private static let encoder = TextEncoder(table: Carried.table)

    static func take(_ bytes: UnsafeRawBufferPointer) {
        let text = bytes.bindMemory(to: UInt8.self)
        var tokens: [UInt32] = []
        pieces.tokenize(text, into: &tokens)
        require(tokens.allSatisfy { $0 < 1 << 20 && !Carried.table.text(of: $0).isEmpty }, "a token of nothing")
        // A blank ends a word, so what comes behind it changes nothing before it.
        var twice: [UInt32] = []
        withPadded(Array(text) + [0x20] + Array(text)) { pieces.tokenize($0, into: &twice) }
        let isWhole = String(validating: text, as: UTF8.self) != nil
        require(!isWhole || twice == tokens + tokens, "a word leaks into the next text")
        _ = encoder.features(of: text)
    }
}
