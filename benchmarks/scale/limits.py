"""The limits of AWS that bound the service: the documented ones with their pages, and assumed values for the others.

The limits are the defaults of an account in a large region, as documented in November 2026.
"""

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"

#: Requests per second of all APIs of an account, and the size of the burst: a token bucket.
ACCOUNT_REQUESTS_PER_SECOND = 10_000
ACCOUNT_BURST_REQUESTS = 5_000

#: Concurrent executions of all functions of an account.
ACCOUNT_CONCURRENCY = 1_000

#: Execution environments that Lambda adds to a function in ten seconds. The page says that the allowance is refilled
#: continuously and does not accumulate.
NEW_ENVIRONMENTS = 1_000
NEW_ENVIRONMENTS_SECONDS = 10.0

#: Invocations per second of one execution environment. The page states it for synchronous invocations. Those of a
#: mapping count as synchronous here, which is the conservative reading.
ENVIRONMENT_INVOCATIONS_PER_SECOND = 10

#: The memory in MB at which a function has one vCPU; a smaller function has a proportional part of one.
ONE_VCPU_MB = 1_769

#: Batches that a mapping processes at once when messages arrive after a pause, how many more it processes after each
#: minute, and the maximum.
FIRST_POLLERS = 5
MORE_POLLERS_PER_MINUTE = 300
MAX_POLLERS = 1_250

#: Write units per second of a new on-demand table. A table accepts twice its former peak, and throttles if the traffic
#: grows beyond that within this time. Here the capacity grows in one step each half hour: the conservative reading.
TABLE_WRITES_PER_SECOND = 4_000
TABLE_GROWTH_SECONDS = 1_800.0
#: The maximum of a table's write units per second unless the account's quota is raised.
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

# Assumed, because no AWS account was available to measure them.

#: A call of SQS or DynamoDB from the same region, in seconds: the minimum, and the mean of the additional time, which
#: is exponentially distributed. The mean of the sum is 8 ms, as in benchmarks/cost.py; 1 call in 100 takes over 22 ms.
CALL_MIN_SECONDS = 0.004
CALL_MEAN_EXTRA_SECONDS = 0.004
#: API Gateway's own part of a request, and Lambda's of an invocation.
GATEWAY_SECONDS = 0.010
INVOKE_SECONDS = 0.005
#: From a message's arrival in a queue to the invocation with it, if a poller is free.
POLL_SECONDS = 0.020
#: Lambda's own part of a start-up, before the function's imports, whose time is measured here.
ENVIRONMENT_SECONDS = 0.200
#: The delay after which a mapping repeats an invocation that Lambda refused.
REFUSED_SECONDS = 1.0
