"""What commands that only look have found: values for reports and JSON documents."""
