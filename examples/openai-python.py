"""OpenAI's own SDK with Alidade as base URL.

pip install openai && python3 examples/openai-python.py
"""

import json
import os
import urllib.request

from openai import OpenAI

base = os.environ.get("ALIDADE_URL", "http://127.0.0.1:4620")
key = os.environ.get("ALIDADE_API_KEY", "none")
client = OpenAI(base_url=f"{base}/v1", api_key=key)

answer = client.chat.completions.create(
    model="auto",
    messages=[{"role": "user", "content": "Write a Python function that reverses a string."}],
)
print(answer.choices[0].message.content)

request = urllib.request.Request(
    f"{base}/api/receipts/{answer._request_id}",
    headers={"authorization": f"Bearer {key}"},
)
with urllib.request.urlopen(request) as response:
    receipt = json.load(response)
print(receipt["decision"]["task_type"], "->", receipt["attempts"][-1]["deployment"], receipt["outcome"])
