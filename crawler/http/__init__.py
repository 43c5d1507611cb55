"""The only place that reaches the network: requests, robots, rate limits, URL policy, WARC."""
