"""AWS's list prices, us-east-1, without any free tier, as of 2026-11-24.

Sources: the pricing pages of Amazon API Gateway, AWS Lambda, Amazon SQS, Amazon DynamoDB (on demand), Amazon
EventBridge, Amazon CloudWatch and AWS X-Ray.
"""

#: US dollars for a million of each.
REST_REQUEST = 3.50
LAMBDA_REQUEST = 0.20
SQS_REQUEST = 0.40
WRITE_UNIT = 0.625
READ_UNIT = 0.125
TRACE = 5.00
#: A custom event of up to 64 KiB. Its delivery to a target in the account is free, and so is what Lambda reads of a
#: table's stream.
EVENT = 1.00

#: US dollars for a million GB-seconds of an arm64 function: four fifths of what x86_64 costs.
GB_SECOND = 0.8 * 16.6667

#: US dollars for a million bytes of log: $0.50 a GB.
LOG_BYTE = 0.50 / 1e9 * 1e6

#: US dollars for a million bytes kept for a day: $0.25 a GB and month, and $0.20 for its point-in-time recovery.
STORED_BYTE_DAY = 0.45 / 1e9 * 1e6 / 30

#: SQS counts each 64 KiB of a call's messages, DynamoDB each KiB written and each 4 KiB read.
SQS_UNIT_BYTES = 65_536
WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
