"""Sends events with the client library that is installed, through a proxy, and says which.

    python send.py segment|rudder PORT KEY COUNT      prints the message ids, a line each
"""
import sys

kind, port, key, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
errors = []


def note(error, items):
    errors.append((error, len(items)))


options = dict(host=f"http://127.0.0.1:{port}", on_error=note, gzip=True, timeout=2, upload_size=20, max_queue_size=10_000)
if kind == "segment":
    from segment.analytics.client import Client

    client = Client(key, max_retries=200, **options)
else:
    from rudderstack.analytics.client import Client

    client = Client(key, max_retries=200, **options)

ids = []
for number in range(count):
    message = f"{kind}-{number}"
    ids.append(message)
    user = f"user-{number % 7}"
    if number % 50 == 0:
        client.identify(user, {"plan": "basic"}, message_id=message)
    elif number % 10 == 0:
        client.page(user, "home", "Start", {"path": "/"}, message_id=message)
    else:
        client.track(user, "Product Viewed", {"name": f"thing {number}"}, message_id=message)
client.flush()
client.shutdown()
if errors:
    sys.exit(f"gave up on: {errors}")
print("\n".join(ids))
