import Throughline
import ThroughlineEngine

/// Who people are, and what is said of them.
extension OpenAPI {
    static var people: Members {
        [
            (
                "/v1/profiles/{id}",
                [
                    "get": reads("profile", "Who a person is and what she is about", "Profile"),
                    "delete": operation(
                        "erase", "Erases a person from the log and from everything that was made of it",
                        security: keyed,
                        parameters: [person],
                        answers: answer(202, "It is on disk, and is done in the background.", named("Erasure")),
                        refusals: [401, 403, 404, 503]),
                ]
            ),
            (
                "/v1/erasures/{number}",
                [
                    "get": operation(
                        "erasure", "How far an erasure has come", security: keyed,
                        parameters: [inPath("number", "The erasure, as it was told when it was asked for.")],
                        answers: answer(200, "Waiting, or done.", named("Erasure")), refusals: [401, 403, 404, 503])
                ]
            ),
            (
                "/v1/profiles/{id}/purposes",
                ["get": reads("purposes", "What a person is about, by her latest events", "Purposes")]
            ),
            (
                "/v1/profiles/{id}/consents",
                [
                    "get": reads("consents", "What a person agreed to, and how that is known", "Consents"),
                    "post": says("sayConsent", "Notes what a person agreed to, or did not", "ConsentDraft"),
                ]
            ),
            (
                "/v1/profiles/{id}/export",
                [
                    "get": operation(
                        "export", "Everything that is kept of a person, for her", security: keyed,
                        parameters: [
                            person,
                            [
                                "name": "format", "in": "query", "description": "JSON, or a page to be read.",
                                "schema": ["enum": ["json", "html"], "default": "json"],
                            ],
                        ], answers: answer(200, "All of it, as JSON or as a page.", named("Export")),
                        refusals: [400, 401, 403, 404, 503])
                ]
            ),
            (
                "/v1/profiles/{id}/readings",
                ["get": reads("readings", "Who looked at what is known of a person", "Readings")]
            ),
            (
                "/v1/profiles/{id}/corrections",
                [
                    "get": reads("corrections", "What was said of a person's purposes", "Corrections"),
                    "post": operation(
                        "correct", "Says of a purpose or an event what is so, whatever the model says", security: keyed,
                        parameters: [person],
                        body: [
                            "required": true, "content": ["application/json": ["schema": named("CorrectionDraft")]],
                        ],
                        answers: answer(202, "It is on disk, and holds once it is folded.", named("Holds")),
                        refusals: [400, 401, 403, 404, 409, 413, 503]),
                ]
            ),
            (
                "/v1/profiles/{id}/links",
                [
                    "get": reads("links", "Whom a person is something to, who stays somebody else", "Links"),
                    "post": operation(
                        "link", "Says that two are something to each other, or no longer: a household, a couple",
                        security: keyed, parameters: [person],
                        body: ["required": true, "content": ["application/json": ["schema": named("LinkDraft")]]],
                        answers: answer(202, "It is on disk, and holds once it is folded.", named("Holds")),
                        refusals: [400, 401, 403, 404, 409, 413, 503]),
                ]
            ),
            ("/v1/profiles/{id}/merge", ["post": says("merge", "Says that two are one person", "Merge")]),
            (
                "/v1/profiles/{id}/unmerge",
                ["post": says("unmerge", "Says that some identifiers are not this person's", "Unmerge")]
            ),
            (
                "/v1/search",
                [
                    "post": operation(
                        "search", "Finds people by the beginning of an identifier, or by words of a name",
                        security: keyed,
                        body: ["required": true, "content": ["application/json": ["schema": named("Search")]]],
                        answers: answer(200, "Who was found.", named("Found")), refusals: [400, 401, 403, 413, 503])
                ]
            ),
        ]
    }

    private static let person = inPath("id", "Anything that she is known by: a user id, an address, a visitor's id.")

    private static func reads(_ id: String, _ summary: String, _ schema: String) -> JSON {
        operation(
            id, summary, security: keyed, parameters: [person], answers: answer(200, "What is known.", named(schema)),
            refusals: [400, 401, 403, 404, 503])
    }

    private static func says(_ id: String, _ summary: String, _ schema: String) -> JSON {
        operation(
            id, summary, security: keyed, parameters: [person],
            body: ["required": true, "content": ["application/json": ["schema": named(schema)]]],
            answers: answer(200, "What would come of it: a preview.", named("Said"))
                + answer(202, "It is on disk, and holds once it is folded.", named("Said")),
            refusals: [400, 401, 403, 404, 409, 413, 503])
    }
}

extension OpenAPISchemas {
    private static let found: JSON = [
        "type": ["integer", "null"], "minimum": 1, "maximum": .number(PersonReader.foundMax),
    ]

    private static let linkKinds: JSON = ["enum": .array(LinkWord.allCases.map { .text($0.rawValue) })]

    /// A text that is searched for.
    private static func searched(bytesMin: Int) -> JSON {
        [
            "type": "string", "minLength": .number(bytesMin), "maxLength": .number(SearchRoutes.textBytesMax),
            "description": "In bytes of UTF-8. A name has a letter or a digit in it.",
        ]
    }
}

extension OpenAPISchemas {
    static var people: Members {
        [
            (
                "Identifier",
                object(
                    ["kind": ["enum": .array(Identifier.Kind.allCases.map { .text($0.name) })], "value": text],
                    optional: ["standing": ["enum": ["own", "together", "attached", "provisional", "shared"]]])
            ),
            (
                "Evidence",
                object(
                    [
                        "a": OpenAPI.named("Identifier"), "b": OpenAPI.named("Identifier"),
                        "strength": ["enum": ["provisional", "trusted", "stated", .null]],
                        "counts": ["type": "boolean"],
                    ],
                    optional: [
                        "since": maybeTime, "takenBackAt": maybeTime, "source": number, "messageId": text,
                        "byKey": text,
                    ])
            ),
            (
                "Purpose",
                object([
                    "purpose": text, "name": text, "state": ["enum": ["open", "dormant", "closed"]],
                    "outcome": ["enum": ["fulfilled", "declined", "cancelled", "lapsed", .null]],
                    "stage": maybeStage, "type": maybeText, "missing": maybeText,
                    "map": ["oneOf": [OpenAPI.named("MapStanding"), ["type": "null"]]],
                    "lateSeconds": ["type": ["integer", "null"]], "confidence": ["type": "number"], "first": time,
                    "last": time,
                    "events": number,
                    "channels": texts, "terms": texts,
                    "corrections": ["type": "array", "items": corrections],
                    "evidence": [
                        "type": "array", "description": "The event that opened it, and the latest.",
                        "items": object(
                            [
                                "at": time, "event": text, "text": text, "confidence": ["type": "number"],
                                "stage": maybeStage,
                            ],
                            optional: ["tentative": ["type": "boolean"], "given": ["type": "boolean"]]),
                    ], "why": text,
                ])
            ),
            (
                "Trait",
                object(
                    [
                        "name": text, "value": ["description": "As it was said: any JSON."],
                        "verified": ["type": "boolean", "description": "Whether a source that is believed said it."],
                        "at": time,
                    ],
                    optional: [
                        "tooLong": ["type": "boolean"],
                        "claimed": object(["value": ["description": "What others say since."], "at": time]),
                    ])
            ),
            (
                "Contact",
                object(["channel": text, "at": time, "event": text, "events": number], optional: ["handledBy": text])
            ),
            (
                "Search",
                [
                    "oneOf": [
                        closed(
                            object(
                                ["identifier": searched(bytesMin: PersonReader.prefixBytesMin)],
                                optional: ["name": ["type": "null"], "limit": found])),
                        closed(
                            object(
                                ["name": searched(bytesMin: 1)],
                                optional: ["identifier": ["type": "null"], "limit": found])),
                    ]
                ]
            ),
            (
                "Found",
                object([
                    "items": [
                        "type": "array",
                        "items": object([
                            "profile": text, "identifiers": list("Identifier"), "names": list("Trait"),
                        ]),
                    ], "more": ["type": "boolean"],
                ])
            ),
            ("Purposes", object(["items": list("Purpose")])),
            (
                "ConsentState",
                object([
                    "use": uses, "organization": maybeText, "channel": maybeText,
                    "state": ["enum": ["unknown", "provisional", "granted", "refused", "withdrawn"]],
                    "permits": ["type": "boolean"],
                ])
            ),
            (
                "Consents",
                object([
                    "states": list("ConsentState"), "history": ["type": "array", "items": ["type": "object"]],
                    "record": [
                        "type": "object",
                        "description":
                            "JSON-LD with terms of the W3C Data Privacy Vocabulary; no conformity is claimed.",
                    ],
                ])
            ),
            (
                "Sent",
                object([
                    "channel": text, "within24Hours": number, "within168Hours": number, "within720Hours": number,
                    "unopened24Hours": number, "unopened168Hours": number, "unopened720Hours": number,
                ])
            ),
            (
                "Offers",
                object([
                    "within24Hours": number, "within168Hours": number, "within720Hours": number,
                    "notTaken24Hours": number, "notTaken168Hours": number, "notTaken720Hours": number,
                ])
            ),
            (
                "Profile",
                object([
                    "profile": text, "identifiers": list("Identifier"), "evidence": list("Evidence"),
                    "evidenceCut": ["type": "boolean", "description": "Whether more was said than is told."],
                    "traits": list("Trait"), "facets": list("Trait"),
                    "traitsCut": ["type": "boolean", "description": "Whether more may have been said than is kept."],
                    "purposes": list("Purpose"),
                    "contacts": [
                        "type": "array", "description": "The latest of each channel.",
                        "items": OpenAPI.named("Contact"),
                    ],
                    "sent": object([
                        "channels": ["type": "array", "items": OpenAPI.named("Sent")],
                        "offers": OpenAPI.named("Offers"),
                        "cut": [
                            "type": "boolean", "description": "Whether more may have been sent than was looked at.",
                        ],
                    ]),
                    "heldOut": [
                        "type": "boolean", "description": "Whether she is in the group to which nothing is sent.",
                    ],
                    "consents": list("ConsentState"), "links": list("Link"),
                    "segments": list("SegmentOfPerson"),
                ])
            ),
            (
                "Said",
                object(
                    ["preview": ["type": "boolean"]],
                    optional: [
                        "people": [
                            "type": "array", "items": object(["identifiers": list("Identifier")]),
                        ],
                        "holdsFrom": number,
                    ])
            ),
            (
                "Erasure",
                object(
                    ["erasure": text, "state": ["enum": ["waiting", "done"]]],
                    optional: ["identifiers": number, "askedAt": time, "byKey": text])
            ),
            (
                "Export",
                object([
                    "about": OpenAPI.named("Profile"), "consents": OpenAPI.named("Consents"),
                    "corrections": ["type": "array", "items": ["type": "object"]], "readings": list("Reading"),
                    "timeline": ["type": "array", "items": ["type": "object"]],
                ])
            ),
            (
                "Reading",
                object(["at": time, "byKey": text, "actor": maybeText, "reason": maybeText, "what": text])
            ),
            ("Readings", object(["items": list("Reading")])),
            ("Holds", object(["holdsFrom": number])),
            (
                "Corrections",
                object([
                    "items": [
                        "type": "array",
                        "items": object(
                            ["kind": corrections, "messageId": maybeText],
                            optional: ["toMessageId": maybeText, "name": text, "at": time, "byKey": text]),
                    ]
                ])
            ),
            (
                "CorrectionDraft",
                closed(
                    object(
                        ["kind": corrections],
                        optional: [
                            "purpose": maybeText, "messageId": maybeText, "toPurpose": maybeText,
                            "toMessageId": maybeText,
                            "name": [
                                "type": ["string", "null"],
                                "description": .text("At most \(PurposeCorrection.nameBytesMax) characters."),
                            ],
                        ]))
            ),
            (
                "Link",
                object(
                    ["kind": linkKinds, "with": OpenAPI.named("Identifier")], optional: ["at": time, "byKey": text])
            ),
            ("Links", object(["items": list("Link")])),
            (
                "LinkDraft",
                closed(object(["with": identifierText, "kind": linkKinds], optional: ["ended": maybeFlag]))
            ),
            ("Merge", closed(object(["with": identifierText], optional: ["preview": maybeFlag]))),
            (
                "Unmerge",
                closed(
                    object(
                        [
                            "identifiers": [
                                "type": "array", "minItems": 1, "maxItems": .number(CommandRecord.separatedMax),
                                "items": identifierText,
                            ]
                        ], optional: ["preview": maybeFlag]))
            ),
            (
                "ConsentDraft",
                closed(
                    object(
                        ["use": uses, "decision": ["enum": ["granted", "refused", "withdrawn"]]],
                        optional: [
                            "organization": ["type": ["string", "null"], "description": "Whom sharing is with."],
                            "channel": maybeText,
                            "at": ["type": ["string", "null"], "description": "When she said so; not in the future."],
                            "manner": ["enum": ["stated", "recorded", .null]], "place": maybeText,
                            "notice": [
                                "type": ["object", "null"], "description": "What was shown: id, version, text.",
                            ],
                        ]))
            ),
        ]
    }

    private static let corrections: JSON = ["enum": .array(CorrectionWord.allCases.map { .text($0.rawValue) })]
    private static let texts: JSON = ["type": "array", "items": ["type": "string"]]
    static let maybeText: JSON = ["type": ["string", "null"]]
    private static let maybeFlag: JSON = ["type": ["boolean", "null"]]
    private static let identifierText: JSON = [
        "type": "string", "minLength": 1, "description": .text("At most \(Event.identifierBytesMax) bytes."),
    ]
    private static let uses: JSON = ["enum": .array(UseWord.allCases.map { .text($0.rawValue) })]
}
