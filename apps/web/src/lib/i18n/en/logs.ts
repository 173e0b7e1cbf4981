export const logs = {
  title: 'Call logs',
};
