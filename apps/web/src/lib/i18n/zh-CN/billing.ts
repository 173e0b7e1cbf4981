import type { LedgerEntry } from '@aigc/shared/schemas/billing';
import type { billing as English } from '../en/billing.ts';

const kinds = {
  topup: '充值',
  redemption: '兑换码',
  usage: '调用',
  uncollected: '未收款项',
  adjustment: '调整',
} satisfies Record<LedgerEntry['kind'], string>;

export const billing = {
  title: '余额与账单',
  text: '预付费：云端模型的调用结束时，从这里的余额中扣款。',
  balance: '余额',
  available: '可用',
  availableHint: '余额减去冻结的金额。',
  held: '冻结',
  heldHint: '正在进行的调用可能产生的最高费用；调用结束后未用部分立即解冻。',
  howTitle: '计费方式',
  how: '调用云端模型之前，先冻结本次调用可能产生的最高费用；调用结束后按实际 token 数扣款，其余立即解冻。本地模型免费；失败的调用也不收费，除非已经返回了部分内容。',
  whoUser: '余额由管理员充值。',
  whoAdmin: '您可以在用户页面为任何人充值，包括您自己。',
  toUsers: '前往用户页面',
  topUp: '充值',
  ledger: '账单明细',
  ledgerText: '余额的每一次变动。记录不可更改，其总和就是余额。',
  kinds,
  anyKind: '全部类型',
  kind: '类型',
  time: '时间',
  amount: '金额',
  after: '变动后余额',
  note: '备注',
  by: '操作人',
  call: '调用',
  openCall: '查看调用',
  emptyTitle: '还没有账单记录',
  emptyText: '首次充值和每一次产生费用的调用都会显示在这里。',
} satisfies typeof English;
