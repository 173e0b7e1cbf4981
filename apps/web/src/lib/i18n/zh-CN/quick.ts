import type { Dictionary } from '../dictionary.ts';

export const quick = {
  palette: '命令',
  placeholder: '搜索页面、操作和模型…',
  nothing: '没有找到。查找调用请输入完整的请求 ID（req_…）。',
  pages: '页面',
  models: '试用模型',
  calls: '调用',
  findCall: (id) => `查找调用 ${id}`,
  addLocalModel: '添加本地模型',
  apiDocumentation: 'API 文档',
  shortcuts: '键盘快捷键',
  shortcutsText: '未在输入文字时生效。',
  toSearch: '转到本页的搜索框',
  singleKeys: '无需 Ctrl 或 Command 的按键',
} satisfies Dictionary['quick'];
