extension NounPhrases {
    /// What may come next.
    private enum Place {
        /// A sentence, or what stands after a conjunction or "to".
        case start
        case noun
        case verb
        /// After "to": a verb if it can be one.
        case infinitive
        /// After a form of "be".
        case being
        /// After a verb.
        case object
    }

    /// Where reading stands.
    private struct Reading {
        var place = Place.start
        /// Where the run of nouns began, or -1.
        var run = -1
        var runPlace = Place.start
        /// Whether somebody has asked for what comes now.
        var isAsked = false
        /// The verb whose doing is the topic, or -1.
        var deed = -1
        var isDeedAsked = false
        /// The word that a label calls the type of, or -1: "account" of "account type: savings".
        var typed = -1
        /// The phrase before.
        var before = 0..<0
    }

    mutating func findPhrases() {
        var now = Reading()
        for index in words.indices {
            let word = words[index]
            if word.breaks {
                flush(index, &now)
                let isValue = index > 0 && words[index - 1].isLabel
                now = Reading(place: isValue ? .noun : .start)
                if isValue { now.typed = typed(index - 1) }
            }
            if word.isJunk {
                flush(index, &now)
                now.place = .start
            } else if word.isNumber {
                if now.run < 0 { begin(index, &now) }
            } else {
                take(word, index, &now)
            }
        }
        flush(words.count, &now)
    }

    /// The word of whose type a label speaks that ends at `end`, or -1.
    private func typed(_ end: Int) -> Int {
        let isType = end > 0 && words[end].hash == NounPhrases.type && words[end - 1].isLabel
        return isType && words[end - 1].kind.isDisjoint(with: [.function, .hollow]) ? end - 1 : -1
    }

    private static let type = StableHash.of("type")

    private func begin(_ index: Int, _ now: inout Reading) {
        now.run = index
        now.runPlace = now.place
    }

    private mutating func take(_ word: Word, _ index: Int, _ now: inout Reading) {
        let kind = word.kind
        let isName = isName(index)
        if kind.contains(.function) {
            flush(index, &now)
            if kind.contains([.announcesVerb, .announcesNoun]) {
                now.place = .infinitive
            } else if kind.contains(.announcesVerb), !kind.contains(.isBeing) {
                now.place = .verb
            } else if kind.contains(.isBeing), !followsQuestion(index) {
                now.place = .being
            } else {
                now.place = kind.isDisjoint(with: [.announcesNoun, .isBeing]) ? .start : .noun
            }
        } else if kind.contains(.occasion) {
            flush(index, &now)
            now.place = .noun
        } else if kind.contains(.light), !isName {
            flush(index, &now)
            if now.place == .start { now.place = .noun }
        } else if kind.contains(.talk) {
            flush(index, &now)
            now.place = .start
        } else if kind.contains(.verb), !isName, !isModifier(index, now), !isNoun(index, now) {
            flush(index, &now)
            if kind.contains(.request) { now.isAsked = true }
            now.place = kind.contains(.isBeing) ? .being : .object
        } else if kind.contains(.verbOrNoun), !isName, isVerb(index, now) {
            flush(index, &now)
            if kind.contains(.deed) {
                now.deed = index
                now.isDeedAsked = now.isAsked
            }
            if kind.contains(.request) { now.isAsked = true }
            now.place = .object
        } else if isUnknownVerb(word, index, now) {
            now.place = .object
        } else {
            if now.run >= 0, word.letters == .capital, words[index - 1].letters == .lower { flush(index, &now) }
            if now.run < 0 { begin(index, &now) }
        }
    }

    /// Whether a capital is more than that of a sentence: it stands inside one, or before another capital.
    private func isName(_ index: Int) -> Bool {
        guard words[index].letters == .capital else { return false }
        if !words[index].begins { return true }
        // "Check Paris"
        if isTalk, words[index].kind.contains(.verbOrNoun) { return false }
        return index + 1 < words.count && !words[index + 1].breaks && words[index + 1].letters == .capital
            && words[index].kind.isDisjoint(with: [.verb, .request, .talk])
    }

    /// "what is": a noun comes, and no adjective.
    private func followsQuestion(_ index: Int) -> Bool {
        index > 0 && !words[index].breaks && words[index - 1].kind.contains(.announcesNoun)
            && !words[index].kind.contains(.announcesVerb)
    }

    /// Whether a word that may be a verb or a noun is a verb here.
    private func isVerb(_ index: Int, _ now: Reading) -> Bool {
        guard now.run < 0 else { return false }
        guard index + 1 < words.count, !words[index + 1].breaks else {
            return now.place == .verb || now.place == .infinitive
        }
        let next = words[index + 1]
        switch now.place {
        case .verb, .infinitive: return true
        case .noun, .being, .object: return false
        case .start:
            // "Contract details" and "Bill January" are titles; "change my oil" and "order pizza" are wishes.
            return words[index].letters == .lower || next.kind.contains(.function)
                || (isTalk && next.letters == .capital)
        }
    }

    /// "meeting" is a form of "meet" only where a verb must come.
    private func isNoun(_ index: Int, _ now: Reading) -> Bool {
        guard words[index].kind.contains(.noun), now.place != .verb, now.place != .infinitive else { return false }
        // "booking a flight"
        return now.place == .noun || index + 1 == words.count || words[index + 1].breaks
            || !words[index + 1].kind.contains(.announcesNoun)
    }

    /// What a label ends with whose other words say what is named: "hotel name", "account type".
    private static let namingLabels = ["name", "type"].map { StableHash.of($0) }

    /// "my shopping list", "Washing machines", "rowing machine": after an article, and at the beginning of a title or a
    /// query, a form on -ing goes with the noun behind it.
    private func isModifier(_ index: Int, _ now: Reading) -> Bool {
        let word = words[index]
        let isTitle = word.begins && (word.letters == .capital || !isTalk) && !word.kind.contains(.request)
        guard word.ending == .ing, now.place == .noun || isTitle, now.run < 0, index + 1 < words.count else {
            return false
        }
        let next = words[index + 1]
        return !next.breaks && !next.isJunk && !next.isNumber
            && next.kind.isDisjoint(with: [.function, .verb, .occasion, .light, .talk])
    }

    private func isUnknownVerb(_ word: Word, _ index: Int, _ now: Reading) -> Bool {
        guard now.run < 0, word.letters == .lower else { return false }
        if now.place == .verb, word.kind.isEmpty { return true }
        return word.ending == .ing && now.place != .noun && index + 1 < words.count && !words[index + 1].breaks
            && !isModifier(index, now)
    }

    /// Ends the run of nouns before `end`.
    private mutating func flush(_ end: Int, _ now: inout Reading) {
        guard now.run >= 0 else { return }
        defer { now.run = -1 }
        var first = now.run
        var end = end
        while end > first, endsBadly(end - 1, first: first) { end -= 1 }
        while first < end, words[first].isNumber, dropsNumber(first, end) { first += 1 }
        var isNaming = false
        if words[now.run].isLabel {
            isNaming = end - first > 1 && NounPhrases.namingLabels.contains(words[end - 1].hash)
            while end > first, words[end - 1].kind.contains(.weak) { end -= 1 }
        }
        while first < end, words[first].kind.contains(.hollow) { first += 1 }
        guard first < end else { return }
        let isDoubtful = first == end - 1 && isAdjective(first, now)
        // What is left of "20 GB".
        if end - first == 1, first > now.run, words[first].end - words[first].start < 4 { return }
        let names = names(first..<end)
        let isProper = names == end - first && !beginsPlainly(first, end)
        if isProper {
            found.append(Found(first: max(first, end - NounPhrases.wordsMax), end: end, isProper: true))
        } else {
            let before = found.count
            appendEndings(of: first..<end, isAsked: now.isAsked, isDoubtful: isDoubtful)
            if isPlaced(now.run, first, now) {
                for index in before..<found.count { found[index].isPlaced = true }
            }
            if isNaming { found[found.count - 1].isNaming = true }
            // A name of two words is one though it begins a longer phrase: "Ada Lovelace biography", but "Music events".
            let name = Found(first: first, end: first + names, isProper: true)
            if names > 1 { found.append(name) }
            appendBeginnings(of: first..<end)
            if names == 1, !beginsPlainly(first, first + names) { found.append(name) }
            if now.deed >= 0, !words[end - 1].kind.contains(.hollow) {
                found.append(Found(first: max(first, end - 2), end: end, deed: now.deed, isAsked: now.isDeedAsked))
            }
        }
        // "account type: savings" speaks of a savings account.
        if now.typed >= 0, end - first < 3 {
            found.append(Found(first: first, end: end, deed: now.typed, isNaming: true))
            now.typed = -1
        }
        joinWithBefore(now.run, first..<end, now)
        now.deed = -1
        now.isAsked = false
        now.before = first..<end
    }

    /// Whether a word that stands alone may be no noun: "how humid", "something unusual", "a cheaper one", "of course".
    private func isAdjective(_ index: Int, _ now: Reading) -> Bool {
        guard words[index].letters == .lower else { return false }
        if now.runPlace == .being { return true }
        if index > 0, !words[index].breaks, NounPhrases.indefinites.contains(words[index - 1].hash) { return true }
        if index + 1 < words.count, !words[index + 1].breaks, NounPhrases.ones.contains(words[index + 1].hash) {
            return true
        }
        return index > 0 && words[index - 1].begins && words[index - 1].kind.contains(.joins)
    }

    private static let indefinites = ["something", "anything", "nothing", "everything"].map { StableHash.of($0) }
    private static let ones = ["one", "ones"].map { StableHash.of($0) }
    private static let places = ["in", "at", "near", "from"].map { StableHash.of($0) }
    private static let `in` = StableHash.of("in")

    /// Whether a phrase without an article follows a word of place: it is the name of one, however it is written.
    private func isPlaced(_ run: Int, _ first: Int, _ now: Reading) -> Bool {
        guard run == first, run > 1, !words[run].breaks, words[run - 1].kind.contains(.function),
            words[run - 1].hash != NounPhrases.in || !words[run - 2].kind.contains(.request)
        else { return false }
        return NounPhrases.places.contains(words[run - 1].hash)
    }

    private func endsBadly(_ index: Int, first: Int) -> Bool {
        let word = words[index]
        if word.isNumber { return index == first || words[index - 1].letters != .capital }
        return word.kind.contains(.leading) || word.ending == .ed || (word.ending == .ing && index > first)
    }

    /// How many words from the first on are written like names; numbers between them count.
    private func names(_ range: Range<Int>) -> Int {
        var count = 0
        for index in range {
            guard words[index].letters == .capital || words[index].isNumber else { break }
            count += 1
        }
        return count == 1 && words[range.lowerBound].isNumber ? 0 : count
    }

    /// Whether the only capital is that of the sentence.
    private func beginsPlainly(_ first: Int, _ end: Int) -> Bool {
        words[first].begins && end - first == 1 && end < words.count && !words[end].breaks
    }

    /// The head of an English noun phrase stands last: each ending of the phrase is one.
    private mutating func appendEndings(of range: Range<Int>, isAsked: Bool, isDoubtful: Bool) {
        for length in 1...min(range.count, NounPhrases.wordsMax) {
            let first = range.upperBound - length
            if words[first].isNumber, first > range.lowerBound || length < 3 { continue }
            // Names stay whole.
            if first > range.lowerBound, words[first].letters == .capital, words[first - 1].letters == .capital {
                continue
            }
            // What follows a number cannot go without it, but for the head: "inch kitchen hood".
            if length > 1, first > range.lowerBound, words[first - 1].isNumber { continue }
            // "12 old mill lane": what is counted is no phrase of its own, where all of it is one.
            let isCounted =
                length > 1 && length < range.count && range.count <= NounPhrases.wordsMax
                && words[range.lowerBound].isNumber
            found.append(
                Found(first: first, end: range.upperBound, isAsked: isAsked, isDoubtful: isDoubtful || isCounted))
        }
    }

    /// "twelve-week plan price" speaks of a twelve-week plan.
    private mutating func appendBeginnings(of range: Range<Int>) {
        for length in 1..<max(2, min(range.count, NounPhrases.wordsMax + 1)) where length < range.count {
            let end = range.lowerBound + length
            guard !words[end - 1].isNumber, words[end - 1].ending == .other,
                words[end - 1].letters != .capital || words[end].letters != .capital
            else { continue }
            found.append(Found(first: range.lowerBound, end: end, isBeginning: true))
        }
    }

    /// Whether a number at the beginning goes: "2 tickets", but not "48 inch kitchen hood" or "20th Street".
    private func dropsNumber(_ first: Int, _ end: Int) -> Bool {
        guard first + 1 < end, !words[first + 1].isNumber else { return true }
        return end - first < 3 && words[first + 1].letters != .capital
    }

    /// "meaning" and "life" are a "meaning of life".
    private mutating func joinWithBefore(_ run: Int, _ range: Range<Int>, _ now: Reading) {
        guard run > 0, run == range.lowerBound, words[run - 1].kind.contains(.joins), !now.before.isEmpty,
            now.before.upperBound == run - 1, !words[run - 2].kind.contains(.weak)
        else { return }
        let first = max(now.before.lowerBound, now.before.upperBound - 2)
        guard range.upperBound - first <= NounPhrases.wordsMax + 1 else { return }
        found.append(Found(first: first, end: range.upperBound, isAsked: now.isAsked))
    }
}
