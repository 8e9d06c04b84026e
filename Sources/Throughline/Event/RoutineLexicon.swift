/// How much an event looks like routine, by its name alone.
public enum Habit: UInt8, Sendable {
    /// It may well serve a purpose.
    case none
    /// A habit (a bill, a visit to the gym): it belongs to an open purpose where it fits one, and opens none.
    case habitual
    /// A log-in, a newsletter that arrives: it belongs to a purpose only where they name the same order or account.
    case routine
}

/// Which events usually serve no purpose: log-ins, newsletters that arrive, bills that are paid by habit.
///
/// A prior for a stream without history, matched on the words of a name, never on its spelling (`order_completed`,
/// `Completed Order`).
public enum RoutineLexicon {
    /// What the name of a track, page or screen says, and whether it names a page, whose title then decides.
    ///
    /// - Complexity: O(name).
    public static func habit(ofName name: UnsafeBufferPointer<UInt8>) -> (habit: Habit, isPage: Bool) {
        var words = InlineArray<8, UInt64>(repeating: 0)
        let count = split(name, into: &words)
        func has(_ set: Set<UInt64>) -> Bool {
            for index in 0..<count where set.contains(words[index]) { return true }
            return false
        }
        if has(alwaysRoutine) { return (.routine, false) }
        if has(enters), has(door) { return (.routine, false) }
        if has(sentToHer), has(received) { return (.routine, false) }
        if has(application), has(lifecycle) { return (.routine, false) }
        let isHabit = has(habits) || (has(sentToHer) && has(looked))
        return (isHabit ? .habitual : .none, has(pages))
    }

    /// Log-ins and the like.
    private static let alwaysRoutine = hashes([
        "login", "logout", "logon", "signin", "signout", "authenticated", "session", "cookie",
        "heartbeat", "newsletter", "survey", "password", "balance", "biometric", "consent",
    ])
    /// "Logged In", "Sign out": two words that mean a log-in only together ("Call Logged" is none).
    private static let enters = hashes(["log", "logged", "sign", "signed"])
    private static let door = hashes(["in", "out", "on", "off"])
    /// What a company sends, until she does something with it.
    private static let sentToHer = hashes([
        "email", "mail", "push", "sms", "text", "campaign", "notification", "promotion", "banner",
    ])
    private static let received = hashes([
        "received", "delivered", "bounced", "deferred", "dropped", "sent", "viewed", "shown", "displayed",
    ])
    private static let application = hashes(["app", "application", "device"])
    private static let lifecycle = hashes([
        "opened", "installed", "updated", "backgrounded", "foregrounded", "crashed", "uninstalled", "launched",
    ])
    private static let looked = hashes(["opened", "read"])
    /// What people do without wanting anything new.
    private static let habits = hashes([
        "paid", "debit", "payment", "payments", "withdrawal", "deposit", "purchase", "checked", "scanned", "usage",
        "statement", "fee", "topup", "top", "visited", "workout",
    ])
    /// What every household pays for, whatever else it is after.
    private static let household = hashes([
        "utility", "utilities", "electricity", "electric", "water", "gas", "rent", "heating", "energy", "groceries",
        "supermarket", "council", "salary", "wages",
    ])
    private static let pages = hashes(["page", "screen", "viewed"])

    private static let lobby = hashes([
        "home", "homepage", "start", "welcome", "my", "account", "dashboard", "overview", "login", "log", "sign", "in",
        "inbox", "settings", "profile", "page", "accounts", "today", "cookies", "cookie", "privacy", "imprint", "terms",
    ])

    /// Whether a text speaks of what every household pays for.
    static func isHousehold(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var words = InlineArray<8, UInt64>(repeating: 0)
        let count = split(text, into: &words)
        for index in 0..<count where household.contains(words[index]) { return true }
        return false
    }

    /// Whether a page is one that everybody passes through: every word of its title says so.
    static func isLobby(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var words = InlineArray<8, UInt64>(repeating: 0)
        let count = split(text, into: &words)
        guard count > 0, count < 4 else { return false }
        for index in 0..<count where !lobby.contains(words[index]) { return false }
        return true
    }

    private static func hashes(_ words: [String]) -> Set<UInt64> { Set(words.map { StableHash.of($0) }) }

    /// The first eight words.
    private static func split(_ text: UnsafeBufferPointer<UInt8>, into words: inout InlineArray<8, UInt64>) -> Int {
        var count = 0
        var found = InlineArray<8, UInt64>(repeating: 0)
        NameWords.forEach(in: text) { word in
            guard count < 8 else { return }
            found[count] = word
            count += 1
        }
        words = found
        return count
    }
}
