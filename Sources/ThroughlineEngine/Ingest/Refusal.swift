/// Why a line or record of an input is refused, and where.
struct Refusal: CustomStringConvertible {
    let line: Int
    let column: Int?
    let message: String

    var description: String { "\(line)\(column.map { ":\($0)" } ?? ""): \(message)" }
}
