import type { conflict as English } from '../en/conflict.ts';

export const conflict = {
  title: '其他人已在此期间保存',
  text: (who, when) =>
    `${who}于 ${when} 更改了此内容，晚于您打开的时间。您填写的内容没有丢失，请选择保留哪一份。`,
  textUnknown: '在您打开之后，内容已被更改。您填写的内容没有丢失，请选择保留哪一份。',
  somebody: '有人',
  field: '字段',
  theirs: '对方已保存',
  mine: '您填写的',
  nothing: '（空）',
  same: '除未在此显示的内容外，双方的内容相同。',
  takeTheirs: '采用对方的',
  saveMine: '仍然保存我的',
} satisfies typeof English;
