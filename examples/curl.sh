#!/bin/sh
# The whole loop with curl: ask what would be done, have it done, read the receipt.
#   sh examples/curl.sh
set -eu

base=${ALIDADE_URL:-http://127.0.0.1:4620}
key=${ALIDADE_API_KEY:-none}
body='{"model": "auto", "messages": [{"role": "user", "content": "Write a Python function that reverses a string."}]}'
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT

ask() {
  curl --silent --show-error --fail-with-body -H "authorization: Bearer $key" -H 'content-type: application/json' "$@"
  echo
}

echo '# The decision; nobody is called.'
ask "$base/api/route" -d "$body"

echo '# The answer.'
ask "$base/v1/chat/completions" -D "$headers" -d "$body"

id=$(sed -n 's/^x-request-id: *//p' "$headers" | tr -d '\r')
echo "# The receipt of $id."
ask "$base/api/receipts/$id"
