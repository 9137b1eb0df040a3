"""What bounds the service on AWS: documented limits with the page of each, and what is assumed where no page says it.

The limits are the defaults of an account in a large region, as the pages gave them in November 2026.
"""

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"

#: Requests per second of all APIs of an account, and how many above that at once: a token bucket.
ACCOUNT_REQUESTS_PER_SECOND = 10_000
ACCOUNT_BURST_REQUESTS = 5_000

#: Concurrent executions of all functions of an account.
ACCOUNT_CONCURRENCY = 1_000

#: Execution environments that Lambda adds to a function: so many in ten seconds. The page says that the allowance is
#: refilled continuously and not saved up.
NEW_ENVIRONMENTS = 1_000
NEW_ENVIRONMENTS_SECONDS = 10.0

#: Invocations per second of one execution environment. The page says it of synchronous invocations; a mapping's
#: invocations are taken as such here, which is the careful reading.
ENVIRONMENT_INVOCATIONS_PER_SECOND = 10

#: Megabytes of a function that has one vCPU; a smaller one has its part of it.
ONE_VCPU_MB = 1_769

#: Batches that a mapping processes at once when messages come after a pause, how many it adds in a minute, and the
#: most that it processes at once.
FIRST_POLLERS = 5
MORE_POLLERS_PER_MINUTE = 300
MAX_POLLERS = 1_250

#: Write units per second of a new table on demand. A table takes twice its former peak; beyond that it throttles if
#: the traffic grows within this time. It is taken here as a step each half an hour, which is the careful reading.
TABLE_WRITES_PER_SECOND = 4_000
TABLE_GROWTH_SECONDS = 1_800.0
#: The most write units per second of a table unless the account's quota is raised.
TABLE_QUOTA_WRITES_PER_SECOND = 40_000
#: Write units per second of one partition, and so of one list: all of its items have one partition key.
PARTITION_WRITES_PER_SECOND = 1_000

#: Where each limit is documented.
SOURCES = {
    "requests per second of an account: 10,000, at once: 5,000": f"{_GATEWAY}limits.html",
    "token buckets of the stage and of the key": f"{_GATEWAY}api-gateway-request-throttling.html",
    "concurrent executions of an account: 1,000": f"{_LAMBDA}gettingstarted-limits.html",
    "invocations per second of an execution environment: 10": f"{_LAMBDA}gettingstarted-limits.html",
    "new execution environments of a function: 1,000 in 10 s": f"{_LAMBDA}scaling-behavior.html",
    "one vCPU at 1,769 MB, a part of it below": f"{_LAMBDA}configuration-memory.html",
    "a start-up takes under 100 ms to over 1 s": f"{_LAMBDA}lambda-runtime-environment.html",
    "a mapping: 5 batches at once at first, 300 more a minute, 1,250 at most": f"{_LAMBDA}services-sqs-scaling.html",
    "a new table on demand: 4,000 writes per second": f"{_DYNAMODB}on-demand-capacity-mode.html",
    "twice the former peak, throttled if it is exceeded within 30 minutes": f"{_DYNAMODB}on-demand-capacity-mode.html",
    "warm throughput of a table": f"{_DYNAMODB}warm-throughput.html",
    "writes per second of a partition: 1,000": f"{_DYNAMODB}warm-throughput-scenarios.html",
    "writes per second of a table: 40,000": f"{_DYNAMODB}Limits.html",
}

# Assumed. No account was at hand to measure them.

#: A call of SQS or DynamoDB from within the region, in seconds: the least, and the mean of what comes on top of it,
#: which is drawn from an exponential distribution. Together 8 ms, as benchmarks/cost.py assumes; 1 in 100 takes 22 ms.
CALL_LEAST_SECONDS = 0.004
CALL_MORE_SECONDS = 0.004
#: API Gateway's own part of a request, and Lambda's of an invocation.
GATEWAY_SECONDS = 0.010
INVOKE_SECONDS = 0.005
#: From a message's arrival in a queue to the invocation that carries it, where a poller is free.
POLL_SECONDS = 0.020
#: Lambda's own part of a start-up, before the function's imports, whose time is measured here.
ENVIRONMENT_SECONDS = 0.200
#: A mapping whose invocation Lambda refuses tries again after this.
REFUSED_SECONDS = 1.0
