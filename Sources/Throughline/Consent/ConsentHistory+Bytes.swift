extension ConsentHistory {
    /// What the bytes begin with; another number is another form.
    static let form: UInt8 = 1

    /// The history as bytes. The same lines give the same bytes, in whatever order they came.
    ///
    /// - Complexity: O(lines and their texts).
    public func encoded() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: entries.reduce(64) { $0 + $1.encodedBytesMax }) { room, count in
            var writer = StateWriter(UnsafeMutableRawBufferPointer(room))
            writer.write(ConsentHistory.form)
            writer.write(strand.rawValue)
            writer.write(droppedCount)
            writer.write(UInt32(entries.count))
            for entry in entries { entry.encode(to: &writer) }
            writer.write(StableHash.ofMany(writer.bytes))
            count = writer.count
        }
    }

    /// Reads what ``encoded()`` made. The hash at its end finds what was damaged; whoever makes bytes with a hash that fits
    /// gets a history within all limits, or an error.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(StateError) {
        guard bytes.count > 8 else { throw StateError() }
        let content = UnsafeRawBufferPointer(rebasing: bytes.dropLast(8))
        let hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: content.count, as: UInt64.self))
        guard StableHash.ofMany(content) == hash else { throw StateError() }
        var reader = StateReader(content)
        guard try reader.number(UInt8.self) == ConsentHistory.form,
            let strand = Strand(rawValue: try reader.number())
        else { throw StateError() }
        self.init(strand)
        droppedCount = try reader.number()
        let count = try reader.count(atMost: ConsentHistory.entriesMax)
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let entry = try ConsentEntry(from: &reader)
            guard entries.last.map({ $0 < entry }) ?? true else { throw StateError() }
            guard entry.manner != .globalPrivacyControl || placeOfSignal(for: entry.use) == nil else {
                throw StateError()
            }
            entries.append(entry)
        }
        guard reader.isAtEnd, keepsLimits else { throw StateError() }
    }

    private var keepsLimits: Bool {
        let firm = entries.count(where: \.isFirm)
        func organizations(firm: Bool) -> Int {
            Set(entries.lazy.filter { $0.isFirm == firm }.compactMap(\.use.organization)).count
        }
        return firm <= ConsentHistory.firmEntriesMax + ConsentHistory.firmWholeUseEntriesMax
            && entries.count - firm <= ConsentHistory.looseEntriesMax + ConsentHistory.looseWholeUseEntriesMax
            && organizations(firm: true) <= ConsentHistory.organizationsMax
            && organizations(firm: false) <= ConsentHistory.organizationsMax
    }
}

extension ConsentEntry {
    /// The years 1 to 9999, which are all that can be written out again.
    private static let times =
        Instant(millisecondsSince1970: -62_135_596_800_000)...Instant(millisecondsSince1970: 253_402_300_799_999)

    fileprivate var encodedBytesMax: Int {
        let texts = [
            use.organization?.rawValue, channel?.rawValue, place, notice?.id, notice?.version, notice?.text,
        ]
        return texts.reduce(32) { $0 + 2 + ($1?.utf8.count ?? 0) }
    }

    fileprivate func encode(to writer: inout StateWriter) {
        writer.write(use.kind.rawValue)
        writer.write(decision.rawValue)
        writer.write(manner.rawValue)
        writer.write(isTrusted)
        writer.write(isWidened)
        writer.write(time.millisecondsSince1970)
        writer.write(position)
        // No name is empty, so that none is.
        writer.write(text: use.organization?.rawValue ?? "")
        writer.write(text: channel?.rawValue ?? "")
        writer.write(text: place)
        writer.write(notice != nil)
        guard let notice else { return }
        writer.write(text: notice.id)
        writer.write(text: notice.version)
        writer.write(text: notice.text)
    }

    fileprivate init(from reader: inout StateReader) throws(StateError) {
        guard let kind = Use.Kind(rawValue: try reader.number()),
            let decision = ConsentDecision(rawValue: try reader.number()),
            let manner = Manner(rawValue: try reader.number())
        else { throw StateError() }
        let isTrusted = try reader.flag()
        let isWidened = try reader.flag()
        let time = Instant(millisecondsSince1970: try reader.number())
        guard ConsentEntry.times.contains(time) else { throw StateError() }
        let position = try reader.number(UInt64.self)
        let organization = try reader.text(bytesMax: OrganizationName.bytesMax)
        let channel = try reader.text(bytesMax: ChannelName.bytesMax)
        let place = try reader.text(bytesMax: ConsentEntry.placeBytesMax)
        var notice: ConsentNotice?
        if try reader.flag() {
            notice = ConsentNotice(
                id: try reader.text(bytesMax: ConsentNotice.idBytesMax),
                version: try reader.text(bytesMax: ConsentNotice.versionBytesMax),
                text: try reader.text(bytesMax: ConsentNotice.textBytesMax))
        }
        guard kind == .sharing || organization.isEmpty else { throw StateError() }
        do {
            let use: Use = organization.isEmpty ? kind.whole : .sharing(with: try OrganizationName(organization))
            try self.init(
                decision, of: use, on: channel.isEmpty ? nil : try ChannelName(channel), at: time, position: position,
                manner: manner, isTrusted: isTrusted, place: place, notice: notice)
        } catch {
            throw StateError()
        }
        // A name that is not written as it is kept was not written by us.
        guard use.organization?.rawValue ?? "" == organization, self.channel?.rawValue ?? "" == channel else {
            throw StateError()
        }
        guard isWidened else { return }
        guard decision != .granted, manner != .globalPrivacyControl, use == kind.whole, self.channel == nil else {
            throw StateError()
        }
        self.init(widening: self)
    }
}

extension StateWriter {
    /// A text and, before it, how many bytes it has.
    fileprivate mutating func write(text: String) {
        var text = text
        text.withUTF8 {
            write(UInt16($0.count))
            write(raw: UnsafeRawBufferPointer($0))
        }
    }
}

extension StateReader {
    fileprivate mutating func text(bytesMax: Int) throws(StateError) -> String {
        let count = Int(try number(UInt16.self))
        guard count <= bytesMax, let text = String(validating: try raw(count), as: UTF8.self) else {
            throw StateError()
        }
        return text
    }
}
