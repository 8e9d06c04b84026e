import ThroughlineEngine

extension SegmentedLog {
    /// Erases records by writing the segments that have them anew, one after the other (docs/decisions/0018).
    ///
    /// Where the segment that is being written has one, it is sealed and the next begun, so that appends go on meanwhile.
    /// Each new file takes the place of the old one at once: a crash leaves one of the two.
    ///
    /// - Complexity: O(*n*) in the bytes of the segments with such records, however many of them each has; so many of one
    ///   call cost less than a call for each. On the disk one segment more is needed meanwhile.
    public func erase(_ positions: [LogPosition]) async throws(LogError) {
        let positions = positions.sorted()
        try takeErasure(through: positions.last)
        defer { settleErasure() }
        guard let last = positions.last else { return }
        try await endSegment(with: last)
        try await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, LogError>, Never>) in
            erasing.async {
                let outcome = Result { () throws(LogError) in try self.rewriteSegments(with: positions) }
                continuation.resume(returning: outcome)
            }
        }.get()
    }

    private func rewriteSegments(with positions: [LogPosition]) throws(LogError) {
        let rewriter = SegmentRewriter(files: files)
        for (first, positions) in catalog.segments(with: positions) {
            try rewriter.rewrite(first, without: positions)
            try replace(first, rewriter)
        }
    }

    /// Puts the new file of a segment in the place of the old one, for readers and for good.
    private func replace(_ first: LogPosition, _ rewriter: SegmentRewriter) throws(LogError) {
        do throws(LogFileError) {
            try reader.withLock { reader throws(LogFileError) in
                // Also where it fails: then either of the two may be there.
                defer { reader.forget(first) }
                try files.rename(SegmentHeader.newName(of: first), to: SegmentHeader.name(of: first))
            }
        } catch {
            rewriter.discard(first)
            throw LogError(nothingErased: error)
        }
        do throws(LogFileError) {
            try files.syncFolder()
        } catch {
            let unknown = LogError(.unknown, "the records may be erased or not: \(error.message)")
            fail(unknown)
            throw unknown
        }
    }
}
