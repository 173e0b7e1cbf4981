import type { platformSettings as English } from '../en/platform-settings.ts';

export const platformSettings = {
  title: '平台设置',
  text: '立即对所有人生效。',
  general: '常规',
  name: '平台名称',
  nameHint: '显示在侧边栏和页面标题中。',
  registration: '注册',
  registrationClosed: '关闭：由管理员创建用户',
  registrationOpen: '开放：任何能访问本站的人都可以注册',
  currency: '货币',
  currencyHint: '所有价格、余额和账单的货币。首次启动前由 CURRENCY 设定。',
  retention: '调用日志保留时间',
  retentionUnit: '天',
  retentionHint:
    '留空则永久保留。更早的调用记录（含错误信息和来源地址）会在一小时内被永久删除；统计、账单和余额不受影响。',
  allow: '上游地址',
  allowText:
    '默认拒绝调用私有和保留地址，避免有人借模型地址访问您的内部网络。在此列出仍允许的地址，每行一条。',
  allowField: '允许的地址',
  allowHint:
    'host:port 或 CIDR:port，例如 192.168.1.5:11434、[fd00::5]:8000、10.1.0.0/16:*。连接测试被拒绝时会给出所需的确切条目。',
  allowFixed: 'UPSTREAM_ALLOW 还允许以下地址，只能在服务器环境变量中修改：',
  loopbackAllowed: '本服务只绑定到本机，因此可以调用本机（localhost）除自身以外任意端口上的模型。',
  saved: '设置已保存',
} satisfies typeof English;
