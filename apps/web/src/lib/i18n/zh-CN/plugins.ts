import type { plugins as English } from '../en/plugins.ts';

export const plugins = {
  title: '插件',
  text: '第三方编写的供应商，由 PLUGINS 指定，在服务器启动时加载。',
  name: '插件',
  version: '版本',
  state: '状态',
  loaded: '已加载',
  failed: '未启用',
  callFaults: (count) => `调用中出错 ${count} 次`,
} satisfies typeof English;
