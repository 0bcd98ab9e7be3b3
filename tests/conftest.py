"""What holds for all tests: that a machine is busy, or that they run in the background, is no failure."""

import signal
import threading

from hypothesis import HealthCheck, settings

busy = [HealthCheck.too_slow]
settings.register_profile("goldwire", settings.default, deadline=None, suppress_health_check=busy)
settings.load_profile("goldwire")

if threading.current_thread() is threading.main_thread():
    # A shell's background jobs are born deaf to Ctrl-C, and so are the processes that they start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
