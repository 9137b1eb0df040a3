"""AWS's limits in an account of a large region, as documented in November 2026, and the times that are assumed."""

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"

#: Requests per second of all APIs of an account, and how many at once.
ACCOUNT_REQUESTS, ACCOUNT_BURST = 10_000, 5_000
#: Concurrent executions of all functions of an account, and how many of them no function can reserve.
ACCOUNT_FUNCTIONS, UNRESERVED_FUNCTIONS = 1_000, 100
#: The shortest time between two invocations of one execution environment, in seconds: it serves ten per second. The
#: page says so of synchronous invocations; those of a queue's mapping count as synchronous here.
INVOCATION_SECONDS = 0.1
#: Batches that a mapping processes at once when messages arrive after a pause, and how many more after each second.
FIRST_POLLERS, MORE_POLLERS = 5, 5
#: Write units per second of a new on-demand table, and of one partition. All items of a list are in one partition.
TABLE_WRITES, PARTITION_WRITES = 4_000, 1_000
#: A table takes twice its former peak, up to the quota. Here it grows in one step each half hour.
TABLE_GROWTH_SECONDS, TABLE_QUOTA_WRITES = 1_800.0, 40_000

#: Where each limit is documented.
SOURCES = {
    "requests per second of an account: 10,000, at once: 5,000": f"{_GATEWAY}limits.html",
    "token buckets of the stage and of the key": f"{_GATEWAY}api-gateway-request-throttling.html",
    "concurrent executions: 1,000, of which 900 can be reserved": f"{_LAMBDA}configuration-concurrency.html",
    "invocations per second of an execution environment: 10": f"{_LAMBDA}gettingstarted-limits.html",
    "a mapping: 5 batches at once at first, 300 more a minute": f"{_LAMBDA}services-sqs-scaling.html",
    "a new table: 4,000 writes per second; later twice its peak": f"{_DYNAMODB}on-demand-capacity-mode.html",
    "warm throughput of a table": f"{_DYNAMODB}warm-throughput.html",
    "writes per second of a partition: 1,000": f"{_DYNAMODB}warm-throughput-scenarios.html",
    "writes per second of a table: 40,000": f"{_DYNAMODB}Limits.html",
}

# Assumed, because no AWS account was available, in seconds. benchmarks/cost.py has the times of the functions.

#: A call of SQS or DynamoDB from the same region.
CALL_SECONDS = 0.008
#: API Gateway's own part of a request, and Lambda's of an invocation.
GATEWAY_SECONDS, INVOKE_SECONDS = 0.010, 0.005
#: From a message's arrival in a queue to the invocation with it, if a poller is free.
POLL_SECONDS = 0.020
#: The start of an execution environment, with the imports of the function.
START_SECONDS = 1.0
