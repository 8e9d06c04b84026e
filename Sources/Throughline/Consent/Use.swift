/// What a person's data may be processed for.
public enum Use: Hashable, Sendable {
    /// Doing what she asked for: an order, an account, an answer.
    case service
    /// Helping a purpose of hers on with what is known of her.
    case recommendation
    /// Offers that she did not ask for.
    case marketing
    /// Giving what is known of her to another organization; nil is every one, and only a no can say that.
    case sharing(with: OrganizationName?)

    /// Whether it may be done where nothing was said. Only service: she began it, and it rests on what was agreed with her
    /// and not on consent. All else needs a yes.
    public var isAllowedByDefault: Bool { self == .service }

    /// Whether what is said of this use is said of the other one too.
    func covers(_ other: Use) -> Bool {
        if case .sharing(with: nil) = self, case .sharing = other { return true }
        return self == other
    }

    /// Whom it names.
    public var organization: OrganizationName? {
        if case .sharing(let organization) = self { organization } else { nil }
    }

    /// The kind of use, whomever it names.
    public var kind: Kind {
        switch self {
        case .service: .service
        case .recommendation: .recommendation
        case .marketing: .marketing
        case .sharing: .sharing
        }
    }

    /// A raw value is a byte of the state that is kept: cases are appended, never moved.
    public enum Kind: UInt8, CaseIterable, Sendable {
        case service, recommendation, marketing, sharing

        /// The use that names nobody.
        public var whole: Use {
            switch self {
            case .service: .service
            case .recommendation: .recommendation
            case .marketing: .marketing
            case .sharing: .sharing(with: nil)
            }
        }
    }

    /// The use of a name.
    ///
    /// - Parameter recipient: of sharing; nil is every organization.
    public init?(named name: String, recipient: OrganizationName?) {
        guard let kind = Kind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind == .sharing ? .sharing(with: recipient) : kind.whole
    }
}

extension Use.Kind {
    /// The name in what is written and told.
    public var name: String { "\(self)" }
}
