import Hummingbird
import NIOCore
import Synchronization

/// How many bytes of request bodies are in memory at once: beyond it requests are turned away, so that those inside are
/// done in time. What counts is what has come, so that nobody takes room by promising much and sending little.
final class BodyBudget: Sendable {
    private let bytesMax: Int
    private let bytes = Atomic(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Gathers a body, and holds the room for it for as long as `use` runs.
    func withBody<Result>(
        of request: Request, upTo bodyBytesMax: Int, _ use: (ByteBuffer) async throws -> Result
    ) async throws -> Result {
        var held = 0
        defer { bytes.wrappingSubtract(held, ordering: .relaxed) }
        var body = ByteBuffer()
        var chunks = request.body.makeAsyncIterator()
        while let chunk = try await Problem.ofBody({ try await chunks.next() }) {
            guard body.readableBytes + chunk.readableBytes <= bodyBytesMax else {
                throw NIOTooManyBytesError(maxBytes: bodyBytesMax)
            }
            held += chunk.readableBytes
            let now = bytes.wrappingAdd(chunk.readableBytes, ordering: .relaxed).newValue
            guard now <= bytesMax else {
                throw Problem(
                    .serviceUnavailable, "busy", "more is being taken in than there is room for", retryAfterSeconds: 1)
            }
            if body.readableBytes == 0 { body = chunk } else { body.writeImmutableBuffer(chunk) }
        }
        return try await use(body)
    }
}
