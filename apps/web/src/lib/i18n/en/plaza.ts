export const plaza = {
  title: 'Model plaza',
};
