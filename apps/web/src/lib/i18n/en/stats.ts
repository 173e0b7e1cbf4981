export const stats = {
  title: 'Stats',
};
