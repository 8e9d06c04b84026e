/// Which events usually serve no purpose: log-ins, newsletters that arrive, bills that are paid by habit.
///
/// A prior for a stream without history, matched on the words of a name, never on its spelling (`order_completed`,
/// `Completed Order`). What discovery finds in the stream outweighs it: a routine name with an order number that an
/// open purpose holds goes to that purpose.
public enum RoutineLexicon {
    /// Whether an event with this name and text usually is routine.
    ///
    /// - Complexity: O(name + text); looks at the text only where the name leaves it open.
    public static func isRoutine(name: UnsafeBufferPointer<UInt8>, text: UnsafeBufferPointer<UInt8>) -> Bool {
        var words = InlineArray<8, UInt64>(repeating: 0)
        let count = split(name, into: &words)
        func has(_ set: Set<UInt64>) -> Bool {
            for index in 0..<count where set.contains(words[index]) { return true }
            return false
        }
        if has(alwaysRoutine) { return true }
        if has(enters), has(door) { return true }
        if has(sentToHer), has(received) { return true }
        if has(application), has(lifecycle) { return true }
        if has(habitual) { return isHabitual(text) }
        if has(pages) { return isLobby(text) }
        return false
    }

    /// Log-ins and the like.
    private static let alwaysRoutine = hashes([
        "login", "logout", "logon", "signin", "signout", "authenticated", "session", "cookie",
        "heartbeat", "newsletter", "survey", "password", "balance", "biometric", "checkin",
    ])
    /// "Logged In", "Sign out": two words that mean a log-in only together ("Call Logged" is none).
    private static let enters = hashes(["log", "logged", "sign", "signed"])
    private static let door = hashes(["in", "out", "on", "off"])
    /// What a company sends, until she does something with it.
    private static let sentToHer = hashes([
        "email", "mail", "push", "sms", "campaign", "notification", "promotion", "banner",
    ])
    private static let received = hashes([
        "received", "delivered", "bounced", "deferred", "dropped", "sent", "viewed", "shown", "displayed",
    ])
    private static let application = hashes(["app", "application", "device"])
    private static let lifecycle = hashes([
        "opened", "installed", "updated", "backgrounded", "foregrounded", "crashed", "uninstalled", "launched",
    ])
    /// Names under which habits and purposes both occur; the text decides.
    private static let habitual = hashes([
        "bill", "payment", "paid", "debit", "transfer", "standing", "withdrawal", "deposit", "salary", "card", "invoice",
    ])
    private static let pages = hashes(["page", "screen", "viewed"])

    private static let habits = hashes([
        "utility", "utilities", "electricity", "electric", "water", "gas", "rent", "salary", "wages", "groceries",
        "supermarket", "subscription", "monthly", "council", "standing", "direct", "cash", "atm", "heating", "energy",
        "broadcast", "dues",
    ])
    private static let lobby = hashes([
        "home", "homepage", "start", "welcome", "my", "account", "dashboard", "overview", "login", "log", "sign", "in",
        "inbox", "settings", "profile", "page",
    ])

    private static func isHabitual(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var words = InlineArray<8, UInt64>(repeating: 0)
        let count = split(text, into: &words)
        for index in 0..<count where habits.contains(words[index]) { return true }
        return false
    }

    /// Whether a page is one that everybody passes through: every word of its title says so.
    private static func isLobby(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
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
