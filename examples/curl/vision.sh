curl "${AIGC_BASE_URL:-http://127.0.0.1:8000/api/v1}/vision/completions" \
  -H "Authorization: Bearer $AIGC_API_KEY" \
  -F image=@"$1" \
  -F prompt="What does this picture show?"
