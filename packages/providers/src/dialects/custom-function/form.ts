import type { ProviderForm } from '@aigc/shared/provider-form';

export const customFunctionForm: ProviderForm = {
  address: {
    placeholder: 'https://functions.example.com/answer',
    isWhole: true,
    help: {
      en: 'Called exactly as it is entered.',
      'zh-CN': '按填写的地址原样调用。',
    },
  },
  secret: {
    label: { en: 'Secret', 'zh-CN': '密钥' },
    help: {
      en: 'Sent as Authorization: Bearer, unless a header below holds {{secret}}.',
      'zh-CN': '以 Authorization: Bearer 发送；若下方请求头包含 {{secret}}，则在该处发送。',
    },
  },
  settings: [
    {
      kind: 'choice',
      name: 'method',
      label: { en: 'Method', 'zh-CN': '请求方法' },
      default: 'POST',
      options: [
        { value: 'POST', label: { en: 'POST, with a JSON body', 'zh-CN': 'POST（JSON 请求体）' } },
        { value: 'GET', label: { en: 'GET, with the values in the address', 'zh-CN': 'GET（值写入地址）' } },
      ],
    },
    {
      kind: 'text',
      name: 'headers',
      label: { en: 'Headers', 'zh-CN': '请求头' },
      help: {
        en: 'One on each line, such as X-Api-Key: {{secret}}. Do not write secrets here.',
        'zh-CN': '每行一个，例如 X-Api-Key: {{secret}}。请勿在此直接填写密钥。',
      },
      isMultiline: true,
      maxLength: 4000,
      placeholder: 'X-Api-Key: {{secret}}',
    },
    {
      kind: 'text',
      name: 'body',
      label: { en: 'Request template', 'zh-CN': '请求模板' },
      help: {
        en: 'JSON with placeholders: {{prompt}}, {{system}}, {{messages}}, {{model}}, {{max_tokens}}, {{temperature}}, {{top_p}}, {{stop}}, {{seed}}, {{user}}, {{tools}}, {{response_format}}, {{request}}.',
        'zh-CN':
          '带占位符的 JSON：{{prompt}}、{{system}}、{{messages}}、{{model}}、{{max_tokens}}、{{temperature}}、{{top_p}}、{{stop}}、{{seed}}、{{user}}、{{tools}}、{{response_format}}、{{request}}。',
      },
      isMultiline: true,
      required: true,
      maxLength: 20_000,
      default: '{\n  "model": "{{model}}",\n  "prompt": "{{prompt}}"\n}',
    },
    {
      kind: 'text',
      name: 'answer_path',
      label: { en: 'Path of the answer', 'zh-CN': '回答的路径' },
      help: {
        en: 'Where the text is in the function’s JSON, such as output.text or choices[0].text.',
        'zh-CN': '文本在返回 JSON 中的位置，例如 output.text 或 choices[0].text。',
      },
      required: true,
      default: 'output',
      maxLength: 500,
    },
    {
      kind: 'text',
      name: 'prompt_tokens_path',
      label: { en: 'Path of the prompt tokens', 'zh-CN': '输入 token 数的路径' },
      help: {
        en: 'With the next one. Left empty, tokens are estimated.',
        'zh-CN': '与下一项一同填写；留空则估算 token 数。',
      },
      maxLength: 500,
    },
    {
      kind: 'text',
      name: 'completion_tokens_path',
      label: { en: 'Path of the completion tokens', 'zh-CN': '输出 token 数的路径' },
      maxLength: 500,
    },
    {
      kind: 'text',
      name: 'error_path',
      label: { en: 'Path of an error', 'zh-CN': '错误信息的路径' },
      help: {
        en: 'If there is something at this path, the call has failed, whatever its status.',
        'zh-CN': '若此路径处有值，则无论状态码如何，调用均视为失败。',
      },
      maxLength: 500,
    },
  ],
};
