// What a root counts.

import Metrics

struct RootMetrics: Sendable {
    let searches = Counter(label: "canopy_root_searches")
    let restarts = Counter(label: "canopy_root_search_restarts")
    /// Messages to copies that stood in for others.
    let replacements = Counter(label: "canopy_root_search_replacements")
    let failedShards = Counter(label: "canopy_root_failed_shards")
    /// Rounds of messages per search, before fetching.
    let trips = Recorder(label: "canopy_root_search_trips")
    let duration = Timer(label: "canopy_root_search_duration")
    let writes = Counter(label: "canopy_root_written_operations")
    let failedWrites = Counter(label: "canopy_root_failed_operations")
}
