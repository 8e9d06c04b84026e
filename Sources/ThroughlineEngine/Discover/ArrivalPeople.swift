import Throughline

/// Whose each event of a stream is, as far as is known when it comes: later links do not change what was told.
struct ArrivalPeople {
    private var keys = KeyInterner()
    private var stitcher = Stitcher()
    private var messages = MessageSet()
    /// By key: the person's number, or ``nobody``.
    private var numbers: [UInt32] = []

    private(set) var count = 0
    private(set) var duplicateCount = 0
    private(set) var eventCount = 0
    private static let nobody = UInt32.max

    /// The number of an event's person and the key she is told by; nil where the message id was there before.
    mutating func take(
        _ envelope: Envelope, _ identifiers: UnsafeBufferPointer<UInt8>
    ) -> (person: Int, key: UInt32)? {
        guard messages.insert(hash: envelope.message) else {
            duplicateCount += 1
            return nil
        }
        eventCount += 1
        let key = key(of: envelope, identifiers)
        if numbers[Int(key)] == ArrivalPeople.nobody {
            numbers[Int(key)] = UInt32(count)
            count += 1
        }
        return (Int(numbers[Int(key)]), key)
    }

    /// What a person is called.
    func name(ofKey key: UInt32) -> String { String(keys.text(key).dropFirst()) }

    /// Appends what a person is called.
    func append(nameOfKey key: UInt32, to bytes: inout [UInt8]) {
        keys.withBytes(of: key) { bytes.append(contentsOf: $0.dropFirst()) }
    }

    private mutating func key(of envelope: Envelope, _ identifiers: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let user = envelope.user.map { number(of: $0, in: identifiers) }
        guard let visitor = envelope.anonymous else { return user! }
        let anonymous = number(of: visitor, in: identifiers)
        guard let user else { return stitcher.user(of: anonymous) ?? anonymous }
        stitcher.link(anonymous: anonymous, user: user)
        // What an anonymous visitor began, the person she turns out to be goes on with.
        if numbers[Int(user)] == ArrivalPeople.nobody, stitcher.user(of: anonymous) == user {
            numbers.swapAt(Int(user), Int(anonymous))
        }
        return user
    }

    private mutating func number(of key: Envelope.Key, in identifiers: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let number = keys.number(of: UnsafeBufferPointer(rebasing: identifiers[key.bytes]), hash: key.hash)
        if Int(number) == numbers.count { numbers.append(ArrivalPeople.nobody) }
        return number
    }
}
