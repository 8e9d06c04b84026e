import Throughline
import ThroughlineEngine

/// Journey maps.
extension OpenAPI {
    static var maps: Members {
        let one = "/v1/maps/{name}"
        let version = "\(one)/versions/{version}"
        return [
            (
                "/v1/maps",
                [
                    "get": read("maps", "The journey maps, by name", answer(200, "All of them.", named("Maps")), [])
                ]
            ),
            (
                key: one,
                [
                    "get": read(
                        "map", "A map as a tree, with its versions and migrations",
                        answer(200, "The version that holds.", named("MapWithVersions")), [name]),
                    "put": publish,
                    "delete": says("retireMap", "Takes all purposes off the map", [name]),
                ]
            ),
            (
                key: "\(one)/check",
                [
                    "get": read(
                        "checkMap", "What the map leaves open, beside what is counted of everybody's steps",
                        answer(200, "A purpose at a time.", named("MapCheck")), [name], further: [409])
                ]
            ),
            (key: "\(one)/migrate", ["post": migrate]),
            (
                key: version,
                [
                    "get": read(
                        "mapVersion", "A version of a map as it was sent",
                        answer(200, "YAML.", ["type": "string"], type: "application/yaml"), [name, number])
                ]
            ),
            (
                key: "\(version)/approve",
                ["post": says("approveMap", "Lets a version hold that another key proposed", [name, number])]
            ),
            (
                key: "\(version)/reject",
                ["post": says("rejectMap", "Says that a proposed version never holds", [name, number])]
            ),
        ]
    }

    private static var name: JSON { inPath("name", "The name of the map.") }
    private static var number: JSON { inPath("version", "The number of the version.") }

    private static var publish: JSON {
        let preview: JSON = [
            "name": "preview", "in": "query", "description": "Whether nothing is changed.",
            "schema": ["type": "boolean"],
        ]
        return operation(
            "publishMap", "Publishes a version of a map; what is wrong is told with line and column", security: keyed,
            parameters: [name, preview],
            body: [
                "required": true, "description": .text("At most \(JourneyMap.bytesMax) bytes."),
                "content": ["application/yaml": ["schema": ["type": "string"]]],
            ],
            answers: answer(200, "What it would say otherwise: a preview.", named("MapPublished"))
                + answer(202, "It is on disk, and holds once it is folded.", named("MapPublished")),
            refusals: [400, 401, 403, 409, 413, 503])
    }

    private static var migrate: JSON {
        operation(
            "migrateMap", "Lets purposes that are in one version go on in another", security: keyed,
            parameters: [name],
            body: ["required": true, "content": ["application/json": ["schema": named("MapMigration")]]],
            answers: answer(200, "Who would: a preview.", named("MapPreview"))
                + answer(202, "It is on disk, and holds once it is folded.", named("Holds")),
            refusals: [400, 401, 403, 404, 409, 413, 503])
    }

    private static func read(
        _ id: String, _ summary: String, _ answers: Members, _ parameters: [JSON], further: [Int] = []
    ) -> JSON {
        operation(
            id, summary, security: keyed, parameters: parameters, answers: answers,
            refusals: (further + [401, 403, 503] + (parameters.isEmpty ? [] : [404])).sorted())
    }

    private static func says(_ id: String, _ summary: String, _ parameters: [JSON]) -> JSON {
        operation(
            id, summary, security: keyed, parameters: parameters,
            answers: answer(202, "It is on disk, and holds once it is folded.", named("Holds")),
            refusals: [401, 403, 404, 409, 503])
    }
}

extension OpenAPISchemas {
    static var maps: Members { mapHistories + mapTrees + mapAnswers }

    private static let flag: JSON = ["type": "boolean"]
    private static let maybeInteger: JSON = ["type": ["integer", "null"]]
    private static let maybeShare: JSON = ["type": ["number", "null"]]
    private static let mapMembers: Members = [
        ("name", text), ("version", maybeInteger), ("proposed", ["type": "array", "items": number]),
        ("retired", ["oneOf": [OpenAPI.named("MapSaying"), ["type": "null"]]]),
    ]

    private static var mapHistories: Members {
        let migration: JSON = object(["from": number, "to": number, "said": OpenAPI.named("MapSaying")])
        return [
            ("Maps", object(["items": ["type": "array", "items": object(mapMembers)]])),
            (
                "MapWithVersions",
                object(
                    mapMembers + [
                        ("versions", list("MapVersion")), ("migrations", ["type": "array", "items": migration]),
                        ("map", ["oneOf": [OpenAPI.named("MapTree"), ["type": "null"]]]),
                    ], optional: [("faults", list("MapFault"))])
            ),
            ("MapSaying", object(["at": time, "byKey": text, "position": number])),
            (
                "MapVersion",
                object(
                    [
                        "version": number, "published": OpenAPI.named("MapSaying"), "holdsFrom": maybeInteger,
                        "standing": ["enum": ["proposed", "rejected", "holds"]],
                    ],
                    optional: ["rejected": OpenAPI.named("MapSaying"), "approved": OpenAPI.named("MapSaying")])
            ),
            ("MapFault", object(["line": number, "column": number, "message": text])),
        ]
    }

    private static var mapTrees: Members {
        let kinds: JSON = [
            "type": "array", "items": ["enum": .array(NudgeKind.allCases.map { .text($0.rawValue) })],
        ]
        let texts: JSON = ["type": "array", "items": text]
        return [
            ("MapTree", object(["title": text, "objectives": list("MapObjective")])),
            (
                "MapObjective",
                object(["name": text, "objectives": list("MapObjective"), "purposes": list("DrawnPurpose")])
            ),
            (
                "DrawnPurpose",
                object(
                    [
                        "name": text, "type": text, "welcomes": ["type": "object", "additionalProperties": kinds],
                        "milestones": list("DrawnMilestone"),
                    ], optional: ["serves": text])
            ),
            (
                "DrawnMilestone",
                object(
                    ["name": text, "stage": stage, "on": texts, "touchpoints": texts, "channels": texts],
                    optional: [
                        "when": text, "need": text, "feeling": text, "welcomes": kinds,
                        "critical": object(["by": text], optional: ["channel": text, "for": text, "failure": text]),
                    ])
            ),
        ]
    }

    private static var mapAnswers: Members {
        let counts: KeyValuePairs<String, JSON> = [
            "affectedPurposes": number, "losingMilestones": number, "affectedPeople": number,
        ]
        let difference: JSON = object(
            ["kind": ["enum": words(MapDifferenceWord.self)], "purpose": text],
            optional: ["milestone": text, "to": text])
        let gap: JSON = object(
            ["kind": ["enum": words(MapGapWord.self)]], optional: ["stage": stage, "milestone": text])
        let reached: JSON = [
            "oneOf": [object(["least": number, "most": number, "shareMost": maybeShare]), ["type": "null"]]
        ]
        let checked: JSON = object([
            "name": text, "type": text, "types": ["type": "array", "items": number], "purposes": number,
            "milestones": ["type": "array", "items": object(["name": text, "stage": stage, "reached": reached])],
            "gaps": ["type": "array", "items": gap],
            "undrawn": [
                "type": "array", "items": object(["event": text, "purposes": number, "share": maybeShare]),
            ],
        ])
        return [
            (
                "MapPublished",
                object(
                    ["preview": flag, "proposal": flag, "differences": ["type": "array", "items": difference]],
                    optional: ["holdsFrom": number])
            ),
            (
                "MapMigration",
                closed(object(["from": number, "to": number], optional: ["preview": flag]))
            ),
            (
                "MapPreview",
                object(
                    [("preview", ["const": true])] + counts.map { (key: $0.key, value: $0.value) } + [
                        ("lookedPeople", number), ("people", number), ("estimate", object(counts)),
                    ])
            ),
            ("MapCheck", object(["name": text, "version": number, "purposes": ["type": "array", "items": checked]])),
            (
                "MapStanding",
                object([
                    "name": text, "version": number, "purpose": text, "last": maybeText, "next": maybeText,
                    "reached": ["type": "array", "items": text], "undecided": ["type": "array", "items": text],
                ])
            ),
        ]
    }
}
