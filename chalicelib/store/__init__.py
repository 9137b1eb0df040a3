"""The table: every call to DynamoDB, every attribute name and every condition."""
