// Frames of any bytes, arriving whole and in pieces.

#if FUZZ_CLUSTER
    import NIOCore

    @testable import Cluster

    enum FrameTarget {
        static let target = FuzzTarget(
            name: "frame", reads: "FrameDecoder: frames cut out of a connection's bytes",
            seeds: seeds, run: run)

        private static let decoder = FrameDecoder(payloadLimit: 1_000)

        /// where the bytes are cut in two, the bytes.
        static func run(_ bytes: UnsafeRawBufferPointer) throws {
            var input = FuzzInput(bytes)
            let cut = Int(input.byte())
            let all = [UInt8](input.rest)
            let whole = frames([all])
            let pieces = frames([Array(all.prefix(cut)), Array(all.dropFirst(cut))])
            try require(whole.frames == pieces.frames, "in pieces there are other frames")
            try require(whole.fault == pieces.fault, "in pieces the fault is another")
            guard whole.fault == nil else { return }
            var buffer = ByteBuffer()
            for frame in whole.frames { frame.write(to: &buffer) }
            try require(
                all.starts(with: buffer.readableBytesView), "written again they are other bytes")
        }

        private static func frames(_ pieces: [[UInt8]]) -> (frames: [Frame], fault: FrameFault?) {
            var frames: [Frame] = []
            var buffer = ByteBuffer()
            for piece in pieces {
                buffer.writeBytes(piece)
                do throws(FrameFault) {
                    while let frame = try decoder.next(&buffer) { frames.append(frame) }
                } catch {
                    return (frames, error)
                }
            }
            return (frames, nil)
        }

        private static func seeds() -> [[UInt8]] {
            FrameType.allCases.map { type in
                var buffer = ByteBuffer()
                let payload = ByteBuffer(string: "payload \(type.rawValue)")
                for id in [1, UInt64.max] {
                    Frame(
                        type: type, kind: 3, id: id, remainingMicroseconds: 1_000_000,
                        payload: payload
                    ).write(to: &buffer)
                }
                return [30] + buffer.readableBytesView
            }
        }
    }
#endif
