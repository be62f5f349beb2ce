"""Web: pages fetched politely, kept as WARC. Embedded default: aiohttp, protego, warcio."""
