"""The API for programs: read articles, events, claims and the bulletin; send reports in."""
