export const conflict = {
  title: 'Somebody else has saved this meanwhile',
  text: (who: string, when: string): string =>
    `${who} changed it at ${when}, after you had opened it. Nothing of yours is lost: choose what to keep.`,
  textUnknown: 'It was changed after you had opened it. Nothing of yours is lost: choose what to keep.',
  somebody: 'Somebody',
  field: 'Field',
  theirs: 'Theirs, saved',
  mine: 'Yours, typed',
  nothing: '(empty)',
  same: 'What they saved and what you typed are the same, except for what is not shown here.',
  takeTheirs: 'Take theirs',
  saveMine: 'Save mine anyway',
};
