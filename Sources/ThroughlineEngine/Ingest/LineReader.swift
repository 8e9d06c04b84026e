#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lines of a ``ByteSource``, each with readable padding after it, in bounded memory: a line longer than the limit
/// is handed on in parts and never held whole.
public final class LineReader {
    public enum Line {
        /// A whole line without its end, valid until the next call; `offset` is its place in the unpacked stream.
        case line(UnsafeBufferPointer<UInt8>, offset: Int64)
        /// A part of a line that is longer than the limit; the last part ends the line.
        case part(UnsafeBufferPointer<UInt8>, isLast: Bool)
    }

    public let source: ByteSource
    public let lineBytesMax: Int
    /// Number of the line handed out last, from 1.
    public private(set) var lineNumber = 0

    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var start = 0
    private var end = 0
    /// Bytes of ``start``...``end`` known to hold no line feed.
    private var searched = 0
    private var isAtEnd = false
    private var isInsideLongLine = false
    private var offset: Int64 = 0

    public init(source: ByteSource, lineBytesMax: Int) {
        self.source = source
        self.lineBytesMax = lineBytesMax
        capacity = max(2 * lineBytesMax, ByteSource.chunkBytes)
        buffer = .allocate(capacity: capacity + JSONParser.padding)
        buffer.initialize(repeating: 0, count: capacity + JSONParser.padding)
    }

    deinit { buffer.deallocate() }

    /// The next line, or nil at the end. Line feeds end lines; a carriage return before one is no part of the line.
    public func next() throws(FileError) -> Line? {
        while true {
            if let feed = findLineFeed() { return take(through: feed) }
            if end - start > lineBytesMax { return takePart() }
            if isAtEnd {
                guard end > start || isInsideLongLine else { return nil }
                return take(through: end)
            }
            try fill()
        }
    }

    private func findLineFeed() -> Int? {
        let from = start + searched
        guard from < end else { return nil }
        guard let found = memchr(buffer + from, 10, end - from) else {
            searched = end - start
            return nil
        }
        return found.assumingMemoryBound(to: UInt8.self) - buffer
    }

    private func take(through feed: Int) -> Line {
        let bytes = UnsafeBufferPointer(start: buffer + start, count: feed - start)
        let consumed = min(end, feed + 1) - start
        let place = offset
        start += consumed
        offset += Int64(consumed)
        searched = 0
        if isInsideLongLine {
            isInsideLongLine = false
            return .part(bytes, isLast: true)
        }
        lineNumber += 1
        if bytes.count > lineBytesMax { return .part(bytes, isLast: true) }
        let text = bytes.last == 13 ? UnsafeBufferPointer(rebasing: bytes.dropLast()) : bytes
        return .line(text, offset: place)
    }

    private func takePart() -> Line {
        if !isInsideLongLine { lineNumber += 1 }
        isInsideLongLine = true
        let bytes = UnsafeBufferPointer(start: buffer + start, count: end - start)
        offset += Int64(end - start)
        start = end
        searched = 0
        return .part(bytes, isLast: false)
    }

    private func fill() throws(FileError) {
        if start > 0 {
            (buffer).update(from: buffer + start, count: end - start)
            end -= start
            start = 0
        }
        let count = try source.read(into: buffer + end, capacity: capacity - end)
        if count == 0 { isAtEnd = true }
        end += count
    }
}
