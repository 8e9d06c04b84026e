import Hummingbird
import Throughline
import ThroughlineEngine

/// What everybody's steps come to: kept as events come, so that no answer depends on how many there are.
struct InsightRoutes: Sendable {
    static let variantsUsual = 20

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/insights/funnel") { request, _ in
            try answer(request, needsType: true) { reader, book, type in
                InsightRoutes.told(try reader.funnel(of: type!, in: book))
            }
        }
        router.get("/v1/insights/paths") { request, _ in
            try answer(request) { InsightRoutes.told(try $0.paths(of: $2, in: $1)) }
        }
        router.get("/v1/insights/variants") { request, _ in
            let limit = try InsightRoutes.limit(request)
            return try answer(request) { reader, book, type in
                let (variants, count) = try reader.variants(of: type, in: book, limit: limit)
                return ["variants": .number(count), "items": .array(variants.map(InsightRoutes.told))]
            }
        }
        router.get("/v1/insights/contacts") { request, _ in
            try answer(request) { reader, _, _ in
                let (byChannel, all) = try reader.contacts()
                return [
                    "items": .array(byChannel.map(InsightRoutes.told)), "months": .array(all.map(InsightRoutes.told)),
                ]
            }
        }
        router.get("/v1/insights/overlap") { request, _ in
            try answer(request) { reader, book, _ in InsightRoutes.told(try reader.overlap(in: book)) }
        }
        router.get("/v1/insights/handovers") { request, _ in
            try answer(request) { reader, book, type in
                ["items": .array(try reader.handovers(of: type, in: book).map(InsightRoutes.told))]
            }
        }
        router.get("/v1/insights/cohorts") { request, _ in
            try answer(request) { reader, book, type in
                let retention: [JSON] = try reader.retention().map {
                    ["month": month($0.month), "later": .number($0.later), "people": .number($0.people)]
                }
                return [
                    "items": .array(try reader.cohorts(of: type, in: book).map(InsightRoutes.told)),
                    "retention": .array(retention),
                ]
            }
        }
    }

    /// Answers a question about all people, or about purposes of one type.
    private func answer(
        _ request: Request, needsType: Bool = false, _ body: (InsightReader, TypeBook, UInt16?) throws -> JSON
    ) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let book = try parts.profiles.typeBook(of: grant.organization)
        let text = request.uri.queryParameters["type"]
        guard text != nil || !needsType else {
            throw Problem(.badRequest, "missing", "a funnel is of one type: name its number", at: "type")
        }
        var type: UInt16?
        if let text {
            guard let id = UInt16(text), let entry = book.entry(id) else { throw Problem.unknownType }
            type = entry.id
        }
        let reader = InsightReader(profiles: parts.profiles, organization: grant.organization)
        return try body(reader, book, type).response()
    }

    private static func limit(_ request: Request) throws(Problem) -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return variantsUsual }
        guard let limit = Int(text), (1...InsightReader.variantsMax).contains(limit) else {
            throw Problem(
                .badRequest, "bad_limit", "limit is a number from 1 to \(InsightReader.variantsMax)", at: "limit")
        }
        return limit
    }

    // MARK: Telling

    private static func told(_ funnel: InsightReader.Funnel) -> JSON {
        let outcomes: [JSON] = funnel.outcomes.map {
            [
                "outcome": .text($0.outcome.rawValue), "purposes": .number($0.count),
                "meanSeconds": .number($0.meanSeconds),
            ]
        }
        let steps: [JSON] = funnel.steps.map { step in
            let median: JSON =
                step.medianSeconds.map {
                    .array([.number(Int($0.lowerBound)), .number(Int($0.upperBound))])
                } ?? .null
            return [
                "name": .text(step.name), "reached": .number(step.reached),
                "wentOn": step.wentOn.map(JSON.number) ?? .null, "dropped": step.dropped.map(JSON.number) ?? .null,
                "meanSecondsToNext": step.meanSeconds.map(JSON.number) ?? .null, "medianSecondsToNext": median,
            ]
        }
        return ["purposes": .number(funnel.purposes), "outcomes": .array(outcomes), "steps": .array(steps)]
    }

    private static func told(_ paths: InsightReader.Paths) -> JSON {
        let steps: [JSON] = paths.steps.map {
            [
                "name": .text($0.name), "count": .number($0.count), "purposes": .number($0.purposes),
                "repeated": .number($0.repeated), "starts": .number($0.starts), "ends": .number($0.ends),
            ]
        }
        let ways: [JSON] = paths.ways.map {
            [
                "from": .text($0.from), "to": .text($0.to), "count": .number($0.count),
                "meanSeconds": .number(Int($0.meanSeconds.rounded())),
            ]
        }
        let bands: [JSON] = paths.bands.map {
            [
                "position": .number($0.position), "from": .text($0.from), "to": .text($0.to),
                "count": .number($0.count),
            ]
        }
        return [
            "purposes": .number(paths.purposes), "steps": .array(steps), "ways": .array(ways), "bands": .array(bands),
            "cut": .bool(paths.isCut),
        ]
    }

    private static func told(_ variant: InsightReader.Variant) -> JSON {
        [
            "steps": .array(variant.steps.map { .text($0) }), "cut": .bool(variant.isCut),
            "purposes": .number(variant.purposes),
        ]
    }

    private static func told(_ contacts: InsightReader.Contacts) -> JSON {
        [
            "month": month(contacts.month), "channel": .text(contacts.channel),
            "interactions": .number(contacts.interactions), "customers": .number(contacts.customers),
            "perCustomer": thousandths(contacts.perCustomer), "change": contacts.change.map(thousandths) ?? .null,
        ]
    }

    private static func told(_ overlap: InsightReader.Overlap) -> JSON {
        let pairs: [JSON] = overlap.pairs.map {
            ["one": .text($0.one), "other": .text($0.other), "count": .number($0.count)]
        }
        let parallel: [JSON] = overlap.parallel.map { ["open": .number($0.open), "count": .number($0.count)] }
        return ["pairs": .array(pairs), "parallel": .array(parallel)]
    }

    private static func told(_ handover: InsightReader.Handover) -> JSON {
        [
            "from": .text(handover.from), "to": .text(handover.to), "count": .number(handover.count),
            "meanSeconds": .number(handover.meanSeconds),
        ]
    }

    private static func told(_ cohort: InsightReader.Cohort) -> JSON {
        let ended: [JSON] = cohort.ended.map {
            ["outcome": .text($0.outcome.rawValue), "later": .number($0.months), "purposes": .number($0.count)]
        }
        return ["month": month(cohort.month), "purposes": .number(cohort.size), "ended": .array(ended)]
    }

    private static func thousandths(_ value: Double) -> JSON {
        .thousandths(Int((min(max(value, -1e9), 1e9) * 1_000).rounded()))
    }
}

/// A month as `2026-03`.
private func month(_ number: Int64) -> JSON { .text(CivilMonth.text(of: number)) }
