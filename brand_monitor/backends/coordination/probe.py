"""A look at Redis for ``doctor``: writes one key that is gone a second later."""

import uuid
from typing import Any

from brand_monitor.backends.coordination.redis_access import RedisAccess
from brand_monitor.backends.probing import Probe

#: Scripts, ACLs and ``rediss`` as the client uses them.
LEAST_VERSION = (6, 0)


def look_at_redis(access: RedisAccess) -> Probe:
    """Return what a look at the server found.

    Raises:
        SetupError: it refuses who asks, or the settings are wrong.
        TransientFailure: it cannot be reached, or cannot write.
    """
    probe = Probe(access.where)
    with access.failures(), access.client() as opened:
        client: Any = opened
        told = client.info()
        product, version = ("Valkey", told["valkey_version"]) if "valkey_version" in told else ("Redis", "")
        probe.see_version(product, version or told["redis_version"], least=LEAST_VERSION)
        probe.see_clock(lambda: _seconds(*client.time()))
        key = f"brand-monitor:doctor:{uuid.uuid4()}"
        client.eval("return redis.call('set', KEYS[1], 1, 'px', 1000)", 1, key)
        if told.get("role") == "slave":
            probe.complain("it is a replica", "let REDIS_URL name the primary")
        if most := told.get("maxmemory", 0):
            probe.facts.append(f"{(most - told['used_memory']) / 1e6:,.0f} MB free")
        if most and str(told.get("maxmemory_policy", "")).startswith("allkeys"):
            what = (
                f"it may forget limits when its memory is full (maxmemory-policy {told['maxmemory_policy']})"
            )
            probe.complain(what, "set maxmemory-policy to volatile-ttl", is_grave=False)
    probe.facts.append("limits, pauses and the cache are shared there")
    return probe


def _seconds(whole: int, microseconds: int) -> float:
    return whole + microseconds / 1e6
