import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("AIGC_BASE_URL", "http://127.0.0.1:8000/api/v1"),
    api_key=os.environ["AIGC_API_KEY"],
)

answer = client.chat.completions.create(
    model="demo-chat",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)
