"""The table: every call to DynamoDB, every attribute name and every condition.

Every function raises Unavailable where the table does not respond: what it writes may have been written.
"""
