"""The status page: an account in one HTML page that needs no script and nothing from elsewhere."""
