// The mapping of an offline index, when all parts are there: made once, the same by whomever.

import Analysis
import NIOPosix

struct MappingRun: Sendable {
    let build: BuildStore
    let chunks: [ChunkNumber]
    let thread: NIOThreadPool

    /// Chunks whose fields are looked at together.
    private static let stride = 64

    func schema() async throws -> Schema {
        if let known = try await build.objects.read(build.mappingKey) {
            return try build.schema(known, key: build.mappingKey)
        }
        let base = build.index.description.schema
        let chunks = base.dynamic == .yes ? chunks : []
        var fold = MappingFold(base: base)
        for start in Swift.stride(from: 0, to: chunks.count, by: Self.stride) {
            let some = chunks[start..<min(start + Self.stride, chunks.count)]
            for (number, grown) in zip(some, try await build.growths(some)) {
                guard let grown else { continue }
                var next = fold
                if !next.take(grown) {
                    let documents = try await build.documents(number)
                    next = try await thread.runIfActive { [fold] in
                        var next = fold
                        next.read(documents)
                        return next
                    }
                }
                fold = next
            }
        }
        try await build.create(build.mappingKey, fold.schema.encoded())
        return fold.schema
    }
}
