/// The envelopes of all events of an input, in the order of the input, parsed on several threads.
///
/// Works in rounds, in bounded memory: while the workers parse the lines of one round, what came of the round before is
/// handed on, and the next is read. What is handed on depends neither on the number of workers nor on the size of
/// blocks.
final class EnvelopeReader {
    private let input: EventInput
    private let workers: Int
    private let limits: LineBlock.Limits
    private let part: EventParser.Part
    /// What the input ended with, told after what came before it.
    private var failure: FileError?
    private var isAtEnd = false

    /// - Parameter part: how much of each event is read.
    init(
        _ input: EventInput, workers: Int, limits: LineBlock.Limits = LineBlock.Limits(),
        part: EventParser.Part = .envelope
    ) {
        self.input = input
        self.workers = workers
        self.limits = limits
        self.part = part
    }

    /// Reads the input to its end; refused lines go where the input sends them.
    ///
    /// Where the input ends with an error, what came before it is handed on first.
    ///
    /// - Parameters:
    ///   - progress: takes the bytes read so far.
    ///   - body: takes the line of an event, its envelope, and the bytes of the envelope's identifiers, all valid for
    ///     as long as it runs.
    func forEachEvent(
        progress: (Int64) -> Void,
        _ body: (InputLine, Envelope, UnsafeBufferPointer<UInt8>) throws(FileError) -> Void
    ) throws(FileError) {
        let parsers = BlockParsers(eventBytesMax: input.eventBytesMax, workers: workers)
        var next = BlockRound(workers: workers, limits: limits, part: part)
        var previous = BlockRound(workers: workers, limits: limits, part: part)
        fill(next)
        while !next.isEmpty {
            try parsers.parse(next) { () throws(FileError) in
                try handOn(previous, body)
                fill(previous)
                progress(input.bytesRead)
            }
            swap(&next, &previous)
        }
        try handOn(previous, body)
        if let failure { throw failure }
    }

    private func handOn(
        _ round: BlockRound, _ body: (InputLine, Envelope, UnsafeBufferPointer<UInt8>) throws(FileError) -> Void
    ) throws(FileError) {
        for block in round.filled {
            try block.forEachLine(
                take: { (line, _, envelope, identifiers) throws(FileError) in try body(line, envelope, identifiers) },
                refuse: input.refuse)
        }
    }

    /// Reads the next lines, none where the input has ended.
    private func fill(_ round: BlockRound) {
        round.removeAll()
        while !isAtEnd, let block = round.nextBlock() {
            do throws(FileError) {
                while !isAtEnd, !block.isFull {
                    if let piece = try input.nextPiece() { block.append(piece) } else { isAtEnd = true }
                }
            } catch {
                failure = error
                isAtEnd = true
            }
        }
    }
}
