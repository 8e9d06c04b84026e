// As bytes: a number for this form of them, the person, her purposes one behind the other, each with its names, and a hash of all.
// Most times are a little before another one and most numbers are small, so they are written as what is between and in as many
// bytes as they need.

extension PersonTally {
    /// The form of the bytes; another number for another form.
    private static let form: UInt8 = 1
    private static let headBytesMax = 1 + 10 + 8 + 8 + 10 + 10 + 1

    /// Everything that is kept of her. The same steps give the same bytes.
    ///
    /// - Complexity: O(purposes followed + names).
    public func encoded() -> [UInt8] {
        let most =
            PersonTally.headBytesMax + purposes.count * FollowedPurpose.encodedBytesMax
            + names.count * KeptName.encodedBytesMax + 8
        return [UInt8](unsafeUninitializedCapacity: most) { room, count in
            var writer = StateWriter(UnsafeMutableRawBufferPointer(room))
            encode(to: &writer)
            writer.write(StableHash.ofMany(writer.bytes))
            count = writer.count
        }
    }

    private func encode(to writer: inout StateWriter) {
        writer.write(PersonTally.form)
        writer.write(compact: stepCount)
        guard !isEmpty else { return }
        writer.write(lastMilliseconds)
        writer.write(lastOrder)
        writer.write(compact: channels)
        writer.write(
            compact: UInt64(bitPattern: CivilMonth.number(ofMilliseconds: lastMilliseconds) - firstMonth))
        writer.write(UInt8(purposes.count))
        var start = 0
        for purpose in purposes {
            let end = start + Int(purpose.nameCount)
            purpose.encode(to: &writer, lastMilliseconds, stepCount: stepCount, names[start..<end])
            start = end
        }
    }

    /// Reads what ``encoded()`` made; the hash at its end finds what was altered.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(StateError) {
        self.init()
        try decode(bytes)
    }

    /// Becomes what ``encoded()`` was made of, in the room that there is.
    ///
    /// Where it throws, it is nobody's any more. Bytes that it takes are those that it would write again.
    public mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        guard bytes.count > 8 else { throw StateError() }
        let content = UnsafeRawBufferPointer(rebasing: bytes.dropLast(8))
        let hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: content.count, as: UInt64.self))
        guard StableHash.ofMany(content) == hash else { throw StateError() }
        var reader = StateReader(content)
        guard try reader.number(UInt8.self) == PersonTally.form else { throw StateError() }
        try readHead(from: &reader)
        if !isEmpty {
            let count = try reader.number(UInt8.self)
            guard count <= PersonTally.purposesMax else { throw StateError() }
            for _ in 0..<count { try readPurpose(from: &reader) }
        }
        guard reader.isAtEnd else { throw StateError() }
    }
}

extension FollowedPurpose {
    static let encodedBytesMax = 10 + 5 + 1 + 1 + 10 + 10 + 10 + 10 + 9 + 8 + 1 + 10 + 1 + 10 + 5
    /// The bit beside the number of steps that says whether names are cut.
    private static let cutBit: UInt8 = 1 << 7

    /// - Parameters:
    ///   - personMilliseconds: the time of the last step of the person.
    ///   - personStepCount: how many steps of hers were counted.
    func encode(
        to writer: inout StateWriter, _ personMilliseconds: Int64, stepCount personStepCount: UInt64,
        _ names: ArraySlice<KeptName>
    ) {
        writer.write(id.high)
        writer.write(id.low)
        writer.write(compact: UInt64(type))
        writer.write(stepCount | (areNamesCut ? FollowedPurpose.cutBit : 0))
        writer.write(nameCount)
        writer.write(compact: personStepCount &- 1 &- lastNumber)
        writer.write(compact: lastNumber &- firstNumber)
        writer.write(compact: distance(from: lastMilliseconds, to: personMilliseconds))
        writer.write(compact: distance(from: firstMilliseconds, to: lastMilliseconds))
        let known = names.firstIndex { $0.name == lastName }
        writer.write(known.map { UInt8($0 - names.startIndex) } ?? nameCount)
        if known == nil { writer.write(lastName) }
        writer.write(node)
        writer.write(UInt8(channel))
        if channel != 0 { writer.write(compact: distance(from: channelMilliseconds, to: lastMilliseconds)) }
        writer.write(outcome?.code ?? 0)
        if outcome != nil { writer.write(compact: distance(from: outcomeMilliseconds, to: lastMilliseconds)) }
        var before = firstMilliseconds
        var repeated: UInt64 = 0
        for (offset, name) in names.enumerated() {
            writer.write(name.name)
            writer.write(compact: distance(from: before, to: name.milliseconds))
            before = name.milliseconds
            if name.isRepeated { repeated |= 1 << UInt64(offset) }
        }
        writer.write(compact: repeated)
    }

    init(
        from reader: inout StateReader, _ personMilliseconds: Int64, stepCount personStepCount: UInt64,
        into names: inout [KeptName]
    ) throws(StateError) {
        id = PurposeID(high: try reader.number(), low: try reader.number())
        guard let type = UInt32(exactly: try reader.compact()) else { throw StateError() }
        self.type = type
        let steps: UInt8 = try reader.number()
        areNamesCut = steps & FollowedPurpose.cutBit != 0
        stepCount = steps & ~FollowedPurpose.cutBit
        nameCount = try reader.number()
        guard (1...PersonTally.variantStepsMax + 1).contains(Int(stepCount)),
            (1...PersonTally.namesMax).contains(Int(nameCount)), nameCount <= stepCount
        else { throw StateError() }
        lastNumber = try reader.number(before: personStepCount - 1)
        firstNumber = try reader.number(before: lastNumber)
        lastMilliseconds = try reader.moment(before: personMilliseconds)
        firstMilliseconds = try reader.moment(before: lastMilliseconds)
        let lastPlace = Int(try reader.number(UInt8.self))
        guard lastPlace <= nameCount else { throw StateError() }
        lastName = lastPlace == nameCount ? try reader.number() : 0
        node = try reader.number()
        channel = UInt16(try reader.number(UInt8.self))
        guard channel < PersonTally.channelsMax else { throw StateError() }
        if channel != 0 { channelMilliseconds = try reader.moment(before: lastMilliseconds) }
        let code: UInt8 = try reader.number()
        guard code == 0 || Outcome(code: code) != nil else { throw StateError() }
        outcome = Outcome(code: code)
        if outcome != nil { outcomeMilliseconds = try reader.moment(before: lastMilliseconds) }
        try readNames(from: &reader, lastPlace, into: &names)
    }

    private mutating func readNames(
        from reader: inout StateReader, _ lastPlace: Int, into names: inout [KeptName]
    ) throws(StateError) {
        let start = names.count
        var before = firstMilliseconds
        for _ in 0..<nameCount {
            let name: UInt64 = try reader.number()
            let span = try reader.compact()
            guard span <= distance(from: before, to: lastMilliseconds) else { throw StateError() }
            before = before &+ Int64(bitPattern: span)
            names.append(KeptName(name: name, milliseconds: before))
        }
        let repeated = try reader.compact()
        guard repeated >> UInt64(nameCount) == 0 else { throw StateError() }
        for offset in 0..<Int(nameCount) { names[start + offset].isRepeated = repeated >> UInt64(offset) & 1 == 1 }
        if lastPlace < nameCount { lastName = names[start + lastPlace].name }
        // It would be written otherwise.
        guard names[start...].firstIndex(where: { $0.name == lastName }) ?? names.endIndex == start + lastPlace else {
            throw StateError()
        }
    }

    private func distance(from one: Int64, to other: Int64) -> UInt64 { UInt64(bitPattern: other &- one) }
}

extension KeptName {
    static let encodedBytesMax = 8 + 10
}
