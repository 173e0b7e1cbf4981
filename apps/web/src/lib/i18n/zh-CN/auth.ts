import type { auth as English } from '../en/auth.ts';

export const auth = {
  title: '登录',
  email: '邮箱',
  password: '密码',
  name: '姓名',
  signIn: '登录',
  wait: (seconds) => `尝试次数过多，请在 ${seconds} 秒后重试。`,
  noAccount: '还没有账号？',
  register: '创建账号',
  registerText: '拥有自己的账号、密钥、模型和余额。',
  haveAccount: '已有账号？',
  passwordHint: '至少 8 个字符。长度比特殊字符更重要。',
  forgotten: '忘记密码？管理员可以为您重设。',
} satisfies typeof English;
