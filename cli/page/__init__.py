"""The page kit: one self-contained HTML file from data, with nothing fetched and nothing run."""
