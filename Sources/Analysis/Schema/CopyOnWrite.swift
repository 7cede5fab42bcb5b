// Large values that are copied more often than they change.

/// A value behind a reference, which copies share until one of them is changed.
struct CopyOnWrite<Value: Sendable>: @unchecked Sendable {
    /// Changed only while nobody shares it.
    private final class Box {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private var box: Box

    init(_ value: Value) { box = Box(value) }

    var value: Value {
        _read { yield box.value }
        _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
            yield &box.value
        }
    }
}

extension CopyOnWrite: Equatable where Value: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        left.box === right.box || left.value == right.value
    }
}
