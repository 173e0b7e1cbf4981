curl "${AIGC_BASE_URL:-http://127.0.0.1:8000/api/v1}/chat/completions" \
  -H "Authorization: Bearer $AIGC_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "demo-chat", "messages": [{"role": "user", "content": "Hello"}]}'
