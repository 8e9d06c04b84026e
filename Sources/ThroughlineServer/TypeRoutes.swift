import Hummingbird
import Throughline
import ThroughlineEngine

/// What like purposes of many people have in common, and what somebody decides of it.
struct TypeRoutes: Sendable {
    /// The longest body of a catalogue: its words and as many ends of lines as there may be, twice.
    static let catalogueBytesMax = Catalogue.bytesMax + 4 * Catalogue.wordsMax

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/types") { request, _ in try list(request) }
        router.get("/v1/types/:id") { request, context in try one(request, context) }
        router.post("/v1/types/:id") { request, context in try await edit(request, context) }
        router.get("/v1/catalogue") { request, _ in try catalogue(request) }
        router.put("/v1/catalogue") { request, context in try await give(request, context) }
    }

    private func list(_ request: Request) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let book = try parts.profiles.typeBook(of: grant.organization)
        return
            ([
                "madeAt": book.madeAt.map(JSON.time) ?? .null,
                "items": .array(book.current.map { TypeRoutes.told($0, in: book) }),
            ] as JSON).response()
    }

    private func one(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let book = try parts.profiles.typeBook(of: grant.organization)
        guard let entry = try TypeRoutes.id(context).flatMap(book.entry) else { throw Problem.unknownType }
        var told = TypeRoutes.told(entry, in: book)
        told.add("milestones", .array(entry.type.milestones.map(TypeRoutes.told)))
        told.add("silences", .array(TypeRoutes.silences(of: entry.type)))
        return told.response()
    }

    private func edit(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(of: request, knowing: ["edit", "name", "into"])
        let book = try parts.profiles.typeBook(of: grant.organization)
        guard let id = try TypeRoutes.id(context), book.entry(id) != nil else { throw Problem.unknownType }
        let edit = try TypeRoutes.edit(id, body)
        if let refusal = book.refusal(of: edit) {
            let code = "\(refusal)".map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
            throw Problem(.conflict, "type_\(code)", refusal.rawValue)
        }
        let position = try await parts.say(.type(edit), grant)
        context.logger.notice(
            "something was decided of a type of purpose",
            metadata: ["by.key": "\(grant.key)", "type": "\(id)", "position": "\(position.rawValue)"])
        return (["holdsFrom": .number(Int(position.rawValue))] as JSON).response(status: .accepted)
    }

    private func catalogue(_ request: Request) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let words = try parts.profiles.typeBook(of: grant.organization).catalogue.words
        return (["words": .array(words.map { .text($0) })] as JSON).response()
    }

    /// Takes a catalogue, a word a line, in place of the one that there is.
    private func give(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let buffer = try await Problem.ofBody { try await request.body.collect(upTo: TypeRoutes.catalogueBytesMax) }
        var words = Catalogue()
        for (number, line) in buffer.readableBytesView.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated()
        {
            do throws(CatalogueError) {
                try words.add(line.last == 0x0D ? line.dropLast() : line)
            } catch {
                throw Problem(.badRequest, "bad_catalogue", "line \(number + 1): \(error)", at: "line \(number + 1)")
            }
        }
        let position = try await parts.say(.catalogue(words), grant)
        context.logger.notice(
            "the catalogue is another one",
            metadata: ["by.key": "\(grant.key)", "words": "\(words.words.count)", "position": "\(position.rawValue)"])
        return (["holdsFrom": .number(Int(position.rawValue))] as JSON).response(status: .accepted)
    }

    private static func id(_ context: ServerContext) throws -> UInt16? { UInt16(try context.parameters.require("id")) }

    private static func edit(_ id: UInt16, _ body: JSONBody) throws(Problem) -> TypeEdit {
        switch try body.choice("edit", of: EditWord.self) {
        case .rename: return .rename(id, try body.textIfThere("name", bytesMax: TypeBook.nameBytesMax))
        case .merge:
            guard let into = try body.number("into", in: 1...Int(UInt16.max)) else {
                throw Problem(.badRequest, "missing", "merge names the type that it counts as from now on", at: "into")
            }
            return .merge(id, into: UInt16(into))
        case .unmerge: return .unmerge(id)
        case .split: return .split(id)
        case .pin: return .pin(id, true)
        case .unpin: return .pin(id, false)
        }
    }

    // MARK: Telling

    private static func told(_ entry: TypeBook.Entry, in book: TypeBook) -> JSON {
        let type = entry.type
        let counted = book.entries.filter { $0.mergedInto != nil && book.resolved($0.id) == entry.id }
        return [
            "type": .number(Int(entry.id)), "name": .text(entry.name), "foundName": .text(type.name),
            "terms": .array(type.terms.map { .text($0) }), "purposes": .number(type.purposeCount),
            "outcomes": .object(
                Outcome.allCases.compactMap { outcome in
                    type.outcomes[outcome].map { (outcome.rawValue, .number($0)) }
                }),
            "share": share(entry.share), "shareBefore": entry.shareBefore.map(share) ?? .null,
            "drift": entry.drift.map(share) ?? .null, "pinned": .bool(entry.isPinned),
            "merged": .array(counted.map { .number(Int($0.id)) }), "willBeSplit": .bool(entry.wantsSplit),
            "retired": .bool(entry.isRetired),
        ]
    }

    private static func told(_ milestone: Milestone) -> JSON {
        [
            "name": .text(milestone.name), "ending": .text(milestone.ending?.rawValue), "share": share(milestone.share),
            "lift": share(milestone.lift), "precedence": milestone.precedence.map(share) ?? .null,
            "reached": .number(milestone.reachedCount), "wentOn": milestone.wentOnCount.map(JSON.number) ?? .null,
        ]
    }

    private static func silences(of type: PurposeType) -> [JSON] {
        type.silences.sorted { $0.key < $1.key }.map { stage, curve in
            func seconds(_ found: Int64?) -> JSON { found.map { .number(Int($0)) } ?? .null }
            return [
                "stage": .text(stage.name), "gaps": .number(curve.endedCount), "open": .number(curve.openCount),
                "medianSeconds": seconds(curve.median), "stalledAfterSeconds": seconds(curve.stalledAfter),
                "dormantAfterSeconds": seconds(curve.dormantAfter),
            ]
        }
    }

    /// In thousandths.
    private static func share(_ value: Float) -> JSON {
        .thousandths(Int((min(max(value, 0), 1e6) * 1_000).rounded()))
    }
}

/// The words of what is decided of types, in bodies.
enum EditWord: String, JSONChoice { case rename, merge, unmerge, split, pin, unpin }

extension Problem {
    static let unknownType = Problem(.notFound, "unknown_type", "there is no type of purpose of this number")
}
