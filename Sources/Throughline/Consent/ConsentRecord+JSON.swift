extension ConsentRecord {
    /// Records as JSON-LD (UTF-8).
    ///
    /// - Parameters:
    ///   - subject: how the person is known to whom the records are given.
    ///   - controller: the organization that keeps them.
    public static func json(
        of records: [ConsentRecord], subject: String, controller: OrganizationName
    ) -> [UInt8] {
        var json: [UInt8] = []
        json.append(
            plain: #"{"@context":{"dpv":"https://w3id.org/dpv#","dct":"http://purl.org/dc/terms/","#
                + #""xsd":"http://www.w3.org/2001/XMLSchema#"},"@graph":["#)
        for (index, record) in records.enumerated() {
            if index > 0 { json.append(plain: ",") }
            json.append(record, subject: subject, controller: controller)
        }
        json.append(plain: "]}")
        return json
    }
}

extension Use {
    /// The term for what it is for. Why data is shared is up to the organization, so that the general term must do.
    fileprivate var term: String {
        switch self {
        case .service: "dpv:ServiceProvision"
        case .recommendation: "dpv:ProvidePersonalisedRecommendations"
        case .marketing: "dpv:Marketing"
        case .sharing: "dpv:Purpose"
        }
    }

    fileprivate var name: String {
        switch self {
        case .service: "service"
        case .recommendation: "recommendation"
        case .marketing: "marketing"
        case .sharing(with: nil): "sharing"
        case .sharing(with: .some(let organization)): "sharing with " + organization.rawValue
        }
    }
}

extension ConsentState {
    fileprivate var term: String {
        switch self {
        case .unknown: "dpv:ConsentUnknown"
        case .provisional, .granted: "dpv:ConsentGiven"
        case .refused: "dpv:ConsentRefused"
        case .withdrawn: "dpv:ConsentWithdrawn"
        }
    }
}

extension ConsentEntry {
    fileprivate var method: String {
        let how =
            switch manner {
            case .stated: "stated by the person"
            case .recorded: "recorded by staff"
            case .globalPrivacyControl: "Global Privacy Control (Sec-GPC)"
            case .imported: "imported"
            }
        return how + (isTrusted ? "" : ", from a source that is not trusted")
            + (isWidened ? ", kept as said of the whole use for want of room" : "")
    }

    fileprivate var indicator: String {
        switch manner {
        case .stated, .globalPrivacyControl: "dpv:DataSubject"
        case .recorded, .imported: "dpv:DataController"
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(plain text: String) { append(contentsOf: text.utf8) }

    /// A key, after the comma that parts it from the one before.
    private mutating func append(key: String) {
        if last != UInt8(ascii: "{") { append(plain: ",") }
        append(json: key)
        append(plain: ":")
    }

    private mutating func append(key: String, text: String) {
        append(key: key)
        append(json: text)
    }

    private mutating func append(key: String, term: String) {
        append(key: key)
        append(plain: "{")
        append(key: "@id", text: term)
        append(plain: "}")
    }

    private mutating func append(key: String, time: Instant) {
        append(key: key)
        append(plain: "{")
        append(key: "@type", text: "xsd:dateTime")
        append(key: "@value", text: time.rfc3339)
        append(plain: "}")
    }

    fileprivate mutating func append(_ record: ConsentRecord, subject: String, controller: OrganizationName) {
        append(plain: "{")
        append(key: "@type", text: "dpv:ConsentRecord")
        append(key: "dct:title", text: record.use.name + (record.channel.map { " by " + $0.rawValue } ?? ""))
        append(key: "dpv:hasDataSubject", text: subject)
        append(key: "dpv:hasDataController", text: controller.rawValue)
        append(key: "dpv:hasLegalBasis", term: "dpv:Consent")
        append(key: "dpv:hasPurpose", term: record.use.term)
        if case .sharing(let organization) = record.use {
            append(key: "dpv:hasProcessing", term: "dpv:Share")
            if let organization { append(key: "dpv:hasRecipient", text: organization.rawValue) }
        }
        if let channel = record.channel {
            append(key: "dpv:hasContext")
            append(plain: "{")
            append(key: "@type", text: "dpv:Context")
            append(key: "dct:title", text: channel.rawValue)
            append(plain: "}")
        }
        append(key: "dpv:hasConsentStatus", term: record.answer.state.term)
        if record.answer.state == .granted, let entry = record.answer.entry {
            append(key: "dct:dateAccepted", time: entry.time)
        }
        append(key: "dct:hasPart")
        append(plain: "[")
        for (index, entry) in record.entries.enumerated() {
            if index > 0 { append(plain: ",") }
            append(entry)
        }
        append(plain: "]}")
    }

    private mutating func append(_ entry: ConsentEntry) {
        append(plain: "{")
        append(key: "@type", text: ConsentState(entry.decision).term)
        append(key: "dct:identifier", text: String(entry.position))
        append(key: "dpv:isIndicatedAtTime", time: entry.time)
        append(key: "dpv:isIndicatedBy", term: entry.indicator)
        append(key: "dpv:hasIndicationMethod", text: entry.method)
        if !entry.place.isEmpty { append(key: "dct:source", text: entry.place) }
        if let notice = entry.notice {
            append(key: "dpv:hasNotice")
            append(plain: "{")
            append(key: "@type", text: "dpv:ConsentNotice")
            append(key: "dct:identifier", text: notice.id)
            if !notice.version.isEmpty { append(key: "dct:hasVersion", text: notice.version) }
            if !notice.text.isEmpty { append(key: "dct:description", text: notice.text) }
            append(plain: "}")
        }
        append(plain: "}")
    }
}
