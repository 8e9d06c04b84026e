/// Those who wait for a record to be in the log: what an ``EventLog`` holds behind its lock to keep the promise of
/// ``EventLog/wait(for:)``.
package struct LogWaiters {
    private var waiting: [UInt64: (position: LogPosition, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var numbersGiven: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { waiting.isEmpty }

    /// A number for one who is about to wait.
    package mutating func number() -> UInt64 {
        numbersGiven += 1
        return numbersGiven
    }

    package mutating func add(
        _ number: UInt64, for position: LogPosition, _ continuation: CheckedContinuation<Void, Never>
    ) {
        waiting[number] = (position, continuation)
    }

    /// Takes out one who no longer wants to wait; nil where it does not wait.
    package mutating func remove(_ number: UInt64) -> CheckedContinuation<Void, Never>? {
        waiting.removeValue(forKey: number)?.continuation
    }

    /// Takes out those who wait for a record before `end`.
    ///
    /// - Complexity: O(*n*) in those who wait.
    package mutating func removeAll(before end: LogPosition) -> [CheckedContinuation<Void, Never>] {
        if waiting.isEmpty { return [] }
        let woken = waiting.filter { $0.value.position < end }
        for number in woken.keys { waiting[number] = nil }
        return woken.values.map(\.continuation)
    }

    package mutating func removeAll() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [:] }
        return waiting.values.map(\.continuation)
    }
}
