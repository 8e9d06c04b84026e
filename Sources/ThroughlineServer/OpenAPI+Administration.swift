import ThroughlineEngine

/// Sources and keys.
extension OpenAPI {
    static var administration: Members {
        [
            ("/v1/sources", ["get": listSources, "post": makeSource]),
            ("/v1/keys", ["get": listKeys, "post": makeKey]),
            ("/v1/keys/{id}", ["delete": revokeKey]), ("/v1/keys/{id}/rotate", ["post": rotateKey]),
        ]
    }

    private static var listSources: JSON {
        operation(
            "listSources", "The systems that send events", security: keyed,
            answers: answer(200, "In the order they were made.", named("Sources")), refusals: [401, 403])
    }

    private static var makeSource: JSON {
        operation(
            "makeSource", "Makes a source", security: keyed, body: body("SourceDraft"),
            answers: answer(201, "The source.", named("Source")), refusals: [400, 401, 403, 409, 413, 503])
    }

    private static var listKeys: JSON {
        operation(
            "listKeys", "The keys that hold; never the keys themselves", security: keyed,
            answers: answer(200, "In the order they were made.", named("Keys")), refusals: [401, 403])
    }

    private static var makeKey: JSON {
        operation(
            "makeKey", "Makes a key and tells it, this once", security: keyed, body: body("KeyDraft"),
            answers: answer(201, "The key.", named("NewKey")), refusals: [400, 401, 403, 404, 409, 413, 503])
    }

    private static var rotateKey: JSON {
        operation(
            "rotateKey", "Makes a key in the place of another, which goes on for a while", security: keyed,
            parameters: [keyID], body: body("Rotation", isRequired: false),
            answers: answer(201, "The new key.", named("NewKey")), refusals: [400, 401, 403, 404, 409, 413, 503])
    }

    private static var revokeKey: JSON {
        operation(
            "revokeKey", "Revokes a key, at once", security: keyed, parameters: [keyID],
            answers: [("204", ["description": "It does nothing any more."])], refusals: [401, 403, 404, 409, 503])
    }

    private static var keyID: JSON { inPath("id", "The id of a key.") }

    private static func body(_ schema: String, isRequired: Bool = true) -> JSON {
        ["required": .bool(isRequired), "content": ["application/json": ["schema": named(schema)]]]
    }
}

extension OpenAPISchemas {
    static var administration: Members {
        [
            ("Source", object(["number": number, "name": text, "kind": ["enum": words(Source.Kind.self)]])),
            ("Sources", object(["items": list("Source")])),
            (
                "SourceDraft",
                closed(object(["name": name(Source.nameLengthMax), "kind": ["enum": words(Source.Kind.self)]]))
            ),
            ("Key", object(key)), ("Keys", object(["items": list("Key")])),
            ("KeyDraft", closed(keyDraft)),
            ("NewKey", object(key + [("key", text)], optional: [("replaces", OpenAPI.named("Key"))])),
            (
                "Rotation",
                closed(
                    object(
                        [] as Members,
                        optional: [
                            (
                                "graceSeconds",
                                wholeNumber(
                                    0, KeyRoutes.graceSecondsMax,
                                    "Seconds for which the old key goes on; \(KeyRoutes.graceSecondsUsual) if absent.")
                            )
                        ]))
            ),
        ]
    }

    private static var key: Members {
        [
            ("id", text), ("label", text), ("scopes", ["type": "array", "items": ["enum": words(Scope.self)]]),
            ("source", ["type": ["integer", "null"]]),
            ("ending", ["type": ["string", "null"], "description": "The last characters of the key."]),
            ("createdAt", maybeTime), ("expiresAt", maybeTime),
        ]
    }

    private static var keyDraft: JSON {
        object(
            [
                ("label", name(Key.labelLengthMax)),
                (
                    "scopes",
                    [
                        "type": "array", "minItems": 1, "uniqueItems": true, "items": ["enum": words(Scope.self)],
                        "description": "The key of a browser is public: it may write and nothing else.",
                    ]
                ),
            ],
            optional: [
                (
                    "source",
                    wholeNumber(
                        1, Int(UInt32.max), "The number of the source that a key writes for, and only such a key has.")
                ),
                (
                    "expiresInSeconds",
                    wholeNumber(1, KeyRoutes.expirySecondsMax, "Absent: it holds until it is revoked.")
                ),
            ])
    }

    private static func wholeNumber(_ least: Int, _ most: Int, _ description: String) -> JSON {
        [
            "type": ["integer", "null"], "minimum": .number(least), "maximum": .number(most),
            "description": .text(description),
        ]
    }

    /// A text that ``JSONBody/name(_:lengthMax:)`` takes.
    private static func name(_ lengthMax: Int) -> JSON {
        [
            "type": "string", "minLength": 1, "maxLength": .number(lengthMax),
            "pattern": #"^[^\u0000-\u0020\u007f-\u00a0][^\u0000-\u001f\u007f-\u009f]*$"#,
        ]
    }

    static func words<Choice: JSONChoice>(_ choice: Choice.Type) -> JSON {
        .array(Choice.allCases.map { .text($0.rawValue) })
    }
}
