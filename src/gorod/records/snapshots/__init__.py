"""The registers as they stood at one moment, as Parquet files that a sweep over the whole city reads. Not an archive: old ones are
removed, and what is true is what the registers say."""
