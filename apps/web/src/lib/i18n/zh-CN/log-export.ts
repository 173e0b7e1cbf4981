import type { logExport as English } from '../en/log-export.ts';

export const logExport = {
  title: '导出调用',
  text: '符合筛选条件的全部调用，不只是本页。',
  open: '导出',
  openRunning: (percent: string): string => `正在导出 ${percent}`,
  openRunningRows: '正在导出…',
  format: '格式',
  formats: {
    csv: '适合电子表格。',
    ndjson: '适合程序读取：每行一个 JSON 对象。',
  },
  counting: '正在统计…',
  unknown: '读取完成后才能知道共有多少条调用。',
  about: (count: string): string => `约 ${count} 条调用。`,
  rows: (count: string): string => `${count} 条调用`,
  rowsOf: (count: string, all: string): string => `${count} / 约 ${all} 条调用`,
  megabytes: (size: string): string => `${size} MB`,
  goesOn: '关闭此窗口或浏览其他页面时，导出会继续；离开控制台则会中断。',
  start: '导出',
  again: '重新导出',
  cancel: '取消导出',
  hide: '隐藏',
  done: (count: string, name: string): string => `${name} 中共有 ${count} 条调用。`,
  failed: (count: string): string =>
    `导出在 ${count} 条调用后中断。为避免把不完整的文件当作完整文件，已收到的内容未保留。请重试。`,
  cancelled: '已取消，未保留文件。',
  handed: '浏览器正在下载文件并显示进度。如果连接中断，浏览器会将该下载标记为失败。',
} satisfies typeof English;
