export const modelTest = {
  title: 'Model test',
};
