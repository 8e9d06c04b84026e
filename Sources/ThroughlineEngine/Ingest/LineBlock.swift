import Throughline

/// Some lines of an input in memory of their own, so that they can be parsed while others are read.
///
/// A block is filled by one thread, parsed by one, and gone through by one, in that order. Its memory is used again.
final class LineBlock: @unchecked Sendable {  // Unchecked: only one thread has it at a time.
    /// When a block is full.
    struct Limits {
        /// The line that brings a block to so many bytes is its last.
        var bytesMax = 1 << 18
        /// Lines of one block.
        var linesMax = 1_024
    }

    private struct Line {
        var raw: Range<Int>
        var json: Range<Int>
        var number = 0
        var offset: Int64?
        var answer = Answer.unknown
    }

    /// What came of a line.
    private enum Answer {
        case unknown
        case event(Envelope)
        case refused(Refusal?, endsLine: Bool)
    }

    private let limits: Limits
    /// How much of each event is read.
    private let part: EventParser.Part
    private var lines: [Line] = []
    /// By line, where events are read in the whole; their memory is used again.
    private var events: [Event] = []
    private var bytes: [UInt8] = []
    /// The bytes of the identifiers that envelopes name.
    private var keys: [UInt8] = []

    init(limits: Limits, part: EventParser.Part = .envelope) {
        self.limits = limits
        self.part = part
    }

    var isFull: Bool { lines.count >= limits.linesMax || bytes.count >= limits.bytesMax }

    func removeAll() {
        lines.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        // What one long line took is given back.
        bytes.removeAll(keepingCapacity: bytes.capacity <= 4 * limits.bytesMax)
    }

    /// Takes a copy of the next piece of the input.
    func append(_ piece: InputPiece) {
        let start = bytes.count
        switch piece {
        case .line(let line):
            bytes.append(contentsOf: line.raw)
            let raw = start..<bytes.count
            if line.offset == nil { bytes.append(contentsOf: line.json) }
            let json = bytes.count - line.json.count..<bytes.count
            // Where JSON breaks off, the place that is told depends on the byte behind it: a line end, mostly.
            bytes.append(line.json.baseAddress![line.json.count])
            lines.append(Line(raw: raw, json: json, number: line.number, offset: line.offset))
        case .refused(let refusal, let raw, let endsLine):
            bytes.append(contentsOf: raw)
            let all = start..<bytes.count
            lines.append(Line(raw: all, json: all, answer: .refused(refusal, endsLine: endsLine)))
        }
    }

    /// Parses every line.
    func parse(with parser: EventParser) {
        bytes.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        let needed = part == .whole ? lines.count : 1
        while events.count < needed { events.append(Event()) }
        bytes.withUnsafeBufferPointer { bytes in
            for index in lines.indices {
                guard case .unknown = lines[index].answer else { continue }
                let line = LineBlock.line(lines[index], in: bytes)
                let place = part == .whole ? index : 0
                do throws(EventError) {
                    try parser.parse(line.json, into: &events[place], part: part)
                    lines[index].answer = .event(Envelope(of: events[place], withName: part == .step, keys: &keys))
                } catch { lines[index].answer = .refused(line.refusal(error), endsLine: true) }
            }
        }
    }

    /// Goes through the parsed lines in the order of the input.
    ///
    /// - Parameters:
    ///   - take: takes a line that is an event, its place in the block, its envelope, and the bytes of the envelope's
    ///     identifiers.
    ///   - refuse: takes what is none, as `EventInput` hands it out.
    func forEachLine(
        take: (InputLine, Int, Envelope, UnsafeBufferPointer<UInt8>) throws(FileError) -> Void,
        refuse: (Refusal?, UnsafeBufferPointer<UInt8>, Bool) throws(FileError) -> Void
    ) throws(FileError) {
        try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
            try keys.withUnsafeBufferPointer { keys throws(FileError) in
                for (place, line) in lines.enumerated() {
                    let text = LineBlock.line(line, in: bytes)
                    switch line.answer {
                    case .unknown: preconditionFailure("a block is parsed before it is gone through")
                    case .event(let envelope): try take(text, place, envelope, keys)
                    case .refused(let refusal, let endsLine): try refuse(refusal, text.raw, endsLine)
                    }
                }
            }
        }
    }

    /// Lines so far, refused ones included.
    var count: Int { lines.count }

    /// What a parsed line says, where events are read in the whole.
    func withEvent(ofLine line: Int, _ body: (inout Event) -> Void) {  // inout: else each would be copied.
        body(&events[line])
    }

    private static func line(_ line: Line, in bytes: UnsafeBufferPointer<UInt8>) -> InputLine {
        InputLine(
            raw: UnsafeBufferPointer(rebasing: bytes[line.raw]), json: UnsafeBufferPointer(rebasing: bytes[line.json]),
            number: line.number, offset: line.offset)
    }
}
