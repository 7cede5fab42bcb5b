// Pages of the bucket's list, and ranges of objects.

import Storage

extension S3Client {
    /// - Parameters:
    ///   - prefix: Of whole keys.
    ///   - after: A whole key.
    func page(
        prefix: String, after: String?, _ continuation: String?
    ) async throws -> ObjectListing {
        var query = [("list-type", "2"), ("max-keys", "1000"), ("prefix", prefix)]
        if let continuation {
            query.append(("continuation-token", continuation))
        } else if let after {
            query.append(("start-after", after))
        }
        let request = S3Request(
            operation: .list, key: "", query: query, answerLimit: S3Request.listAnswer)
        var listing: ObjectListing?
        let reply = try await ask(request, of: prefix) { reply in
            do throws(XMLFault) {
                listing = try ObjectListing(reply.body)
                return nil
            } catch {
                return "its list cannot be read: \(error)"
            }
        }
        guard reply != nil, let listing else {
            throw error(
                prefix, "there is no such bucket",
                "create the bucket, or name another with objects.bucket")
        }
        return listing
    }

    /// A range of an object's bytes; nil when there is no such object.
    /// - Parameters:
    ///   - whole: The whole key.
    ///   - key: What messages call it.
    func part(of whole: String, key: String, _ range: Range<Int>) async throws -> [UInt8]? {
        let request = S3Request(
            operation: .read, key: whole,
            headers: [("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")],
            answerLimit: range.count + S3Request.smallAnswer)
        let reply = try await ask(request, of: key, expecting: range.count) { reply in
            guard reply.body.count == range.count else {
                return "\(reply.body.count) bytes arrived of \(range.count)"
            }
            // An object of one part may come whole.
            let start = "bytes \(range.lowerBound)-"
            let isRight =
                reply.headers["content-range"]?.hasPrefix(start) ?? (range.lowerBound == 0)
            return isRight ? nil : "another part arrived"
        }
        return reply?.body
    }
}
