/// A line or record of an input that may hold an event. Nobody has parsed it yet.
struct InputLine {
    /// As it stands in the file, without its end.
    let raw: UnsafeBufferPointer<UInt8>
    /// The object, followed by readable padding: what a line ends with, or what was made of a record.
    let json: UnsafeBufferPointer<UInt8>
    /// Its number in the file, from 1.
    let number: Int
    /// The place of the object in the unpacked file; nil where it was made of a record.
    let offset: Int64?

    /// Why it is refused, by what is wrong with its object.
    func refusal(_ error: EventError) -> Refusal {
        // A column of JSON that was made of a record is no column of the file.
        let column = offset == nil ? nil : error.offset.map { $0 + 1 + raw.count - json.count }
        return Refusal(line: number, column: column, message: error.message)
    }
}
