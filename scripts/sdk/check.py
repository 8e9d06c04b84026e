"""Holds what a server has against what was sent: each message once, on its person's timeline.

    python check.py PORT KEY < MESSAGE_IDS
"""
import base64
import json
import sys
import urllib.request

port, key = int(sys.argv[1]), sys.argv[2]
sent = sorted(line.strip() for line in sys.stdin if line.strip())


def get(path):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
    return json.load(urllib.request.urlopen(request))


def timeline(user):
    cursor = None
    while True:
        page = get(f"/v1/profiles/{user}/timeline?limit=100" + (f"&cursor={cursor}" if cursor else ""))
        yield from page["items"]
        cursor = page["next"]
        if not cursor:
            return


def lag():
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/ready"))["foldLag"]


while lag() > 0:
    pass
kept = sorted(item["messageId"] for number in range(7) for item in timeline(f"user-{number}"))
lost, doubled = set(sent) - set(kept), len(kept) - len(set(kept))
print(f"{len(sent)} sent, {len(set(sent) & set(kept))} kept, {len(lost)} lost, {doubled} twice")
sys.exit(1 if lost or doubled or set(kept) - set(sent) else 0)
