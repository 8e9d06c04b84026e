import Foundation
import Testing

@testable import Throughline

@Suite("records of consent")
struct ConsentRecordTests {
    private let strands = [
        Given.history(
            .user,
            [
                Given.line(
                    .granted, .marketing, on: Given.email, at: 1,
                    notice: ConsentNotice(id: "preferences", version: "3", text: "May we \"write\"?\n")),
                Given.line(.granted, .sharing(with: Given.acme), at: 2),
                Given.browserLine(.granted, .marketing, at: 3),
                Given.line(.refused, .recommendation, at: 4),
            ]),
        Given.history(.anonymous, [Given.signal(.marketing, at: 5), Given.signal(.sharing(with: nil), at: 5)]),
    ]

    @Test("there is one for each use and channel that was named, and for each use")
    func scopes() {
        let records = ConsentRecord.records(of: strands)
        #expect(
            records.map(\.use) == [
                .service, .recommendation, .marketing, .marketing, .sharing(with: nil), .sharing(with: Given.acme),
            ])
        #expect(records.map(\.channel) == [nil, nil, nil, Given.email, nil, nil])
        #expect(
            records.map(\.answer.state) == [.unknown, .refused, .withdrawn, .withdrawn, .withdrawn, .withdrawn])
        #expect(records.map(\.entries.count) == [0, 1, 2, 3, 1, 2])
    }

    @Test("are JSON with the terms of the vocabulary")
    func json() throws {
        let bytes = ConsentRecord.json(
            of: ConsentRecord.records(of: strands), subject: "ana \"a\"", controller: Given.beta)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let records = try #require(document["@graph"] as? [[String: Any]])
        #expect(records.count == 6)
        func term(_ value: Any?) -> String? { (value as? [String: Any])?["@id"] as? String }
        #expect(records.allSatisfy { $0["@type"] as? String == "dpv:ConsentRecord" })
        #expect(records.allSatisfy { $0["dpv:hasDataSubject"] as? String == "ana \"a\"" })
        #expect(
            records.map { term($0["dpv:hasConsentStatus"]) } == [
                "dpv:ConsentUnknown", "dpv:ConsentRefused", "dpv:ConsentWithdrawn", "dpv:ConsentWithdrawn",
                "dpv:ConsentWithdrawn", "dpv:ConsentWithdrawn",
            ])
        #expect(
            records.map { term($0["dpv:hasPurpose"]) } == [
                "dpv:ServiceProvision", "dpv:ProvidePersonalisedRecommendations", "dpv:Marketing", "dpv:Marketing",
                "dpv:Purpose", "dpv:Purpose",
            ])
        #expect(records[5]["dpv:hasRecipient"] as? String == "acme")
        let events = try #require(records[3]["dct:hasPart"] as? [[String: Any]])
        #expect(
            events.map { $0["@type"] as? String } == ["dpv:ConsentGiven", "dpv:ConsentGiven", "dpv:ConsentWithdrawn"])
        let notice = try #require(events[0]["dpv:hasNotice"] as? [String: Any])
        #expect(notice["dct:description"] as? String == "May we \"write\"?\n")
    }

    @Test("a record reads like this")
    func snapshot() {
        let user = Given.history(
            .user, [Given.line(.granted, .sharing(with: Given.acme), on: Given.email, at: 0)])
        let record = ConsentRecord.records(of: [user]).last!
        let json = String(
            decoding: ConsentRecord.json(of: [record], subject: "ana", controller: Given.beta), as: UTF8.self)
        #expect(
            json == #"{"@context":{"dpv":"https://w3id.org/dpv#","dct":"http://purl.org/dc/terms/","#
                + #""xsd":"http://www.w3.org/2001/XMLSchema#"},"@graph":[{"@type":"dpv:ConsentRecord","#
                + #""dct:title":"sharing with acme by email","dpv:hasDataSubject":"ana","#
                + #""dpv:hasDataController":"beta","dpv:hasLegalBasis":{"@id":"dpv:Consent"},"#
                + #""dpv:hasPurpose":{"@id":"dpv:Purpose"},"dpv:hasProcessing":{"@id":"dpv:Share"},"#
                + #""dpv:hasRecipient":"acme","dpv:hasContext":{"@type":"dpv:Context","dct:title":"email"},"#
                + #""dpv:hasConsentStatus":{"@id":"dpv:ConsentGiven"},"#
                + #""dct:dateAccepted":{"@type":"xsd:dateTime","@value":"2026-02-25T06:13:20.000Z"},"#
                + #""dct:hasPart":[{"@type":"dpv:ConsentGiven","dct:identifier":"0","#
                + #""dpv:isIndicatedAtTime":{"@type":"xsd:dateTime","@value":"2026-02-25T06:13:20.000Z"},"#
                + #""dpv:isIndicatedBy":{"@id":"dpv:DataSubject"},"#
                + #""dpv:hasIndicationMethod":"stated by the person"}]}]}"#)
    }
}
