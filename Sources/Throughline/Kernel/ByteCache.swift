/// Keeps what was made of texts, each distinct text once, in bounded memory: when the cache is full it is emptied and
/// fills anew.
///
/// Texts are known by a seeded hash of 64 bits. The seed is of this process, so that nobody can pick texts that collide.
struct ByteCache<Value> {
    private var keys: [UInt64]
    private var values: [Value?]
    private var count = 0
    private let valuesMax: Int

    /// - Parameter valuesMax: distinct texts kept; a power of two.
    init(valuesMax: Int) {
        self.valuesMax = valuesMax
        keys = [UInt64](repeating: 0, count: 2 * valuesMax)
        values = [Value?](repeating: nil, count: 2 * valuesMax)
    }

    /// What was made of a text, made now if it was not.
    ///
    /// - Complexity: O(*n*) in bytes.
    mutating func value(of text: UnsafeBufferPointer<UInt8>, make: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        let key = UInt64(bitPattern: Int64(hasher.finalize()))
        var place = place(of: key)
        if let known = values[place] { return known }
        if count == valuesMax {
            self = ByteCache(valuesMax: valuesMax)
            place = self.place(of: key)
        }
        let made = make(text)
        keys[place] = key
        values[place] = made
        count += 1
        return made
    }

    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var place = Int(truncatingIfNeeded: key) & mask
        while keys[place] != key, values[place] != nil { place = (place + 1) & mask }
        return place
    }
}
