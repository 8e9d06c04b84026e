/// A customer: the company she belongs to and the habits that all her events share.
struct Person: Sendable {
    /// When in the day she likes to be on line.
    enum Rhythm: Int, CaseIterable, Sendable { case early, office, evening }

    /// How a person comes to be known by name.
    enum Introduction: Sendable {
        /// She was known before the period began, and nobody asks again.
        case known
        /// She is known, and an `identify` event repeats it.
        case identified
        /// Her first web visits are anonymous, until an `identify` event ties them to her.
        case anonymous
    }

    let number: Int
    /// The company's place in ``Company/all``.
    let company: Int
    let rhythm: Rhythm
    let introduction: Introduction
    let locale: Int
    let browser: Int
    let phone: Int
    /// The last part of an address from the range kept for documentation, 203.0.113.0/24.
    let address: Int
    let customerSince: Int
    /// Two halves of the identifier her browser keeps before she is known.
    let anonymousIdentifier: (UInt64, UInt64)

    /// The person of that number in the world of `seed`; always the same one.
    init(number: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed, person: number, part: 0)
        self.number = number
        company = random.below(Company.all.count)
        rhythm = Rhythm.allCases[random.pickIndex(weights: [25, 30, 45])]
        introduction =
            switch random.below(100) {
            case 0..<17: .anonymous
            case 17..<34: .identified
            default: .known
            }
        locale = random.below(Locale.all.count)
        browser = random.below(Device.browsers.count)
        phone = random.below(Device.phones.count)
        address = 1 + random.below(254)
        customerSince = 2008 + random.below(18)
        anonymousIdentifier = (random.next(), random.next())
    }

    var timeZoneOffset: Int64 { Locale.all[locale].timeZoneOffset }
}

/// A language with the place it is spoken in.
struct Locale: Sendable {
    let locale: StaticString
    let timeZone: StaticString
    let city: StaticString
    /// What the local clock is ahead of UTC, in milliseconds. Summer time is left out: habits are not that punctual.
    let timeZoneOffset: Int64

    static let all: [Locale] = [
        Locale(locale: "en-GB", timeZone: "Europe/London", city: "Leeds", timeZoneOffset: 0),
        Locale(locale: "en-GB", timeZone: "Europe/London", city: "Bristol", timeZoneOffset: 0),
        Locale(locale: "en-IE", timeZone: "Europe/Dublin", city: "Cork", timeZoneOffset: 0),
        Locale(locale: "en-IE", timeZone: "Europe/Dublin", city: "Galway", timeZoneOffset: 0),
        Locale(locale: "en-NL", timeZone: "Europe/Amsterdam", city: "Utrecht", timeZoneOffset: 3_600_000),
        Locale(locale: "en-MT", timeZone: "Europe/Malta", city: "Sliema", timeZoneOffset: 3_600_000),
        Locale(locale: "en-FI", timeZone: "Europe/Helsinki", city: "Tampere", timeZoneOffset: 7_200_000),
    ]
}

/// What the context of an event says of the machine it came from, ready as JSON members.
enum Device {
    static let browsers: [StaticString] = [
        #""userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36""#,
        #""userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15""#,
        #""userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0""#,
        #""userAgent":"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36""#,
        #""userAgent":"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1""#,
    ]

    static let phones: [StaticString] = [
        #""device":{"manufacturer":"Apple","model":"iPhone16,2","type":"ios"},"os":{"name":"iOS","version":"26.1"},"screen":{"width":430,"height":932,"density":3}"#,
        #""device":{"manufacturer":"Apple","model":"iPhone14,7","type":"ios"},"os":{"name":"iOS","version":"18.6"},"screen":{"width":390,"height":844,"density":3}"#,
        #""device":{"manufacturer":"Google","model":"Pixel 8","type":"android"},"os":{"name":"Android","version":"16"},"screen":{"width":412,"height":915,"density":2.6}"#,
        #""device":{"manufacturer":"Samsung","model":"SM-A556B","type":"android"},"os":{"name":"Android","version":"15"},"screen":{"width":412,"height":892,"density":2.6}"#,
    ]
}
