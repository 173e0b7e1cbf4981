import type { errors as English } from '../en/errors.ts';

const codes = {
  offline: '无法连接服务器，请检查网络后重试。',
  invalid_json: '请求不是有效的 JSON。',
  missing_field: '有内容未填写，请检查标出的字段。',
  invalid_field: '部分内容无法接受，请检查标出的字段。',
  body_too_deep: '请求的嵌套层级过深。',
  context_length_exceeded: '内容超出了模型的上下文长度。',
  unsupported_parameter: '模型不支持其中的某个参数。',
  invalid_image: '该文件不是可读取的图片。',
  image_too_large: '图片过大。',
  conflicting_credentials: '请求中带有两个不同的密钥。',
  address_forbidden: '不允许从这里访问该地址。',
  method_not_allowed: '此处不允许使用该方法。',
  body_too_large: '内容过大，无法发送。',
  unsupported_media_type: '不支持这种内容类型。',
  invalid_api_key: 'API 密钥无效。',
  unauthenticated: '您已退出登录，请重新登录后继续。',
  invalid_credentials: '邮箱或密码不正确。',
  insufficient_quota: '余额不足，无法完成此次调用。',
  forbidden: '您没有权限执行此操作。',
  origin_not_allowed: '请求来自其他站点，已被拒绝。',
  registration_closed: '注册已关闭，请联系管理员开通账号。',
  setup_token_invalid: '初始化链接无效，请使用服务启动时打印的链接。',
  key_disabled: '该密钥已停用。',
  key_expired: '该密钥已过期。',
  key_kind_not_allowed: '此处不能使用这种密钥。',
  user_deactivated: '该账号已停用。',
  ip_not_allowed: '当前地址不允许使用该密钥。',
  model_not_allowed: '该模型未对您开放。',
  model_api_disabled: '该模型未开放 API 调用。',
  model_not_priced: '该模型尚未定价，无法调用。',
  not_found: '内容不存在或已被删除。',
  model_not_found: '没有这个模型。',
  conflict: '与已有内容冲突。',
  already_set_up: '系统已完成初始化，请直接登录。',
  rate_limit_exceeded: '尝试过于频繁，请稍后再试。',
  server_error: '服务器出错，请重试。',
  upstream_unreachable: '无法连接模型服务。',
  upstream_bad_response: '模型服务返回了无法使用的内容。',
  upstream_auth_failed: '模型服务拒绝了所保存的凭据。',
  upstream_rejected: '模型服务拒绝了请求。',
  service_unavailable: '服务暂时不可用，请稍后重试。',
  upstream_timeout: '模型服务响应超时。',
  client_closed: '调用方在应答完成前断开了连接。',
  interrupted: '调用中断。',
} satisfies (typeof English)['codes'];

/** The API words field errors in English; these are the ones the shared schemas can give. */
const fieldMessages: [RegExp, (match: RegExpExecArray) => string][] = [
  [/^must not be empty/i, () => '不能为空'],
  [/^must have at least (\d+) characters/i, ([, count]) => `至少需要 ${count} 个字符`],
  [/expected string to have <=(\d+) characters/i, ([, count]) => `最多 ${count} 个字符`],
  [/^must not contain control characters/i, () => '不能包含控制字符'],
  [/^must be an e-mail address/i, () => '请输入有效的邮箱地址'],
  [/^must be more than zero/i, () => '必须大于零'],
  [/^must be a number such as/i, () => '请输入不为负的数字，例如 12.5，最多十位小数'],
  [/^must be a decimal/i, () => '请输入最多十位小数的数字'],
  [/(already|exists|taken|in use)/i, () => '已被使用'],
  [/(current )?password is (wrong|incorrect|not correct)/i, () => '密码不正确'],
];

export const errors = {
  codes,
  code: (code) => (code in codes ? codes[code as keyof typeof codes].replace(/。$/, '') : code),
  field: (message) => {
    for (const [pattern, write] of fieldMessages) {
      const match = pattern.exec(message);
      if (match) return `${write(match)}。`;
    }
    return '请检查此项。';
  },
  notFoundTitle: '这里什么也没有',
  notFoundText: '地址可能有误，或相应内容已被删除。',
  forbiddenTitle: '您无权访问此页面',
  forbiddenText: '该页面仅供管理员使用。',
  failedTitle: '无法显示此页面',
  failedText: '服务器未能应答。数据没有丢失，请重试。',
  unavailableTitle: '服务正在启动或无法连接',
  unavailableText: '本页面会自动重试。',
  requestId: '请求编号',
  tryAgain: '重试',
  toOverview: '返回概览',
} satisfies typeof English;
