import ArgumentParser
import AsyncHTTPClient
import Configuration
import Histogram
import ServiceLifecycle

@main struct Canopy: AsyncParsableCommand {
    func run() async throws { print("canopy") }
}
