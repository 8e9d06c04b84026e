import Throughline

/// Why a body, or one event of it, is not taken.
public enum IntakeFault: Error, Hashable, Sendable {
    // A body or an event. Offsets count from where the body or the event begins.
    case notJSON(reason: String, offset: Int?)
    case notUTF8(offset: Int?)
    /// The body, the event, or one of its members.
    case notAnObject(at: String?)
    /// Nested deeper than ``JSONParser/depthMax``, in this member of the root where that is known.
    case tooDeep(at: String?)
    case notATime(at: String, why: InstantError?)

    // A body.
    case badGzip(reason: String)
    case tooLarge(bytesMax: Int)
    case tooManyEvents(Int)
    case batchMissing
    case batchNotAnArray
    case unknownWriteKey

    // An event.
    case eventTooLarge(bytes: Int)
    /// Nil where it is no text.
    case unknownType(String?)
    case typeMissing
    /// Neither of the two that can say who.
    case idMissing
    case missing(at: String)
    case notText(at: String)
    /// Neither a text nor a whole number of 64 bits.
    case notAnIdentifier(at: String)
    case tooLong(at: String, bytes: Int)
    case controlCharacter(at: String)
}

extension IntakeFault {
    /// A word for programs; it never changes.
    public var code: String {
        switch self {
        case .notJSON: "not_json"
        case .notUTF8: "not_utf8"
        case .notAnObject: "not_an_object"
        case .tooDeep: "too_deep"
        case .notATime: "not_a_time"
        case .badGzip: "bad_gzip"
        case .tooLarge: "too_large"
        case .tooManyEvents: "too_many_events"
        case .batchMissing, .missing, .typeMissing: "missing"
        case .batchNotAnArray: "not_an_array"
        case .unknownWriteKey: "unknown_write_key"
        case .eventTooLarge: "event_too_large"
        case .unknownType: "unknown_type"
        case .idMissing: "id_missing"
        case .notText: "not_text"
        case .notAnIdentifier: "not_an_identifier"
        case .tooLong: "too_long"
        case .controlCharacter: "control_character"
        }
    }

    /// The member at fault, by its path from the root of the event or body; nil where it is the whole.
    public var at: String? {
        switch self {
        case .notJSON, .notUTF8, .badGzip, .tooLarge, .tooManyEvents, .eventTooLarge, .idMissing: nil
        case .notAnObject(let at), .tooDeep(let at): at
        case .batchMissing, .batchNotAnArray: "batch"
        case .unknownWriteKey: "writeKey"
        case .unknownType, .typeMissing: "type"
        case .missing(let at), .notText(let at), .notAnIdentifier(let at), .controlCharacter(let at): at
        case .notATime(let at, _), .tooLong(let at, _): at
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .notJSON(let reason, let offset): "not JSON: \(reason)\(IntakeFault.place(offset))"
        case .notUTF8(let offset): "text that is not UTF-8\(IntakeFault.place(offset))"
        case .notAnObject(let at): at.map { "\"\($0)\" is not an object" } ?? "not a JSON object"
        case .tooDeep(let at):
            "\(at.map { "\"\($0)\" is" } ?? "JSON") nested deeper than \(JSONParser.depthMax) levels"
        case .notATime(let at, let why): "\"\(at)\" \((why ?? .malformed).description)"
        case .badGzip(let reason): "the body is no whole gzip: \(reason)"
        case .tooLarge(let bytesMax): "the body has more than \(bytesMax) bytes, unpacked; that is the limit"
        case .tooManyEvents(let count): "a batch of \(count) events; the limit is \(Intake.eventsMax)"
        case .batchMissing: "\"batch\", the array of events, is missing"
        case .batchNotAnArray: "\"batch\" is not an array"
        case .unknownWriteKey: "no source has this \"writeKey\", or it is missing"
        case .eventTooLarge(let bytes): "an event of \(bytes) bytes; the limit is \(EventParser.eventBytesMax)"
        case .unknownType(let type):
            "\"type\"\(type.map { " \"\($0)\"" } ?? "") is none of track, page, screen, identify, group, alias"
        case .typeMissing: "neither \"type\" nor \"event\": this is not an event"
        case .idMissing: "neither \"userId\" nor \"anonymousId\": nobody did this"
        case .missing(let at): "\"\(at)\" is missing"
        case .notText(let at): "\"\(at)\" is not text"
        case .notAnIdentifier(let at): "\"\(at)\" is neither a text nor a whole number of 64 bits"
        case .tooLong(let at, let bytes):
            "\"\(at)\" has \(bytes) bytes; the limit is \(Event.identifierBytesMax)"
        case .controlCharacter(let at): "\"\(at)\" has a control character"
        }
    }

    private static func place(_ offset: Int?) -> String { offset.map { ", at byte \($0)" } ?? "" }

    /// What the parser says, in the intake's words.
    ///
    /// - Parameter text: what was parsed.
    init(_ error: JSONError, in text: UnsafeBufferPointer<UInt8>) {
        switch error.fault {
        case .encoding: self = .notUTF8(offset: error.offset)
        case .depth: self = .tooDeep(at: BodyScan.deepMember(of: text))
        case .syntax:
            let reason = error.message.hasPrefix("not JSON: ") ? error.message.dropFirst(10) : error.message[...]
            self = .notJSON(reason: String(reason), offset: error.offset)
        }
    }

    /// The fault as it is of a text that has so many more bytes from a place on.
    func shifted(by count: Int, from place: Int) -> IntakeFault {
        func moved(_ offset: Int?) -> Int? { offset.map { $0 > place ? $0 + count : $0 } }
        return switch self {
        case .notJSON(let reason, let offset): .notJSON(reason: reason, offset: moved(offset))
        case .notUTF8(let offset): .notUTF8(offset: moved(offset))
        default: self
        }
    }
}
