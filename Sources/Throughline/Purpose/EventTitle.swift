/// What an event is about, by its name alone: "Loan Calculated" is about a loan.
///
/// Names follow the Segment Spec, object before action. Where no object is left the channel tells, if it is one of a
/// process ("application") and not a touchpoint ("web").
enum EventTitle {
    /// Writes the title in small letters.
    static func append(
        name: UnsafeBufferPointer<UInt8>, channel: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
    ) {
        let start = output.count
        appendObject(of: name, to: &output)
        guard output.count == start else { return }
        if !channel.isEmpty, !touchpoints.contains(StableHash.folded(channel)) {
            appendWords(of: channel, to: &output) { _ in true }
        }
        guard output.count == start else { return }
        appendWords(of: name, to: &output) { $0.count > 1 }
        if output.count == start { output.append(contentsOf: name) }
    }

    private static func appendObject(of name: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        var isFirst = true
        appendWords(of: name, to: &output) { word in
            defer { isFirst = false }
            guard word.count > 1 else { return false }
            let kind = WordKind.of(StableHash.folded(word))
            let ends =
                word.count > 3 && word[word.count - 1] | 0x20 == UInt8(ascii: "d")
                && word[word.count - 2] | 0x20 == UInt8(ascii: "e")
            if kind.contains(.noun) { return true }
            // "Run Logged" is about a run.
            return kind.isDisjoint(with: isFirst ? [.function] : [.function, .verb, .occasion]) && !ends
        }
    }

    /// Writes the wanted words, however the name is spelled: `loan_calculated`, `LoanCalculated`.
    private static func appendWords(
        of name: UnsafeBufferPointer<UInt8>, to output: inout [UInt8],
        where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        let begin = output.count
        var start = 0
        var position = 0
        func end(_ position: Int, _ output: inout [UInt8]) {
            guard position > start else { return }
            let word = UnsafeBufferPointer(rebasing: name[start..<position])
            guard isWanted(word) else { return }
            if output.count > begin { output.append(0x20) }
            for byte in word { output.append(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
        }
        while position < name.count {
            let byte = name[position]
            let isWord = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80
            let turns = position > start && byte &- 0x41 < 26 && name[position - 1] &- 0x61 < 26
            if !isWord || turns {
                end(position, &output)
                start = isWord ? position : position + 1
            }
            position += 1
        }
        end(position, &output)
    }

    /// Whether texts of a channel are queries and titles rather than talk.
    static func isSite(_ channel: UnsafeBufferPointer<UInt8>) -> Bool {
        channel.count == 3 && sites.contains(StableHash.folded(channel))
    }

    /// Whether texts of a channel are what somebody says, and no queries, titles or subjects.
    static func isTalk(_ channel: UnsafeBufferPointer<UInt8>) -> Bool {
        !isSite(channel) && !subjects.contains(StableHash.folded(channel))
    }

    private static let subjects = [StableHash.of("email"), StableHash.of("mail"), StableHash.of("push")]

    private static let sites = [StableHash.of("web"), StableHash.of("app")]

    /// Channels that say where something happened and not what.
    private static let touchpoints: Set<UInt64> = Set(
        [
            "web", "app", "mobile", "branch", "store", "call", "phone", "email", "mail", "sms", "push", "social", "pos",
            "chat", "server", "backend", "api", "crm", "desktop", "ios", "android", "browser", "kiosk", "in-app",
        ].map { StableHash.of($0) })
}
