"""What holds for all tests: that a machine is busy is no failure of a property."""

from hypothesis import HealthCheck, settings

busy = [HealthCheck.too_slow]
settings.register_profile("goldwire", settings.default, deadline=None, suppress_health_check=busy)
settings.load_profile("goldwire")
