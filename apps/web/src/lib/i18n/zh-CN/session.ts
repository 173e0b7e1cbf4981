import type { session as English } from '../en/session.ts';

export const session = {
  title: '请重新登录后继续',
  text: '您的会话已结束。本页内容没有丢失，登录后即可继续。',
  other: '不是您？',
  otherLink: '以其他账号登录',
  lost: '服务器没有响应。您填写的内容会保留在此，恢复后页面将自动继续。',
  regained: '服务器已恢复响应。',
  demoted: '您已不再是管理员。如需使用此页面，请联系管理员。',
  promoted: '您现在是管理员。',
} satisfies typeof English;
