extension PurposeNamer {
    /// The name as it stands.
    public func name(of purpose: Int) -> String {
        let thread = threads[purpose]
        var parts: [String] = []
        if thread.name.first >= 0 { parts.append(text(phrases[Int(thread.name.first)].text)) }
        if thread.name.second >= 0 { parts.append(text(phrases[Int(thread.name.second)].text)) }
        if thread.name.showsAmount { parts.append(text(thread.amount)) }
        switch thread.name.extra {
        case .none: break
        case .date: parts.append(thread.opened.dayAndMonth)
        case .number: parts += [thread.opened.dayAndMonth, String(thread.name.number)]
        }
        return parts.joined(separator: ", ")
    }

    /// The phrases that say most, best first; those of the name are among them.
    public func terms(of purpose: Int) -> [String] {
        var terms: [Int32] = []
        while terms.count < PurposeNamer.termsMax {
            let next = best(in: purpose) { place in
                phrases[Int(place)].lastText > 0 && phrases[Int(place)].stands
                    && terms.allSatisfy { !overlap($0, place) }
            }
            guard let next else { break }
            terms.append(next)
        }
        return terms.map { text(phrases[Int($0)].text) }
    }

    private func text(_ range: Range<Int32>) -> String {
        String(decoding: bytes[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }

    /// How much a phrase says of its purpose.
    private func value(_ place: Int32) -> Float {
        let phrase = phrases[Int(place)]
        guard phrase.stands else { return 0 }
        // More words say more, but a third must be earned by coming again.
        let length: Float =
            switch phrase.wordCount {
            case 1: 1
            case 2: 1.5
            default: 1.65
            }
        let others = Float(max(0, holders[phrase.key].nonzeroBitCount - 1))
        let shared = 1 + others * (phrase.isProper ? 0.5 : 0.2)
        return phrase.score * length * (phrase.isThin ? 0.35 : phrase.isDoing ? 0.7 : 1) / shared
    }

    /// The best of the phrases that are wanted; of equals the one that came first.
    private func best(in purpose: Int, where isWanted: (Int32) -> Bool) -> Int32? {
        var best: Int32?
        var most: Float = -1
        var place = threads[purpose].firstPhrase
        while place >= 0 {
            let value = value(place)
            // The list runs from the latest to the first.
            if value >= most, isWanted(place) {
                best = place
                most = value
            }
            place = phrases[Int(place)].next
        }
        return best
    }

    /// How much a topic must say beside the best name of a thing, to be told first.
    private func leastShare(_ topic: Int32) -> Float {
        let phrase = phrases[Int(topic)]
        return phrase.isThin ? 0.6 : phrase.isPrompt ? 0.1 : 0.4
    }

    /// The longest phrase with the same head that comes often enough beside it: "hotel room" for "room".
    private func longer(_ topic: Int32, in purpose: Int) -> Int32 {
        var longest = topic
        var place = threads[purpose].firstPhrase
        while place >= 0 {
            let phrase = phrases[Int(place)]
            let isCounted = bytes[Int(phrase.text.lowerBound)] &- 0x30 < 10
            if !phrase.isProper, phrase.stands, !isCounted, phrase.wordCount > phrases[Int(longest)].wordCount,
                phrase.score >= 0.3 * phrases[Int(topic)].score && ends(phrase.text, with: phrases[Int(topic)].text)
                    || phrase.score >= 0.6 * phrases[Int(topic)].score
                        && begins(phrase.text, with: phrases[Int(topic)].text)
            {
                longest = place
            }
            place = phrase.next
        }
        return longest
    }

    private func begins(_ text: Range<Int32>, with begin: Range<Int32>) -> Bool {
        let start = Int(text.lowerBound)
        guard text.count > begin.count, bytes[start + begin.count] == 0x20 else { return false }
        for index in 0..<begin.count where bytes[start + index] != bytes[Int(begin.lowerBound) + index] {
            return false
        }
        return true
    }

    private func ends(_ text: Range<Int32>, with end: Range<Int32>) -> Bool {
        let start = Int(text.upperBound) - end.count
        guard text.count > end.count, bytes[start - 1] == 0x20 else { return false }
        for index in 0..<end.count where bytes[start + index] != bytes[Int(end.lowerBound) + index] { return false }
        return true
    }

    /// Whether a name tells more than a place or a thing.
    func tellsTopic(_ name: Name) -> Bool {
        let first = phrases[Int(name.first)]
        return first.lastText > 0 && !first.isProper || name.second >= 0 && !phrases[Int(name.second)].isProper
    }

    /// Thinks a name over; where only a topic is wanted, one thing does not give way to another.
    mutating func reconsider(_ purpose: Int, isTopicWanted: Bool = false) {
        let thread = threads[purpose]
        let topic = best(in: purpose) { !phrases[Int($0)].isProper }
        let thing = best(in: purpose) { phrases[Int($0)].isProper }
        var first = topic ?? -1
        if let thing, first < 0 || value(first) < value(thing) * leastShare(first) {
            first = thing
        } else if first >= 0 {
            first = longer(first, in: purpose)
        }
        if thread.name.first >= 0, first != thread.name.first, keeps(thread.name.first, against: first) {
            first = thread.name.first
        }
        var second: Int32 = -1
        if phrases[Int(first)].lastText > 0 {
            let floor = phrases[Int(first)].isProper ? value(first) * 0.4 : 0.8
            second = best(in: purpose) { phrases[Int($0)].isProper && fits(first, $0) } ?? -1
            if second >= 0, value(second) < floor { second = -1 }
            if thread.name.second >= 0, fits(first, thread.name.second),
                second < 0 || value(second) < value(thread.name.second) * PurposeNamer.detailMargin
            {
                second = thread.name.second
            }
            // Beside a thing alone the topic, though little was said of it: "Paris, rooms".
            if second < 0, phrases[Int(first)].isProper, let topic, isDetail(topic), fits(first, topic) {
                second = topic
            }
        }
        if isTopicWanted, !tellsTopic(Name(first: first, second: second)) { return }
        settle(purpose, first, second)
    }

    private func isDetail(_ topic: Int32) -> Bool {
        let phrase = phrases[Int(topic)]
        return phrase.lastText > 0 && phrase.stands && !phrase.isThin
    }

    /// Whether a phrase stays the name though another is better.
    private func keeps(_ old: Int32, against new: Int32) -> Bool {
        // A topic beside things is always better, and so is any phrase of hers than the title of an event.
        if phrases[Int(old)].isProper != phrases[Int(new)].isProper || phrases[Int(old)].lastText == 0 { return false }
        let (was, becomes) = (phrases[Int(old)], phrases[Int(new)])
        // The same with a word less is hardly better.
        if ends(was.text, with: becomes.text) || begins(was.text, with: becomes.text) {
            return value(new) < value(old) * PurposeNamer.shorterMargin
        }
        // The same with a word more is better if it is no rare way to say it.
        if becomes.score >= 0.6 * was.score, ends(becomes.text, with: was.text) || begins(becomes.text, with: was.text)
        {
            return false
        }
        return value(new) < value(old) * PurposeNamer.nameMargin
    }

    /// Gives the purpose a name that none of her others has: the wanted one, or one with another detail.
    private mutating func settle(_ purpose: Int, _ first: Int32, _ second: Int32) {
        let hasAmount = !threads[purpose].amount.isEmpty
        let isBare = phrases[Int(first)].lastText == 0
        if take(purpose, Name(first: first, second: second, showsAmount: isBare && hasAmount)) { return }
        var tried: [Int32] = [second]
        while tried.count < 6 {
            let next = best(in: purpose) {
                !tried.contains($0) && phrases[Int($0)].lastText > 0 && phrases[Int($0)].stands
                    && !phrases[Int($0)].isThin && fits(first, $0)
            }
            guard let next else { break }
            if take(purpose, Name(first: first, second: next)) { return }
            tried.append(next)
        }
        var name = Name(first: first, second: second, showsAmount: hasAmount)
        if hasAmount, take(purpose, name) { return }
        name.extra = .date
        if take(purpose, name) { return }
        name.extra = .number
        name.number = 2
        while !take(purpose, name) { name.number += 1 }
    }

    /// Takes a name unless another purpose has it.
    private mutating func take(_ purpose: Int, _ name: Name) -> Bool {
        let thread = threads[purpose]
        var key = phrases[Int(name.first)].key
        if name.second >= 0 { key = StableHash.mixed(key) &+ phrases[Int(name.second)].key }
        if name.showsAmount { key = StableHash.mixed(key &+ hash(thread.amount)) }
        if name.extra != .none {
            let day = UInt64(bitPattern: thread.opened.secondsSince1970 / 86_400)
            key = StableHash.mixed(key &+ StableHash.mixed(day &+ UInt64(name.number) << 40))
        }
        let holder = named[key]
        guard holder == 0 || holder == UInt64(purpose) + 1 else { return false }
        if key != thread.nameKey {
            if thread.nameKey != 0 { named.set(thread.nameKey, to: 0) }
            named.set(key, to: UInt64(purpose) + 1)
        }
        threads[purpose].nameKey = key
        threads[purpose].name = name
        return true
    }

    private func hash(_ range: Range<Int32>) -> UInt64 {
        bytes.withUnsafeBufferPointer {
            StableHash.of(UnsafeBufferPointer(rebasing: $0[Int(range.lowerBound)..<Int(range.upperBound)]))
        }
    }

    /// Whether a detail may stand beside a phrase: it says something else, and the name stays short.
    private func fits(_ first: Int32, _ second: Int32) -> Bool {
        let count = Int(phrases[Int(first)].wordCount) + Int(phrases[Int(second)].wordCount)
        return count <= PurposeNamer.wordsMax && !overlap(first, second)
    }

    /// Whether two phrases have a word in common, whatever its case.
    private func overlap(_ a: Int32, _ b: Int32) -> Bool {
        if a == b { return true }
        return bytes.withUnsafeBufferPointer { bytes in
            let one = UnsafeBufferPointer(rebasing: bytes[phrases[Int(a)].text])
            let other = UnsafeBufferPointer(rebasing: bytes[phrases[Int(b)].text])
            var start = 0
            while start < one.count {
                var end = start
                while end < one.count, one[end] != 0x20 { end += 1 }
                if PurposeNamer.hasWord(UnsafeBufferPointer(rebasing: one[start..<end]), in: other) { return true }
                start = end + 1
            }
            return false
        }
    }

    private static func hasWord(
        _ word: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != 0x20 { end += 1 }
            let shorter = min(word.count, end - start)
            // A plural is the same word.
            if max(word.count, end - start) - shorter <= 1, shorter > 0 {
                var index = 0
                while index < shorter, folded(word[index]) == folded(text[start + index]) { index += 1 }
                let longer = word.count > end - start ? word : UnsafeBufferPointer(rebasing: text[start..<end])
                if index == shorter, longer.count == shorter || folded(longer[shorter]) == UInt8(ascii: "s") {
                    return true
                }
            }
            start = end + 1
        }
        return false
    }

    @inline(__always)
    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate subscript(range: Range<Int32>) -> Slice<UnsafeBufferPointer<UInt8>> {
        self[Int(range.lowerBound)..<Int(range.upperBound)]
    }
}

extension Instant {
    /// "4 March", in UTC.
    var dayAndMonth: String {
        let text = Array(rfc3339.utf8)
        guard text.count >= 10, text[4] == UInt8(ascii: "-") else { return rfc3339 }
        let month = Int(text[5] - 0x30) * 10 + Int(text[6] - 0x30)
        let day = Int(text[8] - 0x30) * 10 + Int(text[9] - 0x30)
        return "\(day) \(Instant.months[month - 1])"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
