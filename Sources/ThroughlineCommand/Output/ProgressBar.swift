#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A bar on standard error, where that is a terminal; nothing elsewhere.
struct ProgressBar {
    private let isShown = isatty(2) == 1
    private var lastShown = -1
    private var isDrawn = false

    /// Shows how much of something is done.
    mutating func show(_ what: StaticString, done: Int64, of total: Int64?) {
        guard isShown else { return }
        guard let total, total > 0 else {
            let megabytes = Int(done >> 20)
            guard megabytes != lastShown else { return }
            lastShown = megabytes
            return draw("\(what) \(megabytes) MB")
        }
        let hundredths = Int(min(100, done * 100 / total))
        guard hundredths != lastShown else { return }
        lastShown = hundredths
        let filled = hundredths * 30 / 100
        draw(
            "\(what) [" + String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled)
                + "] \(hundredths) %")
    }

    private mutating func draw(_ text: String) {
        isDrawn = true
        Console.raw("\r\u{1B}[K\(text)")
    }

    /// Takes the bar away.
    mutating func end() {
        guard isDrawn else { return }
        isDrawn = false
        lastShown = -1
        Console.raw("\r\u{1B}[K")
    }
}
