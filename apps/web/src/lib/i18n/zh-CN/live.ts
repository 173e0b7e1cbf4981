import type { live as English } from '../en/live.ts';

export const live = {
  states: {
    off: '已暂停',
    connecting: '正在连接…',
    live: '已连接',
    lost: '连接已断开',
  },
  hint: '新发生的内容会自动显示在这里。页面在后台时不会请求数据。',
  lostSince: (time: string): string => `连接已断开，始于 ${time}`,
  nextTry: (seconds: number): string => `${seconds} 秒后重试`,
  trying: '正在重试…',
  retryNow: '立即重试',
  back: '已重新连接',
} satisfies typeof English;
