/// What is met next in an input.
enum InputPiece {
    case line(InputLine)
    /// What cannot be an event, as it stands in the file. When it is too long to be held it comes in parts, and only
    /// the first says why.
    case refused(Refusal?, raw: UnsafeBufferPointer<UInt8>, endsLine: Bool)
}
