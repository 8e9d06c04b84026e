import Throughline

/// The bodies of requests and answers, as JSON Schema.
enum OpenAPISchemas {
    typealias Members = OpenAPI.Members

    static var all: Members { events + operation + people + journeys + maps + segments + insights + administration }

    private static var events: Members {
        [
            ("Call", call), ("Track", call(with: "event", presentText)),
            ("Group", call(with: "groupId", presentIdentifier)), ("Alias", call(with: "previousId", presentIdentifier)),
            ("Batch", batch), ("Refusal", refusal), ("Success", success),
            ("TimelineItem", timelineItem),
            ("TimelinePage", object(["items": list("TimelineItem"), "next": ["type": ["string", "null"]]])),
            (
                "DebuggerPage",
                object(["items": ["type": "array", "maxItems": 200, "items": OpenAPI.named("DebuggerEntry")]])
            ),
            ("DebuggerEntry", debuggerEntry),
        ]
    }

    private static var operation: Members {
        [
            ("Health", object(["status": ["enum": ["ok", "degraded"]]], optional: ["reason": text])),
            (
                "Ready",
                object([
                    "status": ["enum": ["ready", "catching up"]], "foldLag": ["type": "integer", "minimum": 0],
                ])
            ),
            (
                "Problem",
                object(
                    ["type": text, "title": text, "status": number, "detail": text, "code": text, "message": text],
                    optional: [
                        "at": text, "retryAfter": number, "faults": list("MapFault"), "furtherFaults": number,
                    ])
            ),
        ]
    }

    static let text: JSON = ["type": "string"]
    static let number: JSON = ["type": "integer"]
    static let time: JSON = ["type": "string", "format": "date-time"]
    static let maybeTime: JSON = ["type": ["string", "null"], "format": "date-time"]
    static let stage: JSON = ["enum": .array(Stage.allCases.map { .text($0.name) })]
    static let maybeStage: JSON = ["enum": .array(Stage.allCases.map { .text($0.name) } + [.null])]
    private static let maybeObject: JSON = ["type": ["object", "null"]]
    /// In bytes at most 1,024, which JSON Schema cannot say.
    private static let identifier = identifier(types: ["string", "integer", "null"], lengthMin: 0)
    private static let presentIdentifier = identifier(types: ["string", "integer"], lengthMin: 1)
    private static let writeKey: JSON = [
        "description": "A text: the key, where no header has it. Beside a header, and where it is none, it is not read."
    ]
    private static let anyText: JSON = ["description": "A text; anything else names nothing."]
    private static let presentText: JSON = ["type": "string", "minLength": 1]

    private static func identifier(types: JSON, lengthMin: Int) -> JSON {
        [
            "type": types, "minLength": .number(lengthMin), "maxLength": .number(Event.identifierBytesMax),
            "pattern": #"^[^\u0000-\u001f\u007f-\u009f]*$"#, "minimum": .number(.min),
            "maximum": .raw(Array("\(UInt64.max)".utf8)),
        ]
    }

    static func list(_ schema: String) -> JSON { ["type": "array", "items": OpenAPI.named(schema)] }

    /// An object whose first members are there always.
    static func object(
        _ required: KeyValuePairs<String, JSON>, optional: KeyValuePairs<String, JSON> = [:]
    ) -> JSON {
        object(
            required.map { (key: $0.key, value: $0.value) }, optional: optional.map { (key: $0.key, value: $0.value) })
    }

    static func object(_ required: Members, optional: Members = []) -> JSON {
        [
            "type": "object", "required": .array(required.map { .text($0.key) }),
            "properties": .object(required + optional),
        ]
    }

    /// The object without other members than those named.
    static func closed(_ object: JSON) -> JSON {
        var object = object
        object.add("additionalProperties", false)
        return object
    }

    private static var call: JSON {
        [
            "type": "object",
            "description": """
            A call of the Segment Spec. One of userId and anonymousId is needed; a track needs event, a group groupId, an \
            alias previousId. Members that are not listed are kept.
            """,
            "properties": [
                "userId": identifier, "anonymousId": identifier, "messageId": identifier,
                "event": anyText, "name": anyText, "groupId": identifier,
                "previousId": identifier, "properties": maybeObject, "traits": maybeObject, "context": maybeObject,
                "timestamp": maybeTime, "originalTimestamp": maybeTime, "sentAt": maybeTime, "writeKey": writeKey,
            ],
            "anyOf": .array(["userId", "anonymousId"].map { present($0, presentIdentifier) }),
        ]
    }

    /// A call that needs a further member.
    private static func call(with member: String, _ schema: JSON) -> JSON {
        ["allOf": [OpenAPI.named("Call"), present(member, schema)]]
    }

    private static func present(_ member: String, _ schema: JSON) -> JSON { object([(member, schema)]) }

    private static var batch: JSON {
        let kinds: JSON = ["track", "identify", "page", "screen", "group", "alias"]
        let item: JSON = [
            "allOf": [OpenAPI.named("Call"), ["type": "object", "properties": ["type": ["enum": kinds]]]]
        ]
        return object(
            ["batch": ["type": "array", "maxItems": 2_500, "items": item]],
            optional: ["sentAt": maybeTime, "writeKey": writeKey])
    }

    private static var refusal: JSON {
        object(["index": number, "code": text, "message": text], optional: ["at": text, "messageId": text])
    }

    private static var success: JSON { object(["success": ["const": true]], optional: ["refused": list("Refusal")]) }

    private static var timelineItem: JSON {
        object(
            ["timestamp": time],
            optional: [
                "messageId": text, "type": text, "receivedAt": time, "source": number, "sent": ["type": "object"],
                "erased": ["const": true],
                "suspectTime": ["const": true], "purpose": text, "stage": stage, "confidence": ["type": "number"],
                "routine": ["const": true], "tentative": ["const": true], "given": ["const": true], "from": text,
                "into": text, "outcome": text, "event": ["type": ["string", "null"]],
                "purposeType": maybeText, "missing": maybeText, "silentSeconds": number,
                "lateSeconds": ["type": ["integer", "null"]],
            ])
    }

    private static var debuggerEntry: JSON {
        object(
            ["receivedAt": time, "source": number, "messageId": ["type": ["string", "null"]]],
            optional: [
                "sent": ["type": "string", "description": "The event, or its beginning."],
                "bytes": ["type": ["integer", "null"], "description": "Of a body that was refused as a whole."],
                "code": text, "message": text, "at": text,
            ])
    }
}
