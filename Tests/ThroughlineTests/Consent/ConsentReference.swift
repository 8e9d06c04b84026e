import Throughline

/// What was said of consent, in numbers: as plain as it can be, since the rule is held against it.
struct Said {
    /// The strand that it is a line of.
    var strand = 0
    var ofUser = false
    /// 0 to 3: service, recommendation, marketing, all sharing. From 4: sharing with one organization.
    var use: Int
    /// 0 is every channel.
    var channel: Int
    var decision: ConsentDecision
    var time: Int
    var position: Int
    var isTrusted: Bool
    var isSignal = false

    func speaks(of use: Int, on channel: Int) -> Bool {
        (self.channel == 0 || self.channel == channel) && (self.use == use || (self.use == 3 && use > 3))
    }
    func names(allOf other: Said) -> Bool { (other.channel == 0 || channel != 0) && (other.use <= 3 || use > 3) }
    func mayLift(_ no: Said) -> Bool { strand == no.strand && (isTrusted || !(no.isTrusted || no.isSignal)) }
    func isAfter(_ other: Said) -> Bool { (time, position) > (other.time, other.position) }
    func isSameSignal(as other: Said) -> Bool { isSignal && strand == other.strand && use == other.use }
}

/// The rule of docs/consent.md, all of it and nothing else, for the strands of one person.
func permitsByReference(_ use: Int, on channel: Int, said: [Said], isKnown: Bool) -> Bool {
    let heard = said.filter { $0.isTrusted || $0.isSignal || !$0.ofUser }
    let about = heard.filter { one in
        one.speaks(of: use, on: channel)
            && !heard.contains { $0.isSameSignal(as: one) && one.isSignal && one.isAfter($0) }
    }
    let yeses = about.filter { $0.decision == .granted }
    for no in about where no.decision != .granted {
        if !yeses.contains(where: { $0.mayLift(no) && $0.isAfter(no) && $0.names(allOf: no) }) { return false }
    }
    return use == 0 || yeses.contains { $0.isTrusted || !isKnown }
}
