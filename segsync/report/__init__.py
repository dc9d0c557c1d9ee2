"""Plans, outcomes and drift as text and Markdown for people; values in, strings out."""
