/// What a property of an event is to discovery, by the words of its key.
public enum PropertyRole: Sendable, Equatable {
    /// It tells the topic: a title, a query, a message.
    case text
    /// It names one thing: an order, an offer, a clicked site.
    case entity
    /// It says who wrote.
    case author
    /// It says who or what handled the event.
    case resource
    /// A number that people would tell it by: the amount of a loan.
    case amount
    /// It says nothing of a purpose: an address, a currency, an id of the session.
    case technical

    /// - Complexity: O(key); no allocation.
    public init(of key: UnsafeBufferPointer<UInt8>) {
        let hash = StableHash.folded(key)
        if let known = PropertyRole.known[hash] {
            self = known
        } else if PropertyRole.endsLikeIdentifier(key) {
            self = .entity
        } else {
            self = .text
        }
    }

    private static let known: [UInt64: PropertyRole] = {
        var roles: [UInt64: PropertyRole] = [:]
        func add(_ role: PropertyRole, _ keys: [String]) {
            for key in keys { roles[StableHash.of(key)] = role }
        }
        add(.author, ["author", "speaker", "sender"])
        add(.resource, ["resource", "agent", "clerk", "employee", "handler"])
        add(.entity, ["clicked", "domain", "sku", "coupon", "reference", "ref", "msisdn", "iban"])
        add(
            .amount,
            [
                "amount", "amountrequested", "amount_requested", "requestedamount", "requested_amount", "loanamount",
                "loan_amount",
            ])
        add(
            .technical,
            [
                "url", "path", "referrer", "href", "image_url", "imageurl", "search", "hash", "currency", "locale",
                "timezone", "language", "ip", "useragent", "user_agent", "os", "version", "build", "library", "channel",
                "session_id", "sessionid", "device_id", "deviceid", "user_id", "userid", "customer_id", "customerid",
                "anonymous_id", "anonymousid", "visitor_id", "campaign_id", "campaignid", "message_id", "messageid",
                "store_id", "branch_id", "template_id", "list_id", "creative", "utm_source", "utm_medium",
                "utm_campaign", "status", "method", "type", "platform", "browser", "email", "phone", "date", "time",
                "timestamp", "created_at", "updated_at", "duration", "position",
            ])
        return roles
    }()

    private static func endsLikeIdentifier(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = key.count
        func ends(_ suffix: StaticString) -> Bool {
            let wanted = UnsafeBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount)
            guard count >= wanted.count else { return false }
            for index in 0..<wanted.count where key[count - wanted.count + index] != wanted[index] { return false }
            return true
        }
        return ends("_id") || ends("Id") || ends("ID") || ends("_number") || ends("Number") || ends("_code")
            || ends("Code")
    }
}
