"""The throttles of AWS in the model: token buckets, execution environments and an on-demand table."""

from dataclasses import dataclass, field

from benchmarks.scale import limits

TABLE_LIMIT = "write units of the table"
PARTITION_LIMIT = "write units of a partition"


@dataclass
class Bucket:
    """A token bucket: `rate` tokens per second, at most `depth` at once."""

    rate: float
    depth: float
    tokens: float = -1.0
    at: float = 0.0

    def __post_init__(self) -> None:
        """Start full."""
        if self.tokens < 0:
            self.tokens = self.depth

    def take(self, now: float, wanted: int) -> int:
        """Take up to `wanted` whole tokens and return how many were taken."""
        self.tokens = min(self.depth, self.tokens + self.rate * max(now - self.at, 0.0))
        self.at = max(self.at, now)
        taken = min(wanted, int(self.tokens + 1e-9))
        self.tokens -= taken
        return taken

    def give_back(self, count: int) -> None:
        """Return tokens that were not needed."""
        self.tokens = min(self.depth, self.tokens + count)


@dataclass
class Gateway:
    """API Gateway: the throttle of the account, the one of the key and the stage, and the quota of the key."""

    account: Bucket
    key: Bucket
    quota: int

    def admit(self, now: float, wanted: int) -> tuple[int, str]:
        """Return how many requests are accepted, and which limit refuses the others."""
        within_quota = min(wanted, self.quota)
        by_key = self.key.take(now, within_quota)
        passed = self.account.take(now, by_key)
        self.key.give_back(by_key - passed)
        self.quota -= passed
        if passed < by_key:
            return passed, "requests per second of the account"
        return passed, "`RateLimit`" if by_key < within_quota else "`DailyQuota`"


@dataclass
class Account:
    """The concurrency limit that all functions share."""

    limit: int
    busy: int = 0
    peak: int = 0


@dataclass
class Environments:
    """The execution environments of one function. They exist until the end of the run."""

    account: Account
    idle: int = 0
    made: int = 0
    allowance: Bucket = field(
        default_factory=lambda: Bucket(
            limits.NEW_ENVIRONMENTS / limits.NEW_ENVIRONMENTS_SECONDS, limits.NEW_ENVIRONMENTS
        )
    )

    def start(self, now: float, wanted: int) -> tuple[int, int, str]:
        """Occupy environments; return how many existed before, how many are new, and which limit refused the others."""
        room = max(self.account.limit - self.account.busy, 0)
        warm = min(wanted, self.idle, room)
        cold = self.allowance.take(now, min(wanted, room) - warm)
        self.idle -= warm
        self.made += cold
        self.account.busy += warm + cold
        self.account.peak = max(self.account.peak, self.account.busy)
        return warm, cold, "concurrency of the account" if wanted > room else "Lambda's scaling rate"

    def stop(self, count: int) -> None:
        """Free environments."""
        self.idle += count
        self.account.busy -= count


@dataclass
class Table:
    """An on-demand DynamoDB table: its write capacity, and how that grows."""

    capacity: float
    bucket: Bucket = field(init=False)
    written: int = 0
    throttled: int = 0
    #: Which limit throttled last, and when.
    throttled_by: str = ""
    throttled_at: float = -1.0
    _second: int = 0
    _this_second: int = 0
    _peak: float = 0.0
    _grown_at: float = 0.0

    def __post_init__(self) -> None:
        """Start with the capacity of one second. Capacity that was unused before does not accumulate."""
        self.bucket = Bucket(self.capacity, self.capacity)

    def write(self, now: float, wanted: int, units: int, partition: Bucket | None = None) -> int:
        """Write up to `wanted` items of `units` each and return how many are written; the others are throttled."""
        self._grow(now)
        taken = self.bucket.take(now, wanted * units)
        fit = taken // units
        self.bucket.give_back(taken - fit * units)
        if fit < wanted:
            self.throttled_by, self.throttled_at = TABLE_LIMIT, now
        if partition is not None:
            taken = partition.take(now, fit * units)
            in_partition = taken // units
            partition.give_back(taken - in_partition * units)
            self.bucket.give_back((fit - in_partition) * units)
            if in_partition < fit:
                self.throttled_by, self.throttled_at = PARTITION_LIMIT, now
            fit = in_partition
        self.written += fit * units
        self.throttled += wanted - fit
        if int(now) != self._second:
            self._peak = max(self._peak, self._this_second)
            self._second, self._this_second = int(now), 0
        self._this_second += fit * units
        return fit

    def _grow(self, now: float) -> None:
        while now >= self._grown_at + limits.TABLE_GROWTH_SECONDS:
            self._grown_at += limits.TABLE_GROWTH_SECONDS
            grown = min(2 * self._peak, limits.TABLE_QUOTA_WRITES_PER_SECOND)
            self.capacity = max(self.capacity, grown)
            self.bucket.rate = self.bucket.depth = self.capacity
