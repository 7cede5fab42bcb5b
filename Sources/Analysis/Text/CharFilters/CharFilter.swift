// What every character filter does: rewrite the text before it is cut into tokens.

protocol CharFilter: AnyObject {
    /// The text as it is to be, with the way back to the offsets of `text`.
    func apply(_ text: UnsafeBufferPointer<UInt8>) -> FilteredText
}
