/// Why a line of consent cannot be.
public enum ConsentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of a channel or an organization is empty or too long.
    case nameLength(bytes: Int, most: Int)
    /// The name of a channel or an organization holds a byte that is no printable ASCII, or a blank at an end.
    case nameByte(UInt8)
    /// A yes to sharing that does not say with whom is no consent.
    case sharingWithAnybodyGranted
    /// A signal of the browser withdraws marketing or all sharing, on every channel; it says nothing else.
    case signalSaysMore

    public var description: String {
        switch self {
        case .nameLength(let bytes, let most): "a name has 1 to \(most) bytes, not \(bytes)"
        case .nameByte(let byte): "a name is printable ASCII without blanks at its ends; it has the byte \(byte)"
        case .sharingWithAnybodyGranted: "a grant of sharing names the organization"
        case .signalSaysMore: "a privacy signal withdraws marketing or all sharing, on every channel, and nothing else"
        }
    }
}
