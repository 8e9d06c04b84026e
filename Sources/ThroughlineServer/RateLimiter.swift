import Synchronization
import Throughline

/// How many events a source may send: a bucket of tokens that fills by so many a second, and holds two seconds' worth.
final class RateLimiter: Sendable {
    /// Sources whose buckets are kept; a source whose bucket was dropped begins with a full one.
    private static let bucketsMax = 10_000

    private struct Bucket {
        var tokens: Double
        var filledAt: Instant
    }

    private let perSecond: Double
    private let buckets = Mutex<[UInt32: Bucket]>([:])

    init(perSecond: Int) { self.perSecond = Double(perSecond) }

    /// Takes tokens for so many events, or says after how many seconds there will be some. A batch is never cut: it may
    /// empty the bucket and more, and is paid back before the next.
    func take(_ events: Int, source: UInt32, now: Instant) throws(Problem) {
        let wait: Double = buckets.withLock { buckets in
            if buckets.count >= RateLimiter.bucketsMax { buckets.removeAll() }
            var bucket = buckets[source] ?? Bucket(tokens: 2 * perSecond, filledAt: now)
            let milliseconds = max(0, now.millisecondsSince1970 - bucket.filledAt.millisecondsSince1970)
            bucket.tokens = min(2 * perSecond, bucket.tokens + Double(milliseconds) * perSecond / 1_000)
            bucket.filledAt = now
            let isOpen = bucket.tokens > 0 || events == 0
            if isOpen { bucket.tokens -= Double(events) }
            buckets[source] = bucket
            return isOpen ? 0 : (1 - bucket.tokens) / perSecond
        }
        guard wait > 0 else { return }
        throw Problem(
            .tooManyRequests, "rate_limited", "this source sends more than \(Int(perSecond)) events a second",
            retryAfterSeconds: max(1, Int(wait.rounded(.up))))
    }
}
