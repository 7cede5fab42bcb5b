// Random numbers from the operating system.

public struct SystemRandom: RandomSource {
    public init() {}

    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    public func fork(_ label: String) -> any RandomSource { self }
}
